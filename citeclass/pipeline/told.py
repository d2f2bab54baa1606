"""What a reference manager tells of an article, put beside what its file shows."""

from dataclasses import replace
from typing import Any

from citeclass.pipeline.managers import ManagedWork
from citeclass.records import Author, Extraction, FrontMatter
from citeclass.resolving import WorkFacts, same_work


def told_of(work: ManagedWork) -> dict[str, Any]:
    """What is kept of a work for each of its files. ``sole`` tells whether it has only one: of several, the one that fits
    is the article, and the others are its supplements.
    """
    f = work.facts
    return {
        "title": f.title, "authors": [[a.family, a.given] for a in f.authors], "year": f.year, "doi": f.doi, "pmid": f.pmid,
        "journal": f.container, "abstract": work.abstract, "sole": len(work.files) == 1,
    }  # fmt: skip


def with_told(extraction: Extraction, told: dict[str, Any] | None) -> Extraction:
    """An extraction with what was told of its article: over what a PDF shows, beside what XML says."""
    if told is None:
        return extraction
    front = extraction.front
    facts = WorkFacts(
        told["title"],
        tuple(Author(*a) for a in told["authors"]),
        told["year"],
        told["doi"],
        told["pmid"],
        told["journal"],
    )
    if not told["sole"] and not same_work(WorkFacts.of_front(front), facts):
        return extraction
    year = int(facts.year) if facts.year and facts.year.isdecimal() else None
    outer = FrontMatter(
        facts.title, facts.authors, year, facts.doi, facts.pmid, journal=facts.container, abstract=told["abstract"]
    )
    first, second = (outer, front) if extraction.reader.startswith("pdf") else (front, outer)
    names = FrontMatter.__dataclass_fields__
    return replace(extraction, front=FrontMatter(**{n: getattr(first, n) or getattr(second, n) for n in names}))
