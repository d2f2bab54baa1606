"""Evidence for one work, in either direction: the answer, a page of its statements, and these grouped by work."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from citeclass.evidence.coverage import Coverage, coverage_of
from citeclass.evidence.filters import Direction, Filters, Sort, terms_of
from citeclass.evidence.glance import evidence_html
from citeclass.evidence.statement import DEFINITIONS, EvidenceStatement, statements_by_id, work_json
from citeclass.evidence.tally import Tally, tally_of
from citeclass.store import SHOWN, Store, Work


@dataclass(frozen=True, slots=True)
class Evidence:
    """The answer about one work. ``work`` is None where the library does not know what was asked for.

    ``tally`` counts all statements about the work; ``matching`` those that pass ``filters``, of which ``statements`` are
    the page from ``offset``.
    """

    query: str
    direction: Direction
    work: Work | None
    tally: Tally
    coverage: Coverage
    statements: tuple[EvidenceStatement, ...]
    filters: Filters = field(default_factory=Filters)
    matching: int = 0
    offset: int = 0

    def to_json(self) -> dict[str, Any]:
        """``{work, tally, coverage, statements}`` with the definitions of the classes."""
        return {
            "query": self.query,
            "direction": self.direction.value,
            "work": work_json(self.work) if self.work else None,
            "tally": self.tally.to_json(self.direction),
            "coverage": self.coverage.to_json(),
            "filters": self.filters.given,
            "matching": self.matching,
            "offset": self.offset,
            "statements": [s.to_json() for s in self.statements],
            "definitions": DEFINITIONS,
        }

    def _repr_html_(self) -> str:
        side = "citing works" if self.direction is Direction.CITED else "cited works"
        return evidence_html(self.query, self.work, self.tally, self.coverage, self.statements, side=side)


@dataclass(frozen=True, slots=True)
class WorkGroup:
    """A work on the other side with its statements about the one asked for. ``work`` is None for callouts without one."""

    work: Work | None
    statements: tuple[EvidenceStatement, ...]

    @property
    def tally(self) -> Tally:
        """Its statements by type."""
        types = Counter(s.type for s in self.statements)
        supporting, contrasting, mentioning, unclassified = (types[kind] for kind in SHOWN)
        return Tally(supporting, contrasting, mentioning, unclassified, 1)


@dataclass(frozen=True, slots=True)
class WorkGroups:
    """A page of groups; ``works`` counts the distinct works of all pages, ``total`` the groups: one more where callouts
    without a work stand among the statements.
    """

    groups: tuple[WorkGroup, ...]
    works: int
    total: int


def evidence_for(
    store: Store,
    work: Work | None,
    *,
    query: str = "",
    direction: Direction = Direction.CITED,
    filters: Filters | None = None,
    sort: Sort = Sort.TYPE,
    limit: int | None = None,
    offset: int = 0,
) -> Evidence:
    """What the library holds on ``work``: supporting first, then contrasting, mentioning and unclassified, each by
    certainty, or as ``sort`` says; ``limit`` statements from ``offset`` (None: all).

    Ties are broken by the statement's id, so that pages do not overlap while the library stands still.
    """
    filters = filters or Filters()
    coverage = coverage_of(store, work)
    if work is None:
        return Evidence(query, direction, None, Tally(), coverage, (), filters, 0, offset)
    tally = tally_of(store, work.id, direction=direction)
    terms = terms_of(filters, work=work.id, direction=direction, sort=sort)
    matching = (
        int(next(store.db.query(f"select count(*) n {terms.body}", terms.values))["n"])
        if filters.given
        else tally.total
    )
    ids = [
        r["statement"]
        for r in store.db.query(
            f"select v.statement {terms.body} order by {terms.order} limit ? offset ?",
            [*terms.values, -1 if limit is None else limit, offset],
        )
    ]
    return Evidence(
        query, direction, work, tally, coverage, tuple(statements_by_id(store, ids)), filters, matching, offset
    )


def evidence_by_work(
    store: Store,
    work: Work,
    *,
    direction: Direction = Direction.CITED,
    filters: Filters | None = None,
    sort: Sort = Sort.TYPE,
    limit: int = 20,
    offset: int = 0,
) -> WorkGroups:
    """The works on the other side, ``limit`` from ``offset``, each with its statements that pass ``filters``. They stand in
    the order of their first statement; callouts without a work come together, last.
    """
    other = "source_work" if direction is Direction.CITED else "cited_work"
    terms = terms_of(filters or Filters(), work=work.id, direction=direction, sort=sort)
    places: dict[str | None, list[str]] = {}
    for row in store.db.query(
        f"select v.statement, v.{other} other {terms.body} order by v.{other} is null, {terms.order}", terms.values
    ):
        places.setdefault(row["other"], []).append(row["statement"])
    page = list(places.values())[offset : offset + limit]
    found = {s.statement.id: s for s in statements_by_id(store, [i for ids in page for i in ids])}
    groups = []
    for ids in page:
        statements = tuple(found[i] for i in ids if i in found)
        if not statements:  # gone since
            continue
        first = statements[0]
        groups.append(WorkGroup(first.source if direction is Direction.CITED else first.target, statements))
    loose = int(None in places)
    return WorkGroups(tuple(groups), len(places) - loose, len(places))
