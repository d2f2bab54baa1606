"""Labelled citation statements, brought to one schema."""

import csv
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from citeclass.errors import BadRow, UsageError
from citeclass.records import Stance
from citeclass.text import unmark

SCHEMA = ("id", "sentence", "start", "end", "before", "after", "section", "stance", "source", "group", "pick")


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled statement. ``start:end`` is the target callout in ``sentence`` (None if unknown).

    ``group`` is the citing article, so that splits keep articles whole; ``pick`` tells how the row
    was sampled, for weighting back to the natural rate.
    """

    id: str
    sentence: str
    start: int | None
    end: int | None
    before: str
    after: str
    section: str
    stance: Stance
    source: str
    group: str
    pick: str = ""


def fraction(text: str, *, salt: str = "") -> float:
    """A number from 0 to 1 that depends on ``text`` alone: splits by it are stable."""
    return int(hashlib.sha256(f"{salt}\0{text}".encode()).hexdigest()[:13], 16) / 16**13


def _own(row: dict[str, str]) -> Example:
    sentence, start, end = unmark(row["sentence"])
    return Example(
        row["id"], sentence, start, end, row["before"], row["after"], row["section"],
        Stance.parse(row["stance"]), "citeclass", row["doi"] or row["pmcid"], row["pick"],
    )  # fmt: skip


def _kilicoglu(row: dict[str, str]) -> Example:
    at = row["text"].find(row["marker"]) if row["marker"] else -1
    start, end = (at, at + len(row["marker"])) if at >= 0 else (None, None)
    return Example(
        f"{row['pmcid']}-{row['citation']}", row["text"], start, end, "", "", "",
        Stance.parse(row["stance"]), "kilicoglu2019", row["pmcid"],
    )  # fmt: skip


def _scicite(row: dict[str, str]) -> Example:
    start, end = (int(float(row[k])) if row[k] else None for k in ("cite_start", "cite_end"))
    if start is not None and end is not None and not 0 <= start < end <= len(row["text"]):
        start = end = None
    return Example(
        row["id"], row["text"], start, end, "", "", row["section"],
        Stance.parse(row["stance"]), "scicite", row["id"].split(">")[0],
    )  # fmt: skip


_READERS: dict[frozenset[str], Callable[[dict[str, str]], Example]] = {
    frozenset({"id", "sentence", "stance", "pick", "doi"}): _own,
    frozenset({"pmcid", "citation", "marker", "text", "stance"}): _kilicoglu,
    frozenset({"id", "cite_start", "cite_end", "text", "intent", "stance"}): _scicite,
}


def read_csv(path: Path) -> Iterator[Example]:
    """The labelled rows of one file; rows without a stance are passed over.

    The layout is recognised by its columns. Raises :class:`UsageError` for an unknown layout and
    :class:`BadRow` with the line number for a row that does not fit.
    """
    with path.open(newline="", encoding="utf-8") as lines:
        rows = csv.DictReader(lines)
        columns = frozenset(rows.fieldnames or ())
        reader = next((r for need, r in _READERS.items() if need <= columns), None)
        if reader is None:
            raise UsageError(f"{path.name}: unknown layout with columns {sorted(columns)}")
        for row in rows:
            if not row["stance"]:
                continue
            try:
                yield reader(row)
            except (ValueError, KeyError) as error:
                raise BadRow(f"{path.name}, line {rows.line_num}: {error}") from error


def cap_mentions(examples: list[Example], cap: int) -> list[Example]:
    """``examples`` with at most ``cap`` mentions a source, chosen by hash; 0 keeps all."""
    if cap <= 0:
        return examples
    kept: list[Example] = []
    for source in dict.fromkeys(e.source for e in examples):
        rows = [e for e in examples if e.source == source]
        mentions = sorted((e for e in rows if e.stance is Stance.MENTIONING), key=lambda e: fraction(e.id, salt="cap"))
        chosen = {e.id for e in mentions[:cap]}
        kept += [e for e in rows if e.stance is not Stance.MENTIONING or e.id in chosen]
    return kept


def split_by_group(examples: list[Example], share: float, *, salt: str) -> tuple[list[Example], list[Example]]:
    """``examples`` in two, whole articles at a time: the rest, and about ``share`` of the articles."""
    held = [e for e in examples if fraction(e.group, salt=salt) < share]
    rest = [e for e in examples if fraction(e.group, salt=salt) >= share]
    return rest, held
