# ruff: noqa: T201
"""Runs ended at bad moments: what is lost then, and what is doubled.

`python tests/kill_many.py --points 60` ends that many runs of `citeclass classify`, lets each go on, and prints a table; with `--big`
it measures ten thousand tiny files and a PDF of two thousand pages instead. The tests of faults take their tools from here.
"""

import argparse
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from functools import cache
from pathlib import Path

from conftest import SAMPLE, cite, column, jats, pdf, ref

CITECLASS = str(Path(sys.executable).with_name("citeclass"))
LONGEST = 120.0  # seconds that a run which goes on may take
TABLES = ("works", "documents", "entries", "statements", "predictions", "failures", "shown")
TIMES = {"added", "at", "checked"}

# A run in one process that kills itself before the n-th SQL statement that matches; it prints how many did.
CHILD = """
import os, re, signal, sqlite3, sys
folder, db, pattern, nth = sys.argv[1:]
seen, connect = [0], sqlite3.connect
def traced(*given, **named):
    connection = connect(*given, **named)
    def note(sql):
        if re.search(pattern, sql, re.IGNORECASE):
            seen[0] += 1
            if seen[0] == int(nth):
                os.kill(os.getpid(), signal.SIGKILL)
    connection.set_trace_callback(note)
    return connection
sqlite3.connect = traced
import citeclass
with citeclass.open(db) as library:
    library.add(folder)
print(seen[0])
"""


def papers(folder: Path, count: int, *, unlisted: bool = False) -> Path:
    """``count`` articles of two formats, two PDFs, two duplicates and a broken file; ``unlisted``: one without references too."""
    folder.mkdir()
    xml, tei = (SAMPLE / "lindqvist-2021.xml").read_bytes(), (SAMPLE / "moreno-2022.tei.xml").read_bytes()
    for n in range(count):
        data = (tei if n % 2 else xml).replace(b"10.5555/specimen.202%d.01" % (1 + n % 2), b"10.5555/fault.%d" % n)
        for title in (b"<article-title>Reflective", b'type="main">Infant home visiting by'):
            first, found, rest = data.partition(title)
            data = first + found + (b" number %d" % n + rest if found else rest)
        (folder / f"{n:03}.xml").write_bytes(data)
    hale = (SAMPLE / "hale-2019.pdf").read_bytes()
    for name, data in (
        ("again.xml", (folder / "000.xml").read_bytes() + b"\n"), ("broken.xml", xml[:900]), ("hale.pdf", hale),
        ("hale again.pdf", hale + b"\n%again"), ("okafor.pdf", (SAMPLE / "okafor-2020.pdf").read_bytes()),
    ):  # fmt: skip
        (folder / name).write_bytes(data)
    if unlisted:
        (folder / "unlisted.xml").write_bytes(jats("<p>Nothing is cited in this text.</p>", doi="10.5555/unlisted"))
    return folder


def dump(db: Path) -> dict[str, Counter[tuple]]:
    """All rows that matter, without times; fails where SQLite finds the file damaged."""
    with closing(sqlite3.connect(db)) as connection:
        connection.row_factory = sqlite3.Row
        assert connection.execute("pragma integrity_check").fetchone()[0] == "ok"
        return {
            table: Counter(
                tuple((k, round(r[k], 9) if isinstance(r[k], float) else r[k]) for k in r.keys() if k not in TIMES)  # noqa: SIM118
                for r in connection.execute(f"select * from {table}")
            )
            for table in TABLES
        }


def differences(db: Path, whole: dict[str, Counter[tuple]]) -> tuple[int, int]:
    """How many rows of ``whole`` a library lacks, and how many it has beyond them."""
    found = dump(db)
    lost = sum(sum((whole[t] - found[t]).values()) for t in TABLES)
    return lost, sum(sum((found[t] - whole[t]).values()) for t in TABLES)


def start(*arguments: object, code: str | None = None, before: Sequence[str] = (), **named) -> subprocess.Popen:
    """A run, or a Python program, in a session of its own; ``before``: what starts it."""
    begin = [*before, *([sys.executable, "-Wignore", "-c", code] if code else [CITECLASS])]
    return subprocess.Popen(
        [*begin, *map(str, arguments)], start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **named
    )


