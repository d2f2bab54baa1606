"""``citeclass models``: what can be named with --model."""

from typing import Any

import typer

from citeclass.cli.shared import Json, console, emit


def models(as_json: Json = False) -> None:
    """List the models at hand: where each lies, its languages and its size.

    Example: citeclass models
    """
    from citeclass.classifying import DEFAULT_MODEL, available

    rows: list[dict[str, Any]] = [
        {
            "name": m.name,
            "id": m.id,
            "default": m.name == DEFAULT_MODEL,
            "languages": sorted(m.languages),
            "backbone": m.config.get("backbone"),
            "mb": round(m.file("model.onnx").stat().st_size / 2**20, 1),
            "path": str(m.path),
        }
        for m in available()
    ]
    if as_json:
        emit(rows)
        return
    if not rows:
        typer.echo("no models at hand")
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for name in ("name", "id", "languages", "backbone", "MB", "path"):
        table.add_column(name, overflow="fold")
    for r in rows:
        mark = " (default)" if r["default"] else ""
        table.add_row(
            *map(
                Text,
                (f"{r['name']}{mark}", r["id"], " ".join(r["languages"]), str(r["backbone"]), str(r["mb"]), r["path"]),
            )
        )
    console().print(table)
