"""Reading in workers: what hangs, crashes or swells costs one file."""

import os
import signal
import subprocess
import sys
import time

import pytest
from conftest import SAMPLE, cite, jats, ref
from faults import Hangs, at_most

from citeclass.errors import CiteclassError
from citeclass.extraction import Crew, Limits, Lost, extract_many, isolated
from citeclass.records import Failure, Reason

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX limits")


def run(code: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)


@posix
def test_an_alarm_ends_a_worker_that_hangs():
    done = run("import time, citeclass.extraction.crew as w\nw._timed(w.Limits(seconds=0.2), time.sleep, 30)")
    assert done.returncode == -14


@posix
def test_memory_is_bounded():
    done = run(
        "import citeclass.extraction.crew as w\n"
        "w._bound(w.Limits(megabytes=900))\n"
        "try:\n    bytearray(2**31)\nexcept MemoryError:\n    print('bounded')"
    )
    assert done.stdout.strip() == "bounded", done.stderr


@posix
def test_a_limit_that_the_system_forbids_is_let_be():
    done = run(
        "import resource, citeclass.extraction.crew as w\n"
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

    assert isolated(math.sqrt, 9.0, limits=Limits()) == 3.0
    with pytest.raises(ValueError, match="math domain"):
        isolated(math.sqrt, -1.0, limits=Limits())
    with pytest.raises(CiteclassError, match=r"more than 0\.3 seconds"):
        isolated(time.sleep, 30, limits=Limits(seconds=0.3))


@posix
def test_a_crew_keeps_its_processes_and_replaces_those_that_die():
    with Crew() as crew:
        first = crew.ask(os.getpid)
        assert crew.ask(os.getpid) == first != os.getpid()
        with pytest.raises(ZeroDivisionError):
            crew.ask(divmod, 1, 0)
        assert crew.ask(os.getpid) == first
        os.kill(first, signal.SIGKILL)
        with pytest.raises(Lost) as lost:  # it died while it was idle
            crew.ask(os.getpid)
        assert not lost.value.late
        assert crew.ask(os.getpid, anew=True) != first
    with pytest.raises(Lost):
        crew.ask(os.getpid, anew=True)


@posix
def test_an_answer_nobody_waited_for_is_nobody_elses():
    with Crew() as crew:
        with pytest.raises(Hangs), at_most(2.0):
            crew.ask(time.sleep, 4)
        assert crew.ask(divmod, 7, 2) == (3, 1)


@posix
def test_what_swells_or_takes_too_long_costs_its_own_process():
    with Crew(Limits(seconds=0.5, megabytes=900)) as crew:
        with pytest.raises(MemoryError):
            crew.ask(bytearray, 2**31)
        with pytest.raises(Lost) as lost:
            crew.ask(time.sleep, 30)
        assert lost.value.late
        assert crew.ask(divmod, 7, 2) == (3, 1)
