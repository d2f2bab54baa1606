"""The whole library in counts: over years, sections and journals, and the works that stand out."""

from typing import Literal

from citeclass.evidence.tally import COUNTS, Tally, tally_from, with_tallies
from citeclass.records import SectionKind
from citeclass.store import SHOWN, Store, Work

_BY = {"total": "count(*)", "supporting": "sum(stance = 0)", "contrasting": "sum(stance = 1)"}


def library_tally(store: Store) -> Tally:
    """All statements by the class shown, and the number of works they are about."""
    counts = store.predictions.counts()
    (row,) = store.db.query("select count(distinct cited_work) n from shown")
    return Tally(**{s.value: counts.get(s.value, 0) for s in SHOWN}, works=row["n"])


def top_works(
    store: Store, *, by: Literal["total", "supporting", "contrasting"] = "total", limit: int = 12
) -> list[tuple[Work, Tally]]:
    """The works with most statements, in all or of one class, most first; works with none are left out."""
    rows = store.db.query(
        f"select cited_work id, {_BY[by]} n from shown where cited_work is not null group by 1 having n > 0 order by n desc, 1 limit ?",
        [limit],
    )
    return with_tallies(store, store.works.many([r["id"] for r in rows]))


def contested_works(store: Store, *, limit: int = 50) -> list[tuple[Work, Tally]]:
    """The works that are both supported and contrasted with, those first whose rarer side has most citing works."""
    rows = store.db.query(
        "select cited_work id, count(distinct source_work) n, count(distinct iif(stance = 0, source_work, null)) s, "
        "count(distinct iif(stance = 1, source_work, null)) c from shown where cited_work is not null and stance < 2 "
        "group by 1 having s > 0 and c > 0 order by n > 1 desc, min(s, c) desc, n desc, count(*) desc, 1 limit ?",
        [limit],
    )
    return with_tallies(store, store.works.many([r["id"] for r in rows]))


def stance_links(store: Store) -> list[tuple[str, str, int, int]]:
    """Who supports and who contrasts with whom: ids of the citing and the cited work, and how many statements of each kind."""
    rows = store.db.query(
        "select source_work a, cited_work b, sum(stance = 0) s, sum(stance = 1) c from shown "
        "where cited_work is not null and stance < 2 group by 1, 2 order by 1, 2"
    )
    return [(r["a"], r["b"], r["s"], r["c"]) for r in rows]


def library_years(store: Store) -> dict[int | None, Tally]:
    """All statements by the year of the citing work."""
    year = "nullif(cast(w.year as integer), 0)"
    query = f"select {year} part, {COUNTS} from shown v join works w on w.id = v.source_work group by 1 order by 1"
    return {r["part"]: tally_from(r) for r in store.db.query(query)}


def library_sections(store: Store) -> dict[SectionKind, Tally]:
    """All statements by section; those in sections of no kind count as other."""
    query = f"select coalesce(s.section, 'other') part, {COUNTS} from shown v join statements s on s.id = v.statement group by 1"
    return {SectionKind(r["part"]): tally_from(r) for r in store.db.query(query)}


def library_journals(store: Store, *, limit: int = 15) -> list[tuple[str, int, Tally]]:
    """The journals with most citing works: name, works, and their statements."""
    query = (
        f"select w.container part, count(distinct v.source_work) k, {COUNTS} from shown v join works w on w.id = v.source_work "
        "where w.container is not null group by 1 order by k desc, 1 limit ?"
    )
    return [(r["part"], r["k"], tally_from(r)) for r in store.db.query(query, [limit])]


def citing_works(store: Store, work: str, *, limit: int = 100, offset: int = 0) -> list[Work]:
    """The works that cite ``work``, by id."""
    rows = store.db.query(
        "select distinct source_work id from shown where cited_work = ? order by 1 limit ? offset ?",
        [work, limit, offset],
    )
    return store.works.many([r["id"] for r in rows])
