"""A stand-in on 127.0.0.1 for Europe PMC, Crossref, OpenAlex, Unpaywall and OpenCitations, each under its own prefix.

It answers in their documented shapes from articles that a test lays down; where documents and clients' experience
differ, it is said here which is given. Nothing leaves the machine, and no article in it is real.
"""

import base64
import contextlib
import json
import re
import threading
import time
import zlib
from collections.abc import Callable, Iterable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Literal, NamedTuple, Self
from urllib.parse import parse_qsl, unquote, unquote_plus, urlencode
from xml.sax.saxutils import escape

from shelf import FIELDS, Article, a_shelf, an_article, same, understood

__all__ = ["Article", "Fault", "Request", "Services", "a_shelf", "an_article"]

Json = dict[str, Any]
NOTICES = {"correction": "Erratum", "corrigendum": "Erratum"}  # where MEDLINE has a word of its own
HTML = b"<!doctype html><html><head><title>Please wait</title></head><body><h1>Please wait</h1></body></html>"


class Request(NamedTuple):
    """A request as it came in."""

    time: float  # of time.monotonic()
    service: str
    path: str  # below the service's prefix, percent-decoded
    query: dict[str, str]
    headers: dict[str, str]  # names in lower case


class Answer(NamedTuple):
    """A response to be sent."""

    body: bytes = b""
    type: str = "application/json"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


class Fault:
    """Something that goes wrong with the first ``times`` requests whose path and query match (as sent or decoded).

    Kinds: ``status`` (status=503, retry_after=seconds or HTTP date), ``redirect`` (status=302, to=the same URL),
    ``html_error`` (HTML with 500), ``wrong_type`` (HTML with 200), ``half_body`` (closed midway), ``bad_json`` (cut
    short, type and length right; XML too), ``slow`` (seconds=1, then answers), ``drop`` (closed unanswered), ``bare``
    (``{"version": …}`` and nothing else, as Europe PMC now and then answers a sound request), and on lists
    ``duplicate_page`` (the cursor given with the page leads to the same page again) and ``empty_page`` (no results
    though some are due: asking again, or going on, brings them).
    """

    def __init__(self, match: str, kind: str, times: int = 1, **options: Any) -> None:
        self.match, self.kind, self.times, self.options = match, kind, times, options

    def instead(self, url: str) -> Answer | None:
        """The answer given in place of the true one, for the kinds that have one."""
        status, wait, to = (self.options.get(name) for name in ("status", "retry_after", "to"))
        waiting = () if wait is None else (("Retry-After", str(wait)),)
        return {
            "status": Answer(b"Not now", "text/plain", status or 503, waiting),
            "redirect": Answer(b"", "text/plain", status or 302, (("Location", to or url),)),
            "html_error": Answer(HTML, "text/html", 500),
            "wrong_type": Answer(HTML, "text/html"),
            "bare": said({"version": "6.9"}),
        }.get(self.kind)


def said(value: Any, status: int = 200) -> Answer:
    """A JSON answer."""
    return Answer(json.dumps(value, ensure_ascii=False).encode(), status=status)


def stamp(date: str) -> Json:
    """A date as Crossref writes it."""
    moment = datetime.fromisoformat(f"{date}T00:00:00Z")
    parts = [[moment.year, moment.month, moment.day]]
    return {"date-parts": parts, "date-time": f"{date}T00:00:00Z", "timestamp": int(moment.timestamp()) * 1000}


FILTERS = {  # Crossref's and OpenAlex's, as one of those fields and its value
    "crossref": {
        "issn": ("ISSN", "{}"), "doi": ("DOI", "{}"), "container-title": ("JOURNAL", "{}"), "type": ("type", "{}"),
        "from-pub-date": ("FIRST_PDATE", "[{} TO *]"), "until-pub-date": ("FIRST_PDATE", "[* TO {}]"),
    },
    "openalex": {
        "primary_location.source.issn": ("ISSN", "{}"), "doi": ("DOI", "{}"), "publication_year": ("PUB_YEAR", "{}"),
        "from_publication_date": ("FIRST_PDATE", "[{} TO *]"), "to_publication_date": ("FIRST_PDATE", "[* TO {}]"),
        "title.search": ("TITLE", "{}"), "title_and_abstract.search": ("TITLE_ABS", "{}"), "type": ("type", "{}"),
        "default.search": ("", "{}"), "language": ("LANG", "{}"), "is_oa": ("OPEN_ACCESS", "{}"), "is_retracted": ("retracted", "{}"),
    },
}  # fmt: skip


