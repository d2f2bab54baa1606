"""From logits to probabilities at the natural rate, and from those to a type.

A vector scaling (one temperature, one bias a class; Guo et al. 2017) fitted on held-out articles
weighted back to the natural base rate. The operating points are thresholds on its outcome.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citeclass.records import STANCES, OperatingPoint, Stance

Array = NDArray[np.float64]

_SUPPORTING, _CONTRASTING, _MENTIONING = range(3)


def softmax(scores: Array) -> Array:
    """Rows of probabilities from rows of scores."""
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Vectors are in the order of :data:`~citeclass.records.STANCES`.

    ``balanced``: what is added to each class's log-probability before the largest is taken.
    ``precise``: the least probability of supporting and of contrasting at which they are given.
    ``natural``: the probability below which the largest class is not given.
    """

    temperature: float = 1.0
    bias: tuple[float, float, float] = (0.0, 0.0, 0.0)
    balanced: tuple[float, float, float] = (0.0, 0.0, 0.0)
    precise: tuple[float, float] = (0.5, 0.5)
    natural: float = 0.0

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Calibration":
        """The calibration saved as ``calibration.json``. Raises KeyError or ValueError where it does not fit."""
        points = data["operating_points"]
        supporting, contrasting, mentioning = map(float, data["bias"])
        a, b, c = map(float, points["balanced"]["log_offsets"])
        precise = points["precise"]["thresholds"]
        return cls(
            temperature=float(data["temperature"]),
            bias=(supporting, contrasting, mentioning),
            balanced=(a, b, c),
            precise=(float(precise["supporting"]), float(precise["contrasting"])),
            natural=float(points["natural"]["abstain_below"]),
        )

    def to_json(self) -> dict[str, Any]:
        """What ``calibration.json`` holds."""
        return {
            "method": "softmax(logits / temperature + bias), fitted at the natural base rate",
            "temperature": self.temperature,
            "bias": list(self.bias),
            "operating_points": {
                "balanced": {"log_offsets": list(self.balanced)},
                "precise": {"thresholds": {"supporting": self.precise[0], "contrasting": self.precise[1]}},
                "natural": {"abstain_below": self.natural},
            },
        }

    def probabilities(self, logits: Array) -> Array:
        """Rows of probabilities (n × 3, each sums to 1) from rows of logits."""
        return softmax(logits.astype(np.float64) / self.temperature + np.asarray(self.bias))

    def decide(self, probabilities: Array, point: OperatingPoint) -> Stance:
        """The type of one row of probabilities at an operating point, or the name of one; ``ValueError`` for anything else."""
        point = OperatingPoint(point)
        if point is OperatingPoint.BALANCED:
            return STANCES[int(np.argmax(np.log(probabilities + 1e-12) + np.asarray(self.balanced)))]
        if point is OperatingPoint.PRECISE:
            over = [probabilities[i] / max(t, 1e-9) for i, t in enumerate(self.precise)]
            best = _SUPPORTING if over[0] >= over[1] else _CONTRASTING
            return STANCES[best if over[best] >= 1.0 else _MENTIONING]
        if float(probabilities.max()) < self.natural:
            return Stance.UNCLASSIFIED
        return STANCES[int(np.argmax(probabilities))]
