"""The command line of ``data/NAME/prepare.py``."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from citeclass.errors import CiteclassError
from citeclass.training.data.fetch import client
from citeclass.training.data.prepare import prepare_own, prepare_set

ROOT = Path(__file__).resolve().parents[3] / "data" / "citeclass"

Out = Annotated[Path, typer.Option("--out", help="Folder to write to.")]


def set_script(name: str) -> None:
    """Run the command that brings the published set ``name`` to our schema."""

    def main(files: Annotated[list[Path] | None, typer.Argument(help="Its files or archive; fetched where it can be if none.")] = None, out: Out = Path("work/data")) -> None:  # fmt: skip
        with ExitStack() as stack:
            via = None if files else stack.enter_context(client())
            for file, rows in prepare_set(name, files or [], out, via=via).items():
                typer.echo(f"{out / file}: {rows} rows")

    _run(main)


def own_script() -> None:
    """Run the command that gives our own labels their words."""

    def main(
        rows: Annotated[list[Path] | None, typer.Option(help="A file with sentences: CSV or JSON lines.")] = None,
        articles: Annotated[list[Path] | None, typer.Option(help="A folder of full texts (XML).")] = None,
        fetch: Annotated[bool, typer.Option("--fetch", help="Fetch lacking articles from Europe PMC.")] = False,
        labels: Annotated[Path, typer.Option(help="Folder with labels.csv and labels_dev.csv.")] = ROOT,
        out: Out = Path("work/data"),
    ) -> None:
        with ExitStack() as stack:
            via = stack.enter_context(client()) if fetch else None
            for source, target in (("labels.csv", "citeclass_train.jsonl"), ("labels_dev.csv", "citeclass_dev.jsonl")):
                done = prepare_own(labels / source, out / target, articles=articles or [], rows=rows or [], via=via)
                typer.echo(f"{out / target}: {done['found']} of {done['labels']} labels have their words")
                for why, count in done["missing"].items():
                    typer.echo(f"  {count}: {why}")

    _run(main)


def _run(main: Callable[..., None]) -> None:
    """Run a command; our errors become a line and exit code 2."""
    try:
        typer.run(main)
    except CiteclassError as error:
        typer.echo(f"error: {error}\n  fix: {error.fix}", err=True)
        raise SystemExit(2) from error
