"""Callouts in documents without tags: the style is decided from evidence, then each mark is linked."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

import regex

from citeclass.callouts import Mark, Style, find
from citeclass.linking.matching import AuthorYearIndex, Outcome
from citeclass.linking.measures import is_interval, is_measure
from citeclass.linking.names import same_body
from citeclass.linking.pointed import Pointed
from citeclass.records import Callout, Document, Paragraph, Reference, Target, Unlinked, Zone
from citeclass.text import lower
from citeclass.text.raised import RAISED_DIGITS

_LINKED = 8  # marks under links that tell a document's style
_SURE = 0.8  # least confidence of a link for a callout that the publisher did not tag
# A style that is easily mistaken for something else must explain more of the reference list to be chosen.
_TRUST = {Style.AUTHOR_YEAR: 1.0, Style.BRACKET: 1.0, Style.PAREN: 0.8, Style.SUPERSCRIPT: 0.9}
_OTHERWISE = 0.6  # of the trust is left in what the list's own form speaks against
_NOTE = regex.compile(rf"([{RAISED_DIGITS}]{{1,3}})\s?\p{{L}}")
# The words of a body's name: capitalised, with small ones between (Council on Early …)
_WORDS = r"\p{Lu}[\p{L}’'&\-]*\s+(?:(?:\p{Lu}[\p{L}’'&\-]*|of|for|the|and|on|in|&|de|del|da|do)\s+){0,9}"
_FEWER_CAPITALISED = regex.compile(rf"\s{_WORDS}$")
_CAPITALISED = regex.compile(rf"(?<![\p{{L}}\-]){_WORDS}$")


def printed_callouts(document: Document, references: tuple[Reference, ...]) -> list[Callout]:
    """Callouts of the document's own style; ordinals are not set yet."""
    marks = [(p, m) for p in document.paragraphs for m in _shifted(document, p)]
    index = AuthorYearIndex(references)
    numbered = _by_number(references)
    pointed = Pointed(document, references)
    notes = _notes(document)
    body = [
        m
        for p, m in marks
        if p.zone is Zone.BODY and not (m.style is Style.SUPERSCRIPT and notes.issuperset(m.numbers))
    ]
    style = decide_style(body, index, numbered, trust=_trust(document, references), pointed=pointed)
    if style is None:
        return []
    callouts = []
    for paragraph, mark in marks:
        if mark.style is not style:
            continue
        if style is Style.AUTHOR_YEAR:
            mark = _grown(document.text, paragraph, mark, index)
            outcome = index.match(mark.names, mark.year, et_al=mark.et_al, initial=mark.initial)
            if outcome.reason is Unlinked.NOT_IN_LIST and len(mark.names) > 1:
                mark, outcome = _without_lead(document.text, mark, index, outcome)
            led = pointed.references(mark.start, mark.end)
            outcome = index.settle(outcome, mark.names, mark.year, et_al=mark.et_al, pointed=led)
        else:
            outcome = _numeric(mark, numbered, has_list=bool(references))
            if style is Style.PAREN and is_measure(document.text, mark, entries=len(references)):
                continue
            if style is Style.BRACKET and is_interval(document.text, mark):
                continue
            if style is not Style.BRACKET and not outcome.targets:
                continue
        callouts.append(
            Callout(0, mark.start, mark.end, mark.group_start, mark.group_end, style, outcome.targets, outcome.reason)
        )
    return callouts


def untagged_callouts(document: Document, references: tuple[Reference, ...], tagged: list[Callout]) -> list[Callout]:
    """Author–year callouts that the publisher left without a tag, where they surely mean a reference.

    Numbers without a tag are left alone: they are list numbers and values far more often.
    """
    if 2 * sum(c.style is Style.AUTHOR_YEAR for c in tagged) < len(tagged):
        return []  # in numbered articles "Lee (2010) [3]" is one callout, and its number is tagged
    taken = sorted((c.start, c.end) for c in tagged)
    index = AuthorYearIndex(references)
    callouts = []
    for paragraph in document.paragraphs:
        for mark in _shifted(document, paragraph):
            at = bisect_left(taken, (mark.end, 0))
            free = at == 0 or taken[at - 1][1] <= mark.start
            if mark.style is not Style.AUTHOR_YEAR or not free:
                continue
            outcome = index.match(mark.names, mark.year, et_al=mark.et_al, initial=mark.initial)
            if outcome.targets and outcome.targets[0].confidence >= _SURE:
                callouts.append(
                    Callout(0, mark.start, mark.end, mark.group_start, mark.group_end, mark.style, outcome.targets)
                )
    return callouts


def _shifted(document: Document, paragraph: Paragraph) -> Iterator[Mark]:
    base = paragraph.start
    for m in find(document.text[base : paragraph.end]):
        yield replace(
            m, start=m.start + base, end=m.end + base, group_start=m.group_start + base, group_end=m.group_end + base
        )


