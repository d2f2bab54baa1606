"""Libraries that are damaged, old or shared, and clocks that jump: nothing is lost, nothing is doubled."""

import json
import random
import shutil
import sqlite3
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import Timer
from types import SimpleNamespace

import pytest
from faults import NEW, TESTS, Whole, go_on
from kill_many import LONGEST, differences, dump, end, papers, start
from sqlite_utils import Database

import citeclass
from citeclass.classifying import Classifier
from citeclass.errors import CiteclassError, NotALibrary, StoreError
from citeclass.extraction import digest_of
from citeclass.records import Failure, OperatingPoint, Prediction, Reason, Stance
from citeclass.store import Store
from citeclass.store.migrations import migrations

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks, and holds files open")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, classifier: Classifier) -> Whole:
    folder, db = papers(tmp_path_factory.mktemp("whole") / "papers", 4), tmp_path_factory.mktemp("db") / "whole.db"
    go_on(folder, db, classifier)
    return Whole(folder, db, dump(db))


# ---- damaged


def damaged(whole: Whole, path: Path, seed: int) -> Path:
    chance, data = random.Random(seed), bytearray(whole.db.read_bytes())
    for _ in range(4):
        at = chance.randrange(4096, len(data) - 600)
        data[at : at + 600] = chance.randbytes(600)
    path.write_bytes(data)
    return path


def add_to(db: Path, folder: Path, classifier: Classifier) -> None:
    """Add a folder; errors that the command line turns into a message are let be."""
    with suppress(CiteclassError, sqlite3.DatabaseError), citeclass.open(db, classifier=classifier) as library:
        library.add(folder)


@pytest.mark.parametrize("part", [50, 100, 4096, 0.3, 0.5, 0.9])
def test_a_library_cut_short_is_told(tmp_path, whole, part):
    data = whole.db.read_bytes()
    (tmp_path / "l.db").write_bytes(data[: int(part if part > 1 else part * len(data))])
    with pytest.raises(StoreError, match="malformed") as error:
        Store(tmp_path / "l.db")
    assert error.value.fix


def test_a_library_cut_short_is_told_with_what_to_do(tmp_path, whole):
    (tmp_path / "l.db").write_bytes(whole.db.read_bytes()[:9000])
    with pytest.raises(StoreError) as error:
        Store(tmp_path / "l.db")
    assert "folder exists" not in error.value.fix


def test_bytes_overwritten_in_a_library_never_end_in_a_traceback(tmp_path, whole, classifier):
    (tmp_path / "a.xml").write_bytes(NEW)
    for seed in range(12):
        add_to(damaged(whole, tmp_path / f"{seed}.db", seed), tmp_path / "a.xml", classifier)


def test_a_file_of_length_zero_becomes_a_library(tmp_path, whole, classifier):
    (tmp_path / "l.db").touch()
    go_on(whole.folder, tmp_path / "l.db", classifier)
    assert differences(tmp_path / "l.db", whole.rows) == (0, 0)


@pytest.mark.parametrize("kind", ["another program's", "text", "article", "folder"])
def test_what_is_no_library_is_told_and_left_as_it_is(tmp_path, kind):
    path = tmp_path / "l.db"
    if kind == "another program's":
        with sqlite3.connect(path) as db:
            db.execute("create table works (id text)")
        db.close()
    elif kind == "folder":
        path.mkdir()
    else:
        path.write_bytes(NEW if kind == "article" else b"Notes on visits. " * 999)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(StoreError if kind == "folder" else NotALibrary) as error:
        Store(path)
    assert error.value.fix
    assert not path.is_file() or path.read_bytes() == before


# A process that forks one that kills itself at every so-manieth SQL statement of opening a library, and opens it again.
MIGRATES = """
import json, os, shutil, signal, sqlite3, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from kill_many import differences, dump
from citeclass.store import Store
old, connect, wrong, points = Path(sys.argv[2]), sqlite3.connect, [], 0
db, whole = old.with_suffix(".killed"), old.with_suffix(".whole")
shutil.copy(old, whole)
Store(whole).close()
rows = dump(whole)
for nth in range(1, 9999, int(sys.argv[3])):
    for end in ("", "-wal", "-shm"):
        Path(f"{db}{end}").unlink(missing_ok=True)
    shutil.copy(old, db)
    child = os.fork()
    if child == 0:
        def traced(*given, **named):
            connection, left = connect(*given, **named), [nth]
            def note(_):
                left[0] -= 1
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
            connection.set_trace_callback(note)
            return connection
        sqlite3.connect = traced
        Store(db).close()
        os._exit(0)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
        break
    points += 1
    Store(db).close()
    wrong += [nth] if differences(db, rows) != (0, 0) else []
print(json.dumps([points, wrong, sum(rows["statements"].values())]))
"""


