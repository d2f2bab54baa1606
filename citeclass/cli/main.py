"""The application: commands registered in the order in which people meet them."""

from typing import Annotated

import typer

from citeclass import __version__
from citeclass.cli import (
    audit,
    check,
    classify,
    corpus,
    correct,
    demo,
    doctor,
    enrich,
    evaluate,
    evidence,
    export,
    extract,
    failures,
    import_,
    inspect,
    lake,
    list_,
    mcp,
    models,
    predict,
    refresh,
    search,
    serve,
    suggest,
    train,
    watch,
    why,
)
from citeclass.cli.shared import CommandGroup

app = typer.Typer(
    name="citeclass",
    cls=CommandGroup,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="What supports a paper, what contrasts with it, in whose words, and how sure.\n\n"
    "Start with: citeclass classify papers/ --db library.db, then citeclass evidence DOI --db library.db",
)

app.command()(classify.classify)
app.command("import")(import_.import_)
app.command()(watch.watch)
app.command()(evidence.evidence)
app.command()(search.search)
app.command()(serve.serve)
app.command()(check.check)
app.command()(enrich.enrich)
app.command()(why.why)
app.command()(correct.correct)
app.command("list")(list_.list_)
app.command()(list_.remove)
app.command()(suggest.suggest)
app.add_typer(audit.audit)
app.command()(failures.failures)
app.command()(refresh.refresh)
app.command()(export.export)
app.add_typer(corpus.corpus)
app.add_typer(lake.lake)
app.command()(mcp.mcp)
app.command()(extract.extract)
app.command()(inspect.inspect)
app.command()(predict.predict)
app.command()(models.models)
app.command()(train.train)
app.command()(evaluate.evaluate)
app.command()(demo.demo)
app.command()(doctor.doctor)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"citeclass {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Options before the command."""


def run() -> None:
    """The console script."""
    app()
