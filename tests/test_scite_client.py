"""A client of scite's interface, written from the published names alone, against our server."""

import re
import time
import types
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Literal, NewType, Union, get_args, get_origin, get_type_hints

import pytest
from conftest import SAMPLE, cite, jats, ref

pytest.importorskip("fastapi", reason="the extra 'serve' is not installed")

from starlette.testclient import TestClient

from citeclass.web import Settings, create_app

ASKED = "10.5555/specimen.2014.07"
UPPER = ASKED.upper()
HALE = "10.5555/specimen.2019.01"
CITING = {HALE, "10.5555/specimen.2020.01", "10.5555/specimen.2021.01", "10.5555/specimen.2022.01"}
MOST = 500

# ---------------------------------------------------------------- shapes

Doi = NewType("Doi", str)
Kind = Literal["supporting", "contradicting", "mentioning", "unclassified"]
SCORE = {"supporting": "positive", "contradicting": "negative", "mentioning": "neutral"}


class Open:
    """An object whose fields are not all listed: more may come."""


@dataclass(frozen=True)
class Sums(Open):
    total: int
    supporting: int
    contradicting: int
    mentioning: int
    unclassified: int
    citingPublications: int  # noqa: N815

    def __post_init__(self):
        parts = (self.supporting, self.contradicting, self.mentioning, self.unclassified)
        assert min(parts) >= 0
        assert sum(parts) == self.total
        assert 0 <= self.citingPublications <= self.total


@dataclass(frozen=True)
class Tally:
    total: int
    supporting: int
    contradicting: int
    mentioning: int
    unclassified: int
    citingPublications: int  # noqa: N815
    doi: Doi

    __post_init__ = Sums.__post_init__


@dataclass(frozen=True)
class SectionTally:
    total: int
    introduction: int
    methods: int
    results: int
    discussion: int
    other: int
    doi: Doi

    def __post_init__(self):
        assert self.introduction + self.methods + self.results + self.discussion + self.other == self.total


@dataclass(frozen=True)
class Author:
    family: str
    given: str | None
    authorName: str  # noqa: N815
    authorSequenceNumber: int  # noqa: N815


@dataclass(frozen=True)
class Notice:
    status: str
    date: str | None
    noticeDoi: Doi | None  # noqa: N815
    doi: Doi
    urls: list[str]


@dataclass(frozen=True)
class Paper:
    doi: Doi
    title: str | None
    abstract: str | None
    authors: list[Author]
    year: int | None
    journal: str | None
    volume: str | None
    issue: str | None
    page: str | None
    publisher: str | None
    issns: list[str]
    tally: Tally
    citingTally: Tally  # noqa: N815
    editorialNotices: list[Notice]  # noqa: N815
    retracted: bool | None


@dataclass(frozen=True)
class SelfCite:
    type: str
    family: str
    given: str | None


@dataclass(frozen=True)
class Citation:
    id: int | str
    source: Doi
    target: Doi
    type: Kind
    typeConfidence: float  # noqa: N815
    positive: float
    negative: float
    neutral: float
    section: str | None
    snippet: str
    lang: str | None
    refLocation: str  # noqa: N815
    expertClassification: Kind | None  # noqa: N815
    selfCites: list[SelfCite]  # noqa: N815

    def __post_init__(self):
        assert self.positive + self.negative + self.neutral == pytest.approx(1, abs=1e-3)
        if self.expertClassification:
            assert self.type == self.expertClassification
        elif self.type in SCORE:
            assert self.typeConfidence == getattr(self, SCORE[self.type])
        assert re.fullmatch(r"b\d+/[1-9]\d*", self.refLocation), self.refLocation
        marked = re.findall(r'<cite\b[^>]*\bdata-doi="(10\.[^"]+)"[^>]*>.+?</cite>', self.snippet)
        assert self.target in marked or not self.target.startswith("10."), (
            f"{self.target} is not marked in: {self.snippet}"
        )


@dataclass(frozen=True)
class Metadata(Open):
    totalCitationCount: int  # noqa: N815


@dataclass(frozen=True)
class Page:
    citations: list[Citation]
    papers: dict[Doi, Paper]
    tallies: dict[Doi, Tally]
    metadata: Metadata


@dataclass(frozen=True)
class Result(Open):
    citations: list[Citation]
    papers: dict[Doi, Paper]
    tallies: dict[Doi, Tally]


@dataclass(frozen=True)
class Task(Open):
    id: str
    status: Literal["PENDING", "STARTED", "SUCCESS", "FAILURE", "CANCELLED"]
    result: Result | None


@dataclass(frozen=True)
class Tallies:
    tallies: dict[Doi, Tally]


@dataclass(frozen=True)
class Papers:
    papers: dict[Doi, Paper]


