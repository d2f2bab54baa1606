"""Queries over more values than one statement may bind."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlite_utils import Database

_AT_ONCE = 500


def rows_for(
    db: Database, query: str, values: Sequence[Any], *, before: Sequence[Any] = (), after: Sequence[Any] = ()
) -> Iterator[dict[str, Any]]:
    """The rows of ``query`` for all ``values``, which stand where it says ``{marks}``, some hundreds at a time; ``before`` and
    ``after`` are bound around them each time.
    """
    for at in range(0, len(values), _AT_ONCE):
        part = values[at : at + _AT_ONCE]
        yield from db.query(query.replace("{marks}", ", ".join("?" * len(part))), [*before, *part, *after])
