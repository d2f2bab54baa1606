"""Runs that are killed, disks that are full, libraries that are damaged, locked or old: nothing is lost, nothing is doubled.

The faults are real: processes are killed, file systems are small, bytes are overwritten. What files may hold is in
test_faults_files.py; many more killed runs are in kill_many.py.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import cite, jats, ref
from faults import NEW, TESTS, Whole, go_on
from kill_many import (
    KINDS,
    LONGEST,
    differences,
    dump,
    end,
    papers,
    start,
    when,
    workers_of,
)

import citeclass

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc, tmpfs and signals of Linux")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    folder, db = papers(tmp_path_factory.mktemp("whole") / "papers", 3), tmp_path_factory.mktemp("db") / "whole.db"
    began = time.monotonic()
    code, said = end(start("classify", folder, "--db", db, "--jobs", 1), wait=LONGEST)
    assert code == 1, said
    return Whole(folder, db, dump(db), time.monotonic() - began)


# ---- killed

POINTS = [
    *[("parent", seed) for seed in range(4)], ("documents", 1), ("documents", 2), ("log", 1), ("log", 2), ("torn log", 1), ("worker", 1),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "seed"), POINTS)
def test_a_run_that_is_killed_goes_on_to_the_same_library(tmp_path, whole, classifier, kind, seed):
    db = tmp_path / "l.db"
    KINDS[kind](whole.folder, db, random.Random(seed), whole.seconds)
    if kind != "worker":
        go_on(whole.folder, db, classifier)
    assert differences(db, whole.rows) == (0, 0)


# A process that forks one that kills itself before an SQL statement, lets another go on, and prints what is lost and doubled.
MOMENTS = """
import json, os, re, signal, sqlite3, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from kill_many import differences, dump, papers
import citeclass
from citeclass.extraction import extract_file
from citeclass.records import Prediction, Stance
class Fixed:
    id = "fixed"
    def predict(self, statements, *, point=None):
        return [Prediction(s.id, self.id, Stance.MENTIONING, 0.1, 0.2, 0.7) for s in statements]
folder, connect = papers(Path(sys.argv[2]) / "papers", 2, unlisted=True), sqlite3.connect
def run(db, pattern="^$", nth=0):
    def traced(*given, **named):
        connection, left = connect(*given, **named), [nth]
        def note(sql):
            left[0] -= bool(re.search(pattern, sql, re.IGNORECASE))
            if left[0] == 0 and nth:
                os.kill(os.getpid(), signal.SIGKILL)
        connection.set_trace_callback(note)
        return connection
    child = os.fork()
    if child == 0:
        sqlite3.connect = traced
        with citeclass.open(db, classifier=Fixed()) as library:
            library.add(folder)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
extract_file(folder / "000.xml")  # what reading needs is loaded once
for path in folder.glob("*.pdf"):
    path.unlink()
whole, told = folder.parent / "whole.db", {}
run(whole)
for name, (pattern, nth) in json.loads(sys.argv[3]).items():
    db = folder.parent / f"{len(told)}.db"
    killed = run(db, pattern, nth)
    run(db)
    told[name] = [killed, *differences(db, dump(whole))]
