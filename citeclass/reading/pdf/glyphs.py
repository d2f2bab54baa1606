"""pdfium's characters, measured: words and numbers at their ends, everything else one by one.

Sizes are the font's times the character matrix's scale (the raw font size means nothing in most files).
"""

import ctypes
import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as raw

SOFT_HYPHEN = "\u00ad"

_BOLD = re.compile(r"bold|black|heavy|semib|demi|-bd|\.b\b|medi$", re.IGNORECASE)
_ITALIC = re.compile(r"ital|obli|-it\b|\.i\b", re.IGNORECASE)
# Names that tell the weight themselves
_PLAIN = re.compile(r"regular|roman|book|light|normal|ital|obli|slant", re.IGNORECASE)
_HALF = re.compile(r"[\ud800-\udfff]")
_ALIKE = 0.1  # of their height: how much letters of one size and on one line may differ
_TOKEN = re.compile(
    r"(?P<word>[^\W\d_]+)|(?P<number>[0-9]+)|(?P<pair>[\ud800-\udbff][\udc00-\udfff])|"
    r"(?P<blank>[\x00\t\n\r \xa0\u2000-\u200b\u2028]+|[\ud800-\udfff])|(?P<other>.)",
    re.DOTALL,
)
_CHARACTERS = {
    0xFFFE: SOFT_HYPHEN, 2: SOFT_HYPHEN, 0xAD: SOFT_HYPHEN,
    0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl",
    # TeX's fonts without a table of characters: its places for ligatures and signs (OT1, then T1)
    0x0B: "ff", 0x0C: "fi", 0x0E: "ffi", 0x0F: "ffl",
    0x1B: "ff", 0x1C: "fi", 0x1D: "fl", 0x1E: "ffi", 0x1F: "ffl", 0x10: "“", 0x11: "”", 0x15: "–", 0x16: "—",
}  # fmt: skip


@dataclass(slots=True)
class Glyph:
    """A measured character, or a word or number measured at its ends."""

    text: str
    x0: float
    x1: float
    baseline: float
    size: float
    index: int  # of the last character; -1 for a blank
    first: int = -1  # of the first character


def plain(text: str) -> str:
    r"""Letters as they are meant: ligatures taken apart, those of TeX's fonts too, marks of a word's break as one, mathematical letters (𝛽, 𝑝)
    plain.

    >>> plain("ﬁ"), plain("\x1b"), plain("𝛽")
    ('fi', 'ff', 'β')
    """
    if text.isascii() and text >= " ":
        return text
    return unicodedata.normalize("NFKC", text) if max(text) >= "\U0001d400" else text.translate(_CHARACTERS)


class GlyphReader:
    """ctypes calls for one text page, with their buffers made once."""

    def __init__(self, textpage: Any) -> None:
        self._page = textpage.raw if hasattr(textpage, "raw") else textpage
        self._rect, self._matrix = raw.FS_RECTF(), raw.FS_MATRIX()
        self._rect_at = ctypes.byref(self._rect)
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self.height = 0.0  # of the character measured last
        self._sizes: dict[float, float] = {}
        self._fonts: dict[tuple[bytes, int], tuple[bool, bool]] = {}
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

    def glyph(self, k: int, char: str) -> Glyph:
        """The character at an index, measured; ``char`` is what it reads as."""
        raw.FPDFText_GetLooseCharBox(self._page, k, self._rect_at)
        raw.FPDFText_GetCharOrigin(self._page, k, self._x, self._y)
        rect = self._rect
        self.height = height = round(rect.top - rect.bottom, 2)
        if height not in self._sizes:
            raw.FPDFText_GetMatrix(self._page, k, ctypes.byref(self._matrix))
            scale = math.hypot(self._matrix.b, self._matrix.d) or 1.0
            self._sizes[height] = round(float(raw.FPDFText_GetFontSize(self._page, k)) * scale, 2)
        return Glyph(char, rect.left, rect.right, self._y.value, self._sizes[height] or height, k, k)

    def end(self, k: int) -> tuple[float, float]:
        """Where a character ends, and its height."""
        raw.FPDFText_GetLooseCharBox(self._page, k, self._rect_at)
        rect = self._rect
        return float(rect.right), float(rect.top - rect.bottom)

    def rises(self, k: int, baseline: float) -> bool:
        """Whether a character stands above ``baseline`` by more than lines waver."""
        raw.FPDFText_GetCharOrigin(self._page, k, self._x, self._y)
        return float(self._y.value) > baseline + _ALIKE * self.height

    def extent(self, k: int) -> tuple[float, float]:
        """From where to where a character reaches."""
        raw.FPDFText_GetLooseCharBox(self._page, k, self._rect_at)
        return float(self._rect.left), float(self._rect.right)

    def upright(self, k: int) -> bool:
        """Whether a character stands upright."""
        angle = float(raw.FPDFText_GetCharAngle(self._page, k))
        return min(abs(angle), abs(angle - 2 * math.pi)) < 0.2

    def font(self, k: int) -> tuple[bool, bool]:
        """Bold, italic."""
        flags = ctypes.c_int()
        length = raw.FPDFText_GetFontInfo(self._page, k, self._name, 160, flags)
        key = (self._name.raw[: max(0, min(length, 160) - 1)], flags.value)
        if key not in self._fonts:
            name = key[0].decode("latin-1")
            heavy = not _PLAIN.search(name) and int(raw.FPDFText_GetFontWeight(self._page, k)) >= 600
            bold = heavy or bool(_BOLD.search(name))
            self._fonts[key] = bold, bool(_ITALIC.search(name)) or bool(flags.value & 64)
        return self._fonts[key]


def tokens(reader: GlyphReader) -> Iterator["re.Match[str]"]:
    """The page's words, numbers, blanks and single characters, by ``lastgroup``; places are pdfium's indices."""
    return _TOKEN.finditer(reader.text())


def measured(reader: GlyphReader, token: "re.Match[str]") -> list[Glyph]:
    """The glyphs of a token. The inner letters of a word and the inner digits of a number need no measuring where the first and
    the last are alike; a smaller last letter may be a mark of affiliation, printed raised.
    """
    text, first, last = token[0], token.start(), token.end() - 1
    if token.lastgroup == "pair":
        text, first = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le"), last
    glyph = reader.glyph(first, plain(text))
    if first == last:
        return [glyph]
    if token.lastgroup == "word":
        height = reader.height
        right, end_height = reader.end(last)
        if abs(end_height - height) <= _ALIKE * height or not reader.rises(last, glyph.baseline):
            glyph.x1, glyph.index = max(glyph.x1, right), last
            return [glyph]
        return [reader.glyph(first + i, plain(letter)) for i, letter in enumerate(text)]
    end = reader.glyph(last, text[-1])
    if end.size == glyph.size and end.baseline == glyph.baseline:
        glyph.x1, glyph.index = max(glyph.x1, end.x1), last
        return [glyph]
    return [reader.glyph(first + i, digit) for i, digit in enumerate(text)]
