"""What a model says of articles it did not learn from: calibration, operating points and honest figures from the folds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from citeclass.classifying.calibration import Array, Calibration, softmax
from citeclass.records import INTENTS, OperatingPoint
from citeclass.training.calibrate import calibrate
from citeclass.training.data import Example, fold_of, stance_indices
from citeclass.training.fit import Logits
from citeclass.training.measure.figures import (
    Labels,
    calibration_error,
    class_calibration_error,
    class_figures,
    interval,
    macro_f1,
    matrix,
    rates,
    resampled,
)
from citeclass.training.measure.report import INTENT_NAMES, STANCE_NAMES, decisions, stance_report
from citeclass.training.strata import as_sampled, natural_weights


@dataclass(frozen=True)
class HeldOut:
    """Out-of-fold logits of ``examples`` (stance and intent, n × 3), ``ours`` being the sources that count."""

    examples: tuple[Example, ...]
    stance: Array
    intent: Array
    ours: tuple[str, ...]
    folds: int

    @classmethod
    def of(cls, rows: Sequence[tuple[Example, Logits]], *, ours: Sequence[str], folds: int) -> "HeldOut":
        """Gathered from what the folds were asked about."""
        stance, intent = np.asarray([s for _, (s, _) in rows]), np.asarray([i for _, (_, i) in rows])
        return cls(tuple(e for e, _ in rows), stance, intent, tuple(ours), folds)

    def joined(self, linear: Array, *, share: float) -> "HeldOut":
        """With a linear model's stance scores (n × 3) added, ``share`` times."""
        return replace(self, stance=self.stance + share * linear)

    def rows(self, sources: Sequence[str], fold: int | None = None, *, inside: bool = True) -> list[int]:
        """Places of the rows of ``sources`` with a stance, inside or outside a fold."""
        return [
            i for i, e in enumerate(self.examples)
            if e.stance and e.source in sources and (fold is None or (fold_of(e, self.folds) == fold) is inside)
        ]  # fmt: skip

    @property
    def others(self) -> list[str]:
        """Sources with stances that are not ours."""
        return [s for s in dict.fromkeys(e.source for e in self.examples if e.stance) if s not in self.ours]

    @cached_property
    def weights(self) -> Array:
        """Weights of our rows at the natural rate, from all of them together; 0 for other rows."""
        places = self.rows(self.ours)
        out = np.zeros(len(self.examples))
        out[places] = natural_weights([self.examples[i] for i in places])
        return out

    @cached_property
    def calibration(self) -> Calibration:
        """Calibration and operating points from all rows."""
        return self._calibration(None)

    def calibration_without(self, fold: int | None) -> Calibration:
        """Calibration and operating points from the rows outside a fold; from all for None."""
        return self.calibration if fold is None else self._by_fold[fold]

    @cached_property
    def _by_fold(self) -> list[Calibration]:
        """For each fold the calibration from the rows outside it."""
        return [self._calibration(k) for k in range(self.folds)]

    def _calibration(self, without_fold: int | None) -> Calibration:
        def part(sources: Sequence[str]) -> list[int]:
            return self.rows(sources, without_fold, inside=False) if without_fold is not None else self.rows(sources)

        others = {source: part([source]) for source in self.others}
        mine = part(self.ours)
        return calibrate(
            self.stance[mine],
            [self.examples[i] for i in mine],
            weights=self.weights[mine],
            others={
                source: (self.stance[places], stance_indices([self.examples[i] for i in places]))
                for source, places in others.items()
            },
        )

    def crossed(self, sources: Sequence[str]) -> tuple[list[Example], Array, dict[OperatingPoint, Labels]]:
        """Rows of ``sources`` with probabilities and decisions by calibrations that did not see their fold."""
        places = self.rows(sources)
        probabilities = np.zeros((len(places), 3))
        said = {point: np.zeros(len(places), dtype=np.int64) for point in OperatingPoint}
        fold = np.asarray([fold_of(self.examples[i], self.folds) for i in places])
        for k in range(self.folds):
            mine = np.flatnonzero(fold == k)
            if len(mine):
                calibration = self._by_fold[k]
                probabilities[mine] = calibration.probabilities(self.stance[[places[i] for i in mine]])
                for point in OperatingPoint:
                    said[point][mine] = decisions(calibration, probabilities[mine], point)
        return [self.examples[i] for i in places], probabilities, said

    def report(self) -> dict[str, Any]:
        """Out-of-fold figures, thresholds chosen on the other folds: ``ours`` as sampled and at the natural rate, and each other set."""
        examples, probabilities, said = self.crossed(self.ours)
        first = [i for i, e in enumerate(examples) if as_sampled(e)]
        report: dict[str, Any] = {
            "ours": _part(examples, probabilities, said, first),
            "ours, all rows": _part(examples, probabilities, said, list(range(len(examples)))),
            "natural rate": natural_report(examples, probabilities, said, self.weights[self.rows(self.ours)]),
        }
        psychology = [i for i, e in enumerate(examples) if "psych" in e.pick]
        if psychology:
            report["ours, psychology"] = _part(
                examples, probabilities, said, [i for i in psychology if i in set(first)]
            )
        for source in self.others:
            rows, p, s = self.crossed([source])
            report[source] = _part(rows, p, s, list(range(len(rows))))
        intended = [i for i, e in enumerate(self.examples) if e.intent]
        if intended:
            truth = np.asarray([INTENTS.index(self.examples[i].intent) for i in intended])
            guess = softmax(self.intent[intended]).argmax(axis=1)
            report["intent"] = class_figures(
                truth, guess, INTENT_NAMES, groups=[self.examples[i].group for i in intended]
            )
        return report


def _part(
    examples: Sequence[Example], probabilities: Array, said: Mapping[OperatingPoint, Labels], chosen: Sequence[int]
) -> dict[str, Any]:
    rows = [examples[i] for i in chosen]
    if not rows:
        return {"rows": 0}
    picked = {point: labels[list(chosen)] for point, labels in said.items()}
    return {"rows": len(rows), **stance_report(probabilities[list(chosen)], picked, rows)}


def natural_report(
    examples: Sequence[Example], probabilities: Array, said: Mapping[OperatingPoint, Labels], weights: Array
) -> dict[str, Any]:
    """Figures of rows weighted back to the natural rate, with 95 % intervals over articles."""
    truth = stance_indices(examples)
    groups = [e.group for e in examples]
    out: dict[str, Any] = {
        "calibration_error": round(calibration_error(probabilities, truth, weights), 4),
        "class_calibration_error": {
            name: round(class_calibration_error(probabilities, truth, i, weights), 4)
            for i, name in enumerate(STANCE_NAMES)
        },
    }
    for point, labels in said.items():
        confusion = matrix(truth, labels, 3, weights)
        precision, recall, f1 = rates(confusion)
        p, r, f = rates(resampled(truth, labels, groups, 3, weights=weights))
        out[point.value] = {
            "macro_f1": round(float(macro_f1(confusion)), 4),
            **{
                name: {
                    "precision": round(float(precision[i]), 4), "recall": round(float(recall[i]), 4), "f1": round(float(f1[i]), 4),
                    "precision_interval": interval(p[:, i]), "recall_interval": interval(r[:, i]), "f1_interval": interval(f[:, i]),
                }
                for i, name in enumerate(STANCE_NAMES)
            },
        }  # fmt: skip
    return out
