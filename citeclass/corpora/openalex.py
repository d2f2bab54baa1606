"""OpenAlex (https://docs.openalex.org): search in titles and abstracts, open copies, how often a work is cited."""

from collections.abc import Iterator
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


def queries(corpus: Corpus) -> Iterator[tuple[str, str]]:
    """The name and filter of each query."""
    until = f",to_publication_date:{corpus.to_year}-12-31" if corpus.to_year else ""
    years = f"from_publication_date:{corpus.from_year}-01-01{until}"
    bounds = f"{years},language:{'|'.join(corpus.languages)},is_oa:true,type:article|review|preprint"
    for journal in corpus.journals:
        if journal.core:
            yield journal.name, f"primary_location.source.issn:{'|'.join(journal.issn)},{bounds}"
    for topic in corpus.topics:
        yield topic.name, f"title_and_abstract.search:{_topic(topic)},{bounds}"


def _topic(topic: Topic) -> str:
    """OpenAlex stems words by itself and takes no stars; commas would end the filter."""

    def one_of(terms: tuple[str, ...]) -> str:
        return "(" + " OR ".join('"' + t.replace("*", "").replace(",", " ") + '"' for t in terms) + ")"

    return f"{one_of(topic.terms)} AND {one_of(topic.together)}" if topic.together else one_of(topic.terms)


def search(net: Net, query: str, *, cursor: str | None = None) -> Page:
    """A page of the works that pass the filter ``query``."""
    asked = {"filter": query, "per-page": str(_PAGE), "cursor": cursor or "*"} | _asking(net)
    answer = net.json(f"{net.addresses.openalex}/works", asked, needs=("results",))
    if not isinstance(answer, dict) or "results" not in answer:
        raise ServiceError("OpenAlex did not take the query", fix=f"query: {query}")
    meta = answer.get("meta") or {}
    following = meta.get("next_cursor")
    last = not answer["results"] or not following or following == cursor
    return Page(
        tuple(found_in(w) for w in answer["results"]), None if last else str(following), int(meta.get("count", 0) or 0)
    )


def work(net: Net, doi: str, *, kept: bool = True) -> dict[str, Any] | None:
    """What OpenAlex has of a DOI; None where it has nothing."""
    answer = net.json(
        f"{net.addresses.openalex}/works/doi:{quote(doi, safe='/')}", _asking(net), kept=kept, needs=("id",)
    )
    return answer if isinstance(answer, dict) and answer.get("id") else None


def _asking(net: Net) -> dict[str, str]:
    """Since February 2026 OpenAlex wants a key for lists; single works are free."""
    told = {"mailto": net.email, "api_key": net.openalex_key}
    return {name: value for name, value in told.items() if value}


def found_in(item: dict[str, Any]) -> Found:
    """A work of OpenAlex's as an article."""
    ids = item.get("ids") or {}
    source = (item.get("primary_location") or {}).get("source") or {}
    best = item.get("best_oa_location") or item.get("primary_location") or {}
    licence = level_licence(best.get("license"))
    pdf = best.get("pdf_url")
    pmcid = str(ids.get("pmcid") or "").rstrip("/").rpartition("/")[2]
    pmid = str(ids.get("pmid") or "").rstrip("/").rpartition("/")[2]
    return Found(
        service=Service.OPENALEX,
        title=plain(item.get("title") or item.get("display_name")),
        authors=tuple(_author(a.get("author") or {}) for a in item.get("authorships") or []),
        year=item.get("publication_year"),
        doi=normal_doi(item.get("doi") or ids.get("doi")),
        pmid=pmid or None,
        pmcid=(pmcid if pmcid.startswith("PMC") else f"PMC{pmcid}") if pmcid else None,
        journal=source.get("display_name"),
        issns=tuple(source.get("issn") or ()),
        abstract=_abstract(item.get("abstract_inverted_index")),
        language=item.get("language"),
        licence=licence,
        withdrawn=bool(item.get("is_retracted")),
        offers=(Offer(pdf, "pdf", Service.OPENALEX, licence),) if pdf else (),
    )


def _author(person: dict[str, Any]) -> Author:
    given, _, family = (person.get("display_name") or "").rpartition(" ")
    return Author(family, given)


def _abstract(index: dict[str, list[int]] | None) -> str | None:
    """An abstract from the places of its words, which is how OpenAlex sends it."""
    if not index:
        return None
    placed = sorted((at, word) for word, places in index.items() for at in places)
    return plain(" ".join(word for _, word in placed))
