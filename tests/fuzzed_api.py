"""Requests for fuzz.py, random and damaged, and how the server must answer them."""

import json
import logging
import os
import random
import re
import time
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from conftest import SAMPLE
from mutants import WORDS, line, make, mangle
from starlette.testclient import TestClient

import citeclass
from citeclass.web import Settings, checkpages, create_app, pages, report, scite, v1

LOGGED: list[BaseException] = []  # what the server under test logged

_KNOWN = ["10.5555/specimen.2014.07", "10.5555/SPECIMEN.2019.01", "https://doi.org/10.5555/specimen.2014.07", "doi:10.5555/specimen.2021.01", "10.5555/nowhere"]  # fmt: skip
_ASKED = [
    "supervision",
    '"reflective supervision" -burnout',
    "attach*",
    "-visits",
    '"',
    "NEAR(a b)",
    "a OR b",
    "*",
    "Brandt 2014",
    *_KNOWN,
]
_GOOD = {
    **dict.fromkeys(("doi", "name", "work", "target_doi"), _KNOWN), **dict.fromkeys(("q", "words", "term"), _ASKED), "author": ["Hale", "osei"],
    "id": ["750b740d616041ae", "564d8a12e3bb0b6d", "0" * 16, "0" * 32], "side": ["citing", "cited_by"], "direction": ["cited", "citing"],
    "sort": ["type", "confidence", "newest", "oldest", "relevance", "date", "total_cited", "total_contradicted"], "journal": ["specimen"],
    "type": ["supporting", "contrasting,mentioning", "contradicting", "none"], "citation_types": ["supporting,contradicting"], "note": ["why"],
    "limit": ["1", "20", "100"], "offset": ["0", "1", "10000000"], "section": ["results", "methods,other"], "zone": ["body,note"], "intent": ["method"],
    "year": ["2019", "2015-", "-2020", "2020-2015"], "date_from": ["2014", "2014-99-99"], "min_confidence": ["0.5", "1e-320", "nan", ""], "style": ["pie"],
    "citations": ["self", "independent"], "labels": ["hand", "model"], "format": ["markdown", "csv", "turtle", "json-ld", "ris", "bibtex", "csl-json"],
}  # fmt: skip
_OTHER = [*_KNOWN, "true", "false", "0", "1", "-1", "9" * 5000, "", "Brandt", "Specimen"]
_PLAIN = ["true", "false", "0", "1"]
_HEADERS = [
    ("accept", "text/html"), ("accept", "text/html"), ("accept", "*/*;q=9, \xff"), ("hx-request", "true"), ("if-none-match", '*, W/"\xe9"'), ("host", ""),
    ("origin", "http://localhost"), ("origin", "http://[::1"), ("origin", "null"), ("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site"),
    ("host", "localhost:x"), ("host", "[::1]:9"), ("authorization", "Bearer \xe9"), ("cookie", 'citeclass_token="\\351\\777"; a'), ("range", "bytes=5-1"),
    ("content-length", "\xb2"), ("content-length", "-1"), ("accept-encoding", "gzip;q=x"), ("content-type", "text/plain; charset=nope"),
    ("content-type", "multipart/form-data"), ("content-type", "multipart/form-data; boundary=\xff"),
]  # fmt: skip
_FREE = [
    "/static/app.css",
    "/static/..%2fpages.py",
    "/openapi.json",
    "/v1/library",
    "/nowhere",
    "//",
    "/tallies/%ff%00",
]
_RARE = ("/why", "/page.png", "/check", "/reference_check")  # seconds each


@cache
def _routes() -> list[tuple[str, str, list[str]]]:
    """Method, path and the names of the query of everything the server answers."""

    def named(given: Any) -> list[str]:
        return [p.name for p in given.query_params] + [n for d in given.dependencies for n in named(d)]

    routers = (v1.router, v1.badges, scite.router, pages.router, report.router, checkpages.router)
    found: list[Any] = [route for router in routers for route in router.routes]
    return [(m, r.path, named(r.dependant)) for r in found for m in r.methods] + [("GET", p, ["q"]) for p in _FREE]