@pytest.mark.parametrize("steps", range(5))
def test_a_migration_that_was_killed_is_done_when_opened_again(tmp_path, whole, steps):
    old = tmp_path / "old.db"
    db = Database(sqlite3.connect(old))
    if steps:  # none: a library that is being made
        db.enable_wal()
        migrations.apply(db, stop_before=migrations._migrations[steps].name)
        db.execute("attach ? as whole", [str(whole.db)])
        for table in ("settings", "works", "documents", "entries", "statements", "predictions", "failures"):
            columns = ", ".join(f'"{c.name}"' for c in db.table(table).columns)
            db.execute(f"insert into main.{table} ({columns}) select {columns} from whole.{table}")
    db.close()
    code, said = end(start(TESTS, old, 16, code=MIGRATES), wait=LONGEST)
    assert code == 0, said
    points, wrong, statements = json.loads(said)
    assert points > 3
    assert wrong == []
    assert statements == (sum(whole.rows["statements"].values()) if steps else 0)


# ---- clocks and neighbours


@pytest.mark.parametrize("days", [("2099-01-01", "1970-01-01"), ("0001-01-01", "9999-12-31"), ("2026-01-01",) * 2])
def test_a_clock_that_jumps_changes_nothing(tmp_path, whole, classifier, monkeypatch, days):
    db, files, labels = tmp_path / "l.db", sorted(whole.folder.iterdir()), (Stance.CONTRASTING, Stance.SUPPORTING)
    with citeclass.open(db, classifier=classifier) as library:
        for day, part, label in zip(days, (files[:4], files), labels, strict=True):
            moment = datetime.fromisoformat(f"{day}T00:00:00+00:00")
            for name in ("documents", "failures", "catalogue", "told", "audits"):
                monkeypatch.setattr(f"citeclass.store.{name}.now", moment.isoformat)
            monkeypatch.setattr("citeclass.store.corrections.datetime", SimpleNamespace(now=lambda _, at=moment: at))
            library.add(part)
            query = "select min(id) first from statements where document = ?"
            first = next(library.store.db.query(query, [digest_of(files[0].read_bytes())]))["first"]
            library.correct(first, label)
            assert [c.type for c in library.store.corrections.all()] == [label]
        library.store.corrections.remove(first)
    assert differences(db, whole.rows) == (0, 0)


def kept(db: Path) -> dict[str, list[tuple]]:
    """What does not depend on the order in which files were read."""
    queries = {
        "documents": "select digest, path, version, callouts, unlinked, duplicate_of from documents",
        "entries": "select document, idx, raw, doi, title from entries",
        "statements": "select id, document, ordinal, sentence, snippet, cited_work is null from statements",
        "predictions": "select statement, model, type, round(supporting, 9), round(contrasting, 9) from predictions",
        "failures": "select path, reason, message, fix, digest from failures",
    }
    with sqlite3.connect(db) as connection:
        return {name: sorted(connection.execute(query), key=repr) for name, query in queries.items()}


def test_two_runs_at_once_lose_nothing(tmp_path, whole, classifier):
    db, files = tmp_path / "l.db", [f for f in sorted(whole.folder.iterdir()) if "again" not in f.name]
    with citeclass.open(tmp_path / "whole.db", classifier=classifier) as library:
        library.add(files)
    Store(db).close()
    for run in [start("classify", *part, "--db", db, "--jobs", 1) for part in (files[:5], files[2:])]:
        code, said = end(run, wait=LONGEST)
        assert code in (0, 1) or (code == 2 and "another citeclass" in said), said
        assert "Traceback" not in said
    with citeclass.open(db, classifier=classifier) as library:
        library.add(files)
    assert kept(db) == kept(tmp_path / "whole.db")


WRITES = {
    "failure": lambda s, d: s.failures.put(Failure("p", Reason.EMPTY, "m", "f")),
    "correction": lambda s, d: s.corrections.reattach(),
    "prediction": lambda s, d: s.predictions.put([Prediction("s", "m", Stance.MENTIONING, 0.1, 0.1, 0.8)], point=OperatingPoint.BALANCED),
    "moved": lambda s, d: s.documents.moved(d, "/elsewhere"),
    "model": lambda s, d: s.predictions.use("another"),
}  # fmt: skip


@pytest.mark.parametrize("write", WRITES)
def test_a_write_waits_for_another_process(tmp_path, whole, write):
    shutil.copy(whole.db, tmp_path / "l.db")
    with Store(tmp_path / "l.db") as store:
        other = sqlite3.connect(tmp_path / "l.db", isolation_level=None, check_same_thread=False)
        digest = next(store.documents.rows())["digest"]
        other.execute("begin immediate")
        timer = Timer(0.4, other.execute, ["rollback"])
        timer.start()
        try:
            WRITES[write](store, digest)
        finally:
            timer.join()
            other.close()


@pytest.mark.parametrize("new", [True, False])
def test_opening_waits_for_another_process_that_makes_or_migrates_the_library(tmp_path, new):
    other = sqlite3.connect(tmp_path / "l.db", isolation_level=None, check_same_thread=False)
    if not new:
        db = Database(sqlite3.connect(tmp_path / "l.db"))
        db.enable_wal()
        migrations.apply(db, stop_before=migrations._migrations[4].name)
        db.close()
    other.execute("begin immediate")
    timer = Timer(0.4, other.execute, ["rollback"])
    timer.start()
    try:
        Store(tmp_path / "l.db").close()
    finally:
        timer.join()
        other.close()
