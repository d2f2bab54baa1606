"""From lines to paragraphs: headings, running text, captions, tables, notes, the reference list.

The order in which the file draws its lines is taken as reading order; geometry tells where
paragraphs begin and what stands apart. Text of the body's size is the body; a paragraph cut by a column, a
page or a float goes on where it stopped.
"""

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from citeclass.reading.pdf.blocks import CAPTION, Block, is_body_size
from citeclass.reading.pdf.glyphs import SOFT_HYPHEN
from citeclass.reading.pdf.lines import Line
from citeclass.reading.pdf.reflist import list_lines, list_start
from citeclass.reading.pdf.zones import zoned
from citeclass.records import Zone

_KNOWN = re.compile(
    r"^(?:(?:\d{1,2}(?:\.\d{1,2})*|[IVX]{1,4}|[A-H])[.)]?\s+)?(?:abstract|summary|introduction|background|methods?|materials? and methods?|patients and methods|"
    r"methods and materials|subjects and methods|results?|results and discussion|discussion|general discussion|discussion and conclusions?|conclusions?|"
    r"concluding remarks|limitations|implications|participants|procedures?|measures|statistical analys[ie]s|data analys[ie]s|study design|acknowledge?ments?|"
    r"introdu[cç](?:[aã]o|ci[oó]n)|m[eé]todos?|metodolog[ií]a|materia(?:is|les) e?y? m[eé]todos|resultados(?: [ey] discuss?[aãi][oó]n?)?|discuss?[aãi][oó]n?|conclus(?:[aã]o|[oõ]es|iones|i[oó]n)|"
    r"considera[cç][oõ]es finais|resum(?:o|en)|highlights|keywords?.*|key words.*)\s*[:.]?$",
    re.IGNORECASE,
)
_ABBREVIATED = re.compile(
    r"(?:\b(?:al|cf|vs|e\.g|i\.e|ca|approx|figs?|eqs?|refs?|nos?|etc|resp|spp?)|\b[A-Za-z])\.$", re.IGNORECASE
)
_GOING_ON = frozenset("([0123456789")  # what an abbreviation at the end of a line may go on with
_TAIL = 300  # characters before a break in which a bracket may have been opened
_NUMBERED = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|[IVX]{1,4}\.)\s+[A-ZÀ-Ý]")
_ENDS = re.compile(r"[.?!:;][\"”’)\]]*(?:\s*[⁰¹²³⁴⁵⁶⁷⁸⁹][⁰¹²³⁴⁵⁶⁷⁸⁹,–\-\s]*)?(?:\s*\[[\d,\s–-]+\])?$")


@dataclass(slots=True)
class Layout:
    """The blocks of an article, the lines of its reference list, and its usual text size."""

    blocks: list[Block]
    bibliography: list[Line]
    body_size: float
    front: list[Block] = field(default_factory=list)


def lay_out(lines: list[Line]) -> Layout:
    """Sort ``lines`` (furniture removed, in drawing order) into blocks and the reference list."""
    if _is_bold(lines):
        lines = [replace(line, bold=False) for line in lines]
    cut = list_start(lines)
    text_lines = lines[: cut[0]] if cut else lines
    sizes = _body_sizes(text_lines or lines)
    bibliography, rest = list_lines(lines, cut) if cut else ([], [])
    blocks = zoned(_blocks(text_lines, sizes) + _blocks(rest, sizes), sizes)
    return Layout(_joined(blocks), bibliography, max(sizes, default=10.0))


def _is_bold(lines: list[Line]) -> bool:
    """Whether running text itself counts as bold, by fonts whose weight says nothing."""
    long = [line.bold for line in lines if len(line.text) > 40]
    return 2 * sum(long) > len(long)


def _body_sizes(lines: list[Line]) -> tuple[float, ...]:
    """The sizes running text is set in: the commonest, and any other with a fair share of long lines."""
    counts: Counter[float] = Counter()
    for line in lines:
        if len(line.text) > 25:
            counts[round(line.size, 1)] += len(line.text)
    if not counts:
        return (10.0,)
    main = counts.most_common(1)[0][0]
    total = sum(counts.values())
    return (main, *(s for s, n in counts.items() if s != main and abs(s - main) <= 0.12 * main and n > 0.12 * total))


