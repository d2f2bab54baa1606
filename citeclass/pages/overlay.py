"""The rendered pages with marks drawn over them, as one web page or as pictures."""

import base64
import ctypes
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from citeclass.errors import missing_extra
from citeclass.pages.marks import Kind, PageMark, described, marks_of, told
from citeclass.records import Box, Document, Linking

SCALE = 1.6
"""Pixels for each point."""

_TARGET = "#d9730d"
_FINE = 20  # steps of a point in which places are reckoned

COLOURS = {
    Kind.LINKED: "#1a7f37",
    Kind.UNSURE: "#b58900",
    Kind.UNLINKED: "#cf222e",
    Kind.ENTRY: "#0550ae",
    Kind.UNCITED: "#d9730d",
    Kind.ASIDE: "#8c959f",
}
"""Drawn apart by shape too: callouts are boxes, entries have a bar at their edge, text set aside is tinted."""


@dataclass(frozen=True, slots=True)
class _Page:
    """A rendered page: its picture, its size as shown in points, and where boxes of the page stand on it."""

    number: int
    width: float
    height: float
    image: Any  # a Pillow image
    place: Callable[[Box], Box]


def _rendered(data: bytes, *, only: int | None) -> Iterator[_Page]:
    """The pages that can be shown, one at a time; each is good until the next."""
    with pdfium.PdfDocument(data) as pdf:
        for number in range(1, len(pdf) + 1):
            if only not in (None, number):
                continue
            try:
                page = pdf[number - 1]
            except pdfium.PdfiumError:
                continue  # the reader passes over it too
            width, height = page.get_size()
            yield _Page(number, width, height, page.render(scale=SCALE).to_pil(), partial(_placed, page, width, height))
            page.close()


def _placed(page: pdfium.PdfPage, width: float, height: float, box: Box) -> Box:
    """A box of the page as left, top, right and bottom on what is shown of it: cropped and turned as the file says."""
    x, y, corners = ctypes.c_int(), ctypes.c_int(), []
    for px, py in ((box[0], box[1]), (box[2], box[3])):
        raw.FPDF_PageToDevice(page, 0, 0, int(width * _FINE), int(height * _FINE), 0, px, py, x, y)
        corners.append((x.value / _FINE, y.value / _FINE))
    (a, b), (c, d) = corners
    return min(a, c), min(b, d), max(a, c), max(b, d)


def inspect_html(
    data: bytes | None, document: Document, linking: Linking, *, title: str, page: int | None = None
) -> str:
    """A web page that stands by itself: the pages of a PDF (``data``) with marks over them, else the text with marks in it;
    beside it what was read, and what was not tied.

    Raises :class:`~citeclass.errors.MissingExtra` without ``citeclass[pages]``.
    """
    try:
        import jinja2
        import PIL  # noqa: F401 - pdfium's pictures need it
    except ImportError as error:
        missing_extra("pages", error)
    marks: dict[int, list[PageMark]] = {}
    for mark in marks_of(document, linking):
        marks.setdefault(mark.page, []).append(mark)
    pages = []
    if data is not None and document.lines:
        for shown in _rendered(data, only=page):
            picture = base64.b64encode(_png(shown.image)).decode("ascii")
            pages.append(
                {"number": shown.number, "width": shown.width, "height": shown.height, "picture": picture,
                 "marks": [_svg(m.kind, m.note, shown.place(m.box)) for m in marks.get(shown.number, ())]}
            )  # fmt: skip
    template = files("citeclass.pages").joinpath("inspect.html.j2").read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    cited = {t.reference for c in linking.callouts for t in c.targets}
    return environment.from_string(template).render(
        title=title,
        front=document.front,
        reader=document.reader,
        pages=pages,
        text=[] if pages else list(_marked_text(document, linking)),
        colours={kind.value: colour for kind, colour in COLOURS.items()},
        counts={
            "callouts": len(linking.callouts),
            "linked": sum(bool(c.targets) for c in linking.callouts),
            "references": len(linking.references),
            "cited": len(cited),
        },
        unlinked=[
            {"callout": document.text[c.start : c.end], "page": document.page_of(c.start), "why": told(c, linking)[1]}
            for c in linking.callouts
            if not c.targets
        ],
        uncited=[described(r) for r in linking.references if r.index not in cited],
    )


