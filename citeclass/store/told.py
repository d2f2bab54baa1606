"""What services told of works: notices, counts, DOIs, versions; and which works are still to be asked about."""

import json
from collections.abc import Sequence
from typing import Any

from sqlite_utils import Database

from citeclass.records import Notice, NoticeKind
from citeclass.store.clock import now
from citeclass.store.corrections import Corrections
from citeclass.store.documents import NAMING, Documents
from citeclass.store.many import update_row, writing
from citeclass.store.works import Works

_GRAVEST = list(NoticeKind)


class Told:
    """What was told of works, and what is still to be asked. Works with most statements come first."""

    def __init__(self, db: Database, works: Works, documents: Documents) -> None:
        self._db, self._works, self._documents = db, works, documents

    # ---- what is to be asked; ``again`` also what was asked before, ``limit`` at most so many

    def without_doi(self, *, limit: int | None = None, again: bool = False) -> list[str]:
        """Works known from references alone that have no DOI, but title, author and year, by which an answer can be checked."""
        return self._asked(
            "w.doi is null and w.title <> '' and w.authors <> '[]' and w.year <> '' "
            "and exists (select 1 from entries e where e.work = w.id)" + ("" if again else " and w.doi_asked is null"),
            limit,
        )

    def unchecked(self, *, limit: int | None = None, again: bool = False) -> list[str]:
        """Works whose notices nobody looked for."""
        return self._asked("w.doi is not null" + ("" if again else " and w.checked is null"), limit)

    def uncounted(self, *, limit: int | None = None, again: bool = False) -> list[str]:
        """Works of which it is not told how many others cite them."""
        return self._asked("w.doi is not null" + ("" if again else " and w.known_by is null"), limit)

    def _asked(self, where: str, limit: int | None) -> list[str]:
        rows = self._db.query(
            "select w.id from works w left join (select cited_work, count(*) n from shown group by 1) c on c.cited_work = w.id "
            f"where {where} order by coalesce(c.n, 0) desc, w.id limit ?",
            [-1 if limit is None else limit],
        )
        return [r["id"] for r in rows]

    # ---- what is told

    def notices(self, work: str, notices: Sequence[Notice] | None) -> None:
        """Keep the notices on a work; None where the service does not know the work, which then stays *not checked*."""
        kept = None if notices is None else _json(notices)
        self._set(work, {"notices": kept, "checked": now()})

    def count(self, work: str, citing: int | None, *, by: str) -> None:
        """Keep how many works are known to cite one; None where ``by`` does not tell."""
        self._set(work, {"known_citing": citing, "known_by": by})

    def no_doi(self, work: str) -> None:
        """Note that a work was asked about and no DOI fits."""
        self._set(work, {"doi_asked": now()})

    def doi(self, work: str, doi: str, *, method: str, score: float) -> str:
        """Note that a work without DOI has this one; the id under which it then stands.

        Where another work has the DOI, the two are joined. Its entries remember ``method`` and ``score``.
        """
        with self._db.atomic():
            self._db.execute(
                "update entries set method = ?, score = ? where work = ? and doi is null", [method, score, work]
            )
            for other in self._works.by_doi([doi]).values():
                self.join(other.id, work, method=method, score=score)
                return other.id
            self._set(work, {"doi": doi, "doi_asked": now()})
        return work

    # ---- versions

    def versions(self, work: str) -> list[str]:
        """The DOIs of other versions of a work."""
        return [r["doi"] for r in self._db.query("select doi from aliases where work = ? order by 1", [work])]

    def version(self, work: str, doi: str, *, published: bool, method: str, score: float) -> tuple[str, bool]:
        """Note that ``doi`` is another version of a work, the ``published`` one or a preprint; the id under which both then
        stand, and whether two works were joined. The published version's DOI becomes the work's own.
        """
        mine, other = self._works.get(work), self._works.by_doi([doi]).get(doi)
        if mine is None or (other is not None and other.id == work):
            return work, False
        with self._db.atomic():
            if other is not None:
                keep, drop = (other.id, work) if published else (work, other.id)
                self.join(keep, drop, method=method, score=score)
                return keep, True
            if published and mine.doi:
                self._alias(mine.doi, work, method=method, score=score)
                self._set(work, {"doi": doi, "checked": None, "notices": None})
            else:
                self._alias(doi, work, method=method, score=score)
        return work, False

    def join(self, keep: str, drop: str, *, method: str, score: float) -> None:
        """Make one work of two: all that was said of ``drop``, and by it, counts for ``keep``, and of two articles one."""
        kept, dropped = self._works.get(keep), self._works.get(drop)
        if kept is None or dropped is None or keep == drop:
            return
        with self._db.atomic():
            own = [r["digest"] for r in self._db.query("select digest from documents where work = ?", [keep])]
            for table, column in NAMING:  # the catalogue holds each work once
                self._db.execute(f"update or ignore {table} set {column} = ? where {column} = ?", [keep, drop])
            self._db.execute("delete from catalogue where work = ?", [drop])
            self._db.execute("delete from works where id = ?", [drop])
            self._works.complete(keep, dropped.facts, dropped.abstract)
            if dropped.doi and dropped.doi != kept.doi:
                self._alias(dropped.doi, keep, method=method, score=score)
            if dropped.notices:
                both = dict.fromkeys((*(kept.notices or ()), *dropped.notices))
                self.notices(keep, sorted(both, key=lambda n: _GRAVEST.index(n.kind)))
            self._documents.settle(keep, rather=own)
            Corrections(self._db).reattach()  # of two articles one is shown now, with the labels of both

    def _set(self, work: str, values: dict[str, Any]) -> None:
        """Write columns of a work; nothing where it is gone meanwhile."""
        with writing(self._db):
            update_row(self._db, "works", work, values)

    def _alias(self, doi: str, work: str, *, method: str, score: float) -> None:
        self._db.table("aliases").insert(
            {"doi": doi, "work": work, "method": method, "score": score, "at": now()}, replace=True
        )


def _json(notices: Sequence[Notice]) -> str:
    return json.dumps([[n.kind.value, n.doi, n.date, n.source] for n in notices])
