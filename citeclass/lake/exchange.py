"""Lakes into libraries, and libraries into lakes, without reading any article again."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from citeclass.lake.raw import outcome_of, raw_row, raw_rows, write_raw
from citeclass.records import Extraction, Failure, FrontMatter, Intent, OperatingPoint, Prediction, Stance
from citeclass.store import Store
from citeclass.store.documents import reference_from, statement_from

_FILES = 64

Watch = Callable[[str], None]


def lake_to_library(
    folder: Path, store: Store, *, point: OperatingPoint = OperatingPoint.BALANCED, watch: Watch = lambda _: None
) -> int:
    """Take all articles of a lake into a library, with what was said of their statements (at ``point``); how many."""
    count, model = 0, None
    for row in raw_rows(folder):
        outcome, predictions = outcome_of(row)
        if isinstance(outcome, Failure):
            store.failures.put(outcome)
            continue
        store.keep(outcome, predictions, point=point)
        model, count = row["model"], count + 1
        watch(outcome.path)
    if model is not None:
        store.predictions.use(model)
    return count


def library_to_lake(store: Store, folder: Path, *, watch: Watch = lambda _: None) -> int:
    """Write a library's articles, with what its current model says of them, and its failures as raw files of a lake; how many articles.

    Labels by hand stay in the library.
    """
    model = store.predictions.current_model or ""
    rows = (raw_row(e, _said(store, e, model), model=model) for e in _extractions(store))
    count = 0
    while batch := list(islice(rows, _FILES)):
        write_raw(batch, folder)
        count += len(batch)
        watch(f"{count} articles")
    if failures := [raw_row(f, (), model=model) for f in store.failures if not f.partial]:
        write_raw(failures, folder)
    return count


def _extractions(store: Store) -> Iterator[Extraction]:
    """The documents of a library that count, as they were read."""
    for d in [r for r in store.documents.rows() if r["duplicate_of"] is None]:
        work = store.works.get(d["work"])
        if work is None:
            continue
        entries = store.db.query("select * from entries where document = ? order by idx", [d["digest"]])
        references = {e["idx"]: reference_from(e) for e in entries}
        rows = store.db.query("select * from statements where document = ? order by ordinal, id", [d["digest"]])
        statements = tuple(replace(statement_from(r, references.get(r["entry"])), source=d["source_key"]) for r in rows)
        front = FrontMatter(
            work.title, work.authors, work.calendar_year, work.doi, work.pmid, None, work.container, work.abstract, d["language"]
        )  # fmt: skip
        yield Extraction(
            d["digest"], d["path"], d["reader"], d["version"], d["source_key"], front, d["language"],
            tuple(references.values()), statements, d["callouts"], d["unlinked"],
        )  # fmt: skip


def _said(store: Store, extraction: Extraction, model: str) -> list[Prediction]:
    rows = store.db.query(
        "select p.* from predictions p join statements s on s.id = p.statement where s.document = ? and p.model = ?",
        [extraction.digest, model],
    )
    return [_prediction(r) for r in rows]


def _prediction(r: dict[str, Any]) -> Prediction:
    return Prediction(
        r["statement"], r["model"], Stance(r["type"]), r["supporting"], r["contrasting"], r["mentioning"], r["note"],
        Intent(r["intent"]) if r["intent"] else None,
    )  # fmt: skip
