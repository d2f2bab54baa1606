"""The citation statement: one callout × one reference, in its words."""

from dataclasses import dataclass

from citeclass.records.document import Author, Reference, SectionKind, Zone
from citeclass.records.link import Unlinked


@dataclass(frozen=True, slots=True)
class Source:
    """The citing work, as far as a statement needs it. ``path`` is the file it was read from, if any."""

    key: str
    title: str | None = None
    authors: tuple[Author, ...] = ()
    year: int | None = None
    doi: str | None = None
    language: str | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class CitationStatement:
    """One callout of a citing work and the one reference it points to.

    ``start:end`` are the target callout's offsets into ``sentence``; ``before`` and ``after`` are the
    neighbouring sentences of the same paragraph. ``snippet`` is the three as HTML text with
    ``<cite>`` around each callout, the target's carrying ``class="target"``. ``reference`` is None
    for an unlinked callout, and ``reason`` then tells why. ``ordinal`` counts the callout through
    its document, ``page`` from 1.
    """

    id: str
    source: str
    ordinal: int
    callout: str
    sentence: str
    start: int
    end: int
    before: str
    after: str
    snippet: str
    section: SectionKind | None
    section_title: str | None
    zone: Zone
    page: int | None
    language: str | None
    reference: Reference | None
    confidence: float | None = None
    reason: Unlinked | None = None
