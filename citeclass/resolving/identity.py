"""Identity of works (the DOI where both have one; else title, first author and year, conservatively) and of their authors.

Measured by ``benchmarks/resolution.py``: JATS references with their DOI hidden, against those of other articles.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.fuzz import ratio

from citeclass.records import Author, FrontMatter, Reference
from citeclass.text import squash, words

ALIKE = 94.0
"""Least similarity (0 to 100) of two squashed titles of one work."""

SHORTEST = 20
"""Titles with fewer letters and digits than this never decide by themselves ("Introduction", "Editorial")."""

_BLOCK = 14
_TIE = 0.02  # matches nearer than this to the best are as good
_CUT = 0.9  # how surely a title without its subtitle is the same work
_LONG_ENOUGH = 32  # letters and digits of a title that may lack its subtitle
_OTHER_WORK = re.compile(
    r"an?(?:reply|comment)|reply|repl(?:y|ication)|response|comment|erratum|corrig|correction|part|supplement|retract|update"
)
_LITTLE = frozenset({"the", "of", "and", "for", "in", "de", "la", "der", "des", "und", "et", "a", "on"})


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


def work_id(facts: WorkFacts, raw: str) -> str:
    """The id of a work that no other description is known of: from its DOI, else from title, first author and year; where the title says too
    little, from ``raw``, its printed form.
    """
    if facts.doi:
        return f"doi:{facts.doi}"
    first = squash(facts.authors[0].family) if facts.authors else ""
    title = squash(facts.title)
    body = f"{title}|{first}|{facts.year or ''}" if len(title) >= SHORTEST else f"{title}|{squash(raw)}"
    return "work:" + hashlib.sha256(body.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Match:
    """The ``key`` of the work that a description means, how it was told (``doi`` or ``title``) and how surely (0 to 1)."""

    key: str
    method: str
    score: float


def best_match(facts: WorkFacts, known: Iterable[tuple[str, WorkFacts]]) -> Match | None:
    """Which of the ``known`` works (of one block, by key) ``facts`` describes.

    Where works of different DOIs fit alike (statements printed in several journals at once) the journal decides, and where it does not,
    none is taken.
    """
    fitting = [(score, key, other) for key, other in known if (score := same_work(facts, other))]
    if not fitting:
        return None
    score, key, first = max(fitting, key=lambda x: x[0])
    rivals = [x for x in fitting if x[0] > score - _TIE and x[2].doi != first.doi]
    if not facts.doi and rivals:
        at_home = [x for x in (*rivals, (score, key, first)) if _container_fits(facts, x[2])]
        if len({x[2].doi for x in at_home}) != 1:
            return None
        score, key, first = max(at_home, key=lambda x: x[0])
    return Match(key, "doi" if facts.doi and facts.doi == first.doi else "title", score)


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
    if alike >= ALIKE and _numbers(a.title) == _numbers(b.title):
        return alike / 100
    return _CUT if _cut_short(a, b, left, right) else 0.0


def _cut_short(a: WorkFacts, b: WorkFacts, left: str, right: str) -> bool:
    """Whether one title is the other without its subtitle; author, year and journal must then be the same."""
    short, long = sorted((left, right), key=len)
    return (
        len(short) >= _LONG_ENOUGH
        and long.startswith(short)
        and not _OTHER_WORK.match(long[len(short) :])
        and _numbers(a.title) == _numbers(b.title)
        and bool(a.authors and b.authors)
        and a.year is not None
        and a.year == b.year
        and _container_fits(a, b)
    )


def _container_fits(a: WorkFacts, b: WorkFacts) -> bool:
    """Whether two journals' names may be one, abbreviated or not: the words of the shorter begin those of the longer, in order."""
    few, many = sorted(([w for w in words(x.container) if w not in _LITTLE] for x in (a, b)), key=len)
    rest = iter(many)
    return bool(few) and all(any(w.startswith(f) or f.startswith(w) for w in rest) for f in few)


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
