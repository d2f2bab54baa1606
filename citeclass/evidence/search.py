"""Full-text search over the sentences of statements: SQLite's FTS5, ranked by BM25, hits marked."""

import re
import sqlite3
from dataclasses import dataclass
from typing import Any

from citeclass.errors import UsageError
from citeclass.evidence.filters import Direction, Filters, terms_of
from citeclass.evidence.match import match_of
from citeclass.evidence.statement import EvidenceStatement, statements_by_id
from citeclass.store import Store, rows_for

RANKED = 5_000
"""At most so many hits, the latest added, are ranked and counted: a word that stands everywhere is answered in the same time."""

_BEGIN, _END = "\x01", "\x02"


@dataclass(frozen=True, slots=True)
class Hit:
    """A statement that was found; ``marks`` are the offsets of the words found in its sentence."""

    statement: EvidenceStatement
    marks: tuple[tuple[int, int], ...]

    def to_json(self) -> dict[str, Any]:
        """The statement as a JSON object, with ``highlights``."""
        return {**self.statement.to_json(), "highlights": [list(m) for m in self.marks]}


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits, best first. ``matching`` counts them all; ``capped`` tells that there are more than were ranked."""

    hits: tuple[Hit, ...]
    matching: int
    capped: bool


def search_statements(
    store: Store, text: str, *, filters: Filters | None = None, limit: int = 20, offset: int = 0
) -> Found:
    """The statements whose sentence has the words of ``text`` (see :func:`~citeclass.evidence.match.match_of`), best first, each with what was found.

    ``filters`` narrow them; their works' side is the citing one. Raises :class:`UsageError`.
    """
    query = match_of(text)
    try:
        ranked = store.db.execute(
            "select rowid, rank from statements_fts where statements_fts match ? order by rowid desc limit ?",
            [query, RANKED + 1],
        ).fetchall()
    except sqlite3.OperationalError as error:
        if "fts5" not in str(error):
            raise
        raise UsageError(f"this cannot be searched for: {text!r}", fix="give plain words") from error
    rows = [rowid for rowid, _ in sorted(ranked[:RANKED], key=lambda r: (r[1], r[0]))]
    if filters and filters.given:
        passing = _passing(store, rows, filters)
        rows = [r for r in rows if r in passing]
    page = rows[offset : offset + limit]
    ids = {
        r["row"]: r["id"]
        for r in rows_for(store.db, "select rowid row, id from statements where rowid in ({values})", page)
    }
    marks = _marks(store, query, page)
    found = statements_by_id(store, [ids[r] for r in page if r in ids])  # one may have gone since
    at = {ids[r]: marks.get(r, ()) for r in page if r in ids}
    return Found(tuple(Hit(s, at[s.statement.id]) for s in found), len(rows), len(ranked) > RANKED)


def _passing(store: Store, rows: list[int], filters: Filters) -> set[int]:
    """Those of ``rows`` that pass the filters; the works' side is the citing one."""
    terms = terms_of(filters, work=None, direction=Direction.CITED)
    query = (
        f"select x.rowid row from statements x join shown v on v.statement = x.id {terms.joins} "
        f"where x.rowid in ({{values}}) and {terms.where}"
    )
    return {r["row"] for r in rows_for(store.db, query, rows, after=terms.values)}


def _marks(store: Store, query: str, rows: list[int]) -> dict[int, tuple[tuple[int, int], ...]]:
    """Where the words stand in each sentence."""
    marked = rows_for(
        store.db,
        "select rowid row, highlight(statements_fts, 0, ?, ?) marked from statements_fts where rowid in ({values}) "
        "and statements_fts match ?",
        rows,
        before=[_BEGIN, _END],
        after=[query],
    )
    return {r["row"]: tuple(_spans(r["marked"])) for r in marked}


def _spans(marked: str) -> list[tuple[int, int]]:
    spans, at, begin = [], 0, 0
    for piece in re.split(f"([{_BEGIN}{_END}])", marked):
        if piece == _BEGIN:
            begin = at
        elif piece == _END:
            spans.append((begin, at))
        else:
            at += len(piece)
    return spans
