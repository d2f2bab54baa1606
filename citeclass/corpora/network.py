"""Who supports and who contrasts with whom, laid out as a picture."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import networkx as nx

from citeclass.store import Work

_WIDTH, _HEIGHT = 1000.0, 640.0
_MARGIN = 40.0
_SEED = 7


@dataclass(frozen=True, slots=True)
class Node:
    """A work at its place in the picture (pixels); ``degree`` counts the works it is linked with."""

    work: Work
    x: float
    y: float
    radius: float
    degree: int


@dataclass(frozen=True, slots=True)
class Link:
    """A line from the citing to the cited work; ``kind`` is supporting, contrasting or both."""

    x1: float
    y1: float
    x2: float
    y2: float
    kind: str
    count: int
    title: str


@dataclass(frozen=True, slots=True)
class Network:
    """The picture's parts, its size, and how many works and links of all it shows."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    width: float
    height: float
    works: int
    all_works: int
    all_links: int


def network_of(
    links: Sequence[tuple[str, str, int, int]], works: Mapping[str, Work], names: Mapping[str, str], *, limit: int = 120
) -> Network:
    """The picture of at most ``limit`` works that are linked with most others; the rest is left out and counted.

    ``links``: citing and cited work, supporting and contrasting statements; ``names``: what a work is called in short.
    """
    degree: Counter[str] = Counter()
    for citing, cited, _, contrasting in links:
        weight = 1 + 2 * bool(contrasting)  # disagreement is rarer and of more interest
        degree[citing] += weight
        degree[cited] += weight
    chosen = _chosen(links, degree, works, limit)
    kept = [x for x in links if x[0] in chosen and x[1] in chosen and x[0] != x[1]]
    chosen = {w for x in kept for w in x[:2]}
    graph = nx.Graph()
    graph.add_nodes_from(sorted(chosen))
    graph.add_edges_from((a, b) for a, b, _, _ in kept)
    places = _placed(graph)
    neighbours = dict(graph.degree())
    nodes = tuple(
        Node(works[w], *places[w], round(4 + 2.2 * sqrt(neighbours[w]), 1), neighbours[w]) for w in sorted(chosen)
    )
    lines = tuple(
        Link(
            *places[a], *places[b], "both" if s and c else "supporting" if s else "contrasting", s + c,
            f"{names[a]} on {names[b]}: {s} supporting, {c} contrasting",
        )
        for a, b, s, c in kept
    )  # fmt: skip
    return Network(nodes, lines, _WIDTH, _HEIGHT, len(nodes), len(degree), len(links))


def _chosen(
    links: Sequence[tuple[str, str, int, int]], degree: Mapping[str, int], works: Mapping[str, Work], limit: int
) -> set[str]:
    """Whole groups of linked works, the most linked first, as long as there is room; of a group too large its most linked works."""
    graph = nx.Graph()
    graph.add_edges_from((a, b) for a, b, _, _ in links if a in works and b in works and a != b)
    chosen: set[str] = set()
    for group in sorted(nx.connected_components(graph), key=lambda g: (-sum(degree[w] for w in g), min(g))):
        room = limit - len(chosen)
        if len(group) <= room:
            chosen |= group
        elif not chosen:
            chosen |= set(sorted(group, key=lambda w: (-degree[w], w))[:room])
    return chosen


def _placed(graph: Any) -> dict[str, tuple[float, float]]:
    """Places in pixels: groups that are linked apart from others are laid out one by one, side by side, largest first."""
    groups = sorted(nx.connected_components(graph), key=lambda g: (-len(g), min(g)))
    if not groups:
        return {}
    total = sum(len(g) ** 0.75 for g in groups)
    places: dict[str, tuple[float, float]] = {}
    x, y, row = _MARGIN, _MARGIN, 0.0
    for group in groups:
        side = max(70.0, sqrt((_WIDTH - 2 * _MARGIN) * (_HEIGHT - 2 * _MARGIN) * len(group) ** 0.75 / total) * 0.82)
        if x + side > _WIDTH - _MARGIN and x > _MARGIN:
            x, y, row = _MARGIN, y + row, 0.0
        spots = (
            nx.spring_layout(graph.subgraph(sorted(group)), seed=_SEED, iterations=120)
            if len(group) > 1
            else {next(iter(group)): (0.0, 0.0)}
        )
        xs, ys = [float(p[0]) for p in spots.values()], [float(p[1]) for p in spots.values()]
        for w, (px, py) in spots.items():
            across = (float(px) - min(xs)) / ((max(xs) - min(xs)) or 1)
            down = (float(py) - min(ys)) / ((max(ys) - min(ys)) or 1)
            places[w] = (round(x + 12 + across * (side - 40), 1), round(y + 12 + down * (side - 40), 1))
        x += side
        row = max(row, side)
    return _fitted(places)


def _fitted(places: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """Places stretched to fill the picture."""
    xs, ys = [p[0] for p in places.values()], [p[1] for p in places.values()]

    def fit(value: float, low: float, high: float, size: float) -> float:
        return round(_MARGIN + (value - low) / ((high - low) or 1) * (size - 2 * _MARGIN), 1)

    return {w: (fit(x, min(xs), max(xs), _WIDTH), fit(y, min(ys), max(ys), _HEIGHT)) for w, (x, y) in places.items()}
