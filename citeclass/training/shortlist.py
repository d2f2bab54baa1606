"""Which statements without labels are worth a teacher's time: nine in ten are plain mentions, of which a student has learnt enough."""

from collections.abc import Sequence

import numpy as np

from citeclass.classifying.calibration import softmax
from citeclass.records import STANCES, Stance
from citeclass.training.data import Example, fraction, inputs_for, stance_indices
from citeclass.training.gating import fit_gate

_MENTION = STANCES.index(Stance.MENTIONING)


def shortlist(spare: Sequence[Example], rows: Sequence[Example], *, limit: int, use: Sequence[str]) -> list[Example]:
    """``limit`` of the statements ``spare`` in their order, or all for 0.

    Half are those that a linear model, trained on the labels of ``rows``, takes least for mentions; half are drawn by hash. That
    model knows the labels of all folds: it says which statements are shown, not what is taught about them. ``use`` names the
    parts of the context that it reads.
    """
    if not limit or limit >= len(spare):
        return list(spare)
    judged = [e for e in rows if e.stance]
    linear = fit_gate((inputs_for(judged, use=use), np.eye(3)[stance_indices(judged)], np.ones(len(judged))))
    plain = softmax(linear.scores(inputs_for(spare, use=use))[:, :3])[:, _MENTION].round(4)
    drawn = [fraction(e.id, salt="lesson") for e in spare]
    doubtful = sorted(range(len(spare)), key=lambda i: (plain[i], drawn[i]))
    first = doubtful[: limit // 2]
    chosen = {*first, *sorted(doubtful[len(first) :], key=lambda i: drawn[i])[: limit - len(first)]}
    return [e for i, e in enumerate(spare) if i in chosen]
