"""The printed lines of a PDF page, from pdfium's characters.

One pass over the characters in the order the file draws them: they join a line while baseline and
position allow. Sizes are the font's times the character matrix's scale (the raw font size means
nothing in most files). Smaller characters on a raised baseline become superscripts.
"""

import ctypes
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from citeclass.text import raise_, tidy

SOFT_HYPHEN = "\u00ad"

_RAISED_SIZE = 0.86
_GAP = 4.0  # em: a wider gap starts a new cell
_BACK = 1.2  # em: a longer step back starts a new line
_BOLD = re.compile(r"bold|black|heavy|semib|demi|-bd|\.b\b|medi$", re.IGNORECASE)
_ITALIC = re.compile(r"ital|obli|-it\b|\.i\b", re.IGNORECASE)
_HALF = re.compile(r"[\ud800-\udfff]")
_TOKEN = re.compile(
    r"(?P<word>[^\W\d_]+)|(?P<number>[0-9]+)|(?P<pair>[\ud800-\udbff][\udc00-\udfff])|"
    r"(?P<blank>[\x00\t\n\r \xa0\u2000-\u200b\u2028]+|[\ud800-\udfff])|(?P<other>.)",
    re.DOTALL,
)
_CHARACTERS = {
    0xFFFE: SOFT_HYPHEN, 2: SOFT_HYPHEN, 0xAD: SOFT_HYPHEN,
    0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl",
}  # fmt: skip
_COMBINING = {"´": "\u0301", "`": "\u0300", "ˆ": "\u0302", "˜": "\u0303", "¨": "\u0308", "¸": "\u0327"}
_ACCENT = re.compile(r"([A-Za-z]?)([´`ˆ˜¨¸])([A-Za-z]?)")


@dataclass(frozen=True, slots=True)
class Line:
    """A line (or table cell) as printed. Coordinates are points from the page's lower left corner."""

    text: str
    page: int
    x0: float
    x1: float
    baseline: float
    size: float
    bold: bool = False
    italic: bool = False

    @property
    def hyphenated(self) -> bool:
        """Whether the last word goes on in the next line."""
        return self.text.endswith(SOFT_HYPHEN)


@dataclass(slots=True)
class _Glyph:
    """A measured character, or a word or number measured at its ends."""

    text: str
    x0: float
    x1: float
    baseline: float
    size: float
    index: int  # of the last character; -1 for a blank


def _plain(text: str) -> str:
    """Letters as they are meant: ligatures taken apart, marks of a word's break as one, mathematical letters (𝛽, 𝑝) plain."""
    return unicodedata.normalize("NFKC", text) if max(text) >= "\U0001d400" else text.translate(_CHARACTERS)


class _Reader:
    """ctypes calls for one text page, with their buffers made once."""

    def __init__(self, textpage: Any) -> None:
        self._page = textpage.raw if hasattr(textpage, "raw") else textpage
        self._rect, self._matrix = raw.FS_RECTF(), raw.FS_MATRIX()
        self._rect_at = ctypes.byref(self._rect)
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._sizes: dict[float, float] = {}
        self._name = ctypes.create_string_buffer(160)
        self.count = raw.FPDFText_CountChars(self._page)

    def text(self) -> str:
        """The page's characters, one for each of pdfium's indices; those beyond the basic plane as two halves on some platforms."""
        units = (ctypes.c_ushort * (self.count + 1))()
        whole = raw.FPDFText_GetText(self._page, 0, self.count, units) == self.count + 1
        text = "".join(map(chr, units[: self.count]))
        if whole and not _HALF.search(text):
            return text
        # Characters were left out or take two places: ask for them one by one.
        ask, page = raw.FPDFText_GetUnicode, self._page
        return "".join(chr(ask(page, k)) for k in range(self.count))

    def glyph(self, k: int, char: str) -> _Glyph:
        raw.FPDFText_GetLooseCharBox(self._page, k, self._rect_at)
        raw.FPDFText_GetCharOrigin(self._page, k, self._x, self._y)
        rect = self._rect
        height = round(rect.top - rect.bottom, 2)
        if height not in self._sizes:
            raw.FPDFText_GetMatrix(self._page, k, ctypes.byref(self._matrix))
            scale = math.hypot(self._matrix.b, self._matrix.d) or 1.0
            self._sizes[height] = round(float(raw.FPDFText_GetFontSize(self._page, k)) * scale, 2)
        return _Glyph(char, rect.left, rect.right, self._y.value, self._sizes[height] or height, k)

    def right(self, k: int) -> float:
        """Where a character ends."""
        raw.FPDFText_GetLooseCharBox(self._page, k, self._rect_at)
        return float(self._rect.right)

    def upright(self, k: int) -> bool:
        angle = float(raw.FPDFText_GetCharAngle(self._page, k))
        return min(abs(angle), abs(angle - 2 * math.pi)) < 0.2

    def font(self, k: int) -> tuple[bool, bool]:
        """Bold, italic."""
        flags = ctypes.c_int()
        length = raw.FPDFText_GetFontInfo(self._page, k, self._name, 160, flags)
        name = self._name.raw[: max(0, min(length, 160) - 1)].decode("latin-1")
        bold = bool(_BOLD.search(name)) or int(raw.FPDFText_GetFontWeight(self._page, k)) >= 600
        return bold, bool(_ITALIC.search(name)) or bool(flags.value & 64)


