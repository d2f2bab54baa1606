"""Reading in workers: what hangs, crashes or swells costs one file."""

import subprocess
import sys

import pytest
from conftest import SAMPLE, column, pdf

from citeclass.pipeline import Limits, extract_many
from citeclass.records import Failure, Reason

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX limits")


def run(code: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)


@posix
def test_an_alarm_ends_a_worker_that_hangs():
    done = run(
        "import time, citeclass.pipeline.workers as w\n"
        "w.extract_file = lambda *a, **k: time.sleep(30)\n"
        "w._timed(None, None, w.Limits(seconds=0.2))"
    )
    assert done.returncode == -14


@posix
def test_memory_is_bounded():
    done = run(
        "import citeclass.pipeline.workers as w\n"
        "w._bound(w.Limits(megabytes=900))\n"
        "try:\n    bytearray(2**31)\nexcept MemoryError:\n    print('bounded')"
    )
    assert done.stdout.strip() == "bounded", done.stderr


@posix
def test_a_file_that_takes_too_long_is_a_failure_and_the_others_are_read(tmp_path):
    rows = ["A long book says little about visits, and it says that again and again (1)."] * 58
    book = pdf(tmp_path / "book.pdf", *[lambda canvas: column(canvas, 60, 780, rows)] * 500)
    small = SAMPLE / "lindqvist-2021.xml"
    found = list(extract_many([small, book, small], jobs=1, limits=Limits(seconds=2.0)))
    assert isinstance(found[1], Failure)
    assert found[1].reason is Reason.TIMEOUT
    assert "2 seconds" in found[1].message
    assert not any(isinstance(f, Failure) for f in (found[0], found[2]))
