"""PDF articles through pypdfium2: characters to lines, lines to blocks, blocks to a Document."""

import re
from collections import Counter
from dataclasses import replace
from math import isfinite

import pypdfium2 as pdfium

from citeclass.errors import ReadError
from citeclass.reading.pdf.blocks import Block
from citeclass.reading.pdf.frontpage import front_matter
from citeclass.reading.pdf.furniture import without_furniture
from citeclass.reading.pdf.glyphs import SOFT_HYPHEN
from citeclass.reading.pdf.hyperlinks import Landing, Landings, page_links
from citeclass.reading.pdf.layout import Layout, lay_out
from citeclass.reading.pdf.lines import Line, page_lines
from citeclass.reading.sectionkind import section_kind
from citeclass.records import Address, Document, FrontMatter, Paragraph, Pointer, PrintedLine, Reason, Section, Zone
from citeclass.text import detect_language

__all__ = ["READER", "read_pdf"]

READER = "pdf-5"

_LONGEST_XMP = 200_000


def read_pdf(data: bytes) -> Document:
    """The document of a PDF file.

    Raises :class:`ReadError`: *encrypted*, *malformed*, or *no-text* for scans without a text layer.
    """
    lines, heights, metadata, xmp = _load(data)
    if (
        sum(len(line.text) for line in lines) < 40 * max(1, len(heights))
        and sum(len(line.text) for line in lines) < 400
    ):
        raise ReadError(
            Reason.NO_TEXT,
            f"the PDF has {len(heights)} page(s) but hardly any text: it looks like a scan",
            fix="read it with --ocr, or run `ocrmypdf in.pdf out.pdf` on it first",
        )
    lines = [line for line in lines if isfinite(line.baseline)]  # a damaged file may place text nowhere
    layout = lay_out(without_furniture(lines, heights))
    front = front_matter(lines, layout, metadata, xmp)
    return _compose(
        layout, replace(front, language=detect_language(_prose(layout, Zone.BODY) or _prose(layout, Zone.ABSTRACT)))
    )


def _prose(layout: Layout, zone: Zone) -> str:
    return " ".join(b.text for b in layout.blocks if b.zone is zone and not b.heading)


def _load(data: bytes) -> tuple[list[Line], dict[int, float], dict[str, str], str]:
    try:
        pdf = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).casefold():
            raise ReadError(
                Reason.ENCRYPTED, "the PDF is locked with a password", fix="save a copy without password and add that"
            ) from error
        raise ReadError(
            Reason.MALFORMED, f"the PDF is damaged or cut short ({error})", fix="download the file again"
        ) from error
    try:
        lines: list[Line] = []
        heights: dict[int, float] = {}
        for number in range(1, len(pdf) + 1):
            try:
                page = pdf[number - 1]
            except pdfium.PdfiumError:
                continue
            heights[number] = page.get_height() or 792.0
            lines += page_lines(page, number, page_links(pdf, page))
            page.close()
        if not heights:
            raise ReadError(Reason.MALFORMED, "the PDF has no readable page", fix="download the file again")
        start = data.find(b"<x:xmpmeta")
        packet = data[start : data.find(b"</x:xmpmeta>", start)] if start >= 0 else b""
        return lines, heights, pdf.get_metadata_dict(), packet[:_LONGEST_XMP].decode("utf-8", "replace")
    finally:
        pdf.close()


