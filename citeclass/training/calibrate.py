"""Fitting probabilities and operating points on out-of-fold predictions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy.ndimage import uniform_filter
from scipy.optimize import minimize
from scipy.special import log_softmax

from citeclass.classifying.calibration import Array, Calibration
from citeclass.training.data import Example, stance_indices
from citeclass.training.measure.figures import Labels, macro_f1, matrix
from citeclass.training.strata import NATURAL_RATE, as_sampled, natural_weights

PRECISION = 0.85
"""The precision that ``precise`` seeks for each class at the natural rate."""

_ENOUGH = 20  # rows that a threshold must let through


def calibrate(
    logits: Array,
    examples: Sequence[Example],
    *,
    weights: Array | None = None,
    others: Mapping[str, tuple[Array, Labels]] | None = None,
) -> Calibration:
    """Temperature and biases by weighted log loss, then the operating points.

    ``logits`` (n × 3) are out-of-fold logits of ``examples``, our own labels, and ``weights`` (n) bring them to the natural
    rate; where none are given they follow from the picks. ``others``: out-of-fold logits and labels of further sets
    by name, which share in choosing the *balanced* point.
    """
    labels = stance_indices(examples)
    weights = natural_weights(examples) if weights is None else weights / weights.sum()
    plain = _scaling(logits, labels, weights)
    probabilities = plain.probabilities(logits)
    sampled = [as_sampled(e) for e in examples]
    chosen = np.asarray(sampled) if any(sampled) else np.ones(len(labels), dtype=bool)
    sets = [(probabilities[chosen], labels[chosen])]
    sets += [(plain.probabilities(a), b) for a, b in (others or {}).values() if len(b)]
    return replace(
        plain,
        balanced=_balanced(sets),
        precise=_precise(probabilities, labels, weights),
        natural=_natural(probabilities, labels, weights),
    )


def _scaling(logits: Array, labels: Labels, weights: Array) -> Calibration:
    """Temperature and biases at the natural rate.

    The biases are held near the shift that takes the sample's class shares to the natural ones, since
    few rows carry most of the weight.
    """
    shares = np.bincount(labels, minlength=3) / len(labels)
    shares = np.where(shares > 0, shares, NATURAL_RATE)  # a class without rows is left where the network put it
    shift = np.log(np.asarray(NATURAL_RATE)) - np.log(shares)

    def loss(x: Array) -> float:
        log_p = log_softmax(logits / np.exp(x[0]) + x[1:], axis=1)
        pull = 0.002 * float(np.sum((x[1:] - shift - np.mean(x[1:] - shift)) ** 2)) + 0.002 * float(x[0] ** 2)
        return float(-(weights * log_p[np.arange(len(labels)), labels]).sum()) + pull

    found = minimize(loss, np.concatenate([[0.0], shift]), method="L-BFGS-B").x
    bias = found[1:] - found[1:].mean()
    return Calibration(temperature=float(np.exp(found[0])), bias=(float(bias[0]), float(bias[1]), float(bias[2])))


def _balanced(sets: Sequence[tuple[Array, Labels]]) -> tuple[float, float, float]:
    """Log offsets of supporting and contrasting with the best macro-F1 as sampled, averaged over the sets.

    Scores are averaged over neighbouring offsets too, so that a lucky peak is not taken for a summit.
    """
    steps = np.arange(0.0, 5.01, 0.2)
    grid = np.zeros((len(steps), len(steps)))
    for probabilities, labels in sets:
        log_p = np.log(probabilities + 1e-12)
        for i, j in np.ndindex(grid.shape):
            guess = (log_p + np.asarray([steps[i], steps[j], 0.0])).argmax(axis=1)
            grid[i, j] += macro_f1(matrix(labels, guess, 3)) / len(sets)
    row, column = np.unravel_index(int(uniform_filter(grid, size=5, mode="nearest").argmax()), grid.shape)
    return (round(float(steps[row]), 3), round(float(steps[column]), 3), 0.0)


def _precise(probabilities: Array, labels: Labels, weights: Array) -> tuple[float, float]:
    """The lowest thresholds from which on each class has the precision sought at the natural rate."""
    thresholds = []
    for index in (0, 1):
        order = np.argsort(-probabilities[:, index])
        weight = weights[order]
        precision = np.cumsum(weight * (labels[order] == index)) / np.maximum(np.cumsum(weight), 1e-12)
        counted = np.cumsum(weight > 0)
        good = np.flatnonzero((precision >= PRECISION) & (counted >= min(_ENOUGH, counted[-1])))
        thresholds.append(float(probabilities[order[good[-1]], index]) if len(good) else 1.0)
    return (round(thresholds[0], 4), round(thresholds[1], 4))


def _natural(probabilities: Array, labels: Labels, weights: Array) -> float:
    """The confidence below which the largest class is right less than half the time at the natural rate."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    for threshold in np.arange(0.34, 0.7, 0.02):
        band = (confidence >= threshold) & (confidence < threshold + 0.1)
        if (weights[band] > 0).sum() >= 10 and float(
            (weights * right)[band].sum() / max(weights[band].sum(), 1e-12)
        ) >= 0.5:
            return round(float(threshold), 2)
    return 0.5
