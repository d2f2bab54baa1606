"""Growing a document's text: written once, front to back, with spans noted on the way."""

from citeclass.records import Anchor, Paragraph, Section, Zone


class TextBuilder:
    """Collects paragraphs separated by line feeds; within one, white space is a single blank."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._start: int | None = None
        self._blank = False
        self._place: tuple[Zone, int | None] = (Zone.BODY, None)
        self.paragraphs: list[Paragraph] = []
        self.anchors: list[Anchor] = []
        self.sections: list[Section] = []

    @property
    def text(self) -> str:
        """All that was written."""
        return "".join(self._parts)

    @property
    def here(self) -> int:
        """The offset of the next character; a pending blank is written first."""
        return self._length + (1 if self._blank and self._start is not None and self._length > self._start else 0)

    def section(self, section: Section) -> int:
        """Note a section; its index."""
        self.sections.append(section)
        return len(self.sections) - 1

    def open(self, zone: Zone, section: int | None) -> None:
        """Begin a paragraph (closing an open one)."""
        self.close()
        self._start, self._place, self._blank = self._length, (zone, section), False

    def write(self, text: str) -> None:
        """Add ``text`` to the open paragraph."""
        if not text or self._start is None:
            return
        words = text.split()
        if text[0].isspace():
            self._blank = True
        if not words:
            return
        if self._blank and self._length > self._start:
            self._emit(" ")
        self._emit(" ".join(words))
        self._blank = text[-1].isspace()

    def anchor(self, start: int, keys: tuple[str, ...]) -> None:
        """Note that what was written since ``start`` is a tagged callout."""
        if self._length > start:
            self.anchors.append(Anchor(start, self._length, keys))

    def close(self) -> None:
        """End the open paragraph, if any; an empty one leaves no trace."""
        if self._start is not None and self._length > self._start:
            zone, section = self._place
            self.paragraphs.append(Paragraph(self._start, self._length, zone, section))
            self._emit("\n")
        self._start = None

    def _emit(self, piece: str) -> None:
        self._parts.append(piece)
        self._length += len(piece)
