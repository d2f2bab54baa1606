"""One training run from labelled files to a model folder: the one place of training that composes."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from citeclass.classifying.calibration import softmax
from citeclass.classifying.classifier import OnnxClassifier
from citeclass.classifying.folder import CALIBRATION, FORMAT, SUMS, ModelFolder
from citeclass.classifying.gate import FILE as GATE
from citeclass.errors import UsageError
from citeclass.records import INTENTS, OperatingPoint
from citeclass.training.average import average
from citeclass.training.batches import Soft
from citeclass.training.card import ALONE, draw, write_card
from citeclass.training.config import TrainingConfig
from citeclass.training.data import Example
from citeclass.training.distil import opinions, read_unlabelled
from citeclass.training.export import export
from citeclass.training.fit import Logits, scores
from citeclass.training.gating import bound_gate, fold_gates, save_gate
from citeclass.training.heldout import HeldOut
from citeclass.training.kept import saved_settings, settings_of, spare_scores, trained
from citeclass.training.measure import evaluate
from citeclass.training.measure.report import INTENT_NAMES, STANCE_NAMES, decisions, stance_report
from citeclass.training.request import Request, rows_of, shared_with
from citeclass.training.shortlist import shortlist
from citeclass.training.tasks import OURS, Forerunners, Say, Task, asked, own_sources, plan, run_tasks


def train(request: Request, config: TrainingConfig, *, say: Say = lambda _: None) -> dict[str, Any]:
    """Train on the labelled files and write a model folder; its metrics.

    Folds of whole articles are trained first, for out-of-fold predictions that calibrate and choose the operating points; then
    all rows together make the model. ``request.work`` keeps every training apart, and an interrupted run goes on
    from there. ``say`` is told what happens. With ``request.networks_only`` it ends there: no folder, no metrics.

    Raises :class:`~citeclass.errors.UsageError` where there is nothing to train on, or what is asked does not go together.
    """
    if request.taught_by and (request.teacher or not request.unlabelled):
        raise UsageError(
            "--taught-by needs --unlabelled, and no --teacher beside it", fix="name statements to be taught about"
        )
    if request.lessons and not (request.unlabelled and (request.teacher or request.taught_by)):
        raise UsageError(
            "--lessons says how many of --unlabelled a teacher is asked about",
            fix="name both, or leave --lessons out: --unlabelled FILE with --taught-by FOLDER or --teacher MODEL",
        )
    rows, reports = rows_of(request, config)
    aimless = sum(e.start is None for e in rows)
    if aimless:
        say(
            f"{aimless} of {len(rows)} rows do not tell their target callout, and are judged by the sentence as a whole"
        )
    shared = {} if request.networks_only else shared_with(rows, reports)
    for name, found in shared.items():
        say(f"{name}: {found['sentences']} sentences and {found['articles']} articles are in the training rows too")
    spare = read_unlabelled(request.unlabelled, limit=request.unlabelled_limit) if request.unlabelled else []
    after = Forerunners(start=request.start, teachers=request.taught_by, model=request.teacher)
    taught = bool(after.teachers or after.model)
    lessons = shortlist(spare, rows, limit=request.lessons, use=config.context) if taught else []
    soft: Soft = {}
    if after.model:
        judged = [e for e in rows if e.stance]
        say(f"asking the teacher {after.model} about {len(judged) + len(lessons)} rows")
        soft = opinions(after.model, [*judged, *lessons], keep=request.work / "teacher.npz")
    tasks = plan([*rows, *lessons], config, soft=soft, without=request.without)
    run_tasks(tasks, config, request.work, after=after, jobs=request.jobs, say=say)
    if request.average:
        mean = request.work / "averaged"
        average(tasks, config, [request.work, *request.average], into=mean, say=say)
        request = replace(request, work=mean)
    if request.networks_only:
        if spare:
            say("asking the networks about the statements without labels, for the gate")
            for name in (t.name for t in tasks if t.name != "without"):
                spare_scores(request.work / name, spare, config)
        return {}
    return _finish(request, config, tasks, rows=rows, spare=spare, reports=reports, shared=shared, say=say)


def _finish(
    request: Request, config: TrainingConfig, tasks: Sequence[Task], *, rows: Sequence[Example], spare: Sequence[Example],
    reports: Mapping[str, Sequence[Example]], shared: Mapping[str, Any], say: Say,
) -> dict[str, Any]:  # fmt: skip
    """Calibrate, make the gate, measure, and write the folder."""
    out = request.out
    held = HeldOut.of(list(asked(tasks, request.work)), ours=own_sources(rows), folds=config.folds)
    out.mkdir(parents=True, exist_ok=True)
    for stale in (GATE, CALIBRATION, SUMS):  # of the model that was here: without them an unfinished one is refused
        (out / stale).unlink(missing_ok=True)
    say("exporting")
    network, tokenizer = trained(request.work / "all", config)
    export(network, tokenizer, out, quantise=request.quantise)
    intents = INTENT_NAMES if {e.intent for e in rows} >= set(INTENTS) else []
    ours = any(e.source == OURS for e in rows)
    write_config(out, config, quantise=request.quantise, intents=intents, licence="Apache-2.0" if ours else "other")
    say("making the gate")
    alone = held
    gate, linear = fold_gates(alone, spare, _opinions(alone, spare, config, request.work), use=config.context)
    metrics: dict[str, Any] = {"gate": {"threshold": 0.0, "settled": 0.0, "lost": 0.0, "missed": 0.0}}
    if gate is not None:
        held = alone.joined(linear[:, :3], share=gate.share)
        gate, metrics["gate"] = bound_gate(gate, linear, held)
        save_gate(gate, out / GATE)
    say("calibrating on the rows out of fold")
    _write(out / CALIBRATION, held.calibration.to_json())
    metrics["out of fold"] = held.report()
    metrics[ALONE] = alone.report()
    classifier, full = (OnnxClassifier(ModelFolder(out), cascade=cascade) for cascade in (True, False))
    seen = {e.group for e in rows}
    for name, examples in reports.items():
        say(f"measuring on {name}")
        metrics[name] = {
            **evaluate(classifier, examples),
            "without the gate": _short(evaluate(full, examples, intervals=False)),
        }
        clean = [e for e in examples if e.group not in seen]
        if 0 < len(clean) < len(examples):
            metrics[f"{name}, without articles seen in training"] = evaluate(classifier, clean)
    if any(t.name == "without" for t in tasks):
        say(f"measuring the model without {' and '.join(request.without)}")
        metrics["trained without " + " and ".join(request.without)] = _ablated(request, config, alone, reports)
    _write(out / "metrics.json", metrics)
    _write(out / "training.json", {
        "command": request.command, "config": settings_of(config), "rows": len(rows), "unlabelled": len(spare),
        "teacher": request.teacher, "taught by": [work.name for work in request.taught_by], "started from": request.start.name if request.start else None,
        "averaged with": {work.name: settings_of(saved_settings(work)) for work in request.average}, "overlaps": shared,
    })  # fmt: skip
    pictures = draw(held, metrics, out)
    files = {p.name: _sha256(p) for p in sorted(out.iterdir()) if p.name != "README.md" and p.is_file()}
    sources = {
        source: Counter(e.stance.value if e.stance else "unlabelled" for e in rows if e.source == source)
        for source in dict.fromkeys(e.source for e in rows)
    }
    card = write_card(
        name=out.name, config=config, request=request, sources=sources, metrics=metrics,
        files=files, pictures=pictures, intents=bool(intents),
    )  # fmt: skip
    (out / "README.md").write_text(card, encoding="utf-8")
    ModelFolder(out).seal()
    return metrics


def _opinions(held: HeldOut, spare: Sequence[Example], config: TrainingConfig, work: Path) -> Iterator[Logits]:
    """The probabilities of stance and intent (n × 3 each) that each fold's network, and last the one of all rows, gives to statements without labels.

    A fold's gate must learn from its own network: one that had seen the fold's labels would pass them on.
    """
    nothing = np.zeros((0, 3)), np.zeros((0, 3))
    for fold in (*range(held.folds), None):
        folder = work / ("all" if fold is None else f"fold{fold}")
        stance, intent = spare_scores(folder, spare, config) if spare else nothing
        yield held.calibration_without(fold).probabilities(stance), softmax(intent)


def _ablated(
    request: Request, config: TrainingConfig, held: HeldOut, reports: Mapping[str, Sequence[Example]]
) -> dict[str, Any]:
    """Stance figures of the network trained without some sources, alone and calibrated as the transformer is alone."""
    network, tokenizer = trained(request.work / "without", config)
    calibration = held.calibration
    out = {}
    for name, examples in reports.items():
        judged = [e for e in examples if e.stance]
        if judged:
            logits, _ = scores(network, tokenizer, judged, config)
            probabilities = calibration.probabilities(logits)
            said = {p: decisions(calibration, probabilities, p) for p in OperatingPoint}
            out[name] = stance_report(probabilities, said, judged)
    return out


def write_config(
    out: Path, config: TrainingConfig, *, quantise: str, intents: Sequence[str], licence: str = "Apache-2.0"
) -> None:
    """The folder's ``config.json``: what using the model needs to know."""
    _write(out / "config.json", {
        "format": FORMAT, "name": out.name, "labels": STANCE_NAMES, "intents": list(intents),
        "max_length": config.max_length, "context": list(config.context), "languages": ["en"],
        "backbone": Path(config.backbone).name, "quantisation": quantise, "license": licence,
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
