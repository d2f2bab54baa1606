"""Documents with their reference lists and statements: each written whole, in a transaction."""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from rapidfuzz.fuzz import ratio
from sqlite_utils import Database

from citeclass.records import (
    CitationStatement,
    Extraction,
    OperatingPoint,
    Reference,
    SectionKind,
    Unlinked,
    Zone,
)
from citeclass.resolving import SHORTEST, Match, WorkFacts
from citeclass.store.clock import now
from citeclass.store.many import fetch, insert_rows, rows_for, update_row, writing
from citeclass.store.people import authors_from, authors_json
from citeclass.store.works import Works
from citeclass.text import squash

SAME_ENTRY = 97.0
"""Least similarity (0 to 100) of two printed entries of one list that are one work, printed twice."""

FREED = ""
"""The version of a document that must be read again whatever the rules."""

_JUDGED_BY = (
    "sentence",
    "start",
    "end",
    "before",
    "after",
    "section",
    "section_title",
    "language",
)  # what a model may read

NAMING = (
    ("entries", "work"), ("statements", "source_work"), ("statements", "cited_work"), ("shown", "source_work"),
    ("shown", "cited_work"), ("corrections", "source_work"), ("corrections", "cited_work"), ("aliases", "work"),
    ("documents", "work"), ("catalogue", "work"),
)  # fmt: skip
"""Every column that names a work."""

_TRUST = {"jats": 3, "bmc": 3, "tei": 2, "pdf": 1}


