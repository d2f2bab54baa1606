"""Labels without texts: where a labelled statement stands in its article, so that labels can be shared and the words fetched.

A locator is the citing article (DOI, PMCID), the fingerprint of the sentence (a SHA-256 of its letters and digits), and how
many letters and digits stand before the target callout in it. None of them depends on punctuation, spaces or markup.
"""

import csv
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from citeclass.errors import BadRow
from citeclass.records import Stance
from citeclass.text import squash
from citeclass.training.data.example import Example


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One label with its locator. ``at`` is None where the target in the sentence is not known."""

    id: str
    doi: str
    pmcid: str
    fingerprint: str
    at: int | None
    pick: str
    stance: Stance
    basis: str
    certainty: int

    def example(
        self, sentence: str, *, start: int | None, end: int | None, before: str, after: str, section: str
    ) -> Example:
        """The label with its words."""
        return Example(
            id=self.id, sentence=sentence, start=start, end=end, before=before, after=after, section=section,
            stance=self.stance, source="citeclass", group=self.doi or self.pmcid or self.id, pick=self.pick,
            certainty=self.certainty,
        )  # fmt: skip


COLUMNS = ("id", "doi", "pmcid", "fingerprint", "at", "pick", "stance", "basis", "certainty")


def fingerprint(sentence: str) -> str:
    """16 hexadecimal digits of the SHA-256 of a sentence's letters and digits."""
    return hashlib.sha256(squash(sentence).encode()).hexdigest()[:16]


def position(sentence: str, start: int) -> int:
    """How many letters and digits stand before offset ``start``."""
    return len(squash(sentence[:start]))


def read_locators(path: Path) -> Iterator[Label]:
    """The labels of a CSV with :data:`COLUMNS`. Raises :class:`BadRow` with the line number."""
    with path.open(newline="", encoding="utf-8") as lines:
        rows = csv.DictReader(lines)
        for row in rows:
            try:
                at = int(row["at"]) if row["at"] else None
                yield Label(
                    id=row["id"], doi=row["doi"], pmcid=row["pmcid"], fingerprint=row["fingerprint"], at=at,
                    pick=row["pick"], stance=Stance.parse(row["stance"]), basis=row["basis"],
                    certainty=int(row["certainty"]),
                )  # fmt: skip
            except (KeyError, ValueError, AttributeError) as error:
                raise BadRow(f"{path.name}, line {rows.line_num}: {error!r}") from error


def write_locators(labels: Iterable[Label], path: Path) -> int:
    """Write labels as CSV; how many."""
    count = 0
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for label in labels:
            row = asdict(label)
            writer.writerow({**row, "stance": label.stance.value, "at": "" if label.at is None else label.at})
            count += 1
    return count
