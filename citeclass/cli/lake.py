"""``citeclass lake``: statements by the million in Parquet files, in and out of libraries."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from citeclass.cli.services import telling
from citeclass.cli.shared import (
    DEFAULT_DB,
    SOME_FAILED,
    CommandGroup,
    Db,
    emit,
    open_library,
    progress,
    say,
)
from citeclass.records import OperatingPoint

if TYPE_CHECKING:
    from citeclass.extraction import Limits
    from citeclass.reading import ReadOptions

lake = typer.Typer(
    name="lake", cls=CommandGroup, no_args_is_help=True, add_completion=False, rich_markup_mode=None,
    help="Take libraries into lakes and lakes into libraries; `citeclass classify --output DIR` makes a lake, `citeclass evidence --lake DIR` asks it. "
    "Needs 'citeclass[lake]'.\n\nExample: citeclass lake export --db library.db --output lake/",
)  # fmt: skip

Folder = Annotated[Path, typer.Argument(help="The lake's folder.", show_default=False)]
Output = Annotated[Path, typer.Option("--output", help="The lake's folder.", show_default=False)]


@lake.command("export")
def export_(output: Output, db: Db = DEFAULT_DB) -> None:
    """Write a library's articles and predictions into a lake; labels by hand stay behind.

    Example: citeclass lake export --db library.db --output lake/
    """
    from citeclass.lake import compact, library_to_lake

    with open_library(db) as library, telling() as watch:
        count = library_to_lake(library.store, output, watch=watch)
    typer.echo(f"{count} articles, {compact(output)} statements in {output}")


@lake.command("import")
def import_(folder: Folder, db: Db = DEFAULT_DB) -> None:
    """Take a lake's articles and predictions into a library, where references without DOI find their works and labels can be given.

    Example: citeclass lake import lake/ --db library.db
    """
    from citeclass.lake import Lake, lake_to_library

    with Lake(folder), open_library(db, must_exist=False) as library, telling() as watch:
        count = lake_to_library(folder, library.store, watch=watch)
    typer.echo(f"{count} articles taken into {db}")


@lake.command("compact")
def compact_(folder: Folder) -> None:
    """Write the statements anew from what machines have read, sorted so that one work's evidence lies together.

    Example: citeclass lake compact lake/
    """
    from citeclass.lake import compact

    typer.echo(f"{compact(folder)} statements in {folder}")


def into_lake(
    output: Path, paths: list[str], *, engine: str, model: str, point: OperatingPoint, jobs: int, options: "ReadOptions",
    limits: "Limits", address: str | None, actors: int, as_json: bool,
) -> None:  # fmt: skip
    """What ``citeclass classify --output`` does."""
    from citeclass.errors import UsageError
    from citeclass.lake import Lake, compact, fill

    if engine not in ("local", "ray"):
        raise UsageError(f"there is no engine {engine!r}", fix="--engine local or --engine ray")
    if engine == "ray":
        from citeclass.lake.rays import fill_with_ray

        new = fill_with_ray(
            output, paths, model=model, point=point, address=address, actors=actors, options=options, limits=limits
        )
        told = {"new": new}
    else:
        from citeclass.classifying import load_classifier
        from citeclass.extraction import article_files

        with progress(len(article_files(paths)), "reading") as watch:
            summary = fill(
                output,
                paths,
                load_classifier(model),
                point=point,
                jobs=jobs,
                options=options,
                limits=limits,
                watch=watch,
            )
        told = {"new": summary.added + summary.failed}
    told["statements"] = compact(output)
    with Lake(output) as made:
        told |= {"documents": made.totals["documents"], "failed": made.totals["failed"]}
    if as_json:
        emit(told)
    else:
        say(
            f"{told['new']} articles were new; the lake has {told['documents']} and {told['statements']} statements; {told['failed']} files failed"
        )
    if told["failed"]:
        raise typer.Exit(SOME_FAILED)
