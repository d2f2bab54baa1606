"""``citeclass predict``: plain rows in, plain rows out, in order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from citeclass.classifying.inputs import CONTEXT, ModelInput, model_input
from citeclass.classifying.judging import ABSTAINED, Scorer
from citeclass.errors import BadRow
from citeclass.records import STANCES, OperatingPoint, Stance
from citeclass.text import detect_language, unmark

_CHUNK = 256
_LAST_LATIN = "\u024f"
_SURELY_FOREIGN = 0.95
_ENOUGH = 60  # characters; single sentences are all a row may have


def row_input(row: Any, *, use: Sequence[str] = CONTEXT) -> tuple[ModelInput, bool]:
    """The model's input for a row ``{id, section?, before?, sentence, after?, start?, end?}``, and whether it has a target.

    The target is the first ``«…»`` of the sentence, or ``start:end``. Raises :class:`BadRow`.
    """
    if not isinstance(row, Mapping):
        raise BadRow("a row must be an object")
    sentence = row.get("sentence")
    if not isinstance(sentence, str) or not sentence.strip():
        raise BadRow("'sentence' must be a text that is not empty")
    for name in ("sentence", "before", "after", "section"):
        text = row.get(name) or ""
        if not isinstance(text, str):
            raise BadRow(f"{name!r} must be a text")
        if not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text):
            raise BadRow(f"{name!r} holds half of a character (a lone surrogate)")
    plain, start, end = unmark(sentence)
    if start is None and row.get("start") is not None:
        start, end = _offsets(row["start"], row.get("end"), len(plain))
    given = model_input(
        plain,
        start=start,
        end=end,
        before=row.get("before"),
        after=row.get("after"),
        section=row.get("section"),
        use=use,
    )
    return given, start is not None


def _offsets(start: Any, end: Any, length: int) -> tuple[int, int]:
    whole = type(start) is int and type(end) is int
    if not whole or not 0 <= start < end <= length:
        raise BadRow(f"'start' and 'end' must be offsets into the sentence (0 to {length})")
    return start, end


def predict_rows(rows: Iterable[Any], classifier: Scorer, *, point: OperatingPoint) -> Iterator[dict[str, Any]]:
    """For each row ``{id, type, type_confidence, supporting, contrasting, mentioning, intent?}``, or ``{id, error}``.

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


def _chunk(rows: Sequence[Any], classifier: Scorer, point: OperatingPoint) -> Iterator[dict[str, Any]]:
    prepared: list[tuple[ModelInput, bool] | BadRow] = []
    for row in rows:
        try:
            prepared.append(row if isinstance(row, BadRow) else row_input(row, use=classifier.context))
        except BadRow as error:
            prepared.append(error)
    good = [p[0] for p in prepared if not isinstance(p, BadRow)]
    scores = classifier.score(good)
    scored = iter(zip(scores.stance, scores.intents(), strict=True))
    for row, item in zip(rows, prepared, strict=True):
        name = row.get("id") if isinstance(row, Mapping) else None
        if isinstance(item, BadRow):
            yield {"id": name, "error": str(item)}
            continue
        probabilities, intent = next(scored)
        language = _foreign_language(row, classifier.languages)
        stance = Stance.UNCLASSIFIED if language else classifier.calibration.decide(probabilities, point)
        rounded = {s.value: round(float(p), 4) for s, p in zip(STANCES, probabilities, strict=True)}
        chosen = rounded.get(stance.value, round(float(np.max(probabilities)), 4))
        out = {"id": name, "type": stance.value, "type_confidence": chosen, **rounded}
        if intent is not None:
            out["intent"] = intent.value
        notes = []
        if language:
            notes.append(f"language {language!r} is not one the model knows; the scores mean little")
        elif stance is Stance.UNCLASSIFIED:
            notes.append(ABSTAINED)
        if not item[1] and not language:
            notes.append("no target callout marked with «…» or start/end: judged by the sentence as a whole")
        yield {**out, "note": "; ".join(notes)} if notes else out


def _foreign_language(row: Mapping[str, Any], known: frozenset[str]) -> str | None:
    """The language of a row that the model surely does not know: the one given as ``lang``, else the text's."""
    given = row.get("lang")
    if isinstance(given, str) and given:
        return None if given[:2].casefold() in known else given
    text = " ".join(str(row.get(name) or "") for name in ("before", "sentence", "after"))
    letters = [c for c in text if c.isalpha()]
    if sum(c > _LAST_LATIN for c in letters) > len(letters) / 2:
        return "another script"
    found = detect_language(text, at_least=_SURELY_FOREIGN, enough=_ENOUGH)
    return None if found is None or found in known else found
