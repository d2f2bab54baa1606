"""What to draw over a page: callouts that are linked or not, and the entries of the list."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from citeclass.records import Box, Callout, Document, Linking, Reference, Zone


class Kind(StrEnum):
    """What a mark stands for."""

    LINKED = "linked"
    UNSURE = "unsure"
    UNLINKED = "unlinked"
    ENTRY = "entry"
    UNCITED = "uncited"
    ASIDE = "aside"


SURE = 0.8
"""The confidence from which a link is drawn as sure."""


@dataclass(frozen=True, slots=True)
class PageMark:
    """A box on a page (from 1; points from the lower left corner), what it stands for, and words to show with it."""

    page: int
    box: Box
    kind: Kind
    note: str


def marks_of(document: Document, linking: Linking) -> Iterator[PageMark]:
    """The marks of a document with printed lines: text set aside first, then entries, then callouts."""
    for paragraph in document.paragraphs:
        if paragraph.zone is not Zone.BODY:
            for page, box in document.boxes(paragraph.start, paragraph.end):
                yield PageMark(page, box, Kind.ASIDE, paragraph.zone.value)
    cited = Counter(t.reference for c in linking.callouts for t in c.targets)
    for reference, (start, end) in _entries(document, linking):
        times = cited[reference.index]
        note = f"{reference.index + 1}. {described(reference)} · cited {times} time{'' if times == 1 else 's'}"
        for page, box in document.boxes(start, end):
            yield PageMark(page, box, Kind.ENTRY if times else Kind.UNCITED, note)
    for callout in linking.callouts:
        kind, note = told(callout, linking)
        for page, box in document.boxes(callout.start, callout.end):
            yield PageMark(page, box, kind, note)


def told(callout: Callout, linking: Linking) -> tuple[Kind, str]:
    """A callout's kind, and what it points to or why it points to nothing."""
    if not callout.targets:
        return Kind.UNLINKED, str(callout.reason or "not linked")
    surest = min(t.confidence for t in callout.targets)
    notes = [f"{described(linking.references[t.reference])} ({t.confidence:.2f})" for t in callout.targets]
    return (Kind.LINKED if surest >= SURE else Kind.UNSURE), "; ".join(notes)


def described(reference: Reference) -> str:
    """A reference in a few words: first author, year, title."""
    who = reference.authors[0].family if reference.authors else ""
    more = " et al." if len(reference.authors) > 1 else ""
    title = reference.title or reference.raw
    return f"{who}{more} {reference.year or ''} {title[:90]}".strip()


def _entries(document: Document, linking: Linking) -> Iterator[tuple[Reference, tuple[int, int]]]:
    """Each reference that was segmented from the printed list, with the span of its lines there."""
    found = [(reference, reference.start) for reference in linking.references if reference.start is not None]
    bounds = [start for _, start in found[1:]]
    last = max((p.end for p in document.bibliography), default=0)
    for (reference, start), bound in zip(found, [*bounds, last], strict=False):
        yield reference, (start, max(p.end for p in document.bibliography if start <= p.start < bound))
