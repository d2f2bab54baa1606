"""Whether a work belongs to a corpus, from its title and abstract, with the reasons."""

import re
from dataclasses import dataclass
from functools import lru_cache

from citeclass.corpora.definition import Relevance, Signal
from citeclass.text import words

_TITLE = 1.5  # a word in the title says more than one in the abstract


@dataclass(frozen=True, slots=True)
class Reason:
    """What a signal gave: its ``points`` and the ``found`` words as they stand, folded."""

    signal: str
    points: float
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A work's ``score``, the ``threshold`` that held for it, and the ``reasons``, heaviest first."""

    score: float
    threshold: float
    reasons: tuple[Reason, ...]

    @property
    def relevant(self) -> bool:
        """Whether the work belongs."""
        return self.score >= self.threshold

    def told(self) -> str:
        """The reasons in a line: ``reflective supervision +4 (reflective supervision); animals -4 (rats)``."""
        return "; ".join(f"{r.signal} {r.points:+g} ({', '.join(r.found)})" for r in self.reasons)


def judge(rules: Relevance, *, title: str | None, abstract: str | None, core_journal: bool = False) -> Judgement:
    """The judgement of a work. ``core_journal``: it appeared in a core journal of the corpus."""
    head, body = " ".join(words(title)), " ".join(words(abstract))
    reasons = [r for signal in rules.signals if (r := _reason(signal, head, body)) is not None]
    if core_journal and rules.core_journal:
        reasons.append(Reason("core journal", rules.core_journal, ("journal",)))
    reasons.sort(key=lambda r: (-abs(r.points), r.signal))
    return Judgement(
        round(sum(r.points for r in reasons), 3),
        rules.threshold if body else rules.title_threshold,
        tuple(reasons),
    )


def _reason(signal: Signal, head: str, body: str) -> Reason | None:
    pattern = _pattern(signal.terms)
    titled, told = pattern.findall(head), pattern.findall(body)
    if not titled and not told:
        return None
    if signal.together:
        beside = _pattern(signal.together)
        if not beside.search(head) and not beside.search(body):
            return None
    return Reason(signal.name, signal.points * (_TITLE if titled else 1.0), tuple(dict.fromkeys((*titled, *told)))[:4])


@lru_cache(maxsize=512)
def _pattern(terms: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for all terms over folded words."""
    return re.compile("|".join(rf"\b{_folded(t)}\b" for t in sorted(terms, key=len, reverse=True)))


def _folded(term: str) -> str:
    """A term as a pattern: ``infan*`` also finds longer words."""
    parts = [re.escape(" ".join(words(part))) + (r"\w*" if part.endswith("*") else "") for part in term.split()]
    return " ".join(p for p in parts if p)
