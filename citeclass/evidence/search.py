"""Full-text search over the sentences of statements: SQLite's FTS5, ranked by BM25, hits marked."""

import re
import sqlite3
from dataclasses import dataclass
from typing import Any

from citeclass.errors import UsageError
from citeclass.evidence.filters import Direction, Filters, terms_of
from citeclass.evidence.match import match_of
from citeclass.evidence.statement import EvidenceStatement, statements_by_id
from citeclass.store import Store

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
    terms = terms_of(filters or Filters(), work=None, direction=Direction.CITED)
    within = f"select f.rowid, f.rank from statements_fts f where statements_fts match ? order by f.rowid desc limit {RANKED + 1}"
    try:
        hits = list(
            store.db.query(
                f"with f as ({within}) select x.id from f join statements x on x.rowid = f.rowid "
                f"join shown v on v.statement = x.id {terms.joins} where {terms.where} order by f.rank, x.id",
                [query, *terms.values],
            )
        )
    except sqlite3.OperationalError as error:
        if "fts5" not in str(error):
            raise
        raise UsageError(f"this cannot be searched for: {text!r}", fix="give plain words") from error
    ids = [r["id"] for r in hits[offset : offset + limit]]
    marks = _marks(store, query, ids)
    found = tuple(Hit(s, marks.get(s.statement.id, ())) for s in statements_by_id(store, ids))
    return Found(found, len(hits), len(hits) > RANKED)


def _marks(store: Store, query: str, ids: list[str]) -> dict[str, tuple[tuple[int, int], ...]]:
    """Where the words stand in each sentence."""
    marks = {}
    for id in ids:
        for row in store.db.query(
            "select highlight(statements_fts, 0, ?, ?) marked from statements_fts "
            "where rowid = (select rowid from statements where id = ?) and statements_fts match ?",
            [_BEGIN, _END, id, query],
        ):
            marks[id] = tuple(_spans(row["marked"]))
    return marks


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
