"""``citeclass evidence``: what the library says of a work."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from citeclass.cli.shared import DEFAULT_DB, USAGE, Db, Json, console, emit, open_library, say

if TYPE_CHECKING:
    from citeclass.evidence import Evidence, EvidenceStatement

Query = Annotated[str, typer.Argument(help="A DOI, words of the title, or a file.", show_default=False)]
Direction = Annotated[
    str, typer.Option("--direction", help="cited: what others say of it; citing: what it says of others.")
]
Limit = Annotated[int, typer.Option("--limit", min=0, help="Statements to print of each class; 0 prints all.")]
Type = Annotated[str | None, typer.Option("--type", help="Print only this class.", show_default=False)]
Independent = Annotated[
    bool,
    typer.Option(
        "--independent", help="Leave out statements between works that share an author; the tally counts all."
    ),
]


def evidence(
    query: Query,
    db: Db = DEFAULT_DB,
    direction: Direction = "cited",
    type: Type = None,
    independent: Independent = False,
    limit: Limit = 8,
    as_json: Json = False,
) -> None:
    """Show the tally of a work and the statements about it: supporting, contrasting, mentioning.

    Example: citeclass evidence 10.5555/specimen.2014.07 --db library.db
    """
    from citeclass.errors import UsageError
    from citeclass.pipeline import Ambiguous
    from citeclass.records import Stance

    if direction not in ("cited", "citing"):
        raise UsageError(f"--direction is cited or citing, not {direction!r}")
    try:
        only = Stance.parse(type) if type else None
    except ValueError as error:
        raise UsageError(f"--type is supporting, contrasting, mentioning or unclassified, not {type!r}") from error
    with open_library(db) as library:
        try:
            found = library.evidence(query, direction=direction)
        except Ambiguous as many:
            if as_json:
                emit(
                    {
                        "error": str(many),
                        "works": [{"id": w.id, "doi": w.doi, "title": w.title, "year": w.year} for w in many.works],
                    }
                )
            else:
                say(f"{many}; ask again with one of these:")
                for work in many.works:
                    say(f"  {work.doi or work.id}  {work.title or ''} ({work.year or 'no year'})")
            raise typer.Exit(USAGE) from many
    if independent:
        found = replace(found, statements=tuple(s for s in found.statements if not s.self_cites))
    if as_json:
        answer = found.to_json()
        if only:
            answer["statements"] = [s for s in answer["statements"] if s["type"] == only.value]
        emit(answer)
    else:
        print_evidence(found, limit=limit, only=only)


def print_evidence(found: "Evidence", *, limit: int, only: str | None = None) -> None:
    """The answer as text: tally, coverage, then statements by class with the definition of each."""
    from rich.text import Text

    from citeclass.evidence import DEFINITIONS

    out, c, t = console(), found.coverage, found.tally
    if found.work is None:
        out.print(Text(f"{found.query}: not known to this library of {c.documents} documents"))
        out.print(Text("No evidence here is no evidence of absence: no file in the library is this work or cites it."))
        return
    work = found.work
    authors = "; ".join(a.family for a in work.authors[:4]) + (" et al." if len(work.authors) > 4 else "")
    out.print(Text(work.title or work.id, style="bold"))
    out.print(Text(f"{authors or 'authors unknown'} ({work.year or 'no year'})  {work.doi or 'no DOI'}"))
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
    for why, count in c.unclassified_because.items():
        out.print(Text(f"  unclassified {count}: {why}"))
    for name, meaning in DEFINITIONS.items():
        group = [s for s in found.statements if s.type == name]
        if group and (only is None or only == name):
            out.print(Text(f"\n{name.upper()} ({len(group)}): {meaning}", style="bold"))
            for statement in group[: limit or None]:
                _print_statement(statement, found)
            if limit and len(group) > limit:
                out.print(Text(f"  … and {len(group) - limit} more (--limit 0 shows all)"))


def _print_statement(s: "EvidenceStatement", found: "Evidence") -> None:
    from rich.padding import Padding
    from rich.text import Text

    out = console()
    other = s.source if found.direction == "cited" else s.target
    sure = f"{s.type_confidence:.2f}" if s.type_confidence is not None else "no score"
    marks = (", corrected by hand" if s.expert else "") + (", self-citation" if s.self_cites else "")
    who = other.authors[0].family if other and other.authors else "unknown"
    title = f"{who} ({other.year or 'n.d.'}) {other.title or other.doi or ''}" if other else "no reference"
    place = ", ".join(
        x for x in (s.statement.section_title, f"p. {s.statement.page}" if s.statement.page else None) if x
    )
    sentence = Text(s.statement.sentence)
    sentence.stylize("bold", s.statement.start, s.statement.end)
    out.print(Padding(sentence, (0, 0, 0, 2), expand=False))
    out.print(
        Padding(
            Text(f"{title} [{place or 'section unknown'}; {sure}{marks}; {s.statement.id}]", style="dim"), (0, 0, 0, 4)
        )
    )
