"""Figures of a classifier on labelled rows: per class, with intervals, and how well its probabilities are calibrated."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from citeclass.classifying.calibration import Array

Labels = NDArray[np.int64]

RESAMPLES = 1000
BINS = 15


def matrix(truth: Labels, guess: Labels, classes: int, weights: Array | None = None) -> Array:
    """The confusion matrix: rows are true classes, columns what was said, the last column *unclassified* (index ``classes``)."""
    flat = np.bincount(truth * (classes + 1) + guess, weights=weights, minlength=classes * (classes + 1))
    return flat.reshape(classes, classes + 1).astype(np.float64)


def macro_f1(confusion: Array) -> Any:
    """Mean F1 of the classes that are true or said anywhere (of each matrix, for a stack of them)."""
    k = confusion.shape[-2]
    there = confusion[..., :k].sum(axis=-2) + confusion.sum(axis=-1) > 0
    return (rates(confusion)[2] * there).sum(axis=-1) / np.maximum(there.sum(axis=-1), 1)


def rates(confusion: Array) -> tuple[Array, Array, Array]:
    """Precision, recall and F1 of each class from confusion matrices (… × k × k+1); 0 where nothing was said or true."""
    k = confusion.shape[-2]
    right = np.diagonal(confusion[..., :k], axis1=-2, axis2=-1)
    said, true = confusion[..., :k].sum(axis=-2), confusion.sum(axis=-1)
    precision = right / np.maximum(said, 1e-12)
    recall = right / np.maximum(true, 1e-12)
    return precision, recall, 2 * right / np.maximum(said + true, 1e-12)


def resampled(
    truth: Labels, guess: Labels, groups: Sequence[str], classes: int, *, weights: Array | None = None, seed: int = 0
) -> Array:
    """Confusion matrices of :data:`RESAMPLES` bootstrap samples of whole articles (r × k × k+1).

    Articles, not rows, are drawn, since the citations of one article resemble each other.
    """
    names, place = np.unique(np.asarray(groups), return_inverse=True)
    per_group = np.zeros((len(names), classes, classes + 1))
    np.add.at(per_group, (place, truth, guess), 1.0 if weights is None else weights)
    drawn = np.random.default_rng(seed).multinomial(len(names), np.full(len(names), 1 / len(names)), size=RESAMPLES)
    return np.tensordot(drawn, per_group, axes=1)


def interval(values: Array) -> list[float]:
    """The middle 95 % of bootstrap values; nan are left out."""
    known = values[~np.isnan(values)]
    low, high = np.quantile(known if len(known) else np.zeros(1), [0.025, 0.975])
    return [round(float(low), 4), round(float(high), 4)]


def class_figures(
    truth: Labels, guess: Labels, names: Sequence[str], *, groups: Sequence[str] | None = None
) -> dict[str, Any]:
    """Accuracy, macro-F1 and per-class figures, with 95 % intervals where ``groups`` are given; *unclassified* counts as wrong."""
    confusion = matrix(truth, guess, len(names))
    precision, recall, f1 = rates(confusion)
    out: dict[str, Any] = {
        "accuracy": round(float((truth == guess).mean()), 4),
        "macro_f1": round(float(macro_f1(confusion)), 4),
        "unclassified": int((guess == len(names)).sum()),
        **{
            name: {"precision": round(float(precision[i]), 4), "recall": round(float(recall[i]), 4), "f1": round(float(f1[i]), 4)}
            for i, name in enumerate(names)
        },
        "confusion": confusion.astype(int).tolist(),
    }  # fmt: skip
    if groups is not None:
        samples = resampled(truth, guess, groups, len(names))
        true = samples.sum(axis=-1) > 0
        p, r, f = (np.where(true, figure, np.nan) for figure in rates(samples))
        # a sample that drew none of a class's articles tells nothing about that class, nor about the mean of all
        whole = (true | (confusion.sum(axis=-1) == 0)).all(axis=-1)
        out["macro_f1_interval"] = interval(np.where(whole, macro_f1(samples), np.nan))
        for i, name in enumerate(names):
            out[name] |= {"f1_interval": interval(f[:, i]), "precision_interval": interval(p[:, i]), "recall_interval": interval(r[:, i])}  # fmt: skip
    return out


def calibration_error(probabilities: Array, truth: Labels, weights: Array | None = None) -> float:
    """Expected calibration error of the likeliest class (0 to 1), in 15 bins of equal weight (Naeini et al. 2015)."""
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == truth
    return _binned(confidence, right, weights)


def class_calibration_error(probabilities: Array, truth: Labels, index: int, weights: Array | None = None) -> float:
    """The same for the probability of one class against its being true."""
    return _binned(probabilities[:, index], truth == index, weights)


def _binned(score: Array, hit: NDArray[np.bool_], weights: Array | None) -> float:
    return float(sum(share * abs(told - seen) for share, told, seen in reliability(score, hit, weights)))


def reliability(score: Array, hit: NDArray[np.bool_], weights: Array | None = None) -> list[tuple[float, float, float]]:
    """For each bin of equal weight: its share, the mean probability told, and the share that came true."""
    weight = np.full(len(score), 1 / len(score)) if weights is None else weights / weights.sum()
    _, which = np.unique(score, return_inverse=True)
    mass = np.bincount(which, weights=weight)
    middle = np.cumsum(mass) - mass / 2  # equal scores stay in one bin, wherever their rows stand
    place = np.minimum((middle * BINS).astype(int), BINS - 1)[which]
    out = []
    for b in range(BINS):
        rows = place == b
        total = weight[rows].sum()
        if total > 0:
            told, seen = (float(np.average(x[rows], weights=weight[rows])) for x in (score, hit))
            out.append((float(total), told, seen))
    return out


def recall_at_precision(score: Array, hit: NDArray[np.bool_], precision: float) -> float:
    """The largest recall of a class at a threshold on its probability where precision is at least ``precision``."""
    order = np.argsort(-score, kind="stable")
    right = np.cumsum(hit[order])
    last = np.append(np.diff(score[order]) != 0, True)  # a threshold takes all rows of one score, or none
    good = last & (right / np.arange(1, len(right) + 1) >= precision)
    return float(right[good].max() / right[-1]) if good.any() and right[-1] else 0.0


def mcnemar(truth: Labels, one: Labels, other: Labels) -> dict[str, float]:
    """McNemar's exact test of two classifiers on the same rows: how often only one is right, and the p-value."""
    only_one = int(((one == truth) & (other != truth)).sum())
    only_other = int(((one != truth) & (other == truth)).sum())
    both = only_one + only_other
    p = float(binomtest(only_one, both, 0.5).pvalue) if both else 1.0
    return {"only_first_right": only_one, "only_second_right": only_other, "p": p}


def risk_coverage(confidence: Array, right: NDArray[np.bool_], weights: Array | None = None) -> tuple[Array, Array]:
    """Error among the surest rows, as more and more are judged: coverage (0 to 1) and risk (0 to 1)."""
    weight = np.ones(len(right)) if weights is None else weights
    order = np.argsort(-confidence, kind="stable")
    order = order[weight[order] > 0]
    covered = np.cumsum(weight[order])
    return covered / covered[-1], np.cumsum(weight[order] * ~right[order]) / covered
