"""Many files at once, in processes that may die without taking the batch along."""

import multiprocessing
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from citeclass.pipeline.extraction import extract_file, printable
from citeclass.reading import MAX_BYTES
from citeclass.records import Failure, Reason
from citeclass.store import Extraction

_AHEAD = 4  # files given to each worker beforehand


def extract_many(paths: Sequence[Path], *, jobs: int, max_bytes: int = MAX_BYTES) -> Iterator[Extraction | Failure]:
    """The outcome of each file, in order. With one job, in this process.

    A file whose reading kills its worker (a crash inside a PDF library, memory) becomes a Failure; the others
    are read again.
    """
    if jobs <= 1 or len(paths) < 3:
        for path in paths:
            yield extract_file(path, max_bytes=max_bytes)
        return
    left = list(paths)
    while left:
        done = 0
        try:
            for outcome in _pooled(left, jobs, max_bytes):
                done += 1
                yield outcome
            return
        except BrokenProcessPool:
            culprit, left = left[done], left[done + 1 :]
            yield _alone(culprit, max_bytes)


def _pool(jobs: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"))


def _pooled(paths: Sequence[Path], jobs: int, max_bytes: int) -> Iterator[Extraction | Failure]:
    with _pool(jobs) as pool:
        waiting: deque[Future[Extraction | Failure]] = deque()
        for path in paths:
            waiting.append(pool.submit(extract_file, path, max_bytes=max_bytes))
            if len(waiting) > jobs * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _alone(path: Path, max_bytes: int) -> Extraction | Failure:
    """The outcome of a file that stood first when a worker died: tried once more, by itself."""
    try:
        with _pool(1) as pool:
            return pool.submit(extract_file, path, max_bytes=max_bytes).result()
    except BrokenProcessPool:
        return Failure(
            printable(path),
            Reason.INTERNAL,
            "reading it crashed or ran out of memory",
            "try another form of the article, and report it",
        )
