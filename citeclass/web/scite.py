"""scite's paths, so that a client written for scite works by changing the host."""

import io
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, File, HTTPException, Path, Query, Request, Response, UploadFile

from citeclass.evidence import (
    DEFINITIONS,
    Direction,
    EvidenceStatement,
    Filters,
    PaperFilters,
    Tally,
    citing_works,
    count_citing,
    evidence_for,
    search_papers,
    sections_of,
    tallies_of,
    tally_of,
    write_ris,
    write_works_csv,
)
from citeclass.store import Store, Work
from citeclass.web.context import Context
from citeclass.web.lookup import known_work, plain_doi, work_or_404
from citeclass.web.patterns import ANY_WORD, CHECK_ID, DATE, SECTIONS, TYPES
from citeclass.web.problems import PROBLEMS
from citeclass.web.shapes import (
    Citation,
    Citations,
    Counted,
    Paper,
    Papers,
    SciteTally,
    SearchAnswer,
    SearchHit,
    SectionTallies,
    SectionTally,
    Tallies,
    Task,
    citation,
    name_of,
    paper,
    scite_tally,
    section_tally,
)

MOST_DOIS = 500

router = APIRouter(tags=["scite's shapes"], responses=PROBLEMS)

Doi = Annotated[
    str,
    Path(
        description="A DOI as it is, slashes and all, or an id of this library.",
        examples=["10.5555/specimen.2014.07"],
        max_length=500,
    ),
]
Dois = Annotated[
    list[Annotated[str, Body(max_length=500)]],
    Body(description="At most 500 DOIs.", max_length=MOST_DOIS, examples=[["10.5555/specimen.2014.07"]]),
]
Limit = Annotated[int, Query(description="Statements on a page.", ge=1, le=500)]
Offset = Annotated[int, Query(description="Statements to pass over first.", ge=0, le=10_000_000)]


@router.get("/tallies/cited-by-sections/{doi:path}")
def tally_by_sections(request: Request, doi: Doi) -> SectionTally:
    """Statements about a work by the section in which they stand."""
    with Context.of(request).libraries.open() as library:
        work = known_work(library.store, doi)
        return section_tally(
            name_of(work) if work else plain_doi(doi), sections_of(library.store, work.id) if work else {}
        )


@router.get("/tallies/{doi:path}")
def tally(request: Request, response: Response, doi: Doi) -> SciteTally:
    """The tally of a work. One that the library does not know has zeros; the header X-Citeclass-Coverage tells it apart."""
    with Context.of(request).libraries.open() as library:
        work = known_work(library.store, doi)
        response.headers["x-citeclass-coverage"] = "known" if work else "not known"
        counted = tally_of(library.store, work.id) if work else Tally()
        return scite_tally(work, counted, doi=plain_doi(doi))


@router.post("/tallies")
def tallies(request: Request, dois: Dois) -> Tallies:
    """The tallies of at most 500 works, by DOI in lower case."""
    with Context.of(request).libraries.open() as library:
        return Tallies(tallies=_tallies(library.store, dois))


@router.post("/tallies/aggregate")
def aggregate(request: Request, dois: Dois) -> SciteTally:
    """The tallies of at most 500 works, summed."""
    with Context.of(request).libraries.open() as library:
        works = {work.id: name for name, work in _found(library.store, dois).items()}  # two names may mean one work
        each = _tallies(library.store, list(works.values())).values()
        citing = count_citing(library.store, list(works))
    names = ("total", "supporting", "contradicting", "mentioning", "unclassified")
    return SciteTally(doi="", citingPublications=citing, **{n: sum(getattr(t, n) for t in each) for n in names})


@router.post("/tallies/cited-by-sections")
def tallies_by_sections(request: Request, dois: Dois) -> SectionTallies:
    """The same for at most 500 works, by DOI in lower case."""
    with Context.of(request).libraries.open() as library:
        store = library.store
        works = _found(store, dois)
        each = {n: sections_of(store, works[n].id) if n in works else {} for n in dict.fromkeys(map(plain_doi, dois))}
        return SectionTallies(tallies={name: section_tally(name, parts) for name, parts in each.items()})