class Services:
    """The services over one list of articles; a context manager. Its lists may be changed while it runs.

    ``cursor_end`` says how Europe PMC ends a list: ``echo``, as clients see it in 2026 (an empty page that gives back
    the cursor it was sent), or ``absent``, as announced with version 6.6 (the last page has no ``nextCursorMark``).
    Crossref's cursor names a scroll that the service keeps: it stays the same from page to page, so that a page lost
    on the way (``half_body``, ``bad_json``) cannot be had but by starting over.
    """

    def __init__(self, articles: Iterable[Article] = (), *, cursor_end: Literal["echo", "absent"] = "echo") -> None:
        self.articles, self.cursor_end = list(articles), cursor_end
        self.requests: list[Request] = []
        self.faults: list[Fault] = []
        self.lock, self.ending, self._cursors = threading.Lock(), threading.Event(), {"*": 0, "": 0}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"services": self}))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ending.set()
        self._server.shutdown()
        self._server.server_close()

    def fault(self, target: str) -> Fault:
        """The first fault not used up that this path and query meets, used once; one of no kind if there is none."""
        with self.lock:
            met = (f for f in self.faults if f.times > 0 and re.search(f.match, f"{target} {unquote_plus(target)}"))
            fault = next(met, Fault("", ""))
            fault.times -= 1
        return fault

    def answer(self, asked: Request, fault: str) -> Answer:
        """What the service says; ``fault`` may be one that changes a page of results."""
        known: dict[str, Callable[[Request, str], Answer]] = {
            "europepmc": self._europepmc, "crossref": self._crossref, "openalex": self._openalex,
            "unpaywall": self._unpaywall, "opencitations": self._opencitations, "publisher": self._publisher,
        }  # fmt: skip
        return known[asked.service](asked, fault) if asked.service in known else Answer(type="text/plain", status=404)

    def _cursor(self, offset: int) -> str:
        """A new cursor; it holds ``+`` and often ``=``, so that one sent on unencoded is not understood."""
        cursor = base64.b64encode(b"\xfb\xef\xbe" + f"{offset}/{len(self._cursors)}".encode()).decode()
        self._cursors[cursor] = offset
        return cursor

    def _of(self, doi: str | None) -> Article | None:
        return next((a for a in self.articles if same(a.doi, doi)), None)

    def _filtered(self, asked: Request) -> list[Article]:
        """Those that meet ``filter``: names are ANDed, repeated ones and values with | ORed. KeyError: no such name."""
        asks = [part.partition(":")[::2] for part in asked.query.get("filter", "").split(",") if part]
        hits = self.articles
        for name in dict(asks):
            field, form = FILTERS[asked.service][name]
            each = [v.removeprefix("https://doi.org/") for n, values in asks if n == name for v in values.split("|")]
            hits = [a for a in hits if any(FIELDS[field](a, form.format(value)) for value in each)]
        return hits

    def _publisher(self, asked: Request, _: str) -> Answer:
        """Where the services say that PDFs are: ``{doi}.pdf``."""
        a = self._of(asked.path.removesuffix(".pdf"))
        shown = a and a.open_access and not a.withdrawn and a.pdf
        return Answer(shown, "application/pdf") if shown else Answer(type="text/html", status=404)

    def _pdf_url(self, a: Article) -> str | None:
        return f"{self.url}/publisher/{a.doi}.pdf" if a.pdf and a.open_access else None

    def _updates(self, a: Article) -> list[tuple[str, str, Json]]:
        """What was done to a work and, if it is a notice, what it does to others: side, DOI of the other, update."""
        done = [("updated-by", u["doi"], u) for u in a.updates]
        return done + [("update-to", o.doi, u) for o in self.articles for u in o.updates if same(u["doi"], a.doi)]

    def _europepmc(self, asked: Request, fault: str) -> Answer:
        if found := re.fullmatch(r"webservices/rest/(PMC\d+)/fullTextXML", asked.path):
            given = (a.jats for a in self.articles if a.pmcid == found[1] and a.open_access and not a.withdrawn)
            return Answer(jats, "application/xml") if (jats := next(given, None)) else Answer(status=404)
        if asked.path != "webservices/rest/search":
            return Answer(type="text/plain", status=404)
        query, cursor = asked.query.get("query", "").strip(), asked.query.get("cursorMark", "*")
        size, kind = asked.query.get("pageSize", "25"), asked.query.get("resultType", "lite").lower()
        if not 0 < len(query) < 1500:
            told = "No search criteria provided. Please provide a search criteria which is less than 1500 characters."
            return said({"errCode": 404, "errMsg": told})
        if not size.isdecimal() or not 1 <= int(size) <= 1000:
            return said({"errCode": 404, "errMsg": "Invalid page size provided. Valid size is between 1 and 1000"})
        try:
            hits, start = list(filter(understood(query), self.articles)), self._cursors[cursor]
        except (SyntaxError, IndexError, KeyError):
            return said({"version": "6.9"})
        if "json" not in asked.query.get("format", asked.headers.get("accept", "")):
            return Answer(b"<responseWrapper><version>6.9</version></responseWrapper>", "application/xml")
        page = [] if fault == "empty_page" else hits[start : start + int(size)]
        answer: Json = {"version": "6.9", "hitCount": len(hits)}
        if fault.endswith("_page"):
            answer["nextCursorMark"] = self._cursor(start)
        elif self.cursor_end == "echo" or start + len(page) < len(hits):
            answer["nextCursorMark"] = self._cursor(start + len(page)) if page else cursor
        if page and "nextCursorMark" in answer:
            following = urlencode(asked.query | {"cursorMark": answer["nextCursorMark"]})
            answer["nextPageUrl"] = f"{self.url}/europepmc/webservices/rest/search?{following}"
        answer["request"] = {"queryString": query, "resultType": kind, "cursorMark": cursor, "pageSize": int(size)}
        return said(answer | {"resultList": {"result": [self._europepmc_record(a, kind == "core") for a in page]}})

    def _europepmc_record(self, a: Article, core: bool) -> Json:
        """What Europe PMC gives of an article; what it lacks is absent, not null."""
        held, types = "NY"[bool(a.pmcid and a.jats)], ["research-article", "Journal Article"]
        types = [*(["Preprint"] if a.preprint else types), *["Retracted Publication"] * a.retracted]
        record: Json = {
            "id": a.key[1], "source": a.key[0], "pmid": a.pmid, "pmcid": a.pmcid, "doi": a.doi, "pubYear": str(a.year),
            "title": a.title if a.preprint else f"{a.title}.", "authorString": f"{', '.join(a.short)}.", "inEPMC": held,
            "inPMC": held, "isOpenAccess": "NY"[a.open_access], "hasPDF": "NY"[a.pdf is not None], "hasSuppl": "N",
            "citedByCount": a.cited_by, "hasReferences": held, "firstPublicationDate": a.date,
        }  # fmt: skip
        if a.preprint:
            record["bookOrReportDetails"] = {"publisher": a.journal, "yearOfPublication": a.year}
        elif core:
            journal = {"title": a.journal, "medlineAbbreviation": a.journal, "issn": a.issn, "essn": a.issn}
            record["journalInfo"] = {"volume": "4", "yearOfPublication": a.year, "journal": journal}
        else:
            record |= {"journalTitle": a.journal, "journalIssn": a.issn}
        if core:
            links = [("Subscription required", "S", "doi", "DOI", f"https://doi.org/{a.doi}")]
            links += [("Open access", "OA", "pdf", "Europe_PMC", url)] if (url := self._pdf_url(a)) else []
            ties = []
            for side, doi, update in self._updates(a):
                noun = NOTICES.get(update["kind"], update["kind"].replace("_", " ").capitalize())
                ties.append((f"{noun} {'in' if side == 'updated-by' else 'of'}", self._of(doi)))
            ties += [("Preprint of", self._of(a.became))]
            ties += [("Preprint in", other) for other in self.articles if same(other.became, a.doi)]
            known = [{"id": o.key[1], "source": o.key[0], "type": tie, "orderIn": 0} for tie, o in ties if o]
            record |= {
                "authorList": {"author": [
                    {"fullName": short, "firstName": given, "lastName": family, "initials": short.split()[-1]}
                    for short, (family, given) in zip(a.short, a.authors, strict=True)]},
                "fullTextUrlList": {"fullTextUrl": [
                    {"availability": words, "availabilityCode": code, "documentStyle": style, "site": site, "url": url}
                    for words, code, style, site, url in links]},
                "abstractText": a.abstract, "language": "eng", "license": a.licence, "pubTypeList": {"pubType": types},
                "commentCorrectionList": {"commentCorrection": known} if known else None,
            }  # fmt: skip
        else:
            record["pubType"] = "; ".join(types).lower()
        return {name: value for name, value in record.items() if value not in ("", None)}

    def _crossref(self, asked: Request, fault: str) -> Answer:
        envelope = {"status": "ok", "message-type": "work", "message-version": "1.0.0"}
        if doi := re.sub("^(v1/)?works/?", "", asked.path):
            if not (a := self._of(doi)):
                return Answer(b"Resource not found.", "text/plain", 404)
            return said(envelope | {"message": self._crossref_record(a, 1.0)})
        query, rows, cursor, wrong = asked.query, asked.query.get("rows", "20"), asked.query.get("cursor", ""), []
        if not rows.isdecimal() or int(rows) > 1000:
            told = f"Integer specified as {rows} but must be a positive integer less than or equal to 1000. "
            wrong.append({"type": "integer-not-valid", "value": rows, "message": told})
        if (start := self._cursors.get(cursor)) is None:
            wrong.append({"type": "cursor-not-valid", "value": cursor, "message": "Expired, or never given"})
        try:
            hits = self._filtered(asked)
        except KeyError as error:
            told = f"Filter {error.args[0]} specified but there is no such filter for this route."
            wrong.append({"type": "filter-not-available", "value": error.args[0], "message": told})
        if wrong or start is None:
            return said({"status": "failed", "message-type": "validation-failure", "message": wrong}, 400)
        terms = set(re.findall(r"\w+", " ".join(v for n, v in query.items() if n.startswith("query")).casefold()))
        known = {a.doi: set(re.findall(r"\w+", f"{a.title} {a.short} {a.journal} {a.year}".casefold())) for a in hits}
        scores = {doi: round(60 * len(terms & words) / len(terms | words), 3) for doi, words in known.items()}
        hits = sorted((a for a in hits if scores[a.doi] or not terms), key=lambda a: -scores[a.doi])
        page = [] if fault == "empty_page" else hits[start : start + int(rows)]
        items = [self._crossref_record(a, scores[a.doi]) for a in page]
        if select := query.get("select"):
            items = [{name: item[name] for name in select.split(",") if name in item} for item in items]
        message: Json = {"facets": {}, "total-results": len(hits), "items": items, "items-per-page": int(rows)}
        message["query"] = {"start-index": 0, "search-terms": query.get("query")}
        if cursor:
            message["next-cursor"] = token = self._cursor(0) if cursor == "*" else cursor
            self._cursors[token] = start + len(page) * (fault != "duplicate_page")
        return said(envelope | {"message-type": "work-list", "message": message})

    def _crossref_record(self, a: Article, score: float) -> Json:
        date, posted = stamp(a.date), a.preprint
        closed = ("tdm", "https://specimen.invalid/tdm")  # a licence at Crossref need not be an open one
        version, url = ("vor", a.licence_url) if a.licence else closed
        people = [{"given": g, "family": f, "sequence": "additional", "affiliation": []} for f, g in a.authors]
        record: Json = {
            "DOI": a.doi, "URL": f"https://doi.org/{a.doi}", "prefix": a.doi.split("/")[0], "member": "7822",
            "type": "posted-content" if posted else "journal-article", "source": "Crossref", "score": score,
            "publisher": "Specimen Press", "title": [a.title], "container-title": [] if posted else [a.journal],
            "author": people, "created": date, "deposited": date, "issued": {"date-parts": date["date-parts"]},
            "published": {"date-parts": date["date-parts"]},
            "abstract": f"<jats:p>{escape(a.abstract)}</jats:p>", "is-referenced-by-count": a.cited_by, "relation": {},
            "license": [{"URL": url, "content-version": version, "start": date, "delay-in-days": 0}],
        }  # fmt: skip
        record |= {"subtype": "preprint", "institution": [{"name": a.journal}]} if posted else {"ISSN": [a.issn]}
        ties = [("is-preprint-of", "subject", a.preprint_of)] if a.preprint_of else []
        ties += [("has-preprint", "object", other.doi) for other in self.articles if same(other.preprint_of, a.doi)]
        for tie, by, doi in ties:
            record["relation"].setdefault(tie, []).append({"id-type": "doi", "id": doi, "asserted-by": by})
        for side, doi, update in self._updates(a):
            told = {"DOI": doi, "type": update["kind"], "label": update["kind"].replace("_", " ").capitalize()}
            told |= {"source": update.get("source", "publisher"), "updated": stamp(update["date"])}
            record.setdefault(side, []).append(told)
        return record

    def _openalex(self, asked: Request, fault: str) -> Answer:
        query, cursor = asked.query, asked.query.get("cursor", "")
        size, number = query.get("per-page", query.get("per_page", "25")), query.get("page", "1")
        try:
            hits = [a for a in self._filtered(asked) if all(FIELDS[""](a, w) for w in query.get("search", "").split())]
            records = [self._openalex_record(a) for a in hits]
            select = [name for name in query.get("select", "").split(",") if name and [r[name] for r in records]]
        except KeyError as error:
            return said({"error": "Invalid query parameters error.", "message": f"{error} is not a valid field."}, 400)
        shown = [{name: r[name] for name in select or r} for r in records]
        if asked.path != "works":
            wanted = re.sub("^works/(doi:)?(https://doi.org/)?", "", asked.path).casefold()
            for i, r in enumerate(records):
                if wanted in (r["doi"][16:], r["id"][21:].casefold(), f"pmid:{r['ids'].get('pmid', '')[32:]}"):
                    return said(shown[i])
            return said({"error": "Not Found", "message": f"Work {wanted} not found"}, 404)
        if cursor not in self._cursors or not size.isdecimal() or not 1 <= int(size) <= 100 or not number.isdecimal():
            told = "Invalid cursor value, or per-page parameter not between 1 and 100"
            return said({"error": "Pagination error.", "message": told}, 400)
        start = self._cursors[cursor] if cursor else (int(number) - 1) * int(size)
        page = [] if fault == "empty_page" else shown[start : start + int(size)]
        meta: Json = {"count": len(records), "db_response_time_ms": 9, "per_page": int(size), "groups_count": None}
        following = self._cursor(start if fault.endswith("_page") else start + int(size))
        more = fault.endswith("_page") or len(page) == int(size)
        meta |= {"page": None, "next_cursor": following if more else None} if cursor else {"page": int(number)}
        return said({"meta": meta, "results": page, "group_by": []})

    def _openalex_record(self, a: Article) -> Json:
        doi, number, pdf = f"https://doi.org/{a.doi.casefold()}", f"W{zlib.crc32(a.doi.encode())}", self._pdf_url(a)
        ids = {"openalex": f"https://openalex.org/{number}", "doi": doi}
        ids |= {"pmid": f"https://pubmed.ncbi.nlm.nih.gov/{a.pmid}"} if a.pmid else {}
        ids |= {"pmcid": f"https://www.ncbi.nlm.nih.gov/pmc/articles/{a.pmcid[3:]}"} if a.pmcid else {}
        place = {
            "is_oa": a.open_access, "landing_page_url": doi, "pdf_url": pdf,
            "license": a.licence.replace(" ", "-") or None,
            "version": "submittedVersion" if a.preprint else "publishedVersion", "source": {
                "id": f"https://openalex.org/S{zlib.crc32(a.journal.encode())}", "display_name": a.journal,
                "issn_l": a.issn or None, "issn": [a.issn] if a.issn else None, "is_oa": a.open_access,
                "type": "repository" if a.preprint else "journal"},
        }  # fmt: skip
        index: dict[str, list[int]] = {}
        for at, word in enumerate(a.abstract.split()):
            index.setdefault(word, []).append(at)
        return {
            "id": ids["openalex"], "doi": doi, "title": a.title, "display_name": a.title, "publication_year": a.year,
            "publication_date": a.date, "type": "preprint" if a.preprint else "article", "language": "en", "ids": ids,
            "cited_by_count": a.cited_by, "is_retracted": a.retracted, "is_paratext": False, "primary_location": place,
            "best_oa_location": place if a.open_access else None, "abstract_inverted_index": index or None,
            "open_access": {"is_oa": a.open_access, "oa_url": (pdf or doi) if a.open_access else None, "oa_status":
                            "closed" if not a.open_access else "gold" if a.licence else "bronze"},
            "authorships": [{"author": {"display_name": f"{g} {f}", "orcid": None}} for f, g in a.authors],
            "biblio": {"volume": "4", "issue": None, "first_page": None, "last_page": None},
        }  # fmt: skip

    def _unpaywall(self, asked: Request, _: str) -> Answer:
        doi, email = asked.path.removeprefix("v2/"), asked.query.get("email", "")
        a, told, status = self._of(doi), f"'{doi}' isn't in Unpaywall.", 404
        if not email or email.endswith("@example.com"):
            told, status = "Please use your own email address in API calls. See http://unpaywall.org/products/api", 422
        if not a or status == 422:
            return said({"HTTP_status_code": status, "error": True, "message": told}, status)
        known = self._openalex_record(a)
        place, oa, page = known["primary_location"], known["open_access"], known["doi"]
        best = {
            "url": oa["oa_url"], "url_for_pdf": place["pdf_url"], "url_for_landing_page": page, "pmh_id": None,
            "license": place["license"], "version": place["version"], "host_type": "publisher", "is_best": True,
        } if a.open_access else None  # fmt: skip
        return said({
            "doi": a.doi, "doi_url": page, "title": a.title, "year": a.year, "published_date": a.date,
            "journal_name": a.journal, "journal_issns": a.issn or None, "data_standard": 2, "is_oa": a.open_access,
            "oa_status": oa["oa_status"], "best_oa_location": best, "oa_locations": [best] * bool(best),
            "genre": "posted-content" if a.preprint else "journal-article", "is_paratext": False,
        })  # fmt: skip

    def _opencitations(self, asked: Request, _: str) -> Answer:
        if not (found := re.fullmatch("index/v2/citation-count/doi:(.+)", asked.path)):
            return Answer(type="text/plain", status=404)
        return said([{"count": str(getattr(self._of(found[1]), "cited_by", 0))}])


