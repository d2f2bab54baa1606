"""Many files at once, in processes that may die without taking the batch along."""

import multiprocessing
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from citeclass.errors import CiteclassError
from citeclass.pipeline.extraction import MORE_MEMORY, extract_file, printable
from citeclass.reading import ReadOptions
from citeclass.records import Failure, Reason
from citeclass.store import Extraction

T = TypeVar("T")

_AHEAD = 4  # files given to each worker beforehand


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one file may cost: ``seconds`` of time, and ``megabytes`` of memory for the worker that reads it.

    A worker that takes too long is ended by the system, whatever library it hangs in (not on Windows); memory is limited where
    the system lets it be (not on Windows and macOS). Elsewhere only the isolation is left.
    """

    seconds: float = 120.0
    megabytes: int = 3072


def extract_many(
    paths: Sequence[Path], *, jobs: int, options: ReadOptions | None = None, limits: Limits | None = None
) -> Iterator[Extraction | Failure]:
    """The outcome of each file, in order.

    With ``limits``, or more than one job, files are read in workers. A file whose reading kills its worker (a crash inside a
    PDF library, memory, time) becomes a Failure; the others are read again. Without limits and with one job everything
    happens in this process.
    """
    if limits is None and (jobs <= 1 or len(paths) < 3):
        for path in paths:
            yield extract_file(path, options=options)
        return
    left = list(paths)
    while left:
        done = 0
        try:
            for outcome in _pooled(left, jobs, options, limits):
                done += 1
                yield outcome
            return
        except BrokenProcessPool:
            culprit, left = left[done], left[done + 1 :]
            yield _alone(culprit, options, limits)


def _pool(jobs: int, limits: Limits | None) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_bound, initargs=(limits,)
    )


def _bound(limits: Limits | None) -> None:
    """Set up a worker: Ctrl-C ends it at once, and memory is limited where the system lets it be."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if limits is None or os.name != "posix" or sys.platform == "darwin":  # macOS refuses every such limit
        return
    import resource

    most = limits.megabytes * 2**20
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _timed(limits: Limits | None, work: Callable[..., T], *arguments: Any) -> T:
    """Do ``work`` under an alarm that ends the process: no library can swallow it."""
    if limits is None or not hasattr(signal, "setitimer"):
        return work(*arguments)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, limits.seconds)
    try:
        return work(*arguments)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def isolated(work: Callable[..., T], *arguments: Any, limits: Limits) -> T:
    """The outcome of ``work`` (a function of a module, with arguments that can be pickled) in a process of its own.

    Raises :class:`~citeclass.errors.CiteclassError` where that process dies of time, memory or a crash; what ``work`` itself
    raises is passed on.
    """
    try:
        with _pool(1, limits) as pool:
            return pool.submit(_timed, limits, work, *arguments).result()
    except BrokenProcessPool as error:
        raise CiteclassError(
            f"it took more than {limits.seconds:g} seconds or {limits.megabytes} MB",
            fix="raise the limits, or try another file",
        ) from error


def _pooled(
    paths: Sequence[Path], jobs: int, options: ReadOptions | None, limits: Limits | None
) -> Iterator[Extraction | Failure]:
    jobs = max(1, min(jobs, len(paths)))
    with _pool(jobs, limits) as pool:
        waiting: deque[Future[Extraction | Failure]] = deque()
        for path in paths:
            waiting.append(pool.submit(_timed, limits, partial(extract_file, options=options), path))
            if len(waiting) > jobs * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _alone(path: Path, options: ReadOptions | None, limits: Limits | None) -> Extraction | Failure:
    """The outcome of a file that stood first when a worker died: tried once more, by itself."""
    started = time.monotonic()
    try:
        with _pool(1, limits) as pool:
            process: Future[Extraction | Failure] = pool.submit(
                _timed, limits, partial(extract_file, options=options), path
            )
            return process.result()
    except BrokenProcessPool:
        if limits is not None and time.monotonic() - started >= limits.seconds:
            return Failure(
                printable(path), Reason.TIMEOUT, f"reading it took more than {limits.seconds:g} seconds",
                "raise --max-seconds, or try another form of the article",
            )  # fmt: skip
        return Failure(
            printable(path), Reason.INTERNAL, "reading it crashed or ran out of memory", f"report it; {MORE_MEMORY}"
        )