@router.get("/papers/sources/{target_doi:path}")
def sources(request: Request, target_doi: Doi, limit: Limit = 100, offset: Offset = 0) -> Papers:
    """The works that cite a work, by DOI or id."""
    with Context.of(request).libraries.open() as library:
        work = work_or_404(library.store, target_doi)
        found = citing_works(library.store, work.id, limit=limit, offset=offset)
        return Papers(papers=_papers(library.store, found))


@router.get("/papers/{doi:path}")
def one_paper(request: Request, doi: Doi) -> Paper:
    """A work with its tallies in both directions."""
    with Context.of(request).libraries.open() as library:
        work = work_or_404(library.store, doi)
        return _papers(library.store, [work])[name_of(work)]


@router.post("/papers")
def papers(request: Request, dois: Dois) -> Papers:
    """At most 500 works, by DOI in lower case; those the library does not know are left out."""
    with Context.of(request).libraries.open() as library:
        return Papers(papers=_papers(library.store, list(_found(library.store, dois).values())))


@router.get("/api_partner/citations/{side}/{doi:path}")
def citations(
    request: Request,
    side: Annotated[
        Literal["citing", "cited_by"],
        Path(
            description="citing: statements that cite the work, it is their target; cited_by: its own, it is their source."
        ),
    ],
    doi: Doi,
    limit: Limit = 50,
    offset: Offset = 0,
    papers: Annotated[bool, Query(description="Whether the works on both sides come along.")] = True,
    tallies: Annotated[bool, Query(description="Whether their tallies come along.")] = True,
) -> Citations:
    """A page of the statements that cite a work, or of those it makes."""
    with Context.of(request).libraries.open() as library:
        store = library.store
        work = work_or_404(store, doi)
        direction = Direction.CITED if side == "citing" else Direction.CITING
        found = evidence_for(store, work, direction=direction, limit=limit, offset=offset)
        works = {w.id: w for s in found.statements for w in (s.source, s.target) if w}
        works[work.id] = work
        each = _papers(store, list(works.values())) if papers or tallies else {}
        return Citations(
            citations=_numbered(store, found.statements),
            papers=each if papers else {},
            tallies={name: p.tally for name, p in each.items()} if tallies else {},
            metadata=Counted(
                totalCitationCount=found.tally.total, limit=limit, offset=offset, coverage=found.coverage.to_json(),
                definitions=DEFINITIONS,
            ),
        )  # fmt: skip


Count = Annotated[int | None, Query(ge=0, le=1_000_000)]


