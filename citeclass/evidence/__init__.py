"""What the library says of a work: tally, coverage and the statements in their words."""

from citeclass.evidence.coverage import Coverage, Status, coverage_of
from citeclass.evidence.export import COLUMNS, export_rows, write_csv, write_jsonl
from citeclass.evidence.filters import Direction, Filters, Sort
from citeclass.evidence.markdown import markdown_note, reference_line
from citeclass.evidence.query import Evidence, WorkGroup, evidence_by_work, evidence_for
from citeclass.evidence.search import Found, Hit, search_statements
from citeclass.evidence.statement import DEFINITIONS, EvidenceStatement, short_name, statements_by_id, work_json
from citeclass.evidence.tally import Tally, sections_of, tallies_of, tally_of, years_of

__all__ = [
    "COLUMNS",
    "DEFINITIONS",
    "Coverage",
    "Direction",
    "Evidence",
    "EvidenceStatement",
    "Filters",
    "Found",
    "Hit",
    "Sort",
    "Status",
    "Tally",
    "WorkGroup",
    "coverage_of",
    "evidence_by_work",
    "evidence_for",
    "export_rows",
    "markdown_note",
    "reference_line",
    "search_statements",
    "sections_of",
    "short_name",
    "statements_by_id",
    "tallies_of",
    "tally_of",
    "work_json",
    "write_csv",
    "write_jsonl",
    "years_of",
]
