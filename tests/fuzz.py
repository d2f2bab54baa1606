"""A longer campaign than test_fuzz.py, run by hand: ``python tests/fuzz.py TARGET --executions N --seed S``.

Inputs (mutants.py) are judged in a worker, so that what hangs or crashes inside a C library costs one execution and its input is kept.
A finding is an exception that no docstring promises, something said of an answer that does not hold, an execution of more than ten
seconds, or a dead worker. Each is kept once under ``--keep`` (its input, and how it came about), told apart by the exception and the
last frame in citeclass; ``--replay FILE`` judges a kept input again. Not for Windows, which has neither alarms nor limits.
"""

import argparse
import faulthandler
import hashlib
import multiprocessing
import os
import re
import resource
import signal
import sys
import tempfile
import time
import traceback
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NoReturn

from conftest import ROOT
from fuzzed import CHECKS
from mutants import make

SECONDS = 10  # of the processor, for one execution
HARD = 60  # by the clock, till what hears no signal is ended
BATCH = 2000  # executions of a worker


class Slow(BaseException):
    """An execution took too long; no ``except Exception`` catches it."""


def _late(*_: object) -> NoReturn:
    raise Slow(f"more than {SECONDS} seconds of the processor, or {3 * SECONDS} by the clock")


def _told(error: BaseException) -> tuple[str, str]:
    """What tells a finding apart, and its traceback."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    frames = [
        f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).is_relative_to(ROOT / "citeclass")
    ]
    line = (frames[-1].name if isinstance(error, Slow) else frames[-1].lineno) if frames else None
    place = f"{Path(frames[-1].filename).relative_to(ROOT)}:{line}" if frames else ""
    told = f"{type(error).__name__} {place or str(error).partition(' | ')[0][:200]}"
    return told, "".join(traceback.format_exception(error))[-20_000:]


def judge_one(target: str, data: bytes, deaths: Any) -> tuple[str, str] | None:
    """What is wrong with the answer to one input, if anything; ``deaths`` gets the traceback of what kills the process."""
    signal.signal(signal.SIGPROF, _late)
    signal.signal(signal.SIGALRM, _late)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)  # a busy machine makes nothing slow
    signal.alarm(3 * SECONDS)
    faulthandler.dump_traceback_later(HARD, exit=True, file=deaths)
    try:
        CHECKS[target](data)
    except (Exception, Slow) as error:
        return _told(error)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)
        faulthandler.cancel_dump_traceback_later()
    return None


def work(target: str, seed: int, numbers: range, at: Any, pipe: Connection) -> None:
    """A worker: sends number and finding of each wrong execution, last the longest time one took."""
    longest = 0.0
    if target != "api" and sys.platform != "darwin":
        resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30, resource.getrlimit(resource.RLIMIT_AS)[1]))
    with (Path(os.environ["CITECLASS_FUZZ"]) / "deaths").open("w") as deaths:
        faulthandler.enable(deaths)
        for number in numbers:
            at.value = number
            data, started = make(target, seed, number), time.monotonic()
            wrong = judge_one(target, data, deaths)
            longest = max(longest, time.monotonic() - started)
            if wrong:
                pipe.send((number, *wrong))
            if wrong and wrong[0].startswith("Slow"):
                break  # what it left half done may harm the next
    pipe.send((-1, "", str(longest)))
    os._exit(0)  # threads of the server would keep it


class Campaign:
    """``found``: the findings and how often each came; ``longest``: seconds of the slowest execution."""

    def __init__(self, target: str, seed: int, keep: Path) -> None:
        self._target, self._seed, self._keep = target, seed, keep
        self.found: dict[str, int] = {}
        self.longest = 0.0

    def run(self, executions: int) -> None:
        """Batch after batch; after a worker's death or a slow execution with the number behind it."""
        spawn, number = multiprocessing.get_context("spawn"), 0
        while number < executions:
            at, (ours, theirs) = spawn.Value("q", number), spawn.Pipe(duplex=False)
            numbers = range(number, min(executions, number + BATCH))
            worker = spawn.Process(target=work, args=(self._target, self._seed, numbers, at, theirs))
            worker.start()
            theirs.close()
            with suppress(EOFError):
                while True:
                    which, key, told = ours.recv()
                    if which < 0:
                        self.longest = max(self.longest, float(told))
                    else:
                        self._note(which, key, told)
            worker.join()
            if worker.exitcode:
                told = (Path(os.environ["CITECLASS_FUZZ"]) / "deaths").read_text("utf-8", "replace")
                frame = re.search(rf'File "{re.escape(str(ROOT))}/(citeclass/[^"]+)", line (\d+)', told)
                place = f"{frame[1]}:{frame[2]}" if frame else ""
                self._note(at.value, f"exit {worker.exitcode} {place}", told)
            number = at.value + 1

    def _note(self, number: int, key: str, told: str) -> None:
        self.found[key] = self.found.get(key, 0) + 1
        if self.found[key] > 1:
            return
        self._keep.mkdir(parents=True, exist_ok=True)
        (self._keep / ".gitignore").write_text("*\n")
        name = self._keep / f"{self._target}-{hashlib.sha256(key.encode()).hexdigest()[:10]}"
        name.with_suffix(".input").write_bytes(make(self._target, self._seed, number))
        name.with_suffix(".txt").write_text(
            f"{key}\n{self._target}, seed {self._seed}, number {number}\n\n{told}", "utf-8"
        )


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=CHECKS)
    parser.add_argument("--executions", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=Path("fuzz-findings"))
    parser.add_argument("--replay", type=Path, help="judge this input alone")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="citeclass-fuzz-") as folder:
        os.environ["CITECLASS_FUZZ"] = folder  # for the workers
        if given.replay:
            wrong = judge_one(given.target, given.replay.read_bytes(), sys.stderr)
            sys.stdout.write("\n".join(wrong or ("nothing is wrong", "")))
            return wrong is not None
        campaign, started = Campaign(given.target, given.seed, given.keep), time.monotonic()
        campaign.run(given.executions)
    took = time.monotonic() - started
    sys.stdout.write(
        f"{given.target}: {given.executions} executions in {took:.0f} s, {given.executions / took:.1f} a second, "
        f"the slowest {campaign.longest:.1f} s, {len(campaign.found)} findings\n"
    )
    sys.stdout.writelines(f"  {key} ({times} times)\n" for key, times in sorted(campaign.found.items()))
    return bool(campaign.found)


if __name__ == "__main__":
    sys.exit(main())
