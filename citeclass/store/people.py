"""Authors as a column holds them."""

import json

from citeclass.records import Author


def authors_json(authors: tuple[Author, ...]) -> str:
    """Authors as they are kept: a JSON list of ``[family, given]``."""
    return json.dumps([[a.family, a.given] for a in authors], ensure_ascii=False)


def authors_from(text: str | None) -> tuple[Author, ...]:
    """The inverse of :func:`authors_json`."""
    return tuple(Author(family, given) for family, given in json.loads(text or "[]"))