def page_lines(page: pdfium.PdfPage, number: int) -> list[Line]:
    """The upright lines of ``page`` (numbered from 1), in the order the file draws them."""
    textpage = page.get_textpage()
    try:
        reader = _Reader(textpage)
        lines: list[Line] = []
        current: list[_Glyph] = []
        space = True
        for token in _TOKEN.finditer(reader.text()):
            if token.lastgroup == "blank":
                space = True
                continue
            for glyph in _measured(reader, token):
                if current and not _joins(current, glyph):
                    _flush(current, reader, number, lines.append)
                    current = []
                elif space and current:
                    current.append(_Glyph(" ", current[-1].x1, glyph.x0, glyph.baseline, current[-1].size, -1))
                space = False
                current.append(glyph)
        _flush(current, reader, number, lines.append)
        return lines
    finally:
        textpage.close()


def _measured(reader: _Reader, token: "re.Match[str]") -> Iterator[_Glyph]:
    """The glyphs of a token. A word's inner letters need no measuring: they cannot end a line nor become superscripts;
    a number's need none where its first and last digit stand alike.
    """
    text, first, last = token[0], token.start(), token.end() - 1
    if token.lastgroup == "pair":
        text, first = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le"), last
    glyph = reader.glyph(first, _plain(text))
    if first == last:
        yield glyph
    elif token.lastgroup == "word":
        glyph.x1, glyph.index = max(glyph.x1, reader.right(last)), last
        yield glyph
    else:
        end = reader.glyph(last, text[-1])
        if end.size == glyph.size and end.baseline == glyph.baseline:
            glyph.x1, glyph.index = max(glyph.x1, end.x1), last
            yield glyph
        else:
            yield from (reader.glyph(first + i, digit) for i, digit in enumerate(text))


def _joins(line: list[_Glyph], glyph: _Glyph) -> bool:
    last = line[-1]
    size = max(last.size, glyph.size, line[0].size)
    rise = abs(glyph.baseline - last.baseline)
    gap = glyph.x0 - last.x1
    return rise <= 0.62 * size and -_BACK * size < gap < _GAP * size


def _flush(glyphs: list[_Glyph], reader: _Reader, number: int, emit: Callable[[Line], None]) -> None:
    solid = [g for g in glyphs if g.index >= 0]
    if not solid or not reader.upright(solid[len(solid) // 2].index):
        return
    sizes: Counter[float] = Counter()
    for glyph in solid:
        sizes[round(glyph.size, 1)] += len(glyph.text)
    main = max(sizes, key=lambda s: (sizes[s] * s, s))
    bases = sorted(g.baseline for g in solid if abs(g.size - main) < 0.15) or [solid[0].baseline]
    base = bases[len(bases) // 2]
    pieces: list[str] = []
    run: list[str] = []
    for glyph in glyphs:
        if glyph.index >= 0 and glyph.size < _RAISED_SIZE * main and glyph.baseline > base + 0.12 * main:
            run.append(glyph.text)
        elif run and glyph.text == " ":
            run.append(" ")
        else:
            if run:
                pieces.append(_raised(run))
                run = []
            pieces.append(glyph.text)
    if run:
        pieces.append(_raised(run))
    text = _composed(tidy("".join(pieces)))
    if text:
        head, tail = reader.font(solid[0].index), reader.font(solid[-1].index)
        emit(
            Line(
                text, number, min(g.x0 for g in solid), max(g.x1 for g in solid), base, main,
                head[0] and tail[0], head[1] and tail[1],
            )
        )  # fmt: skip


def _composed(text: str) -> str:
    """``text`` with accents that were drawn beside their letter put on it: ``e´`` and ``´e`` are ``é``."""
    if not _ACCENT.search(text):
        return text

    def put(match: "re.Match[str]") -> str:
        before, accent, after = match[1], _COMBINING[match[2]], match[3]
        for letter, form in ((before, "{}" + after), (after, before + "{}")):
            whole = unicodedata.normalize("NFC", letter + accent) if letter else ""
            if len(whole) == 1:
                return form.format(whole)
        return match[0]

    return _ACCENT.sub(put, text)


def _raised(run: list[str]) -> str:
    """A raised run; one with brackets of its own stays as it is, since ``[1]`` needs no raising to be seen."""
    text = "".join(run)
    return text if "[" in text or "(" in text else raise_(text)
