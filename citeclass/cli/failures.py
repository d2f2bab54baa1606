"""``citeclass failures``: what could not be read, and what to do."""

import typer

from citeclass.cli.shared import DEFAULT_DB, Db, Json, console, emit, failure_row, open_library


def failures(db: Db = DEFAULT_DB, as_json: Json = False) -> None:
    """List the files that could not be read, or not wholly, each with what to do.

    Example: citeclass failures --db library.db
    """
    from rich.table import Table
    from rich.text import Text

    with open_library(db) as library:
        found = library.failures()
        detached = library.store.corrections.detached()
    if as_json:
        emit(
            {
                "failures": [{**failure_row(f), "digest": f.digest} for f in found],
                "detached_corrections": [{"id": c.id, "type": c.type.value, "sentence": c.sentence} for c in detached],
            }
        )
        return
    if not found:
        typer.echo("no failures")
    else:
        table = Table(box=None, pad_edge=False)
        for name in ("file", "reason", "what happened", "what to do"):
            table.add_column(name, overflow="fold")
        for failure in found:
            told = (failure.path, failure.reason.value, failure.message, failure.fix)
            table.add_row(*map(Text, told))  # brackets in a name are no markup
        console().print(table)
    for correction in detached:
        typer.echo(
            f"correction {correction.id} ({correction.type.value}) waits for its statement: {correction.sentence[:100]}"
        )
