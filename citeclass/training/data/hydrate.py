"""Giving labels their words back: from full texts, or from rows that hold the sentences."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from citeclass.callouts import find
from citeclass.errors import ReadError
from citeclass.extraction import extract_file
from citeclass.reading import read
from citeclass.records import CitationStatement, Failure
from citeclass.text import normal_doi, unmark
from citeclass.training.data.example import Example
from citeclass.training.data.locators import Label, fingerprint, position


@dataclass(frozen=True, slots=True)
class Hydrated:
    """``examples`` with their words, and the ``missing`` labels with the reason for each."""

    examples: tuple[Example, ...]
    missing: tuple[tuple[Label, str], ...]


def from_articles(labels: Iterable[Label], articles: Mapping[str, Path]) -> Hydrated:
    """Labels with the words of their articles; ``articles`` are files (JATS, BMC, TEI, PDF) by lower-case DOI or PMCID.

    A statement is the label's when its sentence has the label's fingerprint, and of several callouts
    the one with as many letters before it.
    """
    by_file: dict[Path, list[Label]] = defaultdict(list)
    missing: list[tuple[Label, str]] = []
    for label in labels:
        path = articles.get(label.doi.casefold()) or articles.get(label.pmcid.casefold())
        if path is None:
            missing.append((label, "the article is not here"))
        else:
            by_file[path].append(label)
    examples: list[Example] = []
    for path, wanted in by_file.items():
        outcome = extract_file(path)
        if isinstance(outcome, Failure):
            missing += [(label, outcome.message) for label in wanted]
            continue
        known = _by_fingerprint(outcome.statements)
        for label in wanted:
            found = _nearest(known.get(label.fingerprint, ()), label)
            if found is None:
                missing.append((label, "no such callout in a sentence with this fingerprint"))
            else:
                examples.append(
                    label.example(
                        found.sentence, start=found.start, end=found.end, before=found.before, after=found.after,
                        section=found.section_title or "",
                    )
                )  # fmt: skip
    return Hydrated(tuple(examples), tuple(missing))


_NEAR = 3  # letters


def _by_fingerprint(statements: Iterable[CitationStatement]) -> dict[str, list[CitationStatement]]:
    known: dict[str, list[CitationStatement]] = defaultdict(list)
    for statement in statements:
        known[fingerprint(statement.sentence)].append(statement)
    return known


def _nearest(statements: Iterable[CitationStatement], label: Label) -> CitationStatement | None:
    """Of the statements of one sentence the one whose callout holds the label's place, or begins a bracket's letter beside it.

    The place may lie within the callout, since some labels mark the year of ``Lee, 2010`` alone.
    """
    at = label.at or 0
    nearest = min(statements, key=lambda s: _distance(s, at), default=None)
    return nearest if nearest and _distance(nearest, at)[0] <= _NEAR else None


def _distance(statement: CitationStatement, at: int) -> tuple[int, int]:
    """How many letters lie between a place and a statement's callout, 0 within it; then from the callout's start."""
    start, end = (position(statement.sentence, x) for x in (statement.start, statement.end))
    return max(start - at, at - end, 0), abs(start - at)


def from_rows(labels: Iterable[Label], rows: Iterable[Mapping[str, Any]]) -> Hydrated:
    """Labels with the words of rows ``{doi, sentence, before?, after?, section?}``.

    The target stands between « and » in the sentence; where it is not marked it is the callout at the label's place.
    """
    wanted: dict[tuple[str, str], list[Label]] = defaultdict(list)
    for label in labels:
        wanted[label.doi.casefold(), label.fingerprint].append(label)
    examples: dict[str, Example] = {}
    for row in rows:
        sentence, start, end = unmark(str(row["sentence"]))
        doi = str(row.get("doi") or "")
        for label in wanted.get(((normal_doi(doi) or doi).casefold(), fingerprint(sentence)), ()):
            a, b = (start, end) if start is not None else _callout_at(sentence, label.at)
            if label.id in examples or (a is not None and position(sentence, a) != label.at):
                continue
            examples[label.id] = label.example(
                sentence, start=a, end=b, before=row.get("before") or "", after=row.get("after") or "",
                section=row.get("section") or "",
            )  # fmt: skip
    left = [(label, "not among the rows") for some in wanted.values() for label in some if label.id not in examples]
    return Hydrated(tuple(examples.values()), tuple(left))


def _callout_at(sentence: str, at: int | None) -> tuple[int, int] | tuple[None, None]:
    """The callout with ``at`` letters and digits before it."""
    return next(((m.start, m.end) for m in find(sentence) if position(sentence, m.start) == at), (None, None))


def articles_in(folder: Path, suffixes: Iterable[str] = (".xml", ".nxml")) -> dict[str, Path]:
    """Files of a folder by the DOI that they state and by their name, in lower case. Files that cannot be read are passed over."""
    known: dict[str, Path] = {}
    for path in sorted(p for p in folder.rglob("*") if p.suffix in frozenset(suffixes)):
        known[path.stem.casefold()] = path
        try:
            doi = read(path).front.doi
        except ReadError:
            continue
        if doi:
            known[doi.casefold()] = path
    return known
