"""A teacher's opinion: of any model that --model can name, or of the networks of finished runs, about rows with and without labels."""

import gzip
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from citeclass.classifying import load_classifier
from citeclass.classifying.calibration import Array, softmax
from citeclass.errors import BadRow
from citeclass.text import unmark
from citeclass.training.batches import Soft
from citeclass.training.config import TrainingConfig
from citeclass.training.data import Example, fraction, inputs_for
from citeclass.training.kept import spare_scores

UNLABELLED = "unlabelled"


def read_unlabelled(path: Path, *, limit: int = 0) -> list[Example]:
    """Statements without labels from JSON lines, gzipped or not: rows ``{id, doi, section, before, sentence («…»), after}``,
    or what ``citeclass extract`` writes.

    ``limit``: at most so many, drawn by hash; 0 takes all. Raises :class:`BadRow` with the line number.
    """
    examples = []
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                examples.append(_statement(json.loads(line), number))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise BadRow(f"{path.name}, line {number}: {error!r}") from error
    if limit and limit < len(examples):
        examples = sorted(examples, key=lambda e: fraction(e.id, salt="unlabelled"))[:limit]
    return examples


def _statement(row: dict[str, Any], number: int) -> Example:
    sentence, start, end = unmark(row["sentence"])
    if start is None and row.get("start") is not None:
        start, end = int(row["start"]), int(row["end"])
    source = row.get("source") or {}
    article = row.get("doi") or source.get("doi") or source.get("path") or row["id"]
    return Example(
        id=f"{row['id']}:{number}", sentence=sentence, start=start, end=end, before=row.get("before") or "",
        after=row.get("after") or "", section=row.get("section_title") or row.get("section") or "", source=UNLABELLED,
        group=str(article),
    )  # fmt: skip


def opinions(teacher: str, examples: Sequence[Example], *, keep: Path) -> Soft:
    """The teacher's uncalibrated stance probabilities by example id; what this teacher said before of the same inputs is kept in ``keep`` (npz).

    A teacher that learnt from an article's labels has seen its answers: drop the articles that you validate on.
    """
    classifier = load_classifier(teacher, cascade=False)
    inputs = dict(zip((e.id for e in examples), inputs_for(examples, use=classifier.context), strict=True))
    keys = {name: hashlib.sha256(f"{classifier.id}{given}".encode()).hexdigest() for name, given in inputs.items()}
    known: dict[str, Array] = {}
    if keep.is_file():
        with np.load(keep) as held:
            known = dict(zip(held["keys"].tolist(), held["stance"], strict=True))
    fresh = [name for name, key in keys.items() if key not in known]
    if fresh:
        said = softmax(classifier.raw([inputs[name] for name in fresh])[:, :3])
        known |= dict(zip([keys[name] for name in fresh], said, strict=True))
        keep.parent.mkdir(parents=True, exist_ok=True)
        np.savez(keep, keys=list(known), stance=np.asarray(list(known.values())))
    return {e.id: known[keys[e.id]] for e in examples}


def lessons(
    teachers: Sequence[tuple[Path, TrainingConfig]], examples: Sequence[Example], *, with_intents: bool
) -> Soft:
    """What networks of finished trainings, each by its folder and settings, think of examples: the mean of their probabilities by
    example id; three of the stance and, ``with_intents``, three more of the intent.

    Each reads the examples as it learnt to, with as much of the context; what it said is kept in its folder, so that an interrupted run does not
    ask again.
    """
    said = []
    for folder, config in teachers:
        stance, intent = spare_scores(folder, examples, config)
        said.append(np.hstack([softmax(stance), softmax(intent)] if with_intents else [softmax(stance)]))
    return dict(zip((e.id for e in examples), np.mean(said, axis=0), strict=True))
