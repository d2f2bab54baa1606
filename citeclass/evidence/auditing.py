"""How right a model is on a library's own articles: statements drawn by stratum, read by people, and what follows for all.

A random part of all statements, and a part of those to which the model gave each class, are read without seeing the class.
Each class's statements then stand for all of their class (a sample stratified by prediction; Cochran 1977, ch. 5), so that
precision, and recall too, are estimates for the whole library. Intervals are Wilson's for precision within a stratum; the rest are drawn
from the posterior of each stratum's shares under Jeffreys' prior (Gelman et al. 2013, ch. 3), so that a class that was not met in a sample is not
taken to be absent.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from statistics import NormalDist
from typing import Any

import numpy as np

from citeclass.errors import BadRow, UsageError
from citeclass.evidence.statement import statements_by_id
from citeclass.records import Stance
from citeclass.store import Audit, Reading, Store

CLASSES = (Stance.SUPPORTING, Stance.CONTRASTING, Stance.MENTIONING)

SHEET = ("id", "section", "before", "sentence", "after", "type", "certainty", "note")
"""Columns of a sheet to be filled in: the last three are the reader's."""

_DRAWS = 4000
_SEED = 20261125

Interval = tuple[float, float]


def draw(store: Store, name: str, *, natural: int = 200, each: int = 100) -> Audit:
    """Draw ``natural`` statements of all and ``each`` of every class that the model gave, and keep them as the audit ``name``.

    The draw follows from the name and the statements' ids alone. Raises :class:`UsageError` for a name that is taken and for
    a library without statements.
    """
    if store.audits.get(name) is not None:
        raise UsageError(f"there is an audit {name!r} already", fix="take another name, or go on with it")
    model = store.predictions.current_model or ""
    given = store.db.query(
        "select p.statement, p.type from predictions p join statements s on s.id = p.statement where p.model = ?",
        [model],
    )
    shown = {str(r["statement"]): str(r["type"]) for r in given if r["type"] in CLASSES}
    if not shown:
        raise UsageError("the library has no classified statements", fix="classify some articles first")
    chosen = set(_first(shown, natural, salt=f"{name} natural"))
    for stance in CLASSES:
        chosen.update(_first([s for s, t in shown.items() if t == stance], each, salt=f"{name} {stance}"))
    audit = Audit(name, model, dict(Counter(shown.values())))
    store.audits.put(audit, {s: shown[s] for s in sorted(chosen)})
    return audit


def _first(ids: Sequence[str] | Mapping[str, str], count: int, *, salt: str) -> list[str]:
    """``count`` of the ids (all for -1) as if at random, always the same."""
    mixed = sorted(ids, key=lambda i: hashlib.sha256(f"{salt} {i}".encode()).digest())
    return mixed if count < 0 else mixed[:count]


def sheet(store: Store, name: str) -> list[dict[str, str]]:
    """The statements of an audit to be read, in an order that tells nothing, the target between « and », without their class."""
    audit_named(store, name)
    ids = _first(store.audits.drawn(name), -1, salt=name)
    rows = []
    for found in statements_by_id(store, ids):
        s = found.statement
        marked = f"{s.sentence[: s.start]}«{s.sentence[s.start : s.end]}»{s.sentence[s.end :]}"
        told = (s.id, s.section_title or (s.section.value if s.section else ""), s.before, marked, s.after, "", "", "")
        rows.append(dict(zip(SHEET, told, strict=True)))
    return rows


def take_sheet(store: Store, name: str, rows: Iterable[Mapping[str, Any]], *, by: str) -> int:
    """Keep what a reader filled in; rows without a type are passed over. How many there were.

    Raises :class:`~citeclass.errors.BadRow` for a type that is none, and for statements that were not drawn; nothing is then kept.
    """
    audit_named(store, name)
    drawn = store.audits.drawn(name)
    readings = []
    for number, row in enumerate(rows, 1):
        told = str(row.get("type") or "").strip()
        if not told:
            continue
        try:
            stance, certainty = (
                CLASSES[CLASSES.index(Stance.parse(told))],
                _certainty(row.get("certainty")),
            )
        except ValueError as error:
            raise BadRow(
                f"row {number}: {error}", fix="supporting, contrasting or mentioning; certainty 1 to 3"
            ) from error
        if row.get("id") not in drawn:
            raise BadRow(
                f"row {number}: the statement {row.get('id')!r} is not of this audit",
                fix="keep the column id as it was",
            )
        readings.append(Reading(str(row["id"]), by, stance, str(row.get("note") or "") or None, certainty))
    return store.audits.judge(name, readings)


