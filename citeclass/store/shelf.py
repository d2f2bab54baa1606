"""The works that some descriptions may mean, fetched together, and what is added or completed, written together.

A reference list would ask the table of works forty times over; it is asked once for all.
"""

from collections.abc import Sequence
from typing import Any

from sqlite_utils import Database

from citeclass.resolving import Match, WorkFacts, best_match, block_of, work_id
from citeclass.store.many import insert_rows, rows_for, update_row
from citeclass.store.people import authors_from, authors_json

Row = dict[str, Any]


class Shelf:
    """Matches descriptions against the works of a library as if each was looked up and written by itself, in order.

    Only descriptions named at the start are found; nothing is in the library before :meth:`write`.
    """

    def __init__(self, db: Database, described: Sequence[tuple[WorkFacts, str]], *, works: Sequence[str] = ()) -> None:
        """``described``: facts, and what stands in for the identity of those without title; ``works``: ids to fetch as well."""
        self._db = db
        self._by_doi: dict[str, str] = {}
        self._by_block: dict[str, dict[str, Row]] = {}
        self._by_id: dict[str, Row] = {}
        self._added: dict[str, Row] = {}
        self._changed: dict[str, Row] = {}
        dois = [f.doi for f, _ in described if f.doi]
        known = "select w.*, {doi} asked from {tables} where {doi} in ({{values}})"
        for doi, tables in (("w.doi", "works w"), ("a.doi", "aliases a join works w on w.id = a.work")):
            for row in self._rows(known.format(doi=doi, tables=tables), dois):
                self._by_doi.setdefault(row.pop("asked"), self._take(row)["id"])
        for row in self._rows(
            "select * from works where block in ({values})", [block_of(f.title) for f, _ in described]
        ):
            self._take(row)
        self._fetch([*works, *(work_id(f, raw) for f, raw in described)])

    def _fetch(self, works: Sequence[str]) -> None:
        for row in self._rows("select * from works where id in ({values})", works):
            self._take(row)

    def _rows(self, query: str, values: Sequence[str]) -> list[Row]:
        return list(rows_for(self._db, query, list(dict.fromkeys(v for v in values if v))))

    def _take(self, row: Row) -> Row:
        """Set a row on the shelf; the one that stands there already wins."""
        row = self._by_id.setdefault(row["id"], row)
        if row["block"]:
            self._by_block.setdefault(row["block"], {})[row["id"]] = row
        return row

    def match(self, facts: WorkFacts) -> Match | None:
        """The id of the work described, with how it was told and how surely; None where the library does not know it."""
        if facts.doi in self._by_doi:
            return Match(self._by_doi[facts.doi], "doi", 1.0)
        alike = sorted(self._by_block.get(block_of(facts.title), {}).items())
        return best_match(facts, ((id, _facts(row)) for id, row in alike))

    def find_or_add(self, facts: WorkFacts, *, raw: str = "", abstract: str | None = None) -> Match:
        """The work described by ``facts``, added (``method`` *new*) or completed as needed.

        ``raw`` stands in for the identity of a reference without title.
        """
        found = self.match(facts)
        if found is None:
            found = Match(work_id(facts, raw), "new", 1.0)
            if self._add(found.key, facts, abstract):
                return found
        self.complete(found.key, facts, abstract)
        return found

    def add_apart(self, facts: WorkFacts, *, raw: str) -> str:
        """Add a work that is known to be another than any it resembles; its id comes from ``raw``."""
        known = work_id(WorkFacts(), raw)
        if known not in self._by_id:
            self._fetch([known])
        self._add(known, facts, None)
        return known

    def _add(self, work: str, facts: WorkFacts, abstract: str | None) -> bool:
        """Add a work unless its id is taken; whether it was added."""
        if work in self._by_id:
            return False
        self._added[work] = self._take(
            {
                "id": work, "doi": facts.doi, "pmid": facts.pmid, "title": facts.title, "authors": authors_json(facts.authors),
                "year": facts.year, "container": facts.container, "abstract": abstract, "block": block_of(facts.title),
            }
        )  # fmt: skip
        if facts.doi:
            self._by_doi.setdefault(facts.doi, work)
        return True

    def complete(self, work: str, facts: WorkFacts, abstract: str | None) -> None:
        """Write down what was not known of a work on the shelf till now."""
        told = {
            "doi": facts.doi, "pmid": facts.pmid, "title": facts.title, "year": facts.year, "container": facts.container,
            "abstract": abstract, "authors": authors_json(facts.authors) if facts.authors else None,
        }  # fmt: skip
        row = self._by_id[work]
        if lacking := {k: v for k, v in told.items() if v and row[k] in (None, "[]")}:
            row.update(lacking)
            if work not in self._added:
                self._changed.setdefault(work, {}).update(lacking)
            if "doi" in lacking:
                self._by_doi.setdefault(lacking["doi"], work)

    def write(self) -> None:
        """Put what was added and completed into the library."""
        # Another process may have been quicker
        insert_rows(self._db, "works", self._added.values(), instead="or ignore")
        for work, lacking in self._changed.items():
            update_row(self._db, "works", work, lacking)
        self._added, self._changed = {}, {}


def _facts(row: Row) -> WorkFacts:
    return WorkFacts(row["title"], authors_from(row["authors"]), row["year"], row["doi"], row["pmid"], row["container"])
