"""Blocks that are columns of a table set in the body's size: columns of numbers, and the words beside them."""

import re
from collections.abc import Sequence
from statistics import median

from citeclass.reading.pdf.blocks import CAPTION, Block
from citeclass.reading.pdf.lines import Line

_VALUE = re.compile(
    r"[<>≤≥=~±+−–-]*\(?[\d.,:/%±×–−-]*\d[\d.,:/%±×–−-]*\)?[a-z*†‡%]{0,2}|[±<>=–−-]|p|n|NS|NA|n/a", re.IGNORECASE
)
_NUMBER = re.compile(r"[<>≤≥~±+−–-]*\(?\d[\d.,:/%±–−-]*\)?[a-z*†‡%]{0,2}")
_NEAR = 10  # blocks before and after in which the other columns are looked for
_NARROW = 0.6  # of a usual line: columns of a table are narrower than the text
_VALUES = 0.5  # share of values among the words from which a block is a column of numbers
_ALIGNED = 0.6  # share of a block's lines that stand in the rows of numbers


def table_cells(blocks: Sequence[Block]) -> set[int]:
    """The places of blocks that are cells or columns of a table.

    A block of mostly values is one; so is a narrow one whose lines stand in the same rows as such values.
    """
    text = [line.x1 - line.x0 for b in blocks for line in b.lines if len(line.text) > 40]
    usual = median(text) if text else 0.0
    numbers = {i for i, block in enumerate(blocks) if not block.heading and _is_values(block)}
    found = set(numbers)
    for i in numbers:
        rows = [
            line
            for j in range(max(0, i - _NEAR), min(len(blocks), i + _NEAR + 1))
            if j in numbers
            for line in blocks[j].lines
        ]
        for j in range(max(0, i - _NEAR), min(len(blocks), i + _NEAR + 1)):
            block = blocks[j]
            if j in found or block.heading or max(o.x1 - o.x0 for o in block.lines) > _NARROW * usual:
                continue
            beside = sum(any(_in_row(line, row) for row in rows) for line in block.lines)
            if beside >= _ALIGNED * len(block.lines):
                found.add(j)
    for i in sorted(found):
        found |= _heads(blocks, i, usual)
    return found


def _heads(blocks: Sequence[Block], cell: int, usual: float) -> set[int]:
    """The heads of columns: narrow blocks between a table's caption and its first cell."""
    heads: set[int] = set()
    for j in range(cell - 1, max(-1, cell - _NEAR), -1):
        if CAPTION.match(blocks[j].text):
            return heads
        if blocks[j].heading or max(o.x1 - o.x0 for o in blocks[j].lines) > _NARROW * usual:
            break
        heads.add(j)
    return set()


def _is_values(block: Block) -> bool:
    """Whether most words are values, or most of its lines end with one."""
    words = block.text.split()
    values = sum(bool(_VALUE.fullmatch(w)) for w in words)
    ends = sum(bool(_NUMBER.fullmatch(line.text.split()[-1])) for line in block.lines)
    rows = len(block.lines) >= 3 and ends >= _ALIGNED * len(block.lines)
    return rows or (len(words) >= 3 and values >= max(2, _VALUES * len(words)))


def _in_row(line: Line, row: Line) -> bool:
    return (
        line.page == row.page
        and abs(line.baseline - row.baseline) < 0.3 * line.size
        and (line.x0 > row.x1 or row.x0 > line.x1)
    )