def _blocks(lines: list[Line], sizes: tuple[float, ...]) -> list[Block]:
    blocks: list[Block] = []
    for i, line in enumerate(lines):
        previous = lines[i - 1] if i else None
        block = blocks[-1] if blocks else None
        following = lines[i + 1] if i + 1 < len(lines) else None
        heading = _is_heading(line, previous, following, sizes)
        if (
            block is None
            or previous is None
            or heading != block.heading
            or _breaks(block, previous, line, heading=heading)
        ):
            blocks.append(Block([line], heading=heading))
        else:
            block.lines.append(line)
    return blocks


def _is_heading(line: Line, previous: Line | None, following: Line | None, sizes: tuple[float, ...]) -> bool:
    text = line.text
    if len(text) > 130 or len(text) < 3 or not any(c.isalpha() for c in text) or CAPTION.match(text):
        return False
    if _KNOWN.match(text) and len(text) < 60:
        return True
    if line.size > 1.09 * max(sizes) and text[0].isalnum() and not text.endswith(","):
        return True
    announced = text.endswith(":") and line.bold and following is not None and not following.bold
    if (text[-1] in ".,;:" and not announced) or line.hyphenated or not (text[0].isupper() or text[0].isdigit()):
        return False
    letters = [c for c in text if c.isalpha()]
    capitals = len(letters) > 4 and all(c.isupper() for c in letters)
    numbered = bool(_NUMBERED.match(text)) and len(text) < 80
    apart = (
        following is not None
        and is_body_size(following.size, sizes)
        and abs(line.size - following.size) > 0.045 * line.size
    )
    styled = line.bold or capitals or numbered or ((line.italic or apart) and len(text) < 70)
    if not styled or line.size < 0.88 * min(sizes):
        return False
    ended = (
        previous is None
        or bool(_ENDS.search(previous.text))
        or previous.bold
        or previous.page != line.page
        or abs(previous.size - line.size) > 0.5
    )
    opens = following is not None and (
        following.text[:1].isupper() or following.text[:1] in '“"([' or following.text[:1].isdigit()
    )
    return ended and opens


def _breaks(block: Block, previous: Line, line: Line, *, heading: bool) -> bool:
    """Whether ``line`` starts a new block after ``previous``."""
    size = max(previous.size, line.size)
    if abs(previous.size - line.size) > 0.045 * size or CAPTION.match(line.text):
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
    left = min(o.x0 for o in block.lines)
    right = max(o.x1 for o in block.lines)
    indented = 0.5 * size < line.x0 - left < 5 * size and line.x0 - previous.x0 > 0.5 * size
    short = previous.x1 < right - 2 * size
    if not (indented or short) or line.text[:1].islower() or _abbreviated(previous.text, line.text):
        return False
    return bool(_ENDS.search(previous.text))


def _leading(block: Block) -> float | None:
    drops = [a.baseline - b.baseline for a, b in zip(block.lines, block.lines[1:], strict=False) if a.page == b.page]
    return sorted(drops)[len(drops) // 2] if drops else None


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
    if last.endswith((SOFT_HYPHEN, "-", "–")):
        return True
    tail = before.text[-_TAIL:]
    if tail.count("(") + tail.count("[") > tail.count(")") + tail.count("]") and not last.endswith((".", "?", "!")):
        return True  # a bracket is still open
    if not _ENDS.search(last):
        return True
    if _abbreviated(last, first):
        return True
    return first[:1].islower() and not (last.endswith((".", "?", "!")) and not _ABBREVIATED.search(last))


def _abbreviated(last: str, first: str) -> bool:
    """Whether a line that ends with an abbreviation goes on with a number or a bracket: "Lee et al." and "(2010)"."""
    return first[:1] in _GOING_ON and bool(_ABBREVIATED.search(last))
