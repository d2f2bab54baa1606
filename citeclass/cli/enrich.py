"""``citeclass enrich``: what services know of the library's works."""

from typing import Annotated

import typer

from citeclass.cli.services import Email, SourceUrl, report_done, services_net, telling
from citeclass.cli.shared import DEFAULT_DB, Db, Json, open_library

What = Annotated[
    str,
    typer.Option(
        "--what",
        help="dois: of references without one (Crossref); notices: retractions, corrections, concerns and preprints' published versions "
        "(Crossref); counts: how many works are known to cite each (OpenAlex, OpenCitations).",
    ),
]
Limit = Annotated[
    int | None,
    typer.Option("--limit", min=1, help="At most so many works of each, most cited first.", show_default=False),
]
Again = Annotated[bool, typer.Option("--again", help="Also works that were asked about before.")]


def enrich(
    db: Db = DEFAULT_DB,
    what: What = "dois,notices,counts",
    limit: Limit = None,
    again: Again = False,
    email: Email = None,
    source_url: SourceUrl = None,
    as_json: Json = False,
) -> None:
    """Ask Crossref, OpenAlex and OpenCitations about the library's works: this sends references and DOIs to them.

    A reference is given a DOI only where what Crossref answers also fits by title, first author and year. Works then show
    their retractions and corrections; works nobody asked about say "not checked". Needs 'citeclass[corpus]'.

    Example: citeclass enrich --what notices --email you@example.org --db library.db
    """
    from citeclass.corpora import Ask, Enriched
    from citeclass.corpora import enrich as ask
    from citeclass.errors import ServiceError, UsageError

    try:
        wanted = [Ask(part.strip()) for part in what.split(",") if part.strip()]
    except ValueError as error:
        raise UsageError(str(error), fix=f"--what takes {', '.join(Ask)}") from error
    done = Enriched()
    with (
        open_library(db) as library,
        services_net(db.with_suffix(".cache.db"), email, source_url) as net,
        telling() as watch,
    ):
        try:
            ask(library.store, net, done=done, what=wanted, limit=limit, again=again, watch=watch)
        except ServiceError as error:
            done.troubles.append(f"{error}; {error.fix}")
    counts = {name.replace("_", " "): n for name, n in done.to_json().items() if name != "troubles"}
    report_done(counts, done.troubles, as_json)