class Documents:
    """The tables of documents, reference entries and statements."""

    def __init__(self, db: Database, works: Works) -> None:
        self._db, self._works = db, works
        self._loose: set[str] = set()  # works that dropped documents named

    def version_of(self, digest: str) -> str | None:
        """The version with which the content ``digest`` was last read, None where it never was."""
        found = list(fetch(self._db, "select version from documents where digest = ?", [digest]))
        return str(found[0]["version"]) if found else None

    def path_of(self, digest: str) -> str | None:
        """Where the content ``digest`` was read."""
        found = list(fetch(self._db, "select path from documents where digest = ?", [digest]))
        return str(found[0]["path"]) if found else None

    def stale(self, versions: dict[str, str]) -> list[str]:
        """Paths of documents read by another version than ``versions`` (by reader's kind) names now; other kinds are left alone."""
        rows = self._db.query("select path, reader, version from documents order by path")
        now = ((r, versions.get(str(r["reader"]).partition("-")[0])) for r in rows)
        return [r["path"] for r, version in now if version is not None and version != r["version"]]

    def moved(self, digest: str, path: str) -> None:
        """Note that the content ``digest`` now lies at ``path``; what was read from there before is dropped."""
        with writing(self._db):
            self._drop_where("path = ? and digest <> ?", [path, digest])
            self._forget_works()
            self._db.execute("update documents set path = ? where digest = ?", [path, digest])

    def outdone(self, extraction: Extraction) -> bool:
        """Whether its statements would not count, as far as can be told beforehand: a document with its DOI from a source as good is
        here. :meth:`put` decides, who also goes by titles and by what was told of the article.
        """
        named = fetch(self._db, "select id from works where doi = ?", [extraction.front.doi])
        return any(self._rivals(row["id"], extraction)[0] for row in list(named))

    def unjudged(self, extraction: Extraction, model: str, point: OperatingPoint) -> list[CitationStatement]:
        """Its statements that ``model`` has not judged at ``point`` with the words and the context that they have now."""
        query = (
            "select s.* from statements s join predictions p on p.statement = s.id "
            "where s.id in ({values}) and p.model = ? and p.point = ?"
        )
        ids = [s.id for s in extraction.statements]
        known = {row["id"]: _seen(row) for row in rows_for(self._db, query, ids, after=[model, point.value])}
        return [s for s in extraction.statements if known.get(s.id) != _now_seen(s)]

    def put(self, extraction: Extraction) -> frozenset[str]:
        """Store a document, replacing what the same file or the same content gave before; the ids of its statements that count.

        Of several files of one work the one read from the best source counts: others are kept as its
        duplicates, without statements. An id that another document holds is not this one's.
        """
        with writing(self._db):
            before = self._drop_where("path = ? or digest = ?", [extraction.path, extraction.digest])
            work = self._works.find_or_add(
                WorkFacts.of_front(extraction.front), raw=extraction.digest, abstract=extraction.front.abstract
            ).key
            better, worse = self._rivals(work, extraction)
            for digest in worse:
                before |= self._clear(digest)
                update_row(self._db, "documents", digest, {"duplicate_of": extraction.digest}, pk="digest")
            kept = self._insert(extraction, work, duplicate_of=better)
            self._forget_works()
            self._forget_predictions(before, extraction.statements if better is None else ())
            return kept

    def settle(self, work: str, *, rather: Collection[str] = ()) -> None:
        """Let one document of a work count, that of the best source, of equals one with a digest among ``rather``, and make the others its
        duplicates.
        """
        rows = list(
            self._db.query("select digest, reader from documents where work = ? and duplicate_of is null", [work])
        )
        if len(rows) < 2:
            return
        best = max(rows, key=lambda r: (trust_in(r["reader"]), r["digest"] in rather, r["digest"]))["digest"]
        for row in rows:
            if row["digest"] != best:
                self._forget_predictions(self._clear(row["digest"]), ())
                update_row(self._db, "documents", row["digest"], {"duplicate_of": best}, pk="digest")

    def _rivals(self, work: str, extraction: Extraction) -> tuple[str | None, list[str]]:
        """Of the other documents of a work that count, one that is as good as ``extraction``, and those that are not."""
        better, worse = None, []
        mine = trust_in(extraction.reader)
        query = (
            "select digest, reader from documents where work = ? and duplicate_of is null and version <> ? "
            "and digest <> ? and path <> ?"
        )
        for row in fetch(self._db, query, [work, FREED, extraction.digest, extraction.path]):
            if trust_in(row["reader"]) >= mine:
                better = str(row["digest"])
            else:
                worse.append(str(row["digest"]))
        return better, worse

    def _insert(self, e: Extraction, work: str, *, duplicate_of: str | None) -> frozenset[str]:
        insert_rows(self._db, "documents", [
            {
                "digest": e.digest, "path": e.path, "work": work, "source_key": e.source_key, "reader": e.reader,
                "version": e.version, "language": e.language, "added": now(), "duplicate_of": duplicate_of,
                "callouts": e.callouts, "unlinked": e.unlinked,
            }
        ])  # fmt: skip
        cited = self._cited(e)
        insert_rows(self._db, "entries", (_entry(e.digest, r, cited[r.index]) for r in e.references))
        if duplicate_of is not None:
            return frozenset()
        made = [
            _statement(e.digest, s, work, cited[s.reference.index].key if s.reference else None) for s in e.statements
        ]
        made = self._unclaimed(made, e.digest)
        insert_rows(self._db, "statements", made)
        return frozenset(row["id"] for row in made)

    def _cited(self, e: Extraction) -> dict[int, Match]:
        """The work of each entry. Two entries of one list are two works ("Part 1", "Part 2"), unless they share a
        DOI or are the same but for a few letters.
        """
        described = {r.index: (WorkFacts.of_reference(r), _raw_identity(r, e.digest)) for r in e.references}
        shelf = self._works.shelf(list(described.values()))
        cited: dict[int, Match] = {}
        holder: dict[str, Reference] = {}
        for r in e.references:
            facts, raw = described[r.index]
            found = shelf.find_or_add(facts, raw=raw)
            first = holder.setdefault(found.key, r)
            if first is not r and found.method != "doi" and ratio(squash(r.raw), squash(first.raw)) < SAME_ENTRY:
                found = Match(shelf.add_apart(facts, raw=r.raw), "new", 1.0)
            cited[r.index] = found
        shelf.write()
        return cited

    def _unclaimed(self, made: list[dict[str, Any]], digest: str) -> list[dict[str, Any]]:
        """Rows of statements; an id that another document holds is salted with this one's digest, so that neither is lost."""
        ids = [row["id"] for row in made]
        taken = {row["id"] for row in rows_for(self._db, "select id from statements where id in ({values})", ids)}
        for row in made:
            if row["id"] in taken:
                row["id"] = hashlib.sha256(f"{row['id']} {digest}".encode()).hexdigest()[:16]
        return made

    def _forget_predictions(self, before: dict[str, tuple[Any, ...]], after: Iterable[CitationStatement]) -> None:
        """Drop predictions of statements that are gone, or whose words, place or context the model now sees differently."""
        now = {s.id: _now_seen(s) for s in after}
        changed = [(i,) for i, seen in before.items() if now.get(i) != seen]
        if changed:
            self._db.conn.executemany("delete from predictions where statement = ?", changed)
            self._db.conn.executemany("delete from explanations where statement = ?", changed)

    def _clear(self, digest: str) -> dict[str, tuple[Any, ...]]:
        """Drop a document's statements; what the model saw of them, by id."""
        held = fetch(self._db, "select * from statements where document = ?", [digest])
        seen = {str(s["id"]): _seen(s) for s in held}
        self._db.execute("delete from statements where document = ?", [digest])
        return seen

    def _drop_where(self, where: str, values: list[str]) -> dict[str, tuple[Any, ...]]:
        """Drop documents; what the model saw of their statements, by id.

        Their duplicates are freed: marked to be read again, since they were kept without statements.
        """
        seen: dict[str, tuple[Any, ...]] = {}
        for row in list(fetch(self._db, f"select digest from documents where {where}", values)):
            digest = row["digest"]
            named = "select work from documents where digest = ? union select work from entries where document = ?"
            self._loose |= {str(r["work"]) for r in fetch(self._db, named, [digest, digest])}
            seen |= self._clear(digest)
            self._db.execute("delete from entries where document = ?", [digest])
            self._db.execute("delete from documents where digest = ?", [digest])
            self._db.execute(
                "update documents set duplicate_of = null, version = ? where duplicate_of = ?", [FREED, digest]
            )
        return seen

    def _forget_works(self) -> None:
        """Drop the works that only documents dropped before had named: they would make titles ambiguous for ever."""
        held = " and ".join(f"not exists (select 1 from {table} where {column} = works.id)" for table, column in NAMING)
        self._db.conn.executemany(
            f"delete from works where id = ? and {held}", [(work,) for work in sorted(self._loose)]
        )
        self._loose.clear()

    def drop_duplicate(self, path: str) -> None:
        """Drop the document at ``path`` if it has no statements: a duplicate whose file is gone, or was never more than a list."""
        with writing(self._db):
            self._drop_where("path = ? and digest not in (select document from statements)", [path])
            self._forget_works()

    def drop_work(self, work: str) -> list[str]:
        """Drop the documents of a work; their paths."""
        with writing(self._db):
            paths = [
                r["path"] for r in self._db.query("select path from documents where work = ? order by path", [work])
            ]
            self._forget_predictions(self._drop_where("work = ?", [work]), ())
            self._forget_works()
        return paths

    def free(self, path: str) -> None:
        """Let the document at ``path`` be read again, whatever the rules."""
        with self._db.atomic():
            self._db.execute("update documents set version = ? where path = ?", [FREED, path])

    def freed(self) -> list[str]:
        """Paths of documents that were another file's duplicates and must be read again now that it is gone."""
        return [
            r["path"] for r in self._db.query("select path from documents where version = ? order by path", [FREED])
        ]

    def work_of(self, digest: str) -> str | None:
        """The work of the document with this content."""
        rows = list(self._db.query("select work from documents where digest = ?", [digest]))
        return str(rows[0]["work"]) if rows else None

    def work_at(self, path: str) -> str | None:
        """The work of the document that was read at ``path``."""
        rows = list(self._db.query("select work from documents where path = ?", [path]))
        return str(rows[0]["work"]) if rows else None

    def statements(self, *, without: tuple[str, str] | None = None) -> Iterator[CitationStatement]:
        """All statements by document and position; ``without`` (model, point): only those it has not judged."""
        query, values = "select s.* from statements s", list(without or ())
        if without:
            query += " left join predictions p on p.statement = s.id and p.model = ? and p.point = ?"
            query += " where p.statement is null"
        for row in self._db.query(query + " order by s.document, s.ordinal, s.id", values):
            yield statement_from(row, None)

    def nth_callout(self, statement: str) -> int | None:
        """Which callout of its reference a statement is, from 1; None for one without a reference."""
        row = next(
            self._db.query(
                "select (select count(*) from statements o where o.document = s.document and o.entry = s.entry "
                "and o.ordinal <= s.ordinal) n, s.entry from statements s where s.id = ?",
                [statement],
            ),
            None,
        )
        return int(row["n"]) if row and row["entry"] is not None else None

    def rows(self) -> Iterator[dict[str, Any]]:
        """Every document as stored."""
        yield from self._db.query("select * from documents order by path")

    def count(self) -> dict[str, int]:
        """Numbers of documents, works, statements and statements without a target."""
        return dict(
            next(
                self._db.query(
                    "select (select count(*) from documents) documents, (select count(*) from works) works, "
                    "(select count(*) from statements) statements, "
                    "(select count(*) from statements where cited_work is null) unlinked"
                )
            )
        )


