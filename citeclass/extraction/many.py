"""Many files at once, in processes that may die without taking the batch along."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from citeclass.errors import CiteclassError
from citeclass.extraction.crew import Crew, Limits, Lost
from citeclass.extraction.files import printable
from citeclass.extraction.one import MORE_MEMORY, extract_file
from citeclass.reading import ReadOptions
from citeclass.records import Extraction, Failure, Reason

T = TypeVar("T")

_AHEAD = 4  # files given to each worker beforehand


def extract_many(
    paths: Sequence[Path], *, jobs: int, options: ReadOptions | None = None, limits: Limits | None = None
) -> Iterator[Extraction | Failure]:
    """The outcome of each file, in order.

    With ``limits``, or more than one job, files are read in workers. A file whose reading kills its worker (a crash inside a
    PDF library, memory, time) becomes a Failure; the others do not notice. Without limits and with one job everything
    happens in this process.
    """
    for ready in extract_ready(paths, jobs=jobs, options=options, limits=limits):
        yield from ready


def extract_ready(
    paths: Sequence[Path], *, jobs: int, options: ReadOptions | None = None, limits: Limits | None = None
) -> Iterator[list[Extraction | Failure]]:
    """What :func:`extract_many` gives, the next outcome each time with those after it that need not be waited for."""
    if limits is None and (jobs <= 1 or len(paths) < 3):
        for path in paths:
            yield [extract_file(path, options=options)]
        return
    jobs = max(1, min(jobs, len(paths)))
    waiting: deque[Future[Extraction | Failure]] = deque()
    with (
        ThreadPoolExecutor(jobs) as pool,
        Crew(limits) as crew,
    ):  # the crew ends first, and with it what threads wait for
        for path in paths:
            waiting.append(pool.submit(_read, crew, path, options, limits))
            if len(waiting) > jobs * _AHEAD:
                yield list(_ready(waiting))
        while waiting:
            yield list(_ready(waiting))


def _ready(waiting: deque[Future[T]]) -> Iterator[T]:
    """The first result, and those after it that are there; an error waits for its turn, so that none before it is lost."""
    yield waiting.popleft().result()
    while waiting and waiting[0].done() and waiting[0].exception() is None:
        yield waiting.popleft().result()


def isolated(work: Callable[..., T], *arguments: Any, limits: Limits) -> T:
    """The outcome of ``work`` (a function of a module, with arguments that can be pickled) in a process of its own.

    Raises :class:`~citeclass.errors.CiteclassError` where that process dies of time, memory or a crash; what ``work`` itself
    raises is passed on.
    """
    try:
        with Crew(limits) as crew:
            return crew.ask(work, *arguments)
    except Lost as error:
        raise CiteclassError(
            f"it took more than {limits.seconds:g} seconds or {limits.megabytes} MB",
            fix="raise the limits, or try another file",
        ) from error


def _read(crew: Crew, path: Path, options: ReadOptions | None, limits: Limits | None) -> Extraction | Failure:
    """The outcome of one file; tried twice, since who killed the worker may have meant another, or have killed it while it was idle."""
    for again in (False, True):
        try:
            return crew.ask(partial(extract_file, options=options), path, anew=again)
        except MemoryError:
            return Failure(
                printable(path), Reason.TOO_LARGE, "what it holds needs more memory than is allowed", MORE_MEMORY
            )
        except Lost as lost:
            if lost.late and limits is not None:
                return Failure(
                    printable(path), Reason.TIMEOUT, f"reading it took more than {limits.seconds:g} seconds",
                    "raise --max-seconds, or try another form of the article",
                )  # fmt: skip
    return Failure(
        printable(path), Reason.INTERNAL, "reading it crashed or ran out of memory", f"report it; {MORE_MEMORY}"
    )