class _Writer:
    """Writes blocks into one text, noting paragraphs, printed lines and what stands under links."""

    def __init__(self, words: Counter[str]) -> None:
        self._parts: list[str] = []
        self._at = 0
        self._words = words
        self.printed: list[PrintedLine] = []
        self.runs: list[tuple[int, int, Landing | str]] = []

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def entry(self, line: Line) -> tuple[int, int]:
        """A line of the reference list, which keeps the mark of a broken word: entries are joined later."""
        start, end = self.paragraph([line])
        if line.hyphenated:
            self._parts[-1:] = [SOFT_HYPHEN, "\n"]
            self._at, end = self._at + 1, end + 1
        return start, end

    def paragraph(self, lines: list[Line]) -> tuple[int, int]:
        start = self._at
        for number, line in enumerate(lines):
            following = lines[number + 1].text if number + 1 < len(lines) else ""
            piece, gap = self._line(line.text, following)
            begin = self._at
            self._emit(piece)
            box = (line.x0, line.baseline - 0.25 * line.size, line.x1, line.baseline + 0.8 * line.size)
            self.printed.append(PrintedLine(begin, self._at, line.page, box))
            self.runs += [(begin + r.start, min(begin + r.end, self._at), r.to) for r in line.runs]
            if following:
                self._emit(gap)
        end = self._at
        self._emit("\n")
        return start, end

    def _line(self, text: str, following: str) -> tuple[str, str]:
        """A line without its break hyphen, and what divides it from the next.

        A hyphen at the break is kept where the word is printed with it elsewhere in the document.
        """
        bare = text.rstrip(SOFT_HYPHEN).replace(SOFT_HYPHEN, "-" if text.rstrip(SOFT_HYPHEN).count(SOFT_HYPHEN) else "")
        if text.endswith(SOFT_HYPHEN):
            head = re.search(r"[\w-]+$", bare)
            tail = re.match(r"[\w-]+", following)
            if head and tail:
                joined, hyphened = (head[0] + tail[0]).casefold(), f"{head[0]}-{tail[0]}".casefold()
                if self._words[hyphened] > self._words[joined] or tail[0][0].isupper() or tail[0][0].isdigit():
                    return bare + "-", ""
            return bare, ""
        if bare.endswith(("-", "–")) and len(bare) > 1 and bare[-2].isalnum() and following[:1].isalnum():
            return bare, ""
        return bare, " "

    def _emit(self, piece: str) -> None:
        self._parts.append(piece)
        self._at += len(piece)


def _compose(layout: Layout, front: FrontMatter) -> Document:
    words: Counter[str] = Counter()
    for block in layout.blocks:
        for line in block.lines:
            words.update(re.findall(r"[\w-]+", line.text.casefold()))
    writer = _Writer(words)
    sections: list[Section] = []
    paragraphs: list[Paragraph] = []
    for block in layout.blocks:
        if block.heading:
            sections.append(_section(block, sections))
            continue
        start, end = writer.paragraph(block.lines)
        current = len(sections) - 1 if sections and block.zone in (Zone.BODY, Zone.ABSTRACT) else None
        paragraphs.append(Paragraph(start, end, block.zone, current))
    runs = [(start, end, to) for start, end, to in writer.runs if isinstance(to, Landing)]
    entries = tuple(Paragraph(*writer.entry(line), Zone.NOTE) for line in layout.bibliography)
    return Document(
        reader=READER,
        text=writer.text,
        front=front,
        sections=tuple(sections),
        paragraphs=tuple(paragraphs),
        bibliography=entries,
        pointers=_pointers(runs, layout.bibliography, entries),
        addresses=tuple(Address(start, end, to) for start, end, to in writer.runs if isinstance(to, str)),
        lines=tuple(writer.printed),
    )


def _pointers(
    runs: list[tuple[int, int, Landing]], printed: list[Line], entries: tuple[Paragraph, ...]
) -> tuple[Pointer, ...]:
    """The runs under links that lead to a page of the reference list, with the lines of it they may land on."""
    landings = Landings(((line.page, line.x0, line.baseline, line.size) for line in printed), (to for _, _, to in runs))
    starts = [entry.start for entry in entries]
    return tuple(
        Pointer(start, end, tuple(starts[i] if i >= 0 else starts[0] - 1 for i in landings.lines(to)))
        for start, end, to in sorted(runs, key=lambda run: run[:2])
        if to in landings and end > start
    )


def _section(block: Block, before: list[Section]) -> Section:
    """A section with its class: by its own title, else that of the section it stands in."""
    title = block.text.replace(SOFT_HYPHEN + " ", "").replace(SOFT_HYPHEN, "")
    kind = section_kind(title)
    if kind is None and before:
        kind = before[-1].kind
    return Section(title, kind)
