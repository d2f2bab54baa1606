"""Failures: the files that could not be read, kept until they can."""

from collections.abc import Iterator

from sqlite_utils import Database

from citeclass.records import Failure, Reason
from citeclass.store.clock import now
from citeclass.store.many import insert_rows


class Failures:
    """The table of failures, one a path."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def put(self, failure: Failure) -> None:
        """Store a failure, replacing an earlier one of the same path."""
        row = {
            "path": failure.path, "digest": failure.digest, "reason": failure.reason, "message": failure.message,
            "fix": failure.fix, "partial": int(failure.partial), "at": now(),
        }  # fmt: skip
        insert_rows(self._db, "failures", [row], instead="or replace")

    def clear(self, path: str, *, partial: bool = True) -> None:
        """Forget the failure of a path that was read at last; ``partial`` False keeps a shortcoming."""
        self._db.execute("delete from failures where path = ? and (? or partial = 0)", [path, partial])

    def __iter__(self) -> Iterator[Failure]:
        for r in self._db.query("select * from failures order by path"):
            yield Failure(r["path"], Reason(r["reason"]), r["message"], r["fix"], r["digest"], bool(r["partial"]))
