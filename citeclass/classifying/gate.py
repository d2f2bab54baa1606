"""A linear model over words that settles plain mentions, and has a say in the rest.

Plain weights in ``gate.json``: for each word or pair of words that may stand in the input, what it adds to six scores, three of
stance and three of intent. A softmax over each three gives probabilities. What it does not settle the transformer judges,
and the stance scores of both are added up, since they err differently. The weights come from
scikit-learn (:mod:`citeclass.training.gating`); nothing of it is needed here.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from citeclass.classifying.calibration import Array, softmax
from citeclass.classifying.inputs import ModelInput

FILE = "gate.json"

_WORD = re.compile(r"\[(?:TARGET|CITE)\]|[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+|[:;%(]")
_CONTEXT = "~"  # stands before the words of the context


def features(given: ModelInput) -> Iterator[str]:
    """The words of an input and the pairs of neighbours in its sentence; numbers read ``0``, context words are marked ``~``."""
    found = ["0" if w.isdigit() else w if w[0] == "[" else w.casefold() for w in _WORD.findall(given.sentence)]
    yield from found
    for one, two in pairwise(found):
        yield f"{one} {two}"
    for word in _WORD.findall(given.context):
        yield _CONTEXT + ("0" if word.isdigit() else word if word[0] == "[" else word.casefold())


@dataclass(frozen=True)
class Gate:
    """``weights`` by feature (6 numbers each), ``bias`` (6), and what is done with the scores.

    A text is settled as a mention where its linear probability of *not* being one is below ``threshold`` and its likeliest
    intent has at least the probability ``sure_intent``. Its stance probabilities are then ``settled``, the mean of what
    came true among such texts, its intent the linear one. To the transformer's stance scores of other texts the
    linear ones are added, ``share`` times.
    """

    weights: Mapping[str, Array]
    bias: Array
    threshold: float
    settled: tuple[float, float, float]
    share: float = 0.0
    sure_intent: float = 0.0

    @classmethod
    def load(cls, path: Path) -> "Gate":
        """The gate saved as ``gate.json``. Raises KeyError, ValueError or TypeError where it does not fit."""
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        table = np.asarray(data["weights"], dtype=np.float64).reshape(-1, 6) / float(data["scale"])
        a, b, c = map(float, data["settled"])
        return cls(
            dict(zip(data["features"], table, strict=True)),
            np.asarray(data["bias"], dtype=np.float64),
            float(data["threshold"]),
            (a, b, c),
            float(data.get("share", 0.0)),
            float(data.get("sure_intent", 0.0)),
        )

    def scores(self, inputs: Sequence[ModelInput]) -> Array:
        """Linear scores (n × 6): stance in the order of STANCES, then intent in that of INTENTS; equal inputs are scored once."""
        by_input = {given: self._score(given) for given in dict.fromkeys(inputs)}
        return np.asarray([by_input[given] for given in inputs]).reshape(len(inputs), 6)

    def _score(self, given: ModelInput) -> Array:
        words = dict.fromkeys(features(given))  # in order: sums of floats depend on it
        found = [weight for word in words if (weight := self.weights.get(word)) is not None]
        return self.bias + np.sum(found, axis=0) if found else self.bias

    def settles(self, linear: Array) -> NDArray[np.bool_]:
        """Which rows of linear scores (n × 6) are settled without the transformer."""
        doubt = softmax(linear[:, :3])[:, :2].sum(axis=1)
        return np.asarray((doubt < self.threshold) & (softmax(linear[:, 3:]).max(axis=1) >= self.sure_intent))
