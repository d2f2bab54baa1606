"""What the model reads: the citing sentence with its target marked, and a little context.

The same function prepares training rows and live statements, so that the two cannot drift apart.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from citeclass.callouts import Mark, find
from citeclass.records import CitationStatement
from citeclass.text import tidy

TARGET = "[TARGET]"
OTHER = "[CITE]"
SPECIAL_TOKENS = (TARGET, OTHER)

_WORD = r"\[(?:TARGET|CITE)\]"
_SEPARATOR = r"\s*(?:[,;&–-]|and)?\s*"
_BRACKETED = re.compile(rf"[\[(⟨]\s*((?:{_WORD}{_SEPARATOR})+)[\])⟩]")
_NEIGHBOURS = re.compile(rf"\[CITE\](?:{_SEPARATOR}\[CITE\])+")
_GROUPED = re.compile(rf"(?:\[CITE\]{_SEPARATOR})?\[TARGET\]{_SEPARATOR}\[CITE\]|\[CITE\]{_SEPARATOR}\[TARGET\]")
_BEFORE_CHARACTERS = 320
_AFTER_CHARACTERS = 200
_SECTION_CHARACTERS = 60

SPECIAL = 4  # tokens that mark the parts, and one to spare
LEAST_CONTEXT = 8  # tokens of context that are worth reading

PARTS = ("section", "before", "after")
"""What a model may be given beside the sentence."""

CONTEXT: tuple[str, ...] = ("section", "before")
"""The parts of the context that are read unless a model's ``config.json`` says otherwise."""


@dataclass(frozen=True, slots=True)
class ModelInput:
    """Two segments of text: the marked sentence, and ``section : sentence before`` (may be empty).

    ``plain`` is the sentence as printed, for models that do not know the marks.
    """

    sentence: str
    context: str
    plain: str = field(default="", compare=False)


@lru_cache(maxsize=4096)  # a sentence comes again for each of its callouts, and as its neighbours' context
def _found(sentence: str) -> tuple[Mark, ...]:
    return tuple(find(sentence))


def mark_callouts(sentence: str, start: int | None, end: int | None) -> str:
    """``sentence`` with the callout at ``start:end`` as ``[TARGET]`` and every other one as ``[CITE]``.

    Callouts are found by the grammar; a target that is only part of one (the year of
    ``Yang et al., 2022``) grows to all of it. Brackets around callouts are dropped and neighbouring
    ``[CITE]`` merged, so that the input looks alike in every printing style. Targets of one group, with nothing said between
    them, read alike too, ``[TARGET] [CITE]``: what is said is said of all. ``start`` None means no target is known: all callouts
    then read ``[CITE]``.
    """
    pieces: list[tuple[int, int, str]] = []
    for mark in _found(sentence):
        if start is not None and end is not None and mark.start < end and mark.end > start:
            start, end = min(start, mark.start), max(end, mark.end)
        else:
            pieces.append((mark.start, mark.end, OTHER))
    if start is not None and end is not None:
        pieces = [p for p in pieces if p[1] <= start or p[0] >= end]
        pieces.append((start, end, TARGET))
    out, at = [], 0
    for a, b, word in sorted(pieces):
        out += [sentence[at:a], f" {word} "]
        at = b
    out.append(sentence[at:])
    marked = _BRACKETED.sub(r" \1 ", "".join(out))
    return tidy(_GROUPED.sub(f"{TARGET} {OTHER}", _NEIGHBOURS.sub(OTHER, marked)))


@lru_cache(maxsize=4096)
def _neighbour(sentence: str) -> str:
    return mark_callouts(sentence, None, None)


def model_input(
    sentence: str,
    *,
    start: int | None,
    end: int | None,
    before: str | None = None,
    after: str | None = None,
    section: str | None = None,
    use: Sequence[str] = CONTEXT,
) -> ModelInput:
    """The input for one callout of one sentence.

    ``start:end`` are offsets into ``sentence``. ``use`` names the parts of the context the model was made
    for: of ``before`` (the sentence before) the last 320 characters are read, of ``after`` the first
    200, of ``section`` (its printed title) the first 60.
    """
    context = []
    if section and "section" in use:
        context.append(f"{tidy(section)[:_SECTION_CHARACTERS].casefold()} :")
    if before and "before" in use:
        context.append(_neighbour(tidy(before)[-_BEFORE_CHARACTERS:]))
    if after and "after" in use:
        context.append(f"| {_neighbour(tidy(after)[:_AFTER_CHARACTERS])}")
    return ModelInput(mark_callouts(sentence, start, end), " ".join(context), sentence)


def around_target(sentence: str, offsets: Sequence[tuple[int, int]], room: int) -> tuple[str, int]:
    """The marked sentence and the tokens left of ``room`` for context; of one too long the part around its target, which is never cut.

    ``offsets`` are those of the sentence's tokens.
    """
    left = room - len(offsets)
    if left >= 0:
        return sentence, left
    target = sentence.find(TARGET)
    at = next((i for i, (start, _) in enumerate(offsets) if start >= target), 0) if target >= 0 else 0
    first = max(0, min(at - 2 * room // 3, len(offsets) - room))
    return sentence[offsets[first][0] : offsets[first + room - 1][1]], 0


def statement_input(statement: CitationStatement, *, use: Sequence[str] = CONTEXT) -> ModelInput:
    """The input for a statement's own callout. A section without a title is told by its class."""
    s = statement
    section = s.section_title or (s.section.value if s.section else None)
    return model_input(s.sentence, start=s.start, end=s.end, before=s.before, after=s.after, section=section, use=use)
