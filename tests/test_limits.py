"""Reading in workers: what hangs, crashes or swells costs one file."""

import subprocess
import sys

import pytest
from conftest import SAMPLE, cite, jats, ref

from citeclass.pipeline import Limits, extract_many
from citeclass.records import Failure, Reason

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX limits")


def run(code: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)


@posix
def test_an_alarm_ends_a_worker_that_hangs():
    done = run("import time, citeclass.pipeline.crew as w\nw._timed(w.Limits(seconds=0.2), time.sleep, 30)")
    assert done.returncode == -14


@posix
def test_memory_is_bounded():
    done = run(
        "import citeclass.pipeline.crew as w\n"
        "w._bound(w.Limits(megabytes=900))\n"
        "try:\n    bytearray(2**31)\nexcept MemoryError:\n    print('bounded')"
    )
    assert done.stdout.strip() == "bounded", done.stderr


@posix
def test_a_limit_that_the_system_forbids_is_let_be():
    done = run(
        "import resource, citeclass.pipeline.crew as w\n"
        "resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))\n"
        "w._bound(w.Limits(megabytes=3072)); print('let be')"
    )
    assert done.stdout.strip() == "let be", done.stderr


@posix
def test_a_file_that_takes_too_long_is_a_failure_and_the_others_are_read(tmp_path):
    endless, small = tmp_path / "endless.xml", SAMPLE / "lindqvist-2021.xml"
    walked = f"<p>We walked {cite('a', 'Smith (2010)')} on. {'And on we went. ' * 20}</p>" * 20_000
    endless.write_bytes(jats(walked, refs=ref("a", "Smith", "2010")))
    found = list(extract_many([small, endless, small], jobs=1, limits=Limits(seconds=2.0)))
    assert isinstance(found[1], Failure)
    assert found[1].reason is Reason.TIMEOUT
    assert "--max-seconds" in found[1].fix
    assert not any(isinstance(f, Failure) for f in (found[0], found[2]))


@posix
def test_work_of_any_kind_can_be_isolated():
    import math
    import time

    from citeclass.errors import CiteclassError
    from citeclass.pipeline import Limits
    from citeclass.pipeline.workers import isolated

    assert isolated(math.sqrt, 9.0, limits=Limits()) == 3.0
    with pytest.raises(ValueError, match="math domain"):
        isolated(math.sqrt, -1.0, limits=Limits())
    with pytest.raises(CiteclassError, match=r"more than 0\.3 seconds"):
        isolated(time.sleep, 30, limits=Limits(seconds=0.3))
