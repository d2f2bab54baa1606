"""``citeclass refresh``: redo what is stale."""

import typer

from citeclass.cli.shared import (
    DEFAULT_DB,
    DEFAULT_GROBID,
    DEFAULT_MAX_MB,
    DEFAULT_MAX_MEMORY,
    DEFAULT_MAX_SECONDS,
    DEFAULT_MODEL,
    DEFAULT_OCR_LANGUAGES,
    DEFAULT_READER,
    SOME_FAILED,
    Db,
    GrobidUrl,
    Jobs,
    Json,
    LibrarysPoint,
    MaxMb,
    MaxMemory,
    MaxSeconds,
    Model,
    Ocr,
    OcrLanguages,
    Reader,
    emit,
    file_limits,
    open_library,
    print_summary,
    processors,
    progress,
    read_options,
)


def refresh(
    db: Db = DEFAULT_DB,
    model: Model = DEFAULT_MODEL,
    operating_point: LibrarysPoint = None,
    jobs: Jobs = 0,
    reader: Reader = DEFAULT_READER,
    grobid_url: GrobidUrl = DEFAULT_GROBID,
    ocr: Ocr = False,
    ocr_languages: OcrLanguages = DEFAULT_OCR_LANGUAGES,
    max_mb: MaxMb = DEFAULT_MAX_MB,
    max_seconds: MaxSeconds = DEFAULT_MAX_SECONDS,
    max_memory: MaxMemory = DEFAULT_MAX_MEMORY,
    as_json: Json = False,
) -> None:
    """Redo what is stale: files read by an older version, failed files, statements the model has not judged.

    Corrections are kept and tied to the new statements.

    Example: citeclass refresh --db library.db
    """
    options = read_options(max_mb=max_mb, reader=reader, grobid_url=grobid_url, ocr=ocr, ocr_languages=ocr_languages)
    limits = file_limits(seconds=max_seconds, megabytes=max_memory, ocr=ocr)
    with open_library(db, model=model, point=operating_point) as library, progress(0, "refreshing") as watch:
        summary = library.refresh(jobs=processors(jobs), options=options, limits=limits, watch=watch)
    if as_json:
        emit(summary.to_json())
    else:
        print_summary(summary, db)
    if not summary.complete:
        raise typer.Exit(SOME_FAILED)
