"""What could not be done, kept instead of lost."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a file failed: short codes that can be counted."""

    EMPTY = "empty"
    MALFORMED = "malformed"
    ENCRYPTED = "encrypted"
    NO_TEXT = "no-text"
    UNSUPPORTED = "unsupported"
    TOO_LARGE = "too-large"
    FORBIDDEN = "forbidden"
    NO_REFERENCES = "no-references"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    TIMEOUT = "timeout"
    SERVICE = "service"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Failure:
    """A file (``path``) that could not be used, or not wholly: what happened and what to do.

    ``partial`` is true where the rest of the file was kept (an article without a reference list).
    ``digest`` is the content's SHA-256 in hex, where the file could be read at all.
    """

    path: str
    reason: Reason
    message: str
    fix: str
    digest: str | None = None
    partial: bool = False
