"""The values everything else passes along: frozen, typed, unaware of files, models and databases."""

from citeclass.records.document import (
    Address,
    Anchor,
    Author,
    Box,
    Document,
    FrontMatter,
    Paragraph,
    Pointer,
    PrintedLine,
    Reference,
    Section,
    SectionKind,
    Zone,
)
from citeclass.records.extraction import Extraction
from citeclass.records.failure import Failure, Reason
from citeclass.records.link import Callout, Linking, Style, Target, Unlinked
from citeclass.records.notice import Notice, NoticeKind
from citeclass.records.prediction import INTENTS, STANCES, Intent, OperatingPoint, Prediction, Stance
from citeclass.records.statement import CitationStatement, Source

__all__ = [
    "INTENTS",
    "STANCES",
    "Address",
    "Anchor",
    "Author",
    "Box",
    "Callout",
    "CitationStatement",
    "Document",
    "Extraction",
    "Failure",
    "FrontMatter",
    "Intent",
    "Linking",
    "Notice",
    "NoticeKind",
    "OperatingPoint",
    "Paragraph",
    "Pointer",
    "Prediction",
    "PrintedLine",
    "Reason",
    "Reference",
    "Section",
    "SectionKind",
    "Source",
    "Stance",
    "Style",
    "Target",
    "Unlinked",
    "Zone",
]
