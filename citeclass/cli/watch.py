"""``citeclass watch``: a folder whose new articles are taken in as they come."""

from pathlib import Path
from typing import Annotated

import typer

from citeclass.cli.shared import (
    DEFAULT_DB,
    DEFAULT_MAX_MB,
    DEFAULT_MAX_MEMORY,
    DEFAULT_MAX_SECONDS,
    DEFAULT_MODEL,
    Db,
    MaxMb,
    MaxMemory,
    MaxSeconds,
    Model,
    file_limits,
    open_library,
    say,
)

Folder = Annotated[
    Path,
    typer.Argument(help="The folder to watch, with all below it.", exists=True, file_okay=False, show_default=False),
]
Once = Annotated[bool, typer.Option("--once", help="Take in what is there, and leave.")]


def watch(
    folder: Folder,
    db: Db = DEFAULT_DB,
    model: Model = DEFAULT_MODEL,
    once: Once = False,
    max_mb: MaxMb = DEFAULT_MAX_MB,
    max_seconds: MaxSeconds = DEFAULT_MAX_SECONDS,
    max_memory: MaxMemory = DEFAULT_MAX_MEMORY,
) -> None:
    """Take in the articles of a folder, then each new or changed one as it comes, until Ctrl-C. Needs 'citeclass[watch]'.

    Example: citeclass watch ~/Zotero/storage --db library.db
    """
    from citeclass.errors import UsageError, missing_extra
    from citeclass.pipeline import SUFFIXES, FileDone
    from citeclass.reading import ReadOptions

    try:
        import watchfiles
    except ImportError as error:
        missing_extra("watch", error)
    options = ReadOptions(max_bytes=max_mb * 2**20)
    limits = file_limits(seconds=max_seconds, megabytes=max_memory, ocr=False)

    def told(done: FileDone) -> None:
        if done.outcome != "unchanged":
            say(
                f"{done.outcome}: {done.path} ({done.statements} statements)"
                if done.failure is None
                else f"{done.outcome}: {done.path}: {done.failure.message}"
            )

    def changed(_: watchfiles.Change, path: str) -> bool:
        return Path(path).suffix.casefold() in SUFFIXES and not any(
            p.startswith(".") for p in Path(path).relative_to(folder.resolve()).parts
        )

    with open_library(db, model=model, must_exist=False) as library:
        try:
            library.add(folder, options=options, limits=limits, watch=told)
        except UsageError:
            say(f"no articles in {folder} yet")
        if once:
            return
        say(f"watching {folder} (stop with Ctrl-C)")
        for changes in watchfiles.watch(folder.resolve(), watch_filter=changed, raise_interrupt=False):
            files = sorted(
                {path for kind, path in changes if kind is not watchfiles.Change.deleted and Path(path).is_file()}
            )
            if files:
                library.add(files, options=options, limits=limits, watch=told)
