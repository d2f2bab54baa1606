"""``citeclass check``: a manuscript's references against the library."""

from pathlib import Path
from typing import Annotated

import typer

from citeclass.cli.shared import (
    DEFAULT_DB,
    DEFAULT_MAX_MEMORY,
    DEFAULT_MAX_SECONDS,
    DEFAULT_MODEL,
    Db,
    Json,
    MaxMemory,
    MaxSeconds,
    Model,
    console,
    emit,
    file_limits,
    open_library,
)

Manuscript = Annotated[Path, typer.Argument(help="A manuscript: PDF, JATS or TEI.", show_default=False)]


def check(
    manuscript: Manuscript,
    db: Db = DEFAULT_DB,
    model: Model = DEFAULT_MODEL,
    max_seconds: MaxSeconds = DEFAULT_MAX_SECONDS,
    max_memory: MaxMemory = DEFAULT_MAX_MEMORY,
    as_json: Json = False,
) -> None:
    """Check a manuscript's references: what the library says of each, and how the manuscript cites it. Nothing is stored.

    Example: citeclass check manuscript.pdf --db library.db
    """
    from rich.table import Table
    from rich.text import Text

    from citeclass.evidence import notices_told

    with open_library(db, model=model) as library:
        found = library.check(manuscript, limits=file_limits(seconds=max_seconds, megabytes=max_memory, ocr=False))
    if as_json:
        emit(found.to_json())
        return
    table = Table(box=None, pad_edge=False)
    for name in ("", "reference", "sup.", "con.", "men.", "cited here as"):
        table.add_column(name, overflow="fold", justify="right" if name.endswith(".") else "left")
    for r in found.references:
        named = (r.work.title if r.work else None) or r.reference.title or r.reference.raw
        kinds = [p.type.value for _, p in r.statements]
        here = ", ".join(f"{kinds.count(k)} {k}" for k in dict.fromkeys(kinds)) or "not cited"
        t = r.tally
        counts = [str(t.supporting), str(t.contrasting), str(t.mentioning)] if r.work else ["–", "–", "–"]
        mark = f" [{notices_told(r.work)}]" if r.work and r.work.notices else ""
        table.add_row(f"{r.reference.index + 1}.", Text(named[:100] + mark), *counts, here)
    out = console()
    out.print(table)
    told = found.to_json()
    out.print(
        Text(
            f"{len(found.references)} references, {told['known']} known to the library, {told['contrasted']} with contrasting "
            f"evidence, {told['uncited']} not cited or their callouts not found; {found.unlinked} callouts tied to none"
        )
    )
