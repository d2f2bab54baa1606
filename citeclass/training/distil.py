"""A teacher's opinion: any model that --model can name, asked about rows with and without labels."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from citeclass.classifying import load_classifier
from citeclass.errors import BadRow
from citeclass.text import unmark
from citeclass.training.batches import Soft
from citeclass.training.data import Example, fraction, inputs_for

UNLABELLED = "unlabelled"


def read_unlabelled(path: Path, *, limit: int = 0) -> list[Example]:
    """Statements without labels from JSON lines ``{id, doi, section, before, sentence («…»), after}``, gzipped or not.

    ``limit``: at most so many, drawn by hash; 0 takes all. Raises :class:`BadRow` with the line number.
    """
    examples = []
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
                sentence, start, end = unmark(row["sentence"])
                examples.append(
                    Example(
                        id=f"{row['id']}:{number}", sentence=sentence, start=start, end=end, before=row.get("before") or "",
                        after=row.get("after") or "", section=row.get("section") or "", source=UNLABELLED,
                        group=row.get("doi") or str(row["id"]),
                    )
                )  # fmt: skip
            except (ValueError, KeyError, TypeError) as error:
                raise BadRow(f"{path.name}, line {number}: {error!r}") from error
    if limit and limit < len(examples):
        examples = sorted(examples, key=lambda e: fraction(e.id, salt="unlabelled"))[:limit]
    return examples


def opinions(teacher: str, examples: Sequence[Example], *, keep: Path) -> Soft:
    """The teacher's uncalibrated stance probabilities by example id; what is in ``keep`` (npz) is not asked again.

    A teacher that learnt from an article's labels has seen its answers: drop the articles that you validate on.
    """
    known: dict[str, np.ndarray] = {}
    if keep.is_file():
        with np.load(keep) as held:
            known = dict(zip(held["ids"].tolist(), held["stance"], strict=True))
    fresh = [e for e in examples if e.id not in known]
    if fresh:
        classifier = load_classifier(teacher, cascade=False)
        raw = classifier.raw(inputs_for(fresh, use=classifier.context))[:, :3]
        odds = np.exp(raw - raw.max(axis=1, keepdims=True))
        known |= dict(zip([e.id for e in fresh], odds / odds.sum(axis=1, keepdims=True), strict=True))
        keep.parent.mkdir(parents=True, exist_ok=True)
        np.savez(keep, ids=list(known), stance=np.asarray(list(known.values())))
    return {e.id: known[e.id] for e in examples}
