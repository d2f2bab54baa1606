"""One training run from labelled files to a model folder."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from citeclass.classifying.classifier import OnnxClassifier
from citeclass.classifying.folder import FORMAT, ModelFolder
from citeclass.classifying.gate import FILE as GATE
from citeclass.classifying.gate import Gate
from citeclass.errors import UsageError
from citeclass.records import OperatingPoint
from citeclass.training.batches import Soft
from citeclass.training.calibrate import label_indices
from citeclass.training.card import draw, write_card
from citeclass.training.config import TrainingConfig
from citeclass.training.data import Columns, Example, fold_of, inputs_for, overlaps, read_columns, read_folder
from citeclass.training.data.sets import label_files, split_of
from citeclass.training.distil import opinions, read_unlabelled
from citeclass.training.export import export
from citeclass.training.fit import scores
from citeclass.training.gating import fit_gate, save_gate, set_threshold
from citeclass.training.heldout import HeldOut
from citeclass.training.measure import evaluate
from citeclass.training.measure.report import INTENT_NAMES, STANCE_NAMES, decisions, stance_report
from citeclass.training.strata import natural_weights
from citeclass.training.tasks import Say, Task, asked, own_sources, plan, run_tasks, settings_of, trained


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a run is to do, beside its settings.

    ``data``: a labelled file or a folder of such files; files whose name ends in ``_dev`` or ``_test`` are only
    reported. ``columns`` tells the layout of a file of your own. ``unlabelled`` and ``teacher`` distil: the statements of the
    one get the stance probabilities of the other, which also blend into the labelled rows' targets. ``without``:
    sources to leave out in one more training, for comparison. ``jobs`` trainings run at once. ``command`` is kept in the card.
    """

    data: Path
    out: Path
    work: Path
    columns: Columns | None = None
    quantise: str = "int8"
    unlabelled: Path | None = None
    unlabelled_limit: int = 0
    teacher: str | None = None
    without: tuple[str, ...] = ()
    jobs: int = 1
    command: str = ""


def train(request: Request, config: TrainingConfig, *, say: Say = lambda _: None) -> dict[str, Any]:
    """Train on the labelled files and write a model folder; its metrics.

    Folds of whole articles are trained first, for out-of-fold predictions that calibrate and choose the operating points; then
    all rows together make the model. ``request.work`` keeps every training apart, and an interrupted run goes on
    from there. ``say`` is told what happens.

    Raises :class:`~citeclass.errors.UsageError` where there is nothing to train on.
    """
    rows, reports = _read(request, config)
    shared = _shared(rows, reports)
    for name, found in shared.items():
        say(f"{name}: {found['sentences']} sentences and {found['articles']} articles are in the training rows too")
    spare = read_unlabelled(request.unlabelled, limit=request.unlabelled_limit) if request.unlabelled else []
    soft: Soft = {}
    if request.teacher:
        say(f"asking the teacher {request.teacher} about {len(rows) + len(spare)} rows")
        judged = [e for e in rows if e.stance]
        soft = opinions(request.teacher, [*judged, *spare], keep=request.work / "teacher.npz")
    tasks = plan([*rows, *(spare if soft else [])], config, soft=soft, without=request.without)
    run_tasks(tasks, config, request.work, jobs=request.jobs, say=say)
    return _finish(request, config, tasks, rows=rows, spare=spare, reports=reports, shared=shared, say=say)


def _finish(
    request: Request, config: TrainingConfig, tasks: Sequence[Task], *, rows: Sequence[Example], spare: Sequence[Example],
    reports: Mapping[str, Sequence[Example]], shared: Mapping[str, Any], say: Say,
) -> dict[str, Any]:  # fmt: skip
    """Calibrate, make the gate, measure, and write the folder."""
    out = request.out
    held = HeldOut.of(list(asked(tasks, request.work)), ours=own_sources(rows), folds=config.folds)
    out.mkdir(parents=True, exist_ok=True)
    (out / GATE).unlink(missing_ok=True)
    say("exporting")
    export(*trained("all", config, request.work), out, quantise=request.quantise)
    write_config(out, config, quantise=request.quantise)
    say("calibrating on the rows out of fold")
    _write(out / "calibration.json", held.calibration().to_json())
    metrics: dict[str, Any] = {"out of fold": held.report()}
    say("making the gate")
    gate, gate_report = make_gate(held, spare, config, request)
    save_gate(gate, out / GATE)
    metrics["gate"] = gate_report
    classifier, full = (OnnxClassifier(ModelFolder(out), cascade=cascade) for cascade in (True, False))
    for name, examples in reports.items():
        say(f"measuring on {name}")
        metrics[name] = {
            **evaluate(classifier, examples),
            "without the gate": _short(evaluate(full, examples, intervals=False)),
        }
        seen = {e.group for e in rows}
        clean = [e for e in examples if e.group not in seen]
        if 0 < len(clean) < len(examples):
            metrics[f"{name}, without articles seen in training"] = evaluate(classifier, clean)
    if any(t.name == "without" for t in tasks):
        say(f"measuring the model without {' and '.join(request.without)}")
        metrics["trained without " + " and ".join(request.without)] = _ablated(request, config, held, reports)
    _write(out / "metrics.json", metrics)
    _write(out / "training.json", {
        "command": request.command, "config": settings_of(config), "rows": len(rows), "unlabelled": len(spare),
        "teacher": request.teacher, "overlaps": shared,
    })  # fmt: skip
    pictures = draw(held, metrics, out)
    files = {p.name: _sha256(p) for p in sorted(out.iterdir()) if p.name != "README.md" and p.is_file()}
    sources = {
        source: Counter(e.stance.value if e.stance else "unlabelled" for e in rows if e.source == source)
        for source in dict.fromkeys(e.source for e in rows)
    }
    card = write_card(
        name=out.name, config=config, request=request, sources=sources, metrics=metrics,
        files=files, pictures=pictures,
    )  # fmt: skip
    (out / "README.md").write_text(card, encoding="utf-8")
    return metrics


