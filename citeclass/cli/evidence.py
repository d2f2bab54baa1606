"""``citeclass evidence``: what the library says of a work."""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from citeclass.cli import filters
from citeclass.cli.shared import (
    DEFAULT_DB,
    USAGE,
    Db,
    Json,
    console,
    emit,
    open_library,
    print_sentence,
    tell_candidates,
)

if TYPE_CHECKING:
    from rich.console import Console

    from citeclass.evidence import Evidence, EvidenceStatement

_STATEMENT = re.compile(r"[0-9a-f]{16}")

Query = Annotated[str, typer.Argument(help="A DOI, PMID, words of the title, or a file.", show_default=False)]
Direction = Annotated[
    str, typer.Option("--direction", help="cited: what others say of it; citing: what it says of others.")
]
Order = Annotated[str, typer.Option("--sort", help="type, confidence, newest or oldest.")]
Limit = Annotated[int, typer.Option("--limit", min=0, help="Statements to print of each class; 0 prints all.")]
LakeFolder = Annotated[
    Path | None,
    typer.Option("--lake", help="Ask a lake of Parquet files, in place of a library.", show_default=False),
]
Format = Annotated[
    str, typer.Option("--format", help="text, json, or markdown: a note with references, for a paper or a guideline.")
]


def evidence(
    query: Query,
    db: Db = DEFAULT_DB,
    direction: Direction = "cited",
    type: filters.Type = None,
    section: filters.Section = None,
    zone: filters.Zone = None,
    intent: filters.Intent = None,
    year: filters.Year = None,
    journal: filters.Journal = None,
    author: filters.Author = None,
    independent: filters.Independent = None,
    min_confidence: filters.MinConfidence = None,
    corrected: filters.Corrected = None,
    words: filters.Words = None,
    sort: Order = "type",
    limit: Limit = 8,
    lake: LakeFolder = None,
    format: Format = "text",
    as_json: Json = False,
) -> None:
    """Show the tally of a work and the statements about it: supporting, contrasting, mentioning.

    Example: citeclass evidence 10.5555/specimen.2014.07 --type contrasting --section results --db library.db
    """
    from citeclass.errors import UsageError
    from citeclass.evidence import Filters, Sort
    from citeclass.pipeline import Ambiguous

    if direction not in ("cited", "citing"):
        raise UsageError(f"--direction is cited or citing, not {direction!r}", fix="--direction citing")
    if sort not in list(Sort):
        raise UsageError(f"--sort is {', '.join(Sort)}, not {sort!r}", fix="--sort confidence")
    if format not in ("text", "json", "markdown"):
        raise UsageError(f"--format is text, json or markdown, not {format!r}", fix="--format markdown")
    as_json = as_json or format == "json"
    _check(query)
    chosen = Filters.parse(
        types=type, sections=section, zones=zone, intents=intent, year=year, journal=journal, author=author,
        self_cites=None if independent is None else not independent, min_confidence=min_confidence, corrected=corrected,
        text=words,
    )  # fmt: skip
    if lake is not None:
        from citeclass.lake import Lake

        with Lake(lake) as opened:
            found = opened.evidence(query, direction=direction, filters=chosen, sort=sort)
        _answer(found, limit=limit, format=format, as_json=as_json)
        return
    with open_library(db) as library:
        try:
            found = library.evidence(query, direction=direction, filters=chosen, sort=sort)
        except Ambiguous as many:
            tell_candidates(many, as_json=as_json)
            raise typer.Exit(USAGE) from many
    if found.work is None and _STATEMENT.fullmatch(query):
        raise UsageError(f"{query} looks like a statement's id", fix=f"citeclass why {query}")
    _answer(found, limit=limit, format=format, as_json=as_json)


def _check(query: str) -> None:
    """Raise :class:`UsageError` where a file was meant that is not there."""
    from citeclass.errors import UsageError
    from citeclass.extraction import SUFFIXES
    from citeclass.text import normal_doi

    if Path(query).suffix.casefold() in SUFFIXES and not os.path.exists(query) and not normal_doi(query):
        raise UsageError(f"no such file: {query}", fix="check the path, or ask by DOI or words of the title")


