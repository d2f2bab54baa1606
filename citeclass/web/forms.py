"""Our own answers under /v1, field by field."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["supporting", "contrasting", "mentioning", "unclassified"]


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True)


class NoticeForm(_Form):
    """An editorial notice on a work."""

    kind: str = Field(description="retracted, partly retracted, concern, corrected …")
    doi: str | None = Field(description="The notice's own DOI.")
    date: str | None = Field(description="Its date, ISO 8601.")
    source: str = Field(description="The service that told of it.")


class WorkForm(_Form):
    """A work."""

    id: str = Field(description="Our id: doi:… or work:….")
    doi: str | None = Field(description="Bare and in lower case.")
    pmid: str | None = Field(description="PubMed's number.")
    title: str | None = Field(description="Its title, if known.")
    authors: list[str] = Field(description="Names in order.")
    year: str | None = Field(description="As printed: 2010, 2010a, in press.")
    journal: str | None = Field(description="Journal or book.")
    retracted: bool | None = Field(description="Whether it was retracted; null where nobody asked.")
    notices: list[NoticeForm] | None = Field(description="Editorial notices, gravest first; null where nobody asked.")


class SelfCiteForm(_Form):
    """An author of both works, told by family name and first initial."""

    type: str = Field(description="What the two share.")
    family: str = Field(description="Family name.")
    given: str = Field(description="Given names.")


class StatementForm(_Form):
    """A citation statement: one callout and the one reference it points to."""

    id: str = Field(description="16 hexadecimal digits, stable over re-runs.")
    type: Kind = Field(description="The class shown: a person's label where there is one, else the model's.")
    type_confidence: float | None = Field(description="The model's probability of that class.", ge=0, le=1)
    supporting: float | None = Field(description="Probability at the natural rate; the three sum to 1.", ge=0, le=1)
    contrasting: float | None = Field(description="Likewise.", ge=0, le=1)
    mentioning: float | None = Field(description="Likewise.", ge=0, le=1)
    intent: Literal["background", "method", "result"] | None = Field(description="What the citation is there for.")
    note: str | None = Field(description="Why there is no class, or no score.")
    expertClassification: Kind | None = Field(description="A person's label.")  # noqa: N815
    selfCites: list[SelfCiteForm] = Field(description="Authors of both works.")  # noqa: N815
    callout: str = Field(description="The callout as printed.")
    sentence: str = Field(description="The citing sentence.")
    before: str = Field(description="The sentence before, of the same paragraph.")
    after: str = Field(description="The sentence after.")
    snippet: str = Field(description='The three as HTML text, callouts in <cite>; the target has class "target".')
    section: str | None = Field(description="introduction, methods, results, discussion, other, or null.")
    section_title: str | None = Field(description="The printed titles from the outermost in.")
    zone: str = Field(description="body, abstract, caption, table or note.")
    page: int | None = Field(description="Page of the PDF, from 1.")
    lang: str | None = Field(description="Language, ISO 639-1.")
    model: str | None = Field(description="The model that judged it.")
    source: WorkForm = Field(description="The citing work.")
    target: WorkForm | None = Field(description="The cited work; null for a callout tied to no reference.")
    reason: str | None = Field(description="Why the callout is tied to no reference.")


class TallyForm(_Form):
    """Statements by type; one of the two counts of works is given, by the direction asked for."""

    supporting: int = Field(ge=0, description="Own evidence that agrees.")
    contrasting: int = Field(ge=0, description="Own evidence against.")
    mentioning: int = Field(ge=0, description="The rest.")
    unclassified: int = Field(ge=0, description="Without a class.")
    total: int = Field(ge=0, description="All statements.")
    citing_works: int | None = Field(None, ge=0, description="Distinct works that make them.")
    cited_works: int | None = Field(None, ge=0, description="Distinct works they are about.")


class CoverageForm(_Form):
    """How much of the library stands behind an answer, so that a zero can be read."""

    status: str = Field(description="processed, failed, no full text, known from reference lists only, or not known.")
    listed_by: int = Field(ge=0, description="Documents whose reference list has the work.")
    cited_by: int = Field(ge=0, description="Documents with a callout tied to it.")
    documents: int = Field(ge=0, description="Documents in the library.")
    failed: int = Field(ge=0, description="Files that could not be read.")
    no_full_text: int = Field(ge=0, description="Works the library was told of and could not read.")
    unlinked: int = Field(ge=0, description="Callouts tied to no reference; some may mean this work.")
    unclassified_because: dict[str, int] = Field(description="Reasons of unclassified statements.")
    expert: int = Field(ge=0, description="Statements a person labelled.")
    known_citing: int | None = Field(description="Works that a service knows to cite it; null where nobody asked.")
    known_by: str | None = Field(description="That service.")
    model: str | None = Field(description="The model whose classes are shown.")
    operating_point: Literal["balanced", "precise", "natural"] | None = Field(
        description="How its probabilities became classes."
    )


class EvidenceForm(_Form):
    """The answer about one work."""

    query: str = Field(description="What was asked.")
    direction: Literal["cited", "citing"] = Field(description="cited: what others say of it; citing: what it says.")
    work: WorkForm | None = Field(description="The work; null where the library does not know it.")
    tally: TallyForm = Field(description="All statements, filters left aside.")
    coverage: CoverageForm = Field(description="What stands behind the answer.")
    filters: dict[str, Any] = Field(description="The filters that were given.")
    matching: int = Field(ge=0, description="Statements that pass them.")
    offset: int = Field(ge=0, description="Statements before this page.")
    statements: list[StatementForm] = Field(description="The page.")
    definitions: dict[str, str] = Field(description="What the classes mean.")


class HitForm(StatementForm):
    """A statement that was found."""

    highlights: list[list[int]] = Field(description="Offsets of the words found in its sentence.")


class FoundForm(_Form):
    """A page of statements found by their words."""

    query: str = Field(description="What was looked for.")
    filters: dict[str, Any] = Field(description="The filters that were given.")
    matching: int = Field(ge=0, description="Statements found.")
    capped: bool = Field(description="True where there are more than were ranked.")
    offset: int = Field(ge=0, description="Statements before this page.")
    statements: list[HitForm] = Field(description="The page, best first.")


class WorksForm(_Form):
    """Works that a query names."""

    works: list[WorkForm] = Field(description="Those with most statements first.")


class FailureForm(_Form):
    """A file that could not be read, or not wholly."""

    file: str = Field(description="Its name, without its folders.")
    reason: str = Field(description="A code that can be counted.")
    message: str = Field(description="What happened.")
    fix: str = Field(description="What to do.")
    partial: bool = Field(description="True where the rest was kept.")


class LibraryForm(_Form):
    """The library at a glance."""

    documents: int = Field(ge=0, description="Files read.")
    works: int = Field(ge=0, description="Works met, in reference lists too.")
    statements: int = Field(ge=0, description="Citation statements.")
    unlinked: int = Field(ge=0, description="Callouts tied to no reference.")
    types: dict[str, int] = Field(description="Statements by the class shown.")
    failed: int = Field(ge=0, description="Files that could not be read.")
    corrections: int = Field(ge=0, description="Labels given by people.")
    model: str | None = Field(description="The model whose predictions are shown.")
    definitions: dict[str, str] = Field(description="What the classes mean.")


class ExplanationForm(_Form):
    """Which words carried the decision: each left out in turn, and what the model then says."""

    type: Kind = Field(description="The class explained.")
    probability: float = Field(ge=0, le=1, description="Its probability with all words.")
    words: list[tuple[int, int, float]] = Field(
        description="Begin, end (offsets into the sentence) and weight: what the probability loses without the word."
    )
    left_out: list[int] = Field(description="The heaviest words, as places in that list.")
    without: float = Field(ge=0, le=1, description="The probability once these are gone together.")
    without_type: Kind = Field(description="The likeliest class then.")
    model: str = Field(description="The model that was asked.")


class CorrectionBody(_Form):
    """A person's label."""

    type: Literal["supporting", "contrasting", "contradicting", "mentioning"] = Field(
        description="The class it should have."
    )
    note: str | None = Field(None, max_length=2000, description="Why.")
    by: str | None = Field(None, max_length=200, description="Who says so.")


class CorrectionForm(_Form):
    """A label that was kept."""

    id: str = Field(description="Of the correction.")
    statement: str | None = Field(description="The statement.")
    type: Kind = Field(description="The label.")
    note: str | None = Field(description="Why.")
    by: str | None = Field(description="Who.")
    at: str = Field(description="When, in UTC.")
