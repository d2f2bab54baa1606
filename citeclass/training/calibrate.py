"""Fitting probabilities and operating points on held-out articles."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter
from scipy.optimize import minimize
from sklearn.metrics import f1_score

from citeclass.classifying.calibration import Array, Calibration
from citeclass.records import STANCES
from citeclass.training.data import Example

Labels = NDArray[np.int64]

NATURAL_RATE = (0.045, 0.014, 0.941)
"""Shares of supporting, contrasting and mentioning among all callouts (our own natural sample)."""

STRATUM_WEIGHT = {"natural": 362.7, "psych_natural": 29.7, "cue": 1.05, "cue2": 3.4, "psych_cue": 1.56}
"""How many callouts of its articles a labelled row stands for, by how it was picked: callouts in the
stratum over rows drawn from it (the counts are in the data's card)."""

PRECISION = 0.85


def natural_weights(examples: Sequence[Example]) -> Array:
    """Weights that bring enriched rows back to the natural rate: by stratum, then to the class shares; sum 1."""
    weights = np.asarray([STRATUM_WEIGHT.get(e.pick, 1.0) for e in examples])
    labels = label_indices(examples)
    for index, share in enumerate(NATURAL_RATE):
        own = labels == index
        total = weights[own].sum()
        if total > 0:
            weights[own] *= share / total
    return np.asarray(weights / weights.sum())


def label_indices(examples: Sequence[Example]) -> Labels:
    """The stances of examples as indices into :data:`~citeclass.records.STANCES`."""
    return np.asarray([STANCES.index(e.stance) for e in examples], dtype=np.int64)


def calibrate(logits: Array, examples: Sequence[Example]) -> Calibration:
    """Temperature and biases by weighted log loss, with a pull to the plain prior shift, then the points.

    The biases are held near the shift that takes the sample's class shares to the natural ones, since
    few rows carry most of the weight.
    """
    labels, weights = label_indices(examples), natural_weights(examples)
    shares = np.bincount(labels, minlength=3) / len(labels)
    shift = np.log(np.asarray(NATURAL_RATE)) - np.log(shares)

    def loss(x: Array) -> float:
        scaled = logits / np.exp(x[0]) + x[1:]
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        log_p = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        pull = 0.002 * float(np.sum((x[1:] - shift - np.mean(x[1:] - shift)) ** 2)) + 0.002 * float(x[0] ** 2)
        return float(-(weights * log_p[np.arange(len(labels)), labels]).sum()) + pull

    found = minimize(loss, np.concatenate([[0.0], shift]), method="L-BFGS-B").x
    bias = found[1:] - found[1:].mean()
    plain = Calibration(temperature=float(np.exp(found[0])), bias=(float(bias[0]), float(bias[1]), float(bias[2])))
    probabilities = plain.probabilities(logits)
    return Calibration(
        temperature=plain.temperature,
        bias=plain.bias,
        balanced=_balanced(probabilities, labels),
        precise=_precise(probabilities, labels),
        natural=_natural(probabilities, labels, weights),
    )


def _balanced(probabilities: Array, labels: Labels) -> tuple[float, float, float]:
    """Log offsets of supporting and contrasting with the best macro-F1 on the held-out rows as sampled.

    Scores are averaged over neighbouring offsets, so that a lucky peak is not taken for a summit.
    """
    log_p = np.log(probabilities + 1e-12)
    steps = np.arange(0.0, 5.01, 0.2)
    grid = np.asarray(
        [
            [f1_score(labels, (log_p + np.asarray([s, c, 0.0])).argmax(axis=1), average="macro") for c in steps]
            for s in steps
        ]
    )
    row, column = np.unravel_index(int(uniform_filter(grid, size=5, mode="nearest").argmax()), grid.shape)
    return (round(float(steps[row]), 3), round(float(steps[column]), 3), 0.0)


def _precise(probabilities: Array, labels: Labels) -> tuple[float, float]:
    """The lowest thresholds at which each class alone reaches the precision sought, on the rows as sampled."""
    thresholds = []
    for index in (0, 1):
        order = np.argsort(-probabilities[:, index])
        right = np.cumsum(labels[order] == index) / np.arange(1, len(order) + 1)
        good = np.flatnonzero((right >= PRECISION) & (np.arange(len(order)) >= 9))
        thresholds.append(float(probabilities[order[good[-1]], index]) if len(good) else 1.0)
    return (round(thresholds[0], 4), round(thresholds[1], 4))


def _natural(probabilities: Array, labels: Labels, weights: Array) -> float:
    """The confidence below which the largest class is right less than half the time at the natural rate."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    for threshold in np.arange(0.34, 0.7, 0.02):
        band = (confidence >= threshold) & (confidence < threshold + 0.1)
        if band.sum() >= 10 and float((weights * right)[band].sum() / weights[band].sum()) >= 0.5:
            return round(float(threshold), 2)
    return 0.5
