"""A manuscript checked against the library: each of its references with what others found, and how the manuscript cites it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from citeclass.classifying import Classifier
from citeclass.errors import CiteclassError
from citeclass.evidence import DEFINITIONS, Tally, tallies_of, work_json
from citeclass.extraction import Limits, extract_many
from citeclass.reading import ReadOptions
from citeclass.records import CitationStatement, Extraction, Failure, FrontMatter, OperatingPoint, Prediction, Reference
from citeclass.resolving import WorkFacts
from citeclass.store import Store, Work


@dataclass(frozen=True, slots=True)
class CheckedReference:
    """One entry of a manuscript's reference list.

    ``work`` is the library's work it names (None: not known there) and ``tally`` what the library's documents say of it.
    ``statements`` are the manuscript's own sentences that cite it, with their predictions; none means it is listed but
    never cited, or that the callout was not found.
    """

    reference: Reference
    work: Work | None
    tally: Tally
    statements: tuple[tuple[CitationStatement, Prediction], ...]

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        r = self.reference
        return {
            "index": r.index, "raw": r.raw, "doi": r.doi or (self.work.doi if self.work else None), "title": r.title,
            "year": r.year, "work": work_json(self.work) if self.work else None, "tally": self.tally.to_json(),
            "statements": [
                {
                    "callout": s.callout, "sentence": s.sentence, "section": s.section_title, "page": s.page,
                    "type": p.type.value, "type_confidence": p.type_confidence and round(p.type_confidence, 4),
                }
                for s, p in self.statements
            ],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReferenceCheck:
    """A manuscript's references in printed order; ``unlinked`` counts its callouts that are tied to none of them."""

    front: FrontMatter
    references: tuple[CheckedReference, ...]
    unlinked: int

    def to_json(self) -> dict[str, Any]:
        """As a JSON object, with the definitions of the classes."""
        return {
            "title": self.front.title,
            "doi": self.front.doi,
            "references": [r.to_json() for r in self.references],
            "known": sum(r.work is not None for r in self.references),
            "retracted": sum(bool(r.work and r.work.retracted) for r in self.references),
            "contrasted": sum(r.tally.contrasting > 0 for r in self.references),
            "uncited": sum(not r.statements for r in self.references),
            "unlinked": self.unlinked,
            "definitions": DEFINITIONS,
        }


def read_manuscript(path: Path, *, options: ReadOptions | None = None, limits: Limits | None = None) -> Extraction:
    """A manuscript read in a process of its own. Raises :class:`CiteclassError` where it cannot be."""
    (outcome,) = extract_many([path], jobs=1, options=options, limits=limits or Limits())
    if isinstance(outcome, Failure):
        raise CiteclassError(f"the manuscript cannot be read: {outcome.message}", fix=outcome.fix)
    return outcome


def check_references(
    store: Store, extraction: Extraction, *, classifier: Classifier, point: OperatingPoint = OperatingPoint.BALANCED
) -> ReferenceCheck:
    """The references of a manuscript that was read; nothing of it is stored."""
    works = [store.works.find(WorkFacts.of_reference(r)) for r in extraction.references]
    tallies = tallies_of(store, [w.id for w in works if w])
    cited: dict[int, list[tuple[CitationStatement, Prediction]]] = {}
    predictions = classifier.predict(extraction.statements, point=point)
    for statement, prediction in zip(extraction.statements, predictions, strict=True):
        if statement.reference:
            cited.setdefault(statement.reference.index, []).append((statement, prediction))
    return ReferenceCheck(
        extraction.front,
        tuple(
            CheckedReference(r, w, tallies[w.id] if w else Tally(), tuple(cited.get(r.index, ())))
            for r, w in zip(extraction.references, works, strict=True)
        ),
        extraction.unlinked,
    )
