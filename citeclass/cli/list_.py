"""``citeclass list`` and ``citeclass remove``: which articles a library holds, and one less."""

from typing import Annotated

import typer

from citeclass.cli.shared import DEFAULT_DB, USAGE, Db, Json, console, emit, open_library, tell_candidates


def list_(db: Db = DEFAULT_DB, as_json: Json = False) -> None:
    """List the articles that were read, with how many statements each makes.

    Example: citeclass list --db library.db
    """
    from rich.table import Table
    from rich.text import Text

    with open_library(db) as library:
        rows = library.documents()
    if as_json:
        emit(rows)
        return
    if not rows:
        typer.echo("no articles yet")
        return
    table = Table(box=None, pad_edge=False)
    for name in ("statements", "year", "first author", "title", "file"):
        table.add_column(name, overflow="fold", justify="right" if name == "statements" else "left")
    for row in rows:
        first = row["authors"][0] if row["authors"] else ""
        count = "copy" if row["duplicate"] else str(row["statements"])
        table.add_row(*map(Text, (count, row["year"] or "", first, row["title"] or "", row["path"])))
    console().print(table)


def remove(
    query: Annotated[str, typer.Argument(help="A file, a DOI or id, or the whole title.", show_default=False)],
    db: Db = DEFAULT_DB,
    as_json: Json = False,
) -> None:
    """Take an article out of the library, with its reference list and its statements; the file is left alone.

    What other articles say of it stays. Labels of its statements wait, should it be classified again.

    Example: citeclass remove papers/wrong.pdf --db library.db
    """
    from citeclass.pipeline import Ambiguous

    with open_library(db) as library:
        try:
            paths = library.remove(query)
        except Ambiguous as many:
            tell_candidates(many, as_json=as_json)
            raise typer.Exit(USAGE) from many
    if as_json:
        emit({"removed": paths})
    else:
        typer.echo("\n".join(f"taken out: {path}" for path in paths))
