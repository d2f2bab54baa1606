"""Taking everything away: all statements with their predictions, as JSON lines or CSV; labels by hand as training rows."""

import csv
import json
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from citeclass.evidence.statement import all_statements, statements_by_id
from citeclass.evidence.tally import Tally
from citeclass.store import Store, Work

COLUMNS = (
    "id", "type", "type_confidence", "supporting", "contrasting", "mentioning", "intent", "expertClassification", "note",
    "source_doi", "source_title", "source_authors", "source_year", "target_doi", "target_title", "target_authors", "target_year",
    "callout", "sentence", "before", "after", "section", "section_title", "zone", "page", "lang", "model", "reason",
)  # fmt: skip
"""The columns of the CSV export, in order."""


WORK_COLUMNS = (
    "doi", "title", "authors", "year", "journal", "total", "supporting", "contrasting", "mentioning", "unclassified", "works",
)  # fmt: skip
"""The columns of a table of works, in order."""


def export_rows(store: Store) -> Iterator[dict[str, Any]]:
    """One object for each statement of the library."""
    for statement in all_statements(store):
        yield statement.to_json()


def training_rows(store: Store) -> Iterator[dict[str, Any]]:
    """The statements a person labelled, as rows that ``citeclass train --data`` takes: our own schema of labels."""
    ids = [c.statement for c in store.corrections.all() if c.statement]
    for found in statements_by_id(store, ids):
        s = found.statement
        yield {
            "id": s.id, "sentence": s.sentence, "start": s.start, "end": s.end, "before": s.before, "after": s.after,
            "section": s.section_title or "", "stance": found.expert.value if found.expert else None, "intent": None,
            "disagreement": None, "source": "corrections", "group": found.source.doi or found.source.id, "pick": "",
            "certainty": 3,
        }  # fmt: skip


def write_jsonl(rows: Iterable[dict[str, Any]], out: TextIO) -> int:
    """Write rows as JSON lines; how many."""
    count = 0
    for row in rows:
        out.write(json.dumps(row, ensure_ascii=False) + "\n")
        count += 1
    return count


def write_csv(rows: Iterable[dict[str, Any]], out: TextIO) -> int:
    """Write rows as CSV with :data:`COLUMNS`; how many.

    A cell that a spreadsheet would run as a formula is led by an apostrophe.
    """
    writer = csv.DictWriter(out, COLUMNS, extrasaction="ignore")
    writer.writeheader()
    count = 0
    for row in rows:
        writer.writerow({k: safe_cell(v) for k, v in flat_row(row).items()})
        count += 1
    return count


def write_works_csv(rows: Iterable[tuple[Work, Tally]], out: TextIO) -> int:
    """Write works with their tallies as CSV; how many. Cells are made safe as in :func:`write_csv`."""
    writer = csv.writer(out)
    writer.writerow(WORK_COLUMNS)
    count = 0
    for w, t in rows:
        told = [w.doi or w.id, w.title, "; ".join(str(a) for a in w.authors), w.year, w.container]
        counts = [t.total, t.supporting, t.contrasting, t.mentioning, t.unclassified, t.works]
        writer.writerow([safe_cell(v) for v in [*told, *counts]])
        count += 1
    return count


def flat_row(row: dict[str, Any]) -> dict[str, Any]:
    """A statement as one level of :data:`COLUMNS`."""
    flat = {**row, **_work("source", row["source"]), **_work("target", row["target"])}
    return {name: flat.get(name) for name in COLUMNS}


def _work(prefix: str, work: dict[str, Any] | None) -> dict[str, Any]:
    given = work or {}
    return {
        f"{prefix}_doi": given.get("doi"),
        f"{prefix}_title": given.get("title"),
        f"{prefix}_authors": "; ".join(given.get("authors") or []),
        f"{prefix}_year": given.get("year"),
    }


def safe_cell(value: Any) -> Any:
    """What a spreadsheet shows as it is: text that it would take for a formula gets an apostrophe before it."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return value
