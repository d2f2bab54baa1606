"""How files come into a library: read, judged, kept; what is there unchanged is passed over."""

import os
import sqlite3
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

from citeclass.classifying import Classifier
from citeclass.errors import CiteclassError
from citeclass.extraction import (
    VERSIONS,
    Limits,
    digest_of,
    extract_many,
    extract_ready,
    path_named,
    printable,
    shortcoming,
    version_for,
)
from citeclass.pipeline.judge import Judge
from citeclass.pipeline.managers import Export, ManagedWork
from citeclass.pipeline.outcomes import FileDone, Summary, TakenIn
from citeclass.pipeline.told import told_of, with_told
from citeclass.reading import ReadOptions, load
from citeclass.records import CitationStatement, Extraction, Failure, OperatingPoint, Prediction, Reason, Stance
from citeclass.store import Store

Watch = Callable[[FileDone], None]
Answer = tuple[Extraction | Failure, Sequence[Prediction]]
"""What became of a file, and what was said of its statements."""

_BATCH = 256
_UNFIT = (sqlite3.IntegrityError, ValueError)  # what a document raises that the library cannot hold


class Intake:
    """One taking in of files into ``store``, judged by ``classifier`` at ``point``.

    ``jobs``, ``options`` and ``limits`` are those of :func:`~citeclass.extraction.extract_ready`; ``watch`` is told of each file
    once it is kept.
    """

    def __init__(
        self,
        store: Store,
        classifier: Classifier,
        *,
        point: OperatingPoint,
        jobs: int = 1,
        options: ReadOptions | None = None,
        limits: Limits | None = None,
        watch: Watch = lambda _: None,
    ) -> None:
        self._store, self._classifier, self._point = store, classifier, point
        self._jobs, self._options, self._limits, self._watch = jobs, options, limits, watch
        self._asked: set[str] = set()  # digests of files whose statements were handed to the classifier

    def files(self, files: Sequence[Path]) -> Summary:
        """Take in the files that need it; then those that were duplicates of what is no longer there."""
        summary = Summary(files=len(files))
        if self._store.predictions.current_model is None:  # else all would be shown anew at the end
            self._store.predictions.use(self._classifier.id)
        fresh = [file for file in files if not self._unchanged(file, summary)]
        with self._store.in_bulk(), Judge[Extraction | Failure](self._classifier, self._point) as judge:
            try:
                for ready in extract_ready(fresh, jobs=self._jobs, options=self._options, limits=self._limits):
                    for outcome in ready:
                        judge.ask(outcome, self._unjudged(outcome))
                    self._take(judge, summary)
                self._take(judge, summary, all=True)
            except sqlite3.Error:
                raise  # nothing is stored before what could not be
            except BaseException:  # what was read is kept, judged or not, for the next run
                self._keep_all(judge.rest())
                raise
        freed = [path_named(path) for path in self._store.documents.freed()]
        for outcome in extract_many(freed, jobs=1, options=self._options, limits=self._limits):
            summary.note_failure(self._keep_alone(outcome))
            if isinstance(outcome, Failure) and not os.path.lexists(path_named(outcome.path)):
                self._store.documents.drop_duplicate(outcome.path)  # told once: no run will find it any more
        return self._finish(summary)

    def export(self, managed: Export, *, origin: str) -> TakenIn:
        """Take in a reference manager's export, called ``origin``, and the files it names; what it tells of a work outlives readings."""
        files: dict[str, ManagedWork] = {}
        for work in managed.works:
            for file in work.files:
                if file.is_file():
                    files.setdefault(printable(file), work)
        for name, work in files.items():
            if self._store.catalogue.tell(name, told_of(work)):
                self._store.documents.free(name)
        summary = self.files([path_named(f) for f in files])
        for work in managed.works:
            id = self._store.works.find_or_add(work.facts, raw=f"{origin} {work.facts}", abstract=work.abstract).key
            named = [printable(f) for f in work.files]
            own = next((f for f in named if files.get(f) is work), next(iter(named), None))
            self._store.catalogue.put(id, origin=origin, path=own)
        summary.library = self._store.documents.count()
        missing = sum(bool(w.files) and not any(printable(f) in files for f in w.files) for w in managed.works)
        return TakenIn(summary, len(managed.works), len(files), missing, managed.skipped)

    def stale(self) -> Summary:
        """Take in anew what was read by older rules, and the files that failed; what a server read only if ``options`` name one."""
        known = {k: v for k, v in VERSIONS.items() if k != "grobid" or (self._options and self._options.grobid)}
        paths = [path_named(p) for p in self._store.documents.stale(known)]
        for failure in list(self._store.failures):
            if not os.path.lexists(path_named(failure.path)):
                self._store.failures.clear(failure.path)  # nothing is there to be read any more
            elif not failure.partial:
                paths.append(path_named(failure.path))
        return self.files(list(dict.fromkeys(paths)))

    def _unchanged(self, file: Path, summary: Summary) -> bool:
        """Whether the file's content was already read by the same versions; then it is counted and left."""
        try:
            data = load(file, max_bytes=(self._options or ReadOptions()).max_bytes)
        except CiteclassError:
            return False
        digest, version = digest_of(data), version_for(data, options=self._options)
        if version is None or self._store.documents.version_of(digest) != version:
            return False
        self._note(self._met_again(digest, printable(file)), summary)
        return True

    def _met_again(self, digest: str, path: str) -> FileDone:
        """A file whose content is known: of two files alike the one that was read first stands for both while it is there."""
        held = self._store.documents.path_of(digest) or ""
        if held != path and not self._holds(path_named(held), digest):
            self._store.documents.moved(digest, path)
        self._store.failures.clear(path, partial=False)
        return FileDone(path, "unchanged")

    def _holds(self, file: Path, digest: str) -> bool:
        """Whether a file still has the content ``digest``."""
        try:
            return digest_of(load(file, max_bytes=(self._options or ReadOptions()).max_bytes)) == digest
        except CiteclassError:
            return False

    def _unjudged(self, outcome: Extraction | Failure) -> Sequence[CitationStatement]:
        """The statements of a file that the classifier is to be asked about: none where another file stands for it."""
        if isinstance(outcome, Failure) or outcome.digest in self._asked or self._store.documents.outdone(outcome):
            return ()
        self._asked.add(outcome.digest)
        return self._store.documents.unjudged(outcome, self._classifier.id, self._point)

    def _take(self, judge: Judge[Extraction | Failure], summary: Summary, *, all: bool = False) -> None:
        """Keep what was read and judged, then count the files and tell of them."""
        while answers := judge.answers(all=all):
            kept = self._keep_all(answers)
            judge.taken(len(answers))
            for done in kept:
                self._note(done, summary)

    def _keep_all(self, answers: Sequence[Answer]) -> list[FileDone]:
        """Keep files in one transaction: what a commit costs is paid once, and nothing is told before it is kept."""
        try:
            with self._store.together():
                return [self._keep(outcome, predictions) for outcome, predictions in answers]
        except _UNFIT:
            return [self._keep_alone(outcome, predictions) for outcome, predictions in answers]

    def _keep_alone(self, outcome: Extraction | Failure, predictions: Sequence[Prediction] = ()) -> FileDone:
        """Keep a file by itself; one that the library cannot hold is a failure, and takes no other along."""
        try:
            with self._store.together():
                return self._keep(outcome, predictions)
        except _UNFIT as error:
            what = f"the library cannot hold it: {type(error).__name__}: {error}"[:300]
            failure = Failure(outcome.path, Reason.INTERNAL, what, "please report it with the file", outcome.digest)
            return self._keep(failure, ())

    def _keep(self, outcome: Extraction | Failure, predictions: Sequence[Prediction]) -> FileDone:
        """Keep a file, a failure too; within the caller's transaction if there is one."""
        if isinstance(outcome, Failure):
            self._store.failures.put(outcome)
            return FileDone(outcome.path, "failed", failure=outcome)
        if self._store.documents.version_of(outcome.digest) == outcome.version:
            return self._met_again(outcome.digest, outcome.path)
        told = self._store.catalogue.told(outcome.path)
        count = self._store.keep(with_told(outcome, told), predictions, point=self._point)
        lacking = shortcoming(outcome)
        if lacking is None:
            self._store.failures.clear(outcome.path)
        else:
            self._store.failures.put(lacking)
        return FileDone(outcome.path, "added", count, lacking)

    def _note(self, done: FileDone, summary: Summary) -> None:
        summary.note(done)
        self._watch(done)

    def _finish(self, summary: Summary) -> Summary:
        """Judge what this model has not judged yet, and count what the library holds now."""
        pending = iter(list(self._store.documents.statements(without=(self._classifier.id, self._point))))  # it changes
        while batch := list(islice(pending, _BATCH)):
            self._store.predictions.put(self._classifier.predict(batch, point=self._point), point=self._point)
        self._store.predictions.use(self._classifier.id, point=self._point)
        summary.detached_corrections = self._store.corrections.reattach()
        counts = self._store.predictions.counts()
        summary.types = {s.value: counts.get(s, 0) for s in Stance}
        summary.library = self._store.documents.count()
        summary.model, summary.point = self._classifier.id, self._point.value
        return summary
