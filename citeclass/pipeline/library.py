"""The Python face: a library of articles that can be asked for evidence."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from citeclass.classifying import DEFAULT_MODEL, Classifier, Explanation, OnnxClassifier, explain, load_classifier
from citeclass.errors import CiteclassError, UsageError
from citeclass.evidence import (
    Direction,
    Evidence,
    EvidenceStatement,
    Filters,
    Found,
    Sort,
    Tally,
    as_dataset,
    as_frame,
    evidence_for,
    export_rows,
    library_html,
    library_tally,
    search_statements,
    statements_by_id,
    suggestions,
)
from citeclass.extraction import Limits, article_files, digest_of, extract_file, printable, resolved
from citeclass.pipeline.intake import Intake, Watch
from citeclass.pipeline.managers import read_export
from citeclass.pipeline.outcomes import MANY, Ambiguous, Summary, TakenIn
from citeclass.pipeline.refcheck import ReferenceCheck, check_references, read_manuscript
from citeclass.reading import ReadOptions
from citeclass.records import CitationStatement, Failure, OperatingPoint, Prediction, Stance
from citeclass.resolving import WorkFacts
from citeclass.store import Correction, Store, Work
from citeclass.text import normal_doi, squash

if TYPE_CHECKING:
    import datasets
    import pandas as pd


class Library:
    """An open library: ``add`` articles, ask for ``evidence``, ``correct``, ``refresh``, ``export``.

    The model is loaded when first needed. ``point``: the operating point, by default the library's own. ``classifier`` may be anything with the one method of
    :class:`~citeclass.classifying.Classifier`.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        model: str = DEFAULT_MODEL,
        point: OperatingPoint | None = None,
        classifier: Classifier | None = None,
        must_exist: bool = False,
    ) -> None:
        self.store = Store(path, must_exist=must_exist)
        self._model, self._point, self._classifier = model, point, classifier

    @property
    def point(self) -> OperatingPoint:
        """The operating point in use: the one asked for, else the one at which the library was judged last, else balanced."""
        return self._point or self.store.predictions.current_point or OperatingPoint.BALANCED

    @property
    def classifier(self) -> Classifier:
        """The classifier in use."""
        if self._classifier is None:
            self._classifier = load_classifier(self._model)
        return self._classifier

    def use(self, classifier: Classifier) -> None:
        """Take ``classifier`` from now on, in place of the model named when the library was opened."""
        self._classifier = classifier

    def add(
        self,
        paths: Iterable[str | Path] | str | Path,
        *,
        jobs: int = 1,
        options: ReadOptions | None = None,
        limits: Limits | None = None,
        watch: Watch = lambda _: None,
    ) -> Summary:
        """Read, link and classify files, folders and patterns; what is already there unchanged is passed over.

        Files are stored as they are judged, so an interrupted run goes on where it stopped; a killed one reads the few again that waited.
        """
        given = [paths] if isinstance(paths, (str, Path)) else list(paths)
        files = [resolved(file) for file, _ in article_files(given)]
        return self._intake(jobs=jobs, options=options, limits=limits, watch=watch).files(files)

    def take_in(
        self,
        export: str | Path,
        *,
        jobs: int = 1,
        options: ReadOptions | None = None,
        limits: Limits | None = None,
        watch: Watch = lambda _: None,
    ) -> TakenIn:
        """Take in a reference manager's export (RIS, BibTeX, CSL-JSON) with the articles it names.

        What it tells of a work stands over what a PDF shows, and completes what XML says, also when the file is read again.
        Works without a file are kept as works without full text. Raises :class:`UsageError` for what is no export.
        """
        path = Path(export)
        managed = read_export(path)
        return self._intake(jobs=jobs, options=options, limits=limits, watch=watch).export(managed, origin=path.name)

    def refresh(
        self,
        *,
        jobs: int = 1,
        options: ReadOptions | None = None,
        limits: Limits | None = None,
        watch: Watch = lambda _: None,
    ) -> Summary:
        """Redo what is stale: documents read by older rules, failed files, statements the model has not judged.

        What a GROBID server read is left as it is, unless ``options`` name one.
        """
        return self._intake(jobs=jobs, options=options, limits=limits, watch=watch).stale()

    def _intake(self, **how: Any) -> Intake:
        return Intake(self.store, self.classifier, point=self.point, **how)

    def find(self, query: str, *, files: bool = True) -> Work | None:
        """The one work that ``query`` names: a DOI, an id, a file (unless ``files`` is False), or words of its title.

        None where nothing matches. Raises :class:`Ambiguous` where several do.
        """
        if not query.strip():
            raise UsageError("nothing was asked for", fix="give a DOI, words of a title, or a file")
        if files and _is_file(query):
            return self._work_of_file(Path(query).resolve())
        works = self.store.works.search(query, limit=MANY)
        if len(works) > 1:
            raise Ambiguous(query, works)
        return works[0] if works else None

    def _work_of_file(self, path: Path) -> Work | None:
        digest = digest_of(path.read_bytes())
        known = self.store.documents.work_of(digest)
        if known is not None:
            return self.store.works.get(known)
        outcome = extract_file(path)
        if isinstance(outcome, Failure):
            raise CiteclassError(f"{path}: {outcome.message}", fix=outcome.fix)
        return self.store.works.find(WorkFacts.of_front(outcome.front))

    def evidence(
        self,
        query: str,
        *,
        direction: Direction | str = Direction.CITED,
        filters: Filters | None = None,
        sort: Sort | str = Sort.TYPE,
        limit: int | None = None,
        offset: int = 0,
    ) -> Evidence:
        """What the library says of the work that ``query`` names (see :meth:`find`); by default all of it.

        A work the library does not know gives an answer with the coverage *not known*.
        """
        return evidence_for(
            self.store, self.find(query), query=query, direction=Direction(direction), filters=filters, sort=Sort(sort),
            limit=limit, offset=offset,
        )  # fmt: skip

    def search(self, text: str, *, filters: Filters | None = None, limit: int = 20, offset: int = 0) -> Found:
        """The statements whose sentence has the words of ``text``: all of them, ``"a phrase"``, ``attach*``, ``-not``."""
        return search_statements(self.store, text, filters=filters, limit=limit, offset=offset)

    def correct(
        self, statement: str, type: Stance | str, *, by: str | None = None, note: str | None = None
    ) -> Correction:
        """Label a statement by hand; the label wins over every model and survives re-runs."""
        stance = type if isinstance(type, Stance) else Stance.parse(type)
        return self.store.corrections.put(statement, stance, by=by, note=note)

    def why(self, statement: str) -> Explanation:
        """Which words carried the stance shown of a statement; kept, so that it is reckoned once for each model.

        Raises :class:`UsageError` where there is no such statement, or the model cannot be asked without some words.
        """
        found = statements_by_id(self.store, [statement])
        if not found:
            raise UsageError(
                f"no statement {statement!r} in this library", fix="take an id that `citeclass evidence` prints"
            )
        if not isinstance(self.classifier, OnnxClassifier):
            raise UsageError("only our own models tell why", fix=f"--model {DEFAULT_MODEL}")
        shown, model = found[0], self.classifier.id
        if shown.statement.language not in {None, *self.classifier.languages}:
            raise UsageError(f"the model does not know the language {shown.statement.language!r}")
        kept = self.store.explanations.get(statement, model)
        if kept is None or shown.type not in (Stance.UNCLASSIFIED, kept["type"]):
            kept = explain(self.classifier, shown.statement, type=shown.type).to_json()
            self.store.explanations.put(statement, model, kept)
        return Explanation.from_json(kept)

    def suggest(self, *, limit: int = 20, type: Stance | str | None = None) -> list[EvidenceStatement]:
        """The statements whose labels would teach the model most."""
        return suggestions(self.store, limit=limit, type=Stance.parse(type).value if type else None)

    def check(self, manuscript: str | Path, *, limits: Limits | None = None) -> ReferenceCheck:
        """A manuscript's references with what the library says of each; the manuscript is not stored."""
        extraction = read_manuscript(Path(manuscript), limits=limits)
        return check_references(self.store, extraction, classifier=self.classifier, point=self.point)

    def documents(self) -> list[dict[str, Any]]:
        """The articles that were read, by path: ``path``, ``id`` and ``doi`` of the work, ``title``, ``authors`` (families), ``year``, ``statements`` (how many),
        and whether it is a ``duplicate``, for which another file of the same work counts.
        """
        counts = dict(self.store.db.execute("select document, count(*) from statements group by 1").fetchall())
        rows = list(self.store.documents.rows())
        works = {w.id: w for w in self.store.works.many([r["work"] for r in rows])}
        return [
            {
                "path": r["path"], "id": r["work"], "doi": works[r["work"]].doi, "title": works[r["work"]].title,
                "authors": [a.family for a in works[r["work"]].authors], "year": works[r["work"]].year,
                "statements": counts.get(r["digest"], 0), "duplicate": r["duplicate_of"] is not None,
            }
            for r in rows
        ]  # fmt: skip

    def remove(self, query: str) -> list[str]:
        """Take out the article that ``query`` names, all files of it; their paths. What others say of it stays.

        It is named by a file, whether that is still there or not, by DOI or id, or by its whole title. Raises :class:`UsageError` where
        the library has no such article, :class:`Ambiguous` where several are named.
        """
        work = self.store.documents.work_at(printable(resolved(Path(query))))
        if work is None and (found := self.find(query)) is not None:
            named = found.id == query or normal_doi(query) or _is_file(query)
            if not named and squash(found.title) != squash(query):
                raise UsageError(
                    f"{query!r} is no whole title; it may mean {found.title!r}",
                    fix=f"citeclass remove {found.doi or found.id}",
                )
            work = found.id
        paths = self.store.documents.drop_work(work) if work else []
        if not paths:
            raise UsageError(
                f"no article {query!r} was read into this library", fix="`citeclass list` tells which were"
            )
        for path in paths:
            self.store.failures.clear(path)
        self.store.corrections.reattach()
        return paths

    def failures(self) -> list[Failure]:
        """The files that could not be read, or not wholly."""
        return list(self.store.failures)

    def export(self) -> Iterator[dict[str, Any]]:
        """All statements with their predictions, one object each."""
        return export_rows(self.store)

    def frame(self) -> "pd.DataFrame":
        """All statements as a pandas data frame, in the columns of the CSV export. Needs ``citeclass[notebook]``."""
        return as_frame(self.export())

    def dataset(self) -> "datasets.Dataset":
        """All statements as a Hugging Face dataset, likewise. Needs ``citeclass[train]``."""
        return as_dataset(self.export())

    def tally(self) -> Tally:
        """All statements by the class shown, and the number of works they are about."""
        return library_tally(self.store)

    def _repr_html_(self) -> str:
        return library_html(
            self.store.path, self.store.documents.count(), self.tally(), self.store.predictions.current_model
        )

    def close(self) -> None:
        """Close the file."""
        self.store.close()

    def __enter__(self) -> "Library":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _is_file(query: str) -> bool:
    """Whether a query names a file; a long title is no file name that the system would take."""
    try:
        return Path(query).is_file()
    except (OSError, ValueError):
        return False


def classify(
    path: str | Path, *, model: str = DEFAULT_MODEL, point: OperatingPoint = OperatingPoint.BALANCED
) -> list[tuple[CitationStatement, Prediction]]:
    """The statements of one file with their predictions, nothing stored.

    Raises :class:`~citeclass.errors.CiteclassError` where the file cannot be read.
    """
    outcome = extract_file(Path(path))
    if isinstance(outcome, Failure):
        raise CiteclassError(f"{path}: {outcome.message}", fix=outcome.fix)
    predictions = load_classifier(model).predict(outcome.statements, point=point)
    return list(zip(outcome.statements, predictions, strict=True))
