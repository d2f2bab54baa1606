"""Which zone each block belongs to: body, abstract, caption, table or note."""

import re
from collections import Counter

from citeclass.callouts import Style, find
from citeclass.reading.pdf.blocks import CAPTION, Block, is_body_size
from citeclass.reading.pdf.lines import Line
from citeclass.reading.pdf.tables import table_cells
from citeclass.records import Zone

_BODY_SENTENCE = re.compile(r"^\w+\.?\s*\d+\w?(?:\s*(?:,|and|–|-)\s*\w?\d+)*\s+[a-z]{3,}\s")
_ABSTRACT_PARTS = re.compile(
    r"^(?:background|objectives?|aims?|purpose|methods?|results?|conclusions?|discussion|introduction|context|design|setting|participants|findings|"
    r"methodology|interpretation|trial registration|keywords?|materials and methods|methods and results|methodology/principal findings|conclusions?/significance)\b[\s:./\w]{0,30}$",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"^\W*(?:\d\.?\s*)?(?:abstract|summary|resumo|resumen|a\s*b\s*s\s*t\s*r\s*a\s*c\s*t|introduction|background|introdu[cç])",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"@|universi|departm|institut|hospital|faculty|school of|correspond|received|copyright|©|licen[cs]e|conflict of|funding",
    re.IGNORECASE,
)
_STOP = re.compile(r"\w\w\W?\. ")  # behind an initial stands no end of a sentence
_LONGEST_FRONT = 900  # characters: addresses of many authors
_ABSTRACT = re.compile(
    r"^\W*(?:abstract|summary|resumo|resumen|a\s*b\s*s\s*t\s*r\s*a\s*c\s*t|highlights)\b", re.IGNORECASE
)


def zoned(blocks: list[Block], sizes: tuple[float, ...]) -> list[Block]:
    """Give each block its zone."""
    abstract = _AbstractWatch()
    front, cells = _front(blocks), table_cells(blocks)
    for i, block in enumerate(blocks):
        text, inside = block.text, abstract.inside(block)
        if block.heading:
            continue
        if i < front:
            block.zone = Zone.NOTE
            continue
        near = blocks[max(0, i - 1) : i] + blocks[i + 1 : i + 2]
        at_body_size = is_body_size(_size(block), sizes)
        if CAPTION.match(text) and not (at_body_size and _BODY_SENTENCE.match(text)):
            block.zone = Zone.TABLE if text[:3].casefold() in ("tab", "cua", "qua") else Zone.CAPTION
        elif i in cells or (len(text) < 160 and any(_same_row(block.lines[0], b.lines[0]) for b in near)):
            block.zone = Zone.TABLE
        elif inside:
            block.zone = Zone.ABSTRACT
        elif not at_body_size:
            block.zone = Zone.NOTE
    return blocks


def _front(blocks: list[Block]) -> int:
    """How many blocks at the head of the first page are title, names, addresses and dates: those before the
    heading of the abstract or introduction, where no running text is among them.
    """
    page = blocks[0].lines[0].page if blocks else 0
    for i, block in enumerate(blocks):
        if block.lines[0].page > page or len(block.text) > _LONGEST_FRONT:
            return 0
        if block.heading and _OPENS.match(block.text):
            return i
        if not block.heading and _is_prose(block.text):
            return i if all(_is_front(b.text) for b in blocks[:i] if not b.heading) else 0
    return 0


def _is_front(text: str) -> bool:
    """Whether a block reads like names, addresses and dates."""
    words = [w for w in text.split() if w[0].isalpha()]
    names = not text.rstrip().endswith((".", "?", "!")) and sum(w[0].isupper() for w in words) >= 0.4 * len(words)
    return names or bool(_ADDRESS.search(text))


def _is_prose(text: str) -> bool:
    """Whether a block reads like running text: sentences, and no address among them."""
    return len(text) > 150 and bool(_STOP.search(text)) and not _ADDRESS.search(text)


def _size(block: Block) -> float:
    """The size most of the block's characters are set in."""
    counts: Counter[float] = Counter()
    for line in block.lines:
        counts[line.size] += len(line.text)
    return counts.most_common(1)[0][0]


class _AbstractWatch:
    """Follows headings to tell where an abstract, with or without parts, gives way to the article.

    It ends with a heading that is no part of an abstract, a part met again (``Background`` opens many
    articles), the page after it, a paragraph with callouts (articles that open without a heading), or when it has
    grown too long for one.
    """

    _LONGEST = 3500
    _SHORT = 350

    def __init__(self) -> None:
        self._parts: set[str] | None = None
        self._length = 0
        self._page = 0
        self._text_size = 0.0

    def inside(self, block: Block) -> bool:
        text = block.text
        if block.heading and self._parts is None and _ABSTRACT.match(text):
            self._parts, self._length, self._page = set(), 0, block.lines[0].page
            return True
        if self._parts is None:
            return False
        part = re.sub(r"\W+", " ", text.casefold()).strip()
        if block.heading:
            new_part = bool(_ABSTRACT_PARTS.match(text)) and part not in self._parts and not text[:1].isdigit()
            closing = new_part and part.startswith(("background", "introduction")) and self._length > 0
            if _ABSTRACT.match(text):
                self._parts, self._length = set(), 0
            elif new_part and not closing:
                self._parts.add(part)
            else:
                self._parts = None
        else:
            size = _size(block)
            if not self._length:
                self._text_size = size
            elif abs(size - self._text_size) > 0.045 * size:
                return False  # a note or an address beside it
            cites = self._length > self._SHORT and any(m.style is not Style.PAREN for m in find(text))
            self._length += len(text)
            if cites or self._length > self._LONGEST or block.lines[0].page > self._page + 1:
                self._parts = None
        return self._parts is not None


def _same_row(a: Line, b: Line) -> bool:
    return (
        a.page == b.page
        and abs(a.baseline - b.baseline) < 0.3 * a.size
        and (a.x0 > b.x1 or b.x0 > a.x1)
        and len(a.text) < 60
    )
