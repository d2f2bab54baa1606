"""Pictures of a model's figures, as SVG: how true its probabilities are, what abstaining buys, which classes it confuses."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from citeclass.classifying.calibration import Array
from citeclass.training.measure.figures import Labels, reliability, risk_coverage

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLOURS = {"supporting": "#1b7837", "contrasting": "#b2182b", "mentioning": "#4d4d4d"}


def _figure(width: float, height: float) -> tuple["Figure", "Axes"]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _save(figure: "Figure", path: Path) -> None:
    import matplotlib as mpl

    # text stays text, and the same figures give the same bytes
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "citeclass"}):
        figure.savefig(path, format="svg", metadata={"Date": None})


def draw_reliability(probabilities: Array, truth: Labels, weights: Array, names: Sequence[str], path: Path) -> None:
    """Told against observed probability of each class at the natural rate, in bins of equal weight, on log scales."""
    figure, axes = _figure(4.6, 4.2)
    axes.plot([1e-3, 1], [1e-3, 1], color="#bbbbbb", linewidth=1)
    for index, name in enumerate(names):
        points = [(told, seen) for _, told, seen in reliability(probabilities[:, index], truth == index, weights)]
        told, seen = np.asarray(points).T
        axes.plot(
            np.maximum(told, 1e-3), np.maximum(seen, 1e-3), marker="o", markersize=3.5, color=_COLOURS.get(name), label=name
        )  # fmt: skip
    axes.set(xscale="log", yscale="log", xlabel="probability told", ylabel="share that came true", xlim=(9e-4, 1.2), ylim=(9e-4, 1.2))  # fmt: skip
    axes.legend(frameon=False)
    _save(figure, path)


def draw_risk(probabilities: Array, truth: Labels, weights: Array, path: Path) -> None:
    """Error among the surest citations against the share that is judged, at the natural rate and as sampled."""
    figure, axes = _figure(4.6, 3.4)
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == truth
    for label, weight, style in (("natural rate", weights, "-"), ("rows as sampled", None, "--")):
        coverage, risk = risk_coverage(confidence, right, weight)
        axes.plot(coverage, risk, style, color="#2166ac", linewidth=1.4, label=label)
    axes.set(xlabel="share judged, the surest first", ylabel="share wrong", xlim=(0, 1), ylim=(0, None))
    axes.legend(frameon=False)
    _save(figure, path)


def draw_confusion(confusion: Sequence[Sequence[int]], names: Sequence[str], path: Path) -> None:
    """A confusion matrix, rows the truth; shades are shares of the row."""
    figure, axes = _figure(4.2, 3.2)
    counts = np.asarray(confusion, dtype=float)
    if counts[:, -1].sum() == 0:
        counts = counts[:, :-1]
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for (row, column), count in np.ndenumerate(counts):
        axes.text(column, row, f"{int(count)}", ha="center", va="center", color="white" if shares[row, column] > 0.5 else "black")  # fmt: skip
    said = [*names, "unclassified"][: counts.shape[1]]
    axes.set_xticks(range(len(said)), said)
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel="said", ylabel="labelled")
    _save(figure, path)


def draw_bars(figures: Mapping[str, tuple[float, Sequence[float] | None]], label: str, path: Path) -> None:
    """Named figures from 0 to 1 as bars, with intervals where there are."""
    figure, axes = _figure(5.2, 0.5 + 0.36 * len(figures))
    names = list(figures)
    values = np.asarray([figures[n][0] for n in names])
    spans = [figures[n][1] or (figures[n][0], figures[n][0]) for n in names]
    errors = np.asarray([[v - low, high - v] for v, (low, high) in zip(values, spans, strict=True)]).clip(0).T
    axes.barh(names, values, xerr=errors, color="#92c5de", ecolor="#4d4d4d", height=0.6)
    for row, value in enumerate(values):
        axes.text(0.01, row, f"{value:.3f}", va="center")
    axes.invert_yaxis()
    axes.set(xlim=(0, 1), xlabel=label)
    _save(figure, path)
