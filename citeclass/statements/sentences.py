"""Sentence boundaries that respect callouts and abbreviations.

nupunkt's Punkt model finds the boundaries in a copy of the text in which each callout is masked,
so that ``et al.``, years and brackets inside callouts cannot end a sentence. A superscript or
bracket printed after the full stop belongs to the sentence it closes.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import itemgetter

import regex

from citeclass.callouts import find

Span = tuple[int, int]

_SURE = regex.compile(r"(?<=[\p{Ll}\p{N})\]”\"’%][.?!][\"”’)\]]?)\s+(?=(?:[\"“‘(\[]\s?)?\p{Lu}\p{Ll}*\s+[\p{Ll}])")
_ABBREVIATION = regex.compile(
    r"(?:^|[\s(\[])(?:al|e\.\s?g|i\.\s?e|vs|cf|figs?|eqs?|refs?|nos?|pp?|vol|ca|approx|resp|dr|mr|mrs|ms|prof|st|inc|ltd|co|corp|eds?|"
    r"sp|spp|subsp|var|ssp|etc|viz|ex|sr|jr|dept|univ|sig|tab|suppl|chap|sec|min|max|avg|est|esp|incl|excl|drs|profs|vgl|bzw|insb|cp|[\p{L}])\.$",
    regex.IGNORECASE,
)
_LONGEST = 2000  # characters: no sentence is longer, but tables and lists read as one may be
_NO_START = regex.compile(r"\s*[\p{Ll},;:)\]–—=<>%]")


def split_sentences(text: str, *, callouts: Sequence[Span] | None = None) -> list[Span]:
    """The sentences of one paragraph as offsets, by position, without the blanks between them.

    ``callouts`` are spans of printed callout groups to keep whole; None lets the grammar find them.
    """
    groups = _groups(text) if callouts is None else sorted(set(callouts))
    masked, trailing = _mask(text, groups)
    boundaries = {end for _, end in _punkt(masked)} | {m.start() for m in _SURE.finditer(masked)}
    spans, at = [], 0
    for cut in sorted(boundaries | {len(text)}):
        cut = _after_trailing(cut, masked, trailing)
        if cut <= at or (cut < len(text) and not _is_boundary(masked, cut)):
            continue
        for piece in _pieces(text, at, cut, groups):
            start, end = _trim(text, *piece)
            if end > start:
                spans.append((start, end))
        at = cut
    return spans


def _pieces(text: str, start: int, end: int, groups: Sequence[Span]) -> Iterator[Span]:
    """What passes for one sentence, or parts of it where it is too long for one, cut at blanks outside callouts.

    Each statement holds its sentence whole, so that one of thousands of callouts would cost their square.
    """
    while end - start > _LONGEST:
        cut = text.rfind(" ", start + 1, start + _LONGEST)
        if cut < 0:
            break
        cut = next((a if a > start else b for a, b in groups if a < cut < b), cut)
        if cut >= end:
            break
        yield start, cut
        start = cut
    yield start, end


def _groups(text: str) -> list[Span]:
    return sorted({(m.group_start, m.group_end) for m in find(text)})


def _mask(text: str, groups: list[Span]) -> tuple[str, list[Span]]:
    """``text`` with callouts as filler of the same length; those printed after a full stop as blanks, with their places."""
    pieces, at, trailing = [], 0, list[Span]()
    for start, end in groups:
        if start < at:
            continue
        pieces.append(text[at:start])
        closing = start > 0 and regex.search(r"[\p{L}\p{N})\]”\"’%][.?!][\"”’)]?$", text[max(0, start - 4) : start])
        blank = closing and not text[start:end].startswith("(") and (end == len(text) or text[end].isspace())
        if blank and not _ABBREVIATION.search(text[max(0, start - 12) : start]):
            trailing.append((start, end))
            pieces.append(" " * (end - start))
        else:
            # a narrative callout may open a sentence: "Smith et al. (2010) found"
            pieces.append(("X" if text[start].isupper() else "x") + "x" * (end - start - 1))
        at = end
    pieces.append(text[at:])
    return "".join(pieces), trailing


def _after_trailing(cut: int, masked: str, trailing: Sequence[Span]) -> int:
    """A boundary just before, or in, a callout that closes a sentence moves behind it."""
    following = bisect_right(trailing, cut, key=itemgetter(0))
    for start, end in trailing[max(0, following - 1) : following + 1]:
        if start <= cut <= end or (cut < start and not masked[cut:start].strip()):
            return end
    return cut


def _is_boundary(masked: str, cut: int) -> bool:
    before = masked[max(0, cut - 60) : cut].rstrip()
    if _ABBREVIATION.search(before):
        return False
    if (
        before.count("(") > before.count(")")
        and ")" in masked[cut : cut + 80].partition("(")[0]
        and "(" in before[-40:]
    ):
        return False
    return not _NO_START.match(masked[cut : cut + 3])


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


@lru_cache(maxsize=4096)
def _punkt(text: str) -> tuple[Span, ...]:
    import nupunkt

    return tuple(nupunkt.sent_spans(text))
