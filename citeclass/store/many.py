"""Many rows at once: queries over more values than one statement may bind, and rows written in one go."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

from sqlite_utils import Database

_AT_ONCE = 500
_TOGETHER = (64, 16, 4, 1)  # rows of one statement: a few forms, which SQLite need not take in anew


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

    sqlite-utils' own ``insert_all`` looks at every row for columns that are new; ours never are, and this takes a quarter of the time. Many rows
    are one statement, since SQLite's full-text index writes itself down after each: half the time for statements.
    """
    left = list(rows)
    if not left:
        return
    names = list(left[0])
    columns, marks = ", ".join(f'"{n}"' for n in names), ", ".join("?" * len(names))
    with nullcontext() if db.conn.in_transaction else db.atomic():  # the caller's ends it
        at = 0
        while at < len(left):
            together = next(n for n in _TOGETHER if n <= len(left) - at)
            query = f"insert {instead} into {table} ({columns}) values {', '.join([f'({marks})'] * together)}"
            db.conn.execute(query, [row[n] for row in left[at : at + together] for n in names])
            at += together
