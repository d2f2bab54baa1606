"""``citeclass search``: statements by their words."""

from typing import Annotated

import typer

from citeclass.cli import filters
from citeclass.cli.shared import DEFAULT_DB, Db, Json, console, emit, open_library, print_sentence

Words = Annotated[
    str, typer.Argument(help='Words of the sentence: all of them, "a phrase", attach*, -not.', show_default=False)
]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="Statements to print.")]
Offset = Annotated[int, typer.Option("--offset", min=0, help="Statements to pass over first.")]


def search(
    words: Words,
    db: Db = DEFAULT_DB,
    type: filters.Type = None,
    section: filters.Section = None,
    intent: filters.Intent = None,
    year: filters.Year = None,
    journal: filters.Journal = None,
    author: filters.Author = None,
    independent: filters.Independent = None,
    min_confidence: filters.MinConfidence = None,
    limit: Limit = 10,
    offset: Offset = 0,
    as_json: Json = False,
) -> None:
    """Find statements by the words of their sentences, best first; inflections are found too.

    Example: citeclass search "reflective supervision" --type contrasting --db library.db
    """
    from rich.text import Text

    from citeclass.evidence import Filters, short_name

    chosen = Filters.parse(
        types=type, sections=section, intents=intent, year=year, journal=journal, author=author,
        self_cites=None if independent is None else not independent, min_confidence=min_confidence,
    )  # fmt: skip
    with open_library(db) as library:
        found = library.search(words, filters=chosen, limit=limit, offset=offset)
        held, failed = library.store.documents.count(), len(library.failures())
    if as_json:
        emit(
            {
                "query": words, "filters": chosen.given, "matching": found.matching, "capped": found.capped,
                "offset": offset, "library": {**held, "failed": failed}, "statements": [h.to_json() for h in found.hits],
            }
        )  # fmt: skip
        return
    out = console()
    more = "more than " if found.capped else ""
    out.print(Text(f"{more}{found.matching} statements{' (ranked among the latest)' if found.capped else ''}"))
    if not found.matching:  # a zero is never silent
        out.print(Text(f"in {held['statements']} statements of {held['documents']} documents; {failed} files failed"))
    for hit in found.hits:
        s = hit.statement
        citing, cited = (short_name(w) if w else "no reference" for w in (s.source, s.target))
        sure = f" {s.type_confidence:.2f}" if s.type_confidence is not None else ""
        told = f"{s.type.value}{sure}: {citing} on {cited} [{s.statement.id}]"
        print_sentence(out, s.statement.sentence, hit.marks, told, gap=True)