def _notes(document: Document) -> frozenset[int]:
    """The raised numbers that open a note behind the first page, where they tell addresses: those of footnotes."""
    opened = (_NOTE.match(document.text, p.start, p.end) for p in document.paragraphs if p.zone is Zone.NOTE)
    return frozenset(int(lower(m[1])) for m in opened if m and (document.page_of(m.start()) or 1) > 1)


def _trust(document: Document, references: tuple[Reference, ...]) -> dict[Style, float]:
    """How far marks of each style are trusted: less where the list prints no numbers, or prints them as another style does."""
    starts = [r.start for r in references if r.start is not None]
    bracketed = 2 * sum(document.text[at] == "[" for at in starts) > len(starts)
    if references and not any(r.number is not None for r in references):
        return {s: t if s is Style.AUTHOR_YEAR else _OTHERWISE * t for s, t in _TRUST.items()}
    return {s: _OTHERWISE * t if bracketed and s in (Style.SUPERSCRIPT, Style.PAREN) else t for s, t in _TRUST.items()}


def _by_number(references: tuple[Reference, ...]) -> dict[int, int]:
    """Printed numbers to indices; a list without numbers counts from 1."""
    printed = {r.number: r.index for r in reversed(references) if r.number is not None}
    return printed if len(printed) > len(references) / 2 else {r.index + 1: r.index for r in references}


def decide_style(
    marks: list[Mark],
    index: AuthorYearIndex,
    numbered: dict[int, int],
    *,
    trust: Mapping[Style, float] = _TRUST,
    pointed: Pointed | None = None,
) -> Style | None:
    """The style that the file's own links stand on; without these the one whose marks reach most of the reference list;
    without a list, the most frequent. None where there is not a single mark.
    """
    linked = Counter(m.style for m in marks if pointed is not None and pointed.covers(m.start, m.end))
    if linked and linked.most_common(1)[0][1] >= max(_LINKED, 0.8 * linked.total()):
        return linked.most_common(1)[0][0]
    reached: dict[Style, set[int]] = {}
    counted: dict[Style, int] = {}
    for mark in marks:
        counted[mark.style] = counted.get(mark.style, 0) + 1
        outcome = (
            index.match(mark.names, mark.year, et_al=mark.et_al, initial=mark.initial)
            if mark.style is Style.AUTHOR_YEAR
            else _numeric(mark, numbered, has_list=bool(numbered))
        )
        reached.setdefault(mark.style, set()).update(t.reference for t in outcome.targets)
    if not counted:
        return None
    return max(counted, key=lambda s: (len(reached[s]) * trust[s], counted[s] * trust[s]))


def _numeric(mark: Mark, numbered: dict[int, int], *, has_list: bool) -> Outcome:
    if not has_list:
        return Outcome((), Unlinked.NO_BIBLIOGRAPHY)
    targets = tuple(Target(numbered[n], 0.97) for n in mark.numbers if n in numbered)
    if len(targets) < len(mark.numbers):
        targets = targets if len(mark.numbers) == 1 or len(targets) >= len(mark.numbers) / 2 else ()
    return Outcome(targets, None if targets else Unlinked.OUT_OF_RANGE)


def _grown(text: str, paragraph: Paragraph, mark: Mark, index: AuthorYearIndex) -> Mark:
    """A corporate author grown to its whole name, where the grammar alone sees ``Organization (2021)`` or ``Network et al., 2014``."""
    if not (mark.narrative or mark.et_al) or len(mark.names) != 1:
        return mark
    lead = _CAPITALISED.search(text, max(paragraph.start, mark.start - 100), mark.start)
    while lead and lead[0].strip():
        start = lead.start()
        name = text[start : mark.start] + mark.names[0]
        if any(r.authors and same_body(name, r.authors[0], "") >= 0.97 for r in index.candidates(name)):
            return replace(mark, start=start, group_start=min(start, mark.group_start), names=(name,))
        lead = _FEWER_CAPITALISED.search(text, start + 1, mark.start)
        if lead:
            lead = _CAPITALISED.search(text, lead.start() + 1, mark.start)
    return mark


def _without_lead(text: str, mark: Mark, index: AuthorYearIndex, outcome: Outcome) -> tuple[Mark, Outcome]:
    """``In contrast to Bowlby, Ainsworth (1969)``: names before a comma may belong to the sentence; of ``A & B`` neither does."""
    for skip in range(1, len(mark.names)):
        rest = mark.names[skip:]
        found = index.match(rest, mark.year, et_al=mark.et_al, initial=mark.initial)
        at = text.find(rest[0], mark.start, mark.end)
        apart = at > 0 and text[mark.start : at].rstrip().endswith((",", ";"))
        if found.targets and apart:
            return replace(
                mark,
                start=at,
                group_start=max(at, mark.group_start) if mark.narrative else mark.group_start,
                names=rest,
            ), found
    return mark, outcome
