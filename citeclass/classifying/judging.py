"""From statements to predictions, the same for every model that gives logits."""

from collections.abc import Callable, Sequence
from typing import Protocol

from citeclass.classifying.calibration import Array, Calibration
from citeclass.classifying.inputs import ModelInput
from citeclass.records import CitationStatement, OperatingPoint, Prediction, Stance

ABSTAINED = "the largest probability is below the point's threshold"
"""The note of a prediction that the operating point held back."""


class Scorer(Protocol):
    """What judging needs of a model: logits, their calibration, and the languages it knows."""

    languages: frozenset[str]
    calibration: Calibration

    @property
    def id(self) -> str:
        """Name and digest of the model."""
        ...

    def logits(self, inputs: Sequence[ModelInput]) -> Array:
        """Rows of three logits, in the order of :data:`~citeclass.records.STANCES`."""
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
    rows = iter(list(scorer.calibration.probabilities(scorer.logits(asked))))
    return [
        _prediction(scorer, s.id, next(rows), point) if is_known else _foreign(scorer, s)
        for s, is_known in zip(statements, known, strict=True)
    ]


def _prediction(scorer: Scorer, statement_id: str, row: Array, point: OperatingPoint) -> Prediction:
    stance = scorer.calibration.decide(row, point)
    note = ABSTAINED if stance is Stance.UNCLASSIFIED else None
    supporting, contrasting, mentioning = map(float, row)
    return Prediction(statement_id, scorer.id, stance, supporting, contrasting, mentioning, note)


def _foreign(scorer: Scorer, statement: CitationStatement) -> Prediction:
    note = f"language {statement.language!r} is not one the model knows ({', '.join(sorted(scorer.languages))})"
    return Prediction(statement.id, scorer.id, Stance.UNCLASSIFIED, None, None, None, note)
