"""Statements as tables: Parquet by pyarrow, data frames by pandas, datasets by Hugging Face."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from citeclass.errors import missing_extra
from citeclass.evidence.export import COLUMNS, flat_row

if TYPE_CHECKING:
    import datasets
    import pandas as pd

_NUMBERS = {
    "type_confidence": "double",
    "supporting": "double",
    "contrasting": "double",
    "mentioning": "double",
    "page": "int32",
}
_ROWS = 20_000  # of a row group


def write_parquet(rows: Iterable[dict[str, Any]], path: Path) -> int:
    """Write statements as Parquet with the columns of the CSV export; how many. Raises :class:`~citeclass.errors.MissingExtra`."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        missing_extra("lake", error)
    kinds = {"double": pa.float64(), "int32": pa.int32()}
    schema = pa.schema([(name, kinds[_NUMBERS[name]] if name in _NUMBERS else pa.string()) for name in COLUMNS])
    count = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in _batches(rows):
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))
            count += len(batch)
    return count


def as_frame(rows: Iterable[dict[str, Any]]) -> "pd.DataFrame":
    """Statements as a pandas data frame with the columns of the CSV export."""
    try:
        import pandas as pd
    except ImportError as error:
        missing_extra("notebook", error)
    return pd.DataFrame([flat_row(r) for r in rows], columns=list(COLUMNS))


def as_dataset(rows: Iterable[dict[str, Any]]) -> "datasets.Dataset":
    """Statements as a Hugging Face dataset with the columns of the CSV export."""
    try:
        import datasets
    except ImportError as error:
        missing_extra("train", error)
    kinds = {"double": "float64", "int32": "int32"}
    features = datasets.Features({n: datasets.Value(kinds.get(_NUMBERS.get(n, ""), "string")) for n in COLUMNS})
    return datasets.Dataset.from_list([{n: flat_row(r)[n] for n in COLUMNS} for r in rows], features=features)


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    flat = (flat_row(r) for r in rows)
    while batch := list(islice(flat, _ROWS)):
        yield batch