def read(kind, value, at="answer"):
    """The value as ``kind``; an AssertionError says where it is something else."""
    origin = get_origin(kind)
    if is_dataclass(kind):
        assert isinstance(value, dict), f"{at}: {value!r} is not an object"
        hints = get_type_hints(kind)
        names = [field.name for field in fields(kind)]
        missing, odd = sorted(set(names) - value.keys()), sorted(value.keys() - set(names))
        assert not missing, f"{at}: {missing} are missing"
        assert not odd or issubclass(kind, Open), f"{at}: {odd} are not known"
        return kind(**{name: read(hints[name], value[name], f"{at}.{name}") for name in names})
    if origin in {Union, types.UnionType}:
        if value is None and type(None) in get_args(kind):
            return None
        inner = [arm for arm in get_args(kind) if arm is not type(None)]
        if len(inner) == 1:
            return read(inner[0], value, at)
        assert type(value) in inner, f"{at}: {value!r}"
        return value
    if origin is list:
        assert isinstance(value, list), f"{at}: {value!r} is not a list"
        return [read(get_args(kind)[0], item, f"{at}[{i}]") for i, item in enumerate(value)]
    if origin is dict:
        assert isinstance(value, dict), f"{at}: {value!r} is not an object"
        key_kind, item_kind = get_args(kind)
        found = {read(key_kind, key, at): read(item_kind, item, f"{at}[{key}]") for key, item in value.items()}
        assert all(key == key.lower() == item.doi.lower() for key, item in found.items()), f"{at}: {list(found)}"
        return found
    if origin is Literal:
        assert value in get_args(kind), f"{at}: {value!r}"
        return value
    if kind is Doi:
        assert isinstance(value, str), f"{at}: {value!r}"
        named = r"10\.\d{4,9}/\S+|work:[0-9a-f]{16}|manuscript|reference \d+"  # ours for works without a DOI: docs/serving.md
        assert re.fullmatch(named, value), f"{at}: {value!r} is not a DOI"
        return value
    assert type(value) in ((int, float) if kind is float else (kind,)), f"{at}: {value!r} is not {kind.__name__}"
    return value


# ---------------------------------------------------------------- the client


class SciteClient:
    """The calls of the interface over an HTTP client such as httpx's."""

    def __init__(self, http):
        self.http = http

    def get(self, path: str, **params):
        return self.http.get(path, params=params).raise_for_status().json()

    def post(self, path: str, dois: list[str]):
        if len(dois) > MOST:
            raise ValueError(f"{len(dois)} DOIs: at most {MOST} are taken")
        return self.http.post(path, json=dois).raise_for_status().json()

    def tally(self, doi: str) -> Tally:
        return read(Tally, self.get(f"/tallies/{doi}"))

    def tallies(self, dois: list[str]) -> dict[str, Tally]:
        return read(Tallies, self.post("/tallies", dois)).tallies

    def aggregate(self, dois: list[str]) -> Sums:
        return read(Sums, self.post("/tallies/aggregate", dois))

    def section_tally(self, doi: str) -> SectionTally:
        return read(SectionTally, self.get(f"/tallies/cited-by-sections/{doi}"))

    def paper(self, doi: str) -> Paper:
        return read(Paper, self.get(f"/papers/{doi}"))

    def papers(self, dois: list[str]) -> dict[str, Paper]:
        return read(Papers, self.post("/papers", dois)).papers

    def sources(self, doi: str) -> dict[str, Paper]:
        return read(Papers, self.get(f"/papers/sources/{doi}")).papers

    def pages(self, path: str, limit: int) -> Iterator[Page]:
        offset, total = 0, 1
        while offset < total:
            page = read(Page, self.get(path, limit=limit, offset=offset))
            total = page.metadata.totalCitationCount
            assert len(page.citations) == min(limit, total - offset)
            offset += limit
            yield page

    def citations_citing(self, doi: str, *, limit: int = 100) -> list[Citation]:
        """The statements whose target is ``doi``."""
        return [one for page in self.pages(f"/api_partner/citations/citing/{doi}", limit) for one in page.citations]

    def citations_cited_by(self, doi: str, *, limit: int = 100) -> list[Citation]:
        """The statements whose source is ``doi``."""
        return [one for page in self.pages(f"/api_partner/citations/cited_by/{doi}", limit) for one in page.citations]

    def search(self, **params) -> list[Paper]:
        hits = self.get("/search", **params)["hits"]
        listed = {field.name for field in fields(Paper)}
        return [read(Paper, {k: v for k, v in hit.items() if k in listed}, f"hits[{i}]") for i, hit in enumerate(hits)]

    def reference_check(self, path: str, data: bytes) -> Result:
        sent = self.http.post("/reference_check", files={"file": (Path(path).name, data)})
        task = read(Task, sent.raise_for_status().json())
        until = time.monotonic() + 60
        while task.status in {"PENDING", "STARTED"}:
            assert time.monotonic() < until, task
            time.sleep(0.05)
            task = read(Task, self.get(f"/reference_check/tasks/{task.id}"))
        assert task.status == "SUCCESS", task
        assert task.result is not None
        return task.result


