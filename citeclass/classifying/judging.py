"""From statements to predictions, the same for every model that gives logits."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from citeclass.classifying.calibration import Array, Calibration
from citeclass.classifying.inputs import ModelInput
from citeclass.records import INTENTS, CitationStatement, Intent, OperatingPoint, Prediction, Stance

ABSTAINED = "the largest probability is below the point's threshold"
"""The note of a prediction that the operating point held back."""


class Scores(NamedTuple):
    """What a model says of some inputs.

    ``stance``: probabilities at the natural rate (n × 3, in the order of :data:`~citeclass.records.STANCES`). ``intent``:
    probabilities (n × 3, in that of :data:`~citeclass.records.INTENTS`), or None from models without. ``settled``: which
    rows the gate settled, without the transformer.
    """

    stance: Array
    intent: Array | None
    settled: NDArray[np.bool_]

    def intents(self) -> list[Intent | None]:
        """The likeliest intent of each row."""
        if self.intent is None:
            return [None] * len(self.stance)
        return [INTENTS[int(i)] for i in self.intent.argmax(axis=1)]


class Scorer(Protocol):
    """What judging needs of a model: its scores, its operating points, what it reads and the languages it knows."""

    languages: frozenset[str]
    calibration: Calibration
    context: tuple[str, ...]

    @property
    def id(self) -> str:
        """Name and digest of the model."""
        ...

    def score(self, inputs: Sequence[ModelInput]) -> Scores:
        """Calibrated probabilities of the inputs; no row depends on the others."""
        ...


def judge(
    scorer: Scorer,
    statements: Sequence[CitationStatement],
    *,
    point: OperatingPoint,
    input_of: Callable[[CitationStatement], ModelInput],
) -> list[Prediction]:
    """One prediction for each statement, in order; one in a language the model does not know is *unclassified*."""
    known = [s.language is None or s.language in scorer.languages for s in statements]
    asked = [input_of(s) for s, is_known in zip(statements, known, strict=True) if is_known]
    scores = scorer.score(asked)
    rows = iter(zip(scores.stance, scores.intents(), strict=True))
    return [
        _prediction(scorer, s.id, *next(rows), point) if is_known else _foreign(scorer, s)
        for s, is_known in zip(statements, known, strict=True)
    ]


def _prediction(
    scorer: Scorer, statement_id: str, row: Array, intent: Intent | None, point: OperatingPoint
) -> Prediction:
    stance = scorer.calibration.decide(row, point)
    note = ABSTAINED if stance is Stance.UNCLASSIFIED else None
    supporting, contrasting, mentioning = map(float, row)
    return Prediction(statement_id, scorer.id, stance, supporting, contrasting, mentioning, note, intent)


def _foreign(scorer: Scorer, statement: CitationStatement) -> Prediction:
    note = f"language {statement.language!r} is not one the model knows ({', '.join(sorted(scorer.languages))})"
    return Prediction(statement.id, scorer.id, Stance.UNCLASSIFIED, None, None, None, note)
