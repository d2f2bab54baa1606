"""A folder of labelled files as one Hugging Face ``DatasetDict``, and what stands in more than one of them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from citeclass.errors import UsageError
from citeclass.text import squash, words
from citeclass.training.data.example import Example
from citeclass.training.data.layouts import read_labels

if TYPE_CHECKING:
    from datasets import DatasetDict

SUFFIXES = (".csv", ".tsv", ".jsonl", ".json")
_SPLITS = {"dev": "validation", "val": "validation", "valid": "validation", "validation": "validation", "test": "test"}


def split_of(path: Path) -> str:
    """``train``, ``validation`` or ``test``, by the end of the file's name (``scicite_dev.csv``)."""
    return _SPLITS.get(path.stem.rpartition("_")[2].casefold(), "train")


def label_files(data: Path) -> list[Path]:
    """The labelled files of a folder, or the one file. Raises :class:`UsageError` where there is none."""
    files = sorted(p for p in data.iterdir() if p.suffix.lower() in SUFFIXES) if data.is_dir() else [data]
    if not files or not all(f.is_file() for f in files):
        raise UsageError(f"no labelled rows in {data}", fix="point --data at labelled files; data/README.md tells how")
    return files


def read_folder(data: Path) -> dict[str, list[Example]]:
    """Examples by split. Ids that occur twice get their place appended, so that each names one row."""
    splits: dict[str, list[Example]] = {"train": [], "validation": [], "test": []}
    for file in label_files(data):
        splits[split_of(file)] += read_labels(file)
    seen: Counter[str] = Counter()
    for name, rows in splits.items():
        fresh = []
        for row in rows:
            fresh.append(replace(row, id=f"{row.id}#{seen[row.id]}") if seen[row.id] else row)
            seen[row.id] += 1
        splits[name] = fresh
    return splits


def as_dataset(splits: Mapping[str, Iterable[Example]]) -> "DatasetDict":
    """Splits as a ``DatasetDict`` with the columns of :data:`~citeclass.training.data.example.SCHEMA`."""
    from datasets import Dataset, DatasetDict, Features, Value

    kinds = {"start": "int32", "end": "int32", "certainty": "int8", "disagreement": "bool"}
    features = Features({f: Value(kinds.get(f, "string")) for f in Example.__dataclass_fields__})
    return DatasetDict(
        {name: Dataset.from_list([asdict(e) for e in rows], features=features) for name, rows in splits.items() if rows}
    )


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two rows of different sets with the same sentence; ``likeness`` is 100 where letters and digits agree."""

    one: Example
    other: Example
    likeness: float


def overlaps(one: Sequence[Example], other: Sequence[Example], *, at_least: float = 90.0) -> Iterator[Overlap]:
    """Rows of ``other`` whose sentence stands in ``one`` too, exactly or nearly; the nearest of each.

    Candidates share a run of six words; likeness is rapidfuzz's ratio of the sentences' letters and digits (0 to 100).
    """
    shelf: dict[str, list[int]] = defaultdict(list)
    for number, example in enumerate(one):
        for run in _runs(example.sentence):
            shelf[run].append(number)
    plain = [squash(e.sentence) for e in one]
    for example in other:
        candidates = Counter(n for run in _runs(example.sentence) for n in shelf.get(run, ())[:50])
        mine, best, likest = squash(example.sentence), 0.0, -1
        for number, _ in candidates.most_common(5):
            likeness = fuzz.ratio(mine, plain[number], score_cutoff=at_least)
            if likeness > best:
                best, likest = likeness, number
        if likest >= 0:
            yield Overlap(one[likest], example, best)


_RUN = 6


def _runs(sentence: str) -> list[str]:
    found = words(sentence)  # kept in order, so that the same rows are found in every run
    return list(dict.fromkeys(" ".join(found[a : a + _RUN]) for a in range(max(1, len(found) - _RUN + 1))))