def end(process: subprocess.Popen, *, wait: float = 0.0) -> tuple[int | None, str]:
    """Wait for a run and kill it with all it started; its exit code (None where it hung) and what it said."""
    code: int | None = None
    with suppress(subprocess.TimeoutExpired):
        code = process.wait(wait) if wait else None
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    said = process.communicate()
    return code, b"".join(said).decode("utf-8", "replace")


def workers_of(process: subprocess.Popen) -> list[int]:
    """The processes in which a run reads files."""
    found = []
    for task in Path(f"/proc/{process.pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(p) for p in task.read_text().split()]
    return [p for p in found if b"spawn_main" in _told(p, "cmdline")]


def _told(pid: int, what: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{what}").read_bytes()
    except OSError:
        return b""


def documents(db: Path) -> int:
    """How many documents a library holds while another process writes to it."""
    try:
        with closing(sqlite3.connect(f"{db.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute("select count(*) from documents").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


def log_size(db: Path) -> int:
    """The bytes of the write-ahead log."""
    try:
        return Path(f"{db}-wal").stat().st_size
    except OSError:
        return 0


def when(process: subprocess.Popen, ready: Callable[[], bool]) -> None:
    """Wait until ``ready``, or the run has ended."""
    while process.poll() is None and not ready():
        time.sleep(0.002)


def _killed_when(folder: Path, db: Path, ready: Callable[[], bool], *, jobs: int = 1) -> None:
    process = start("classify", folder, "--db", db, "--jobs", jobs)
    when(process, ready)
    process.kill()
    end(process)


def parent_killed(folder: Path, db: Path, chance: random.Random, seconds: float) -> None:
    """The run is killed at any time."""
    jobs, until = chance.randint(1, 2), time.monotonic() + chance.uniform(0.0, seconds)
    _killed_when(folder, db, lambda: time.monotonic() > until, jobs=jobs)


def killed_at_document(folder: Path, db: Path, chance: random.Random, _: float) -> None:
    """The run is killed as soon as another process sees so many documents."""
    most = chance.randint(1, len(list(folder.iterdir())))
    _killed_when(folder, db, lambda: documents(db) >= most)


def killed_while_writing(folder: Path, db: Path, chance: random.Random, _: float) -> None:
    """The run is killed as soon as the log has so many bytes."""
    most = chance.randint(300_000, 3_900_000)  # SQLite empties it at some 4 MB
    _killed_when(folder, db, lambda: log_size(db) >= most)


def worker_killed(folder: Path, db: Path, chance: random.Random, seconds: float) -> None:
    """A process that reads is killed; the run must end by itself, and have lost nothing."""
    process = start("classify", folder, "--db", db, "--jobs", chance.randint(1, 2))
    until = time.monotonic() + chance.uniform(0.2, 0.8) * seconds
    when(process, lambda: time.monotonic() > until and bool(workers_of(process)))
    for pid in workers_of(process)[: chance.randint(1, 2)]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    code, said = end(process, wait=LONGEST)
    assert code is not None, "it hangs"
    assert "Traceback" not in said, said


def killed_at_statement(folder: Path, db: Path, chance: random.Random, _: float) -> None:
    """The run is killed before any one of its SQL statements."""
    at_statement(folder, db, ".", chance.randint(1, statements(folder)))


@cache
def statements(folder: Path) -> int:
    """How many SQL statements a run makes."""
    with tempfile.TemporaryDirectory() as scratch:
        return at_statement(folder, Path(scratch) / "l.db", ".", 0)


def killed_thrice(folder: Path, db: Path, chance: random.Random, seconds: float) -> None:
    """The run, the run after it, and the next are killed at a statement."""
    for _ in range(3):
        killed_at_statement(folder, db, chance, seconds)


def log_torn(folder: Path, db: Path, chance: random.Random, seconds: float) -> None:
    """The run is killed while it writes, and the end of the log never reached the disk."""
    killed_while_writing(folder, db, chance, seconds)
    if size := log_size(db):
        os.truncate(f"{db}-wal", chance.randrange(size))


def at_statement(folder: Path, db: Path, pattern: str, nth: int) -> int:
    """Kill a run before the ``nth`` SQL statement that matches; how many did, 0 where it was killed."""
    process = start(folder, db, pattern, nth, code=CHILD)
    code, said = end(process, wait=LONGEST)
    assert code in (0, -signal.SIGKILL), said
    return int(said) if code == 0 else 0


KINDS = {
    "parent": parent_killed, "documents": killed_at_document, "log": killed_while_writing, "worker": worker_killed,
    "statement": killed_at_statement, "thrice": killed_thrice, "torn log": log_torn,
}  # fmt: skip


def _big(folder: Path) -> None:
    tiny = folder / "tiny"
    tiny.mkdir()
    for n in range(10_000):
        body = f"<p>Our result {n} agrees with {cite('a', 'Smith (2010)')}.</p>"
        article = jats(body, refs=ref("a", "Smith", "2010"), doi=f"10.5555/tiny.{n}")
        (tiny / f"{n:05}.xml").write_bytes(article.replace(b"of some length", b"of the number %d" % n))
    line = "We saw that the visits of the morning were as calm as those of the evening (Smith, 2010), so it was."
    book = pdf(folder / "book.pdf", *[lambda c, n=n: column(c, 50, 800, [f"Page {n} {line}", *[line] * 49]) for n in range(2000)])  # fmt: skip
    for what in (tiny, tiny, book):
        began = time.monotonic()
        code, said = end(start("classify", what, "--db", folder / "big.db", "--jobs", 1, "--max-seconds", 600, "--json"), wait=1800)  # fmt: skip
        print(f"{what.name}: exit code {code}, {time.monotonic() - began:.0f} s; {said.strip()[-330:]}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=60)
    parser.add_argument("--files", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--big", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        if asked.big:
            _big(Path(scratch))
            return 0
        folder = papers(Path(scratch) / "papers", asked.files, unlisted=True)
        began, db = time.monotonic(), Path(scratch) / "whole.db"
        code, said = end(start("classify", folder, "--db", db, "--jobs", 2), wait=LONGEST)
        assert code == 1, said  # one file is broken, and stays so
        seconds, whole = time.monotonic() - began, dump(db)
        print(f"undisturbed: {seconds:.1f} s, " + ", ".join(f"{sum(r.values())} {t}" for t, r in whole.items()))
        told: dict[str, Counter[str]] = defaultdict(Counter)
        for point in range(asked.points):
            name = list(KINDS)[point % len(KINDS)]
            told[name] += _tried(name, folder, db.with_name(f"{point}.db"), whole, asked.seed + point, seconds)
    columns = ("points", "kept", "lost", "doubled", "hung", "told wrong")
    print(f"{'kind':<12}" + "".join(f"{c:>12}" for c in columns))
    for name, counts in told.items():
        print(f"{name:<12}" + "".join(f"{counts[c]:>12}" for c in columns))
    return int(any(counts[c] for counts in told.values() for c in columns[2:]))


def _tried(
    name: str, folder: Path, db: Path, whole: dict[str, Counter[tuple]], seed: int, seconds: float
) -> Counter[str]:
    """One point: rows lost and doubled after the run went on; ``kept``: documents that the ended run had left."""
    counts = Counter(points=1)
    try:
        KINDS[name](folder, db, random.Random(seed), seconds)
        counts["kept"] = documents(db)
        if name != "worker":  # there nothing need be done again
            code, said = end(start("classify", folder, "--db", db, "--jobs", 2), wait=LONGEST)
            counts["hung"] += code is None
            counts["told wrong"] += code != 1 or "Traceback" in said or not re.search(r"broken\.xml\s+malformed", said)
        counts["lost"], counts["doubled"] = differences(db, whole)
    except AssertionError as error:
        counts["hung"] += 1
        print(f"{name}, seed {seed}: {error}")
    if counts["lost"] or counts["doubled"]:
        found = dump(db)
        odd = {t: [*(whole[t] - found[t]), *(found[t] - whole[t])] for t in TABLES if whole[t] != found[t]}
        print(f"{name}, seed {seed}: {str(odd)[:600]}", flush=True)
    return counts


if __name__ == "__main__":
    sys.exit(main())
