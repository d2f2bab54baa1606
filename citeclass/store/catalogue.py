"""The catalogue: works that a reference manager told of, and what it told of the article at a path."""

import json
from collections.abc import Iterator
from typing import Any

from sqlite_utils import Database

from citeclass.store.clock import now
from citeclass.store.many import fetch

_LACKING = "from catalogue c where not exists (select 1 from documents d where d.work = c.work)"


class Catalogue:
    """The tables of such works and of what was told of files; a work without a document is one whose full text is lacking."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, work: str, *, origin: str, path: str | None) -> None:
        """Note that ``origin`` (the export's name) told of a work, and where its file should lie."""
        self._db.table("catalogue").insert({"work": work, "origin": origin, "path": path, "at": now()}, replace=True)

    def tell(self, path: str, facts: dict[str, Any]) -> bool:
        """Keep what was told of the article at ``path``; whether it is other than what was told before."""
        text = json.dumps(facts, ensure_ascii=False, sort_keys=True)
        before = list(self._db.query("select facts from told where path = ?", [path]))
        if before and before[0]["facts"] == text:
            return False
        self._db.table("told").insert({"path": path, "facts": text}, replace=True)
        return True

    def told(self, path: str) -> dict[str, Any] | None:
        """What was told of the article at ``path``, if anything."""
        told = list(fetch(self._db, "select facts from told where path = ?", [path]))
        return dict(json.loads(told[0]["facts"])) if told else None

    def without_document(self) -> Iterator[str]:
        """The ids of works that no document in the library is."""
        for row in self._db.query(f"select c.work {_LACKING} order by 1"):
            yield str(row["work"])

    def count_without_document(self) -> int:
        """How many there are."""
        (row,) = self._db.query(f"select count(*) n {_LACKING}")
        return int(row["n"])
