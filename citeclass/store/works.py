"""Works: each once, whether met as a document or in others' reference lists."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlite_utils import Database

from citeclass.records import Author
from citeclass.resolving import SHORTEST, WorkFacts, block_of, same_work, shared_authors
from citeclass.store.many import rows_for
from citeclass.text import normal_doi, squash, words


@dataclass(frozen=True, slots=True)
class Work:
    """A work of the library. ``id`` is derived from its DOI or its description."""

    id: str
    title: str | None
    authors: tuple[Author, ...]
    year: str | None
    doi: str | None
    pmid: str | None
    container: str | None
    abstract: str | None = None

    @property
    def calendar_year(self) -> int | None:
        """The year as a number, without its letter; None for one that is no number (*in press*)."""
        digits = (self.year or "")[:4]
        return int(digits) if digits.isdecimal() else None


def authors_json(authors: tuple[Author, ...]) -> str:
    """Authors as they are kept: a JSON list of ``[family, given]``."""
    return json.dumps([[a.family, a.given] for a in authors], ensure_ascii=False)


def authors_from(text: str | None) -> tuple[Author, ...]:
    """The inverse of :func:`authors_json`."""
    return tuple(Author(family, given) for family, given in json.loads(text or "[]"))


class Works:
    """The table of works."""

    def __init__(self, db: Database) -> None:
        self._db = db
        db.register_function(_folded, name="folded", deterministic=True)
        db.register_function(_shares_author, name="shares_author", deterministic=True)

    def find_or_add(self, facts: WorkFacts, *, raw: str = "", abstract: str | None = None) -> str:
        """The id of the work described by ``facts``, added or completed as needed.

        ``raw`` stands in for the identity of a reference without title.
        """
        known = self._known(facts)
        if known is None:
            known = self._new_id(facts, raw)
            self._insert(known, facts, abstract)
        self._complete(known, facts, abstract)
        return known

    def add_apart(self, facts: WorkFacts, *, raw: str) -> str:
        """Add a work that is known to be another than any it resembles; its id comes from ``raw``."""
        known = self._new_id(WorkFacts(), raw)
        self._insert(known, facts, None)
        return known

    def get(self, work: str) -> Work | None:
        """The work with this id."""
        rows = list(self._db.query("select * from works where id = ?", [work]))
        return _work(rows[0]) if rows else None

    def many(self, ids: Sequence[str]) -> list[Work]:
        """The works with these ids, in their order; ids that are not in the library are passed over."""
        found = {
            str(row["id"]): _work(row) for row in rows_for(self._db, "select * from works where id in ({marks})", ids)
        }
        return [found[id] for id in ids if id in found]

    def search(self, query: str, *, limit: int = 20) -> list[Work]:
        """Works that ``query`` names: by DOI, by id, by PMID, or by words of the title, best first.

        All words must begin a word of title, authors or year. Works with most statements come first.
        """
        doi = normal_doi(query)
        if doi:
            return [_work(r) for r in self._db.query("select * from works where doi = ?", [doi])]
        exact = [_work(r) for r in self._db.query("select * from works where id = ? or pmid = ?", [query, query])]
        if exact:
            return exact
        wanted = words(query)
        if not wanted or re.match(r"\s*(?:doi:\s*)?10\.\d", query):  # a DOI that is none names nothing
            return []
        whole = squash(query)
        alike = self._db.query("select * from works where block = ? order by id", [block_of(query)])
        if named := [w for w in map(_work, alike) if squash(w.title) == whole]:
            return named[:limit]
        hits = self._db.query(
            "with f as (select rowid from works_fts where works_fts match ? order by rank limit 500) "
            "select w.* from f join works w on w.rowid = f.rowid "
            "order by (select count(*) from shown v where v.cited_work = w.id) desc, w.id limit ?",
            [" AND ".join(f'"{w}" *' for w in wanted), limit],
        )
        return [_work(r) for r in hits]

    def by_doi(self, dois: Iterable[str]) -> dict[str, Work]:
        """The works with these DOIs (bare, lower case), by DOI; unknown ones are left out."""
        rows = rows_for(self._db, "select * from works where doi in ({marks})", list(dict.fromkeys(dois)))
        return {str(row["doi"]): _work(row) for row in rows}

    def find(self, facts: WorkFacts) -> Work | None:
        """The work described by ``facts``, if the library knows it; nothing is added."""
        known = self._known(facts)
        return self.get(known) if known else None

    def all(self) -> Iterator[Work]:
        """Every work."""
        for row in self._db.query("select * from works order by id"):
            yield _work(row)

    def _insert(self, work: str, facts: WorkFacts, abstract: str | None) -> None:
        self._db.table("works").insert(
            {
                "id": work, "doi": facts.doi, "pmid": facts.pmid, "title": facts.title,
                "authors": authors_json(facts.authors), "year": facts.year, "container": facts.container,
                "abstract": abstract, "block": block_of(facts.title),
            },
            ignore=True,
        )  # fmt: skip

    def _known(self, facts: WorkFacts) -> str | None:
        if facts.doi:
            for row in self._db.query("select id from works where doi = ?", [facts.doi]):
                return str(row["id"])
        block = block_of(facts.title)
        best: tuple[float, str] | None = None
        if block:
            for row in self._db.query("select * from works where block = ?", [block]):
                other = _work(row)
                score = same_work(
                    facts, WorkFacts(other.title, other.authors, other.year, other.doi, other.pmid, other.container)
                )
                if score and (best is None or score > best[0]):
                    best = score, other.id
        return best[1] if best else None

    @staticmethod
    def _new_id(facts: WorkFacts, raw: str) -> str:
        if facts.doi:
            return f"doi:{facts.doi}"
        first = squash(facts.authors[0].family) if facts.authors else ""
        body = (
            f"{squash(facts.title)}|{first}|{facts.year or ''}"
            if len(squash(facts.title)) >= SHORTEST
            else f"{squash(facts.title)}|{squash(raw)}"
        )
        return "work:" + hashlib.sha256(body.encode()).hexdigest()[:16]

    def _complete(self, work: str, facts: WorkFacts, abstract: str | None) -> None:
        """Write down what was not known of the work till now."""
        told = {
            "doi": facts.doi, "pmid": facts.pmid, "title": facts.title, "year": facts.year, "container": facts.container,
            "abstract": abstract, "authors": authors_json(facts.authors) if facts.authors else None,
        }  # fmt: skip
        (row,) = self._db.query("select * from works where id = ?", [work])
        if lacking := {k: v for k, v in told.items() if v and row[k] in (None, "[]")}:
            self._db.table("works").update(work, lacking)


@lru_cache(maxsize=65536)  # the same two works meet in many statements
def _shares_author(citing: str | None, cited: str | None) -> int:
    return int(bool(shared_authors(authors_from(citing), authors_from(cited))))


def _folded(text: str) -> str:
    return " ".join(words(text))


def _work(row: dict[str, Any]) -> Work:
    return Work(
        row["id"], row["title"], authors_from(row["authors"]), row["year"], row["doi"], row["pmid"], row["container"],
        row["abstract"],
    )  # fmt: skip
