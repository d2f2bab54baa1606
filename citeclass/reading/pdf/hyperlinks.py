"""Links in a PDF: many publishers, and LaTeX, tie callouts to the entry they mean, and entries to the work.

A link is a rectangle on one page, and a point on another or an address. Which letters it covers is told while lines are made;
which line of the reference list it lands on, when the list is known.
"""

import ctypes
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from citeclass.records import Box
from citeclass.text import find_pmid, normal_doi

_ABOVE = 26.0  # points: the most a link lands above the line it means
_INSIDE = 0.1  # of a line's size: how far below its baseline a link may land
_BESIDE = 12.0  # points: the most a link lands to the right of the line's edge
_LEADING = 0.8  # of a line's size: surely less than the distance of lines
_COLUMN = 60.0  # points: lines whose edges differ by less stand in one column
_LONGEST_ADDRESS = 2000
_MOST = 4000  # links of one page; more are no callouts


@dataclass(frozen=True, slots=True)
class Landing:
    """Where a link leads: a page (from 1) and, where the file tells, a point on it."""

    page: int
    x: float | None = None
    y: float | None = None


@dataclass(frozen=True, slots=True)
class Hyperlink:
    """A link's rectangle on its page, and where it leads: a place in the file, or an address that names a work."""

    box: Box
    to: Landing | str


@dataclass(frozen=True, slots=True)
class LinkedRun:
    """``text[start:end]`` of a line stands under a link."""

    start: int
    end: int
    to: Landing | str


def page_links(document: pdfium.PdfDocument, page: pdfium.PdfPage) -> list[Hyperlink]:
    """The links of ``page`` that lead to a place in the same file or to an address with a DOI or a PMID; a link over two lines is two."""
    found: list[Hyperlink] = []
    at, link = ctypes.c_int(0), raw.FPDF_LINK()
    while len(found) < _MOST and raw.FPDFLink_Enumerate(page.raw, ctypes.byref(at), ctypes.byref(link)):
        destination = raw.FPDFLink_GetDest(document.raw, link)
        to = _landing(document, destination) if destination else _address(document, link)
        if to is not None:
            found += [Hyperlink(box, to) for box in _boxes(link)]
    return found


def _address(document: pdfium.PdfDocument, link: Any) -> str | None:
    action = raw.FPDFLink_GetAction(link)
    if not action or raw.FPDFAction_GetType(action) != raw.PDFACTION_URI:
        return None
    length = raw.FPDFAction_GetURIPath(document.raw, action, None, 0)
    if not 0 < length <= _LONGEST_ADDRESS:
        return None
    buffer = ctypes.create_string_buffer(length)
    raw.FPDFAction_GetURIPath(document.raw, action, buffer, length)
    address = buffer.value.decode("utf-8", "replace")
    return address if normal_doi(address) or find_pmid(address) else None


def _landing(document: pdfium.PdfDocument, destination: Any) -> Landing | None:
    page = raw.FPDFDest_GetDestPageIndex(document.raw, destination)
    if page < 0:
        return None
    has_x, has_y, has_zoom = ctypes.c_int(), ctypes.c_int(), ctypes.c_int()
    x, y, zoom = ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
    raw.FPDFDest_GetLocationInPage(destination, has_x, has_y, has_zoom, x, y, zoom)
    return Landing(page + 1, x.value if has_x.value else None, y.value if has_y.value else None)


def _boxes(link: Any) -> Iterator[Box]:
    quads = raw.FS_QUADPOINTSF()
    count = raw.FPDFLink_CountQuadPoints(link)
    for i in range(count if 0 < count < 40 else 0):
        if raw.FPDFLink_GetQuadPoints(link, i, ctypes.byref(quads)):
            xs, ys = (quads.x1, quads.x2, quads.x3, quads.x4), (quads.y1, quads.y2, quads.y3, quads.y4)
            yield min(xs), min(ys), max(xs), max(ys)
    rect = raw.FS_RECTF()
    if count <= 0 and raw.FPDFLink_GetAnnotRect(link, ctypes.byref(rect)):
        yield rect.left, min(rect.bottom, rect.top), rect.right, max(rect.bottom, rect.top)


@dataclass(frozen=True, slots=True)
class _Row:
    """A printed line: its place in the list, left edge and baseline in points, size, and whether it opens a column."""

    number: int
    x0: float
    baseline: float
    size: float
    top: bool


class Landings:
    """Tells which of some printed lines a link lands on: the first at or below its point, in each column it may mean."""

    def __init__(self, lines: Iterable[tuple[int, float, float, float]], landings: Iterable[Landing]) -> None:
        """``lines``: page, left edge, baseline and size of each, as printed; ``landings``: those of all the document's links."""
        self._by_page: dict[int, list[_Row]] = {}
        last_page, last_baseline = 0, 0.0
        for number, (page, x0, baseline, size) in enumerate(lines):
            top = page != last_page or baseline > last_baseline
            self._by_page.setdefault(page, []).append(_Row(number, x0, baseline, size, top))
            last_page, last_baseline = page, baseline
        heights = sorted(
            to.y - row.baseline for to in landings if to.y is not None for row in self._rows(to) if not row.top
        )
        self._usual = heights[len(heights) // 2] if heights else None

    def __contains__(self, to: Landing) -> bool:
        return to.page in self._by_page

    def lines(self, to: Landing) -> tuple[int, ...]:
        """The places of the lines in the list given: none where the file tells only the page, or nothing is near.

        A link that lands far above the first line of a column, further than others land above theirs, means the line before; -1
        is what stands before the first of all.
        """
        return tuple(row.number - self._overshoots(to, row) for row in self._rows(to))

    def _overshoots(self, to: Landing, row: _Row) -> bool:
        above = 0.0 if to.y is None else to.y - row.baseline
        return row.top and self._usual is not None and above > self._usual + _LEADING * row.size

    def _rows(self, to: Landing) -> list[_Row]:
        if to.y is None:
            return []
        columns: list[list[_Row]] = []
        for row in sorted(self._by_page.get(to.page, ()), key=lambda r: r.x0):
            if -_INSIDE * row.size <= to.y - row.baseline <= _ABOVE and (not to.x or row.x0 >= to.x - _BESIDE):
                if not columns or row.x0 > columns[-1][0].x0 + _COLUMN:
                    columns.append([])
                columns[-1].append(row)
        return [max(column, key=lambda r: r.baseline) for column in (columns[:1] if to.x else columns)]
