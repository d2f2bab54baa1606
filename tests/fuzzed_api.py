"""Requests for fuzz.py, random and damaged, and how the server must answer them."""

_KNOWN = [
    "10.5555/specimen.2014.07",
    "10.5555/SPECIMEN.2019.01",
    "https://doi.org/10.5555/specimen.2014.07",
    "doi:10.5555/specimen.2021.01",
    "10.5555/nowhere",
]
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
    "id": ["750b740d616041ae", "564d8a12e3bb0b6d", "0" * 16, "0" * 32], "q": _ASKED, "words": _ASKED, "term": _ASKED, "side": ["citing", "cited_by"],
    "direction": ["cited", "citing"], "sort": ["type", "confidence", "newest", "oldest", "relevance", "date", "total_cited", "total_contradicted"],
    "type": ["supporting", "contrasting,mentioning", "contradicting", "none"], "citation_types": ["supporting,contradicting"], "limit": ["1", "20", "500"],
    "section": ["results", "methods,other"], "zone": ["body,note"], "intent": ["method"], "year": ["2019", "2015-", "-2020", "2020-2015"], "style": ["pie", "donut"],
    "date_from": ["2014", "2014-99-99"], "min_confidence": ["0.5", "1e-320", "nan", ""], "citations": ["self", "independent"], "labels": ["hand", "model"],
    "format": ["markdown", "csv", "turtle", "json-ld", "ris", "bibtex", "csl-json", "json"], "offset": ["0", "1", "10000000"], "note": ["why"],
}  # fmt: skip
_OTHER = [*_KNOWN, "true", "false", "0", "1", "-1", "9" * 5000, "", "Brandt", "Specimen"]
_HEADERS = [
    ("accept", "text/html"), ("accept", "*/*;q=9, \xff"), ("hx-request", "true"), ("if-none-match", '*, W/"\xe9"'), ("origin", "http://localhost"), ("origin", "http://[::1"),
    ("origin", "null"), ("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site"), ("host", "localhost:x"), ("host", "[::1]:9"), ("host", ""), ("authorization", "Bearer \xe9"),
    ("cookie", 'citeclass_token="\\351\\777"; a'), ("content-length", "\xb2"), ("content-length", "-1"), ("range", "bytes=5-1"), ("accept-encoding", "gzip;q=x"), ("content-type", "text/plain; charset=nope"),
    ("content-type", "multipart/form-data"), ("content-type", "multipart/form-data; boundary=\xff"),
]  # fmt: skip
_FREE = [
    "/static/style.css",
    "/static/..%2fpages.py",
    "/openapi.json",
    "/v1/library",
    "/nowhere",
    "//",
    "/tallies/%ff%00",
]
RARE = ("/why", "/page.png", "/check", "/reference_check")  # seconds each


@cache
def _routes() -> list[tuple[str, str, list[str]]]:
    """Method, path and the names of the query of everything the server answers."""
    from citeclass.web import checkpages, pages, report, scite, v1

    def named(given: Any) -> list[str]:
        return [p.name for p in given.query_params] + [n for d in given.dependencies for n in named(d)]

    routers = (v1.router, v1.badges, scite.router, pages.router, report.router, checkpages.router)
    found: list[Any] = [route for router in routers for route in router.routes]
    return [(m, r.path, named(r.dependant)) for r in found for m in r.methods] + [("GET", p, ["q"]) for p in _FREE]


def _value(r: random.Random, name: str) -> str:
    return r.choice(_GOOD.get(name, _OTHER)) if r.random() < 0.75 else r.choice((line(r), r.choice(_OTHER)))


def request(r: random.Random) -> bytes:
    """A request as JSON: method, url, headers and body, the last two in Latin-1."""
    rare = r.random() < 0.02
    method, path, names = r.choice([t for t in _routes() if rare is t[1].endswith(RARE)])
    url = re.sub(r"\{(\w+)[^}]*\}", lambda m: quote(_value(r, m[1]), safe="/:"), path)
    asked = [(n, _value(r, n)) for n in names for _ in range(2) if r.random() < 0.3 or n == "work"]
    url += f"?{urlencode(asked)}" if asked else ""
    headers = [r.choice(_HEADERS) for _ in range(r.choice((0, 0, 0, 1, 3)))]
    body, kind = b"", "application/json"
    if method not in ("GET", "DELETE"):
        label = {
            "type": _value(r, "type"),
            "note": _value(r, "note"),
            "by": _value(r, "author"),
            "side": "one",
            "token": _value(r, "id"),
        }
        body = json.dumps(
            label if method == "PUT" else [_value(r, "doi") for _ in range(r.choice((0, 1, 3, 501)))]
        ).encode()
        if path.endswith(("/label", "/token")):
            body, kind = urlencode(label).encode(), "application/x-www-form-urlencoded"
        elif path.endswith(("/check", "/reference_check")):
            file = make(r.choice(("jats", "pdf")), r.randrange(2**32), 0)
            told = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{r.choice(WORDS)[:300]}"\r\n\r\n'
            body, kind = told.encode() + file + b"\r\n--b--\r\n", "multipart/form-data; boundary=b"
        if r.random() < 0.3:
            body = mangle(
                r,
                body,
                [b"\\ud800", b"%ff", b"null", b"[" * 9000, b"1e999", b'"', b"{}", b"&", b"\r\n", b"NaN"],
                [body],
            )
        headers.append(("content-type", kind))
    verb = method if r.random() < 0.95 else r.choice(("HEAD", "OPTIONS", "POST", "PATCH", "DELETE"))
    return json.dumps({"method": verb, "url": url, "headers": headers, "body": body.decode("latin-1")}).encode()


@cache
def _client() -> Any:
    from starlette.testclient import TestClient

    import citeclass
    from citeclass.web import Settings, create_app

    class Heard(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            LOGGED.extend(e for e in (record.exc_info or ())[1:2] if e is not None)

    path = _scratch() / "library.db"
    if not path.exists():
        with citeclass.open(str(path)) as library:
            library.add(SAMPLE)
    logging.getLogger("citeclass.web").addHandler(Heard())
    logging.getLogger("citeclass.web").propagate = False
    client = TestClient(
        create_app(path, settings=Settings(rate=0)), base_url="http://localhost", follow_redirects=False
    )
    return client.__enter__()


def answer(data: bytes) -> None:
    """A request is answered below 500, with nothing of it left raw in a page."""
    asked, client = json.loads(data), _client()
    headers = [(k.encode(), v.encode("latin-1")) for k, v in asked["headers"]]
    given = client.request(asked["method"], asked["url"], headers=headers, content=asked["body"].encode("latin-1"))
    task = re.search(r"(?:/check/|\"id\":\")([0-9a-f]{32})", given.headers.get("location", "") + given.text[:99])
    while task and client.get(f"/reference_check/tasks/{task[1]}").json().get("status") in ("PENDING", "STARTED"):
        time.sleep(0.05)
    if LOGGED:
        raise LOGGED.pop()
    route = re.sub(r"[^/a-z_].*", "", asked["url"])
    hold(
        given.status_code < 500 or "too many manuscripts" in given.text,
        f"{given.status_code} of {route}",
        given.text[:300],
    )
    hold("html" not in given.headers.get("content-type", "") or "<fuzz>" not in given.text, f"raw words in {route}")
