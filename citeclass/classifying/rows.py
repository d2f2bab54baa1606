"""``citeclass predict``: plain rows in, plain rows out, in order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from citeclass.classifying.classifier import OnnxClassifier
from citeclass.classifying.inputs import ModelInput, model_input
from citeclass.errors import BadRow
from citeclass.records import STANCES, OperatingPoint, Stance
from citeclass.text import unmark

_CHUNK = 256


def row_input(row: Any) -> tuple[ModelInput, bool]:
    """The model's input for a row ``{id, section?, before?, sentence, after?, start?, end?}``, and whether it has a target.

    The target is the first ``«…»`` of the sentence, or ``start:end``. Raises :class:`BadRow`.
    """
    if not isinstance(row, Mapping):
        raise BadRow("a row must be an object")
    sentence = row.get("sentence")
    if not isinstance(sentence, str) or not sentence.strip():
        raise BadRow("'sentence' must be a text that is not empty")
    for name in ("before", "section"):
        if not isinstance(row.get(name) or "", str):
            raise BadRow(f"{name!r} must be a text")
    plain, start, end = unmark(sentence)
    if start is None and row.get("start") is not None:
        start, end = _offsets(row["start"], row.get("end"), len(plain))
    given = model_input(plain, start=start, end=end, before=row.get("before"), section=row.get("section"))
    return given, start is not None


def _offsets(start: Any, end: Any, length: int) -> tuple[int, int]:
    whole = type(start) is int and type(end) is int
    if not whole or not 0 <= start < end <= length:
        raise BadRow(f"'start' and 'end' must be offsets into the sentence (0 to {length})")
    return start, end


def predict_rows(rows: Iterable[Any], classifier: OnnxClassifier, *, point: OperatingPoint) -> Iterator[dict[str, Any]]:
    """For each row ``{id, type, type_confidence, supporting, contrasting, mentioning}``, or ``{id, error}``.

    Probabilities are at the natural rate and rounded to 4 decimals; a row whose callout is not marked
    carries a ``note``. A row that could not even be parsed is handed in as its :class:`BadRow`.
    """
    chunk: list[Any] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == _CHUNK:
            yield from _chunk(chunk, classifier, point)
            chunk = []
    yield from _chunk(chunk, classifier, point)


def _chunk(rows: Sequence[Any], classifier: OnnxClassifier, point: OperatingPoint) -> Iterator[dict[str, Any]]:
    prepared: list[tuple[ModelInput, bool] | BadRow] = []
    for row in rows:
        try:
            prepared.append(row if isinstance(row, BadRow) else row_input(row))
        except BadRow as error:
            prepared.append(error)
    good = [p[0] for p in prepared if not isinstance(p, BadRow)]
    scored = iter(list(classifier.calibration.probabilities(classifier.logits(good))))
    for row, item in zip(rows, prepared, strict=True):
        name = row.get("id") if isinstance(row, Mapping) else None
        if isinstance(item, BadRow):
            yield {"id": name, "error": str(item)}
            continue
        probabilities = next(scored)
        stance = classifier.calibration.decide(probabilities, point)
        rounded = {s.value: round(float(p), 4) for s, p in zip(STANCES, probabilities, strict=True)}
        chosen = rounded.get(stance.value, round(float(np.max(probabilities)), 4))
        out = {"id": name, "type": stance.value, "type_confidence": chosen, **rounded}
        if not item[1]:
            out["note"] = "no target callout marked with «…» or start/end: judged by the sentence as a whole"
        elif stance is Stance.UNCLASSIFIED:
            out["note"] = "the largest probability is below the point's threshold"
        yield out