@router.get(
    "/search",
    response_model=SearchAnswer,
    responses={200: {"content": {"text/csv": {}, "application/x-research-info-systems": {}}}},
)
def search(
    request: Request,
    term: Annotated[
        str | None,
        Query(description="Words of titles or of statements; all works without.", max_length=400, pattern=ANY_WORD),
    ] = None,
    citation_types: Annotated[
        str | None, Query(description="Only papers with such statements, joined by commas.", pattern=TYPES)
    ] = None,
    section: Annotated[
        str | None, Query(description="Only statements of these sections, joined by commas.", pattern=SECTIONS)
    ] = None,
    journal: Annotated[str | None, Query(description="Words of the paper's journal.", max_length=200)] = None,
    author: Annotated[str | None, Query(description="An author of the paper.", max_length=200)] = None,
    date_from: Annotated[str | None, Query(description="First year, or a date of it.", pattern=DATE)] = None,
    date_to: Annotated[str | None, Query(description="Last year, or a date of it.", pattern=DATE)] = None,
    has_retraction: Annotated[
        bool | None, Query(description="Only papers known to be retracted, or only others.")
    ] = None,
    supporting_from: Count = None,
    supporting_to: Count = None,
    contradicting_from: Count = None,
    contradicting_to: Count = None,
    contrasting_from: Count = None,
    contrasting_to: Count = None,
    mentioning_from: Count = None,
    mentioning_to: Count = None,
    sort: Annotated[
        Literal[
            "relevance",
            "date",
            "total_cited",
            "total_supported",
            "total_contrasted",
            "total_contradicted",
            "total_mentioned",
            "total_citing_publications",
        ],
        Query(description="The order."),
    ] = "relevance",
    limit: Annotated[int, Query(description="Papers on a page.", ge=1, le=100)] = 10,
    offset: Offset = 0,
    format: Annotated[Literal["json", "csv", "ris"], Query(description="The form of the answer.")] = "json",
) -> Any:
    """Papers by words of their titles, or of what is said about them; with tallies and the statements that have the words."""
    asked = PaperFilters(
        statements=Filters.parse(types=citation_types, sections=section),
        journal=journal, author=author, year_from=_year(date_from), year_to=_year(date_to),
        supporting=(supporting_from, supporting_to), contrasting=(_first(contrasting_from, contradicting_from), _first(contrasting_to, contradicting_to)),
        mentioning=(mentioning_from, mentioning_to), sort=sort, retracted=has_retraction,
    )  # fmt: skip
    with Context.of(request).libraries.open() as library:
        found, count = search_papers(library.store, term, asked, limit=limit, offset=offset)
        each = _papers(library.store, [f.work for f in found])
        hits = [
            SearchHit(**dict(each[name_of(f.work)]), citations=_numbered(library.store, f.statements)) for f in found
        ]
    if format == "ris":
        return Response(write_ris([(f.work, f.tally) for f in found]), media_type="application/x-research-info-systems")
    if format == "csv":
        out = io.StringIO()
        write_works_csv([(f.work, f.tally) for f in found], out)
        return Response(out.getvalue(), media_type="text/csv; charset=utf-8")
    return SearchAnswer(count=count, offset=offset, limit=limit, hits=hits)


@router.post("/reference_check", status_code=202)
def reference_check(
    request: Request,
    file: Annotated[UploadFile | None, File(description="A manuscript: PDF, JATS or TEI.")] = None,
    pdf: Annotated[UploadFile | None, File(description="The same, under the other name that scite takes.")] = None,
) -> Task:
    """Upload a manuscript; its references are checked in the background (see the task's id)."""
    given = file or pdf
    if given is None:
        raise HTTPException(422, "there is no manuscript in the field file")
    return Context.of(request).checks.start(given.file.read(), given.filename or "manuscript").shape()


@router.get("/reference_check/tasks/{id}")
def reference_check_task(request: Request, id: Annotated[str, Path(pattern=CHECK_ID)]) -> Task:
    """Where a reference check stands, and what it found."""
    task = Context.of(request).checks.get(id)
    if task is None:
        raise HTTPException(404, "no such task; results are kept while the server runs")
    return task.shape()


def _found(store: Store, dois: Sequence[str]) -> dict[str, Work]:
    """The works of the DOIs or ids that the library knows, by what was asked in lower case."""
    plain = {plain_doi(d): d for d in dois}
    found = store.works.by_doi(plain)
    for name, asked in plain.items():
        if name not in found and (work := store.works.get(asked)):
            found[name] = work
    return found


def _tallies(store: Store, dois: Sequence[str]) -> dict[str, SciteTally]:
    works = _found(store, dois)
    counted = tallies_of(store, [w.id for w in works.values()])
    return {
        name: scite_tally(works.get(name), counted[works[name].id] if name in works else Tally(), doi=name)
        for name in dict.fromkeys(plain_doi(d) for d in dois)
    }


def _papers(store: Store, works: Sequence[Work]) -> dict[str, Paper]:
    ids = [w.id for w in works]
    cited, citing = tallies_of(store, ids), tallies_of(store, ids, direction=Direction.CITING)
    return {name_of(w): paper(w, cited[w.id], citing[w.id]) for w in works}


def _numbered(store: Store, statements: Sequence[EvidenceStatement]) -> list[Citation]:
    """Statements in scite's shape, each knowing which callout of its reference it is."""
    return [citation(s, nth=store.documents.nth_callout(s.statement.id)) for s in statements]


def _year(date: str | None) -> int | None:
    return int(date[:4]) if date else None


def _first(*given: int | None) -> int | None:
    return next((n for n in given if n is not None), None)
