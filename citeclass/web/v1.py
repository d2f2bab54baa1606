"""Our own, fuller answers, under /v1."""

import io
from pathlib import PurePath
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Response

from citeclass.evidence import (
    DEFINITIONS,
    Direction,
    Evidence,
    Filters,
    Sort,
    Tally,
    badge,
    evidence_for,
    markdown_note,
    tally_of,
    with_tallies,
    work_json,
    write_bibtex,
    write_cito,
    write_csl_json,
    write_csv,
    write_ris,
)
from citeclass.pipeline import Library
from citeclass.records import Stance
from citeclass.store import Store
from citeclass.web.context import Context
from citeclass.web.forms import (
    CorrectionBody,
    CorrectionForm,
    EvidenceForm,
    ExplanationForm,
    FailureForm,
    FoundForm,
    LibraryForm,
    StatementForm,
    WorksForm,
)
from citeclass.web.lookup import known_work, statement_or_404
from citeclass.web.patterns import ANY_WORD, HOW_TO_SEARCH, INTENTS, SECTIONS, STATEMENT_ID, TYPES, YEARS, ZONES
from citeclass.web.problems import PROBLEMS

router = APIRouter(prefix="/v1", tags=["evidence"], responses=PROBLEMS)
badges = APIRouter(tags=["badges"], responses=PROBLEMS)


def filters(
    type: Annotated[str | None, Query(description="Classes, joined by commas.", pattern=TYPES)] = None,
    section: Annotated[str | None, Query(description="Sections, joined by commas.", pattern=SECTIONS)] = None,
    zone: Annotated[str | None, Query(description="Places in the article, joined by commas.", pattern=ZONES)] = None,
    intent: Annotated[str | None, Query(description="Intents, joined by commas.", pattern=INTENTS)] = None,
    year: Annotated[
        str | None, Query(description="Of the other work: 2019, 2015-2020, 2015- or -2020.", pattern=YEARS)
    ] = None,
    journal: Annotated[str | None, Query(description="Words of the other work's journal.", max_length=200)] = None,
    author: Annotated[str | None, Query(description="An author of the other work.", max_length=200)] = None,
    self_cites: Annotated[
        bool | None, Query(description="True: only between works that share an author; false: none of these.")
    ] = None,
    min_confidence: Annotated[
        float | None, Query(description="Least probability of the class shown.", ge=0, le=1)
    ] = None,
    corrected: Annotated[bool | None, Query(description="True: only those a person labelled; false: others.")] = None,
    words: Annotated[
        str | None, Query(description=f"Of the sentence. {HOW_TO_SEARCH}", max_length=400, pattern=ANY_WORD)
    ] = None,
) -> Filters:
    """Filters from a request's query. Raises :class:`~citeclass.errors.UsageError`."""
    return Filters.parse(
        types=type, sections=section, zones=zone, intents=intent, year=year, journal=journal or None, author=author or None,
        self_cites=self_cites, min_confidence=min_confidence, corrected=corrected, text=words or None,
    )  # fmt: skip


Asked = Annotated[
    str,
    Query(
        description="A DOI, PMID, id, or words of the title.",
        min_length=1,
        max_length=500,
        examples=["10.5555/specimen.2014.07"],
    ),
]
Limit = Annotated[int, Query(description="Statements on a page.", ge=1, le=500)]
Offset = Annotated[int, Query(description="Statements to pass over first.", ge=0, le=10_000_000)]
StatementId = Annotated[str, Path(description="A statement's id.", pattern=STATEMENT_ID)]


def _evidence(
    library: Library, query: str, direction: str, chosen: Filters, sort: str, limit: int | None, offset: int
) -> Evidence:
    return evidence_for(
        library.store, library.find(query, files=False), query=query, direction=Direction(direction), filters=chosen, sort=Sort(sort),
        limit=limit, offset=offset,
    )  # fmt: skip


