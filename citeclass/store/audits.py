"""Audits: statements drawn to be read by people, and what each reader judged them to be."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from citeclass.records import Stance
from citeclass.store.clock import now


@dataclass(frozen=True, slots=True)
class Audit:
    """A draw: of each stratum (a stance that ``model`` gave) how many statements there were; its name."""

    name: str
    model: str
    strata: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader (``by``) took a statement for; ``note`` says why; ``certainty``: 3 clear, 2 likely, 1 a guess."""

    statement: str
    by: str
    type: Stance
    note: str | None = None
    certainty: int = 3


class Audits:
    """The tables of audits, draws and judgements."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, audit: Audit, drawn: Mapping[str, str]) -> None:
        """Keep a new audit with its draw: the stratum of each statement's id."""
        with self._db.atomic():
            self._db.table("audits").insert(
                {"name": audit.name, "model": audit.model, "strata": json.dumps(dict(audit.strata)), "at": now()}
            )
            self._db.table("draws").insert_all(
                {"audit": audit.name, "statement": id, "stratum": stratum} for id, stratum in drawn.items()
            )

    def get(self, name: str) -> Audit | None:
        """The audit of that name."""
        rows = list(self._db.query("select * from audits where name = ?", [name]))
        return Audit(rows[0]["name"], rows[0]["model"], json.loads(rows[0]["strata"])) if rows else None

    def names(self) -> list[str]:
        """All audits, oldest first."""
        return [r["name"] for r in self._db.query("select name from audits order by at, name")]

    def drawn(self, name: str) -> dict[str, str]:
        """The stratum of each statement of an audit."""
        rows = self._db.query("select statement, stratum from draws where audit = ? order by 1", [name])
        return {r["statement"]: r["stratum"] for r in rows}

    def judge(self, name: str, readings: Iterable[Reading]) -> int:
        """Keep what readers judged, over what the same reader judged before; how many there were."""
        rows = [
            {
                "audit": name, "statement": r.statement, "by": r.by, "type": r.type.value, "certainty": r.certainty,
                "note": r.note, "at": now(),
            }
            for r in readings
        ]  # fmt: skip
        self._db.table("judgements").insert_all(rows, replace=True)
        return len(rows)

    def readings(self, name: str) -> list[Reading]:
        """All judgements of an audit, by statement and reader."""
        rows = self._db.query("select * from judgements where audit = ? order by statement, by", [name])
        return [Reading(r["statement"], r["by"], Stance(r["type"]), r["note"], r["certainty"]) for r in rows]
