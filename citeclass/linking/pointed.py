"""What a PDF's own links say of its callouts, as far as they can be believed.

A link lands near an entry, not always on it: some producers round the point, some tell the page alone. So the links of
a document are weighed together: where what stands under them (a number, a year, a name) fits the entry they lead to in nearly all
cases that can be checked, they may settle what the text leaves open. Alone they make no callout: figures, tables and
additional files are linked the same way.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from citeclass.records import Document, Pointer, Reference
from citeclass.text import lower, squash

_BELIEVED = 0.9  # share of the checked links that must fit
_FEWEST = 3  # links that must have been checked
_DIGITS = re.compile(r"\d+")
_NAME = re.compile(r"[^\W\d_]{3,}")


class Pointed:
    """The links of one document, by where they stand."""

    def __init__(self, document: Document, references: Sequence[Reference]) -> None:
        self._pointers = sorted(document.pointers, key=lambda p: (p.start, p.end))
        self._starts = [p.start for p in self._pointers]
        self._longest = max((p.end - p.start for p in self._pointers), default=0)
        self._references = references
        self._found = self._settled(document.text)

    def _settled(self, text: str) -> list[tuple[int, ...]]:
        """The entries each link may lead to, read as the document's links fit best: those they land on, those below, or either."""
        printed = [(r.start, r.index) for r in self._references if r.start is not None]
        landed = [
            [bisect_right(printed, (place, len(self._references))) - 1 for place in pointer.places]
            for pointer in self._pointers
        ]
        for steps in ((0,), (1,), (0, 1)):
            found = [
                tuple(printed[at + step][1] for at in places for step in steps if 0 <= at + step < len(printed))
                for places in landed
            ]
            checked = [self._fits(text, p, f) for p, f in zip(self._pointers, found, strict=True) if f]
            if len(checked) >= _FEWEST and sum(checked) >= _BELIEVED * len(checked):
                return found
        return [()] * len(self._pointers)

    def _fits(self, text: str, pointer: Pointer, found: Sequence[int]) -> bool:
        """Whether any entry found has the number, the year or the name that stands under the link, or right before it."""
        printed = lower(text[pointer.start : pointer.end])
        around = squash(text[max(0, pointer.start - 40) : pointer.end])
        digits = set(_DIGITS.findall(printed))
        for index in found:
            reference = self._references[index]
            number = reference.number if reference.number is not None else index + 1
            years = set(_DIGITS.findall(reference.year or ""))
            first = squash(
                reference.authors[0].family if reference.authors else (_NAME.findall(reference.raw) or [""])[0]
            )
            if str(number) in digits or years & digits or (len(first) > 2 and first in around):
                return True
        return False

    def covers(self, start: int, end: int) -> bool:
        """Whether any link of the reference list's stands over ``text[start:end]``."""
        return bool(self._over(start, end))

    def references(self, start: int, end: int) -> tuple[int, ...]:
        """The references that links over ``text[start:end]`` may lead to; none where the document's are not believed."""
        return tuple(dict.fromkeys(i for at in self._over(start, end) for i in self._found[at]))

    def _over(self, start: int, end: int) -> list[int]:
        low, high = bisect_left(self._starts, start - self._longest), bisect_right(self._starts, end - 1)
        return [at for at in range(low, high) if self._pointers[at].end > start]
