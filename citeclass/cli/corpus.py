"""``citeclass corpus``: gather a body of literature, and publish what it says of its works."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from citeclass.cli.services import Email, SourceUrl, report_done, services_net, telling
from citeclass.cli.shared import (
    DEFAULT_MODEL,
    SOME_FAILED,
    CommandGroup,
    Jobs,
    Json,
    Model,
    console,
    emit,
    open_library,
    print_summary,
    processors,
    progress,
    say,
)

if TYPE_CHECKING:
    from citeclass.corpora import Corpus, Home, Service

corpus = typer.Typer(
    name="corpus", cls=CommandGroup, no_args_is_help=True, add_completion=False, rich_markup_mode=None,
    help="Gather a body of literature from open services, and publish what supports and contrasts with what. "
    "Needs 'citeclass[corpus]'.\n\nExample: citeclass corpus build imh --email you@example.org --limit 50 --out site/",
)  # fmt: skip

Name = Annotated[
    str, typer.Argument(metavar="CORPUS", help="A corpus that ships (imh), or your own TOML file.", show_default=False)
]
HomeFolder = Annotated[
    Path | None,
    typer.Option("--home", help="The folder in which it is gathered.", show_default="the name in the definition"),
]
Sources = Annotated[
    str,
    typer.Option(
        "--source",
        help="Services to search: europepmc, crossref (also articles that are not open, of core journals), openalex (wants a key in OPENALEX_API_KEY); joined by commas.",
    ),
]
Limit = Annotated[
    int | None, typer.Option("--limit", min=1, help="At most so many articles in this run.", show_default=False)
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be asked or fetched, and do nothing.")]
Folder = Annotated[
    list[Path] | None,
    typer.Option(
        "--folder", help="Take in a folder of articles of yours, all of it; may be repeated.", show_default=False
    ),
]
Sift = Annotated[
    list[Path] | None,
    typer.Option(
        "--sift", help="Take in from a folder what the corpus's rules let through; may be repeated.", show_default=False
    ),
]
Offline = Annotated[bool, typer.Option("--offline", help="Ask no service; only take in folders.")]
Again = Annotated[bool, typer.Option("--again", help="Search anew, also what is done.")]
Articles = Annotated[bool, typer.Option("--articles", help="List each article with its state, licence and reasons.")]
Db = Annotated[
    Path | None, typer.Option("--db", help="The library's file.", envvar="CITECLASS_DB", show_default="HOME/library.db")
]
Out = Annotated[Path, typer.Option("--out", help="The folder for the pages.", show_default=False)]


@corpus.command()
def search(
    name: Name,
    home: HomeFolder = None,
    source: Sources = "europepmc,crossref",
    email: Email = None,
    source_url: SourceUrl = None,
    again: Again = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Ask the services for the corpus's articles, and judge each by title and abstract.

    What was found is kept in the home folder; a run that was stopped goes on where it was.

    Example: citeclass corpus search imh --email you@example.org
    """
    from citeclass.corpora import Manifest
    from citeclass.corpora import search as ask

    defined, services = _defined(name), _services(source)
    at = _home(defined, home)
    if dry_run:
        _plan(defined, at, services, limit=0, as_json=as_json)
        return
    with Manifest(at.manifest) as manifest, services_net(at.cache, email, source_url) as net, telling() as watch:
        if again:
            manifest.restart_searches()
        troubles = ask(defined, manifest, net, services=services, watch=watch)
        report_done(manifest.counts(), troubles, as_json)


