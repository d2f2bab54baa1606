"""Works found by words of their titles, or of what is said about them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from citeclass.evidence.filters import Direction, Filters, terms_of
from citeclass.evidence.match import match_of
from citeclass.evidence.search import RANKED
from citeclass.evidence.statement import EvidenceStatement, statements_by_id
from citeclass.evidence.tally import Tally, tallies_of
from citeclass.store import Store, Work, rows_for
from citeclass.text import words

_SHOWN = 10  # statements shown of each work
_TITLES = 500

ORDERS = {
    "total_cited": "total",
    "total_supported": "supporting",
    "total_contrasted": "contrasting",
    "total_contradicted": "contrasting",
    "total_mentioned": "mentioning",
    "total_citing_publications": "works",
}
"""scite's names of orders, and what of the tally each is by."""

Span = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFilters:
    """``statements``: filters of statements (types, sections); a work must have such a statement. The rest speaks of the
    work: words of its journal and authors, its years, and the least and most statements of each type. ``sort``:
    relevance, date (newest first), or most of what ``ORDERS`` names. ``retracted``: only works with such a notice, or only others.
    """

    statements: Filters = field(default_factory=Filters)
    journal: str | None = None
    author: str | None = None
    year_from: int | None = None
    year_to: int | None = None
    supporting: Span = (None, None)
    contrasting: Span = (None, None)
    mentioning: Span = (None, None)
    sort: str = "relevance"
    retracted: bool | None = None


@dataclass(frozen=True, slots=True)
class PaperHit:
    """A work that was found, its tally, and the statements about it that have the words (at most ten)."""

    work: Work
    tally: Tally
    statements: tuple[EvidenceStatement, ...]


def search_papers(
    store: Store, term: str | None, asked: PaperFilters, *, limit: int = 10, offset: int = 0
) -> tuple[list[PaperHit], int]:
    """A page of works, and how many there are: titles with all words first, then works whose statements have them.

    Of a word that stands everywhere the 500 best titles and the latest 5,000 statements are looked at; without ``term`` the
    500 works with most statements are.
    Raises :class:`~citeclass.errors.UsageError` where ``term`` has no word.
    """
    said = _said(store, term, asked.statements) if term else {}
    titled = _titled(store, term) if term else _most_cited(store)
    if asked.statements.given:
        titled = _with_statements(store, titled, asked.statements)
    order = list(dict.fromkeys([*titled, *said]))
    works = [w for w in store.works.many(order) if _fits(w, asked)]
    tallies = tallies_of(store, [w.id for w in works])
    works = [w for w in works if _counts(tallies[w.id], asked)]
    works = _sorted(works, tallies, asked.sort)
    return [
        PaperHit(w, tallies[w.id], tuple(statements_by_id(store, said.get(w.id, [])[:_SHOWN])))
        for w in works[offset : offset + limit]
    ], len(works)


def _titled(store: Store, term: str) -> list[str]:
    wanted = words(term)
    if not wanted:
        return []
    query = " AND ".join(f'"{w}" *' for w in wanted)
    rows = store.db.query(
        "select w.id from works_fts f join works w on w.rowid = f.rowid where works_fts match ? order by f.rank limit ?",
        [query, _TITLES],
    )
    return [r["id"] for r in rows]


def _most_cited(store: Store) -> list[str]:
    rows = store.db.query(
        "select cited_work id from shown where cited_work is not null group by 1 order by count(*) desc, 1 limit ?",
        [_TITLES],
    )
    return [r["id"] for r in rows]


def _said(store: Store, term: str, filters: Filters) -> dict[str, list[str]]:
    """Statements that have the words, by the work they are about, best first."""
    terms = terms_of(filters, work=None, direction=Direction.CITED)
    found: dict[str, list[str]] = {}
    for row in store.db.query(
        "with f as (select f.rowid, f.rank from statements_fts f where statements_fts match ? order by f.rowid desc limit ?) "
        "select x.id, v.cited_work work from f join statements x on x.rowid = f.rowid join shown v on v.statement = x.id "
        f"{terms.joins} where v.cited_work is not null and {terms.where} order by f.rank, x.id",
        [match_of(term), RANKED, *terms.values],
    ):
        found.setdefault(row["work"], []).append(row["id"])
    return found


def _with_statements(store: Store, ids: Sequence[str], filters: Filters) -> list[str]:
    """Those of ``ids`` about which there is a statement that passes."""
    terms = terms_of(filters, work=None, direction=Direction.CITED)
    query = f"select distinct v.cited_work id from shown v {terms.joins} where v.cited_work in ({{values}}) and {terms.where}"
    passing = {r["id"] for r in rows_for(store.db, query, ids, after=terms.values)}
    return [id for id in ids if id in passing]


def _fits(work: Work, asked: PaperFilters) -> bool:
    year = work.calendar_year
    if asked.retracted is not None and bool(work.retracted) is not asked.retracted:
        return False
    if (asked.year_from or asked.year_to) and year is None:
        return False
    if year is not None and not (asked.year_from or year) <= year <= (asked.year_to or year):
        return False
    authors = " ".join(str(a) for a in work.authors)
    return _has(work.container, asked.journal) and _has(authors, asked.author)


def _has(text: str | None, wanted: str | None) -> bool:
    own = words(text or "")
    return all(any(w.startswith(part) for w in own) for part in words(wanted or ""))


def _counts(tally: Tally, asked: PaperFilters) -> bool:
    pairs = (
        (tally.supporting, asked.supporting),
        (tally.contrasting, asked.contrasting),
        (tally.mentioning, asked.mentioning),
    )
    return all((least or 0) <= n and (most is None or n <= most) for n, (least, most) in pairs)


def _sorted(works: list[Work], tallies: dict[str, Tally], sort: str) -> list[Work]:
    if sort == "date":
        return sorted(works, key=lambda w: w.calendar_year or 0, reverse=True)
    if sort in ORDERS:
        return sorted(works, key=lambda w: -getattr(tallies[w.id], ORDERS[sort]))
    return works