print(json.dumps(told))
"""
MOMENT = {
    "before the first table": ("^create table", 1),
    "in the schema": ("^create (table|trigger|virtual)", 20),
    "before a document": ('^insert .*?into "?documents', 3),
    "among works": ('^insert .*?into "?works', 15),
    "among entries": ('^insert .*?into "?entries', 2),
    "among statements": ('^insert .*?into "?statements', 90),
    "before a document is kept": ("^commit", 4),
    "before predictions": ('^insert .*?into "?predictions', 1),
    "among predictions": ('^insert .*?into "?predictions', 40),
    "before a failure is kept": ('^insert .*?into "?failures', 1),
    "before the model is shown": ('^insert .*?into "?settings', 1),
    "while what is shown is made": ("^insert into shown", 2),
    "before corrections are tied": ("^update corrections", 1),
    "between a document and what it lacks": ('^insert .*?into "?failures', 2),
}


@pytest.fixture(scope="module")
def moments(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[int]]:
    run = start(TESTS, tmp_path_factory.mktemp("moments"), json.dumps(MOMENT), code=MOMENTS)
    code, said = end(run, wait=LONGEST)
    assert code == 0, said
    return json.loads(said.splitlines()[-1])


@pytest.mark.parametrize("name", MOMENT)
def test_killed_at_a_moment_that_matters(moments, name):
    assert moments[name] == [-signal.SIGKILL, 0, 0]


def test_workers_end_with_a_run_that_was_killed(tmp_path, whole):
    run = start("classify", whole.folder, "--db", tmp_path / "l.db", "--jobs", 2)
    when(run, lambda: len(workers_of(run)) == 2)
    workers = workers_of(run)
    run.kill()
    run.wait()
    until = time.monotonic() + 20
    while any(Path(f"/proc/{w}").exists() for w in workers) and time.monotonic() < until:
        time.sleep(0.05)
    left = [w for w in workers if Path(f"/proc/{w}").exists()]
    end(run)
    assert workers
    assert not left


# Its parent stops itself at the first file, so that workers wait for room to hand over what they read.
STOPS = """
import os, signal, sys, citeclass
from citeclass.records import Prediction, Stance
class Fixed:
    id = "fixed"
    def predict(self, statements, *, point=None):
        return [Prediction(s.id, self.id, Stance.MENTIONING, 0.1, 0.2, 0.7) for s in statements]
with citeclass.open(sys.argv[2], classifier=Fixed()) as library:
    stop = lambda _: os.kill(os.getpid(), signal.SIGSTOP) if not stopped else None
    stopped = []
    library.add(sys.argv[1], jobs=2, watch=lambda done: (stop(done), stopped.append(done)))
