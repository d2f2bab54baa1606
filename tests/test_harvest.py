"""Gathering a corpus from the stand-in: faults pass, only open texts are taken, and what was killed goes on where it stopped."""

import hashlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import services as standin
from conftest import column, pdf
from services import Article, Fault, Services, a_shelf, an_article
from typer.testing import CliRunner

pytest.importorskip("hishel", reason="the extra 'corpus' is not installed")

import httpx2

import citeclass
from citeclass.cli import app
from citeclass.corpora import (
    SEARCHED,
    USUAL,
    Addresses,
    Corpus,
    Entry,
    Found,
    Home,
    Judgement,
    Manifest,
    Manners,
    Service,
    State,
    fetch,
    judge,
    level_licence,
    load_corpus,
    open_net,
    planned,
    search,
    take_folder,
    write_works,
)
from citeclass.errors import BadCorpus, ServiceError

pytestmark = pytest.mark.enable_socket
EMAIL = "us@here.invalid"
ATTEMPTS = 3
QUICK = Manners(per_second=200, attempts=ATTEMPTS, first_wait=0.01, longest_wait=5, timeout=0.3)
DEFINITION = """\
name = "specimen"
title = "Specimens"
languages = ["en"]
from_year = 1990

[[journals]]
name = "Specimen Journal of Infancy"
issn = ["5555-0010"]

[[topics]]
name = "infant mental health"
terms = ["infant mental health"]

[relevance]
threshold = 2
title_threshold = 2

[[relevance.signals]]
name = "infants"
points = 3
terms = ["infant*"]

[[relevance.signals]]
name = "animals"
points = -6
terms = ["rat", "rats"]
"""
RETRACTION = [{"kind": "retraction", "doi": "10.5555/notice.1", "date": "2020-05-06"}]
PRINTED = [
    "Skin contact and infant mental health in rural clinics",
    "",
    "Introduction",
    "In line with earlier work [1], infants slept longer after the visits than before. This agrees",
    "with what others found [2].",
    "",
    "References",
    "[1] Brodal B, Hollis A. Night waking of infants. Letters from Nowhere. 1990;1:1-9.",
    "[2] Castell C. Evening songs for infants. Letters from Nowhere. 1991;2:3-8.",
]
WHOLE_PDF = b"%PDF-1.4 as it is\n%%EOF"
RATS = {"title": "Night noise and the infant rat", "abstract": "Rats were kept awake."}


# ---- what is gathered, and how two gatherings are compared


class Gathered(NamedTuple):
    """What a home folder holds, without times and without the folder's own name."""

    entries: list[dict[str, Any]]
    articles: dict[str, bytes]
    works: str


def gathered(home: Path) -> Gathered:
    with Manifest(home / "manifest.db") as manifest:
        told = [(e.to_json(), e.service) for e in manifest.entries()]
    entries = [
        row
        | {"service": service, "fetched": bool(row["fetched"])}
        | {n: sorted(row[n]) for n in ("found_by", "queries")}
        for row, service in told
    ]
    files = {path.name: path.read_bytes() for path in sorted((home / "articles").iterdir())}
    return Gathered(entries, files, bare((home / "works.json").read_text(encoding="utf-8"), home))


def bare(value: Any, home: Path) -> Any:
    """A value without what is another in each run."""
    if isinstance(value, str):
        return re.sub(r"\d{4}-\d\d-\d\d(T[\d:+]+)?", "DATE", value.replace(str(home), "HOME"))
    return round(value, 9) if isinstance(value, float) else value


TABLES = ("works", "entries", "documents", "statements", "predictions", "shown", "catalogue", "told", "aliases", "failures")  # fmt: skip


def library(db: Path, home: Path) -> dict[str, list[str]]:
    """All rows of a library, without times and the last places of probabilities, which vary."""
    with closing(sqlite3.connect(db)) as opened:
        opened.row_factory = sqlite3.Row
        rows = {table: map(dict, opened.execute(f"select * from {table}").fetchall()) for table in TABLES}
    return {
        table: sorted(str({n: bare(v, home) for n, v in row.items() if n not in ("at", "added")}) for row in found)
        for table, found in rows.items()
    }


def imported(home: Path, db: Path) -> dict[str, list[str]]:
    """The library that a home folder's works make."""
    with citeclass.open(str(db)) as opened:
        opened.take_in(home / "works.json")
    return library(db, home)


def gather(
    services: Services, home: Path, *, corpus: Corpus | None = None, sources: Sequence[Service] = USUAL,
    email: str | None = EMAIL, limit: int | None = None, manners: Manners = QUICK,
) -> list[str]:  # fmt: skip
    """Search, fetch and write the works, as ``citeclass corpus fetch`` does but without its waits; the troubles."""
    at, corpus = Home(home), corpus or defined()
    addresses = Addresses.under(services.url)
    with (
        Manifest(at.manifest) as manifest,
        open_net(addresses=addresses, email=email, cache=at.cache, manners=manners) as net,
    ):
        troubles = search(corpus, manifest, net, services=sources, enough=limit)
        try:
            troubles += fetch(corpus, manifest, net, at, limit=limit)
        except ServiceError as error:
            troubles.append(str(error))
        write_works(manifest, at)
    return troubles


def ask(
    services: Services, home: Path, *sources: Service, manners: Manners = QUICK, email: str | None = EMAIL
) -> list[str]:
    """Search only; the troubles."""
    addresses = Addresses.under(services.url)
    with (
        Manifest(Home(home).manifest) as manifest,
        open_net(addresses=addresses, email=email, manners=manners) as net,
    ):
        return search(defined(), manifest, net, services=sources or USUAL)


def asked_of(answer: Any, home: Path, service: Service) -> list[str]:
    """Search a service that gives one answer to everything; the troubles."""
    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, json=answer))
    with (
        Manifest(Home(home).manifest) as manifest,
        open_net(transport=transport, email=EMAIL, manners=QUICK) as net,
    ):
        return search(defined(), manifest, net, services=[service])


def entries(home: Path) -> dict[str, Entry]:
    with Manifest(Home(home).manifest) as manifest:
        return {entry.key: entry for entry in manifest.entries()}


def states(home: Path) -> dict[str, str]:
    return {key.removeprefix("doi:10.5555/imh."): entry.state.value for key, entry in entries(home).items()}


def defined(**changes: Any) -> Corpus:
    return Corpus.model_validate(tomllib.loads(DEFINITION) | changes)


def judged(found: Found) -> Judgement:
    return judge(defined().relevance, title=found.title, abstract=found.abstract)


def run(*arguments: object):
    return CliRunner().invoke(app, [str(a) for a in arguments])


