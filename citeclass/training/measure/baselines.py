"""What any model must beat: always *mentioning*, a list of cue words, and the linear model that ships as the gate."""

import re
from collections.abc import Sequence

import numpy as np

from citeclass.classifying.calibration import Array, Calibration, softmax
from citeclass.classifying.gate import Gate
from citeclass.classifying.inputs import CONTEXT, ModelInput
from citeclass.classifying.judging import Scores
from citeclass.records import STANCES, Stance

_SUPPORT = re.compile(
    r"\b(?:consistent with|in (?:line|agreement|accordance|keeping) with|agree(?:s|d)? (?:well )?with|similar to|confirm(?:s|ed)?"
    r"|replicat\w+|support(?:s|ed)? (?:the|th[eo]se|this|earlier|previous)|in accord with|compar(?:able|es well) (?:to|with)"
    r"|corroborat\w+|as (?:also )?(?:reported|found|shown|observed) (?:by|in))\b",
    re.IGNORECASE,
)
_CONTRAST = re.compile(
    r"\b(?:in contrast (?:to|with)|contrary to|unlike|inconsistent with|at odds with|disagree\w*|contradict\w*|conflict(?:s|ing)? with"
    r"|differ(?:s|ed|ent)? from|not (?:consistent|in (?:line|agreement)) with|fail(?:s|ed)? to replicate|(?:higher|lower|larger|smaller"
    r"|greater|less) than (?:that|those|the|previously|reported))\b",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"\b(?:we|our|ours|this study|the present|current study|these (?:results|findings|data))\b", re.IGNORECASE
)


class _Baseline:
    """Judges by itself and is calibrated by nobody."""

    id = "baseline"
    languages = frozenset({"en"})
    calibration = Calibration()
    context = CONTEXT

    def stances(self, inputs: Sequence[ModelInput]) -> Array:
        """Probabilities (n × 3)."""
        raise NotImplementedError

    def score(self, inputs: Sequence[ModelInput]) -> Scores:
        """See :class:`~citeclass.classifying.judging.Scorer`."""
        return Scores(self.stances(inputs), None, np.zeros(len(inputs), dtype=bool))


class Majority(_Baseline):
    """Everything is *mentioning*."""

    id = "majority"

    def stances(self, inputs: Sequence[ModelInput]) -> Array:
        """See the base."""
        return np.tile([0.045, 0.014, 0.941], (len(inputs), 1))


class Cues(_Baseline):
    """A cue word of agreement or contrast in a sentence that speaks of own work, or follows one that does."""

    id = "cue words"

    def stances(self, inputs: Sequence[ModelInput]) -> Array:
        """See the base."""
        return np.asarray([_one_hot(_by_cue(i)) for i in inputs]).reshape(-1, 3)


class Linear(_Baseline):
    """The linear model of a gate, taken for a classifier of its own."""

    id = "linear"

    def __init__(self, gate: Gate, *, context: tuple[str, ...] = CONTEXT) -> None:
        self._gate, self.context = gate, context

    def score(self, inputs: Sequence[ModelInput]) -> Scores:
        """See :class:`~citeclass.classifying.judging.Scorer`."""
        raw = self._gate.scores(inputs)
        return Scores(softmax(raw[:, :3]), softmax(raw[:, 3:]), np.ones(len(inputs), dtype=bool))


def _by_cue(given: ModelInput) -> Stance:
    if not _OWN.search(given.sentence) and not _OWN.search(given.context):
        return Stance.MENTIONING
    if _CONTRAST.search(given.sentence):
        return Stance.CONTRASTING
    return Stance.SUPPORTING if _SUPPORT.search(given.sentence) else Stance.MENTIONING


def _one_hot(stance: Stance) -> list[float]:
    return [0.98 if s is stance else 0.01 for s in STANCES]
