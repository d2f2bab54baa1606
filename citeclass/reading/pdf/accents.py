"""Accents that a file draws beside their letters, put on them."""

import re
import unicodedata
from collections.abc import Sequence

from citeclass.reading.pdf.glyphs import Glyph, GlyphReader

ACCENTS = {
    "´": "\u0301", "`": "\u0300", "ˆ": "\u0302", "˜": "\u0303", "¨": "\u0308", "¸": "\u0327", "˘": "\u0306", "ˇ": "\u030c", "˙": "\u0307",
    "˚": "\u030a", "¯": "\u0304", "˛": "\u0328", "˝": "\u030b",
}  # fmt: skip
_BESIDE = re.compile(rf"([A-Za-zıȷ]?)([{''.join(ACCENTS)}])([A-Za-zıȷ]?)")
_ANY = frozenset(ACCENTS)
_SIGNS = frozenset("`ˆ˜¯")
_VOWELS = frozenset("aeiouyı")
_DOTLESS = {"ı": "i", "ȷ": "j"}


def accented(letter: str, accent: str) -> str | None:
    """The letter with the accent on it, where there is such a letter.

    >>> accented("c", "´"), accented("ı", "´"), accented("x", "´")
    ('ć', 'í', None)
    """
    whole = unicodedata.normalize("NFC", _DOTLESS.get(letter, letter) + ACCENTS[accent]) if letter else ""
    return whole if len(whole) == 1 else None


def put_on(glyphs: Sequence[Glyph], accent: Glyph, reader: GlyphReader) -> bool:
    """Put an accent on the letter it is drawn over, if one of ``glyphs`` holds that; whether it did."""
    middle = (accent.x0 + accent.x1) / 2
    for glyph in reversed(glyphs):
        if not (glyph.x0 <= middle <= glyph.x1 and abs(glyph.baseline - accent.baseline) < 0.5 * glyph.size):
            continue
        first = glyph.index - len(glyph.text) + 1
        if first != glyph.first:
            return False  # ligatures were taken apart: letters and places do not match
        for place, letter in enumerate(glyph.text):
            left, right = reader.extent(first + place)
            whole = accented(letter, accent.text) if left <= middle <= right else None
            if whole:
                glyph.text = glyph.text[:place] + whole + glyph.text[place + 1 :]
                return True
    return False


def composed(text: str) -> str:
    """``text`` with accents that stand beside their letter put on it.

    >>> composed("cafe´, Jos´e, Garc´ıa, Espan˜a"), composed("the `apply` function, n˜20")
    ('café, José, García, España', 'the `apply` function, n˜20')
    """
    return text if _ANY.isdisjoint(text) else _BESIDE.sub(_put, text)


def _put(match: "re.Match[str]") -> str:
    """An accent between letters: vowels take it before consonants, the letter that follows (as TeX draws it) before the other.

    Marks that are also used as quotes and signs need letters on both sides.
    """
    before, accent, after = match.groups()
    if accent in _SIGNS and not (before and after):
        return match[0]
    options = [(after, f"{before}{{}}"), (before, f"{{}}{after}")]
    if accent == "˜" and before in "nN":
        options.reverse()
    options.sort(key=lambda o: o[0].casefold() not in _VOWELS and not (accent == "˜" and o[0] in "nN"))
    for letter, form in options:
        whole = accented(letter, accent)
        if whole:
            return form.format(whole)
    return match[0]
