"""``citeclass correct``: a person's label."""

from typing import Annotated

import typer

from citeclass.cli.shared import DEFAULT_DB, Db, Json, emit, open_library


def correct(
    statement: Annotated[
        str, typer.Argument(help="The statement's id, as `citeclass evidence` prints it.", show_default=False)
    ],
    type: Annotated[
        str,
        typer.Option("--type", help="supporting, contrasting (or contradicting) or mentioning.", show_default=False),
    ] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Take the label back.")] = False,
    note: Annotated[str | None, typer.Option("--note", help="Why.", show_default=False)] = None,
    by: Annotated[str | None, typer.Option("--by", help="Who says so.", show_default=False)] = None,
    db: Db = DEFAULT_DB,
    as_json: Json = False,
) -> None:
    """Label a statement by hand. The label wins over every model and survives re-runs.

    Example: citeclass correct 5f0c2d8e9a1b3c47 --type contrasting --note "opposite direction"
    """
    from citeclass.errors import UsageError
    from citeclass.records import STANCES, Stance

    if undo:
        with open_library(db) as library:
            back = library.store.corrections.remove(statement)
        if not back:
            raise UsageError(
                f"no label of {statement!r} in this library", fix="take an id that `citeclass evidence` prints"
            )
        if as_json:
            emit({"statement": statement, "type": None})
        else:
            typer.echo(f"{statement} is again what the model says")
        return
    known = {s.value for s in STANCES} | {"contradicting"}
    if type.strip().casefold() not in known:
        raise UsageError(
            f"--type is supporting, contrasting or mentioning, not {type!r}", fix="--type contrasting, or --undo"
        )
    stance = Stance.parse(type)
    with open_library(db) as library:
        made = library.correct(statement, stance, by=by, note=note)
    if as_json:
        emit(
            {
                "id": made.id,
                "statement": made.statement,
                "type": made.type.value,
                "by": made.by,
                "note": made.note,
                "at": made.at,
            }
        )
    else:
        typer.echo(f"{made.statement} is now {made.type.value}")
