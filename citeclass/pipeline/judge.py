"""Judging behind the reading: while a classifier is at some documents, the next are read and those before stored."""

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Generic, TypeVar

from citeclass.classifying import Classifier
from citeclass.records import CitationStatement, OperatingPoint, Prediction

T = TypeVar("T")

_AHEAD = 8  # documents that may wait for their predictions


class Judge(Generic[T]):
    """Predictions from a thread, handed back in the order asked for, each with what it was asked with.

    What waits is judged together, since a classifier shares out many statements better than few; no prediction depends on the
    others. Only the classifier is used from that thread.
    """

    def __init__(self, classifier: Classifier, point: OperatingPoint) -> None:
        self._classifier, self._point = classifier, point
        self._thread = ThreadPoolExecutor(1)
        self._asked: SimpleQueue[tuple[Sequence[CitationStatement], Future[list[Prediction]]]] = SimpleQueue()
        self._waiting: deque[tuple[T, Future[list[Prediction]]]] = deque()

    def ask(self, about: T, statements: Sequence[CitationStatement]) -> None:
        """Have ``statements`` judged; the answer comes back with ``about``."""
        answer: Future[list[Prediction]] = Future()
        self._waiting.append((about, answer))
        self._asked.put((statements, answer))
        self._thread.submit(self._judge_all)

    def answers(self, *, all: bool = False) -> list[tuple[T, list[Prediction]]]:
        """The next answers that are there, in order; the first is waited for if too many wait, or if ``all`` are wanted. They count as
        waiting until they are :meth:`taken`. Raises what the classifier raised at the first.
        """
        ready: list[tuple[T, list[Prediction]]] = []
        wait = all or len(self._waiting) > _AHEAD
        for about, answer in self._waiting:
            if (ready or not wait) and not answer.done():
                break
            if ready and answer.exception():
                break  # those before it come first
            ready.append((about, answer.result()))
        return ready

    def taken(self, count: int) -> None:
        """Let go the first ``count`` of those that waited."""
        for _ in range(count):
            self._waiting.popleft()

    def rest(self) -> list[tuple[T, list[Prediction]]]:
        """All that waits, with its answer where it has one and with none where it does not."""
        return [(about, [] if not a.done() or a.exception() else a.result()) for about, a in self._waiting]

    def _judge_all(self) -> None:
        """Judge all that was asked till now; a later call may find nothing left."""
        asked = []
        with suppress(Empty):
            while True:
                asked.append(self._asked.get_nowait())
        statements = [s for some, _ in asked for s in some]
        try:
            found = iter(self._classifier.predict(statements, point=self._point) if statements else [])
        except Exception as error:
            for _, answer in asked:
                answer.set_exception(error)
            return
        for some, answer in asked:
            answer.set_result(list(islice(found, len(some))))

    def __enter__(self) -> "Judge[T]":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown(cancel_futures=True)
