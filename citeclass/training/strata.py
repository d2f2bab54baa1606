"""How our labelled rows were drawn, and the weights that bring them back to the natural rate.

The rows stand for all callouts of some 1,300 articles. Rows of the first picks (``natural``, ``cue``, ``cue2``,
``psych_*``) were taken out of that population and stand for themselves. The rest, 64,704 statements, was divided by field
and by the score of the model shipped before, and rows were drawn at random within each stratum (``active1_*``,
``active2_*``; the letters are scores from A, likely contrasting, to F, surely a mention by a linear model): a row
stands for population / drawn callouts. Rows drawn by score from F (``…Fhi``) or from all that was left (``…near``), or from other sets
(``lamers``), stand for none.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from citeclass.classifying.calibration import Array
from citeclass.records import STANCES
from citeclass.training.data import Example

NATURAL_RATE = (0.045, 0.014, 0.941)
"""Shares of supporting, contrasting and mentioning among all callouts (our own natural sample)."""

POPULATION = {
    "mixed_A": 481, "mixed_B": 1977, "mixed_C": 656, "mixed_D": 986, "mixed_E": 5437, "mixed_F": 50412,
    "psych_A": 19, "psych_B": 124, "psych_C": 34, "psych_D": 69, "psych_E": 217, "psych_F": 4292,
}  # fmt: skip
"""Callouts in each stratum of the statements that were not labelled at first."""

_NONE = ("lamers", "mixed_Fhi", "psych_Fhi", "mixed_near", "psych_near")


def stratum_of(pick: str) -> str:
    """The stratum in a pick's name: ``active2_mixed_B`` is of ``mixed_B``; others name themselves."""
    return pick.split("_", 1)[1] if pick.startswith("active") else pick


def as_sampled(example: Example) -> bool:
    """Whether a row is of the first picks or of another's set: what *as sampled* means in figures, without the rows chosen by a model."""
    return not example.pick.startswith(("active", "lamers"))


def natural_weights(examples: Sequence[Example]) -> Array:
    """Weights that bring rows back to the natural rate: by stratum, then to the class shares; they sum to 1."""
    strata = [stratum_of(e.pick) for e in examples]
    drawn = Counter(strata)
    weights = np.asarray([0.0 if s in _NONE else POPULATION[s] / drawn[s] if s in POPULATION else 1.0 for s in strata])
    stances = np.asarray([STANCES.index(e.stance) if e.stance else -1 for e in examples])
    for index, share in enumerate(NATURAL_RATE):
        own = stances == index
        total = weights[own].sum()
        if total > 0:
            weights[own] *= share / total
    return np.asarray(weights / weights.sum())
