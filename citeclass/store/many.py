"""Many rows at once: queries over any number of values, and rows written in one go."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

from sqlite_utils import Database

_TOGETHER = 64  # rows of one statement at most: so many forms of each, which SQLite need not take in anew


def fetch(db: Database, query: str, values: Sequence[Any] = ()) -> Iterator[dict[str, Any]]:
    """The rows of ``query``, by column.

    For what is asked while documents are written: sqlite-utils' own ``query`` guards each call by a savepoint, at which the full-text
    index writes itself down.
    """
    found = db.execute(query, values)
    names = [column[0] for column in found.description]
    return (dict(zip(names, row, strict=True)) for row in found)


def rows_for(
    db: Database, query: str, values: Sequence[Any], *, before: Sequence[Any] = (), after: Sequence[Any] = ()
) -> Iterator[dict[str, Any]]:
    """The rows of ``query`` (see :func:`fetch`) for all ``values`` (texts or numbers), which stand where it says ``{values}``; ``before`` and
    ``after`` are bound around them. They are bound as one, so that the statement is the same for any number of them.
    """
    given = query.replace("{values}", "select value from json_each(?)")
    return fetch(db, given, [*before, json.dumps(values), *after])


@contextmanager
def writing(db: Database) -> Iterator[None]:
    """A transaction that writes first: it takes the lock at once, waiting for another writer, and does not fail later.

    Within another it is a part of that one, which an error must end (nobody may catch it in between): savepoints cost as much as
    small transactions.
    """
    if db.conn.in_transaction:
        yield
        return
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
        for at in range(0, len(left), _TOGETHER):
            some = left[at : at + _TOGETHER]
            query = f"insert {instead} into {table} ({columns}) values {', '.join([f'({marks})'] * len(some))}"
            db.conn.execute(query, [row[n] for row in some for n in names])


def update_row(db: Database, table: str, id: str, values: Mapping[str, Any], *, pk: str = "id") -> None:
    """Change columns of one row; sqlite-utils' own ``update`` guards it by a savepoint."""
    changes = ", ".join(f'"{name}" = ?' for name in values)
    db.execute(f'update {table} set {changes} where "{pk}" = ?', [*values.values(), id])
