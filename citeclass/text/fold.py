"""Forms of a string that compare equal when people would call the strings the same."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
_MARKED = re.compile(r"«([^«»]+)»")
_NEITHER = re.compile(r"[\W_]+")  # neither letters nor digits


def squash(text: str | None) -> str:
    """The letters and digits of ``text``, without case, accents or compatibility forms.

    >>> squash("Naïve – “Büttner”, 18²")
    'naivebuttner182'
    """
    return _NEITHER.sub("", unicodedata.normalize("NFKD", text or "").casefold())


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
    return " ".join((text or "").split())


def unmark(marked: str) -> tuple[str, int | None, int | None]:
    """A sentence without the marks of its first ``«…»``, and the offsets of what stood in it.

    >>> unmark("As shown «(4)».")
    ('As shown (4).', 9, 12)
    """
    found = _MARKED.search(marked)
    if found is None:
        return marked, None, None
    start, end = found.span(1)
    return marked[: start - 1] + found[1] + marked[end + 1 :], start - 1, end - 1