def _seen(row: dict[str, Any]) -> tuple[Any, ...]:
    """What a model may have read of a stored statement."""
    return tuple(row[name] for name in _JUDGED_BY)


def _now_seen(statement: CitationStatement) -> tuple[Any, ...]:
    """What a model may read of a statement."""
    return tuple(getattr(statement, name) for name in _JUDGED_BY)


def trust_in(reader: str) -> int:
    """How far what a reader (``jats-2``) tells is to be trusted, of several files of one work: XML before PDF."""
    return _TRUST.get(reader.partition("-")[0], 0)


def _raw_identity(r: Reference, digest: str) -> str:
    """What tells an entry without title from others: its raw form, and its place where that says too little."""
    return r.raw if len(squash(r.raw)) >= SHORTEST else f"{r.raw} {digest} {r.index}"


def _entry(digest: str, r: Reference, cited: Match) -> dict[str, Any]:
    by_title = cited.method == "title"
    return {
        "document": digest, "idx": r.index, "work": cited.key, "method": "title" if by_title else None,
        "score": cited.score if by_title else None, "raw": r.raw, "label": r.label, "authors": authors_json(r.authors),
        "year": r.year, "title": r.title, "container": r.container, "volume": r.volume, "pages": r.pages, "doi": r.doi,
        "pmid": r.pmid,
    }  # fmt: skip