@router.get("/library")
def overview(request: Request) -> LibraryForm:
    """The library at a glance."""
    with Context.of(request).libraries.open() as library:
        store = library.store
        counts = store.predictions.counts()
        return LibraryForm(
            **store.documents.count(),
            types={s.value: counts.get(s.value, 0) for s in Stance},
            failed=sum(not f.partial for f in store.failures),
            corrections=len(store.corrections.all()),
            model=store.predictions.current_model,
            definitions=DEFINITIONS,
        )


@router.get("/works")
def works(request: Request, q: Asked, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> WorksForm:
    """The works that a query names: by DOI, id, PMID, or words of title, authors and year."""
    with Context.of(request).libraries.open() as library:
        return WorksForm.model_validate({"works": [work_json(w) for w in library.store.works.search(q, limit=limit)]})


@router.get("/evidence")
def evidence(
    request: Request,
    work: Asked,
    chosen: Annotated[Filters, Depends(filters)],
    direction: Annotated[
        Literal["cited", "citing"], Query(description="cited: what others say of it; citing: what it says.")
    ] = "cited",
    sort: Annotated[Literal["type", "confidence", "newest", "oldest"], Query(description="The order.")] = "type",
    limit: Limit = 50,
    offset: Offset = 0,
) -> EvidenceForm:
    """What the library says of one work: tally, coverage and a page of statements.

    A work it does not know is answered with the coverage *not known*; several of one name with 409 and their list.
    """
    with Context.of(request).libraries.open() as library:
        return EvidenceForm.model_validate(_evidence(library, work, direction, chosen, sort, limit, offset).to_json())


_MOST = 20_000  # statements taken away at once

EXPORTS = {
    "markdown": "text/markdown; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "turtle": "text/turtle; charset=utf-8",
    "json-ld": "application/ld+json",
    "ris": "application/x-research-info-systems",
    "bibtex": "application/x-bibtex",
    "csl-json": "application/vnd.citationstyles.csl+json",
}


@router.get(
    "/evidence/export",
    response_class=Response,
    responses={200: {"content": {kind.partition(";")[0]: {} for kind in EXPORTS.values()}}},
)
def evidence_export(
    request: Request,
    work: Asked,
    chosen: Annotated[Filters, Depends(filters)],
    direction: Annotated[
        Literal["cited", "citing"], Query(description="cited: what others say of it; citing: what it says.")
    ] = "cited",
    format: Annotated[
        Literal["markdown", "csv", "turtle", "json-ld", "ris", "bibtex", "csl-json"],
        Query(
            description="Statements as markdown, csv, turtle or json-ld (CiTO); the works that make them as ris, bibtex, csl-json."
        ),
    ] = "markdown",
) -> Response:
    """The same to take away. More than 20,000 statements are refused: narrow them by filters, or use `citeclass export`."""
    with Context.of(request).libraries.open() as library:
        found = _evidence(library, work, direction, chosen, "type", _MOST, 0)
        if found.matching > _MOST:
            raise HTTPException(413, f"{found.matching} statements are too many at once; narrow them by filters")
        text = _exported(library.store, found, format)
    name = {"markdown": "md", "turtle": "ttl", "json-ld": "jsonld", "bibtex": "bib", "csl-json": "json"}.get(
        format, format
    )
    headers = {} if format == "markdown" else {"content-disposition": f'attachment; filename="citeclass.{name}"'}
    return Response(text, media_type=EXPORTS[format], headers=headers)


def _exported(store: Store, found: Evidence, format: str) -> str:
    if format == "markdown":
        return markdown_note(found)
    if format in ("turtle", "json-ld"):
        return write_cito(found.statements, format=format)
    if format == "csv":
        out = io.StringIO()
        out.write("\ufeff")  # tells Excel the encoding
        write_csv((s.to_json() for s in found.statements), out)
        return out.getvalue()
    others = (s.source if found.direction is Direction.CITED else s.target for s in found.statements)
    rows = with_tallies(store, list({w.id: w for w in others if w}.values()))
    return {"ris": write_ris, "bibtex": write_bibtex, "csl-json": write_csl_json}[format](rows)


@router.get("/search")
def search(
    request: Request,
    q: Annotated[str, Query(description=HOW_TO_SEARCH, max_length=400, pattern=ANY_WORD)],
    chosen: Annotated[Filters, Depends(filters)],
    limit: Annotated[int, Query(description="Statements on a page.", ge=1, le=200)] = 20,
    offset: Offset = 0,
) -> FoundForm:
    """Statements by the words of their sentences, best first."""
    with Context.of(request).libraries.open() as library:
        found = library.search(q, filters=chosen, limit=limit, offset=offset)
        return FoundForm.model_validate(
            {"query": q, "filters": chosen.given, "matching": found.matching, "capped": found.capped, "offset": offset,
             "statements": [h.to_json() for h in found.hits]}
        )  # fmt: skip


@router.get("/statements/{id}")
def statement(request: Request, id: StatementId) -> StatementForm:
    """One statement."""
    with Context.of(request).libraries.open() as library:
        return StatementForm.model_validate(statement_or_404(library.store, id).to_json())


@router.get("/statements/{id}/why")
def why(request: Request, id: StatementId) -> ExplanationForm:
    """Which words carried the decision. Reckoned once for each model, then kept."""
    context = Context.of(request)
    with context.heavy(), context.libraries.thinking() as library:
        statement_or_404(library.store, id)
        return ExplanationForm.model_validate(library.why(id).to_json())


@router.put("/statements/{id}/correction")
def correct(request: Request, id: StatementId, body: CorrectionBody) -> CorrectionForm:
    """Label a statement by hand; the label wins over every model and survives re-runs."""
    with Context.of(request).libraries.open() as library:
        statement_or_404(library.store, id)
        made = library.correct(id, body.type, by=body.by, note=body.note)
        return CorrectionForm(
            id=made.id, statement=made.statement, type=made.type.value, note=made.note, by=made.by, at=made.at
        )


@router.delete("/statements/{id}/correction", status_code=204)
def take_back(request: Request, id: StatementId) -> None:
    """Take a label back; the model's class is shown again."""
    with Context.of(request).libraries.open() as library:
        if not library.store.corrections.remove(id):
            raise HTTPException(404, "this statement has no label by hand")


@router.get("/suggestions")
def suggestions(
    request: Request, limit: Annotated[int, Query(description="Statements wanted.", ge=1, le=200)] = 20
) -> list[StatementForm]:
    """The statements whose labels would teach the model most."""
    with Context.of(request).libraries.open() as library:
        return [StatementForm.model_validate(s.to_json()) for s in library.suggest(limit=limit)]


@router.get("/failures")
def failures(request: Request) -> list[FailureForm]:
    """The files that could not be read, or not wholly, and what to do."""
    with Context.of(request).libraries.open() as library:
        return [
            FailureForm(
                file=PurePath(f.path).name, reason=f.reason.value, message=f.message, fix=f.fix, partial=f.partial
            )
            for f in library.failures()
        ]


@badges.get("/badges/{name:path}.svg", response_class=Response, responses={200: {"content": {"image/svg+xml": {}}}})
def svg(
    request: Request,
    name: Annotated[str, Path(description="A DOI as it is, or an id.", max_length=500)],
    style: Annotated[Literal["bar", "pie", "donut"], Query(description="The form.")] = "bar",
    hide_zeros: Annotated[bool, Query(description="Leave classes without statements out.")] = True,
) -> Response:
    """The tally of a work as a small picture."""
    with Context.of(request).libraries.open() as library:
        work = known_work(library.store, name)
        tally = tally_of(library.store, work.id) if work else Tally()
    picture = badge(tally, style=style, known=work is not None, hide_zeros=hide_zeros)
    return Response(picture, media_type="image/svg+xml", headers={"cross-origin-resource-policy": "cross-origin"})