class Handler(BaseHTTPRequestHandler):
    """Takes a request down and answers it, or fails as it should."""

    protocol_version, timeout, disable_nagle_algorithm = "HTTP/1.1", 10, True
    services: ClassVar[Services]

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def handle(self) -> None:
        """Serves a connection for as long as the client holds it."""
        with contextlib.suppress(ConnectionError):
            super().handle()

    def do_GET(self) -> None:
        """Answers one request."""
        path, _, query = self.path.partition("?")
        service, _, below = unquote(path).lstrip("/").partition("/")
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Request(time.monotonic(), service, below, dict(parse_qsl(query, keep_blank_values=True)), headers)
        self.services.requests.append(asked)
        fault = self.services.fault(self.path)
        self.services.ending.wait(fault.options.get("seconds", 1) if fault.kind == "slow" else 0)
        self.close_connection = fault.kind in ("drop", "half_body") or self.close_connection
        if fault.kind == "drop":
            return
        answer = fault.instead(self.path) or self.services.answer(asked, fault.kind)
        body = answer.body[: len(answer.body) // 2] if fault.kind == "bad_json" else answer.body
        sent = {"Content-Type": answer.type, "Content-Length": str(len(body)), **dict(answer.headers)}
        if service == "crossref":
            polite = "mailto" in asked.query or "mailto:" in headers.get("user-agent", "")
            pool, one = ("public", "polite")[polite], "/" in below.removeprefix("v1/")
            sent |= {"X-Api-Pool": f"{pool}-{'single' if one else 'array'}", "X-Concurrency-Limit": "13"[polite]}
            sent |= {"X-Rate-Limit-Limit": ("5 10" if one else "1 3").split()[polite], "X-Rate-Limit-Interval": "1s"}
        self.send_response(answer.status)
        for name, value in sent.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if fault.kind == "half_body" else body)