def _png(image: Any) -> bytes:
    """A page as PNG, in as many colours as print needs."""
    buffer = io.BytesIO()
    image.convert("P", palette=1, colors=64).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _svg(kind: Kind, note: str, box: Box) -> dict[str, Any]:
    x0, y0, x1, y1 = box
    if kind in (Kind.ENTRY, Kind.UNCITED):
        x0, x1 = x0 - 4, x0 - 2
    return {
        "x": round(x0, 1), "y": round(y0, 1), "width": round(x1 - x0, 1), "height": round(y1 - y0, 1),
        "kind": kind.value, "note": note,
    }  # fmt: skip


def _marked_text(document: Document, linking: Linking) -> Iterator[dict[str, Any]]:
    """The paragraphs of a document without pages, in pieces: plain text and marked callouts."""
    callouts, at = sorted(linking.callouts, key=lambda c: c.start), 0
    for paragraph in document.paragraphs:
        pieces: list[dict[str, str]] = []
        here = paragraph.start
        while at < len(callouts) and callouts[at].start < paragraph.end:
            callout = callouts[at]
            at += 1
            if callout.start < here:
                continue
            kind, note = told(callout, linking)
            pieces.append({"text": document.text[here : callout.start], "kind": "", "note": ""})
            pieces.append({"text": document.text[callout.start : callout.end], "kind": kind.value, "note": note})
            here = callout.end
        pieces.append({"text": document.text[here : paragraph.end], "kind": "", "note": ""})
        yield {"zone": paragraph.zone.value, "pieces": pieces}


def inspect_images(
    data: bytes, document: Document, linking: Linking, *, page: int | None = None
) -> Iterator[tuple[int, bytes]]:
    """Each page's number (from 1) and its picture as PNG, marks drawn in.

    Raises :class:`~citeclass.errors.MissingExtra` without ``citeclass[pages]``.
    """
    try:
        from PIL import ImageDraw
    except ImportError as error:
        missing_extra("pages", error)
    marks = list(marks_of(document, linking))
    for shown in _rendered(data, only=page):
        picture = shown.image.convert("RGB")
        draw = ImageDraw.Draw(picture, "RGBA")
        for mark in marks:
            if mark.page != shown.number:
                continue
            box = tuple(side * SCALE for side in shown.place(mark.box))
            colour = COLOURS[mark.kind]
            if mark.kind is Kind.ASIDE:
                draw.rectangle(box, fill=colour + "22")
            elif mark.kind in (Kind.ENTRY, Kind.UNCITED):
                draw.line((box[0] - 3, box[1], box[0] - 3, box[3]), fill=colour, width=3)
            else:
                draw.rectangle(box, outline=colour, width=2, fill=colour + "22")
        yield shown.number, _png(picture)


def callout_image(data: bytes, document: Document, start: int, end: int) -> tuple[int, bytes] | None:
    """The page on which ``document.text[start:end]`` is printed (from 1) and its picture as PNG, the place boxed.

    None where the document has no printed lines there. Raises :class:`~citeclass.errors.MissingExtra` without
    ``citeclass[pages]``.
    """
    try:
        from PIL import ImageDraw
    except ImportError as error:
        missing_extra("pages", error)
    boxes = document.boxes(start, end)
    if not boxes:
        return None
    for shown in _rendered(data, only=boxes[0][0]):
        picture = shown.image.convert("RGB")
        draw = ImageDraw.Draw(picture, "RGBA")
        for number, box in boxes:
            if number == shown.number:
                x0, y0, x1, y1 = (side * SCALE for side in shown.place(box))
                draw.rectangle((x0 - 3, y0 - 3, x1 + 3, y1 + 3), outline=_TARGET, width=3, fill=_TARGET + "33")
        return shown.number, _png(picture)
    return None
