"""The model card and its pictures, written from the numbers."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from citeclass.training.calibrate import PRECISION
from citeclass.training.config import TrainingConfig
from citeclass.training.data import stance_indices
from citeclass.training.data.known import licence_of
from citeclass.training.gating import LOST
from citeclass.training.heldout import HeldOut
from citeclass.training.kept import saved_settings
from citeclass.training.measure.pictures import draw_confusion, draw_reliability, draw_risk
from citeclass.training.measure.report import STANCE_NAMES
from citeclass.training.tasks import OURS

if TYPE_CHECKING:
    from citeclass.training.request import Request

_HEAD = """---
license: {licence}
language: [en]
library_name: citeclass
pipeline_tag: text-classification
base_model: {base}
tags: [citation-stance, smart-citations, scholarly]
---
# {name}

Tells whether a citing article gives **supporting** or **contrasting** evidence of its own for the work it
cites, or merely **mentions** it{intents}.

- *supporting*: the citing authors present own results that agree with, replicate or extend the cited work.
- *contrasting*: the citing authors present own results that disagree with it or fail to replicate it.
- *mentioning*: all else, evidence by others passed on included. Using the same method is not supporting.

## Use
```
citeclass predict rows.jsonl --model {name}
```
Input: the sentence with its target callout marked, and where known {context}. One text at a time; a prediction does
not depend on its batch.{gate}

## Made by
```
{command}
```
Backbone {base}{notice}, {teacher}fine-tuned on the labelled sets below, exported with torch.onnx
and kept as {quantised}. Settings are in `training.json`; files and digests below.

| source | supporting | contrasting | mentioning | intent only | licence |
|---|---|---|---|---|---|
{sources}

## Calibration
Probabilities are at the natural rate (94.1 % mentioning, 4.5 % supporting, 1.4 % contrasting), fitted on out-of-fold
predictions ({folds} folds of whole articles), {weighted}. `balanced` takes the best
macro-F1 as sampled, averaged over the sets; `precise` the lowest thresholds with a precision of {precision} at the natural
rate; `natural` the largest probability, abstaining where it is right less than half the time.

{calibration}
![How true the probabilities are]({reliability})
![What abstaining buys]({risk})
![Which classes are confused]({confusion})

## Results
Out of fold: each article was judged by a model that did not see it (transformer and linear model together, nothing settled by the gate; what the linear
model had learnt of unlabelled statements came from a transformer that had not seen it either), with thresholds from the other folds.{heard} Brackets are
95 % bootstrap intervals over articles. `citeclass evaluate --data FILE --model {name}` prints those of the report sets again.
"""

_CASCADE = """ A linear gate on words settles the plain mentions, the transformer judges the rest
(`--full` asks it always)."""

_HEARD = """ The teacher ({teacher}) was not kept from any
fold: if it had learnt from these labels, the figures are too good."""

_FOOT = """
## Limits
English only. {annotators}Evidence told over several sentences, in tables or in another
section than the callout is missed. Contrasting is rare: expect false alarms among it at `balanced`.

## Files
| file | sha256 |
|---|---|
{files}
"""

_ANNOTATORS = """One annotator (language models under written guidelines) made our labels; they agree with a
second such annotator, not with a panel of people. """

ALONE = "out of fold, the transformer alone"
_POINTS = ("balanced", "precise", "natural")


def draw(held: HeldOut, metrics: Mapping[str, Any], out: Path) -> dict[str, str]:
    """The card's pictures, from the out-of-fold predictions; file names by what they show."""
    examples, probabilities, _ = held.crossed(held.ours)
    truth, weights = stance_indices(examples), held.weights[held.rows(held.ours)]
    names = {"reliability": "reliability.svg", "risk": "risk-coverage.svg", "confusion": "confusion.svg"}
    draw_reliability(probabilities, truth, weights, STANCE_NAMES, out / names["reliability"])
    draw_risk(probabilities, truth, weights, out / names["risk"])
    draw_confusion(
        metrics["out of fold"]["ours, all rows"]["balanced"]["confusion"], STANCE_NAMES, out / names["confusion"]
    )
    return names


def write_card(
    *, name: str, config: TrainingConfig, request: "Request", sources: Mapping[str, Mapping[str, int]],
    metrics: Mapping[str, Any], files: Mapping[str, str], pictures: Mapping[str, str], intents: bool,
) -> str:  # fmt: skip
    """The card as Markdown.

    ``sources``: training rows by source and class; ``metrics``: as :func:`citeclass.training.run.train`
    gives them; ``files``: SHA-256 by file name; ``pictures``: file names by what they show; ``intents``: whether the model tells them.
    """
    base, ours = Path(config.backbone).name, OURS in sources
    rows = "\n".join(
        f"| {s} | {c['supporting']} | {c['contrasting']} | {c['mentioning']} | {c['unlabelled']} | {licence_of(s)} |"
        for s, c in sources.items()
    )
    parts = [
        _HEAD.format(
            intents=", and what the citation is there for: *background*, a *method* or a *result*" if intents else "",
            gate=_CASCADE if metrics["gate"]["settled"] else "",
            base=base, name=name, command=request.command, quantised=request.quantise, sources=rows, folds=config.folds,
            precision=PRECISION, context=" and ".join(_CONTEXT[c] for c in config.context) or "nothing else",
            licence="apache-2.0" if ours else "other",
            notice=" (Apache-2.0, see NOTICE)" if ours else "",
            heard=_HEARD.format(teacher=request.teacher) if request.teacher else "",
            weighted="weighted back from how the rows were drawn" if ours else "the classes weighted to these shares",
            teacher=(f"taught by {_teachers(request)}, " if request.teacher or request.taught_by else "")
            + (f"weights averaged over {len(request.average) + 1} runs, " if request.average else ""),
            calibration=_natural(metrics["out of fold"]["natural rate"]), **pictures,
        )
    ]  # fmt: skip
    held = dict(metrics["out of fold"])
    intent = held.pop("intent", None)
    held.pop("natural rate")
    for data, report in held.items():
        if report["rows"]:
            parts += _table(f"{data}, out of fold", report)
    if intent:
        parts.append(_intent("out of fold", intent))
    if metrics[ALONE] != metrics["out of fold"]:
        parts.append(_alone(metrics[ALONE], metrics["out of fold"]))
    if metrics["gate"]["settled"]:
        parts.append(_gate(metrics["gate"]))
    for data, report in metrics.items():
        if data in ("out of fold", ALONE, "gate"):
            continue
        if data.startswith("trained without"):
            parts.append(f"\n### {data[0].upper()}{data[1:]}\nThe transformer alone, with the same settings, without these sets.\n")  # fmt: skip
            for part, inner in report.items():
                parts += _table(f"{part}, {data}", inner)
            continue
        if "balanced" in report:
            parts += _table(data, report)
        if "intent" in report:
            parts.append(_intent(data, report["intent"]))
        if report.get("without the gate"):
            told = ", ".join(f"{k} {v:.3f}" for k, v in report["without the gate"].items())
            parts.append(f"\n{data}, macro-F1 with nothing settled by the gate: {told}\n")
    parts.append(
        _FOOT.format(
            annotators=_ANNOTATORS if ours else "", files="\n".join(f"| {n} | `{d}` |" for n, d in files.items())
        )
    )
    return "".join(parts)


