"""The grammar of in-text citation markers: a leaf that readers, linking and the model input share.

``find(text)`` tells where callouts *could* stand and what they print. It knows no bibliography:
whether ``(3)`` is a citation or a list number is for :mod:`citeclass.linking` to decide.
"""

from bisect import bisect_left

from citeclass.callouts.authoryear import find_author_year
from citeclass.callouts.marks import Mark, Style
from citeclass.callouts.numeric import find_numeric

__all__ = ["Mark", "Style", "find", "find_author_year", "find_numeric"]

ALL_STYLES = frozenset(Style)


def find(text: str, *, styles: frozenset[Style] = ALL_STYLES) -> list[Mark]:
    """All marks of the given styles in ``text``, by position, none overlapping.

    Where two readings overlap the author–year one wins, then the longer.
    """
    marks: list[Mark] = []
    if Style.AUTHOR_YEAR in styles:
        marks.extend(find_author_year(text))
    taken = sorted((m.start, m.end) for m in marks)
    for mark in find_numeric(text, styles=styles):
        before = bisect_left(taken, (mark.end,)) - 1  # the last that begins before this one ends
        if before < 0 or taken[before][1] <= mark.start:
            marks.append(mark)
    return sorted(marks, key=lambda m: (m.start, m.end))
