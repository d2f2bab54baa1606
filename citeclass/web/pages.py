"""Pages about the whole library: home, search, overview, failures, what to label next; and where the token is given."""

from itertools import islice
from pathlib import PurePath
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from citeclass.evidence import (
    Filters,
    Found,
    PaperFilters,
    PaperHit,
    library_journals,
    library_sections,
    library_years,
    search_papers,
    top_works,
)
from citeclass.pipeline import Ambiguous, Library
from citeclass.showing import year_columns
from citeclass.web.context import Context
from citeclass.web.guard import COOKIE, same_secret
from citeclass.web.render import page, report_url

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

_PAGE = 20


@router.get("/")
def home(request: Request, q: Annotated[str, Query(max_length=400)] = "") -> Response:
    """The library at a glance; ``q`` goes to the report of the work it names, or to the search."""
    with Context.of(request).libraries.open() as library:
        if q.strip():
            return _go(library, q)
        store = library.store
        return page(
            request, "home.html.j2", counts=store.documents.count(), tally=library.tally(), failures=library.failures(),
            corrections=len(store.corrections.all()), model=store.predictions.current_model,
            most=top_works(store), contrasted=top_works(store, by="contrasting"),
        )  # fmt: skip


def _go(library: Library, q: str) -> Response:
    try:
        work = library.find(q, files=False)
    except Ambiguous:
        work = None
    if work is not None:
        return RedirectResponse(report_url(work), 303)
    return RedirectResponse(f"/find?{urlencode({'q': q})}", 303)


@router.get("/find")
def search_page(
    request: Request,
    q: Annotated[str, Query(max_length=400)] = "",
    type: Annotated[str, Query(max_length=100)] = "",
    section: Annotated[str, Query(max_length=100)] = "",
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Response:
    """Search: works by title above, statements by their words below."""
    chosen = Filters.parse(types=type, sections=section)
    found: Found | None = None
    works: list[PaperHit] = []
    with Context.of(request).libraries.open() as library:
        if q.strip():
            found = library.search(q, filters=chosen, limit=_PAGE, offset=offset)
            if offset == 0:
                works, _ = search_papers(library.store, q, PaperFilters(statements=chosen), limit=8)
    return page(
        request, "search.html.j2", q=q, found=found, works=works, type=type, section=section, offset=offset, size=_PAGE
    )


@router.get("/overview")
def overview(request: Request) -> Response:
    """The corpus: statements over years and sections, journals, works most supported and most contrasted."""
    with Context.of(request).libraries.open() as library:
        store = library.store
        return page(
            request, "overview.html.j2", counts=store.documents.count(), tally=library.tally(), columns=year_columns(library_years(store)),
            parts=library_sections(store), journals=library_journals(store), supported=top_works(store, by="supporting"), contrasted=top_works(store, by="contrasting"),
        )  # fmt: skip


@router.get("/failures")
def failures(request: Request) -> Response:
    """What could not be read, and what to do; works without full text; labels that lost their statement."""
    with Context.of(request).libraries.open() as library:
        told = [(PurePath(f.path).name, f) for f in library.failures()]
        lacking = list(islice(library.store.catalogue.without_document(), 500))
        return page(
            request, "failures.html.j2", failures=told, missing=library.store.works.many(lacking), detached=library.store.corrections.detached(),
            counts=library.store.documents.count(),
        )  # fmt: skip


@router.get("/label")
def label(request: Request) -> Response:
    """The statements whose labels would teach most, to be labelled one after another."""
    with Context.of(request).libraries.open() as library:
        return page(
            request, "label.html.j2", statements=library.suggest(limit=10), done=len(library.store.corrections.all()),
            hidden=True, side="both",
        )  # fmt: skip


@router.get("/token")
def token(request: Request) -> Response:
    """Where the token for writing is given."""
    return page(request, "token.html.j2", wrong=False)


@router.post("/token")
def give_token(request: Request, token: Annotated[str, Form(max_length=500)]) -> Response:
    """Keep the token in a cookie that scripts cannot read."""
    wanted = Context.of(request).settings.token
    if wanted is None or not same_secret(token, wanted):
        return page(request, "token.html.j2", status=401, wrong=True)
    done = RedirectResponse("/", 303)
    done.set_cookie(COOKIE, token, httponly=True, samesite="strict", max_age=7 * 86400)
    return done
