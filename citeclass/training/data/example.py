"""One labelled citation statement, and splits that keep citing articles whole."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from citeclass.classifying.inputs import ModelInput, model_input
from citeclass.records import STANCES, Intent, Stance

SCHEMA = (
    "id", "sentence", "start", "end", "before", "after", "section", "stance", "intent", "disagreement",
    "source", "group", "pick", "certainty",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One labelled statement; every data set is brought to this.

    ``start:end`` is the target callout in ``sentence`` (None if the set does not tell). ``stance``,
    ``intent`` and ``disagreement`` (Lamers' looser sense: any disagreement in the literature) are None where
    the set has no such label. ``group`` is the citing article, so that splits keep articles whole; ``pick``
    tells how the row was sampled, for weighting back to the natural rate; ``certainty`` is the annotator's, 1 to 3.
    """

    id: str
    sentence: str
    source: str
    group: str
    start: int | None = None
    end: int | None = None
    before: str = ""
    after: str = ""
    section: str = ""
    stance: Stance | None = None
    intent: Intent | None = None
    disagreement: bool | None = None
    pick: str = ""
    certainty: int = 3


def fraction(text: str, *, salt: str = "") -> float:
    """A number from 0 to 1 that depends on ``text`` alone: splits by it are stable."""
    return int(hashlib.sha256(f"{salt}\0{text}".encode()).hexdigest()[:13], 16) / 16**13


def split_by_group(examples: Sequence[Example], share: float, *, salt: str) -> tuple[list[Example], list[Example]]:
    """``examples`` in two, whole articles at a time: the rest, and about ``share`` of the articles."""
    held = [e for e in examples if fraction(e.group, salt=salt) < share]
    rest = [e for e in examples if fraction(e.group, salt=salt) >= share]
    return rest, held


def fold_of(example: Example, folds: int) -> int:
    """The fold of an example's article, from 0: the same for every set that holds the article."""
    return int(fraction(example.group, salt="fold") * folds)


def cap_mentions(examples: Sequence[Example], cap: int, *, keep: Iterable[str] = ()) -> list[Example]:
    """``examples`` with at most ``cap`` mentions a source, chosen by hash; 0 keeps all.

    Sources named in ``keep`` are left whole.
    """
    if cap <= 0:
        return list(examples)
    whole = frozenset(keep)
    kept: list[Example] = []
    for source in dict.fromkeys(e.source for e in examples):
        rows = [e for e in examples if e.source == source]
        if source in whole:
            kept += rows
            continue
        mentions = sorted((e for e in rows if e.stance is Stance.MENTIONING), key=lambda e: fraction(e.id, salt="cap"))
        chosen = {e.id for e in mentions[:cap]}
        kept += [e for e in rows if e.stance is not Stance.MENTIONING or e.id in chosen]
    return kept


def inputs_for(examples: Sequence[Example], *, use: Sequence[str]) -> list[ModelInput]:
    """The model's inputs for labelled examples; ``use`` names the parts of the context it reads."""
    return [
        model_input(e.sentence, start=e.start, end=e.end, before=e.before, after=e.after, section=e.section, use=use)
        for e in examples
    ]


def stance_indices(examples: Sequence[Example]) -> NDArray[np.int64]:
    """The stances of examples as indices into :data:`~citeclass.records.STANCES`; every example must have one."""
    return np.asarray([STANCES.index(e.stance) for e in examples if e.stance], dtype=np.int64)
