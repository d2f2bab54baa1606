"""``citeclass watch``: a folder whose new articles are taken in as they come."""

import signal
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from citeclass.cli.shared import (
    DEFAULT_DB,
    DEFAULT_MAX_MB,
    DEFAULT_MAX_MEMORY,
    DEFAULT_MAX_SECONDS,
    DEFAULT_MODEL,
    MaxMb,
    MaxMemory,
    MaxSeconds,
    Model,
    NewDb,
    file_limits,
    open_library,
    say,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_SECONDS = 5

Folder = Annotated[
    Path,
    typer.Argument(help="The folder to watch, with all below it.", exists=True, file_okay=False, show_default=False),
]
Once = Annotated[bool, typer.Option("--once", help="Take in what is there, and leave.")]


def watch(
    folder: Folder,
    db: NewDb = DEFAULT_DB,
    model: Model = DEFAULT_MODEL,
    once: Once = False,
    max_mb: MaxMb = DEFAULT_MAX_MB,
    max_seconds: MaxSeconds = DEFAULT_MAX_SECONDS,
    max_memory: MaxMemory = DEFAULT_MAX_MEMORY,
) -> None:
    """Take in the articles of a folder, then each new or changed one as it comes, until Ctrl-C. Needs 'citeclass[watch]'.

    Example: citeclass watch ~/Zotero/storage --db library.db
    """
    import sqlite3

    from citeclass.errors import CiteclassError, UsageError, missing_extra
    from citeclass.extraction import article_files
    from citeclass.pipeline import FileDone
    from citeclass.reading import ReadOptions

    try:
        import watchfiles
    except ImportError as error:
        missing_extra("watch", error)
    options = ReadOptions(max_bytes=max_mb * 2**20)
    limits = file_limits(seconds=max_seconds, megabytes=max_memory, ocr=False)
    seen: dict[Path, tuple[float, int]] = {}

    def told(done: FileDone) -> None:
        if done.outcome != "unchanged":
            why = f": {done.failure.message}" if done.failure else ""
            say(f"{done.outcome}: {done.path} ({done.statements} statements){why}")

    def fresh() -> list[Path]:
        """The articles that are new or changed since they were last looked at."""
        try:
            files = [file for file, _ in article_files([folder])]
            stamps = {f: (f.stat().st_mtime, f.stat().st_size) for f in files if f.is_file()}
        except (UsageError, OSError):  # empty yet, or changing right now: the next look will tell
            return []
        changed = [f for f, stamp in stamps.items() if seen.get(f) != stamp]
        seen.update(stamps)
        return changed

    with open_library(db, model=model, must_exist=False) as library:
        if files := fresh():
            library.add(files, options=options, limits=limits, watch=told)
        else:
            say(f"no articles in {folder} yet")
        if once:
            return
        say(f"watching {folder} (stop with Ctrl-C)")
        # What watchfiles reports only wakes us, and so does the clock: folders that were moved in, or came while others
        # were read, are found by looking.
        with suppress(KeyboardInterrupt), _stoppable() as stop:  # being stopped is how watching ends
            for _ in _wakings(folder, watchfiles.watch, stop):
                files = fresh()
                try:
                    if files:
                        library.add(files, options=options, limits=limits, watch=told)
                except (CiteclassError, sqlite3.OperationalError, OSError) as error:
                    say(f"cannot go on now: {error}; trying again")
                    for file in files:
                        seen.pop(file, None)


@contextmanager
def _stoppable() -> "Iterator[threading.Event]":
    """An event that Ctrl-C sets, besides interrupting: an interrupt that falls into a finaliser is dropped by Python, and the
    loop would go on as if nobody had asked.
    """
    stop = threading.Event()

    def interrupted(*_: object) -> NoReturn:
        stop.set()
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


def _wakings(folder: Path, watch: "Callable[..., Iterable[object]]", stop: threading.Event) -> "Iterator[None]":
    """A yield for each change below ``folder``, and every few seconds, until ``stop``; while the folder is gone, only these."""
    gone = False
    while not stop.is_set():
        try:
            for _ in watch(
                folder.resolve(),
                watch_filter=None,
                stop_event=stop,
                rust_timeout=_SECONDS * 1000,
                yield_on_timeout=True,
                raise_interrupt=False,
            ):
                gone = False
                yield
                if not folder.is_dir():
                    break
            else:
                return  # Ctrl-C
        except OSError:
            pass
        if not gone:
            say(f"{folder} is gone; waiting for it to come back")
            gone = True
        stop.wait(_SECONDS)
