"""``citeclass classify``: articles into a library."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    GrobidUrl,
    Jobs,
    Json,
    LibrarysPoint,
    MaxMb,
    MaxMemory,
    MaxSeconds,
    Model,
    NewDb,
    Ocr,
    OcrLanguages,
    Paths,
    Reader,
    emit,
    file_limits,
    open_library,
    print_failures,
    print_summary,
    processors,
    progress,
    read_options,
    say,
)
from citeclass.records import Failure, OperatingPoint

if TYPE_CHECKING:
    from citeclass.pipeline import FileDone


Output = Annotated[
    Path | None, typer.Option("--output", help="Write a lake into this folder, not a library.", show_default=False)
]
Engine = Annotated[str, typer.Option("--engine", help="local, or ray: many machines (needs 'citeclass[ray]').")]
Address = Annotated[str | None, typer.Option("--address", help="A running Ray cluster.", show_default=False)]
Actors = Annotated[int, typer.Option("--actors", min=1, help="Classifiers that run at once on Ray.")]


def classify(
    paths: Paths,
    db: NewDb = DEFAULT_DB,
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
    output: Output = None,
    engine: Engine = "local",
    address: Address = None,
    actors: Actors = 1,
    as_json: Json = False,
) -> None:
    """Read articles, find who they cite and how, and keep it all in a library.

    Files already there unchanged are passed over, so a batch can be stopped and started again. A file that
    cannot be read is noted (see `citeclass failures`) and the batch goes on; the exit code is then 1.

    With --output the statements go into a lake of Parquet files in place of a library, also from many machines: see docs/scale.md.

    Example: citeclass classify papers/ --db library.db
    """
    from citeclass.errors import UsageError
    from citeclass.extraction import article_files, passed_over

    if output is None and engine != "local":
        raise UsageError("--engine ray writes a lake, not a library", fix="--output DIR")
    options = read_options(max_mb=max_mb, reader=reader, grobid_url=grobid_url, ocr=ocr, ocr_languages=ocr_languages)
    limits = file_limits(seconds=max_seconds, megabytes=max_memory, ocr=ocr)
    if output is not None:
        from citeclass.cli.lake import into_lake

        into_lake(
            output, paths, engine=engine, model=model, point=operating_point or OperatingPoint.BALANCED, jobs=processors(jobs), options=options,
            limits=limits, address=address, actors=actors, as_json=as_json,
        )  # fmt: skip
        return
    total = len(article_files(paths))
    failures: list[Failure] = []
    library = open_library(db, model=model, point=operating_point, must_exist=False)
    with library, progress(total, "reading") as watch:

        def note(done: "FileDone") -> None:
            failures.extend([done.failure] if done.failure else [])
            watch(done)

        summary = library.add(paths, jobs=processors(jobs), options=options, limits=limits, watch=note)
    others = passed_over(paths)
    if as_json:
        emit({**summary.to_json(), "passed_over": others})
    else:
        print_failures(failures)
        print_summary(summary, db)
        if others:
            kinds = ", ".join(suffix or "no suffix" for suffix in others)
            say(f"passed over: {sum(others.values())} files that are neither PDF nor XML ({kinds})")
    if not summary.complete:
        raise typer.Exit(SOME_FAILED)
