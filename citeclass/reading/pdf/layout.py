"""From lines to paragraphs: headings, running text, captions, tables, notes, the reference list.

The order in which the file draws its lines is taken as reading order; geometry tells where
paragraphs begin and what stands apart. Text of the body's size is the body; a paragraph cut by a column, a
page or a float goes on where it stopped.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from citeclass.reading.pdf.lines import SOFT_HYPHEN, Line
from citeclass.records import Zone

_CAPTION = re.compile(
    r"^(?:supplement\w*\s+|online\s+|appendix\s+)?(?:fig(?:ure|\.)?|table|box|scheme|chart|plate|tabela|tabla|cuadro|figura|gráfico|quadro)\s*"
    r"(?:S|A)?\d{1,2}[A-Za-z]?\s*(?:[.:|–—]|$|(?=\p{Lu}))".replace(r"\p{Lu}", "[A-Z]"),
    re.IGNORECASE,
)
_REFERENCES = re.compile(
    r"^(?:\W*(?:\d{1,2}|[IVX]{1,4}|[A-H])\.?\s+)?(?:notes\s+and\s+)?(?:references?(?:\s+(?:list|and\s+notes|cited))?|bibliography|literature(?:\s+cited)?|"
    r"works\s+cited|literature\s+references|bibliograph(?:ic|ical)\s+references|refer[eê]ncias(?:\s+bibliogr[aá]ficas)?|"
    r"references\s*/.*|bibliograf[ií]a|literaturverzeichnis|r\s*e\s*f\s*e\s*r\s*e\s*n\s*c\s*e\s*s)\s*[:.]?$",
    re.IGNORECASE,
)
_AFTER_REFERENCES = re.compile(
    r"^(?:appendi(?:x|ces)\b|supplement|supporting information|acknowledg|author contributions|conflicts? of interest|competing interests|"
    r"funding|publisher.s note|figure legends?|how to cite|cite this article|copyright|submit your|ready to submit|additional files?|"
    r"author details|about the authors?|data availability|received:?\s|tables?$|figures?$|biograph|correspondence)",
    re.IGNORECASE,
)
_KNOWN = re.compile(
    r"^(?:(?:\d{1,2}(?:\.\d{1,2})*|[IVX]{1,4}|[A-H])[.)]?\s+)?(?:abstract|summary|introduction|background|methods?|materials? and methods?|patients and methods|"
    r"methods and materials|subjects and methods|results?|results and discussion|discussion|general discussion|discussion and conclusions?|conclusions?|"
    r"concluding remarks|limitations|implications|participants|procedures?|measures|statistical analys[ie]s|data analys[ie]s|study design|acknowledge?ments?|"
    r"introdu[cç](?:[aã]o|ci[oó]n)|m[eé]todos?|metodolog[ií]a|materia(?:is|les) e?y? m[eé]todos|resultados(?: [ey] discuss?[aãi][oó]n?)?|discuss?[aãi][oó]n?|conclus(?:[aã]o|[oõ]es|iones|i[oó]n)|"
    r"considera[cç][oõ]es finais|resum(?:o|en)|highlights|keywords?.*|key words.*)\s*[:.]?$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|[IVX]{1,4}\.)\s+[A-ZÀ-Ý]")
_ENDS = re.compile(r"[.?!:;][\"”’)\]]*(?:\s*[⁰¹²³⁴⁵⁶⁷⁸⁹][⁰¹²³⁴⁵⁶⁷⁸⁹,–\-\s]*)?(?:\s*\[[\d,\s–-]+\])?$")
_YEARS = re.compile(r"\b(?:1[89]|20)\d\d\b")
_LABEL = re.compile(r"^\[?\(?(\d{1,3})(?:\]|\)|\.(?!\d)|\s(?=[A-Z]))")
_ENTRY = re.compile(r"^(?:van |von |de |der |di |da )?[A-ZÀ-Þ][\w’'\-]+,?\s+(?:[A-Z]\.|[A-Z]{1,3}\b)")
_BODY_SENTENCE = re.compile(r"^\w+\.?\s*\d+\w?(?:\s*(?:,|and|–|-)\s*\w?\d+)*\s+[a-z]{3,}\s")
_ABSTRACT_PARTS = re.compile(
    r"^(?:background|objectives?|aims?|purpose|methods?|results?|conclusions?|discussion|introduction|context|design|setting|participants|findings|"
    r"methodology|interpretation|trial registration|keywords?|materials and methods|methods and results|methodology/principal findings|conclusions?/significance)\b[\s:./\w]{0,30}$",
    re.IGNORECASE,
)
_ABSTRACT = re.compile(r"^\W*(?:abstract|summary|resumo|resumen|a\s*b\s*s\s*t\s*r\s*a\s*c\s*t|highlights)\b", re.IGNORECASE)


@dataclass(slots=True)
class Block:
    """A paragraph in the making: its lines and what it is. ``heading`` blocks are section titles."""

    lines: list[Line]
    zone: Zone = Zone.BODY
    heading: bool = False

    @property
    def text(self) -> str:
        """The lines in one string, for looking only."""
        return " ".join(line.text for line in self.lines)


@dataclass(slots=True)
class Layout:
    """The blocks of an article, the lines of its reference list, and its usual text size."""

    blocks: list[Block]
    bibliography: list[Line]
    body_size: float
    front: list[Block] = field(default_factory=list)


def lay_out(lines: list[Line]) -> Layout:
    """Sort ``lines`` (furniture removed, in drawing order) into blocks and the reference list."""
    cut = _bibliography_start(lines)
    text_lines = lines[: cut[0]] if cut else lines
    sizes = _body_sizes(text_lines or lines)
    bibliography, rest = _bibliography(lines, cut) if cut else ([], [])
    blocks = _zoned(_blocks(text_lines, sizes) + _blocks(rest, sizes), sizes)
    return Layout(_joined(blocks), bibliography, max(sizes, default=10.0))


def _body_sizes(lines: list[Line]) -> tuple[float, ...]:
    """The sizes running text is set in: the commonest, and any other with a fair share of long lines."""
    counts: Counter[float] = Counter()
    for line in lines:
        if len(line.text) > 25:
            counts[round(line.size, 1)] += len(line.text)
    if not counts:
        return (10.0,)
    main, most = counts.most_common(1)[0]
    total = sum(counts.values())
    return (main, *(s for s, n in counts.items() if s != main and abs(s - main) <= 0.12 * main and n > 0.12 * total))


def _is_body_size(size: float, sizes: tuple[float, ...]) -> bool:
    return any(abs(size - s) <= 0.045 * s for s in sizes)


def _bibliography_start(lines: list[Line]) -> tuple[int, int] | None:
    """Where the reference list's heading stands and where its first entry does.

    Of several lines that read like the heading (a table column, a contents page), the one followed
    by most years wins; of equals the last.
    """
    best: tuple[int, int] | None = None
    for i, line in enumerate(lines):
        if len(line.text) < 50 and _REFERENCES.match(line.text):
            following = " ".join(other.text for other in lines[i + 1 : i + 60])
            years = min(14, len(_YEARS.findall(following)))
            if years >= 2 and (best is None or years >= best[0]):
                best = years, i
    if best is not None:
        return best[1], best[1] + 1
    run = _numbered_tail(lines)
    return (run, run) if run is not None else None


def _numbered_tail(lines: list[Line]) -> int | None:
    """The start of a list ``1. … 2. … 3. …`` of entries with years in the last half, for lists without heading."""
    for i in range(len(lines) // 2, len(lines)):
        if re.match(r"^\[?1[\].)]\s*\D", lines[i].text):
            window = [line.text for line in lines[i : i + 60]]
            found = [n for n in range(1, 9) if any(re.match(rf"^\[?{n}[\].)]\s*\D", t) for t in window)]
            if len(found) >= 6 and len(re.findall(r"\b(?:19|20)\d\d\b", " ".join(window))) >= 6:
                return i
    return None


def _bibliography(lines: list[Line], cut: tuple[int, int]) -> tuple[list[Line], list[Line]]:
    """The lines of the reference list, and those after or between them that are something else.

    Where a float, a caption or a closing section begins, the list goes on only if entries follow.
    """
    entries: list[Line] = []
    others: list[Line] = []
    sizes = Counter(round(line.size, 1) for line in lines[cut[1] : cut[1] + 60] if len(line.text) > 30)
    usual = sizes.most_common(1)[0][0] if sizes else 10.0
    heading = lines[cut[0]]
    i = cut[1]
    while i < len(lines):
        line = lines[i]
        above = line.page == heading.page and line.baseline > heading.baseline and line.x0 < heading.x0 + 120
        if above or not 0.85 * usual <= line.size <= 1.12 * usual:
            others.append(line)
        elif len(entries) > 3 and _ends_list(line, usual):
            resume = _resumes(lines, i, entries, usual)
            others += lines[i:resume]
            i = resume
            continue
        else:
            entries.append(line)
        i += 1
    return entries, others


def _ends_list(line: Line, usual: float) -> bool:
    """Whether ``line`` looks like a caption or the heading of what comes after the references."""
    styled = line.bold or line.size > 1.06 * usual or line.text.isupper()
    if _CAPTION.match(line.text):
        return True
    return bool(_AFTER_REFERENCES.match(line.text)) and (styled or len(line.text) < 32)


def _resumes(lines: list[Line], at: int, entries: list[Line], usual: float) -> int:
    """Where the reference list goes on after an interruption at ``at``: its end where it does not."""
    labels = [int(m[1]) for e in entries if (m := _LABEL.match(e.text))]
    numbered = len(labels) >= 3 and labels[:3] == sorted(labels[:3]) and len(labels) * 8 > len(entries)
    for i in range(at + 1, len(lines)):
        text = lines[i].text
        if not 0.9 * usual <= lines[i].size <= 1.1 * usual:
            continue
        if numbered:
            label = _LABEL.match(text)
            if label and max(labels) < int(label[1]) <= max(labels) + 2:
                return i
        elif _ENTRY.match(text) and sum(bool(_ENTRY.match(o.text)) for o in lines[i : i + 12]) >= 3:
            if len(_YEARS.findall(" ".join(o.text for o in lines[i : i + 12]))) >= 3:
                return i
    return len(lines)


def _blocks(lines: list[Line], sizes: tuple[float, ...]) -> list[Block]:
    blocks: list[Block] = []
    for i, line in enumerate(lines):
        previous = lines[i - 1] if i else None
        block = blocks[-1] if blocks else None
        following = lines[i + 1] if i + 1 < len(lines) else None
        heading = _is_heading(line, previous, following, sizes)
        if block is None or previous is None or heading != block.heading or _breaks(block, previous, line, heading=heading):
            blocks.append(Block([line], heading=heading))
        else:
            block.lines.append(line)
    return blocks


def _is_heading(line: Line, previous: Line | None, following: Line | None, sizes: tuple[float, ...]) -> bool:
    text = line.text
    if len(text) > 130 or len(text) < 3 or not any(c.isalpha() for c in text) or _CAPTION.match(text):
        return False
    if _KNOWN.match(text) and len(text) < 60:
        return True
    if line.size > 1.09 * max(sizes) and text[0].isalnum() and not text.endswith(","):
        return True
    if text[-1] in ".,;:" or line.hyphenated or not (text[0].isupper() or text[0].isdigit()):
        return False
    letters = [c for c in text if c.isalpha()]
    capitals = len(letters) > 4 and all(c.isupper() for c in letters)
    styled = line.bold or capitals or (line.italic and len(text) < 70) or bool(_NUMBERED.match(text) and len(text) < 80)
    if not styled or line.size < 0.88 * min(sizes):
        return False
    ended = previous is None or bool(_ENDS.search(previous.text)) or previous.bold or previous.page != line.page or abs(previous.size - line.size) > 0.5
    opens = following is not None and (following.text[:1].isupper() or following.text[:1] in "“\"([" or following.text[:1].isdigit())
    return ended and opens


def _breaks(block: Block, previous: Line, line: Line, *, heading: bool) -> bool:
    """Whether ``line`` starts a new block after ``previous``."""
    size = max(previous.size, line.size)
    if abs(previous.size - line.size) > 0.07 * size or _CAPTION.match(line.text):
        return True
    drop = previous.baseline - line.baseline
    same_row = abs(drop) < 0.3 * size and line.page == previous.page
    if line.page != previous.page or drop < -0.3 * size or drop > 2.1 * size or same_row:
        return True
    if heading:
        return drop > 1.7 * size
    usual = _leading(block)
    if usual and drop > 1.35 * usual:
        return True
    left = min(l.x0 for l in block.lines)
    right = max(l.x1 for l in block.lines)
    indented = 0.5 * size < line.x0 - left < 5 * size and line.x0 - previous.x0 > 0.5 * size
    short = previous.x1 < right - 2 * size
    return bool(_ENDS.search(previous.text)) and (indented or short) and not line.text[:1].islower()


def _leading(block: Block) -> float | None:
    drops = [a.baseline - b.baseline for a, b in zip(block.lines, block.lines[1:], strict=False) if a.page == b.page]
    return sorted(drops)[len(drops) // 2] if drops else None


def _zoned(blocks: list[Block], sizes: tuple[float, ...]) -> list[Block]:
    """Give each block its zone."""
    abstract = _AbstractWatch()
    for i, block in enumerate(blocks):
        text, inside = block.text, abstract.inside(block)
        if block.heading:
            continue
        near = blocks[max(0, i - 1) : i] + blocks[i + 1 : i + 2]
        at_body_size = _is_body_size(_size(block), sizes)
        if _CAPTION.match(text) and not (at_body_size and _BODY_SENTENCE.match(text)):
            block.zone = Zone.TABLE if text[:3].casefold() in ("tab", "cua", "qua") else Zone.CAPTION
        elif len(text) < 160 and any(_same_row(block.lines[0], b.lines[0]) for b in near):
            block.zone = Zone.TABLE
        elif not at_body_size:
            block.zone = Zone.NOTE
        elif inside:
            block.zone = Zone.ABSTRACT
    return blocks


def _size(block: Block) -> float:
    """The size most of the block's characters are set in."""
    counts: Counter[float] = Counter()
    for line in block.lines:
        counts[line.size] += len(line.text)
    return counts.most_common(1)[0][0]


