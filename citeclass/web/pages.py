"""Pages about the whole library: home, search, overview, failures, what to label next; and problems as pages."""

from itertools import islice
from pathlib import PurePath
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from citeclass.evidence import Filters, Found, PaperFilters, PaperHit, Tally, search_papers, tallies_of
from citeclass.pipeline import Ambiguous
from citeclass.store import Store, Work
from citeclass.web.context import Context
from citeclass.web.guard import COOKIE, same_secret
from citeclass.web.render import page, report_url, year_columns

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

_TOP = 12
_PAGE = 20


@router.get("/")
def home(request: Request, q: Annotated[str, Query(max_length=500)] = "") -> Response:
    """The library at a glance; ``q`` goes to the report of the work it names, or to the search."""
    with Context.of(request).libraries.open() as library:
        if q.strip():
            return _go(request, library, q)
        store = library.store
        return page(
            request, "home.html.j2", counts=store.documents.count(), tally=library.tally(), failures=library.failures(),
            corrections=len(store.corrections.all()), model=store.predictions.current_model,
            most=_most(store, "count(*)"), contrasted=_most(store, "sum(stance = 1)"),
        )  # fmt: skip


def _go(request: Request, library: Any, q: str) -> Response:
    try:
        work = library.find(q, files=False)
    except Ambiguous:
        work = None
    if work is not None:
        return RedirectResponse(report_url(work), 303)
    return RedirectResponse(
        str(request.url_for("search_page").include_query_params(q=q).replace(scheme="", netloc="")), 303
    )


def _most(store: Store, by: str) -> list[tuple[Work, Tally]]:
    """The works with most of something, at least one."""
    rows = store.db.query(
        f"select cited_work id, {by} n from shown where cited_work is not null group by 1 having n > 0 order by n desc, 1 limit ?",
        [_TOP],
    )
    works = [w for r in rows if (w := store.works.get(r["id"]))]
    tallies = tallies_of(store, [w.id for w in works])
    return [(w, tallies[w.id]) for w in works]


@router.get("/find", name="search_page")
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
        by = "sum(v.stance = 0) s, sum(v.stance = 1) c, sum(v.stance = 2) m, sum(v.stance = 3) u"
        years = {
            r["y"]: Tally(r["s"], r["c"], r["m"], r["u"])
            for r in store.db.query(
                f"select nullif(cast(w.year as integer), 0) y, {by} from shown v join works w on w.id = v.source_work group by 1 order by 1"
            )
        }
        parts = {
            r["p"]: Tally(r["s"], r["c"], r["m"], r["u"])
            for r in store.db.query(
                f"select coalesce(s.section, 'other') p, {by} from shown v join statements s on s.id = v.statement group by 1"
            )
        }
        journals = [
            (r["j"], r["n"], Tally(r["s"], r["c"], r["m"], r["u"]))
            for r in store.db.query(
                f"select w.container j, count(distinct v.source_work) n, {by} from shown v join works w on w.id = v.source_work "
                "where w.container is not null group by 1 order by n desc, 1 limit 15"
            )
        ]
        return page(
            request, "overview.html.j2", counts=store.documents.count(), tally=library.tally(), columns=year_columns(years),
            parts=parts, journals=journals, supported=_most(store, "sum(stance = 0)"), contrasted=_most(store, "sum(stance = 1)"),
        )  # fmt: skip


@router.get("/failures")
def failures(request: Request) -> Response:
    """What could not be read, and what to do; works without full text; labels that lost their statement."""
    with Context.of(request).libraries.open() as library:
        told = [(PurePath(f.path).name, f) for f in library.failures()]
        missing = [
            w for id in islice(library.store.catalogue.without_document(), 500) if (w := library.store.works.get(id))
        ]
        return page(
            request, "failures.html.j2", failures=told, missing=missing, detached=library.store.corrections.detached(),
            counts=library.store.documents.count(),
        )  # fmt: skip


@router.get("/label")
def label(request: Request) -> Response:
    """The statements whose labels would teach most, to be labelled one after another."""
    with Context.of(request).libraries.open() as library:
        return page(
            request, "label.html.j2", statements=library.suggest(limit=10), done=len(library.store.corrections.all()),
            hidden=True,
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


def problem_page(
    request: Request, status: int, detail: str, *, fix: str = "", works: Any = (), headers: dict[str, str] | None = None
) -> HTMLResponse:
    """A problem for people."""
    return page(
        request, "problem.html.j2", status=status, headers=headers, code=status, detail=detail, fix=fix, works=works
    )
