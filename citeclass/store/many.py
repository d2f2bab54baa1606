"""Many rows at once: queries over more values than one statement may bind, and rows written in one go."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
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


@contextmanager
def writing(db: Database) -> Iterator[None]:
    """A transaction that writes first: it takes the lock at once, waiting for another writer, and does not fail later."""
    with db.atomic():
        db.execute("update settings set value = value where name = ''")
        yield


def insert_rows(db: Database, table: str, rows: Iterable[Mapping[str, Any]], *, instead: str = "") -> None:
    """Write rows that all have the columns of the first; ``instead``: ``or replace`` or ``or ignore`` where a key is taken.

    sqlite-utils' own ``insert_all`` looks at every row for columns that are new; ours never are, and this takes a quarter of the time.
    """
    left = iter(rows)
    first = next(left, None)
    if first is None:
        return
    names, marks = ", ".join(f'"{n}"' for n in first), ", ".join(f":{n}" for n in first)
    query, all_rows = f"insert {instead} into {table} ({names}) values ({marks})", chain([first], left)
    if db.conn.in_transaction:  # the caller's, who ends it
        db.conn.executemany(query, all_rows)
    else:
        with db.atomic():
            db.conn.executemany(query, all_rows)
