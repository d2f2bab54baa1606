"""``citeclass export``: everything out."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from citeclass.cli.shared import DEFAULT_DB, Db, open_library, say

Format = Annotated[str, typer.Option("--format", help="jsonl or csv.")]
Out = Annotated[Path | None, typer.Option("--out", help="File to write; standard output if none.", show_default=False)]


def export(db: Db = DEFAULT_DB, format: Format = "jsonl", out: Out = None) -> None:
    """Write all statements with their predictions as JSON lines or CSV.

    Example: citeclass export --format csv --out statements.csv
    """
    from citeclass.errors import UsageError
    from citeclass.evidence import write_csv, write_jsonl

    if format not in ("jsonl", "csv"):
        raise UsageError(f"--format is jsonl or csv, not {format!r}")
    write = write_csv if format == "csv" else write_jsonl
    with open_library(db) as library:
        if out is None:
            write(library.export(), sys.stdout)
            return
        with out.open("w", encoding="utf-8-sig" if format == "csv" else "utf-8", newline="") as file:
            count = write(library.export(), file)
    say(f"{count} statements written to {out}")
