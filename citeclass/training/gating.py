"""Making the linear gate: scikit-learn's logistic regression on words, kept as plain weights."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from citeclass.classifying.calibration import Array, softmax
from citeclass.classifying.gate import Gate, features
from citeclass.classifying.inputs import ModelInput
from citeclass.records import INTENTS, OperatingPoint
from citeclass.training.data import Example, fold_of, inputs_for, stance_indices
from citeclass.training.fit import Logits
from citeclass.training.heldout import HeldOut
from citeclass.training.measure.figures import Labels

LOST = 0.005
"""The share of the supporting and contrasting citations found, at the natural rate, that the gate may settle as mentions."""

SHARE = 0.4
"""How much of the gate's stance scores is added to the transformer's: out of fold 0.3 to 0.5 did best, all nearly alike."""

SURE_INTENT = 0.6
"""The linear probability of an intent from which a mention may be settled with it."""

_SCALE = 100  # weights are kept as hundredths
_FEATURES = 40_000
_LEAST = 0.02  # smaller weights are left out
_GATE_NEEDS = 30  # supporting and contrasting rows without which a linear model learns nothing of them
_BOUND_NEEDS = round(
    3 / LOST
)  # found rows of which none need be lost for 95 % certainty that at most LOST are: the rule of three
_HEAVIEST = 4.0  # rows that a label may outweigh beside unlabelled ones, which hold the natural rate themselves


Rows = tuple[Sequence[ModelInput], Array, Array]
"""Inputs, what they teach (n × 3 probabilities: one-hot labels or a model's opinion), and how much each counts (n)."""


def fit_gate(stance: Rows, intent: Rows | None = None) -> Gate:
    """A gate from rows with stances and, where there are any, rows with intents.

    Its threshold is 0 (nothing is settled) until :func:`set_threshold`.
    """
    words = CountVectorizer(analyzer=features, binary=True, min_df=3, max_features=_FEATURES)
    words.fit([*stance[0], *(intent[0] if intent else ())])
    table = np.zeros((len(words.vocabulary_), 6))
    bias = np.zeros(6)
    for at, rows in ((0, stance), (3, intent)):
        if rows:
            inputs, targets, weights = rows
            x = words.transform(inputs)
            table[:, at : at + 3], bias[at : at + 3] = _softmax_regression(x, targets, weights, c=0.3)
    table = np.rint(table * _SCALE) / _SCALE  # as they are kept, so that thresholds are set on what ships
    kept = {w: table[i] for w, i in words.vocabulary_.items() if np.abs(table[i]).max() >= _LEAST}
    return Gate(kept, bias, 0.0, (0.0, 0.0, 1.0))


def _softmax_regression(x: csr_matrix, targets: Array, weights: Array, *, c: float) -> tuple[Array, Array]:
    """Multinomial logistic regression on soft targets: each row stands once for each class, weighted by its share."""
    classes = np.repeat(np.arange(3), x.shape[0])
    mass = np.concatenate([targets[:, k] * weights for k in range(3)])
    some = mass > 1e-4
    model = LogisticRegression(C=c, max_iter=200)
    model.fit(vstack([x, x, x]).tocsr()[some], classes[some], sample_weight=mass[some])
    coefficients, intercept = np.zeros((x.shape[1], 3)), np.full(3, -9.0)
    coefficients[:, model.classes_] = model.coef_.T if len(model.classes_) > 2 else np.stack([-model.coef_[0], model.coef_[0]], 1) / 2  # fmt: skip
    intercept[model.classes_] = (
        model.intercept_ if len(model.classes_) > 2 else np.asarray([-model.intercept_[0], model.intercept_[0]]) / 2
    )
    return coefficients, intercept


def set_threshold(
    gate: Gate,
    linear: Array,
    labels: Labels,
    weights: Array,
    *,
    found: NDArray[np.bool_],
    may: NDArray[np.bool_],
    lost: float = LOST,
    needs: int = _BOUND_NEEDS,
) -> tuple[Gate, dict[str, float]]:
    """The gate with the highest threshold that settles at most ``lost`` of the stances found, and what it then does; one that settles
    nothing where fewer than ``needs`` were found, since what such a gate loses of others is not known.

    ``linear``: out-of-fold linear stance scores (n × 3) of rows with labels (class indices) and weights at the natural rate;
    ``found``: the supporting and contrasting rows that are told rightly otherwise, which alone can be lost; ``may``: the rows
    that may be settled at all, as far as their intents go.
    The report: ``threshold``, ``settled`` (share of all citations), ``lost`` (share of the found), ``missed`` (share
    of all supporting and contrasting ones, found or not).
    """
    if found.sum() < needs:
        return replace(gate, threshold=0.0), {"threshold": 0.0, "settled": 0.0, "lost": 0.0, "missed": 0.0}
    doubt = np.where(may, softmax(linear[:, :3])[:, :2].sum(axis=1), 2.0)
    order = np.argsort(doubt)
    gone = np.cumsum((weights * found)[order]) / max(float((weights * found).sum()), 1e-12)
    count = int((gone <= lost).sum())
    threshold = float(doubt[order[min(count, len(order) - 1)]]) if count else 0.0
    settled, stance = doubt < threshold, labels < 2
    # half a row's mass is lent to each stance, so that nothing is ever told to be impossible
    mass = [float((weights * (labels == k))[settled].sum()) + float(weights.mean()) / 2 for k in range(3)]
    told = (mass[0] / sum(mass), mass[1] / sum(mass), mass[2] / sum(mass))
    report = {
        "threshold": round(threshold, 5),
        "settled": round(float(weights[settled].sum() / weights.sum()), 4),
        "lost": round(float((weights * found)[settled].sum() / max(float((weights * found).sum()), 1e-12)), 4),
        "missed": round(float((weights * stance)[settled].sum() / (weights * stance).sum()), 4),
    }
    return replace(gate, threshold=threshold, settled=told), report


def save_gate(gate: Gate, path: Path) -> None:
    """Write ``gate.json``."""
    names = sorted(gate.weights)
    table = [[round(float(w) * _SCALE) for w in gate.weights[name]] for name in names]
    data = {
        "method": "softmax over summed weights of words and pairs of words; see citeclass.classifying.gate",
        "threshold": gate.threshold, "share": gate.share, "sure_intent": gate.sure_intent, "settled": [round(p, 6) for p in gate.settled], "bias": [round(float(b), 4) for b in gate.bias],
        "scale": _SCALE, "features": names, "weights": table,
    }  # fmt: skip
    path.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")


def fold_gates(
    held: HeldOut, spare: Sequence[Example], opinions: Iterable[Logits], *, use: Sequence[str]
) -> tuple[Gate | None, Array]:
    """A gate learnt from our labels and from the opinions of ``spare`` rows, if any, and linear scores (n × 6: stance, intent) of all
    held-out rows by gates that saw neither their fold's labels nor its articles, nor learnt from a network that had (but for the
    few numbers of a calibration).

    ``opinions``: probabilities of stance and intent (n × 3 each) by each fold's network, and last by that of all rows; not asked for where there is no gate. ``use`` names the parts of the context that are
    read. None, and scores of 0, where the stances are too few to learn from. Nothing is settled until
    :func:`set_threshold`.
    """
    places = held.rows(held.ours)
    examples = [held.examples[i] for i in places]
    labels, weights = stance_indices(examples), held.weights[places]
    linear = np.zeros((len(held.examples), 6))
    if (labels < 2).sum() < _GATE_NEEDS:
        return None, linear
    inputs = inputs_for([*examples, *spare], use=use)
    said = list(opinions)
    targets = [np.concatenate([np.eye(3)[labels], stance]) for stance, _ in said]
    mass = weights * np.count_nonzero(weights)
    if spare:
        mass = np.concatenate([np.minimum(mass, _HEAVIEST), np.ones(len(spare))])
    fold = np.asarray([fold_of(e, held.folds) for e in (*examples, *spare)])
    asked, asked_fold = inputs_for(held.examples, use=use), np.asarray([fold_of(e, held.folds) for e in held.examples])
    purposeful = [e for e in held.examples if e.intent]
    for k in range(held.folds):
        others, mine = np.flatnonzero(fold != k), np.flatnonzero(asked_fold == k)
        elsewhere = others[others >= len(examples)] - len(examples)
        part = fit_gate(
            ([inputs[i] for i in others], targets[k][others], mass[others]),
            _intent_rows(
                [e for e in purposeful if fold_of(e, held.folds) != k],
                [inputs[len(examples) + i] for i in elsewhere], said[k][1][elsewhere], use=use,
            ),
        )  # fmt: skip
        linear[mine] = part.scores([asked[i] for i in mine])
    intent = _intent_rows(purposeful, inputs[len(examples) :], said[-1][1], use=use)
    gate = fit_gate((inputs, targets[-1], mass), intent)
    return replace(gate, share=SHARE, sure_intent=SURE_INTENT if intent else 0.0), linear


def _intent_rows(
    labelled: Sequence[Example], spare: Sequence[ModelInput], opinion: Array, *, use: Sequence[str]
) -> Rows | None:
    """Rows with intents, the classes balanced, and beside them the opinions of statements as articles hold them; None without labels of two kinds."""
    told = np.eye(3)[[INTENTS.index(e.intent) for e in labelled if e.intent]].reshape(-1, 3)
    if np.count_nonzero(told.sum(axis=0)) < 2:
        return None
    balance = (1 / told.sum(axis=0).clip(1))[told.argmax(axis=1)]
    return (
        [*inputs_for(labelled, use=use), *spare],
        np.concatenate([told, opinion]),
        np.concatenate([balance / balance.mean(), np.ones(len(spare))]),
    )


def bound_gate(gate: Gate, linear: Array, held: HeldOut) -> tuple[Gate, dict[str, float]]:
    """The gate with its threshold, set on our held-out rows with their ``linear`` scores (n × 6 of all held-out rows); its report.

    ``held`` are the rows with the scores that decide, the gate's share added.
    """
    places = held.rows(held.ours)
    labels = stance_indices([held.examples[i] for i in places])
    _, _, said = held.crossed(held.ours)
    found = (labels < 2) & (said[OperatingPoint.BALANCED] == labels)
    may = softmax(linear[places, 3:]).max(axis=1) >= gate.sure_intent
    return set_threshold(gate, linear[places], labels, held.weights[places], found=found, may=may)
