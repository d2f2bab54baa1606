"""Which reference an author–year callout means."""

import re
from dataclasses import dataclass

from citeclass.linking.names import abbreviates, acronym, core, names_agree, plain
from citeclass.records import Reference, Target, Unlinked
from citeclass.text import squash, words

_YEAR = re.compile(r"(1[5-9]\d\d|20\d\d)([a-z]?)")
_SPACED = r"[\s.\-–]*"  # between the letters of n.d.
# (1969/1982); (1957) … (Original work published 1917)
_BOTH_YEARS = r"\b{0}\s?/\s?{1}\b|\b{1}\s?/\s?{0}\b|\boriginal(?:ly)?\s(?:work\s)?published\D{{0,12}}{0}\b"
_TIE = 0.04
_LEAST = 0.35  # what names and year together must reach
_SAME_YEAR = 0.9
_POINTED = 0.8  # confidence of a link that rests on the file's own and the year alone


@dataclass(frozen=True, slots=True)
class Outcome:
    """A link, or the reason there is none."""

    targets: tuple[Target, ...]
    reason: Unlinked | None = None


class AuthorYearIndex:
    """References by the surnames and years they can be called by."""

    def __init__(self, references: tuple[Reference, ...]) -> None:
        self._references = references
        self._by_name: dict[str, list[Reference]] = {}
        for reference in references:
            for name in self._handles(reference):
                self._by_name.setdefault(name, []).append(reference)
        self._cache: dict[tuple[tuple[str, ...], str | None, bool, str], Outcome] = {}

    @staticmethod
    def _handles(reference: Reference) -> set[str]:
        """Short keys under which a callout may look this reference up."""
        head = plain(reference.authors[0].family if reference.authors else reference.raw[:60])
        parts = words(head)
        handles = {squash(head)[:6], core(head)[:6], *(p[:6] for p in parts if len(p) > 2)}
        handles |= {w[:6] for w in words(reference.raw[:40])[:2] if len(w) > 2}
        initials = {"".join(w[0] for w in parts), acronym(head)}
        return {h for h in handles if h} | {f"={i}" for i in initials if len(i) > 2}

    def candidates(self, name: str) -> list[Reference]:
        """References that could carry ``name``, in order."""
        name = plain(name)
        keys = {squash(name)[:6], core(name)[:6], *(p[:6] for p in words(name) if len(p) > 2)}
        if name.isupper():
            keys.add(f"={squash(name)}")
        found = {r.index: r for k in keys for r in self._by_name.get(k, ())}
        if name.isupper() and not found:
            letters = squash(name)
            found = {
                r.index: r
                for r in self._references
                if squash(r.raw).startswith(letters) or (r.authors and abbreviates(letters, r.authors[0].family))
            }
        return [found[i] for i in sorted(found)]

    def match(self, names: tuple[str, ...], year: str | None, *, et_al: bool, initial: str = "") -> Outcome:
        """The reference meant by ``names`` and ``year``; of several that fit, the one whose first author has the ``initial``.

        Several that fit equally well are no link: the outcome says *ambiguous*.
        """
        key = (names, year, et_al, initial)
        if key not in self._cache:
            self._cache[key] = self._match(names, year, et_al=et_al, initial=initial)
        return self._cache[key]

    def settle(
        self, outcome: Outcome, names: tuple[str, ...], year: str | None, *, et_al: bool, pointed: tuple[int, ...]
    ) -> Outcome:
        """``outcome``, mended by the references that the file's own link may lead to.

        One of these that fits names and year is meant, also where another fits as well; where the text finds none, the only
        one with the same year is.
        """
        if not pointed or any(t.reference in pointed for t in outcome.targets):
            return outcome
        fits = sorted(
            (
                (names_agree(names, et_al=et_al, reference=r) * self._year_fit(year, r), r.index)
                for r in map(self._references.__getitem__, pointed)
            ),
            reverse=True,
        )
        score, best = fits[0]
        if score >= _LEAST:
            tied = len(fits) > 1 and fits[1][0] >= score - _TIE
            return outcome if tied else Outcome((Target(best, round(score, 3)),))
        if not outcome.targets and len(pointed) == 1 and self._year_fit(year, self._references[best]) >= _SAME_YEAR:
            return Outcome((Target(best, _POINTED),))
        return outcome

    def _match(self, names: tuple[str, ...], year: str | None, *, et_al: bool, initial: str) -> Outcome:
        if not self._references:
            return Outcome((), Unlinked.NO_BIBLIOGRAPHY)
        scored = []
        for reference in self.candidates(names[0]) if names else []:
            score = names_agree(names, et_al=et_al, reference=reference) * self._year_fit(year, reference)
            if score >= _LEAST:
                scored.append((score, reference))
        if not scored:
            return Outcome((), Unlinked.NOT_IN_LIST)
        scored.sort(key=lambda s: (-s[0], s[1].index))
        best = [r for s, r in scored if s >= scored[0][0] - _TIE]
        if len(best) > 1 and initial:
            best = [r for r in best if r.authors and r.authors[0].given.startswith(initial)] or best
        if len(best) > 1:
            by_letter = self._by_letter(year, best)
            if by_letter is None:
                distinct = {squash(r.title or r.raw) for r in best}
                if len(distinct) > 1:
                    return Outcome((), Unlinked.AMBIGUOUS)
            best = [by_letter or best[0]]
        return Outcome((Target(best[0].index, round(scored[0][0], 3)),))

    @staticmethod
    def _year_fit(year: str | None, reference: Reference) -> float:
        mine, theirs = _YEAR.search(year or ""), _YEAR.search(reference.year or "")
        if mine is None:  # in press, n.d.
            word = squash(year)
            if word and squash(reference.year) == word:
                return 1.0
            if (
                word
                and (theirs is None or not word.startswith("nd"))
                and re.search(rf"\b{_SPACED.join(word)}\b", reference.raw, re.IGNORECASE)
            ):
                return 0.95
            return 0.6 if word in ("inpress", "forthcoming", "submitted") and theirs is None else 0.4
        if theirs is None:
            return 0.85 if mine[1] in reference.raw else 0.0
        if mine[1] == theirs[1]:
            if mine[2] == theirs[2]:
                return 1.0
            return 0.9 if not (mine[2] and theirs[2]) else 0.0
        if re.search(rf"(?<!\d){mine[1]}(?!\d)", reference.raw) and "/" in f"{year}{reference.year}":
            return 0.9
        if re.search(_BOTH_YEARS.format(mine[1], theirs[1]), reference.raw, re.IGNORECASE):
            return 0.9
        return 0.45 if abs(int(mine[1]) - int(theirs[1])) == 1 else 0.0

    @staticmethod
    def _by_letter(year: str | None, best: list[Reference]) -> Reference | None:
        """Printed ``2010b`` among entries that lack letters: the second in the list."""
        mine = _YEAR.search(year or "")
        if mine is None or not mine[2] or any((_YEAR.search(r.year or "") or ["", "", "x"])[2] for r in best):
            return None
        place = ord(mine[2]) - ord("a")
        return best[place] if place < len(best) else None