def _certainty(told: Any) -> int:
    certainty = int(told or 3)
    if not 1 <= certainty <= 3:
        raise ValueError(f"certainty is 1, 2 or 3, not {told}")
    return certainty


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One class: ``given`` statements of the sample that got it, how many of them ``right``; precision and recall with their
    95 % intervals, as estimates for all statements; ``share`` of the true class among all.
    """

    given: int
    right: int
    precision: float | None
    precision_interval: Interval | None
    recall: float | None
    recall_interval: Interval | None
    share: float


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What an audit tells. ``confusion[given][true]`` counts statements of the sample; ``agreement`` is of two readers: how many
    statements both read, how many alike, Cohen's kappa. ``errors`` are (id, given, true, note).
    """

    audit: Audit
    drawn: int
    read: int
    classes: Mapping[str, ClassFigures]
    confusion: Mapping[str, Mapping[str, int]]
    agreement: tuple[int, int, float] | None
    errors: tuple[tuple[str, str, str, str | None], ...] = field(default=(), repr=False)

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "audit": self.audit.name,
            "model": self.audit.model,
            "statements": dict(self.audit.strata),
            "drawn": self.drawn,
            "read": self.read,
            "classes": {
                name: {n: getattr(f, n) for n in ClassFigures.__dataclass_fields__} for name, f in self.classes.items()
            },
            "confusion": {given: dict(row) for given, row in self.confusion.items()},
            "agreement": dict(zip(("both", "alike", "kappa"), self.agreement, strict=True)) if self.agreement else None,
            "errors": [dict(zip(("id", "given", "judged", "note"), e, strict=True)) for e in self.errors],
        }


def verdicts(store: Store, name: str) -> dict[str, Reading]:
    """What the readers of an audit took each statement for. Where they differ the majority counts, and without one the first by name."""
    by_statement: dict[str, list[Reading]] = defaultdict(list)
    for r in store.audits.readings(audit_named(store, name).name):
        by_statement[r.statement].append(r)
    return {id: _verdict(those) for id, those in by_statement.items()}


def report(store: Store, name: str, *, given: Callable[[str, str], str] | None = None) -> AuditReport:
    """What the readers of an audit found.

    ``given`` tells which class a statement (id, stratum) got; by default that of the draw. Raises :class:`UsageError` where there is no
    such audit, or nobody has read.
    """
    audit = audit_named(store, name)
    drawn, told = store.audits.drawn(name), verdicts(store, name)
    if not told:
        raise UsageError(f"nobody has read the audit {name!r} yet", fix=f"citeclass audit judge {name}")
    rows = [
        (id, drawn[id], given(id, drawn[id]) if given else drawn[id], r.type.value, r.note) for id, r in told.items()
    ]
    strata = [
        _Stratum(audit.strata[s], [(g, t) for _, d, g, t, _ in rows if d == s]) for s in audit.strata
    ]  # a stratum nobody read says nothing and is left out
    read = [s for s in strata if s.rows]
    confusion: dict[str, Counter[str]] = {c.value: Counter() for c in CLASSES}
    for _, _, g, t, _ in rows:
        confusion.setdefault(g, Counter())[t] += 1
    return AuditReport(
        audit,
        len(drawn),
        len(told),
        {c.value: _figures(read, c.value) for c in CLASSES},
        confusion,
        _agreement(store.audits.readings(name)),
        tuple((i, g, t, n) for i, _, g, t, n in sorted(rows) if g != t),
    )


def audit_named(store: Store, name: str) -> Audit:
    """The audit of that name. Raises :class:`UsageError` where there is none."""
    audit = store.audits.get(name)
    if audit is None:
        known = ", ".join(store.audits.names()) or "none yet"
        raise UsageError(f"there is no audit {name!r} (there are: {known})", fix=f"citeclass audit draw {name}")
    return audit


