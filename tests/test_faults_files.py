"""Files that change, vanish, wait, or may not be read, and names of any bytes: each is told, and the others are read."""

import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

import pytest
from faults import article, at_most, three
from kill_many import LONGEST, differences, documents, dump, end, start
from typer.testing import CliRunner

import citeclass
from citeclass.classifying import Classifier
from citeclass.cli import app
from citeclass.cli.shared import print_summary
from citeclass.extraction import Limits
from citeclass.pipeline import Summary
from citeclass.records import Reason

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes, links and names of POSIX")


@pytest.fixture
def library(tmp_path: Path, classifier: Classifier):
    with citeclass.open(tmp_path / "l.db", classifier=classifier) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return three(tmp_path / "papers")


# ---- files that change or vanish


def test_files_that_vanish_or_change_after_they_were_listed(folder, library):
    for n in range(3, 14):  # more than may be read before the first is told of
        (folder / f"{n}.xml").write_bytes(article(n))

    def meddle(_: object) -> None:
        (folder / "8.xml").unlink(missing_ok=True)
        (folder / "9.xml").write_bytes(article(99))

    summary = library.add(folder, watch=meddle)
    assert (summary.added, summary.failed, summary.failures) == (13, 1, {Reason.MISSING: 1})
    assert {r["source"]["doi"] for r in library.export()} == {
        f"10.5555/file.{n}" for n in (*range(8), *range(10, 14), 99)
    }
    for n in (8, 9):
        (folder / f"{n}.xml").write_bytes(article(n))
    assert library.add(folder).complete
    assert library.failures() == []
    assert documents(Path(library.store.path)) == 14


def test_a_file_that_is_written_while_it_is_read_is_right_in_the_end(tmp_path, folder, library, classifier):
    path, stop = folder / "1.xml", Event()
    versions = [article(10 + n, "We walked on and on. " * 4000 * n) for n in (1, 2)]

    def write() -> None:
        n = 0
        while not stop.is_set():
            n += 1
            with path.open("wb") as file:
                for at in range(0, len(versions[n % 2]), 9000):
                    file.write(versions[n % 2][at : at + 9000])
                    file.flush()

    writer = Thread(target=write)
    writer.start()
    for _ in range(12):
        library.add(folder)
        failed = sum(not f.partial for f in library.failures())
        assert documents(Path(library.store.path)) + failed in (3, 4)  # what was read before stands beside the failure
    stop.set()
    writer.join()
    path.write_bytes(versions[1])
    library.add(folder)
    with citeclass.open(tmp_path / "whole.db", classifier=classifier) as whole:
        whole.add(folder)
    found = {t: differences(tmp_path / "l.db", {**dump(tmp_path / "l.db"), t: dump(tmp_path / "whole.db")[t]}) for t in ("documents", "statements", "predictions", "failures")}  # fmt: skip
    assert set(found.values()) == {(0, 0)}


def test_a_duplicate_that_cannot_be_read_again_is_told(folder, library):
    (folder / "again.xml").write_bytes(article(0) + b"\n")
    library.add([folder / "0.xml", folder / "again.xml"])
    (folder / "0.xml").write_bytes(article(9))
    (folder / "again.xml").unlink()
    summary = library.add(folder)
    assert [f.reason for f in library.failures()] == [Reason.MISSING]
    assert not summary.complete


def test_ten_times_twenty_files_interrupted_each_time(tmp_path, classifier):
    tiny = tmp_path / "tiny"
    tiny.mkdir()
    for n in range(200):
        (tiny / f"{n}.xml").write_bytes(article(n))
    done: list[str] = []

    def stop(told: object) -> None:
        done.append(told.outcome)
        if done.count("added") % 20 == 0 and told.outcome == "added":
            raise KeyboardInterrupt

    for _ in range(11):
        with suppress(KeyboardInterrupt), citeclass.open(tmp_path / "l.db", classifier=classifier) as library:
            summary = library.add(tiny, watch=stop)
    assert 100 <= done.count("added") <= 200  # what was stored and not told of yet when it was interrupted is there
    assert (summary.unchanged, summary.library["statements"]) == (200, 200)


# ---- what is no plain file, and names


def test_a_pipe_that_is_named_is_told(folder, library):
    os.mkfifo(folder / "pipe.pdf")
    with at_most(2):
        summary = library.add([folder / "pipe.pdf", folder], limits=Limits(seconds=2))
    assert (summary.added, summary.failed) == (3, 1)


def test_pipes_folders_and_loops_in_a_folder_are_passed_over(folder, library):
    os.mkfifo(folder / "pipe.pdf")
    (folder / "x.pdf").mkdir()
    (folder / "x.pdf" / "3.xml").write_bytes(article(3))
    (folder / "loop").symlink_to(".")
    (folder / "loop.xml").symlink_to("loop.xml")
    with at_most(10):
        assert library.add(folder).added == 4


