"""Answers in scite's shapes, field by field: what a client written for scite expects."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from citeclass.evidence import EvidenceStatement, Tally
from citeclass.records import Author, SectionKind, Stance
from citeclass.store import Work
from citeclass.text import doi_url

Status = Literal["PENDING", "STARTED", "SUCCESS", "FAILURE", "CANCELLED"]
"""Where a reference check stands."""

_TYPE = {Stance.CONTRASTING: "contradicting"}


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True)


class SciteTally(_Shape):
    """Statements about a work by type."""

    doi: str = Field(description="The work's DOI in lower case, or our id where it has none.")
    total: int = Field(description="All statements about it.", ge=0)
    supporting: int = Field(description="Statements whose authors give own evidence that agrees with it.", ge=0)
    contradicting: int = Field(description="Statements whose authors give own evidence against it.", ge=0)
    mentioning: int = Field(description="The rest.", ge=0)
    unclassified: int = Field(description="Statements without a class.", ge=0)
    citingPublications: int = Field(description="Distinct works that make these statements.", ge=0)  # noqa: N815


class SectionTally(_Shape):
    """Statements about a work by the section in which they stand."""

    doi: str = Field(description="The work's DOI in lower case.")
    total: int = Field(description="All statements about it.", ge=0)
    introduction: int = Field(0, description="In introductions.", ge=0)
    methods: int = Field(0, description="In methods.", ge=0)
    results: int = Field(0, description="In results.", ge=0)
    discussion: int = Field(0, description="In discussions.", ge=0)
    other: int = Field(0, description="In sections of other kinds, or none.", ge=0)


class SciteAuthor(_Shape):
    """An author of a paper."""

    family: str = Field(description="Family name, or the name of a body.")
    given: str = Field(description="Given names or initials; empty for bodies.")
    authorName: str = Field(description="Both as one name.")  # noqa: N815
    authorSequenceNumber: int = Field(description="Place in the byline, from 1.", ge=1)  # noqa: N815


class Notice(_Shape):
    """An editorial notice."""

    status: str = Field(description="Retracted, corrected, or of concern.")
    date: str | None = Field(None, description="When it was given.")
    noticeDoi: str | None = Field(None, description="The notice's own DOI.")  # noqa: N815
    doi: str = Field(description="The work it is about.")
    urls: list[str] = Field(default_factory=list, description="Where it stands.")


class Paper(_Shape):
    """A work with its tallies. Where nobody looked for notices ``retracted`` is null, not false."""

    doi: str = Field(description="The work's DOI in lower case, or our id where it has none.")
    title: str | None = Field(None, description="Its title, if known.")
    abstract: str | None = Field(None, description="Its abstract, if the work itself was read.")
    authors: list[SciteAuthor] = Field(default_factory=list, description="Its authors in order.")
    year: int | None = Field(None, description="Year of publication.")
    journal: str | None = Field(None, description="Journal or book.")
    volume: str | None = Field(None, description="Not kept here.")
    issue: str | None = Field(None, description="Not kept here.")
    page: str | None = Field(None, description="Not kept here.")
    publisher: str | None = Field(None, description="Not kept here.")
    issns: list[str] = Field(default_factory=list, description="Not kept here.")
    tally: SciteTally = Field(description="What others say of it.")
    citingTally: SciteTally = Field(description="What it says of others.")  # noqa: N815
    editorialNotices: list[Notice] = Field(  # noqa: N815
        default_factory=list, description="Gravest first; empty also where nobody looked."
    )
    retracted: bool | None = Field(None, description="Null: not checked.")


class SelfCite(_Shape):
    """An author of both works."""

    type: str = Field("author", description="What the two share.")
    family: str = Field(description="Family name.")
    given: str = Field(description="Given names, as the citing work has them.")


class Citation(_Shape):
    """A citation statement."""

    id: str = Field(description="Stable: it comes from both works and the sentence.")
    source: str = Field(description="The citing work: DOI, or our id where it has none.")
    target: str | None = Field(description="The cited work, likewise; null for a callout without a reference.")
    type: Literal["supporting", "contradicting", "mentioning", "unclassified"] = Field(
        description="The class shown: a person's label where there is one, else the model's."
    )
    typeConfidence: float | None = Field(description="Probability of that class.", ge=0, le=1)  # noqa: N815
    positive: float | None = Field(description="Probability of supporting.", ge=0, le=1)
    negative: float | None = Field(description="Probability of contradicting.", ge=0, le=1)
    neutral: float | None = Field(description="Probability of mentioning; the three sum to 1.", ge=0, le=1)
    section: str | None = Field(description="introduction, methods, results, discussion, other, or null.")
    snippet: str = Field(
        description='The sentence and its neighbours as HTML text; callouts stand in <cite data-doi="…">.'
    )
    lang: str | None = Field(description="Language, ISO 639-1.")
    refLocation: str | None = Field(description='"b13/1": reference 13, its first callout.')  # noqa: N815
    expertClassification: str | None = Field(description="A person's label, or null.")  # noqa: N815
    selfCites: list[SelfCite] = Field(default_factory=list, description="Authors of both works.")  # noqa: N815


class Tallies(_Shape):
    """Tallies of several works."""

    tallies: dict[str, SciteTally] = Field(description="By DOI in lower case.")


class SectionTallies(_Shape):
    """Tallies by section of several works."""

    tallies: dict[str, SectionTally] = Field(description="By DOI in lower case.")


class Papers(_Shape):
    """Several works."""

    papers: dict[str, Paper] = Field(description="By DOI in lower case, or by our id.")


class Counted(_Shape):
    """How much there is besides the page shown."""

    totalCitationCount: int = Field(description="All statements of the work in this direction.", ge=0)  # noqa: N815
    limit: int = Field(description="Statements on a page.", ge=1)
    offset: int = Field(description="Statements before this page.", ge=0)
    coverage: dict[str, Any] = Field(
        default_factory=dict, description="How much of the library stands behind the answer."
    )
    definitions: dict[str, str] = Field(default_factory=dict, description="What the classes mean.")


class Citations(_Shape):
    """A page of statements with the works on both sides."""

    citations: list[Citation] = Field(description="The statements.")
    papers: dict[str, Paper] = Field(description="The works that make or receive them, by DOI or id.")
    tallies: dict[str, SciteTally] = Field(description="Their tallies, likewise.")
    metadata: Counted = Field(description="How much there is.")


class SearchHit(Paper):
    """A paper that was found, with the statements about it that have the words."""

    citations: list[Citation] = Field(default_factory=list, description="At most ten statements about it.")


class SearchAnswer(_Shape):
    """A page of papers."""

    count: int = Field(description="Papers found in all.", ge=0)
    offset: int = Field(description="Papers before this page.", ge=0)
    limit: int = Field(description="Papers on a page.", ge=1)
    hits: list[SearchHit] = Field(description="The papers, best first.")


class Task(_Shape):
    """A reference check under way or done."""

    id: str = Field(description="Comes from the manuscript's content: the same file is one task.")
    status: Status = Field(description="Where it stands.")
    error: str | None = Field(None, description="Why it failed.")
    result: dict[str, Any] | None = Field(
        None, description="citations (the manuscript's own), papers, tallies and references, once it is done."
    )


def name_of(work: Work) -> str:
    """What a work is called in scite's answers: its DOI, or our id."""
    return work.doi or work.id


