"""``citeclass refresh``: redo what is stale."""

import typer

from citeclass.cli.shared import (
    DEFAULT_DB,
    DEFAULT_MAX_MB,
    DEFAULT_MODEL,
    SOME_FAILED,
    Db,
    Jobs,
    Json,
    MaxMb,
    Model,
    Point,
    emit,
    open_library,
    print_summary,
    processors,
    progress,
)
from citeclass.records import OperatingPoint


def refresh(
    db: Db = DEFAULT_DB,
    model: Model = DEFAULT_MODEL,
    operating_point: Point = OperatingPoint.BALANCED,
    jobs: Jobs = 0,
    max_mb: MaxMb = DEFAULT_MAX_MB,
    as_json: Json = False,
) -> None:
    """Redo what is stale: files read by an older version, failed files, statements the model has not judged.

    Corrections are kept and tied to the new statements.

    Example: citeclass refresh --db library.db
    """
    with open_library(db, model=model, point=operating_point) as library, progress(0, "refreshing") as watch:
        summary = library.refresh(jobs=processors(jobs), max_bytes=max_mb * 2**20, watch=watch)
    if as_json:
        emit(summary.to_json())
    else:
        print_summary(summary, db)
    if not summary.complete:
        raise typer.Exit(SOME_FAILED)
