"""What the tests of gathering share: a definition, a shelf, ways to gather from the stand-in, and what two gatherings have alike."""

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


def site(out: Path, home: Path) -> dict[str, str]:
    """The files of a site, without dates."""
    return {
        str(path.relative_to(out)): bare(path.read_text(encoding="utf-8"), home)
        for path in sorted(out.rglob("*")) if path.is_file()
    }  # fmt: skip


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