def _teachers(request: "Request") -> str:
    """Who taught the network about unlabelled statements: a model, and other runs by their backbone and folder."""
    runs = [f"{Path(saved_settings(work).backbone).name} ({work.name})" for work in request.taught_by]
    return " and ".join([*([request.teacher] if request.teacher else []), *runs])


_CONTEXT = {"section": "the section title", "before": "the sentence before", "after": "the sentence after"}


def _figure(r: Mapping[str, Any], key: str) -> str:
    span = r.get(f"{key}_interval")
    return f"{r[key]:.3f}" + (f" [{span[0]:.2f}–{span[1]:.2f}]" if span else "")


def _cells(r: Mapping[str, Any], names: Sequence[str]) -> str:
    return " | ".join(f"{r[n]['precision']:.3f} / {r[n]['recall']:.3f} / {_figure(r[n], 'f1')}" for n in names)


def _table(title: str, report: Mapping[str, Any]) -> list[str]:
    counts = report["counts"]
    at = report["recall_at_precision_0.85"]
    head = (
        f"\n**{title}**: {report['rows'] if 'rows' in report else sum(counts.values())} rows "
        f"({counts['supporting']} / {counts['contrasting']} / {counts['mentioning']}), log loss {report['log_loss']}; "
        f"recall at precision 0.85 as sampled: supporting {at['supporting']:.3f}, contrasting {at['contrasting']:.3f}\n\n"
        "| point | accuracy | macro-F1 | supporting P / R / F1 | contrasting P / R / F1 | mentioning P / R / F1 | abstained |\n"
        "|---|---|---|---|---|---|---|\n"
    )
    return [head] + [
        f"| {p} | {report[p]['accuracy']:.3f} | {_figure(report[p], 'macro_f1')} | {_cells(report[p], STANCE_NAMES)} | {report[p]['unclassified']} |\n"
        for p in _POINTS
    ]


def _intent(data: str, r: Mapping[str, Any]) -> str:
    names = ("background", "method", "result")
    return (
        f"\n**{data}, intent**: macro-F1 {_figure(r, 'macro_f1')}; "
        + "; ".join(f"{n} {r[n]['precision']:.3f} / {r[n]['recall']:.3f} / {r[n]['f1']:.3f}" for n in names)
        + "\n"
    )


def _natural(report: Mapping[str, Any]) -> str:
    by_class = ", ".join(f"{n} {v:.4f}" for n, v in report["class_calibration_error"].items())
    lines = [
        f"Calibration error at the natural rate, out of fold: **{report['calibration_error']:.4f}** (by class: {by_class}).\n",
        "\n| point, natural rate | supporting precision | recall | contrasting precision | recall |\n|---|---|---|---|---|\n",
    ]
    for point in _POINTS:
        s, c = report[point]["supporting"], report[point]["contrasting"]
        lines.append(f"| {point} | {_figure(s, 'precision')} | {_figure(s, 'recall')} | {_figure(c, 'precision')} | {_figure(c, 'recall')} |\n")  # fmt: skip
    return "".join(lines)


def _alone(alone: Mapping[str, Any], joined: Mapping[str, Any]) -> str:
    """What the linear model's share in the scores gives."""
    told = "; ".join(
        f"{name} {alone[name]['balanced']['macro_f1']:.3f} (contrasting {alone[name]['balanced']['contrasting']['f1']:.3f}) "
        f"for {joined[name]['balanced']['macro_f1']:.3f} ({joined[name]['balanced']['contrasting']['f1']:.3f})"
        for name in alone
        if "balanced" in alone[name] and "macro_f1" in alone[name]["balanced"] and name != "natural rate"
    )
    return f"\nThe transformer alone, out of fold, `balanced` macro-F1: {told}.\n"


def _gate(report: Mapping[str, float]) -> str:
    return (
        f"\n**The gate** settles {report['settled']:.1%} of all citations as mentions, and with them {report['lost']:.2%} of the supporting and "
        f"contrasting ones that the transformer tells rightly at `balanced` (bound: {LOST:.1%}; of all such, found or not, {report['missed']:.1%}), "
        "out of fold at the natural rate.\n"
    )