def scite_tally(work: Work | None, tally: Tally, *, doi: str = "") -> SciteTally:
    """A tally in scite's shape."""
    return SciteTally(
        doi=name_of(work) if work else doi, total=tally.total, supporting=tally.supporting,
        contradicting=tally.contrasting, mentioning=tally.mentioning, unclassified=tally.unclassified,
        citingPublications=tally.works,
    )  # fmt: skip


def paper(work: Work, cited: Tally, citing: Tally) -> Paper:
    """A work in scite's shape."""
    return Paper(
        doi=name_of(work), title=work.title, abstract=work.abstract, authors=[_author(a, n) for n, a in enumerate(work.authors, 1)],
        year=work.calendar_year, journal=work.container, tally=scite_tally(work, cited),
        citingTally=scite_tally(work, citing), retracted=work.retracted,
        editorialNotices=[
            Notice(
                status=n.kind.value.capitalize(), date=n.date, noticeDoi=n.doi, doi=name_of(work), urls=[doi_url(n.doi)] if n.doi else [],
            )
            for n in work.notices or ()
        ],
    )  # fmt: skip


def _author(author: Author, number: int) -> SciteAuthor:
    return SciteAuthor(family=author.family, given=author.given, authorName=str(author), authorSequenceNumber=number)


def citation(found: EvidenceStatement, *, nth: int | None = None) -> Citation:
    """A statement in scite's shape; ``nth``: which callout of its reference it is, from 1."""
    s, p = found.statement, found.prediction
    place = f"b{s.reference.index + 1}/{nth}" if s.reference and nth else None
    told = found.to_json()
    return Citation(
        id=s.id, source=name_of(found.source), target=name_of(found.target) if found.target else None,
        type=_TYPE.get(found.type, found.type.value), typeConfidence=told["type_confidence"],
        positive=told["supporting"] if p else None, negative=told["contrasting"], neutral=told["mentioning"],
        section=s.section.value if s.section else None, snippet=found.snippet, lang=s.language, refLocation=place,
        expertClassification=_TYPE.get(found.expert, found.expert.value) if found.expert else None,
        selfCites=[SelfCite(type="author", family=a.family, given=a.given) for a in found.self_cites],
    )  # fmt: skip


def section_tally(doi: str, parts: dict[SectionKind, Tally]) -> SectionTally:
    """Tallies by section in scite's shape."""
    counts: dict[str, Any] = {kind.value: tally.total for kind, tally in parts.items()}
    return SectionTally(doi=doi, total=sum(counts.values()), **counts)