def texts(services: Services) -> list[str]:
    """The full texts that were asked for."""
    return [r.path for r in services.requests if "fullTextXML" in r.path or r.service == "publisher"]


@pytest.fixture(scope="module", autouse=True)
def prompt() -> Iterator[None]:
    """The stand-in sends its answers at once, not 40 ms later when the client has acknowledged their heads."""
    standin.Handler.disable_nagle_algorithm = True
    yield
    del standin.Handler.disable_nagle_algorithm


@pytest.fixture(scope="module")
def definition(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "specimen.toml"
    path.write_text(DEFINITION, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def standing(tmp_path_factory) -> Iterator[Services]:
    """Four open articles in XML, one as PDF, one that is closed, one on rats, and one that was taken back."""
    file = pdf(tmp_path_factory.mktemp("pdf") / "5.pdf", lambda canvas: column(canvas, 72, 760, PRINTED))
    special = [
        an_article(5, pmcid=None, pdf=file.read_bytes()),
        an_article(6, licence=""),
        an_article(8, **RATS),
        an_article(10, updates=RETRACTION),
    ]
    with Services(a_shelf(4) + special) as running:
        yield running


@pytest.fixture
def services(standing: Services) -> Iterator[Services]:
    """The stand-in, in order again."""
    standing.requests.clear()
    standing.faults.clear()
    yield standing
    standing.faults.clear()


class Built(NamedTuple):
    """An undisturbed ``citeclass corpus build``."""

    home: Path
    site: Path
    output: str
    asked: int
    gathered: Gathered
    library: dict[str, list[str]]


def build(definition: Path, services: Services, home: Path) -> list[object]:
    """The arguments of a build."""
    return [
        "corpus", "build", definition, "--home", home, "--out", home / "site", "--source-url", services.url,
        "--email", EMAIL, "--limit", 50, "--jobs", 1,
    ]  # fmt: skip


@pytest.fixture(scope="module")
def built(definition, standing, tmp_path_factory) -> Built:
    home = tmp_path_factory.mktemp("built") / "home"
    standing.requests.clear()
    done = run(*build(definition, standing, home))
    assert done.exit_code == 0, done.output
    asked = len(standing.requests)
    return Built(home, home / "site", done.stdout, asked, gathered(home), library(home / "library.db", home))


# ---- faults of services

LATE = r"cursor(Mark)?=(?!\*|%2A)"  # a page after the first
PLACES = {"europepmc": r"^/europepmc\S*/search", "crossref": "^/crossref/works", "text": "fullTextXML", "pdf": "^/publisher", "unpaywall": "^/unpaywall"}  # fmt: skip
FAULTS = {
    "429, seconds": ("status", {"status": 429, "retry_after": 0}),
    "429, date": ("status", {"status": 429, "retry_after": format_datetime(datetime(2020, 1, 1, tzinfo=UTC), usegmt=True)}),
    "429, nonsense": ("status", {"status": 429, "retry_after": "soon"}),
    "500": ("status", {"status": 500}),
    "502": ("status", {"status": 502}),
    "503": ("status", {"status": 503}),
    "half a body": ("half_body", {}),
    "another type": ("wrong_type", {}),
    "an HTML error": ("html_error", {}),
    "cut short": ("bad_json", {}),
    "dropped": ("drop", {}),
    "slow": ("slow", {"seconds": 0.6}),
    "a page twice": ("duplicate_page", {}),
    "an empty page": ("empty_page", {}),
    "a bare shell": ("bare", {}),
    "moved": ("redirect", {}),
    "moved to nowhere": ("redirect", {"to": "http://127.0.0.1:9/elsewhere"}),
    "403": ("status", {"status": 403}),
    "404": ("status", {"status": 404}),
}  # fmt: skip
SOME = ("503", "half a body", "another type", "cut short", "a bare shell")
ONCE = [("europepmc", name) for name in FAULTS]
ONCE += [("text", name) for name in FAULTS if "page" not in name and name != "404"]  # 404: see below
ONCE += [
    ("crossref", name) for name in (*SOME, "429, seconds", "dropped", "a page twice", "an empty page", "403", "404")
]
ONCE += [(place, name) for place in ("pdf", "unpaywall") for name in SOME]
PASSING = ("503", "half a body", "another type", "dropped")


@pytest.mark.parametrize(("place", "name"), ONCE)
def test_a_fault_changes_nothing_or_is_told_and_gone_in_the_next_run(services, built, tmp_path, place, name):
    kind, options = FAULTS[name]
    services.faults.append(Fault(PLACES[place], kind, **options))
    troubles = gather(services, tmp_path)
    assert services.faults[0].times == 0
    if troubles:
        assert len(troubles) == 1
        assert gather(services, tmp_path) == []
    assert gathered(tmp_path) == built.gathered


@pytest.mark.parametrize("name", PASSING)
@pytest.mark.parametrize("place", ["europepmc", "crossref", "text"])
def test_a_fault_that_stays_is_told_and_the_next_run_completes(services, built, tmp_path, place, name):
    kind, options = FAULTS[name]
    services.faults.append(Fault(PLACES[place], kind, times=ATTEMPTS, **options))
    (trouble,) = gather(services, tmp_path)
    assert "127.0.0.1" in trouble
    assert trouble.startswith("doi:10.5555/imh." if place == "text" else place)
    assert gathered(tmp_path) != built.gathered
    assert gather(services, tmp_path) == []
    assert gathered(tmp_path) == built.gathered


@pytest.mark.parametrize("name", ["503", "dropped", "slow"])
def test_attempts_are_as_many_as_manners_allow(services, tmp_path, name):
    kind, options = FAULTS[name]
    services.faults.append(Fault("^/crossref", kind, times=99, **options))
    (trouble,) = ask(services, tmp_path, Service.CROSSREF)
    assert len(services.requests) == ATTEMPTS
    assert trouble.startswith("crossref, Specimen Journal of Infancy: 127.0.0.1")


def test_a_text_that_is_not_found_is_no_trouble_and_asked_for_again_with_again(services, built, definition, tmp_path):
    services.faults.append(Fault("fullTextXML", "status", status=404))
    assert gather(services, tmp_path) == []
    assert sorted(states(tmp_path).values()).count("no full text") == 1
    assert gather(services, tmp_path) == []
    assert "no full text" in states(tmp_path).values()
    at = ("--home", tmp_path, "--source-url", services.url, "--email", EMAIL)
    assert run("corpus", "search", definition, *at, "--again").exit_code == 0
    assert gather(services, tmp_path) == []
    assert gathered(tmp_path) == built.gathered


def test_a_service_that_is_down_is_left_after_five_articles(tmp_path):
    with Services(a_shelf(7)) as others:
        others.faults.append(Fault("fullTextXML", "status", times=999))
        troubles = gather(others, tmp_path)
        assert "5 articles in a row" in troubles[-1]
        assert len(texts(others)) == 5 * ATTEMPTS
        others.faults.clear()
        assert gather(others, tmp_path) == []
        assert set(states(tmp_path).values()) == {"fetched"}


def test_after_a_long_outage_what_failed_is_fetched_or_told(tmp_path):
    with Services(a_shelf(2)) as others:
        others.faults.append(Fault("fullTextXML", "status", times=999, status=403))
        for _ in range(4):
            assert len(gather(others, tmp_path)) == 2
        others.faults.clear()
        assert gather(others, tmp_path) or set(states(tmp_path).values()) == {"fetched"}


def test_xml_that_is_cut_after_a_tag_is_not_taken_for_whole(tmp_path):
    shelf = (an_article(1, title=f"Infants{' who sleep' * n}{'s' * (n % 9)}") for n in range(2000))
    article = next(a for a in shelf if a.jats[: len(a.jats) // 2].endswith(b">"))
    with Services([article]) as others:
        others.faults.append(Fault("fullTextXML", "bad_json"))
        assert gather(others, tmp_path) == []
    assert [path.read_bytes() for path in (tmp_path / "articles").iterdir()] == [article.jats]


# ---- faults on later pages

PAGED = (Service.EUROPE_PMC, Service.CROSSREF)
PAGE_FAULTS = ("a page twice", "an empty page", "half a body", "cut short", "dropped", "a bare shell", "503", "403")


@pytest.fixture(scope="module")
def many() -> list[Article]:
    """More articles than a page holds, all in one journal."""
    return [an_article(2 * n) for n in range(1, 116)]


@pytest.mark.parametrize("name", PAGE_FAULTS)
@pytest.mark.parametrize("service", PAGED)
def test_no_article_of_a_long_list_is_lost_without_a_word(many, tmp_path, service, name):
    kind, options = FAULTS[name]
    with Services(many) as others:
        others.faults.append(Fault(LATE, kind, **options))
        if ask(others, tmp_path, service):
            assert ask(others, tmp_path, service) == []
        assert others.faults[0].times == 0
    assert len(entries(tmp_path)) == len(many)


@pytest.mark.parametrize("name", ["an empty page", "half a body", "cut short"])
@pytest.mark.parametrize("service", PAGED)
def test_the_last_article_of_a_list_is_not_lost_with_its_page(tmp_path, service, name):
    journal = [an_article(2 * n, title=f"Infants, part {n}", abstract="They slept.") for n in range(1, 102)]
    with Services(journal) as others:
        others.faults.append(Fault(LATE, FAULTS[name][0]))
        told = ask(others, tmp_path, service)
        if told:
            assert ask(others, tmp_path, service) == []
    assert len(entries(tmp_path)) == 101


def test_a_total_that_is_never_reached_is_told_once(tmp_path):
    page = {"message": {"items": [{"DOI": "10.5555/a"}], "total-results": 3}}
    assert asked_of(page, tmp_path, Service.CROSSREF)
    assert asked_of(page, tmp_path, Service.CROSSREF) == []


@pytest.mark.parametrize("cursor_end", ["echo", "absent"])
def test_lists_end_in_either_way(many, tmp_path, cursor_end):
    with Services(many, cursor_end=cursor_end) as others:
        assert ask(others, tmp_path) == []
    assert len(entries(tmp_path)) == len(many)


@pytest.mark.parametrize("service", PAGED)
def test_a_search_whose_cursor_has_expired_begins_anew(many, tmp_path, service):
    with Services(many) as others:
        others.faults.append(Fault(LATE, "status", times=99, status=403))
        assert ask(others, tmp_path, service)
    with Services(many) as later:  # it has not given those cursors
        ask(later, tmp_path, service)
        assert ask(later, tmp_path, service) == []
    assert len(entries(tmp_path)) == len(many)


# ---- answers of another shape than is documented

SHAPES = [
    (Service.EUROPE_PMC, []),
    (Service.EUROPE_PMC, None),
    (Service.EUROPE_PMC, {"errMsg": "no"}),
    (Service.EUROPE_PMC, {"resultList": None}),
    (Service.EUROPE_PMC, {"resultList": {"result": [None]}}),
    (Service.EUROPE_PMC, {"resultList": {"result": []}, "hitCount": 3}),
    (Service.EUROPE_PMC, {"resultList": {"result": []}, "hitCount": "3"}),
    (Service.CROSSREF, None),
    (Service.CROSSREF, {"message": []}),
    (Service.CROSSREF, {"message": {"items": [None]}}),
    (Service.CROSSREF, {"message": {"items": [{"DOI": 5}]}}),
    (Service.CROSSREF, {"message": {"items": [{"author": [None]}]}}),
    (Service.CROSSREF, {"message": {"items": [], "total-results": "many"}}),
    (Service.OPENALEX, None),
    (Service.OPENALEX, {"results": None}),
    (Service.OPENALEX, {"results": [None]}),
]


@pytest.mark.parametrize(("service", "answer"), SHAPES)
def test_an_answer_of_another_shape_is_a_trouble(tmp_path, service, answer):
    assert asked_of(answer, tmp_path, service)


CRASHES = pytest.mark.xfail(strict=True, reason="fetching ends with a traceback")
ODD_RECORDS = [
    None,
    [],
    pytest.param({"doi": "10.5555/a", "best_oa_location": 5}, marks=CRASHES),
    pytest.param({"doi": "10.5555/a", "oa_locations": [{"url_for_pdf": 5, "license": "cc-by"}]}, marks=CRASHES),
]


@pytest.mark.parametrize("answer", ODD_RECORDS)
def test_a_record_of_another_shape_from_unpaywall_is_a_trouble_too(services, tmp_path, monkeypatch, answer):
    monkeypatch.setattr(services, "_unpaywall", lambda *_: standin.said(answer))
    assert gather(services, tmp_path)
    assert "fetched" in states(tmp_path).values()


# ---- manners


@pytest.mark.parametrize("place", ["europepmc", "text"])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_the_wait_a_service_asks_for_is_kept(services, tmp_path, place, form):
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    services.faults.append(Fault(PLACES[place], "status", status=429, retry_after=1 if form == "seconds" else date))
    assert gather(services, tmp_path) == []
    waits = [after.time - before.time for before, after in pairwise(services.requests)]
    assert 0.95 < max(waits) < 4
    at = waits.index(max(waits))
    assert services.requests[at].path == services.requests[at + 1].path
    assert services.requests[at].query == services.requests[at + 1].query


@pytest.mark.parametrize("place", ["crossref", "text"])
def test_a_wait_that_is_too_long_is_left_for_another_run(services, built, tmp_path, place):
    services.faults.append(Fault(PLACES[place], "status", status=429, retry_after=3600))
    before = time.monotonic()
    (trouble,) = gather(services, tmp_path)
    assert time.monotonic() - before < 2
    assert "429" in trouble
    assert gather(services, tmp_path) == []
    assert gathered(tmp_path) == built.gathered


def test_a_trouble_says_how_often_was_asked(services, tmp_path):
    services.faults.append(Fault("^/crossref", "status", status=429, retry_after=3600))
    (trouble,) = ask(services, tmp_path, Service.CROSSREF)
    assert len(services.requests) == 1
    assert f"{ATTEMPTS} times" not in trouble


def test_services_are_told_who_asks_and_publishers_are_not(services, tmp_path):
    gather(services, tmp_path / "with")
    assert {r.service for r in services.requests} == {"europepmc", "crossref", "unpaywall", "publisher"}
    for asked in services.requests:
        assert asked.headers["user-agent"].startswith("citeclass/")
        assert (f"mailto:{EMAIL}" in asked.headers["user-agent"]) == (asked.service != "publisher")
    assert {r.query.get("mailto") for r in services.requests if r.service == "crossref"} == {EMAIL}
    services.requests.clear()
    gather(services, tmp_path / "without", email=None)
    assert not any("mailto" in r.headers["user-agent"] or "mailto" in r.query for r in services.requests)
    assert not any(r.service == "unpaywall" for r in services.requests)


ELSEWHERE = ("http://localhost:{port}/secret", "http://10.0.0.1/secret", "http://[::1]:{port}/secret", "file:///etc/hosts", "ftp://here.invalid/a")  # fmt: skip


@pytest.mark.parametrize("url", ELSEWHERE)
def test_no_answer_leads_into_a_private_network(services, built, tmp_path, url):
    services.faults.append(Fault("fullTextXML", "redirect", to=url.format(port=services.url.rpartition(":")[2])))
    before = time.monotonic()
    (trouble,) = gather(services, tmp_path)
    assert time.monotonic() - before < 3
    assert "secret" not in {r.path for r in services.requests}
    assert trouble.startswith("doi:10.5555/imh.")
    assert gather(services, tmp_path) == []
    assert gathered(tmp_path) == built.gathered


@pytest.mark.parametrize("faulty", [False, True])
def test_no_more_is_asked_in_a_second_than_manners_allow(services, tmp_path, faulty):
    services.faults += [Fault("fullTextXML", "status", times=2)] * faulty
    gather(services, tmp_path, manners=Manners(per_second=6, attempts=ATTEMPTS, first_wait=0.001))
    times = [r.time for r in services.requests if r.service != "crossref"]
    assert len(times) > 8
    assert min(later - sooner for sooner, later in zip(times, times[6:], strict=False)) > 0.9


@pytest.mark.parametrize(("email", "most", "faults"), [(None, 1, 0), (EMAIL, 3, 2)])
def test_crossref_is_asked_no_more_often_than_it_allows(many, tmp_path, email, most, faults):
    with Services(many) as others:
        others.faults.append(Fault("^/crossref", "status", times=faults))
        assert ask(others, tmp_path, Service.CROSSREF, email=email) == []
        times = [r.time for r in others.requests]
    assert len(times) == 2 + faults
    assert min(later - sooner for sooner, later in zip(times, times[most:], strict=False)) > 0.9


@pytest.mark.parametrize("url", ["nonsense", "ftp://here.invalid"])
def test_an_address_that_cannot_be_one_is_told_at_once(tmp_path, url):
    before = time.monotonic()
    with (
        Manifest(Home(tmp_path).manifest) as manifest,
        open_net(addresses=Addresses.under(url), email=EMAIL, manners=Manners(attempts=2, first_wait=0.3)) as net,
    ):
        assert search(defined(), manifest, net, services=[Service.CROSSREF])
    assert time.monotonic() - before < 0.3


def test_an_address_for_mail_may_have_any_letters(services, definition, tmp_path):
    done = run("corpus", "search", definition, "--home", tmp_path, "--source-url", services.url, "--email", "jörg@here.invalid")  # fmt: skip
    assert done.exit_code in (0, 2), done.exception


# ---- licences, and what is kept of each article

PDF_ALONE = {"pmcid": None, "pdf": WHOLE_PDF}
UNTOLD = {"licence": "", "open_access": True}  # Europe PMC calls it open, and does not say how
LICENCES = [  # what differs from an open article, licences of the definition (None: the usual), state, whether a file is asked for
    ({}, None, State.FETCHED, True),
    ({"licence": "cc0"}, None, State.FETCHED, True),
    ({"licence": "cc by-nc-nd"}, None, State.FETCHED, True),
    ({"licence": "cc by-nc-nd"}, ["cc0", "cc by"], State.CLOSED, False),
    ({"licence": "cc by-nc"}, ["cc0", "cc by"], State.CLOSED, False),
    ({"licence": "cc by"}, ["cc0", "cc by"], State.FETCHED, True),
    ({"licence": ""}, None, State.CLOSED, None),
    (UNTOLD, None, State.CLOSED, None),
    (UNTOLD | {"jats": an_article(2).jats}, None, State.FETCHED, True),
    (UNTOLD | {"jats": an_article(2, licence="cc by-nc-nd").jats}, None, State.FETCHED, True),
    (UNTOLD | {"jats": an_article(2, licence="cc by-nc-nd").jats}, ["cc by"], State.CLOSED, True),
    (UNTOLD | PDF_ALONE, None, State.CLOSED, False),
    (PDF_ALONE, None, State.FETCHED, True),
    (PDF_ALONE | {"licence": "cc by-nc-nd"}, ["cc by"], State.CLOSED, False),
    ({"withdrawn": True}, None, State.UNAVAILABLE, True),
    ({"updates": RETRACTION}, None, State.WITHDRAWN, False),
    (RATS, None, State.IRRELEVANT, False),
]


@pytest.mark.parametrize(("changes", "licences", "state", "asked"), LICENCES)
def test_only_what_is_open_and_relevant_is_taken(tmp_path, changes, licences, state, asked):
    corpus = defined(licences=licences) if licences else defined()
    with Services([an_article(2, **changes)]) as others:
        assert gather(others, tmp_path, corpus=corpus) == []
        assert asked is None or bool(texts(others)) == asked
    (entry,) = entries(tmp_path).values()
    files = [path.name for path in (tmp_path / "articles").iterdir()]
    assert entry.state is state
    assert files == ([entry.file] if state is State.FETCHED else [])
    if state is State.FETCHED:
        told = "cc by-nc-nd" if b"by-nc-nd" in changes.get("jats", b"") else "cc by"
        assert entry.licence == (changes.get("licence") or told)
    told = json.loads((tmp_path / "works.json").read_text(encoding="utf-8"))
    assert [w["DOI"] for w in told] == ["10.5555/imh.2002"] * (state is not State.IRRELEVANT)
    assert [("file" in w) for w in told] == [state is State.FETCHED] * len(told)


def test_of_each_file_licence_address_service_digest_and_date_are_kept(built):
    began = datetime.now(UTC) - timedelta(minutes=10)
    fetched = [e for e in entries(built.home).values() if e.state is State.FETCHED]
    told = {w["id"]: w for w in json.loads((built.home / "works.json").read_text(encoding="utf-8"))}
    assert [e.service for e in fetched].count("europepmc") == 4
    assert [e.service for e in fetched].count("unpaywall") == 1
    for entry in fetched:
        body = (built.home / "articles" / entry.file).read_bytes()
        assert entry.sha256 == hashlib.sha256(body).hexdigest()
        assert entry.licence == "cc by"
        assert re.search(r"/PMC\d+/fullTextXML$|/publisher/10\.5555/imh\.2005\.pdf$", entry.url)
        assert began < datetime.fromisoformat(entry.fetched) <= datetime.now(UTC)
        assert told[entry.key]["license"] == "cc by"
        assert told[entry.key]["source"] == entry.service
        assert told[entry.key]["note"] == f"fetched {entry.fetched} from {entry.url}"
        assert Path(told[entry.key]["file"]).read_bytes() == body
    assert {path.name for path in (built.home / "articles").iterdir()} == {e.file for e in fetched}


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX rights")
def test_files_are_readable_as_new_files_are(built, tmp_path):
    (tmp_path / "new").touch()
    usual = (tmp_path / "new").stat().st_mode
    assert {path.stat().st_mode for path in (built.home / "articles").iterdir()} == {usual}


def test_an_article_of_two_services_is_one_entry(built):
    found = entries(built.home)
    assert len(found) == 8
    assert found["doi:10.5555/imh.2002"].services == ("europepmc", "crossref")
    assert found["doi:10.5555/imh.2003"].services == ("europepmc",)
    assert found["doi:10.5555/imh.2006"].services == ("crossref",)
    assert set(found["doi:10.5555/imh.2002"].queries) == {
        "europepmc: Specimen Journal of Infancy",
        "europepmc: infant mental health",
        "crossref: Specimen Journal of Infancy",
    }


def test_openalex_adds_to_what_others_found(services, built, tmp_path, monkeypatch):
    monkeypatch.setitem(standin.FILTERS["openalex"], "publication_year", ("PUB_YEAR", "[{} TO *]"))
    assert gather(services, tmp_path, sources=tuple(SEARCHED)) == []
    found = entries(tmp_path)
    assert found.keys() == entries(built.home).keys()
    assert found["doi:10.5555/imh.2005"].service == "openalex"
    assert set(found["doi:10.5555/imh.2002"].services) == {"europepmc", "openalex", "crossref"}
    assert {path.read_bytes() for path in (tmp_path / "articles").iterdir()} == set(built.gathered.articles.values())


SAME = [  # what is told one after the other of one article
    [{"doi": "10.5555/a"}, {"doi": "10.5555/a", "pmcid": "PMC1"}, {"pmcid": "PMC1"}],
    [{"pmcid": "PMC1"}, {"doi": "10.5555/a", "pmcid": "PMC1"}],
    [{"pmid": "1"}, {"doi": "10.5555/a", "pmid": "1"}],
    [{"pmcid": "PMC1"}, {"doi": "10.5555/a"}, {"doi": "10.5555/a", "pmcid": "PMC1"}],
]  # fmt: skip


@pytest.mark.parametrize("told", SAME)
def test_whatever_names_it_an_article_is_kept_once(tmp_path, told):
    with Manifest(tmp_path / "manifest.db") as manifest:
        for names in told:
            manifest.add(Found(Service.OPENALEX, "Infants", **names), judged, query="a query")
        assert len(list(manifest.entries())) == 1


def test_what_does_not_belong_is_told_with_reasons_and_left(services, built):
    rats = entries(built.home)["doi:10.5555/imh.2008"]
    assert (rats.state, rats.relevant) == (State.IRRELEVANT, False)
    assert "animals -9 (rat, rats)" in rats.reasons
    assert "infants +4.5 (infant)" in rats.reasons
    assert not any("2008" in name for name in built.gathered.articles)
    assert "2008" not in built.gathered.works


def test_an_open_article_is_not_told_to_be_closed(services, tmp_path):
    assert gather(services, tmp_path, email=None) == []
    found = entries(tmp_path)["doi:10.5555/imh.2005"]
    assert (found.found.licence, found.state is State.CLOSED) == ("cc by", False)


def test_an_address_given_later_lets_unpaywall_be_asked(services, built, tmp_path):
    assert gather(services, tmp_path, email=None) == []
    assert gather(services, tmp_path) == []
    assert gathered(tmp_path) == built.gathered


def test_where_the_xml_is_not_there_an_open_pdf_is_taken(tmp_path):
    with Services([an_article(2, jats=None, pdf=WHOLE_PDF)]) as others:
        assert gather(others, tmp_path) == []
    assert states(tmp_path) == {"2002": "fetched"}


LEVELLED = [
    ("cc by", "cc by"),
    ("CC-BY", "cc by"),
    ("CC BY-NC-ND 4.0", "cc by-nc-nd"),
    ("cc-by-nc", "cc by-nc"),
    ("https://creativecommons.org/licenses/by-nc-sa/3.0/igo/", "cc by-nc-sa"),
    ("http://creativecommons.org/publicdomain/zero/1.0/", "cc0"),
    ("http://creativecommons.org/publicdomain/mark/1.0/", "public domain"),
    ("CC0", "cc0"),
    ("public-domain", "public domain"),
    ("https://specimen.invalid/tdm", None),
    ("publisher-specific-oa", None),
    ("", None),
    (None, None),
]


@pytest.mark.parametrize(("told", "level"), LEVELLED)
def test_licences_are_levelled(told, level):
    assert level_licence(told) == level


# ---- killed runs

MOMENTS = [(1, 0), (3, 0.002), (5, 0.01), (7, 0.001), (9, 0.004), (10, 0)]  # requests seen, seconds later
STAGES: list[tuple[str, bool, Callable[[Path], bool]]] = [  # moment, whether all was fetched before, how it shows
    ("when the works are written", False, lambda home: (home / "works.json").is_file()),
    ("when the library is made", True, lambda home: (home / "library.db").is_file()),
    ("when the library holds something", True, lambda home: holds_statements(home / "library.db")),
    ("when the site is begun", True, lambda home: (home / "site" / "index.html").is_file()),
]
posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")


def holds_statements(db: Path) -> bool:
    if not db.is_file():
        return False
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as opened, suppress(sqlite3.OperationalError):
        return opened.execute("select count(*) from statements").fetchone()[0] > 0
    return False


def killed(arguments: list[object], when: Callable[[], bool], *, later: float = 0.0) -> None:
    """Run the console script, and kill it with no chance to tidy up once ``when`` holds."""
    command = [str(Path(sys.executable).with_name("citeclass")), *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and not when():
            time.sleep(0.001)
        time.sleep(later)
        assert process.poll() is None, "it was done before"
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait(timeout=10) == -signal.SIGKILL


@posix
@pytest.mark.parametrize(("number", "later"), MOMENTS)
def test_a_fetch_that_was_killed_goes_on_to_the_same_end(services, built, definition, tmp_path, number, later):
    at = ["--home", tmp_path, "--source-url", services.url, "--email", EMAIL]
    killed(["corpus", "fetch", definition, *at], lambda: len(services.requests) >= number, later=later)
    assert gather(services, tmp_path) == []
    assert gathered(tmp_path) == built.gathered
    assert len(services.requests) <= built.asked + 2  # what is done is not done again
    assert imported(tmp_path, tmp_path / "library.db") == built.library


@posix
@pytest.mark.parametrize(("fetched", "reached"), [pytest.param(*rest, id=name) for name, *rest in STAGES])
def test_a_build_that_was_killed_goes_on_to_the_same_end(services, built, definition, tmp_path, fetched, reached):
    if fetched:
        gather(services, tmp_path)
    killed(build(definition, services, tmp_path), lambda: reached(tmp_path))
    asked = len(services.requests)
    done = run(*build(definition, services, tmp_path))
    assert done.exit_code == 0, done.output
    assert len(services.requests) == asked
    assert gathered(tmp_path) == built.gathered
    assert library(tmp_path / "library.db", tmp_path) == built.library
    assert site(tmp_path / "site", tmp_path) == site(built.site, built.home)


@posix
def test_a_torn_file_of_a_killed_run_is_cleared(services, built, tmp_path):
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / ".part-torn").write_bytes(b"<article>")
    gather(services, tmp_path)
    assert gathered(tmp_path) == built.gathered


def test_what_is_done_is_not_asked_again(services, built, tmp_path):
    gather(services, tmp_path)
    services.requests.clear()
    assert gather(services, tmp_path) == []
    assert services.requests == []
    assert gathered(tmp_path) == built.gathered


def test_a_file_that_was_lost_is_fetched_again(services, built, tmp_path):
    gather(services, tmp_path)
    next((tmp_path / "articles").iterdir()).unlink()
    services.requests.clear()
    assert gather(services, tmp_path) == []
    assert len(texts(services)) == 1
    assert gathered(tmp_path) == built.gathered


def test_a_definition_that_changed_judges_anew_without_asking(services, tmp_path):
    ask(services, tmp_path)
    services.requests.clear()
    strict = defined(relevance=defined().relevance.model_copy(update={"threshold": 4.0}).model_dump())
    assert gather(services, tmp_path, corpus=strict) == []
    assert states(tmp_path)["2001"] == "not relevant"  # infants stand in its abstract alone
    assert states(tmp_path)["2002"] == "fetched"
    assert not any("search" in r.path or r.service == "crossref" for r in services.requests)


def test_what_was_taken_back_since_it_was_fetched_is_told(tmp_path):
    with Services([an_article(2)]) as others:
        assert gather(others, tmp_path) == []
        others.articles[:] = [an_article(2, updates=RETRACTION)]
        with Manifest(Home(tmp_path).manifest) as manifest:
            manifest.restart_searches()
        assert gather(others, tmp_path) == []
    assert states(tmp_path) == {"2002": "withdrawn"}
    (work,) = json.loads((tmp_path / "works.json").read_text(encoding="utf-8"))
    assert "file" not in work


# ---- the commands


def table(output: str) -> dict[str, int]:
    """The counts that a command printed."""
    return {m[2]: int(m[1]) for m in re.finditer(r"^ *(\d+)  (.+)$", output, re.MULTILINE)}


def test_limit_bounds_a_run_and_a_later_one_completes(services, built, definition, tmp_path):
    at = ("--home", tmp_path, "--source-url", services.url, "--email", EMAIL)
    done = run("corpus", "fetch", definition, *at, "--limit", 2)
    assert done.exit_code == 0
    assert table(done.stdout)["fetched"] == len(texts(services)) == 2
    assert len(list((tmp_path / "articles").iterdir())) == 2
    assert run("corpus", "fetch", definition, *at, "--limit", 0).exit_code == 2
    assert gather(services, tmp_path, limit=1) == []
    assert list(states(tmp_path).values()).count("fetched") == 3
    assert gather(services, tmp_path) == []
    assert gathered(tmp_path) == built.gathered


def test_search_dry_run_tells_the_queries_and_asks_nothing(services, definition, tmp_path):
    at = ("--home", tmp_path / "home", "--source-url", services.url)
    plan = json.loads(run("corpus", "search", definition, *at, "--dry-run", "--json").stdout)
    assert [(p["service"], p["name"]) for p in plan["queries"]] == [
        ("europepmc", "Specimen Journal of Infancy"),
        ("europepmc", "infant mental health"),
        ("crossref", "Specimen Journal of Infancy"),
    ]
    assert plan["queries"] == [{"service": s.value, "name": n, "query": q} for s, n, q in planned(defined())]
    text = run("corpus", "search", definition, *at, "--dry-run", "--source", "openalex").stdout
    assert "openalex: infant mental health" in text
    assert services.requests == []
    assert not (tmp_path / "home").exists()


def test_fetch_dry_run_lists_what_waits_and_does_nothing(services, definition, tmp_path):
    command = ("corpus", "fetch", definition, "--home", tmp_path / "home", "--source-url", services.url, "--dry-run")
    assert len(json.loads(run(*command, "--json").stdout)["queries"]) == 3
    assert not (tmp_path / "home").exists()
    ask(services, tmp_path / "home")
    services.requests.clear()
    plan = json.loads(run(*command, "--json").stdout)
    assert plan["queries"] == []
    assert sorted(a["doi"] for a in plan["articles"]) == [an_article(n).doi for n in (1, 2, 3, 4)]
    assert len(json.loads(run(*command, "--json", "--limit", 2).stdout)["articles"]) == 2
    text = run(*command).stdout
    assert an_article(1).title in text
    assert RATS["title"] not in text
    assert services.requests == []
    assert not (tmp_path / "home" / "articles").exists()
    assert not (tmp_path / "home" / "works.json").exists()


def test_search_judges_and_again_asks_anew(definition, tmp_path):
    with Services(a_shelf(2)) as others:
        at = ("--home", tmp_path, "--source-url", others.url)
        first = json.loads(run("corpus", "search", definition, *at, "--json").stdout)
        assert first == {"counts": {**dict.fromkeys(map(str, State), 0), "found": 2}, "not_done": []}
        others.articles.append(an_article(3))
        before = len(others.requests)
        assert table(run("corpus", "search", definition, *at).stdout)["found"] == 2
        assert len(others.requests) == before
        assert table(run("corpus", "search", definition, *at, "--again").stdout)["found"] == 3


def test_a_trouble_is_told_with_exit_code_1(services, definition, tmp_path):
    services.faults.append(Fault("^/crossref", "status", status=403))
    done = run("corpus", "search", definition, "--home", tmp_path, "--source-url", services.url)
    assert done.exit_code == 1
    assert "not done: crossref, Specimen Journal of Infancy: 127.0.0.1 answered 403" in done.stderr
    assert table(done.stdout)["found"] == 5


def test_status_tells_counts_and_searches(built, definition):
    told = json.loads(run("corpus", "status", definition, "--home", built.home, "--json").stdout)
    assert told["home"] == str(built.home)
    assert {name: n for name, n in told["articles"].items() if n} == {
        "fetched": 5, "no open licence": 1, "not relevant": 1, "withdrawn": 1,
    }  # fmt: skip
    assert [(s["service"], s["name"], s["seen"], s["total"], s["done"]) for s in told["searches"]] == [
        ("crossref", "Specimen Journal of Infancy", 5, 5, True),
        ("europepmc", "Specimen Journal of Infancy", 4, 4, True),
        ("europepmc", "infant mental health", 6, 6, True),
    ]
    text = run("corpus", "status", definition, "--home", built.home).stdout
    for words in ("fetched", "no open licence", "europepmc, infant mental health", "6 of 6"):
        assert words in text


def test_status_lists_articles_with_state_licence_and_reasons(built, definition):
    at = ("--home", built.home, "--articles")
    rows = json.loads(run("corpus", "status", definition, *at, "--json").stdout)["articles"]
    assert [row["key"] for row in rows] == [row["key"] for row in built.gathered.entries]
    assert {(row["state"], row["licence"]) for row in rows} >= {("fetched", "cc by"), ("no open licence", None)}
    text = run("corpus", "status", definition, *at).stdout
    assert f"not relevant: {RATS['title']}" in text
    assert "animals -9 (rat, rats)" in text
    assert text.count("fetched: ") == 5


def test_status_before_anything_was_gathered_tells_how_to_begin(definition, tmp_path):
    done = run("corpus", "status", definition, "--home", tmp_path / "nowhere")
    assert done.exit_code == 2
    assert "nothing was gathered" in done.stderr
    assert "fix: citeclass corpus search" in done.stderr
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("name", ["sleep, at night", "sleep [night]", "sleep [/night]"])
def test_status_shows_names_as_they_are(services, tmp_path, name):
    path = tmp_path / "corpus.toml"
    path.write_text(DEFINITION.replace('name = "infant mental health"', f'name = "{name}"'), encoding="utf-8")
    done = run("corpus", "search", path, "--home", tmp_path / "home", "--source-url", services.url, "--source", "europepmc")  # fmt: skip
    assert done.exit_code == 0
    done = run("corpus", "status", path, "--home", tmp_path / "home")
    assert name in done.stdout


COMMANDS = [
    ("search",),
    ("fetch",),
    ("build", "--out", "site"),
    ("report", "--out", "site"),
    ("relevance", "--title", "x"),
]
SOURCES = [
    ("nonsense", "'nonsense' is not"),
    ("europepmc,nonsense", "'nonsense' is not"),
    ("unpaywall", "unpaywall cannot be searched"),
    ("folder", "folder cannot be searched"),
    ("", "no service is named"),
    (",", "no service is named"),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_an_unknown_corpus_is_told(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    done = run("corpus", command[0], "nowhere.toml", *command[1:])
    assert done.exit_code == 2
    assert "there is no corpus 'nowhere.toml'" in done.stderr
    assert "imh" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("source", "told"), SOURCES)
def test_an_unknown_source_is_told(services, definition, tmp_path, source, told):
    done = run("corpus", "search", definition, "--home", tmp_path, "--source", source, "--source-url", services.url)
    assert done.exit_code == 2
    assert told in done.stderr
    assert services.requests == []


BROKEN = [  # what stands in place of what, and what is told
    ("from_year = 1990", "", "from_year: Field required"),
    ("from_year = 1990", 'from_year = "then"', "from_year: "),
    ("from_year = 1990", "from_year = 1990\nto_year = 1980", "to_year lies before from_year"),
    ("from_year = 1990", "from_year = ", "line 4"),
    ("from_year = 1990", "from_year = 1990\nfrom_yaer = 1", "from_yaer: "),
    ('name = "specimen"', 'name = "Two Words"', "name: "),
    ('["en"]', '["english"]', "languages.0: "),
    ('["en"]', "[]", "languages: "),
    ("5555-0010", "5555-0011", "journals.0.issn.0: Value error, the check digit of ISSN '5555-0011' is wrong"),
    ("5555-0010", "5555", "journals.0.issn.0: Value error, '5555' is no ISSN"),
    ('["infant mental health"]', "[]", "topics.0.terms: "),
    ('["infant mental health"]', '["x"]', "topics.0.terms.0: "),
    ("points = 3", 'points = "many"', "relevance.signals.0.points: "),
    ("[relevance]", "[relevance]\nthresholds = 3", "relevance.thresholds: "),
    ("threshold = 2\ntitle", "title", "relevance.threshold: "),
    (DEFINITION, "", "name: Field required"),
    (
        DEFINITION,
        re.sub(r"\[\[(journals|topics)\]\][^[]*\[[^[]*", "", DEFINITION),
        "neither topics nor core journals",
    ),
    ("from_year", 'licences = ["free for all"]\nfrom_year', "licences.0: "),
    ('["infant*"]', '["--"]', "relevance.signals.0.terms.0: "),
    ('name = "infant mental health"', 'name = "Specimen Journal of Infancy"', "names two journals or topics"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "told"), BROKEN)
def test_a_broken_definition_is_refused_with_the_place(tmp_path, old, new, told):
    assert old in DEFINITION
    path = tmp_path / "broken.toml"
    path.write_text(DEFINITION.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadCorpus) as refused:
        load_corpus(path)
    assert told in str(refused.value)
    assert str(path) in str(refused.value)


def test_licences_of_a_definition_are_levelled_as_those_of_services():
    assert defined(licences=["CC BY 4.0", "CC0"]).licences == ("cc by", "cc0")


def test_commands_refuse_a_broken_definition(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("broken.toml").write_bytes(DEFINITION.replace("Specimens", "Spécimens").encode("latin-1"))
    done = run("corpus", "search", "broken.toml")
    assert done.exit_code == 2
    assert "broken.toml is not UTF-8 text" in done.stderr
    assert os.listdir() == ["broken.toml"]


def test_a_manifest_that_is_none_is_refused(services, definition, tmp_path):
    (tmp_path / "manifest.db").write_bytes(b"no database at all\n" * 100)
    done = run("corpus", "search", definition, "--home", tmp_path, "--source-url", services.url)
    assert done.exit_code == 2
    assert "cannot open the manifest" in done.stderr


# ---- folders in place of services


@pytest.fixture
def folder(tmp_path) -> Path:
    path = tmp_path / "own"
    path.mkdir()
    for article in (*a_shelf(3), an_article(8, **RATS)):
        (path / f"{article.pmcid}.xml").write_bytes(article.jats)
    return path


@pytest.mark.parametrize(("option", "taken"), [("--folder", 4), ("--sift", 3)])
def test_a_folder_stands_in_for_services(services, definition, folder, tmp_path, option, taken):
    home = tmp_path / "home"
    done = run("corpus", "fetch", definition, "--home", home, option, folder, "--offline", "--source-url", services.url)
    assert done.exit_code == 0, done.output
    assert services.requests == []
    assert table(done.stdout)["fetched"] == taken
    assert table(done.stdout)["not relevant"] == 4 - taken
    for entry in (e for e in entries(home).values() if e.state is State.FETCHED):
        assert entry.service == "folder"
        assert entry.sha256 == hashlib.sha256(Path(entry.file).read_bytes()).hexdigest()
        assert entry.url == Path(entry.file).as_uri()
    told = json.loads((home / "works.json").read_text(encoding="utf-8"))
    assert sorted(Path(w["file"]).parent for w in told) == [folder] * taken
    assert list((home / "articles").glob("*")) == []


def test_a_folder_adds_to_what_services_tell(services, folder, tmp_path):
    gather(services, tmp_path / "home")
    with Manifest(Home(tmp_path / "home").manifest) as manifest:
        take_folder(defined(), manifest, folder)
    found = entries(tmp_path / "home")
    assert len(found) == 8
    assert found["doi:10.5555/imh.2001"].services == ("europepmc", "folder")


def test_articles_of_a_folder_that_name_nothing_are_still_two(definition, tmp_path):
    (tmp_path / "own").mkdir()
    for number in (1, 2):
        nameless = re.sub(rb"<front>.*</front>", b"<front></front>", an_article(number).jats)
        (tmp_path / "own" / f"{number}.xml").write_bytes(nameless)
    done = run("corpus", "fetch", definition, "--home", tmp_path / "home", "--folder", tmp_path / "own", "--offline")
    assert table(done.stdout)["fetched"] == 2


def test_a_folder_without_articles_is_told(definition, tmp_path):
    done = run("corpus", "fetch", definition, "--home", tmp_path / "home", "--folder", tmp_path / "none", "--offline")
    assert done.exit_code == 2
    assert str(tmp_path / "none") in done.stderr


def test_a_dry_run_of_a_folder_does_nothing(definition, folder, tmp_path):
    at = ("--home", tmp_path / "home", "--folder", folder, "--offline", "--dry-run")
    assert run("corpus", "fetch", definition, *at).exit_code == 0
    assert not (tmp_path / "home" / "works.json").exists()


# ---- from nothing to a site


def site(out: Path, home: Path) -> dict[str, str]:
    """The files of a site, without dates."""
    return {
        str(path.relative_to(out)): bare(path.read_text(encoding="utf-8"), home)
        for path in sorted(out.rglob("*")) if path.is_file()
    }  # fmt: skip


def test_build_ends_in_a_site_that_names_both_sides(built):
    pages = {path.name: path.read_text(encoding="utf-8") for path in built.site.rglob("*.html")}
    assert "Specimens" in pages["index.html"]
    everything = "\n".join(pages.values())
    assert re.search(r'class="[^"]*supporting[^"]*"', everything)
    assert "This agrees with what was found in a smaller sample" in everything
    assert "In contrast to a previous report" in everything
    with (built.site / "data" / "statements.jsonl").open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    by_type = {
        kind: " ".join(r["sentence"] for r in rows if r["type"] == kind) for kind in ("supporting", "contrasting")
    }
    assert "This agrees with" in by_type["supporting"]
    assert "In contrast to a previous report" in by_type["contrasting"]


def test_a_second_build_changes_nothing_but_dates(services, built, definition):
    before = site(built.site, built.home)
    done = run(*build(definition, services, built.home))
    assert done.exit_code == 0
    assert services.requests == []
    assert site(built.site, built.home) == before
    assert gathered(built.home) == built.gathered
    assert library(built.home / "library.db", built.home) == built.library


def test_build_counts_the_works_that_it_keeps(built):
    assert int(re.search(r"works known +(\d+)", built.output)[1]) == len(built.library["works"])


def test_import_of_the_works_makes_the_same_library(built, tmp_path):
    done = run("import", built.home / "works.json", "--db", tmp_path / "library.db", "--jobs", "1")
    assert done.exit_code == 0, done.output
    assert library(tmp_path / "library.db", built.home) == built.library


def test_build_keeps_out_of_a_folder_with_other_files(services, built, definition, tmp_path):
    (tmp_path / "mine.txt").write_text("keep me", encoding="utf-8")
    done = run("corpus", "build", definition, "--home", built.home, "--out", tmp_path, "--offline")
    assert done.exit_code == 2
    assert "holds other files" in done.stderr
    assert os.listdir(tmp_path) == ["mine.txt"]


def test_build_tells_why_there_is_nothing(services, definition, tmp_path):
    services.faults.append(Fault("", "status", times=99, status=403))
    done = run(*build(definition, services, tmp_path))
    assert done.exit_code in (1, 2)
    assert "403" in done.stderr
