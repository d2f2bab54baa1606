"""Titles and abstracts as services send them, with markup and entities, as plain text."""

import html
import re

from citeclass.text import tidy

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_BLOCK = re.compile(r"</?(?:jats:)?(?:p|sec|title|h\d|br|li|list)\b[^<>]*>", re.IGNORECASE)


def plain(text: str | None, *, sentence: bool = False) -> str | None:
    """``text`` without tags, entities and doubled blanks; with ``sentence`` also without one full stop at its end.

    >>> plain("<jats:p>Bonding &amp; <i>sleep</i>.</jats:p>")
    'Bonding & sleep.'
    """
    bare = tidy(html.unescape(_TAG.sub("", _BLOCK.sub(" ", html.unescape(text or "")))))
    if sentence and bare.endswith(".") and not bare.endswith(".."):
        bare = bare[:-1]
    return bare or None
