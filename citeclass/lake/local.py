"""Articles into a lake on one machine."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

from citeclass.classifying import Classifier
from citeclass.extraction import Limits, article_files, extract_many, resolved, version_of_file
from citeclass.lake.raw import judged, raw_rows, write_raw
from citeclass.pipeline import FileDone, Summary
from citeclass.reading import ReadOptions
from citeclass.records import Extraction, Failure, OperatingPoint

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
    files = [resolved(p) for p, _ in article_files(paths)]
    known = {
        (r["digest"], r["version"])
        for r in raw_rows(folder, columns=("digest", "version", "model"))
        if r["model"] == classifier.id
    }
    summary = Summary(files=len(files), model=classifier.id)
    fresh = [f for f in files if version_of_file(f, options=options) not in known]
    summary.unchanged = len(files) - len(fresh)
    outcomes = extract_many(fresh, jobs=jobs, options=options, limits=limits)
    for batch in _batches(outcomes):
        write_raw(list(judged(batch, classifier, point)), folder)
        for outcome in batch:
            if isinstance(outcome, Failure):
                done = FileDone(outcome.path, "failed", failure=outcome)
            else:
                done = FileDone(outcome.path, "added", len(outcome.statements))
            summary.note(done)
            watch(done)
    return summary


def _batches(outcomes: Iterator[Extraction | Failure]) -> Iterator[list[Extraction | Failure]]:
    while batch := list(islice(outcomes, _FILES)):
        yield batch
