"""The catalogue: works that a reference manager told of, with the file it named for each."""

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlite_utils import Database


class Catalogue:
    """The table of such works; a work without a document is one whose full text the library lacks."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, work: str, *, origin: str, path: str | None) -> None:
        """Note that ``origin`` (the export's name) told of a work, and where its file should lie."""
        self._db.table("catalogue").insert(
            {"work": work, "origin": origin, "path": path, "at": datetime.now(UTC).isoformat(timespec="seconds")},
            replace=True,
        )

    def without_document(self) -> Iterator[str]:
        """The ids of works that no document in the library is."""
        for row in self._db.query(
            "select c.work from catalogue c where not exists (select 1 from documents d where d.work = c.work) order by 1"
        ):
            yield str(row["work"])
