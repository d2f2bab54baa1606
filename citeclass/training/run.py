"""One training run from labelled files to a model folder."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from citeclass.classifying.calibration import Calibration
from citeclass.classifying.classifier import OnnxClassifier
from citeclass.classifying.folder import FORMAT, ModelFolder
from citeclass.errors import UsageError
from citeclass.records import STANCES
from citeclass.training.calibrate import calibrate
from citeclass.training.card import write_card
from citeclass.training.config import TrainingConfig
from citeclass.training.data import Example, cap_mentions, read_csv, split_by_group
from citeclass.training.evaluate import evaluate, inputs_of
from citeclass.training.export import export
from citeclass.training.fit import fit

TRAIN_FILES = ("citeclass_train.csv", "kilicoglu2019_train.csv", "scicite_train.csv")
REPORT_FILES = ("citeclass_dev.csv", "scicite_test.csv")

Say = Callable[[str], None]


def train(
    data: Path,
    out: Path,
    config: TrainingConfig,
    *,
    work: Path,
    quantise: str = "int8",
    command: str = "",
    say: Say = lambda _: None,
) -> dict[str, Any]:
    """Train on the labelled files in ``data`` and write a model folder to ``out``; its metrics.

    Files of ``data`` named as in :data:`TRAIN_FILES`, or any CSV of a known layout if none of these is
    there, are trained on; those of :data:`REPORT_FILES` are only reported. ``work`` keeps checkpoints, from
    which an interrupted run goes on. ``say`` is told what happens.

    Raises :class:`~citeclass.errors.UsageError` where there is nothing to train on.
    """
    examples = _read(data)
    own = [e for e in examples if e.source == "citeclass"] or examples
    others = [e for e in examples if e.source != "citeclass"] if own is not examples else []
    rest, held = split_by_group(own, config.held_out, salt="held-out")
    if not held or not rest:
        raise UsageError("too few articles to hold some out for calibration", fix="add labelled articles")
    rows = cap_mentions(rest + others, config.mention_cap)
    say(f"{len(rows)} rows to train on, {len(held)} of other articles to calibrate on")
    model, tokenizer = fit(rows, config, folder=work / "checkpoints")
    say("exporting")
    export(model, tokenizer, out, quantise=quantise)
    return finish(out, config, rows=rows, held=held, data=data, quantise=quantise, command=command, say=say)


def finish(
    out: Path, config: TrainingConfig, *, rows: Sequence[Example], held: Sequence[Example], data: Path, quantise: str,
    command: str, say: Say,
) -> dict[str, Any]:  # fmt: skip
    """Calibrate and report the exported model in ``out``, and write the rest of its folder."""
    base = Path(config.backbone).name
    _write(out / "config.json", {
        "format": FORMAT, "name": out.name, "labels": [s.value for s in STANCES], "max_length": config.max_length,
        "languages": ["en"], "backbone": base, "quantisation": quantise, "license": "Apache-2.0",
    })  # fmt: skip
    _write(out / "calibration.json", Calibration().to_json())
    say("calibrating")
    logits = OnnxClassifier(ModelFolder(out)).logits(inputs_of(held))
    _write(out / "calibration.json", calibrate(logits, held).to_json())
    classifier = OnnxClassifier(ModelFolder(out))
    metrics = {"held-out articles (thresholds were chosen on them)": evaluate(classifier, held)}
    for name in REPORT_FILES:
        if (data / name).is_file():
            say(f"measuring on {name}")
            report = list(read_csv(data / name))
            metrics[name.removesuffix(".csv")] = evaluate(classifier, report)
            seen = {e.group for e in rows}
            clean = [e for e in report if e.group not in seen]
            if len(clean) < len(report):
                metrics[f"{name.removesuffix('.csv')} without articles seen in training"] = evaluate(classifier, clean)
    _write(out / "metrics.json", metrics)
    _write(
        out / "training.json",
        {
            "command": command,
            "config": {**asdict(config), "backbone": base},
            "rows": len(rows),
            "held_out_rows": len(held),
        },
    )
    files = {p.name: _sha256(p) for p in sorted(out.iterdir()) if p.name != "README.md" and p.is_file()}
    sources = {
        source: Counter(e.stance.value for e in rows if e.source == source)
        for source in dict.fromkeys(e.source for e in rows)
    }
    card = write_card(
        name=out.name, base=base, command=command, quantised=quantise, held=len(held),
        natural=classifier.calibration.natural, sources=sources, metrics=metrics, files=files,
    )  # fmt: skip
    (out / "README.md").write_text(card, encoding="utf-8")
    return metrics


def _read(data: Path) -> list[Example]:
    files = [data / n for n in TRAIN_FILES if (data / n).is_file()] if data.is_dir() else [data]
    if not files:
        files = sorted(p for p in data.glob("*.csv") if p.name not in REPORT_FILES)
    examples = [e for f in files for e in read_csv(f)]
    if not examples:
        raise UsageError(f"no labelled rows in {data}", fix="point --data at a folder with labelled CSV files")
    numbered = Counter(e.id for e in examples)
    return [e if numbered[e.id] == 1 else replace(e, id=f"{e.source}-{i}") for i, e in enumerate(examples)]


def _write(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