def test_a_loop_of_links_that_is_named_is_told(folder, library):
    (folder / "loop.xml").symlink_to("loop.xml")
    summary = library.add([folder / "loop.xml", folder])
    assert (summary.added, summary.failed) == (3, 1)


def test_a_broken_link_in_a_folder_is_told(folder, library):
    (folder / "lent.pdf").symlink_to("/volumes/not mounted/lent.pdf")
    assert library.add(folder).failures == {Reason.MISSING: 1}


def test_a_name_that_is_too_long_is_told(folder, library):
    summary = library.add(["y" * 300 + ".xml", folder])
    assert (summary.added, summary.failed) == (3, 1)


NAMES = [b"a\nb.xml", b"\xff\xfe.xml", "\u202egnp.xml".encode(), b"[x].xml", b"a\x1b[31m.xml", b"*.xml", b"~.xml", "e\u0301.xml".encode(), "\u00e9.xml".encode()]  # fmt: skip


def test_names_of_any_bytes(tmp_path):
    names = tmp_path / "names"
    names.mkdir()
    for n, name in enumerate(NAMES):
        Path(os.fsdecode(bytes(names) + b"/" + name)).write_bytes(article(n))
        Path(os.fsdecode(bytes(names) + b"/bad " + name)).write_bytes(b"junk")
    for added in (len(NAMES), 0):
        done = CliRunner().invoke(app, ["classify", str(names), "--db", str(tmp_path / "l.db"), "--jobs", "1"])
        assert isinstance(done.exception, SystemExit)
        assert done.exit_code == 1
        assert f"files read {added:>11}" in done.output
        assert done.output.count("fix: give PDF") == len(NAMES)
    assert documents(tmp_path / "l.db") == len(NAMES)


def test_a_failure_under_any_name_is_kept(tmp_path, library):
    path = Path(os.fsdecode(bytes(tmp_path) + b"/\xff.xml"))
    path.write_bytes(b"junk")
    library.add(path)
    assert len(library.failures()) == 1
    library.refresh()
    assert len(library.failures()) == 1


def test_two_names_that_print_alike_are_two_files(tmp_path, library):
    names = tmp_path / "names"
    names.mkdir()
    for n, name in enumerate((b"a\\xff.xml", b"a\xff.xml")):
        Path(os.fsdecode(bytes(names) + b"/" + name)).write_bytes(article(n))
    assert library.add(names).library["documents"] == 2


def test_the_name_of_a_library_is_no_markup(capsys):
    print_summary(Summary(), Path("a[/b].db"))
    assert "a[/b].db" in capsys.readouterr().out


# A script as people write it, without a guard for the processes that start by running it again.
SCRIPT = """
import sys, citeclass
from citeclass.extraction import Limits
with citeclass.open(sys.argv[2]) as library:
    summary = library.add(sys.argv[1], limits=Limits())
    print("added", summary.added, *[(f.message, f.fix) for f in library.failures()])
"""


def test_a_script_without_a_guard_reads_or_is_told_what_it_lacks(tmp_path, folder):
    (tmp_path / "script.py").write_text(SCRIPT)
    done = subprocess.run([sys.executable, tmp_path / "script.py", folder / "0.xml", tmp_path / "l.db"], capture_output=True, text=True, timeout=60, check=False)  # fmt: skip
    assert done.stdout.startswith("added 1") or "__main__" in done.stderr.splitlines()[-1]


# A run that is not allowed to read everything, as root is.
READS = """
import json, sys, citeclass
from citeclass.errors import CiteclassError
from citeclass.records import Prediction, Stance
class Fixed:
    id = "fixed"
    def predict(self, statements, *, point=None):
        return [Prediction(s.id, self.id, Stance.MENTIONING, 0.1, 0.2, 0.7) for s in statements]
try:
    with citeclass.open(sys.argv[2], classifier=Fixed()) as library:
        summary = library.add(sys.argv[1])
        print(json.dumps([summary.added, sorted(summary.failures)]))
except (CiteclassError, OSError) as error:
    print(json.dumps([0, [type(error).__name__]]))
"""
RIGHTS = [
    pytest.param("1.xml", 0, id="file"),
    pytest.param("sub", 0, id="folder"),
    pytest.param("sub", 0o444, id="folder to list only"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "rights"), RIGHTS)
def test_what_may_not_be_read_is_told_and_the_rest_is_read(tmp_path, folder, name, rights):
    before = [] if os.geteuid() else ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    if before and not shutil.which("setpriv"):
        pytest.skip("root may read all")
    (folder / "sub").mkdir()
    (folder / "sub" / "3.xml").write_bytes(article(3))
    (folder / name).chmod(rights)
    code, said = end(start(folder, tmp_path / "l.db", code=READS, before=before), wait=LONGEST)
    (folder / name).chmod(0o755)
    assert code == 0, said
    assert json.loads(said) == [3, ["unreadable"]]