"""


def test_a_worker_killed_while_it_hands_over_its_result_does_not_hang_the_run(tmp_path):
    folder = tmp_path / "papers"
    folder.mkdir()
    text = "".join(f"<p>Our finding {n} {'so ' * 99} agrees with {cite('a', 'Smith (2010)')}.</p>" for n in range(400))
    (folder / "0.xml").write_bytes(b"broken")
    for n in range(1, 4):
        (folder / f"{n}.xml").write_bytes(jats(text, refs=ref("a", "Smith", "2010"), doi=f"10.5555/long.{n}"))
    run = start(folder, tmp_path / "l.db", code=STOPS)
    writing: list[int] = []
    until = time.monotonic() + 20
    while not writing and time.monotonic() < until:
        time.sleep(0.1)
        if "T" in _state(run.pid):
            writing = [w for w in workers_of(run) if "sock_alloc_send" in Path(f"/proc/{w}/wchan").read_text()]
    if not writing:
        end(run)
        pytest.skip("no worker was met while it handed over")
    os.kill(writing[0], signal.SIGKILL)
    os.kill(run.pid, signal.SIGCONT)
    code, _ = end(run, wait=LONGEST)
    assert code == 0


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_interrupted_between_two_files_alike(tmp_path, classifier):
    for name in ("a.xml", "b.xml"):
        (tmp_path / name).write_bytes(NEW)

    def stop(_: object) -> None:
        raise KeyboardInterrupt

    with citeclass.open(tmp_path / "whole.db", classifier=classifier) as library:
        library.add(tmp_path)
    with citeclass.open(tmp_path / "l.db", classifier=classifier) as library:
        with suppress(KeyboardInterrupt):
            library.add(tmp_path, watch=stop)
        library.add(tmp_path)
    assert differences(tmp_path / "l.db", dump(tmp_path / "whole.db")) == (0, 0)


# ---- no room, no rights


@contextmanager
def mounted(disk: Path, size: str) -> Iterator[Callable[[str], bool]]:
    """A file system of its own, and a function that gives it another size or other rights."""

    def mount(options: str) -> bool:
        asked = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", disk]
        return not subprocess.run(asked, capture_output=True, check=False).returncode

    disk.mkdir()
    if not shutil.which("mount") or not mount(f"size={size}"):
        pytest.skip("no file system can be mounted here")
    try:
        yield lambda options: mount(f"remount,{options}")
    finally:
        subprocess.run(["umount", disk], check=True)


@dataclass
class Crowded:
    """A run without room: its exit code, what it said, and the library after another run with room."""

    code: int | None
    said: str
    found: tuple[int, int]


@pytest.fixture(scope="module", params=["100k", "700k", "temporary"])
def crowded(request, tmp_path_factory, whole, classifier) -> Crowded:
    folder = tmp_path_factory.mktemp("crowded")
    disk = folder / "disk"
    with mounted(disk, "100k" if request.param == "temporary" else request.param) as remount:
        db, environment = disk / "l.db", dict(os.environ)
        if request.param == "temporary":
            db, environment["TMPDIR"] = folder / "l.db", str(disk)
        code, said = end(start("classify", whole.folder, "--db", db, "--jobs", 1, env=environment), wait=LONGEST)
        remount("size=64m")
        go_on(whole.folder, db, classifier)
        rows = whole.rows
        if request.param == "temporary":
            # A short PDF needs none: it is read before the rest, and who is read first says as what a work is known
            with citeclass.open(folder / "same.db", classifier=classifier) as library:
                library.add(whole.folder / "okafor.pdf")
            go_on(whole.folder, folder / "same.db", classifier)
            rows = dump(folder / "same.db")
        return Crowded(code, said, differences(db, rows))


def test_what_had_no_room_ends_with_a_message_and_later_goes_on(crowded):
    assert crowded.code in (1, 2)
    assert "fix:" in crowded.said
    assert "full" in crowded.said or "No space left" in crowded.said
    assert "Traceback" not in crowded.said
    assert crowded.found == (0, 0)


def test_what_had_no_room_is_told_to_make_room(crowded):
    assert "another citeclass" not in crowded.said
    assert "folder exists" not in crowded.said
    assert "please report" not in crowded.said


RIGHTS = [(0o444, 0o755), (0o644, 0o555), (0o444, 0o555)]


def without_rights(whole: Whole, own: Path, file: int, folder: int) -> tuple[int | None, str]:
    """Add to a library without the right to write it, which root has to be robbed of."""
    before = [] if os.geteuid() else ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    if before and not shutil.which("setpriv"):
        pytest.skip("root may write to all")
    own.mkdir()
    shutil.copy(whole.db, own / "l.db")
    (own.parent / "a.xml").write_bytes(NEW)
    (own / "l.db").chmod(file)
    own.chmod(folder)
    told = end(start("classify", own.parent / "a.xml", "--db", own / "l.db", before=before), wait=LONGEST)
    own.chmod(0o755)
    return told


@pytest.mark.parametrize(("file", "folder"), RIGHTS)
def test_a_library_that_cannot_be_written_is_left_as_it_is(tmp_path, whole, file, folder):
    code, said = without_rights(whole, tmp_path / "own", file, folder)
    assert (code, "Traceback" in said, "fix:" in said) == (2, False, True)
    assert differences(tmp_path / "own" / "l.db", whole.rows) == (0, 0)


def test_a_library_that_cannot_be_written_is_told_with_what_to_do(tmp_path, whole):
    _, said = without_rights(whole, tmp_path / "own", *RIGHTS[0])
    assert "another citeclass" not in said


def test_a_file_system_that_cannot_be_written(tmp_path, whole):
    with mounted(tmp_path / "disk", "64m") as remount:
        shutil.copy(whole.db, tmp_path / "disk" / "l.db")
        remount("ro")
        code, said = end(start("classify", whole.folder, "--db", tmp_path / "disk" / "l.db"), wait=LONGEST)
    assert (code, "Traceback" in said, "can be written" in said) == (2, False, True)
