"""Processes that work for this one, each behind a pipe of its own, so that the death of one is the loss of one piece of work.

``concurrent.futures`` shares one pipe among its processes: one that dies with half an answer in it stops all others, and nobody
knows whose work it was.
"""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from queue import Empty, SimpleQueue
from threading import Lock
from types import TracebackType
from typing import Any, TypeVar

from citeclass.errors import CiteclassError

T = TypeVar("T")

_PARTING = 5.0  # seconds that a process which was killed is waited for
_READY = b"ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one file may cost: ``seconds`` of time, and ``megabytes`` of memory for the worker that reads it.

    A worker that takes too long is ended by the system, whatever library it hangs in (not on Windows); memory is limited where
    the system lets it be (not on Windows and macOS). Elsewhere only the isolation is left.
    """

    seconds: float = 120.0
    megabytes: int = 3072


class Lost(Exception):
    """A process died at its work; ``late`` tells that it had taken too long."""

    def __init__(self, *, late: bool) -> None:
        super().__init__("it took too long" if late else "the process died")
        self.late = late


class Crew:
    """Processes that are started when there is work for them, and started anew when they die.

    :meth:`ask` may be called from as many threads as there should be processes at work. Closing the crew ends them, also in
    the midst of work. They end by themselves, after what they have in hand, when this process is gone.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits
        self._idle: SimpleQueue[_Hand] = SimpleQueue()
        self._all: set[_Hand] = set()
        self._lock, self._closed = Lock(), False

    def ask(self, work: Callable[..., T], *arguments: Any, anew: bool = False) -> T:
        """What ``work`` (a function of a module, with arguments that can be pickled) gives in one of the processes, or ``anew`` in
        one that was started for it.

        Raises :class:`Lost` where the process dies of it, :class:`~citeclass.errors.CiteclassError` where none can be started,
        and what ``work`` raises (which must travel between processes, too).
        """
        hand = self._start() if anew else self._take()
        try:
            raised, answer = hand.ask(work, arguments)
        except BaseException:  # it died, or who asks was interrupted, and the next must not get this answer
            self._drop(hand)
            raise
        if isinstance(answer, MemoryError):
            self._drop(hand)
        else:
            self._idle.put(hand)
        if raised:
            raise answer
        value: T = answer
        return value

    def _take(self) -> "_Hand":
        with suppress(Empty):
            return self._idle.get_nowait()
        return self._start()

    def _start(self) -> "_Hand":
        with self._lock:
            if self._closed:
                raise Lost(late=False)
            hand = _Hand(self._limits)
            self._all.add(hand)
        try:
            hand.await_ready()
        except (Lost, CiteclassError):
            self._drop(hand)
            raise
        return hand

    def _drop(self, hand: "_Hand") -> None:
        with self._lock:
            self._all.discard(hand)
        hand.end()

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            self._closed = True
            gone, self._all = self._all, set()
        for hand in gone:
            hand.end()

    def __enter__(self) -> "Crew":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Hand:
    """One process and this end of its pipe."""

    def __init__(self, limits: Limits | None) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, limits), daemon=True)
        self._process.start()
        theirs.close()  # so that the pipe ends with the process

    def await_ready(self) -> None:
        try:
            self._pipe.recv_bytes()
        except (EOFError, OSError):
            self._process.join(_PARTING)
            if (self._process.exitcode or 0) < 0:
                raise Lost(late=False) from None
            raise CiteclassError(
                "no process to read files in could be started",
                fix="in a script of your own put what is run under: if __name__ == '__main__':",
            ) from None

    def ask(self, work: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[bool, Any]:
        """Whether the work raised, and what it raised or gave."""
        try:
            self._pipe.send((work, arguments))
            answer: tuple[bool, Any] = self._pipe.recv()
        except (EOFError, OSError):
            self._process.join(_PARTING)
            raise Lost(late=self._process.exitcode == -getattr(signal, "SIGALRM", 0)) from None
        return answer

    def end(self) -> None:
        # The pipe is left to be collected: a thread that still waits at it is told of the end, and would not be of a closed one.
        self._process.kill()
        self._process.join(_PARTING)


# ---- in the process


def _serve(pipe: Connection, limits: Limits | None) -> None:
    """Answer until nobody asks any more: the pipe ends with the process that asks, whatever ended that."""
    _bound(limits)
    with suppress(EOFError, OSError):
        pipe.send_bytes(_READY)
        while True:
            work, arguments = pipe.recv()
            try:
                pipe.send((False, _timed(limits, work, *arguments)))
            except MemoryError:  # of the work, or of what is made of its outcome before the first byte is sent
                pipe.send((True, MemoryError()))
            except Exception as error:
                pipe.send((True, error))


def _bound(limits: Limits | None) -> None:
    """Set up a process: Ctrl-C ends it at once, and memory is limited where the system lets it be."""
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
