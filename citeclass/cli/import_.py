"""``citeclass import``: a reference manager's works, with their files."""

from pathlib import Path
from typing import Annotated

import typer

from citeclass.cli.shared import (
    DEFAULT_DB,
    DEFAULT_MAX_MB,
    DEFAULT_MAX_MEMORY,
    DEFAULT_MAX_SECONDS,
    DEFAULT_MODEL,
    SOME_FAILED,
    Jobs,
    Json,
    MaxMb,
    MaxMemory,
    MaxSeconds,
    Model,
    NewDb,
    emit,
    file_limits,
    open_library,
    print_failures,
    print_summary,
    processors,
    progress,
    say,
)

Export = Annotated[Path, typer.Argument(help="An export: .ris, .bib, or CSL-JSON (.json).", show_default=False)]


def import_(
    export: Export,
    db: NewDb = DEFAULT_DB,
    model: Model = DEFAULT_MODEL,
    jobs: Jobs = 0,
    max_mb: MaxMb = DEFAULT_MAX_MB,
    max_seconds: MaxSeconds = DEFAULT_MAX_SECONDS,
    max_memory: MaxMemory = DEFAULT_MAX_MEMORY,
    as_json: Json = False,
) -> None:
    """Take in an export of Zotero, EndNote or Mendeley: its works, and the articles whose files it names.

    What it says of a work stands over what the PDF shows. Works without a file are kept, so that answers can tell
    "no full text" from "nothing said". In Zotero: Export Library, BibTeX or RIS, with Export Files. Needs
    'citeclass[exchange]' for RIS and BibTeX.

    Example: citeclass import "My Library.bib" --db library.db
    """
    from citeclass.reading import ReadOptions

    with open_library(db, model=model, must_exist=False) as library, progress(0, "Reading") as watch:
        taken = library.take_in(
            export, jobs=processors(jobs), options=ReadOptions(max_bytes=max_mb * 2**20),
            limits=file_limits(seconds=max_seconds, megabytes=max_memory, ocr=False), watch=watch,
        )  # fmt: skip
        failures = library.failures() if taken.summary.failed else []
    if as_json:
        emit(taken.to_json())
    else:
        if taken.skipped:
            say(f"{taken.skipped} entries could not be understood and were passed over")
        say(
            f"{taken.works} works in {export.name}; {taken.files} files found, those of {taken.missing} works are missing"
        )
        print_summary(taken.summary, db)
        print_failures(failures)
    if not taken.summary.complete or taken.missing or taken.skipped:
        raise typer.Exit(SOME_FAILED)
