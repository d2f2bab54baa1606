"""Counts of statements by stance and by section, for one work or many."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from citeclass.evidence.filters import Direction
from citeclass.records import SectionKind
from citeclass.store import Store, Work, rows_for

COUNTS = "sum(v.stance = 0) s, sum(v.stance = 1) c, sum(v.stance = 2) m, sum(v.stance = 3) u"
"""The columns of a tally in a query over ``shown`` (alias ``v``); ``n`` may count the works besides."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Statements by type, and the number of distinct works on the other side."""

    supporting: int = 0
    contrasting: int = 0
    mentioning: int = 0
    unclassified: int = 0
    works: int = 0

    @property
    def total(self) -> int:
        """All statements."""
        return self.supporting + self.contrasting + self.mentioning + self.unclassified

    def to_json(self, direction: Direction = Direction.CITED) -> dict[str, Any]:
        """As a JSON object; ``works`` is called by the side it counts."""
        return {
            "supporting": self.supporting,
            "contrasting": self.contrasting,
            "mentioning": self.mentioning,
            "unclassified": self.unclassified,
            "total": self.total,
            ("citing_works" if direction is Direction.CITED else "cited_works"): self.works,
        }


def tally_from(row: Mapping[str, Any]) -> Tally:
    """The tally in a row with the columns :data:`COUNTS` and, where works were counted, ``n``."""
    return Tally(row["s"], row["c"], row["m"], row["u"], row.get("n", 0))


def tallies_of(store: Store, works: Iterable[str], *, direction: Direction = Direction.CITED) -> dict[str, Tally]:
    """The tally of each work, by its id; works without statements have an empty one."""
    own, other = ("cited_work", "source_work") if direction is Direction.CITED else ("source_work", "cited_work")
    asked = list(dict.fromkeys(works))
    found: dict[str, Tally] = dict.fromkeys(asked, Tally())
    for row in rows_for(
        store.db,
        f"select v.{own} work, {COUNTS}, count(distinct v.{other}) n from shown v where v.{own} in ({{values}}) group by v.{own}",
        asked,
    ):
        found[row["work"]] = tally_from(row)
    return found


def tally_of(store: Store, work: str, *, direction: Direction = Direction.CITED) -> Tally:
    """The tally of one work."""
    return tallies_of(store, [work], direction=direction)[work]


def count_citing(store: Store, works: Sequence[str]) -> int:
    """How many distinct works say something of any of these."""
    query = "select distinct source_work w from shown where cited_work in ({values})"
    return len({row["w"] for row in rows_for(store.db, query, list(dict.fromkeys(works)))})


def with_tallies(store: Store, works: Sequence[Work]) -> list[tuple[Work, Tally]]:
    """Each work with what others say of it."""
    found = tallies_of(store, [w.id for w in works])
    return [(w, found[w.id]) for w in works]


def sections_of(store: Store, work: str, *, direction: Direction = Direction.CITED) -> dict[SectionKind, Tally]:
    """The tally of each section in which the work is cited (or, *citing*, cites); a section of no kind counts as other."""
    return {
        SectionKind(row["part"]): tally_from(row)
        for row in _counted(
            store, work, direction, "coalesce(s.section, 'other')", "join statements s on s.id = v.statement"
        )
    }


def years_of(store: Store, work: str, *, direction: Direction = Direction.CITED) -> dict[int | None, Tally]:
    """The tally of each year in which the works on the other side appeared, oldest first; None: year unknown, last."""
    other = "source_work" if direction is Direction.CITED else "cited_work"
    year = "nullif(cast(o.year as integer), 0)"
    rows = _counted(store, work, direction, year, f"left join works o on o.id = v.{other}")
    return {row["part"]: tally_from(row) for row in sorted(rows, key=lambda r: (r["part"] is None, r["part"] or 0))}


def _counted(store: Store, work: str, direction: Direction, part: str, join: str) -> Sequence[dict[str, Any]]:
    own, other = ("cited_work", "source_work") if direction is Direction.CITED else ("source_work", "cited_work")
    return list(
        store.db.query(
            f"select {part} part, {COUNTS}, count(distinct v.{other}) n from shown v {join} where v.{own} = ? group by 1",
            [work],
        )
    )