class _AbstractWatch:
    """Follows headings to tell where an abstract, with or without parts, gives way to the article.

    It ends with a heading that is no part of an abstract, a part met again (``Background`` opens many
    articles), the page after it, or when it has grown too long for one.
    """

    _LONGEST = 3500

    def __init__(self) -> None:
        self._parts: set[str] | None = None
        self._length = 0
        self._page = 0

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
            closing = new_part and part.startswith(("background", "introduction")) and len(self._parts) >= 2
            if _ABSTRACT.match(text):
                self._parts, self._length = set(), 0
            elif new_part and not closing:
                self._parts.add(part)
            else:
                self._parts = None
        else:
            self._length += len(text)
            if self._length > self._LONGEST or block.lines[0].page > self._page + 1:
                self._parts = None
        return self._parts is not None


def _same_row(a: Line, b: Line) -> bool:
    return a.page == b.page and abs(a.baseline - b.baseline) < 0.3 * a.size and (a.x0 > b.x1 or b.x0 > a.x1) and len(a.text) < 60


def _joined(blocks: list[Block]) -> list[Block]:
    """Running text that stopped mid-sentence goes on in the next block of running text."""
    out: list[Block] = []
    open_block: Block | None = None
    for block in blocks:
        if block.heading:
            open_block = None
            out.append(block)
        elif block.zone is Zone.BODY:
            if open_block is not None and _goes_on(open_block, block):
                open_block.lines += block.lines
            else:
                out.append(block)
                open_block = block
        else:
            out.append(block)
            if block.zone is Zone.ABSTRACT:
                open_block = None
    return out


def _goes_on(before: Block, after: Block) -> bool:
    last, first = before.lines[-1].text, after.lines[0].text
    if last.endswith(SOFT_HYPHEN) or last.endswith(("-", "–")):
        return True
    return not _ENDS.search(last) or first[:1].islower()