def _answer(found: "Evidence", *, limit: int, format: str, as_json: bool) -> None:
    from citeclass.evidence import markdown_note

    if as_json:
        emit(found.to_json())
    elif format == "markdown":
        typer.echo(markdown_note(found))
    else:
        print_evidence(found, limit=limit)


def print_evidence(found: "Evidence", *, limit: int) -> None:
    """The answer as text: tally, coverage, then statements by class with the definition of each."""
    from rich.text import Text

    from citeclass.evidence import DEFINITIONS, notices_checked

    out, c, t = console(), found.coverage, found.tally
    if found.work is None:
        out.print(Text(f"{found.query}: not known to this library of {c.documents} documents"))
        out.print(Text("No evidence here is no evidence of absence: no file in the library is this work or cites it."))
        return
    work = found.work
    authors = "; ".join(a.family for a in work.authors[:4]) + (" et al." if len(work.authors) > 4 else "")
    out.print(Text(work.title or work.id, style="bold"))
    out.print(Text(f"{authors or 'authors unknown'} ({work.year or 'no year'})  {work.doi or 'no DOI'}"))
    out.print(Text(notices_checked(work), style="bold" if work.notices else "dim"))
    side = "citing" if found.direction == "cited" else "cited"
    out.print(
        Text(
            f"\nsupporting {t.supporting} · contrasting {t.contrasting} · mentioning {t.mentioning} · "
            f"unclassified {t.unclassified} · {t.total} statements, {t.works} {side} works"
        )
    )
    out.print(
        Text(
            f"coverage: this work is {c.status.value}; {c.cited_by} of {c.documents} documents cite it "
            f"({c.listed_by} list it); {c.failed} files failed, {c.unlinked} callouts without target"
        )
    )
    if c.model is not None:
        told = f" at {c.operating_point}" if c.operating_point else ""
        out.print(Text(f"judged by {c.model}{told}" + (f", {c.expert} labelled by hand" if c.expert else "")))
    if not t.total and found.direction == "cited" and c.status == "processed":
        out.print(Text("what it says of other works: the same with --direction citing"))
    if c.known_citing is not None:
        out.print(Text(f"  {c.known_by} knows of {c.known_citing} citing works"))
    for why, count in c.unclassified_because.items():
        out.print(Text(f"  unclassified {count}: {why}"))
    if found.filters.given:
        told = "; ".join(
            f"{k} {v if not isinstance(v, list) else ', '.join(v)}" for k, v in found.filters.given.items()
        )
        out.print(Text(f"{found.matching} of {t.total} statements pass: {told}"))
    for name, meaning in DEFINITIONS.items():
        group = [s for s in found.statements if s.type == name]
        if group:
            out.print(Text(f"\n{name.upper()} ({len(group)}): {meaning}", style="bold"))
            for statement in group[: limit or None]:
                _print_statement(out, statement, found)
            if limit and len(group) > limit:
                out.print(Text(f"  … and {len(group) - limit} more (--limit 0 shows all)"))


def _print_statement(out: "Console", s: "EvidenceStatement", found: "Evidence") -> None:
    from citeclass.evidence import notices_told

    other = s.source if found.direction == "cited" else s.target
    sure = f"{s.type_confidence:.2f}" if s.type_confidence is not None else "no score"
    p = s.prediction
    if s.expert is None and p is not None and s.type_confidence is not None and p.mentioning is not None:
        # a point may choose a class that is not the likeliest one
        sure += f", likelier a mention: {p.mentioning:.2f}" if p.mentioning > s.type_confidence else ""
    marks = (", corrected by hand" if s.expert else "") + (", self-citation" if s.self_cites else "")
    who = other.authors[0].family if other and other.authors else "unknown"
    title = f"{who} ({other.year or 'n.d.'}) {other.title or other.doi or ''}" if other else "no reference"
    if other and other.notices:
        title += f" [{notices_told(other)}]"
    place = ", ".join(
        x for x in (s.statement.section_title, f"p. {s.statement.page}" if s.statement.page else None) if x
    )
    told = f"{title} [{place or 'section unknown'}; {sure}{marks}; {s.statement.id}]"
    print_sentence(out, s.statement.sentence, [(s.statement.start, s.statement.end)], told)
