"""Evidence from a lake by DuckDB: of one work's part only, and there only the row groups that may hold it."""

import json
import re
from pathlib import Path
from typing import Any

import duckdb

from citeclass.errors import NotALibrary, UsageError
from citeclass.evidence import Coverage, Direction, Evidence, EvidenceStatement, Filters, Sort, Status, Tally
from citeclass.lake.raw import VERSION
from citeclass.lake.statements import CITED, CITING, part_of
from citeclass.records import CitationStatement, Intent, Prediction, Reference, SectionKind, Stance, Unlinked, Zone
from citeclass.store import Work
from citeclass.store.people import authors_from
from citeclass.text import normal_doi, words

_SORTED = {
    Sort.TYPE: "stance, certainty desc, id",
    Sort.CONFIDENCE: "certainty desc, id",
    Sort.NEWEST: "try_cast({other}_year[:4] as integer) desc nulls last, {other}_work, ordinal, id",
    Sort.OLDEST: "try_cast({other}_year[:4] as integer) nulls last, {other}_work, ordinal, id",
}
_CERTAINTY = (
    "coalesce(case type when 'supporting' then supporting when 'contrasting' then contrasting when 'mentioning' then mentioning "
    "else greatest(supporting, contrasting, mentioning) end, 0)"
)
_OPERATORS = re.compile(r'["“”*]|(?:^|\s)-\S')
_KNOWN = {"types", "sections", "zones", "intents", "year_from", "year_to", "min_confidence", "text"}


