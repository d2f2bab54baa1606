"""Opening a library, and its parts in one place."""

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from types import TracebackType

from sqlite_utils import Database

from citeclass.errors import LibraryTooNew, NotALibrary, StoreError
from citeclass.records import Extraction, OperatingPoint, Prediction
from citeclass.store.audits import Audits
from citeclass.store.catalogue import Catalogue
from citeclass.store.corrections import Corrections
from citeclass.store.documents import Documents
from citeclass.store.explanations import Explanations
from citeclass.store.failures import Failures
from citeclass.store.many import writing
from citeclass.store.migrations import migrations
from citeclass.store.predictions import Predictions
from citeclass.store.told import Told
from citeclass.store.trouble import advice
from citeclass.store.works import Works

_BUSY_SECONDS = 30
_BUSY_PAUSE = 0.05
_PAGE = 16 * 1024  # a tenth less to write and to keep than with SQLite's own 4 KB
_CACHE_KB = 16 * 1024  # of pages kept in memory
_FORMS = 512  # of statements that SQLite need not take in anew: rows are written so many at a time as there are


class Store:
    """An open library. ``works``, ``documents``, ``predictions``, ``failures``, ``corrections``,
    ``explanations``, ``catalogue``, ``audits`` and ``told`` are its parts.

    One process writes at a time; readers are not disturbed (write-ahead log). A store may be handed from thread to thread,
    but is used by one at a time.
    """

    def __init__(self, path: str | Path, *, must_exist: bool = False) -> None:
        """Open ``path`` (``:memory:`` for none), migrating it, and creating it unless it ``must_exist``.

        Raises :class:`NotALibrary`, :class:`LibraryTooNew`, or :class:`StoreError` where it cannot be opened.
        """
        self.path = str(path)
        try:
            if must_exist and not Path(path).is_file():
                raise StoreError(
                    f"there is no library at {path}", fix=f"make one with `citeclass classify papers/ --db {path}`"
                )
            connection = sqlite3.connect(
                self.path, timeout=_BUSY_SECONDS, check_same_thread=False, cached_statements=_FORMS
            )
            self.db = Database(connection)
            self._check()
            self.db.execute(f"pragma page_size = {_PAGE}")  # told to a new file alone
            self._log_ahead()
            self.db.execute(f"pragma cache_size = -{_CACHE_KB}")
            self.db.execute("pragma temp_store = memory")  # what may be undone: in a file it takes a quarter more
            self._migrate()
        except (NotALibrary, LibraryTooNew):
            self.db.close()
            raise
        except sqlite3.DatabaseError as error:
            if "not a database" in str(error):
                raise NotALibrary(f"{path} is no citeclass library", fix="give another --db path") from error
            old = "it must be brought up to date once, and " if "readonly" in str(error) else ""
            raise StoreError(f"cannot open {path}: {old}{error}", fix=advice(error)) from error
        self.works = Works(self.db)
        self.documents = Documents(self.db, self.works)
        self.predictions = Predictions(self.db)
        self.failures = Failures(self.db)
        self.corrections = Corrections(self.db)
        self.explanations = Explanations(self.db)
        self.catalogue = Catalogue(self.db)
        self.audits = Audits(self.db)
        self.told = Told(self.db, self.works, self.documents)

    def state(self) -> str:
        """Letters that differ once the library would answer otherwise: after another document, judgement, label or notice."""
        rows = self.db.query(
            "select (select count(*) || max(added) from documents) d, (select count(*) || max(at) from corrections) c, "
            "(select count(*) from predictions) p, (select max(checked) || count(*) from works) n, (select count(*) from aliases) a"
        )
        shown = self.db.query("select stance, count(*) n from shown group by 1 order by 1")
        judged = (self.predictions.current_model, self.predictions.current_point)
        return " ".join(map(str, (*next(rows).values(), *((r["stance"], r["n"]) for r in shown), *judged)))

    def _log_ahead(self) -> None:
        """Switch the write-ahead log on. Unlike all else that is asked of SQLite this does not wait for other processes."""
        until = time.monotonic() + _BUSY_SECONDS
        while True:
            try:
                return self.db.enable_wal()
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > until:
                    raise
                time.sleep(_BUSY_PAUSE)

    def _migrate(self) -> None:
        """Bring the schema up to date, all or nothing; what another process has done meanwhile is not done again."""
        if not migrations.pending(self.db):
            return
        self.db.execute("begin immediate")
        try:
            migrations.apply(self.db)
            self.db.execute("commit")
        except BaseException:
            if self.db.conn.in_transaction:
                self.db.execute("rollback")
            raise

    def _check(self) -> None:
        tables = set(self.db.table_names())
        if tables and "_sqlite_migrations" not in tables:
            raise NotALibrary(f"{self.path} is another program's database", fix="give another --db path")
        known = {m.name for m in migrations._migrations}
        newer = {m.name for m in migrations.applied(self.db)} - known
        if newer:
            raise LibraryTooNew(
                f"{self.path} was written by a later citeclass ({', '.join(sorted(newer))})",
                fix="pip install -U citeclass",
            )

    def together(self) -> AbstractContextManager[None]:
        """One transaction for all that is written in the block: all of it is kept, or nothing."""
        return writing(self.db)

    def keep(self, extraction: Extraction, predictions: Iterable[Prediction], *, point: OperatingPoint) -> int:
        """Store a document with what was said of its statements at ``point``, in one transaction; how many statements count."""
        with self.together():
            kept = self.documents.put(extraction)
            self.predictions.put([p for p in predictions if p.statement_id in kept], point=point)
        return len(kept)

    @contextmanager
    def in_bulk(self) -> Iterator[None]:
        """Much is written: a commit does not wait for the disk till the block's end.

        A killed process loses nothing by it. A power cut may take the last commits, whole (the log stays in order): what
        is written here must be such that the next run would write it again. Not to be used within a transaction. What an interruption
        left half written is rolled back.
        """
        try:
            self.db.execute("pragma synchronous = normal")
            yield
        finally:
            if self.db.conn.in_transaction:
                self.db.conn.rollback()
            self.db.execute("pragma synchronous = full")
        with suppress(sqlite3.OperationalError):  # it saves time later, and all is kept without it
            self.db.execute("pragma wal_checkpoint")

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
