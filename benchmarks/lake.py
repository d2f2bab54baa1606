"""Evidence from a lake of ten million synthetic statements: seconds to write, and milliseconds to answer.

python benchmarks/lake.py [--statements 10000000] [--folder work/lake10m]

The rows are made, parted and sorted as :func:`citeclass.lake.compact` does. Ratios: the most cited work and one in the middle, against reading
the same columns of all statements.
"""

import argparse
import json
import shutil
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from citeclass.lake import VERSION, Lake
from citeclass.lake.statements import CITED, CITING, COLUMNS, PARTS, part_of

WORKS = 400_000


def synthetic(count: int) -> str:
    """A query for ``count`` statements: citing works make 40 each, cited works follow a power law."""
    given = {
        "id": "printf('%016x', i)", "source_work": "'doi:10.5555/s.' || (i // 40)", "source_doi": "'10.5555/s.' || (i // 40)",
        "source_title": "'A specimen of a citing title, number ' || (i // 40)", "source_authors": "'[[\"Lee\", \"C.\"]]'",
        "source_year": "cast(1990 + (i // 40) % 35 as varchar)", "source_container": "'Specimen Journal ' || (i // 40) % 300",
        "target_work": "'doi:10.5555/t.' || t", "target_doi": "'10.5555/t.' || t", "target_title": "'A specimen of a cited title, number ' || t",
        "target_authors": "'[[\"Roy\", \"D.\"]]'", "target_year": "cast(1980 + t % 40 as varchar)", "target_container": "'Specimen Letters'",
        "type": "case when r < 45 then 'supporting' when r < 59 then 'contrasting' else 'mentioning' end",
        "stance": "case when r < 45 then 0 when r < 59 then 1 else 2 end::tinyint", "model": "'synthetic@0'", "callout": "'Roy (' || (1980 + t % 40) || ')'",
        "sentence": "'The visits were followed by better sleep in family ' || i || ', as Roy found before in another place and year.'",
        "before": "'The families were seen at home by the same visitor each week for a year.'", "after": "'Others have not looked at sleep.'",
        "snippet": "'The visits were followed by better sleep in family ' || i || ', as <cite class=\"target\">Roy</cite> found.'",
        "section": "['introduction', 'methods', 'results', 'discussion'][1 + i % 4]", "zone": "'body'", "language": "'en'",
        "supporting": "hash(i, 1) % 1000 / 1000.0", "contrasting": "hash(i, 2) % 1000 / 4000.0", "mentioning": "hash(i, 3) % 1000 / 1000.0",
        "start": "62", "end": "65", "ordinal": "(i % 40)::integer", "confidence": "1.0",
    }  # fmt: skip
    named = ", ".join(f'{given.get(f.name, "null")} as "{f.name}"' for f in COLUMNS if not f.name.startswith("part_"))
    return (
        f"select {named}, part_cited(target_work) part_cited, part_cited(source_work) part_citing from (select *, 'doi:10.5555/t.' || t target_work, "
        f"'doi:10.5555/s.' || (i // 40) source_work from (select i, hash(i, 9) % 1000 r, "
        f"floor({WORKS} * pow((hash(i, 7) % 1000003) / 1000003.0, 3))::bigint t from range({count}) n(i)))"
    )


def make(folder: Path, count: int) -> float:
    """Write the lake; seconds."""
    begun = time.perf_counter()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with duckdb.connect() as db:
        db.execute(
            f"set memory_limit = '8GB'; set temp_directory = '{folder}/.spill'; set preserve_insertion_order = false"
        )
        # The parts of a work as zlib's crc32 gives them, in a table, since DuckDB has no such function.
        for side, size, kind in (("t", WORKS, "t"), ("s", count // 40 + 1, "s")):
            parts = folder / f".{side}.csv"
            parts.write_text(
                "".join(f"{i},{part_of(f'doi:10.5555/{kind}.{i}')}\n" for i in range(size)), encoding="utf-8"
            )
            db.execute(
                f"create table part_{side} as select column0 k, column1::smallint p from read_csv('{parts}', header = false)"
            )
            parts.unlink()
        query = synthetic(count).replace("part_cited(target_work)", "pt.p").replace("part_cited(source_work)", "ps.p")
        query += " x join part_t pt on pt.k = x.t join part_s ps on ps.k = x.i // 40"
        for side, part, work in ((CITED, "part_cited", "target_work"), (CITING, "part_citing", "source_work")):
            for at in range(0, PARTS, 8):  # some parts at a time, so that sorting fits in memory
                db.execute(
                    f"copy (select * from ({query}) where {part} between {at} and {at + 7} order by {part}, {work}, stance, "
                    f"greatest(supporting, contrasting, mentioning) desc, id) to '{folder / side}' "
                    f"(format parquet, partition_by ({part}), compression zstd, row_group_size 8192, overwrite_or_ignore true)"
                )
    (folder / "lake.json").write_text(
        json.dumps({"version": VERSION, "statements": count, "documents": count // 40, "failed": 0})
    )
    return time.perf_counter() - begun


def timed(what: Callable[[], Any], times: int = 21) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        what()
        taken.append(1000 * (time.perf_counter() - begun))
    return statistics.median(taken), sorted(taken)[int(0.95 * (times - 1))]


def main() -> None:
    """Make the lake where it is not there, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=10_000_000)
    parser.add_argument("--folder", type=Path, default=Path("work/lake10m"))
    given = parser.parse_args()
    if not (given.folder / "lake.json").is_file():
        print(f"written in {make(given.folder, given.statements):.0f} s")
    size = sum(f.stat().st_size for f in given.folder.rglob("*.parquet"))
    print(
        f"{given.statements:,} statements, {size / 2**30:.2f} GiB, {size / given.statements:.0f} bytes a statement (both orders)"
    )
    with Lake(given.folder) as lake:
        whole = f"read_parquet('{given.folder}/cited/*/*.parquet')"
        scan = timed(
            lambda: lake._db.execute(f"select type, count(*), max(sentence) from {whole} group by 1").fetchall(), 3
        )
        print(f"reading the sentences of all: {scan[0]:.0f} ms")
        for name, doi in (
            ("most cited", "10.5555/t.0"),
            ("in the middle", f"10.5555/t.{WORKS // 8}"),
            ("seldom cited", f"10.5555/t.{WORKS - 9}"),
        ):
            total = lake.evidence(doi, limit=1).tally.total
            median, p95 = timed(lambda d=doi: lake.evidence(d, limit=20))
            print(
                f"{name}, {total} statements: median {median:.0f} ms, p95 {p95:.0f} ms; a {scan[0] / median:.0f}th of reading all"
            )


if __name__ == "__main__":
    main()
