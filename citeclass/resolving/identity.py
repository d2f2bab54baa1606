"""Identity of works (the DOI where both have one; else title, first author and year, conservatively) and of their authors."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.fuzz import ratio

from citeclass.records import Author, FrontMatter, Reference
from citeclass.text import squash, words

ALIKE = 94.0
"""Least similarity (0 to 100) of two squashed titles of one work; measured in issue 6, set with caution here."""

SHORTEST = 20
"""Titles with fewer letters and digits than this never decide by themselves ("Introduction", "Editorial")."""

_BLOCK = 14


@dataclass(frozen=True, slots=True)
class WorkFacts:
    """What is known of a work. ``authors`` is a tuple of family and given names."""

    title: str | None = None
    authors: tuple[Author, ...] = ()
    year: str | None = None
    doi: str | None = None
    pmid: str | None = None
    container: str | None = None

    @classmethod
    def of_reference(cls, reference: Reference) -> "WorkFacts":
        """The facts a reference gives."""
        r = reference
        return cls(r.title, r.authors, r.year, r.doi, r.pmid, r.container)

    @classmethod
    def of_front(cls, front: FrontMatter) -> "WorkFacts":
        """The facts an article's front matter gives."""
        year = str(front.year) if front.year else None
        return cls(front.title, front.authors, year, front.doi, front.pmid, front.journal)


def block_of(title: str | None) -> str:
    """The start of the squashed title: only works of one block are compared."""
    return squash(title)[:_BLOCK]


def same_work(a: WorkFacts, b: WorkFacts) -> float:
    """How surely two descriptions are one work (0 to 1); 0 where a DOI, an author or the year speaks against it."""
    if a.doi and b.doi:
        return 1.0 if a.doi == b.doi else 0.0
    left, right = squash(a.title), squash(b.title)
    if min(len(left), len(right)) < SHORTEST:
        return 0.0
    if not _first_author_fits(a, b) or not _year_fits(a, b):
        return 0.0
    alike = ratio(left, right)
    if alike < ALIKE or _numbers(a.title) != _numbers(b.title):
        return 0.0
    return alike / 100


def _numbers(title: str | None) -> list[str]:
    """``Part 1`` and ``Part 2`` differ by little and are two works."""
    return re.findall(r"\d+|\b[IVX]+\b", title or "")


def _first_author_fits(a: WorkFacts, b: WorkFacts) -> bool:
    if not a.authors or not b.authors:
        return True
    left, right = words(a.authors[0].family), words(b.authors[0].family)
    return bool(set(left) & set(right)) or squash(a.authors[0].family) == squash(b.authors[0].family)


def _year_fits(a: WorkFacts, b: WorkFacts) -> bool:
    years = [re.search(r"\d{4}", x or "") for x in (a.year, b.year)]
    if years[0] is None or years[1] is None:
        return True
    return abs(int(years[0][0]) - int(years[1][0])) <= 1


def shared_authors(citing: Sequence[Author], cited: Sequence[Author]) -> tuple[Author, ...]:
    """The authors of ``citing`` who wrote ``cited`` too, by family name and first initial.

    A person without given names may be anyone of that family and is not counted; bodies are told by their whole name.
    """
    known = {_person(a) for a in cited} - {None}
    return tuple(a for a in citing if _person(a) in known)


@lru_cache(maxsize=4096)  # asked anew for each statement between the same two works
def _person(author: Author) -> tuple[str, str] | None:
    """What tells an author from others; None for a family name of one word alone, which is a person cut short."""
    if given := words(author.given):
        return squash(author.family), given[0][0]
    return (squash(author.family), "") if len(words(author.family)) > 1 else None
