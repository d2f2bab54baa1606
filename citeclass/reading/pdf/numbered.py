"""Line numbers of manuscripts, where the file draws each right before its line, so that the two join."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from citeclass.reading.pdf.glyphs import Glyph

_APART = 0.6  # em between the number and its line
_FEWEST = 15  # lines of a page that are numbered one by one
_SHARE = 0.8  # of a page's lines are
_FEWEST_FIFTHS = 4  # numbers of a page where each fifth line has one
_RISING = 0.9  # of the numbers follow the one before
_EDGE = 4.0  # points by which numbers' right edges differ


@dataclass(frozen=True, slots=True)
class _Lead:
    """The number that opens a line, or is all of it: its value, and the place in the line of the first glyph behind it."""

    line: int
    value: int
    behind: int
    right: float


def without_numbers(lines: Sequence[list[Glyph]]) -> Iterator[list[Glyph]]:
    """The ``lines`` of one page as glyphs, less the numbers of lines, whether they were drawn alone or not."""
    found = [lead for i, line in enumerate(lines) if (lead := _lead(i, line))]
    numbered = {lead.line: lead for lead in found} if _count_lines(found, lines) else {}
    for i, line in enumerate(lines):
        rest = line[numbered[i].behind :] if i in numbered else line
        if rest:
            yield rest


def _lead(at: int, line: list[Glyph]) -> _Lead | None:
    digits = 0
    while digits < min(len(line), 4) and line[digits].text.isdecimal():
        digits += 1
    behind = digits
    while behind < len(line) and line[behind].index < 0:
        behind += 1
    if not digits:
        return None
    if behind < len(line) and line[behind].x0 - line[digits - 1].x1 < _APART * line[behind].size:
        return None
    return _Lead(at, int("".join(g.text for g in line[:digits])), behind, line[digits - 1].x1)


def _count_lines(found: Sequence[_Lead], lines: Sequence[list[Glyph]]) -> bool:
    """Whether the numbers count the page's lines: at one edge, one by one or by fives."""
    if len(found) < _FEWEST_FIFTHS:
        return False
    edge = sorted(lead.right for lead in found)[len(found) // 2]
    own = [lead for lead in found if abs(lead.right - edge) < _EDGE]
    if len(own) < _RISING * len(found):
        return False
    printed = len(lines) - sum(lead.behind == len(lines[lead.line]) for lead in own)
    steps = [b.value - a.value for a, b in zip(own, own[1:], strict=False)]
    if len(own) >= max(_FEWEST, _SHARE * printed) and steps.count(1) >= _RISING * len(steps):
        return True
    others = sorted(line[0].x0 for i, line in enumerate(lines) if line and i not in {lead.line for lead in own})
    in_margin = bool(others) and edge < others[len(others) // 10]
    return in_margin and steps.count(5) >= _RISING * len(steps)
