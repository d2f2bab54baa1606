"""The printed lines of a PDF page, from pdfium's characters.

One pass over the characters in the order the file draws them: they join a line while baseline and
position allow. Smaller characters on a raised baseline become superscripts.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pypdfium2 as pdfium

from citeclass.reading.pdf.accents import ACCENTS, composed, put_on
from citeclass.reading.pdf.glyphs import SOFT_HYPHEN, Glyph, GlyphReader, measured, tokens
from citeclass.reading.pdf.hyperlinks import Hyperlink, LinkedRun
from citeclass.reading.pdf.numbered import without_numbers
from citeclass.text import raise_, tidy

_RAISED_SIZE = 0.86
_GAP = 4.0  # em: a wider gap starts a new cell
_BLANK = 0.15  # em: a narrower gap beside an accent is no blank
_LETTERS = re.compile(r"(?:[^\W\d_](?![^\W\d_])|[\W\d_])+")  # no two in a row
_RAISED_LETTERS = str.maketrans("abcdefghijklmnop", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖ")
_BACK = 1.2  # em: a longer step back starts a new line


@dataclass(frozen=True, slots=True)
class Line:
    """A line (or table cell) as printed. Coordinates are points from the page's lower left corner; ``runs`` stand under links."""

    text: str
    page: int
    x0: float
    x1: float
    baseline: float
    size: float
    bold: bool = False
    italic: bool = False
    runs: tuple[LinkedRun, ...] = ()

    @property
    def hyphenated(self) -> bool:
        """Whether the last word goes on in the next line."""
        return self.text.endswith(SOFT_HYPHEN)


def page_lines(page: pdfium.PdfPage, number: int, links: Sequence[Hyperlink] = ()) -> list[Line]:
    """The upright lines of ``page`` (numbered from 1), in the order the file draws them, with the page's links on them."""
    textpage = page.get_textpage()
    try:
        reader = GlyphReader(textpage)
        drawn: list[list[Glyph]] = []
        current: list[Glyph] = []
        space, after_accent = True, False
        for token in tokens(reader):
            if token.lastgroup == "blank":
                space = True
                continue
            for glyph in measured(reader, token):
                if glyph.text in ACCENTS and put_on(current, glyph, reader):
                    after_accent = True
                    continue
                if after_accent and current:  # pdfium sees blanks around an accent drawn apart
                    space, after_accent = glyph.x0 - current[-1].x1 > _BLANK * glyph.size, False
                if current and not _joins(current, glyph):
                    drawn.append(current)
                    current = []
                elif space and current:
                    current.append(Glyph(" ", current[-1].x1, glyph.x0, glyph.baseline, current[-1].size, -1))
                space = False
                current.append(glyph)
        drawn.append(current)
        lines: list[Line] = []
        for glyphs in without_numbers(drawn):
            _flush(glyphs, reader, number, links, lines.append)
        return lines
    finally:
        textpage.close()


def _joins(line: list[Glyph], glyph: Glyph) -> bool:
    last = line[-1]
    size = last.size if last.size == glyph.size == line[0].size else max(last.size, glyph.size, line[0].size)
    rise = abs(glyph.baseline - last.baseline)
    gap = glyph.x0 - last.x1
    return rise <= 0.62 * size and -_BACK * size < gap < _GAP * size


def _flush(
    glyphs: list[Glyph], reader: GlyphReader, number: int, links: Sequence[Hyperlink], emit: Callable[[Line], None]
) -> None:
    for accent in [g for g in glyphs if g.text in ACCENTS]:
        if put_on([g for g in glyphs if g is not accent], accent, reader):
            _take_out(glyphs, accent)
    solid = [g for g in glyphs if g.index >= 0]
    if not solid or not reader.upright(solid[len(solid) // 2].index):
        return
    sizes: Counter[float] = Counter()
    for glyph in solid:
        sizes[glyph.size] += len(glyph.text)
    main = _main_size(sizes)
    bases = sorted(g.baseline for g in solid if abs(g.size - main) < 0.15) or [solid[0].baseline]
    base = bases[len(bases) // 2]
    pieces = (g.text for g in glyphs) if len(sizes) == 1 else _with_raised(glyphs, main, base)
    drawn = "".join(pieces)
    text = composed(tidy(drawn))
    if text:
        near = [one for one in links if one.box[1] < base + main and one.box[3] > base - 0.3 * main]
        head, tail = reader.font(solid[0].index), reader.font(solid[-1].index)
        emit(
            Line(
                text, number, min(g.x0 for g in solid), max(g.x1 for g in solid), base, main,
                head[0] and tail[0], head[1] and tail[1], tuple(_linked(glyphs, near, drawn, text)) if near else (),
            )
        )  # fmt: skip


def _linked(glyphs: list[Glyph], links: Sequence[Hyperlink], drawn: str, text: str) -> Iterator[LinkedRun]:
    """The runs of a line under links; ``drawn`` are the glyphs' texts in a row, ``text`` the same tidied."""
    for link in links:
        x0, y0, x1, y1 = link.box
        inner = [
            i
            for i, g in enumerate(glyphs)
            if g.index >= 0 and y0 <= g.baseline + 0.3 * g.size <= y1 and x0 - 1 <= (g.x0 + g.x1) / 2 <= x1 + 1
        ]
        if inner:
            before = sum(len(g.text) for g in glyphs[: inner[0]])
            run = drawn[before : before + sum(len(g.text) for g in glyphs[inner[0] : inner[-1] + 1])]
            start = len(composed(tidy(drawn[:before] + "."))) - 1
            if text.startswith(run, start):
                yield LinkedRun(start, start + len(run), link.to)


def _main_size(sizes: Counter[float]) -> float:
    """The size that fills most of a line, given letters by size; sizes alike to a tenth count as one."""
    alike: Counter[float] = Counter()
    for size, letters in sizes.items():
        alike[round(size, 1)] += letters
    return max(alike, key=lambda s: (alike[s] * s, s))


def _with_raised(glyphs: list[Glyph], main: float, base: float) -> Iterator[str]:
    """The texts of a line set in ``main`` points at ``base``, smaller runs above the baseline raised."""
    run: list[str] = []
    for glyph in glyphs:
        if glyph.index >= 0 and glyph.size < _RAISED_SIZE * main and glyph.baseline > base + 0.12 * main:
            run.append(glyph.text)
        elif run and glyph.text == " ":
            run.append(" ")
        else:
            if run:
                yield _raised(run)
                run = []
            yield glyph.text
    if run:
        yield _raised(run)


def _take_out(glyphs: list[Glyph], accent: Glyph) -> None:
    """Remove an accent, and the blanks around it where the letters stand close."""
    at = next(i for i, g in enumerate(glyphs) if g is accent)
    first, last = at, at + 1
    while first > 0 and glyphs[first - 1].index < 0:
        first -= 1
    while last < len(glyphs) and glyphs[last].index < 0:
        last += 1
    close = first > 0 and last < len(glyphs) and glyphs[last].x0 - glyphs[first - 1].x1 < _BLANK * accent.size
    del glyphs[first if close else at : last if close else at + 1]


def _raised(run: list[str]) -> str:
    """A raised run; one with brackets of its own stays as it is, since ``[1]`` needs no raising to be seen. Single letters are
    marks (of affiliation, of a table's note) and no part of the word before; ``th`` is.
    """
    text = "".join(run)
    if "[" in text or "(" in text:
        return text
    return raise_(text.translate(_RAISED_LETTERS) if _LETTERS.fullmatch(text) else text)