@dataclass(frozen=True, slots=True)
class _Stratum:
    """``size`` statements of which ``rows`` (given, true) were read."""

    size: int
    rows: list[tuple[str, str]]


def _figures(strata: Sequence[_Stratum], name: str) -> ClassFigures:
    given = sum(g == name for s in strata for g, _ in s.rows)
    right = sum(g == name == t for s in strata for g, t in s.rows)
    cells = [
        np.array([(g == name and t == name, g == name, t == name) for g, t in s.rows], dtype=float) for s in strata
    ]
    sizes = [s.size for s in strata]
    hit, called, true = _totals(cells, sizes)
    recalls, precisions = [], []
    for h, c, t in _drawn([_kinds(x) for x in cells], sizes):
        recalls.append(h / t)
        precisions.append(h / c if c else 0.0)
    own = [s for s in strata if any(g == name for g, _ in s.rows)]
    return ClassFigures(
        given, right, hit / called if called else None,
        (wilson(right, given) if len(own) == 1 else _middle(precisions)) if given else None,
        hit / true if true else None, _middle(recalls), true / sum(sizes) if sizes else 0.0,
    )  # fmt: skip


def _kinds(cell: Any) -> tuple[Any, Any]:
    """How often each kind of row (hit, called, true) was met in a stratum, of the kinds that could be."""
    called = sorted({bool(c) for c in cell[:, 1]})
    kinds = np.array([(c and t, c, t) for c in called for t in (False, True)], dtype=float)
    return kinds, np.array([(cell == kind).all(axis=1).sum() for kind in kinds])


def _drawn(strata: Sequence[tuple[Any, Any]], sizes: Sequence[int]) -> Iterator[tuple[float, float, float]]:
    """Totals as in :func:`_totals`, for shares drawn from each stratum's posterior."""
    rng = np.random.default_rng(_SEED)
    shares = [rng.dirichlet(counts + 0.5, _DRAWS) for _, counts in strata]
    for n in range(_DRAWS):
        sums = sum(
            (share[n] @ kinds * size for share, (kinds, _), size in zip(shares, strata, sizes, strict=True)),
            np.zeros(3),
        )
        yield float(sums[0]), float(sums[1]), float(sums[2])


def _totals(cells: Sequence[Any], sizes: Sequence[int]) -> tuple[float, float, float]:
    """How many of all statements are hits, called so, and truly so."""
    sums = sum((x.mean(axis=0) * n for x, n in zip(cells, sizes, strict=True)), np.zeros(3))
    return float(sums[0]), float(sums[1]), float(sums[2])


def _middle(values: Sequence[float]) -> Interval | None:
    if not values:
        return None
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def wilson(right: int, given: int, *, level: float = 0.95) -> Interval:
    """Wilson's interval of a share (1927)."""
    z = NormalDist().inv_cdf(0.5 + level / 2)
    share, spread = right / given, z * z / given
    middle = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / given + spread / (4 * given)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def _verdict(readings: Sequence[Reading]) -> Reading:
    counts = Counter(r.type for r in readings)
    (first, n), *rest = counts.most_common()
    settled = not rest or rest[0][1] < n
    return next(r for r in sorted(readings, key=lambda r: r.by) if not settled or r.type is first)


def _agreement(readings: Iterable[Reading]) -> tuple[int, int, float] | None:
    """The first two readers, by name, of each statement that was read twice."""
    by_statement: dict[str, list[Stance]] = defaultdict(list)
    for r in readings:
        by_statement[r.statement].append(r.type)
    pairs = [(types[0], types[1]) for types in by_statement.values() if len(types) > 1]
    if not pairs:
        return None
    alike = sum(a is b for a, b in pairs)
    one, other = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(one[c] * other[c] for c in CLASSES) / len(pairs) ** 2
    kappa = 1.0 if chance == 1 else (alike / len(pairs) - chance) / (1 - chance)
    return len(pairs), alike, round(kappa, 3)