@pytest.fixture(scope="module")
def http(sample_db):
    with TestClient(create_app(sample_db, settings=Settings(rate=0)), base_url="http://localhost") as made:
        yield made


@pytest.fixture(scope="module")
def scite(http):
    return SciteClient(http)


# ---------------------------------------------------------------- tests


def test_tally_is_the_same_in_either_case(scite):
    tally = scite.tally(UPPER)
    assert tally == scite.tally(ASKED)
    assert (tally.doi, tally.citingPublications) == (ASKED, len(CITING))
    assert min(tally.supporting, tally.contradicting, tally.mentioning) > 0


def test_tallies_have_lower_cased_keys(scite):
    tallies = scite.tallies([UPPER, HALE])
    assert tallies == {ASKED: scite.tally(ASKED), HALE: scite.tally(HALE)}


def test_at_most_500_dois(scite, http):
    dois = [f"10.5555/none.{i}" for i in range(MOST + 1)]
    assert scite.tallies([*dois[: MOST - 1], UPPER])[ASKED].total > 0
    with pytest.raises(ValueError, match="501 DOIs"):
        scite.tallies(dois)
    assert http.post("/tallies", json=dois).is_client_error


def test_aggregate_is_the_sum(scite):
    both, one, other = scite.aggregate([UPPER, HALE]), scite.tally(ASKED), scite.tally(HALE)
    for name in ("total", "supporting", "contradicting", "mentioning", "unclassified"):
        assert getattr(both, name) == getattr(one, name) + getattr(other, name)


def test_section_tally_counts_the_same_statements(scite):
    sections = scite.section_tally(UPPER)
    assert (sections.doi, sections.total) == (ASKED, scite.tally(ASKED).total)
    assert sections.introduction > 0
    assert sections.results > 0


def test_papers(scite):
    paper = scite.paper(HALE.upper())
    assert (paper.doi, paper.year, paper.authors[0].family) == (HALE, 2019, "Hale")
    assert [author.authorSequenceNumber for author in paper.authors] == [1, 2]
    assert paper.tally == scite.tally(HALE)
    assert scite.papers([HALE.upper(), UPPER]) == {HALE: paper, ASKED: scite.paper(ASKED)}
    assert scite.sources(UPPER).keys() == CITING


@pytest.mark.parametrize("doi", [UPPER, "10.5555/specimen.2017.06"])
def test_citing_pages_hold_each_statement_about_the_work_once(scite, doi):
    tally = scite.tally(doi)
    found = scite.citations_citing(doi, limit=4)
    assert {one.target for one in found} == {doi.lower()}
    assert len({one.id for one in found}) == len(found) == tally.total
    assert Counter(one.type for one in found) == +Counter({name: getattr(tally, name) for name in get_args(Kind)})
    assert len({one.source for one in found}) == tally.citingPublications


def test_cited_by_pages_hold_the_statements_the_work_makes(scite):
    found = scite.citations_cited_by(HALE.upper(), limit=4)
    assert {one.source for one in found} == {HALE}
    assert ASKED in {one.target for one in found}


def test_search_takes_its_filters(scite, http):
    assert [paper.doi for paper in scite.search(term="supervision", author="Hale")] == [HALE]
    assert {paper.year for paper in scite.search(term="supervision", date_from=2019, date_to=2021)} == {2019, 2021}
    some = scite.search(term="supervision", supporting_from=4, limit=5)
    assert [paper.doi for paper in some] == [ASKED]
    assert scite.search(term="supervision", supporting_from=4, limit=5, offset=1) == []
    both = [scite.search(term="supervision", citation_types=name) for name in ("contrasting", "contradicting")]
    assert both[0] == both[1] != []
    for form in ("csv", "ris"):
        assert HALE in http.get("/search", params={"term": "supervision", "format": form}).raise_for_status().text


@pytest.mark.parametrize("name", ["contradicting_from", "contrasting_from"])
def test_search_counts_contrasting_under_both_names(scite, name):
    most = scite.tally(HALE).contradicting
    assert [paper.doi for paper in scite.search(term="supervision", author="Hale", **{name: most})] == [HALE]
    assert scite.search(term="supervision", author="Hale", **{name: most + 1}) == []


def test_search_hits_are_papers_with_a_doi(scite):
    assert {ASKED, HALE} <= {paper.doi for paper in scite.search(term="supervision", limit=20)}


@pytest.mark.parametrize("name", ["hale-2019.pdf", "draft.xml"])
def test_reference_check_of_a_manuscript(scite, name):
    body = f"<sec><title>Results</title><p>This agrees with {cite('r1', 'Brandt (2014)')}.</p></sec>"
    draft = jats(body, refs=ref("r1", "Brandt", "2014", doi=UPPER))
    result = scite.reference_check(name, draft if name == "draft.xml" else (SAMPLE / name).read_bytes())
    assert ASKED in {one.target for one in result.citations}
    assert result.papers[ASKED] == scite.paper(ASKED)
    assert result.tallies[ASKED] == scite.tally(ASKED)
