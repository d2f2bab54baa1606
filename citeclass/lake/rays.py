"""Articles into a lake on many machines, with Ray Data: reading as tasks, judging as a pool of actors, Parquet out.

Inputs are addresses that fsspec opens (local paths, ``s3://…``, ``gs://…``, ``https://…``), one article each. Needs ``citeclass[ray]``.
"""

import logging
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa
import ray
import ray.data

from citeclass.classifying import load_classifier
from citeclass.errors import UsageError
from citeclass.extraction import SUFFIXES, Limits, extract_many
from citeclass.lake.raw import RAW, SCHEMA, judged, outcome_of, raw_row, raw_rows
from citeclass.reading import ReadOptions
from citeclass.records import Extraction, Failure, OperatingPoint, Reason

_READ_AT_ONCE = 16  # articles of a reading task, which share one process with limits
_JUDGED_AT_ONCE = 32
_AT_ONCE = 5000  # articles of a round: what an interrupted run loses at most


def article_addresses(given: Sequence[str]) -> list[str]:
    """The articles under folders, patterns and manifests (``.txt``: an address a line), in order, each once.

    Raises :class:`UsageError` where there are none.
    """
    found: dict[str, None] = {}
    for name in given:
        fs, path = fsspec.core.url_to_fs(name)
        if name.endswith(".txt"):
            with fs.open(path, "rt", encoding="utf-8") as lines:
                found.update(dict.fromkeys(line.strip() for line in lines if line.strip()))
        elif any(c in name for c in "*?["):
            found.update(dict.fromkeys(fs.unstrip_protocol(p) for p in sorted(fs.glob(path))))
        elif fs.isdir(path):
            files = sorted(fs.find(path))
            found.update(dict.fromkeys(fs.unstrip_protocol(p) for p in files if Path(p).suffix.casefold() in SUFFIXES))
        else:
            found[fs.unstrip_protocol(path)] = None
    if not found:
        raise UsageError("there are no articles to read", fix="name files, folders, patterns or a manifest (.txt)")
    return list(found)


def fill_with_ray(
    folder: Path,
    given: Sequence[str],
    *,
    model: str,
    point: OperatingPoint = OperatingPoint.BALANCED,
    address: str | None = None,
    actors: int = 1,
    gpus: float = 0,
    options: ReadOptions | None = None,
    limits: Limits | None = None,
) -> int:
    """Read and judge articles into a lake's raw files; how many articles were new. What is there already, by address and model, is passed over.

    ``address``: a running cluster (None starts Ray here). What a lost machine had in work is done again by others; an article that cannot be
    read becomes a failure's row. ``actors`` judge, each with ``gpus``.
    """
    if not ray.is_initialized():
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR, include_dashboard=False)
    ray.data.DataContext.get_current().enable_progress_bars = False
    wanted = load_classifier(model).id
    known = {r["path"] for r in raw_rows(folder, columns=("path", "model", "failure")) if r["model"] in (wanted, None)}
    fresh = [a for a in article_addresses(given) if _plain(a) not in known]
    if not fresh:
        return 0
    limits, options = limits or Limits(), options or ReadOptions()
    for at in range(0, len(fresh), _AT_ONCE):
        some = fresh[at : at + _AT_ONCE]
        read = ray.data.from_items(
            [{"address": a} for a in some], override_num_blocks=-(-len(some) // _READ_AT_ONCE)
        ).map_batches(
            _Reading(options, limits), batch_size=_READ_AT_ONCE, batch_format="pyarrow", num_cpus=1,
            scheduling_strategy="SPREAD",
        )  # fmt: skip
        said = read.map_batches(
            _Judging, fn_constructor_kwargs={"model": model, "point": point.value}, batch_size=_JUDGED_AT_ONCE,
            batch_format="pyarrow", num_cpus=1, num_gpus=gpus or None, compute=ray.data.ActorPoolStrategy(size=actors),
        )  # fmt: skip
        _keep(said, folder / RAW)
    return len(fresh)


def _keep(rows: Any, raw: Path) -> None:
    """Write what Ray made; files come among the others only when all are whole."""
    raw.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=raw, prefix=".ray-") as scratch:
        rows.write_parquet(str(Path(scratch).resolve()), min_rows_per_file=64)
        for part in sorted(Path(scratch).glob("*.parquet")):
            part.replace(raw / part.name)


def _plain(address: str) -> str:
    """An address as it is kept: local files by their path."""
    return address.removeprefix("file://") if address.startswith(("file://", "local://")) else address


class _Reading:
    """A task: articles' bytes to the rows of what was read, in a process with limits."""

    def __init__(self, options: ReadOptions, limits: Limits) -> None:
        self._options, self._limits = options, limits

    def __call__(self, batch: pa.Table) -> pa.Table:
        addresses = batch["address"].to_pylist()
        with tempfile.TemporaryDirectory() as scratch:
            files: dict[Path, str] = {}
            outcomes: dict[str, Extraction | Failure] = {}
            for number, address in enumerate(addresses):
                path = Path(scratch) / f"{number}{Path(address).suffix}"
                try:
                    with fsspec.open(address, "rb") as source:
                        path.write_bytes(source.read(self._options.max_bytes + 1))
                    files[path] = address
                except OSError as error:
                    outcomes[address] = Failure(
                        _plain(address), Reason.UNREADABLE, f"it cannot be opened: {error}", "check the address", None
                    )
            for address, outcome in zip(
                files.values(),
                extract_many(list(files), jobs=1, options=self._options, limits=self._limits),
                strict=True,
            ):
                outcomes[address] = moved(outcome, _plain(address))
        return _table(raw_row(outcomes[a], (), model="") for a in addresses)


class _Judging:
    """An actor: what was read to the rows of what was judged."""

    def __init__(self, *, model: str, point: str) -> None:
        self._classifier, self._point = load_classifier(model, threads=1), OperatingPoint(point)

    def __call__(self, batch: pa.Table) -> pa.Table:
        outcomes = [outcome_of(row)[0] for row in batch.to_pylist()]
        return _table(judged(outcomes, self._classifier, self._point))


def _table(rows: Iterable[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=SCHEMA)


def moved(outcome: Extraction | Failure, path: str) -> Extraction | Failure:
    """An outcome that was read from a copy, told of where the article lies."""
    return replace(outcome, path=path)
