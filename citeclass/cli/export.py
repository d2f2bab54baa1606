"""``citeclass export``: everything out."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from citeclass.cli.shared import DEFAULT_DB, Db, open_library, say

if TYPE_CHECKING:
    from citeclass.pipeline import Library

STATEMENTS = ("jsonl", "csv", "parquet", "turtle", "json-ld", "training")
WORKS = ("ris", "bibtex", "csl-json")

Format = Annotated[
    str,
    typer.Option(
        "--format",
        help="Statements: jsonl, csv, parquet, turtle or json-ld (CiTO), training (labels by hand). Works with their tallies: "
        "ris, bibtex, csl-json.",
    ),
]
Out = Annotated[Path | None, typer.Option("--out", help="File to write; standard output if none.", show_default=False)]


def export(db: Db = DEFAULT_DB, format: Format = "jsonl", out: Out = None) -> None:
    """Write all statements with their predictions, or all cited works with their tallies in the note.

    CSV files open in Excel as they are. RIS, BibTeX and CiTO need 'citeclass[exchange]', Parquet 'citeclass[lake]'.

    Example: citeclass export --format csv --out statements.csv
    """
    from citeclass.errors import UsageError

    if format not in STATEMENTS + WORKS:
        raise UsageError(f"--format is {', '.join(STATEMENTS + WORKS)}, not {format!r}")
    if format == "parquet" and out is None:
        raise UsageError("Parquet is no text", fix="--out statements.parquet")
    with open_library(db) as library:
        if out is None:
            _write(library, format, sys.stdout)
            return
        if format == "parquet":
            from citeclass.evidence import write_parquet

            count = write_parquet(library.export(), out)
        else:
            with out.open("w", encoding="utf-8-sig" if format == "csv" else "utf-8", newline="") as file:
                count = _write(library, format, file)
    say(f"{count} {'works' if format in WORKS else 'statements'} written to {out}")


def _write(library: "Library", format: str, out: TextIO) -> int:
    from citeclass import evidence as e

    store = library.store
    if format in WORKS:
        rows = e.works_with_tallies(store)
        text = {"ris": e.write_ris, "bibtex": e.write_bibtex, "csl-json": e.write_csl_json}[format](rows)
        out.write(text if text.endswith("\n") else text + "\n")
        return len(rows)
    if format in ("turtle", "json-ld"):
        out.write(e.write_cito(e.all_statements(store), format=format) + "\n")
        counts = store.documents.count()
        return counts["statements"] - counts["unlinked"]
    if format == "csv":
        return e.write_csv(library.export(), out)
    return e.write_jsonl(e.training_rows(store) if format == "training" else library.export(), out)