def _read(request: Request, config: TrainingConfig) -> tuple[list[Example], dict[str, list[Example]]]:
    """Rows to train on, and the rows to report on by file."""
    if request.columns:
        rows, reports = read_columns(request.data, request.columns), {}
    else:
        rows = read_folder(request.data)["train"]
        reports = {
            f.stem: read_folder(f)[split_of(f)] for f in label_files(request.data) if split_of(f) != "train"
        }  # fmt: skip
    rows = [e for e in rows if e.stance or e.intent]
    stances = Counter(e.stance for e in rows if e.stance)
    if not rows:
        raise UsageError(f"no labelled rows in {request.data}", fix="point --data at labelled files")
    if len(stances) < 2:
        raise UsageError(
            f"all rows of {request.data} are {next(iter(stances), 'without a stance')}",
            fix="a model needs at least two classes",
        )
    unknown = set(request.without) - {e.source for e in rows}
    if unknown or not any(e.stance and e.source not in request.without for e in rows):
        known = ", ".join(dict.fromkeys(e.source for e in rows))
        raise UsageError(
            f"--without {','.join(request.without)} leaves all rows or none", fix=f"name some of the sources: {known}"
        )
    filled = {fold_of(e, config.folds) for e in rows if e.source in own_sources(rows)}
    if len(filled) < config.folds:
        raise UsageError(
            "too few articles to hold some out for calibration", fix="add labelled articles, or set --folds 2"
        )
    return rows, reports


def _shared(rows: Sequence[Example], reports: Mapping[str, Sequence[Example]]) -> dict[str, dict[str, int]]:
    """How much of each report set stands in the training rows too."""
    seen = {e.group for e in rows}
    return {
        name: {
            "sentences": sum(1 for _ in overlaps(rows, examples)),
            "articles": len({e.group for e in examples} & seen),
        }
        for name, examples in reports.items()
    }


def make_gate(
    held: HeldOut, spare: Sequence[Example], config: TrainingConfig, request: Request
) -> tuple[Gate, dict[str, float]]:
    """A gate learnt from the labels and, where there are unlabelled rows, from the model's opinion of them.

    Its threshold is set on labelled rows by gates that saw neither their fold's labels nor its articles.
    """
    calibration = held.calibration()
    places = held.rows(held.ours)
    examples = [held.examples[i] for i in places]
    labels, weights = label_indices(examples), natural_weights(examples)
    inputs, targets = inputs_for(examples, use=config.context), np.eye(3)[labels]
    mass = weights * len(examples)
    if spare:
        logits, _ = scores(*trained("all", config, request.work), spare, config)
        inputs = [*inputs, *inputs_for(spare, use=config.context)]
        targets = np.concatenate([targets, calibration.probabilities(logits)])
        mass = np.concatenate([np.minimum(mass, 4.0), np.ones(len(spare))])
    fold = np.asarray([fold_of(e, config.folds) for e in (*examples, *spare)])
    intents = [e for e in held.examples if e.intent]
    linear = np.zeros((len(examples), 6))
    for k in range(config.folds):
        others, mine = np.flatnonzero(fold != k), np.flatnonzero(fold[: len(examples)] == k)
        part = fit_gate([inputs[i] for i in others], targets[others], mass[others], [])
        linear[mine] = part.scores([inputs[i] for i in mine])
    gate = fit_gate(inputs, targets, mass, intents)
    return set_threshold(gate, linear, labels, weights)


def _ablated(
    request: Request, config: TrainingConfig, held: HeldOut, reports: Mapping[str, Sequence[Example]]
) -> dict[str, Any]:
    """Stance figures of the network trained without some sources, with the shipped calibration."""
    network, tokenizer = trained("without", config, request.work)
    calibration = held.calibration()
    out = {}
    for name, examples in reports.items():
        judged = [e for e in examples if e.stance]
        if judged:
            logits, _ = scores(network, tokenizer, judged, config)
            probabilities = calibration.probabilities(logits)
            said = {p: decisions(calibration, probabilities, p) for p in OperatingPoint}
            out[name] = stance_report(probabilities, said, judged)
    return out


def write_config(out: Path, config: TrainingConfig, *, quantise: str) -> None:
    """The folder's ``config.json``: what using the model needs to know."""
    _write(out / "config.json", {
        "format": FORMAT, "name": out.name, "labels": STANCE_NAMES, "intents": INTENT_NAMES,
        "max_length": config.max_length, "context": list(config.context), "languages": ["en"],
        "backbone": Path(config.backbone).name, "quantisation": quantise, "license": "Apache-2.0",
    })  # fmt: skip


def _short(report: Mapping[str, Any]) -> dict[str, Any]:
    """Of a report, what the gate may change."""
    return {
        **{point: report[point]["macro_f1"] for point in ("balanced", "precise", "natural") if point in report},
        **({"intent": report["intent"]["macro_f1"]} if "intent" in report else {}),
    }


def _write(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
