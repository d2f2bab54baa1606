"""Forms of a string that compare equal when people would call the strings the same."""

import re
import unicodedata

_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+")


def squash(text: str | None) -> str:
    """The letters and digits of ``text``, without case, accents or compatibility forms.

    >>> squash("Naïve – “Büttner”, 18²")
    'naivebuttner182'
    """
    folded = unicodedata.normalize("NFKD", text or "").casefold()
    return "".join(c for c in folded if c.isalnum())


def words(text: str | None) -> list[str]:
    """The words of ``text``, each folded like :func:`squash`.

    >>> words("Van IJzendoorn, M. H.")
    ['van', 'ijzendoorn', 'm', 'h']
    """
    folded = unicodedata.normalize("NFKD", text or "").casefold()
    bare = "".join(c for c in folded if not unicodedata.combining(c))
    return _WORD.findall(bare)


def tidy(text: str | None) -> str:
    """``text`` with every run of white space as one blank, and none at the ends."""
    return _SPACE.sub(" ", text or "").strip()
