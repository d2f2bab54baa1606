"""Your own labels: any CSV, TSV or JSON-lines file, by naming its columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from citeclass.errors import BadRow, UsageError
from citeclass.records import Stance
from citeclass.text import unmark
from citeclass.training.data.example import Example
from citeclass.training.data.layouts import where
from citeclass.training.data.tables import table


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which column holds what, and what your labels are called here.

    ``label_map`` takes your words to ours (``{"confirms": "supporting", "n/a": "skip"}``); words that are ours
    already need no entry, and ``skip`` leaves rows out. The target callout stands between « and » in the text, or is the
    text of the column ``target``, or is not told. ``group`` (the citing article) keeps an article's rows on one side
    of every split; without it each row is its own group.
    """

    text: str
    label: str
    target: str | None = None
    before: str | None = None
    after: str | None = None
    section: str | None = None
    group: str | None = None
    id: str | None = None
    label_map: Mapping[str, str] = field(default_factory=dict)


SKIP = "skip"


def parse_label_map(text: str) -> dict[str, str]:
    """``"yes=supporting,no=contrasting"`` as a mapping. Raises :class:`UsageError` for anything else."""
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    wrong = [theirs + sign + ours for theirs, sign, ours in pairs if not _means_something(ours)]
    if wrong:
        raise UsageError(
            f"the label map cannot be read at {wrong[0]!r}", fix="write it as theirs=ours,theirs=ours, ours being "
            "supporting, contrasting, mentioning or skip",
        )  # fmt: skip
    return {theirs.strip(): ours.strip() for theirs, _, ours in pairs}


def _means_something(word: str) -> bool:
    try:
        return word.strip() == SKIP or Stance.parse(word) is not Stance.UNCLASSIFIED
    except ValueError:
        return False


def read_columns(path: Path, columns: Columns) -> list[Example]:
    """The labelled rows of your file.

    Raises :class:`UsageError` where a named column is missing or a label is neither ours nor mapped (all such labels are
    listed), and :class:`BadRow` with the line number for a row without text.
    """
    examples: list[Example] = []
    strange: dict[str, int] = {}
    known, first = {theirs.casefold(): ours for theirs, ours in columns.label_map.items()}, True
    for number, row in table(path):
        _check(path, number, row, columns, first=first)
        first = False
        word = _cell(row, columns.label).strip()
        ours = known.get(word.casefold(), word)
        if not word or ours == SKIP:
            continue
        if not _means_something(ours):
            strange.setdefault(word, number)
            continue
        stance = Stance.parse(ours)
        examples.append(_example(path, number, row, columns, stance))
    if strange:
        listed = ", ".join(f"{word!r} (line {line})" for word, line in list(strange.items())[:5])
        raise UsageError(
            f"{path.name}: labels that mean nothing here: {listed}",
            fix=f'map them: --label-map "{next(iter(strange))}=mentioning", or =skip to leave such rows out',
        )
    if not examples:
        raise UsageError(f"{path.name} has no labelled rows", fix="is the label column the right one?")
    return examples


def _cell(row: Mapping[str, Any], name: str | None) -> str:
    """What a cell holds, as text: numbers, 0 too, are words like others."""
    value = row[name] if name else None
    return "" if value is None else str(value)


def _check(path: Path, number: int, row: Mapping[str, Any], columns: Columns, *, first: bool) -> None:
    named = (getattr(columns, n) for n in ("text", "label", "target", "before", "after", "section", "group", "id"))
    lacking = [name for name in named if name and name not in row]
    if lacking and not first:
        raise BadRow(f"{path.name}, line {number}: lacks {lacking[0]!r}")
    if lacking:
        raise UsageError(
            f"{path.name} has no column {lacking[0]!r}", fix=f"its columns are: {', '.join(map(str, row))}"
        )


def _example(path: Path, number: int, row: Mapping[str, Any], columns: Columns, stance: Stance) -> Example:
    cell = partial(_cell, row)
    sentence, start, end = unmark(cell(columns.text))
    if not sentence.strip():
        raise BadRow(f"{path.name}, line {number}: no text in {columns.text!r}")
    if start is None:
        start, end = where(sentence, cell(columns.target))
    name = cell(columns.id) or f"{path.stem}:{number}"
    return Example(
        id=name, sentence=sentence, start=start, end=end, before=cell(columns.before), after=cell(columns.after),
        section=cell(columns.section), stance=stance, source=path.stem, group=cell(columns.group) or name,
    )  # fmt: skip
