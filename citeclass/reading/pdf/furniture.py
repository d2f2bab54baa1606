"""What a page carries besides the article: running headers and footers, page and line numbers, watermarks."""

import re
from collections import Counter, defaultdict

from citeclass.reading.pdf.lines import Line

_MARGIN = 0.13  # share of the page's height at top and bottom where single numbers are page numbers
_TELLING = 12  # characters from which a line is not twice at one height by chance
_COUNTED = 3  # pages that a bare number must count through to be theirs
_LEGIBLE = 3.0  # points: smaller letters are there for machines
_COUNTS = re.compile(r"\d+|\b[ivxl]+\b")
_NUMBER = re.compile(r"(?:(?:page|p\.|pg\.?|s\.)\s*)?[\divxlIVXL]{1,6}(?:\s*(?:of|/|de|\||–|-)\s*\d{1,4})?")
_STANDING = re.compile(
    r"author manuscript|^available in pmc|^nih-pa|^downloaded from|^this article is protected by copyright|"
    r"^for personal use|^©|^copyright ©|all rights reserved|^e?issn\b|creative ?commons|^\(?cc by|^doi:?\s*10\.|^https?://(?:dx\.)?doi\.org|^www\.",
    re.IGNORECASE,
)


def without_furniture(lines: list[Line], heights: dict[int, float]) -> list[Line]:
    """``lines`` less those that repeat at one height across pages, page numbers and line numbers.

    ``heights`` gives each page's height in points.
    """
    repeated = _repeated(lines, heights)
    numbers = _line_numbers(lines) | _page_numbers(lines)
    return [
        line
        for i, line in enumerate(lines)
        if i not in repeated
        and i not in numbers
        and line.size >= _LEGIBLE
        and not _is_margin_number(line, heights[line.page])
    ]


def _shape(text: str) -> str:
    return _COUNTS.sub("#", "".join(text.casefold().split()))[:60]


def _repeated(lines: list[Line], heights: dict[int, float]) -> set[int]:
    pages = len(heights)
    if pages < 2:
        return set()
    places: dict[tuple[str, int], set[int]] = defaultdict(set)
    members: dict[tuple[str, int], list[int]] = defaultdict(list)
    edges: set[int] = set()
    for i, line in enumerate(lines):
        share = line.baseline / heights[line.page]
        if share > 1 - _MARGIN or share < _MARGIN or _STANDING.search(line.text):
            edges.add(i)
        elif len(line.text) > 90:
            continue
        shape = _shape(line.text)
        for step in (0, 1):
            key = (shape, round((line.baseline + step * 3) / 6))
            places[key].add(line.page)
            members[key].append(i)
    gone: set[int] = set()
    for key, seen in places.items():
        # left and right pages differ, so that a header may stand on two pages of five
        need = 2 if pages <= 4 or len(key[0]) >= _TELLING else 3
        if len(seen) >= need and (not edges.isdisjoint(members[key]) or len(seen) >= max(4, 0.6 * pages)):
            gone.update(members[key])
    return gone


def _is_margin_number(line: Line, height: float) -> bool:
    share = line.baseline / height
    return (share > 1 - _MARGIN or share < _MARGIN) and bool(_NUMBER.fullmatch(line.text.strip()))


def _page_numbers(lines: list[Line]) -> set[int]:
    """Bare numbers that count up with the pages at one height, wherever on the page they stand."""
    places: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)
    for i, line in enumerate(lines):
        if line.text.isdecimal() and len(line.text) <= 5:
            for step in (0, 1):
                places[int(line.text) - line.page, round((line.baseline + step * 3) / 6)].setdefault(line.page, i)
    return {i for found in places.values() if len(found) >= _COUNTED for i in found.values()}


def _line_numbers(lines: list[Line]) -> set[int]:
    """Lines that are only a number, many, at one left edge, counting up: a manuscript's line numbers."""
    bare = [(i, int(line.text)) for i, line in enumerate(lines) if line.text.isdecimal() and len(line.text) <= 4]
    edges = Counter(round(lines[i].x1 / 4) for i, _ in bare)
    gone: set[int] = set()
    for edge, count in edges.items():
        if count < 15:
            continue
        own = [(i, n) for i, n in bare if round(lines[i].x1 / 4) == edge]
        rising = sum(b[1] - a[1] in (1, 5) for a, b in zip(own, own[1:], strict=False))
        if rising > 0.7 * len(own):
            gone.update(i for i, _ in own)
    return gone
