"""Corrections by people: they win over every model and survive every re-run."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rapidfuzz.fuzz import ratio
from sqlite_utils import Database

from citeclass.errors import UsageError
from citeclass.records import Stance
from citeclass.text import squash

NEAR = 90.0
"""Least similarity (0 to 100) of two sentences' letters and digits for a correction to move from one to the other."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's label. ``statement`` is None while the statement it was made for cannot be found again."""

    id: str
    statement: str | None
    type: Stance
    note: str | None
    by: str | None
    at: str
    sentence: str


class Corrections:
    """The table of corrections."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, statement: str, type: Stance, *, by: str | None = None, note: str | None = None) -> Correction:
        """Correct a statement, replacing an earlier correction of it.

        Raises :class:`UsageError` where there is no such statement.
        """
        rows = list(
            self._db.query(
                'select sentence, cited_work, source_work, "start" from statements where id = ?', [statement]
            )
        )
        if not rows:
            raise UsageError(
                f"no statement {statement!r} in this library", fix="take an id that `citeclass evidence` prints"
            )
        at = datetime.now(UTC).isoformat(timespec="microseconds")
        made = {
            "id": hashlib.sha256(f"correction {statement} {at}".encode()).hexdigest()[:16], "statement": statement,
            "type": type, "note": note, "by": by, "at": at, **rows[0],
        }  # fmt: skip
        with self._db.atomic():
            self._db.execute("delete from corrections where statement = ?", [statement])
            self._db.table("corrections").insert(made)
        return _correction(made)

    def remove(self, statement: str) -> bool:
        """Take the correction of a statement back; whether there was one."""
        with self._db.atomic():
            return self._db.execute("delete from corrections where statement = ?", [statement]).rowcount > 0

    def reattach(self) -> int:
        """Tie corrections whose statement is gone to the statement of the same citing work, cited work
        and near-equal sentence; how many could not be tied.
        """
        with self._db.atomic():
            self._db.execute(
                "update corrections set statement = null where statement not in (select id from statements)"
            )
            for row in list(self._db.query("select * from corrections where statement is null")):
                if (found := self._nearest(row)) is not None:
                    self._db.table("corrections").update(row["id"], {"statement": found})
        return len(self.detached())

    def detached(self) -> list[Correction]:
        """Corrections that wait for their statement."""
        return [
            _correction(r) for r in self._db.query("select * from corrections where statement is null order by at, id")
        ]

    def all(self) -> list[Correction]:
        """Every correction, oldest first."""
        return [_correction(r) for r in self._db.query("select * from corrections order by at, id")]

    def _nearest(self, row: dict[str, Any]) -> str | None:
        wanted, best = squash(row["sentence"]), (NEAR, 0, "")
        for other in self._db.query(
            'select id, sentence, "start" from statements where source_work = ? and cited_work is ? '
            "and id not in (select statement from corrections where statement is not null)",
            [row["source_work"], row["cited_work"]],
        ):
            # of several callouts in one sentence the one at the same place
            away = 0 if row["start"] is None else abs(other["start"] - row["start"])
            best = max(best, (ratio(wanted, squash(other["sentence"])), -away, other["id"]))
        return best[2] or None


def _correction(r: dict[str, Any]) -> Correction:
    return Correction(r["id"], r["statement"], Stance(r["type"]), r["note"], r["by"], r["at"], r["sentence"])
