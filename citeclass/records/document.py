"""A document as read: one text that is never rewritten, and layers of spans over it."""

from dataclasses import dataclass, field
from enum import StrEnum

Box = tuple[float, float, float, float]
"""Left, bottom, right and top in points from a page's lower left corner."""

_WIDTHS = {
    **dict.fromkeys("iljtfrI.,;:'’|!()[] -/", 0.3),
    **dict.fromkeys("mwMW—%@", 0.85),
    **dict.fromkeys("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", 0.32),
}


class Zone(StrEnum):
    """Where in the article a paragraph stands."""

    BODY = "body"
    ABSTRACT = "abstract"
    CAPTION = "caption"
    TABLE = "table"
    NOTE = "note"


class SectionKind(StrEnum):
    """The IMRaD class of a section, in scite's words."""

    INTRODUCTION = "introduction"
    METHODS = "methods"
    RESULTS = "results"
    DISCUSSION = "discussion"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Author:
    """A person (family name, given names or initials) or, with ``given`` empty, a body."""

    family: str
    given: str = ""

    def __str__(self) -> str:
        return f"{self.given} {self.family}".strip()


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What identifies the article itself. ``doi`` is lower-case and bare; ``language`` is ISO 639-1."""

    title: str | None = None
    authors: tuple[Author, ...] = ()
    year: int | None = None
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    journal: str | None = None
    abstract: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its printed title, those of the sections around it, and its IMRaD class if known."""

    title: str
    kind: SectionKind | None = None
    parents: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The printed titles from the outermost section down, ``Discussion > Limitations``."""
        return " > ".join((*self.parents, self.title))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """``text[start:end]`` of the document; ``section`` is an index into its sections."""

    start: int
    end: int
    zone: Zone = Zone.BODY
    section: int | None = None


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """Where a line of a PDF stands: page from 1, box in points from the lower left corner."""

    start: int
    end: int
    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class Anchor:
    """A callout the publisher tagged: ``keys`` are the ids of the references it points to."""

    start: int
    end: int
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pointer:
    """A link in a PDF from ``text[start:end]`` into the reference list.

    ``places`` are offsets of the printed lines it may land on: one, two where the file does not tell the column, none where it
    tells only the page.
    """

    start: int
    end: int
    places: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Address:
    """A link in a PDF from ``text[start:end]`` to an address with a DOI or a PMID."""

    start: int
    end: int
    url: str


@dataclass(frozen=True, slots=True)
class Reference:
    """One entry of the reference list.

    ``index`` counts from 0 in printed order; ``label`` is the printed number or tag, ``keys`` are the
    ids by which anchors point to it (two citations in one entry share theirs). ``year`` keeps its letter (``2010a``, ``in press``).
    ``start`` is where the document's text prints it, for entries segmented from there.
    """

    index: int
    raw: str
    keys: tuple[str, ...] = ()
    label: str | None = None
    authors: tuple[Author, ...] = ()
    year: str | None = None
    title: str | None = None
    container: str | None = None
    volume: str | None = None
    pages: str | None = None
    doi: str | None = None
    pmid: str | None = None
    start: int | None = None

    @property
    def number(self) -> int | None:
        """The printed number, where the label is one."""
        digits = (self.label or "").strip("[]().\u2009\xa0 ")
        return int(digits) if digits.isdecimal() and len(digits) < 6 else None


@dataclass(frozen=True, slots=True)
class Document:
    """An article: ``text`` and spans over it.

    ``paragraphs`` are in reading order and do not overlap. ``bibliography`` holds the paragraphs of
    a printed reference list that is still to be segmented (PDF), ``pointers`` the file's links into it, ``addresses`` those to works elsewhere; readers of
    structured files give ``references`` and ``anchors`` instead. ``reader`` names the reader and its version.
    """

    reader: str
    text: str
    front: FrontMatter = FrontMatter()
    sections: tuple[Section, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()
    references: tuple[Reference, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    bibliography: tuple[Paragraph, ...] = ()
    pointers: tuple[Pointer, ...] = ()
    addresses: tuple[Address, ...] = ()
    lines: tuple[PrintedLine, ...] = field(default=(), repr=False)

    def page_of(self, offset: int) -> int | None:
        """The page (from 1) on which the character at ``offset`` is printed, if known."""
        at = self._line_at(offset)
        return self.lines[at].page if at < len(self.lines) else None

    def boxes(self, start: int, end: int) -> list[tuple[int, Box]]:
        """Where ``text[start:end]`` is printed: for each line it runs over the page (from 1) and a box in points.

        Empty for documents without printed lines. Within a line the place is reckoned from the usual widths of letters,
        so that it may be off by a letter.
        """
        found = []
        at = self._line_at(start)
        while at < len(self.lines) and self.lines[at].start < end:
            line = self.lines[at]
            x0, y0, x1, y1 = line.box
            whole = _width(self.text[line.start : line.end]) or 1.0
            left = _width(self.text[line.start : max(line.start, start)]) / whole
            right = _width(self.text[line.start : min(line.end, end)]) / whole
            if right > left:
                found.append((line.page, (x0 + left * (x1 - x0), y0, x0 + right * (x1 - x0), y1)))
            at += 1
        return found

    def _line_at(self, offset: int) -> int:
        """The place of the first printed line that ends behind ``offset``."""
        low, high = 0, len(self.lines)
        while low < high:
            middle = (low + high) // 2
            if self.lines[middle].end <= offset:
                low = middle + 1
            else:
                high = middle
        return low


def _width(text: str) -> float:
    """The width of ``text`` in a common serif face, in em, roughly."""
    return sum(_WIDTHS.get(c, 0.66 if c.isupper() else 0.48) for c in text)
