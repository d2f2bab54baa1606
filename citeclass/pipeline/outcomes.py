"""What the pipeline tells of its work: progress, summaries, and a question that several works answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from citeclass.errors import CiteclassError
from citeclass.records import Failure
from citeclass.store import Work

MANY = 20
"""Hits that a question is answered with, where it names several works."""


class Ambiguous(CiteclassError):
    """A query names several works; ``works`` are the candidates."""

    def __init__(self, query: str, works: Sequence[Work]) -> None:
        super().__init__(
            f"{len(works)}{' or more' if len(works) >= MANY else ''} works match {query!r}",
            fix="ask again with the DOI or id of one of them",
        )
        self.works = tuple(works)

    def listed(self) -> list[dict[str, Any]]:
        """The works in short, as JSON objects, to choose from."""
        return [{"id": w.id, "doi": w.doi, "title": w.title, "year": w.year} for w in self.works]


@dataclass(frozen=True, slots=True)
class FileDone:
    """Progress after one file: its ``path``, what became of it, and how many statements it gave.

    ``outcome`` is ``added``, ``unchanged`` or ``failed``; ``failure`` tells why, also for a file that was added without
    a reference list.
    """

    path: str
    outcome: str
    statements: int = 0
    failure: Failure | None = None


@dataclass(slots=True)
class Summary:
    """What a run did, and where the library stands."""

    files: int = 0
    added: int = 0
    unchanged: int = 0
    failed: int = 0
    new_statements: int = 0
    types: dict[str, int] = field(default_factory=dict)
    library: dict[str, int] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    detached_corrections: int = 0
    model: str | None = None
    point: str | None = None

    def note(self, done: FileDone) -> None:
        """Count what became of a file."""
        self.added += done.outcome == "added"
        self.unchanged += done.outcome == "unchanged"
        self.new_statements += done.statements
        self.note_failure(done)

    def note_failure(self, done: FileDone) -> None:
        """Count only what went wrong with a file, if anything."""
        if done.failure:
            self.failed += done.outcome == "failed"
            self.failures[done.failure.reason] = self.failures.get(done.failure.reason, 0) + 1

    @property
    def complete(self) -> bool:
        """Whether every file of this run was read wholly."""
        return self.failed == 0 and not self.failures

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "files": {"given": self.files, "added": self.added, "unchanged": self.unchanged, "failed": self.failed},
            "new_statements": self.new_statements,
            "types": self.types,
            "failures": self.failures,
            "library": self.library,
            "detached_corrections": self.detached_corrections,
            "model": self.model,
            "operating_point": self.point,
        }


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What an export gave: its ``works``, the ``files`` found for them, how many works' files were ``missing``, how many entries
    were ``skipped`` since they could not be understood, and the run over the files.
    """

    summary: Summary
    works: int
    files: int
    missing: int
    skipped: int = 0

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "works": self.works, "files_found": self.files, "files_missing": self.missing, "skipped": self.skipped,
            **self.summary.to_json(),
        }  # fmt: skip
