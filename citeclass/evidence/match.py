"""A query as people type it, in the words of SQLite's FTS5."""

import re

from citeclass.errors import UsageError

_PIECE = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')


def match_of(text: str) -> str:
    """A query as people type it, as FTS5 wants it: all words must occur (in any inflection), ``"a phrase"`` in this order,
    ``attach*`` as a beginning, ``-word`` not at all.

    Raises :class:`UsageError` where nothing is left to look for.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    for minus, phrase, word in _PIECE.findall(text):
        plain, star = (phrase, "") if phrase else (word.rstrip("*"), " *" if word.endswith("*") else "")
        plain = re.sub(r"[^\w\s'’-]+", " ", plain.replace("\x00", " ")).strip()
        if re.search(r"\w", plain):
            (unwanted if minus else wanted).append(f'"{plain}"{star}')
    if not wanted:
        wanted, unwanted = unwanted, []  # a dash before all there is was none
    if not wanted:
        raise UsageError("there is no word to look for", fix='give words, "a phrase", or a beginning: attach*')
    query = f"{{sentence}} : ({' AND '.join(wanted)})"
    return f"{query} NOT {{sentence}} : ({' OR '.join(unwanted)})" if unwanted else query
