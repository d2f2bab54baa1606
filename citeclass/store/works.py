"""Works: each once, whether met as a document or in others' reference lists."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlite_utils import Database

from citeclass.records import Author, Notice, NoticeKind
from citeclass.resolving import Match, WorkFacts, block_of, shared_authors
from citeclass.store.many import rows_for
from citeclass.store.people import authors_from
from citeclass.store.shelf import Shelf
from citeclass.text import find_pmid, normal_doi, squash, words


@dataclass(frozen=True, slots=True)
class Work:
    """A work of the library. ``id`` is derived from its DOI or its description.

    ``notices`` are editorial ones, gravest first; None where nobody asked (``checked`` says when it was done). ``known_citing``: how many works
    ``known_by`` knows to cite it.
    """

    id: str
    title: str | None
    authors: tuple[Author, ...]
    year: str | None
    doi: str | None
    pmid: str | None
    container: str | None
    abstract: str | None = None
    notices: tuple[Notice, ...] | None = None
    checked: str | None = None
    known_citing: int | None = None
    known_by: str | None = None

    @property
    def retracted(self) -> bool | None:
        """Whether it was retracted; None where nobody asked."""
        return None if self.notices is None else any(n.kind is NoticeKind.RETRACTION for n in self.notices)

    @property
    def facts(self) -> WorkFacts:
        """What identifies it."""
        return WorkFacts(self.title, self.authors, self.year, self.doi, self.pmid, self.container)

    @property
    def calendar_year(self) -> int | None:
        """The year as a number, without its letter; None for one that is no number (*in press*)."""
        digits = (self.year or "")[:4]
        return int(digits) if digits.isdecimal() else None


class Works:
    """The table of works."""

    def __init__(self, db: Database) -> None:
        self._db = db
        db.register_function(_folded, name="folded", deterministic=True)
        db.register_function(_shares_author, name="shares_author", deterministic=True)

    def find_or_add(self, facts: WorkFacts, *, raw: str = "", abstract: str | None = None) -> Match:
        """The work described by ``facts``, added (``method`` *new*) or completed as needed.

        ``raw`` stands in for the identity of a reference without title.
        """
        shelf = self.shelf([(facts, raw)])
        found = shelf.find_or_add(facts, raw=raw, abstract=abstract)
        shelf.write()
        return found

    def shelf(self, described: Sequence[tuple[WorkFacts, str]]) -> Shelf:
        """The works that some descriptions (with what stands in for the identity of those without title) may mean."""
        return Shelf(self._db, described)

    def get(self, work: str) -> Work | None:
        """The work with this id."""
        rows = list(self._db.query("select * from works where id = ?", [work]))
        return _work(rows[0]) if rows else None

    def many(self, ids: Sequence[str]) -> list[Work]:
        """The works with these ids, in their order; ids that are not in the library are passed over."""
        found = {
            str(row["id"]): _work(row) for row in rows_for(self._db, "select * from works where id in ({values})", ids)
        }
        return [found[id] for id in ids if id in found]

    def search(self, query: str, *, limit: int = 20) -> list[Work]:
        """Works that ``query`` names: by DOI, by id, by PMID, or by words of the title, best first.

        All words must begin a word of title, authors or year; of ``Lee et al. 2016a`` those that stand there. Works with most
        statements come first.
        """
        doi = normal_doi(query)
        if doi:
            return list(self.by_doi([doi]).values())
        query = query.strip()
        exact = [
            _work(r)
            for r in self._db.query("select * from works where id = ? or pmid = ?", [query, find_pmid(query) or query])
        ]
        if exact:
            return exact
        wanted = words(query)
        if not wanted or re.match(r"\s*(?:doi:\s*)?10\.\d", query):  # a DOI that is none names nothing
            return []
        whole = squash(query)
        alike = self._db.query("select * from works where block = ? order by id", [block_of(query)])
        if named := [w for w in map(_work, alike) if squash(w.title) == whole]:
            return named[:limit]
        return next(filter(None, (self._titled(expression, limit) for expression in _expressions(query))), [])

    def _titled(self, expression: str, limit: int) -> list[Work]:
        """The works whose title, authors and year match an expression of the full-text index."""
        hits = self._db.query(
            "with f as (select rowid from works_fts where works_fts match ? order by rank limit 500) "
            "select w.* from f join works w on w.rowid = f.rowid "
            "order by (select count(*) from shown v where v.cited_work = w.id) desc, w.id limit ?",
            [expression, limit],
        )
        return [_work(r) for r in hits]

    def by_doi(self, dois: Iterable[str]) -> dict[str, Work]:
        """The works with these DOIs (bare, lower case), by the DOI asked for, which may be that of another version; unknown ones are left out."""
        asked = list(dict.fromkeys(dois))
        query = "select w.*, {name} asked from {tables} where {name} in ({{values}})"
        own = rows_for(self._db, query.format(name="w.doi", tables="works w"), asked)
        versions = rows_for(
            self._db, query.format(name="a.doi", tables="aliases a join works w on w.id = a.work"), asked
        )
        found = {str(row["asked"]): _work(row) for row in (*versions, *own)}
        return {doi: found[doi] for doi in asked if doi in found}

    def find(self, facts: WorkFacts) -> Work | None:
        """The work described by ``facts``, if the library knows it; nothing is added."""
        known = self.match(facts)
        return self.get(known.key) if known else None

    def match(self, facts: WorkFacts) -> Match | None:
        """The id of the work described by ``facts``, with how it was told and how surely; None where the library does not know it."""
        return self.shelf([(facts, "")]).match(facts)

    def all(self) -> Iterator[Work]:
        """Every work."""
        for row in self._db.query("select * from works order by id"):
            yield _work(row)

    def complete(self, work: str, facts: WorkFacts, abstract: str | None) -> None:
        """Write down what was not known of the work till now."""
        shelf = Shelf(self._db, (), works=[work])
        shelf.complete(work, facts, abstract)
        shelf.write()


def _expressions(query: str) -> Iterator[str]:
    """What the full-text index is asked, until it knows: all words, as they fold and as they are written, since the index folds
    fewer letters; then, of a callout (``Lee et al. 2016a``), names and year alone.
    """
    ways = (words(query), _WORD.findall(query.lower()))
    yield " OR ".join(dict.fromkeys(f"({_all_of(way)})" for way in ways if way))
    if callout := _CALLOUT.fullmatch(query):
        names = [word for word in words(callout["names"]) if word not in _JOINING]
        if names:
            yield _all_of([*names, callout["year"]])


def _all_of(wanted: Sequence[str]) -> str:
    return " AND ".join(f'"{w}" *' for w in wanted)


_WORD = re.compile(r"[^\W_]+")
_CALLOUT = re.compile(r"(?P<names>[^\d]{2,80}?)[\s,(]+(?P<year>(?:1[5-9]|20)\d\d)[a-h]?\)?")
_JOINING = frozenset({"et", "al", "and", "und"})


@lru_cache(maxsize=65536)  # the same two works meet in many statements
def _shares_author(citing: str | None, cited: str | None) -> int:
    return int(bool(shared_authors(authors_from(citing), authors_from(cited))))


def _folded(text: str) -> str:
    return " ".join(words(text))


def _work(row: dict[str, Any]) -> Work:
    return Work(
        row["id"], row["title"], authors_from(row["authors"]), row["year"], row["doi"], row["pmid"], row["container"],
        row["abstract"], _notices_from(row["notices"]), row["checked"], row["known_citing"], row["known_by"],
    )  # fmt: skip


def _notices_from(text: str | None) -> tuple[Notice, ...] | None:
    if text is None:
        return None
    return tuple(Notice(NoticeKind(kind), *rest) for kind, *rest in json.loads(text))
