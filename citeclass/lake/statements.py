"""A lake's statements: one row each, parted by the cited work and sorted within, so that one work's evidence lies together.

The same rows lie a second time by the citing work. Works are told apart as in a library, but for references without DOI, which are one
work only where title, first author and year are the same to the letter: no row waits for another.
"""

import json
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from citeclass.lake.raw import VERSION, Outcome, outcome_of, raw_rows
from citeclass.records import Failure, Prediction
from citeclass.resolving import WorkFacts, work_id
from citeclass.store import SHOWN
from citeclass.store.documents import trust_in
from citeclass.store.people import authors_json

CITED, CITING = "cited", "citing"
PARTS = 64

_WORK = ("work", "doi", "title", "authors", "year", "container")
_STRINGS = (
    "id", *(f"source_{n}" for n in _WORK), *(f"target_{n}" for n in _WORK), "type", "intent", "note", "model", "callout",
    "sentence", "before", "after", "snippet", "section", "section_title", "zone", "language", "reason", "raw", "digest",
)  # fmt: skip
_NUMBERS = {
    "stance": pa.int8(), "supporting": pa.float64(), "contrasting": pa.float64(), "mentioning": pa.float64(),
    "start": pa.int32(), "end": pa.int32(), "ordinal": pa.int32(), "page": pa.int32(), "confidence": pa.float64(),
    "part_cited": pa.int16(), "part_citing": pa.int16(),
}  # fmt: skip
COLUMNS = pa.schema(
    [*((n, pa.string()) for n in _STRINGS), *_NUMBERS.items()], metadata={"citeclass_lake": str(VERSION)}
)
"""The columns of a statement. ``stance`` is the place of ``type`` in supporting, contrasting, mentioning, unclassified."""

_ORDER = {s.value: n for n, s in enumerate(SHOWN)}


def part_of(work: str) -> int:
    """The part in which a work's statements lie."""
    return zlib.crc32(work.encode()) % PARTS


def statement_rows(outcome: Outcome, predictions: tuple[Prediction, ...]) -> Iterator[dict[str, Any]]:
    """The rows of one article."""
    if isinstance(outcome, Failure):
        return
    front = WorkFacts.of_front(outcome.front)
    source = _work("source", front, work_id(front, outcome.digest))
    said = {p.statement_id: p for p in predictions}
    for s in outcome.statements:
        p = said.get(s.id)
        facts = WorkFacts.of_reference(s.reference) if s.reference else WorkFacts()
        key = work_id(facts, s.reference.raw) if s.reference else None
        kind = p.type.value if p else "unclassified"
        yield {
            "id": s.id, **source, **_work("target", facts, key), "type": kind, "stance": _ORDER[kind],
            "intent": p.intent.value if p and p.intent else None, "note": p.note if p else None, "model": p.model if p else None,
            "supporting": p.supporting if p else None, "contrasting": p.contrasting if p else None,
            "mentioning": p.mentioning if p else None, "callout": s.callout, "sentence": s.sentence, "before": s.before,
            "after": s.after, "snippet": s.snippet, "section": s.section.value if s.section else None,
            "section_title": s.section_title, "zone": s.zone.value, "language": s.language,
            "reason": s.reason.value if s.reason else None, "raw": s.reference.raw if s.reference else None,
            "digest": outcome.digest, "start": s.start, "end": s.end, "ordinal": s.ordinal, "page": s.page,
            "confidence": s.confidence, "part_cited": part_of(key or ""), "part_citing": part_of(source["source_work"]),
        }  # fmt: skip


def _work(side: str, facts: WorkFacts, key: str | None) -> dict[str, Any]:
    told = (key, facts.doi, facts.title, authors_json(facts.authors), facts.year, facts.container)
    return {f"{side}_{name}": value for name, value in zip(_WORK, told, strict=True)}


def compact(folder: Path) -> int:
    """Write the statements of a lake anew from its raw files, parted and sorted; how many. Of several readings of one file
    the last counts, of several files of one work the one from the best source, as in a library.

    The old ones stay until the new ones are whole.
    """
    fresh = folder / ".fresh"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    flat, counting = fresh / "flat.parquet", fresh / "counting.parquet"
    standing, failed = _standing(folder)
    documents = _flat(folder, flat, counting, standing=standing)
    with duckdb.connect() as db:
        counted = f"'{flat}' semi join '{counting}' using (source_work, digest)"
        count = int(db.execute(f"select count(*) from {counted}").fetchall()[0][0])
        db.execute("set preserve_insertion_order = false")
        for side, part, work in ((CITED, "part_cited", "target_work"), (CITING, "part_citing", "source_work")):
            db.execute(
                f"copy (select * from {counted} order by {part}, {work}, stance, "
                f"greatest(supporting, contrasting, mentioning) desc, id) to '{fresh / side}' "
                f"(format parquet, partition_by ({part}), compression zstd, row_group_size 8192)"
            )
    flat.unlink()
    counting.unlink()
    (fresh / "lake.json").write_text(
        json.dumps({"version": VERSION, "statements": count, "documents": documents, "failed": failed}),
        "utf-8",
    )
    for name in (CITED, CITING, "lake.json"):
        old = folder / name
        shutil.rmtree(old) if old.is_dir() else old.unlink(missing_ok=True)
        (fresh / name).replace(old)
    fresh.rmdir()
    return count


def _flat(folder: Path, out: Path, counting: Path, *, standing: frozenset[int]) -> int:
    """Write the statements of what was read to ``out``, and to ``counting`` which reading of each work is the one; how many works were read."""
    best: dict[str, tuple[int, int, str]] = {}
    with pq.ParquetWriter(out, COLUMNS, compression="zstd") as writer:
        batch: list[dict[str, Any]] = []
        for number, row in enumerate(raw_rows(folder)):
            if number not in standing:
                continue
            outcome, predictions = outcome_of(row)
            if not isinstance(outcome, Failure):
                work = work_id(WorkFacts.of_front(outcome.front), outcome.digest)
                best[work] = max(best.get(work, (-1, 0, "")), (trust_in(outcome.reader), number, outcome.digest))
            batch += statement_rows(outcome, predictions)
            if len(batch) > 20_000:
                writer.write_table(pa.Table.from_pylist(batch, schema=COLUMNS))
                batch = []
        writer.write_table(pa.Table.from_pylist(batch, schema=COLUMNS))
    chosen = {"source_work": list(best), "digest": [digest for _, _, digest in best.values()]}
    pq.write_table(pa.table(chosen, schema=pa.schema([(n, pa.string()) for n in chosen])), counting)
    return len(best)


def _standing(folder: Path) -> tuple[frozenset[int], int]:
    """The places of the readings that count, of each content the last; and how many files were not read, before or since.

    A failure makes no reading fall, as in a library.
    """
    rows = list(raw_rows(folder, columns=("path", "digest", "version")))
    read: dict[str, int] = {}
    for number, row in enumerate(rows):
        if row["version"] is not None:
            read |= {f"path {row['path']}": number, f"content {row['digest']}": number}
    failed = {row["path"]: (number, row["digest"]) for number, row in enumerate(rows) if row["version"] is None}
    unread = [
        path
        for path, (number, digest) in failed.items()
        if f"content {digest}" not in read and read.get(f"path {path}", -1) < number
    ]
    return frozenset(number for name, number in read.items() if name.startswith("content ")), len(unread)
