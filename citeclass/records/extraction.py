"""What is read from one file."""

from dataclasses import dataclass

from citeclass.records.document import FrontMatter, Reference
from citeclass.records.statement import CitationStatement


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that was read from one file. ``version`` names the readers and rules that made it."""

    digest: str
    path: str
    reader: str
    version: str
    source_key: str
    front: FrontMatter
    language: str | None
    references: tuple[Reference, ...]
    statements: tuple[CitationStatement, ...]
    callouts: int
    unlinked: int
