"""One row for each article: what was read from it and how it was judged, or why it could not be. Both engines write these.

Rows are kept as JSON by pydantic, so that a lake can be turned into a library again without reading any article.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import TypeAdapter

from citeclass.classifying import Classifier
from citeclass.records import Extraction, Failure, OperatingPoint, Prediction

VERSION = 1
"""The layout of a lake. It stands in the metadata of every file."""

RAW = "raw"

_EXTRACTION = TypeAdapter(Extraction)
_PREDICTIONS = TypeAdapter(tuple[Prediction, ...])
_FAILURE = TypeAdapter(Failure)

SCHEMA = pa.schema(
    [(n, pa.string()) for n in ("path", "digest", "version", "model", "extraction", "predictions", "failure")],
    metadata={"citeclass_lake": str(VERSION)},
)
"""The columns of a raw file; ``failure`` is null where the article was read, else ``extraction`` is."""

Outcome = Extraction | Failure


def raw_row(outcome: Outcome, predictions: Sequence[Prediction], *, model: str) -> dict[str, Any]:
    """An article's row."""
    if isinstance(outcome, Failure):
        return {
            "path": outcome.path, "digest": outcome.digest, "version": None, "model": None, "extraction": None,
            "predictions": None, "failure": _FAILURE.dump_json(outcome).decode(),
        }  # fmt: skip
    return {
        "path": outcome.path, "digest": outcome.digest, "version": outcome.version, "model": model,
        "extraction": _EXTRACTION.dump_json(outcome).decode(),
        "predictions": _PREDICTIONS.dump_json(tuple(predictions)).decode(), "failure": None,
    }  # fmt: skip


def outcome_of(row: dict[str, Any]) -> tuple[Outcome, tuple[Prediction, ...]]:
    """What :func:`raw_row` was made of."""
    if row["failure"] is not None:
        return _FAILURE.validate_json(row["failure"]), ()
    return _EXTRACTION.validate_json(row["extraction"]), _PREDICTIONS.validate_json(row["predictions"])


def judged(outcomes: Iterable[Outcome], classifier: Classifier, point: OperatingPoint) -> Iterator[dict[str, Any]]:
    """The rows of outcomes, in order, their statements judged together."""
    held = list(outcomes)
    statements = [s for o in held if isinstance(o, Extraction) for s in o.statements]
    said = iter(classifier.predict(statements, point=point))
    for outcome in held:
        count = len(outcome.statements) if isinstance(outcome, Extraction) else 0
        yield raw_row(outcome, [next(said) for _ in range(count)], model=classifier.id)


def write_raw(rows: Sequence[dict[str, Any]], folder: Path) -> Path:
    """Write rows as one file, whole or not at all; its name comes from what is in it."""
    name = hashlib.sha256("\n".join(f"{r['path']} {r['digest']}" for r in rows).encode()).hexdigest()[:16]
    raw = folder / RAW
    raw.mkdir(parents=True, exist_ok=True)
    part = raw / f".{name}.part"
    pq.write_table(pa.Table.from_pylist(list(rows), schema=SCHEMA), part, compression="zstd")
    return part.replace(raw / f"{name}.parquet")


def raw_rows(folder: Path, *, columns: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
    """All rows of a lake, file by file, those written last at the end."""
    for path in sorted((folder / RAW).glob("*.parquet"), key=lambda p: (p.stat().st_mtime_ns, p.name)):
        yield from pq.read_table(path, columns=list(columns) if columns else None).to_pylist()
