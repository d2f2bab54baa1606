"""Articles into a lake on one machine."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from citeclass.classifying import Classifier
from citeclass.lake.raw import judged, raw_rows, write_raw
from citeclass.pipeline import FileDone, Limits, Summary, article_files, extract_many, version_of_file
from citeclass.reading import ReadOptions
from citeclass.records import Failure, OperatingPoint
from citeclass.store import Extraction

_FILES = 64  # articles of a raw file: what an interrupted run loses at most


def fill(
    folder: Path,
    paths: Iterable[str | Path],
    classifier: Classifier,
    *,
    point: OperatingPoint = OperatingPoint.BALANCED,
    jobs: int = 1,
    options: ReadOptions | None = None,
    limits: Limits | None = None,
    watch: Callable[[FileDone], None] = lambda _: None,
) -> Summary:
    """Read and judge files, folders and patterns into a lake's raw files; what is there already, by content and version, is passed over."""
    files = [p.resolve() for p, _ in article_files(paths)]
    known = {
        (r["digest"], r["version"])
        for r in raw_rows(folder, columns=("digest", "version", "model"))
        if r["model"] == classifier.id
    }
    summary = Summary(files=len(files), model=classifier.id)
    fresh = [f for f in files if version_of_file(f, options=options) not in known]
    summary.unchanged = len(files) - len(fresh)
    reasons: Counter[str] = Counter()
    outcomes = extract_many(fresh, jobs=jobs, options=options, limits=limits)
    for batch in _batches(outcomes):
        write_raw(list(judged(batch, classifier, point)), folder)
        for outcome in batch:
            failed = outcome if isinstance(outcome, Failure) else None
            summary.failed += failed is not None
            summary.added += failed is None
            reasons.update([failed.reason.value] if failed else [])
            count = 0 if isinstance(outcome, Failure) else len(outcome.statements)
            summary.new_statements += count
            watch(FileDone(outcome.path, "failed" if failed else "added", count, failed))
    summary.failures = dict(reasons)
    return summary


def _batches(outcomes: Iterator[Extraction | Failure]) -> Iterator[list[Extraction | Failure]]:
    while batch := list(islice(outcomes, _FILES)):
        yield batch
