"""Europe PMC (https://europepmc.org/RestfulWebService): search by cursor, full texts of the open subset as JATS."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from citeclass.corpora.definition import Corpus, Topic
from citeclass.corpora.found import Found, Offer, Page, Service, level_licence
from citeclass.corpora.markup import plain
from citeclass.corpora.net import Net
from citeclass.errors import ServiceError
from citeclass.records import Author
from citeclass.text import normal_doi

_PAGE = 100
_LONGEST = 1400  # letters of a query; Europe PMC takes 1500
_LANGUAGES = {"en": "eng", "es": "spa", "pt": "por", "de": "ger", "fr": "fre", "it": "ita", "nl": "dut", "pl": "pol"}
_TWO_LETTERS = {v: k for k, v in _LANGUAGES.items()} | {"deu": "de", "fra": "fr", "nld": "nl"}


def queries(corpus: Corpus) -> Iterator[tuple[str, str]]:
    """The name and text of each query: one for each core journal and each topic, all within years, languages and what is open."""
    years = f"PUB_YEAR:[{corpus.from_year} TO {corpus.to_year or 3000}]"
    languages = " OR ".join(f"LANG:{_LANGUAGES.get(code, code)}" for code in corpus.languages)
    bounds = f"{years} AND ({languages}) AND OPEN_ACCESS:y"
    for journal in corpus.journals:
        if journal.core:
            yield journal.name, f"({' OR '.join(f'ISSN:{_quoted(i)}' for i in journal.issn)}) AND {bounds}"
    for topic in corpus.topics:
        for number, query in enumerate(_parts(topic, bounds), 1):
            yield topic.name if number == 1 else f"{topic.name} ({number})", query


def _parts(topic: Topic, bounds: str) -> Iterator[str]:
    """A topic as one query, or several where it would be longer than Europe PMC takes."""
    terms: list[str] = []
    for term in topic.terms:
        if terms and len(_asked((*terms, term), topic, bounds)) > _LONGEST:
            yield _asked(terms, topic, bounds)
            terms = []
        terms.append(term)
    yield _asked(terms, topic, bounds)


def _asked(terms: Sequence[str], topic: Topic, bounds: str) -> str:
    sides = [f"({' OR '.join(_said(t) for t in side)})" for side in (terms, topic.together) if side]
    return " AND ".join([*sides, bounds])


def _said(term: str) -> str:
    """A term in title or abstract. Europe PMC knows no stars within a phrase: its words are then asked for together."""
    parts = term.split()
    if not any(p.endswith("*") for p in parts):
        return f"TITLE_ABS:{_quoted(term)}"
    each = [f"TITLE_ABS:{p if p.endswith('*') else _quoted(p)}" for p in parts]
    return each[0] if len(each) == 1 else f"({' AND '.join(each)})"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', " ") + '"'


def search(net: Net, query: str, *, cursor: str | None = None) -> Page:
    """A page of what ``query`` finds. Raises :class:`~citeclass.errors.ServiceError`, also for a query it does not understand."""
    at = cursor or "*"
    answer = net.json(
        f"{net.addresses.europepmc}/search",
        {"query": query, "format": "json", "resultType": "core", "pageSize": str(_PAGE), "cursorMark": at},
        needs=("resultList", "errMsg"),
    )
    if not isinstance(answer, dict) or "resultList" not in answer:
        told = answer.get("errMsg") if isinstance(answer, dict) else None
        raise ServiceError(
            f"Europe PMC did not take the query: {told or 'no results in its answer'}", fix=f"query: {query}"
        )
    results = answer["resultList"].get("result") or []
    following = answer.get("nextCursorMark")
    last = not results or not following or following == at
    return Page(
        tuple(_found(net, r) for r in results), None if last else str(following), int(answer.get("hitCount", 0) or 0)
    )


def _found(net: Net, result: dict[str, Any]) -> Found:
    journal = (result.get("journalInfo") or {}).get("journal") or {}
    pmcid, licence = result.get("pmcid"), level_licence(result.get("license"))
    kinds = [str(k).casefold() for k in (result.get("pubTypeList") or {}).get("pubType") or []]
    is_open = result.get("isOpenAccess") == "Y" and bool(pmcid)
    offers = (Offer(full_text_url(net, str(pmcid)), "xml", Service.EUROPE_PMC, licence),) if is_open else ()
    year = str(result.get("pubYear") or "")
    return Found(
        service=Service.EUROPE_PMC,
        title=plain(result.get("title"), sentence=True),
        authors=tuple(_authors(result)),
        year=int(year) if year.isdecimal() else None,
        doi=normal_doi(result.get("doi")),
        pmid=result.get("pmid"),
        pmcid=pmcid,
        journal=journal.get("title"),
        issns=tuple(i for i in (journal.get("issn"), journal.get("essn")) if i),
        abstract=plain(result.get("abstractText")),
        language=_TWO_LETTERS.get(str(result.get("language") or ""), None),
        licence=licence,
        withdrawn=any("retracted" in k or "withdrawn" in k for k in kinds),
        offers=offers,
    )


def _authors(result: dict[str, Any]) -> Iterator[Author]:
    for person in (result.get("authorList") or {}).get("author") or []:
        if person.get("lastName"):
            yield Author(person["lastName"], person.get("firstName") or person.get("initials") or "")
        elif person.get("collectiveName"):
            yield Author(person["collectiveName"])


def full_text_url(net: Net, pmcid: str) -> str:
    """Where an article's JATS is; 404 there means that it is not open, or was withdrawn."""
    return f"{net.addresses.europepmc}/{quote(pmcid)}/fullTextXML"
