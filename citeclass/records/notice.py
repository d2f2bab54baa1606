"""Editorial notices on a work."""

from dataclasses import dataclass
from enum import StrEnum


class NoticeKind(StrEnum):
    """What a notice does to a work, gravest first."""

    RETRACTION = "retracted"
    PARTIAL = "partly retracted"
    CONCERN = "expression of concern"
    CORRECTION = "corrected"

    @property
    def grave(self) -> bool:
        """Whether the work should not be relied on without reading the notice."""
        return self is not NoticeKind.CORRECTION


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice: its kind, its own DOI, the day it was given (ISO 8601, as far as known), and who told of it."""

    kind: NoticeKind
    doi: str | None = None
    date: str | None = None
    source: str | None = None