def request(r: random.Random) -> bytes:
    """A request as JSON: method, url, headers and body, the last two in Latin-1."""
    rare, sure = r.random() < 0.02, r.choice((0.7, 0.97, 1.0))
    method, path, names = r.choice([t for t in _routes() if rare is t[1].endswith(_RARE)])

    def value(name: str) -> str:
        return r.choice(_GOOD.get(name, _PLAIN)) if r.random() < sure else r.choice((line(r), r.choice(_OTHER)))

    url = re.sub(r"\{(\w+)[^}]*\}", lambda m: quote(value(m[1]), safe="/:"), path)
    asked = [(n, value(n)) for n in names for _ in range(2) if n in ("q", "work") or r.random() < 0.1]
    url += f"?{urlencode(asked)}" if asked else ""
    headers = [r.choice(_HEADERS) for _ in range(r.choice((0, 0, 0, 1, 3)))]
    body, kind = b"", "application/json"
    if method not in ("GET", "DELETE"):
        fields = {
            "type": value("type"),
            "note": value("note"),
            "by": value("author"),
            "side": "one",
            "token": value("id"),
        }
        many = [value("doi") for _ in range(r.choice((0, 1, 3, 501)))]
        body = json.dumps(fields if method == "PUT" else many).encode()
        if path.endswith(("/label", "/token")):
            body, kind = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        elif path.endswith(("/check", "/reference_check")):
            told = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{r.choice(WORDS)[:300]}"\r\n\r\n'.encode()
            body = told + make(r.choice(("jats", "pdf")), r.randrange(2**32), 0) + b"\r\n--b--\r\n"
            kind = "multipart/form-data; boundary=b"
        if r.random() < 0.3:
            odd = [b"\\ud800", b"%ff", b"null", b"[" * 9000, b"1e999", b'"', b"{}", b"&", b"\r\n", b"NaN"]
            body = mangle(r, body, odd, [body])
        headers.append(("content-type", kind))
    verb = method if r.random() < 0.95 else r.choice(("HEAD", "OPTIONS", "POST", "PATCH", "DELETE"))
    return json.dumps({"method": verb, "url": url, "headers": headers, "body": body.decode("latin-1")}).encode()


class _Heard(logging.Handler):
    """Keeps the exceptions that a server logs."""

    def emit(self, record: logging.LogRecord) -> None:
        LOGGED.extend(e for e in (record.exc_info or ())[1:2] if isinstance(e, BaseException))


@cache
def _client() -> TestClient:
    """A client of the server over the specimens' library, which is made once and may be written to."""
    path = Path(os.environ["CITECLASS_FUZZ"]) / "library.db"
    if not path.exists():
        with citeclass.open(str(path)) as library:
            library.add(SAMPLE)
    log = logging.getLogger("citeclass.web")
    log.addHandler(_Heard())
    log.propagate = False
    app = create_app(path, settings=Settings(rate=0))
    return TestClient(app, base_url="http://localhost", follow_redirects=False).__enter__()


def answer(data: bytes) -> tuple[int, str, str]:
    """Status, path and text of the answer to a request; the text is empty where it is no page. Raises what the server logged."""
    asked, client = json.loads(data), _client()
    headers = [(k.encode(), v.encode("latin-1")) for k, v in asked["headers"]]
    given = client.request(asked["method"], asked["url"], headers=headers, content=asked["body"].encode("latin-1"))
    task = re.search(r"(?:/check/|\"id\":\")([0-9a-f]{32})", given.headers.get("location", "") + given.text[:99])
    while task and client.get(f"/reference_check/tasks/{task[1]}").json().get("status") in ("PENDING", "STARTED"):
        time.sleep(0.05)
    if LOGGED:
        raise LOGGED.pop()
    page = "html" in given.headers.get("content-type", "")
    return given.status_code, re.sub(r"[^/a-z_].*", "", asked["url"]), given.text if page else ""