def _statement(digest: str, s: CitationStatement, source: str, cited: str | None) -> dict[str, Any]:
    return {
        "id": s.id, "document": digest, "source_work": source, "cited_work": cited,
        "entry": s.reference.index if s.reference else None, "ordinal": s.ordinal, "callout": s.callout,
        "sentence": s.sentence, "start": s.start, "end": s.end, "before": s.before, "after": s.after,
        "snippet": s.snippet, "section": s.section, "section_title": s.section_title, "zone": s.zone, "page": s.page,
        "language": s.language, "confidence": s.confidence, "reason": s.reason,
    }  # fmt: skip


def reference_from(row: dict[str, Any]) -> Reference:
    """The reference of a row of ``entries``."""
    return Reference(
        row["idx"], row["raw"], label=row["label"], authors=authors_from(row["authors"]), year=row["year"], title=row["title"],
        container=row["container"], volume=row["volume"], pages=row["pages"], doi=row["doi"], pmid=row["pmid"],
    )  # fmt: skip


def statement_from(row: dict[str, Any], reference: Reference | None) -> CitationStatement:
    """The statement of a row of ``statements``; its reference is handed in, since it is kept apart."""
    return CitationStatement(
        id=row["id"], source=row["source_work"], ordinal=row["ordinal"], callout=row["callout"], sentence=row["sentence"],
        start=row["start"], end=row["end"], before=row["before"], after=row["after"], snippet=row["snippet"],
        section=SectionKind(row["section"]) if row["section"] else None, section_title=row["section_title"],
        zone=Zone(row["zone"]), page=row["page"], language=row["language"], reference=reference,
        confidence=row["confidence"], reason=Unlinked(row["reason"]) if row["reason"] else None,
    )  # fmt: skip
