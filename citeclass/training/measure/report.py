"""One report for one model on one set of labelled rows, and the comparison of two models."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.metrics import log_loss

from citeclass.classifying.calibration import Array, Calibration
from citeclass.classifying.judging import Scorer
from citeclass.records import INTENTS, STANCES, OperatingPoint, Stance
from citeclass.training.data import Example, inputs_for, stance_indices
from citeclass.training.measure.figures import (
    Labels,
    calibration_error,
    class_calibration_error,
    class_figures,
    mcnemar,
    recall_at_precision,
)

STANCE_NAMES = [s.value for s in STANCES]
INTENT_NAMES = [i.value for i in INTENTS]
RECALL_AT = 0.85


def decisions(calibration: Calibration, probabilities: Array, point: OperatingPoint) -> Labels:
    """Classes as indices, 3 for *unclassified*."""
    index = {s: i for i, s in enumerate((*STANCES, Stance.UNCLASSIFIED))}
    return np.asarray([index[calibration.decide(row, point)] for row in probabilities], dtype=np.int64)


def evaluate(
    classifier: Scorer, examples: Sequence[Example], *, baselines: Sequence[Scorer] = (), intervals: bool = True
) -> dict[str, Any]:
    """Everything there is to tell of a classifier on labelled rows, as JSON.

    Stance at each operating point with per-class figures and 95 % bootstrap intervals over articles, log loss, calibration
    error as sampled, macro-F1 by section, ``intent`` where rows and model have it, and ``baselines`` with McNemar's
    test at ``balanced``. *Unclassified* counts as wrong. Figures are rounded to 4 decimals.
    """
    scores = classifier.score(inputs_for(examples, use=classifier.context))
    report: dict[str, Any] = {"rows": len(examples), "settled_by_gate": int(scores.settled.sum())}
    judged = [i for i, e in enumerate(examples) if e.stance]
    if judged:
        rows = [examples[i] for i in judged]
        said = {p: decisions(classifier.calibration, scores.stance[judged], p) for p in OperatingPoint}
        report |= stance_report(scores.stance[judged], said, rows, intervals=intervals)
        truth, mine = stance_indices(rows), said[OperatingPoint.BALANCED]
        report["baselines"] = {}
        for baseline in baselines:
            theirs = decisions(
                baseline.calibration,
                baseline.score(inputs_for(rows, use=baseline.context)).stance,
                OperatingPoint.BALANCED,
            )
            report["baselines"][baseline.id] = {
                "macro_f1": class_figures(truth, theirs, STANCE_NAMES)["macro_f1"],
                "mcnemar": mcnemar(truth, mine, theirs),
            }
    intended = [i for i, e in enumerate(examples) if e.intent]
    if intended and scores.intent is not None:
        truth = np.asarray([INTENTS.index(examples[i].intent) for i in intended])
        groups = [examples[i].group for i in intended] if intervals else None
        report["intent"] = class_figures(truth, scores.intent[intended].argmax(axis=1), INTENT_NAMES, groups=groups)
    return report


def stance_report(
    probabilities: Array, said: Mapping[OperatingPoint, Labels], examples: Sequence[Example], *, intervals: bool = True
) -> dict[str, Any]:
    """The stance part of :func:`evaluate`, from probabilities (n × 3) and what was said at each point."""
    truth = stance_indices(examples)
    groups = [e.group for e in examples] if intervals else None
    counts = Counter(int(t) for t in truth)
    by_section: dict[str, list[int]] = {}
    for i, example in enumerate(examples):
        by_section.setdefault(section_word(example.section), []).append(i)
    balanced = said[OperatingPoint.BALANCED]
    return {
        "counts": {name: counts[i] for i, name in enumerate(STANCE_NAMES)},
        "log_loss": round(float(log_loss(truth, probabilities, labels=range(3))), 4),
        "calibration_error": round(calibration_error(probabilities, truth), 4),
        "class_calibration_error": {
            name: round(class_calibration_error(probabilities, truth, i), 4) for i, name in enumerate(STANCE_NAMES)
        },
        "recall_at_precision_0.85": {
            name: round(recall_at_precision(probabilities[:, i], truth == i, RECALL_AT), 4)
            for i, name in enumerate(STANCE_NAMES[:2])
        },
        **{point.value: class_figures(truth, said[point], STANCE_NAMES, groups=groups) for point in OperatingPoint},
        "by_section": {
            name: {"rows": len(rows), "macro_f1": class_figures(truth[rows], balanced[rows], STANCE_NAMES)["macro_f1"]}
            for name, rows in sorted(by_section.items())
            if len(rows) >= 20
        },
    }


_SECTIONS = ("introduction", "background", "method", "material", "result", "discussion", "conclusion")


def section_word(title: str) -> str:
    """The kind of section a printed title names: its first telling word, or ``other`` (``none`` for no title)."""
    plain = title.casefold()
    return next((word for word in _SECTIONS if word in plain), "other" if plain.strip() else "none")


def _apart(one: str, other: str) -> tuple[str, str]:
    """The two ids, told apart where they are one."""
    return (one, other) if one != other else (one, f"{other} (again)")


def compare(one: Scorer, other: Scorer, examples: Sequence[Example]) -> dict[str, Any]:
    """Two models on the same rows at ``balanced``: macro-F1 of both and McNemar's exact test."""
    rows = [e for e in examples if e.stance]
    truth = stance_indices(rows)
    said = [
        decisions(c.calibration, c.score(inputs_for(rows, use=c.context)).stance, OperatingPoint.BALANCED)
        for c in (one, other)
    ]
    return {
        "rows": len(rows),
        "macro_f1": {name: class_figures(truth, s, STANCE_NAMES)["macro_f1"] for name, s in zip(_apart(one.id, other.id), said, strict=True)},
        "mcnemar": mcnemar(truth, said[0], said[1]),
    }  # fmt: skip