@corpus.command()
def fetch(
    name: Name,
    home: HomeFolder = None,
    source: Sources = "europepmc,crossref",
    email: Email = None,
    source_url: SourceUrl = None,
    limit: Limit = None,
    folder: Folder = None,
    sift: Sift = None,
    offline: Offline = False,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """Fetch the full texts of relevant articles under open licences, searching first where that is not done.

    Each file's licence, address, service and SHA-256 are kept. Works without open full text are kept by name, so that answers
    can tell them from works that nothing was said of. Then: citeclass import HOME/works.json

    Example: citeclass corpus fetch imh --limit 50 --email you@example.org
    """
    defined = _defined(name)
    at = _home(defined, home)
    if dry_run:
        _plan(defined, at, _services(source), limit=limit, as_json=as_json)
        return
    counts, troubles = _gather(
        defined, at, _services(source), email=email, source_url=source_url, limit=limit, folders=_folders(folder, sift),
        offline=offline,
    )  # fmt: skip
    report_done(counts, troubles, as_json)


def _gather(
    defined: "Corpus", at: "Home", services: "list[Service]", *, email: str | None, source_url: str | None,
    limit: int | None, folders: list[tuple[Path, bool]], offline: bool,
) -> tuple[dict[str, int], list[str]]:  # fmt: skip
    """Search where it is needed, fetch, and write the works; how many articles stand where, and what failed."""
    from citeclass.corpora import Manifest, take_folder, write_works
    from citeclass.corpora import fetch as get
    from citeclass.corpora import search as ask
    from citeclass.errors import ServiceError

    troubles: list[str] = []
    with Manifest(at.manifest) as manifest, telling() as watch:
        for own, whole in folders:
            take_folder(defined, manifest, own, everything=whole, watch=watch)
        if not offline:
            with services_net(at.cache, email, source_url) as net:
                troubles += ask(defined, manifest, net, services=services, enough=limit, watch=watch)
                try:
                    troubles += get(defined, manifest, net, at, limit=limit, watch=watch)
                except ServiceError as error:
                    troubles.append(f"{error}; {error.fix}")
        write_works(manifest, at)
        return manifest.counts(), troubles


def _plan(defined: "Corpus", at: "Home", services: "list[Service]", *, limit: int | None, as_json: bool) -> None:
    """What would be asked and fetched, as far as the manifest tells; nothing is asked or written."""
    from itertools import islice

    from citeclass.corpora import Manifest, Service, fetchable, planned

    queries = [{"service": s.value, "name": n, "query": q} for s, n, q in planned(defined, services)]
    waiting = []
    if at.manifest.is_file():
        with Manifest(at.manifest) as manifest:
            queries = [
                q for q in queries if not manifest.search_state(Service(q["service"]), q["name"], q["query"]).done
            ]
            waiting = [e.to_json() for e in islice(fetchable(defined, manifest), limit)]
    if as_json:
        emit({"queries": queries, "articles": waiting})
        return
    for q in queries:
        typer.echo(f"would ask {q['service']}: {q['name']}\n  {q['query']}")
    for e in waiting:
        typer.echo(f"would fetch {e['key']}  {e['score']:g}  {e['title']}")


@corpus.command()
def status(name: Name, home: HomeFolder = None, articles: Articles = False, as_json: Json = False) -> None:
    """Show how far searching and fetching have come.

    Example: citeclass corpus status imh
    """
    from rich.table import Table
    from rich.text import Text

    from citeclass.corpora import Manifest
    from citeclass.errors import UsageError

    at = _home(_defined(name), home)
    if not at.manifest.is_file():
        raise UsageError(f"nothing was gathered in {at.path} yet", fix=f"citeclass corpus search {name}")
    with Manifest(at.manifest) as manifest:
        counts, searches = manifest.counts(), manifest.searches()
        rows = [e.to_json() for e in manifest.entries()] if articles else []
    if as_json:
        told = [{n: getattr(s, n) for n in s.__dataclass_fields__} for s in searches]
        emit({"home": str(at.path), "articles": rows if articles else counts, "searches": told})
        return
    out = console()
    if articles:
        for row in rows:
            out.print(f"{row['state']}: {row['title'] or row['key']}", style="bold", markup=False)
            out.print(f"  {row['key']}  {row['licence'] or 'licence not told'}  {row['file'] or ''}", markup=False)
            out.print(f"  {row['score']:g}: {row['reasons']}", style="dim", markup=False)
        return
    table = Table(
        title=Text(f"{name}, in {at.path}"), title_justify="left", box=None, pad_edge=False, show_header=False
    )
    for state, count in counts.items():
        table.add_row(state, str(count))
    table.add_section()
    for s in searches:
        table.add_row(
            Text(f"{s.service}, {s.name}"),
            f"{s.seen} of {s.total if s.total is not None else '?'}{'' if s.done else ', not done'}",
        )
    out.print(table)


@corpus.command()
def relevance(
    name: Name,
    title: Annotated[str, typer.Option("--title", help="A title.")] = "",
    abstract: Annotated[str, typer.Option("--abstract", help="Its abstract.")] = "",
    as_json: Json = False,
) -> None:
    """Show whether a title and abstract belong to the corpus, and why.

    Example: citeclass corpus relevance imh --title "Reflective supervision and burnout of home visitors"
    """
    from citeclass.corpora import judge
    from citeclass.errors import UsageError

    if not title and not abstract:
        raise UsageError("there is nothing to judge", fix="give --title, --abstract or both")
    found = judge(_defined(name).relevance, title=title, abstract=abstract)
    if as_json:
        reasons = [{"signal": r.signal, "points": r.points, "found": list(r.found)} for r in found.reasons]
        emit({"relevant": found.relevant, "score": found.score, "threshold": found.threshold, "reasons": reasons})
        return
    typer.echo(
        f"{'relevant' if found.relevant else 'not relevant'}: {found.score:g} points, {found.threshold:g} are needed"
    )
    for r in found.reasons:
        typer.echo(f"  {r.points:+g}  {r.signal}: {', '.join(r.found)}")


@corpus.command()
def report(name: Name, out: Out, home: HomeFolder = None, db: Db = None, as_json: Json = False) -> None:
    """Write the corpus's evidence as a site of plain files: what is most supported and most contested, in whose words.

    Example: citeclass corpus report imh --out site/
    """
    from citeclass.corpora.site import write_site

    defined = _defined(name)
    at = _home(defined, home)
    with open_library(db or at.path / "library.db") as library, telling() as watch:
        made = write_site(
            library.store, defined, out, manifest=at.manifest if at.manifest.is_file() else None, watch=watch
        )
    if as_json:
        emit(made)
    else:
        typer.echo(f"{made['pages']} pages in {out}: open {out / 'index.html'}")


@corpus.command()
def build(
    name: Name,
    out: Out,
    home: HomeFolder = None,
    db: Db = None,
    model: Model = DEFAULT_MODEL,
    jobs: Jobs = 0,
    source: Sources = "europepmc,crossref",
    email: Email = None,
    source_url: SourceUrl = None,
    limit: Limit = None,
    folder: Folder = None,
    sift: Sift = None,
    offline: Offline = False,
) -> None:
    """Do it all: search, fetch, classify, and write the site. What is done already is not done again.

    Example: citeclass corpus build imh --email you@example.org --limit 50 --out site/
    """
    from citeclass.corpora.site import write_site
    from citeclass.errors import UsageError

    defined = _defined(name)
    at = _home(defined, home)
    counts, troubles = _gather(
        defined, at, _services(source), email=email, source_url=source_url, limit=limit, folders=_folders(folder, sift), offline=offline,
    )  # fmt: skip
    for trouble in troubles:
        say(f"not done: {trouble}")
    if not any(counts[s] for s in ("fetched", "no open licence", "no full text")):
        raise UsageError(
            "no article of the corpus was found", fix="see what was not done above, or widen the definition"
        )
    path = db or at.path / "library.db"
    with open_library(path, model=model, must_exist=False) as library:
        with progress(0, "Reading") as watch:
            taken = library.take_in(at.works, jobs=processors(jobs), watch=watch)
        with telling() as tell:
            made = write_site(library.store, defined, out, manifest=at.manifest, watch=tell)
    print_summary(taken.summary, path)
    typer.echo(f"{made['pages']} pages in {out}: open {out / 'index.html'}")
    if troubles or not taken.summary.complete:
        raise typer.Exit(SOME_FAILED)


def _folders(whole: list[Path] | None, sift: list[Path] | None) -> list[tuple[Path, bool]]:
    """Folders, and whether all of each is taken."""
    return [(f, True) for f in whole or []] + [(f, False) for f in sift or []]


def _defined(name: str) -> "Corpus":
    from citeclass.corpora import load_corpus

    return load_corpus(name)


def _home(defined: "Corpus", given: Path | None) -> "Home":
    from citeclass.corpora import Home

    return Home(given or Path(defined.name))


def _services(text: str) -> "list[Service]":
    from citeclass.corpora import SEARCHED, Service
    from citeclass.errors import UsageError

    try:
        found = [Service(part.strip()) for part in text.split(",") if part.strip()]
    except ValueError as error:
        raise UsageError(str(error), fix=f"--source takes {', '.join(s.value for s in SEARCHED)}") from error
    if not found:
        raise UsageError("no service is named", fix=f"--source takes {', '.join(s.value for s in SEARCHED)}")
    if wrong := [s.value for s in found if s not in SEARCHED]:
        raise UsageError(f"{wrong[0]} cannot be searched", fix=f"--source takes {', '.join(s.value for s in SEARCHED)}")
    return found
