"""Crossref (https://api.crossref.org): journals' articles, the DOI of a printed reference, editorial notices, versions."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import quote

from citeclass.corpora.definition import Corpus
from citeclass.corpora.found import Found, Offer, Page, Service, level_licence
from citeclass.corpora.markup import plain
from citeclass.corpora.net import Net
from citeclass.errors import ServiceError
from citeclass.records import Author
from citeclass.text import normal_doi

_PAGE = 100
_PDF = "application/pdf"
_OURS = ("vor", "unspecified")  # versions of content: the published one


def queries(corpus: Corpus) -> Iterator[tuple[str, str]]:
    """The name and filter of each query: Crossref cannot search topics well, so only core journals are asked for."""
    until = f",until-pub-date:{corpus.to_year}" if corpus.to_year else ""
    for journal in corpus.journals:
        if journal.core:
            issns = ",".join(f"issn:{i}" for i in journal.issn)
            yield journal.name, f"{issns},type:journal-article,from-pub-date:{corpus.from_year}{until}"


def search(net: Net, query: str, *, cursor: str | None = None) -> Page:
    """A page of the works that pass the filter ``query``."""
    message = _message(net, {"filter": query, "rows": str(_PAGE), "cursor": cursor or "*"})
    items, following = message.get("items") or [], message.get("next-cursor")
    last = len(items) < _PAGE or not following  # the cursor stays the same from page to page
    return Page(
        tuple(found_in(i) for i in items), None if last else str(following), int(message.get("total-results", 0) or 0)
    )


def candidates(net: Net, printed: str, *, rows: int = 3, kept: bool = True) -> list[Found]:
    """The works that Crossref thinks a printed reference to be, likeliest first."""
    message = _message(net, {"query.bibliographic": printed[:500], "rows": str(rows)}, kept=kept)
    return [found_in(i) for i in message.get("items") or []]


def work(net: Net, doi: str, *, kept: bool = True) -> dict[str, Any] | None:
    """What Crossref has of a DOI; None where it has nothing."""
    answer = net.json(
        f"{net.addresses.crossref}/works/{quote(doi, safe='')}",
        _polite(net),
        kept=kept,
        needs=("message",),
        pace=_pace(net, single=True),
    )
    return dict(answer["message"]) if isinstance(answer, dict) and isinstance(answer.get("message"), dict) else None


def _message(net: Net, params: dict[str, str], *, kept: bool = False) -> dict[str, Any]:
    answer = net.json(
        f"{net.addresses.crossref}/works",
        params | _polite(net),
        kept=kept,
        needs=("message",),
        pace=_pace(net, single=False),
    )
    if not isinstance(answer, dict) or not isinstance(answer.get("message"), dict):
        raise ServiceError("Crossref did not take the query", fix=f"query: {params}")
    return dict(answer["message"])


def _pace(net: Net, *, single: bool) -> int:
    """Requests a second that Crossref allows since December 2025, with an address and without."""
    if single:
        return 10 if net.email else 5
    return 3 if net.email else 1


def _polite(net: Net) -> dict[str, str]:
    return {"mailto": net.email} if net.email else {}


def found_in(item: dict[str, Any]) -> Found:
    """A work of Crossref's as an article."""
    year = year_of(item)
    licence = next(_licences(item), None)
    pdfs = [
        x.get("URL")
        for x in item.get("link") or []
        if x.get("content-type") == _PDF and x.get("content-version", "vor") in _OURS
    ]
    return Found(
        service=Service.CROSSREF,
        title=plain(next(iter(item.get("title") or []), None)),
        authors=tuple(
            Author(a.get("family") or a.get("name") or "", a.get("given") or "") for a in item.get("author") or []
        ),
        year=year,
        doi=normal_doi(item.get("DOI")),
        journal=plain(next(iter(item.get("container-title") or []), None)),
        issns=tuple(item.get("ISSN") or ()),
        abstract=plain(item.get("abstract")),
        language=(item.get("language") or "")[:2] or None,
        licence=licence,
        withdrawn=any(u.get("type") in ("retraction", "withdrawal", "removal") for u in item.get("updated-by") or []),
        offers=tuple(Offer(u, "pdf", Service.CROSSREF, licence) for u in pdfs[:1] if u and licence),
    )


def _licences(item: dict[str, Any]) -> Iterator[str]:
    """Open licences that hold for the published version today; others are for manuscripts, for mining, or after an embargo."""
    today = date.today().isoformat()
    for told in item.get("license") or []:
        begins = ((told.get("start") or {}).get("date-time") or "")[:10]
        levelled = level_licence(told.get("URL"))
        if levelled and told.get("content-version", "vor") in _OURS and begins <= today:
            yield levelled


def year_of(item: dict[str, Any]) -> int | None:
    """The year in which a work appeared first."""
    years = []
    for name in ("published", "issued", "published-print", "published-online"):
        parts = (item.get(name) or {}).get("date-parts") or [[None]]
        if parts[0] and parts[0][0]:
            years.append(int(parts[0][0]))
    return min(years) if years else None
