"""``citeclass suggest``: what to label next."""

from typing import Annotated

import typer

from citeclass.cli.shared import DEFAULT_DB, Db, Json, console, emit, open_library, print_sentence

Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="Statements wanted.")]
Type = Annotated[str | None, typer.Option("--type", help="Only statements the model calls so.", show_default=False)]


def suggest(db: Db = DEFAULT_DB, limit: Limit = 10, type: Type = None, as_json: Json = False) -> None:
    """List the statements whose labels would teach the model most: those it wavers over, at most two of an article.

    Label them with `citeclass correct`, or on the page "Label" of `citeclass serve`; `citeclass export --format training` makes a
    training file of all labels.

    Example: citeclass suggest --limit 20 --db library.db
    """
    from citeclass.errors import UsageError
    from citeclass.evidence import short_name

    with open_library(db) as library:
        try:
            found = library.suggest(limit=limit, type=type)
        except ValueError as error:
            raise UsageError(f"--type is supporting, contrasting or mentioning, not {type!r}") from error
    if as_json:
        emit([s.to_json() for s in found])
        return
    out = console()
    for s in found:
        p = s.prediction
        scores = (
            f"supporting {p.supporting:.2f}, contrasting {p.contrasting:.2f}, mentioning {p.mentioning:.2f}"
            if p
            else ""
        )
        told = f"{short_name(s.source)}: {scores} [{s.statement.id}]"
        print_sentence(out, s.statement.sentence, [(s.statement.start, s.statement.end)], told, gap=True)
    if not found:
        typer.echo("nothing waits to be labelled")
