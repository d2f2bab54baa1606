"""Callouts tied to references."""

from dataclasses import dataclass
from enum import StrEnum

from citeclass.records.document import Reference


class Style(StrEnum):
    """How a document prints its callouts."""

    AUTHOR_YEAR = "author-year"
    BRACKET = "bracket"
    PAREN = "paren"
    SUPERSCRIPT = "superscript"


class Unlinked(StrEnum):
    """Why a callout has no reference."""

    NO_BIBLIOGRAPHY = "the document has no reference list"
    NOT_IN_LIST = "no reference matches the name and year"
    OUT_OF_RANGE = "the number is not in the reference list"
    AMBIGUOUS = "several references match equally well"
    BROKEN_LINK = "the file points to a reference it does not hold"


@dataclass(frozen=True, slots=True)
class Target:
    """A reference a callout points to, by index, and how sure the link is (0 to 1)."""

    reference: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Callout:
    """One in-text marker: ``text[start:end]`` is its surface; a range has several targets.

    ``group_start:group_end`` spans the printed group it stands in, brackets included. ``ordinal``
    counts callouts from 0 through the document. Without targets, ``reason`` tells why.
    """

    ordinal: int
    start: int
    end: int
    group_start: int
    group_end: int
    style: Style
    targets: tuple[Target, ...] = ()
    reason: Unlinked | None = None


@dataclass(frozen=True, slots=True)
class Linking:
    """The outcome of linking one document: its references, completed, and its callouts by position."""

    references: tuple[Reference, ...]
    callouts: tuple[Callout, ...]
