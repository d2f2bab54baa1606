"""What the library says of a work: tally, coverage and the statements in their words."""

from citeclass.evidence.auditing import SHEET, AuditReport, ClassFigures, audit_named, wilson
from citeclass.evidence.auditing import draw as draw_audit
from citeclass.evidence.auditing import report as audit_report
from citeclass.evidence.auditing import sheet as audit_sheet
from citeclass.evidence.auditing import take_sheet as take_audit_sheet
from citeclass.evidence.auditing import verdicts as audit_verdicts
from citeclass.evidence.badge import COLOURS, STYLES, badge
from citeclass.evidence.cito import write_cito
from citeclass.evidence.coverage import Coverage, Status, coverage_of
from citeclass.evidence.exchange import tally_note, works_with_tallies, write_bibtex, write_csl_json, write_ris
from citeclass.evidence.export import (
    COLUMNS,
    WORK_COLUMNS,
    export_rows,
    safe_cell,
    training_rows,
    write_csv,
    write_jsonl,
    write_works_csv,
)
from citeclass.evidence.filters import Direction, Filters, Sort
from citeclass.evidence.glance import library_html
from citeclass.evidence.markdown import markdown_note, reference_line
from citeclass.evidence.overview import (
    citing_works,
    contested_works,
    library_journals,
    library_sections,
    library_tally,
    library_years,
    stance_links,
    top_works,
)
from citeclass.evidence.papers import PaperFilters, PaperHit, search_papers
from citeclass.evidence.query import Evidence, WorkGroup, WorkGroups, evidence_by_work, evidence_for
from citeclass.evidence.search import Found, Hit, search_statements
from citeclass.evidence.statement import (
    DEFINITIONS,
    EvidenceStatement,
    all_statements,
    notices_checked,
    notices_told,
    short_name,
    statements_by_id,
    work_json,
)
from citeclass.evidence.suggest import suggestions
from citeclass.evidence.tables import as_dataset, as_frame, write_parquet
from citeclass.evidence.tally import Tally, count_citing, sections_of, tallies_of, tally_of, with_tallies, years_of

__all__ = [
    "COLOURS",
    "COLUMNS",
    "DEFINITIONS",
    "SHEET",
    "STYLES",
    "WORK_COLUMNS",
    "AuditReport",
    "ClassFigures",
    "Coverage",
    "Direction",
    "Evidence",
    "EvidenceStatement",
    "Filters",
    "Found",
    "Hit",
    "PaperFilters",
    "PaperHit",
    "Sort",
    "Status",
    "Tally",
    "WorkGroup",
    "WorkGroups",
    "all_statements",
    "as_dataset",
    "as_frame",
    "audit_named",
    "audit_report",
    "audit_sheet",
    "audit_verdicts",
    "badge",
    "citing_works",
    "contested_works",
    "count_citing",
    "coverage_of",
    "draw_audit",
    "evidence_by_work",
    "evidence_for",
    "export_rows",
    "library_html",
    "library_journals",
    "library_sections",
    "library_tally",
    "library_years",
    "markdown_note",
    "notices_checked",
    "notices_told",
    "reference_line",
    "safe_cell",
    "search_papers",
    "search_statements",
    "sections_of",
    "short_name",
    "stance_links",
    "statements_by_id",
    "suggestions",
    "take_audit_sheet",
    "tallies_of",
    "tally_note",
    "tally_of",
    "top_works",
    "training_rows",
    "wilson",
    "with_tallies",
    "work_json",
    "works_with_tallies",
    "write_bibtex",
    "write_cito",
    "write_csl_json",
    "write_csv",
    "write_jsonl",
    "write_parquet",
    "write_ris",
    "write_works_csv",
    "years_of",
]
