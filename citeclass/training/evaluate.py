"""How good a model is on labelled statements, at every operating point."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.metrics import accuracy_score, f1_score, log_loss, precision_recall_fscore_support

from citeclass.classifying.inputs import model_input
from citeclass.classifying.judging import Scorer
from citeclass.records import STANCES, OperatingPoint
from citeclass.training.data import Example

_NAMES = [s.value for s in STANCES]


def inputs_of(examples: Sequence[Example]) -> list[Any]:
    """The model's inputs for labelled examples."""
    return [model_input(e.sentence, start=e.start, end=e.end, before=e.before, section=e.section) for e in examples]


def evaluate(classifier: Scorer, examples: Sequence[Example]) -> dict[str, Any]:
    """Accuracy, macro-F1 and per-class figures at each point, and log loss of the calibrated probabilities.

    *Unclassified* counts as wrong for the true class. Figures are rounded to 4 decimals.
    """
    probabilities = classifier.calibration.probabilities(classifier.logits(inputs_of(examples)))
    truth = [e.stance.value for e in examples]
    report: dict[str, Any] = {
        "rows": len(examples),
        "counts": {name: truth.count(name) for name in _NAMES},
        "log_loss": round(float(log_loss(truth, probabilities[:, np.argsort(_NAMES)], labels=sorted(_NAMES))), 4),
    }
    for point in OperatingPoint:
        guess = [classifier.calibration.decide(row, point).value for row in probabilities]
        p, r, f, _ = precision_recall_fscore_support(truth, guess, labels=_NAMES, zero_division=0)
        report[point.value] = {
            "accuracy": round(float(accuracy_score(truth, guess)), 4),
            "macro_f1": round(float(f1_score(truth, guess, labels=_NAMES, average="macro", zero_division=0)), 4),
            "unclassified": guess.count("unclassified"),
            **{
                name: {"precision": round(float(p[i]), 4), "recall": round(float(r[i]), 4), "f1": round(float(f[i]), 4)}
                for i, name in enumerate(_NAMES)
            },
        }
    return report
