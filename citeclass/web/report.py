"""The report of one work, and the page of one statement: why, where it is printed, and its label by hand."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import Field
from starlette.exceptions import HTTPException

from citeclass.evidence import (
    Direction,
    Filters,
    Sort,
    coverage_of,
    evidence_by_work,
    sections_of,
    tally_of,
    years_of,
)
from citeclass.pipeline import has_picture, statement_picture
from citeclass.showing import year_columns
from citeclass.web.context import Context
from citeclass.web.lookup import statement_or_404, work_or_404
from citeclass.web.patterns import STATEMENT_ID
from citeclass.web.render import page, report_url, shaded

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

_GROUPS = 20

StatementId = Annotated[str, Path(pattern=STATEMENT_ID)]
Probability = Annotated[float, Field(ge=0, le=1)]
Side = Literal["one", "both", "alone"]
Stances = Literal["supporting", "contrasting", "mentioning"]


@dataclass(frozen=True, slots=True)
class View:
    """What a reader chose on the report page, as it stands in the address."""

    direction: str
    type: tuple[str, ...]
    section: tuple[str, ...]
    year: str
    journal: str
    author: str
    citations: str
    labels: str
    min_confidence: float
    words: str
    sort: str
    hidden: bool
    offset: int

    def filters(self) -> Filters:
        """Raises :class:`~citeclass.errors.UsageError`."""
        return Filters.parse(
            types=",".join(self.type), sections=",".join(self.section), year=self.year, journal=self.journal or None,
            author=self.author or None, self_cites={"self": True, "independent": False}.get(self.citations),
            corrected={"hand": True, "model": False}.get(self.labels), min_confidence=self.min_confidence or None, text=self.words.strip() or None,
        )  # fmt: skip

    def query(self, **changes: Any) -> str:
        """The address's query, with ``changes``; what stands at its default is left out."""
        told = {name: getattr(self, name) for name in self.__dataclass_fields__} | {"offset": 0} | changes
        plain = {k: v for k, v in told.items() if v and (k, v) not in (("direction", "cited"), ("sort", "type"))}
        return urlencode(plain, doseq=True)


def view(
    direction: Literal["cited", "citing"] = "cited",
    type: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies it
    section: Annotated[list[str], Query()] = [],  # noqa: B006
    year: Annotated[str, Query(max_length=20)] = "",
    journal: Annotated[str, Query(max_length=200)] = "",
    author: Annotated[str, Query(max_length=200)] = "",
    citations: Literal["", "self", "independent"] = "",
    labels: Literal["", "hand", "model"] = "",
    min_confidence: Annotated[Probability | Literal[""], Query()] = "",
    words: Annotated[str, Query(max_length=400)] = "",
    sort: Literal["type", "confidence", "newest", "oldest"] = "type",
    hidden: bool = False,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> View:
    """The view that a request asks for. With the classes hidden neither order nor filters may tell them."""
    if hidden:
        type, min_confidence = [], ""
        sort = "oldest" if sort == "oldest" else "newest"
    return View(
        direction,
        tuple(type),
        tuple(section),
        year,
        journal,
        author,
        citations,
        labels,
        min_confidence or 0,
        words,
        sort,
        hidden,
        offset,
    )


@router.get("/report/{name:path}")
def report(
    request: Request, name: Annotated[str, Path(max_length=500)], chosen: Annotated[View, Depends(view)]
) -> Response:
    """What others say of a work, or what it says of others, by work."""
    direction = Direction(chosen.direction)
    with Context.of(request).libraries.open() as library:
        store = library.store
        work = work_or_404(store, name)
        filters = chosen.filters()
        found = evidence_by_work(
            store,
            work,
            direction=direction,
            filters=filters,
            sort=Sort(chosen.sort),
            limit=_GROUPS,
            offset=chosen.offset,
        )
        tally = tally_of(store, work.id, direction=direction)
        return page(
            request, "report.html.j2", work=work, view=chosen, tally=tally, coverage=coverage_of(store, work),
            groups=found.groups, total=found.total, works=found.works, size=_GROUPS, filtered=bool(filters.given),
            parts=sections_of(store, work.id, direction=direction),
            columns=year_columns(years_of(store, work.id, direction=direction)),
            other=tally_of(store, work.id, direction=Direction.CITING if direction is Direction.CITED else Direction.CITED),
            base=report_url(work), hidden=chosen.hidden, side="one",
        )  # fmt: skip


@router.get("/statement/{id}")
def statement(request: Request, id: StatementId, hidden: bool = False) -> Response:
    """One statement with its scores, the page it is printed on, and its label."""
    with Context.of(request).libraries.open() as library:
        found = statement_or_404(library.store, id)
        picture = has_picture(library.store, id)
    return page(request, "statement.html.j2", s=found, picture=picture, hidden=hidden, side="alone")


@router.get("/statement/{id}/why")
def why(request: Request, id: StatementId) -> Response:
    """The words that carried the decision, as a part of a page."""
    context = Context.of(request)
    with context.heavy(), context.libraries.thinking() as library:
        found = statement_or_404(library.store, id)
        explained = library.why(id)
    heaviest = [found.statement.sentence[explained.words[i].start : explained.words[i].end] for i in explained.left_out]
    template = "why.html.j2" if "hx-request" in request.headers else "whypage.html.j2"
    return page(request, template, s=found, why=explained, pieces=shaded(found, explained), heaviest=heaviest)


@router.get("/statement/{id}/page.png")
def picture(request: Request, id: StatementId) -> Response:
    """The page of the PDF on which the callout is printed, boxed."""
    context = Context.of(request)
    with context.heavy(), context.libraries.open() as library:
        statement_or_404(library.store, id)
        drawn = statement_picture(
            library.store, id, limits=context.settings.limits, max_bytes=context.settings.upload_bytes
        )
    if drawn is None:
        raise HTTPException(404, "the file is not at hand as it was read")
    return Response(drawn[1], media_type="image/png", headers={"cache-control": "private, max-age=3600"})


@router.post("/statement/{id}/label")
def give_label(
    request: Request,
    id: StatementId,
    type: Annotated[Stances | Literal["none"], Form()],
    note: Annotated[str, Form(max_length=2000)] = "",
    by: Annotated[str, Form(max_length=200)] = "",
    hidden: Annotated[bool, Form()] = False,
    side: Annotated[Side, Form()] = "both",
) -> Response:
    """Label a statement by hand, or take the label back; the answer is the statement as it now stands, in the same view."""
    with Context.of(request).libraries.open() as library:
        statement_or_404(library.store, id)
        if type == "none":
            library.store.corrections.remove(id)
        else:
            library.correct(id, type, by=by or None, note=note or None)
        found = statement_or_404(library.store, id)
    if "hx-request" not in request.headers:
        return RedirectResponse(f"/statement/{id}" + ("?hidden=true" if hidden else ""), 303)
    return page(request, "card.html.j2", s=found, hidden=hidden, marks=(), side=side, kept=type)