class Lake:
    """An open lake: a folder written by ``citeclass classify --output``."""

    def __init__(self, folder: str | Path) -> None:
        """Raises :class:`NotALibrary` where the folder is no lake, or of a later version."""
        self.folder = Path(folder)
        try:
            told = json.loads((self.folder / "lake.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise NotALibrary(
                f"{folder} is no finished lake", fix=f"citeclass classify papers/ --output {folder}"
            ) from error
        if told.get("version") != VERSION:
            raise NotALibrary(f"{folder} is of version {told.get('version')}", fix="write it anew with this citeclass")
        self.totals: dict[str, int] = told
        self._db = duckdb.connect()

    def close(self) -> None:
        """Close the database behind it."""
        self._db.close()

    def __enter__(self) -> "Lake":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def find(self, query: str) -> str | None:
        """The id of the one work that ``query`` names: a DOI, an id, or all words of a title. None where nothing matches.

        Titles are looked for through the whole lake. Raises :class:`UsageError` where several match.
        """
        if doi := normal_doi(query):
            return f"doi:{doi}"
        if query.startswith("work:"):
            return query
        wanted = words(query)
        if not wanted:
            raise UsageError("nothing was asked for", fix="give a DOI, an id or words of a title")
        terms = " and ".join("contains(lower(strip_accents(target_title)), ?)" for _ in wanted)
        rows = self._rows(
            f"select distinct target_work w, any_value(target_title) t from {self._files(CITED)} where {terms} group by 1 limit 20",
            wanted,
        )
        if len(rows) > 1:
            named = "; ".join(f"{r['w']} {r['t']}" for r in rows[:5])
            raise UsageError(
                f"{len(rows)} works match {query!r}: {named}", fix="ask again with the DOI or id of one of them"
            )
        return rows[0]["w"] if rows else None

    def evidence(
        self, query: str, *, direction: Direction | str = Direction.CITED, filters: Filters | None = None,
        sort: Sort | str = Sort.TYPE, limit: int | None = None, offset: int = 0,
    ) -> Evidence:  # fmt: skip
        """What the lake says of the work that ``query`` names; the answer of a library, but that nobody corrects a lake.

        Filters by journal, author, self-citation and labels are a library's. Raises :class:`UsageError` for these.
        """
        direction, sort, filters = Direction(direction), Sort(sort), filters or Filters()
        if unknown := set(filters.given) - _KNOWN:
            raise UsageError(f"a lake has no filter by {', '.join(sorted(unknown))}", fix="import it into a library")
        key = self.find(query)
        coverage = self._coverage(key)
        if key is None:
            return Evidence(query, direction, None, Tally(), coverage, (), filters, 0, offset)
        own, other = ("target", "source") if direction is Direction.CITED else ("source", "target")
        source = f"{self._files(CITED if own == 'target' else CITING, key)} where {own}_work = ?"
        tally = self._tally(source, key, other)
        where, values = _terms(filters, other)
        order = _SORTED[sort].format(other=other)
        rows = self._rows(
            f"select *, {_CERTAINTY} certainty, count(*) over () matching from {source} {where} order by {order} "
            f"{'' if limit is None else f'limit {int(limit)}'} offset {int(offset)}",
            [key, *values],
        )
        statements = tuple(_statement(r) for r in rows)
        work = self._work(key, source, own)
        if work is None or not tally.total:
            return Evidence(query, direction, work, tally, coverage, (), filters, 0, offset)
        return Evidence(
            query, direction, work, tally, coverage, statements, filters, rows[0]["matching"] if rows else 0, offset
        )

    def _tally(self, source: str, key: str, other: str) -> Tally:
        (row,) = self._rows(
            "select count(*) filter (stance = 0) s, count(*) filter (stance = 1) c, count(*) filter (stance = 2) m, "
            f"count(*) filter (stance = 3) u, count(distinct {other}_work) n from {source}",
            [key],
        )
        return Tally(row["s"], row["c"], row["m"], row["u"], row["n"])

    def _work(self, key: str, source: str, own: str) -> Work | None:
        """The work as the articles describe it, each field as most of them have it."""
        fields = ("doi", "title", "authors", "year", "container")
        (row,) = self._rows(
            f"select {', '.join(f'mode({own}_{f}) as {f}' for f in fields)}, count(*) n from {source}", [key]
        )
        if not row["n"]:
            return None
        return Work(key, row["title"], authors_from(row["authors"]), row["year"], row["doi"], None, row["container"])

    def _coverage(self, key: str | None) -> Coverage:
        read = cited = 0
        because: dict[str, int] = {}
        if key is not None:
            (row,) = self._rows(f"select count(*) n from {self._files(CITING, key)} where source_work = ?", [key])
            read = row["n"]
            (row,) = self._rows(
                f"select count(distinct source_work) n from {self._files(CITED, key)} where target_work = ?", [key]
            )
            cited = row["n"]
            for row in self._rows(
                f"select coalesce(note, 'not classified yet') why, count(*) n from {self._files(CITED, key)} "
                "where target_work = ? and stance = 3 group by 1", [key],
            ):  # fmt: skip
                because[row["why"]] = row["n"]
        (loose,) = self._rows(f"select count(*) n from {self._files(CITED, '')} where target_work is null", [])
        status = Status.PROCESSED if read else Status.REFERENCE_ONLY if cited else Status.NOT_KNOWN
        return Coverage(
            status, cited, cited, self.totals["documents"], self.totals["failed"], 0, loose["n"], because, 0
        )

    def _files(self, side: str, key: str | None = None) -> str:
        """What DuckDB reads: all parts, or the one of a work."""
        name = f"part_{side}"
        if key is None:
            return f"read_parquet('{_quoted(self.folder / side)}/*/*.parquet', hive_partitioning = true)"
        part = self.folder / side / f"{name}={part_of(key)}"
        if not part.is_dir():
            return f"(select * from read_parquet('{_quoted(self.folder / side)}/*/*.parquet', hive_partitioning = true) limit 0)"
        return f"read_parquet('{_quoted(part)}/*.parquet')"

    def _rows(self, query: str, values: list[Any]) -> list[dict[str, Any]]:
        found = self._db.execute(query, values)
        names = [d[0] for d in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _quoted(path: Path) -> str:
    return str(path.resolve()).replace("'", "''")


def _terms(filters: Filters, other: str) -> tuple[str, list[Any]]:
    """What statements must have besides, as SQL."""
    terms: list[str] = []
    values: list[Any] = []
    for column, wanted in (("type", filters.types), ("coalesce(section, 'other')", filters.sections), ("zone", filters.zones), ("intent", filters.intents)):  # fmt: skip
        if wanted:
            terms.append(f"{column} in ({', '.join('?' * len(wanted))})")
            values += [w.value for w in wanted]
    year = f"try_cast({other}_year[:4] as integer)"
    for bound, sign in ((filters.year_from, ">="), (filters.year_to, "<=")):
        if bound is not None:
            terms.append(f"{year} {sign} ?")
            values.append(bound)
    if filters.min_confidence is not None:
        terms.append(f"{_CERTAINTY} >= ?")
        values.append(filters.min_confidence)
    if _OPERATORS.search(filters.text or ""):
        raise UsageError(
            f"a lake looks for plain words, not {filters.text!r}",
            fix="leave out quotes, minus and star, or import it into a library",
        )
    for word in words(filters.text):
        terms.append("regexp_matches(lower(strip_accents(sentence)), ?)")
        values.append(rf"(?:^|[^\pL\pN]){word}")  # words that begin so
    return "".join(f" and {t}" for t in terms), values


def _statement(row: dict[str, Any]) -> EvidenceStatement:
    source, target = _side(row, "source"), _side(row, "target")
    reference = None
    if target is not None:
        reference = Reference(
            0, row["raw"], authors=target.authors, year=target.year, title=target.title, container=target.container, doi=target.doi
        )  # fmt: skip
    statement = CitationStatement(
        id=row["id"], source=row["source_work"], ordinal=row["ordinal"], callout=row["callout"], sentence=row["sentence"],
        start=row["start"], end=row["end"], before=row["before"], after=row["after"], snippet=row["snippet"],
        section=SectionKind(row["section"]) if row["section"] else None, section_title=row["section_title"],
        zone=Zone(row["zone"]), page=row["page"], language=row["language"], reference=reference,
        confidence=row["confidence"], reason=Unlinked(row["reason"]) if row["reason"] else None,
    )  # fmt: skip
    prediction = None
    if row["model"]:
        prediction = Prediction(
            row["id"], row["model"], Stance(row["type"]), row["supporting"], row["contrasting"], row["mentioning"],
            row["note"], Intent(row["intent"]) if row["intent"] else None,
        )  # fmt: skip
    if source is None:
        raise UsageError(f"the statement {row['id']} has no citing work", fix="write the lake anew")
    return EvidenceStatement(statement, prediction, source, target)


def _side(row: dict[str, Any], side: str) -> Work | None:
    if row[f"{side}_work"] is None:
        return None
    return Work(
        row[f"{side}_work"], row[f"{side}_title"], authors_from(row[f"{side}_authors"]), row[f"{side}_year"],
        row[f"{side}_doi"], None, row[f"{side}_container"],
    )  # fmt: skip
