"""What the library says of a work: tally, coverage and the statements in their words."""

from citeclass.evidence.coverage import Coverage, Status, coverage_of
from citeclass.evidence.export import COLUMNS, export_rows, write_csv, write_jsonl
from citeclass.evidence.query import DEFINITIONS, Direction, Evidence, EvidenceStatement, Tally, evidence_for

__all__ = [
    "COLUMNS",
    "DEFINITIONS",
    "Coverage",
    "Direction",
    "Evidence",
    "EvidenceStatement",
    "Status",
    "Tally",
    "coverage_of",
    "evidence_for",
    "export_rows",
    "write_csv",
    "write_jsonl",
]
