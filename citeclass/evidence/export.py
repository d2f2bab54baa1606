"""Taking everything away: all statements with their predictions, as JSON lines or CSV."""

import csv
import json
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from citeclass.evidence.statement import EvidenceStatement, all_statements
from citeclass.store import Store

COLUMNS = (
    "id", "type", "type_confidence", "supporting", "contrasting", "mentioning", "intent", "expertClassification", "note",
    "source_doi", "source_title", "source_authors", "source_year", "target_doi", "target_title", "target_authors", "target_year",
    "callout", "sentence", "before", "after", "section", "section_title", "zone", "page", "lang", "model", "reason",
)  # fmt: skip
"""The columns of the CSV export, in order."""


def export_rows(store: Store) -> Iterator[dict[str, Any]]:
    """One object for each statement of the library."""
    for statement in all_statements(store):
        yield statement.to_json()


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
        flat = {**row, **_work("source", row["source"]), **_work("target", row["target"])}
        writer.writerow({k: _plain(v) for k, v in flat.items()})
        count += 1
    return count


def _work(prefix: str, work: dict[str, Any] | None) -> dict[str, Any]:
    given = work or {}
    return {
        f"{prefix}_doi": given.get("doi"),
        f"{prefix}_title": given.get("title"),
        f"{prefix}_authors": "; ".join(given.get("authors") or []),
        f"{prefix}_year": given.get("year"),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return value


__all__ = ["COLUMNS", "EvidenceStatement", "export_rows", "write_csv", "write_jsonl"]
