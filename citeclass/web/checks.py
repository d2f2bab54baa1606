"""Reference checks in the background: one at a time, each manuscript in a process of its own, results kept in memory."""

import hashlib
import logging
import tempfile
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from starlette.exceptions import HTTPException

from citeclass.errors import CiteclassError
from citeclass.evidence import Direction, EvidenceStatement, Tally, tallies_of
from citeclass.pipeline import Libraries, ReferenceCheck, check_references, read_manuscript
from citeclass.reading import ReadOptions, reader_for
from citeclass.store import Work
from citeclass.web.settings import Settings
from citeclass.web.shapes import Status, Task, citation, name_of, paper

_LOG = logging.getLogger("citeclass.web")
_KEPT = 200  # results
_WAITING = 20  # manuscripts in line


@dataclass(slots=True)
class Check:
    """A check: ``status`` in scite's words, then ``found`` or ``error``."""

    id: str
    name: str
    status: Status = "PENDING"
    found: ReferenceCheck | None = None
    result: dict[str, Any] | None = None
    error: str | None = None

    def shape(self) -> Task:
        """In scite's shape."""
        return Task(id=self.id, status=self.status, error=self.error, result=self.result)


class Checks:
    """The checks of a server."""

    def __init__(self, libraries: Libraries, settings: Settings) -> None:
        self._libraries, self._settings = libraries, settings
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="check")
        self._checks: OrderedDict[str, Check] = OrderedDict()
        self._lock = Lock()

    def get(self, id: str) -> Check | None:
        """The check with this id."""
        with self._lock:
            return self._checks.get(id)

    def start(self, data: bytes, name: str) -> Check:
        """Put a manuscript in line; the same content again is the same check, unless it failed.

        The library's state is part of the id, so that a manuscript is checked anew once the library tells more, or other things. Raises 413
        for what is too large, 415 for what is no article, 503 where too many wait.
        """
        if len(data) > self._settings.upload_bytes:
            raise HTTPException(413, f"at most {self._settings.upload_bytes // 2**20} MB are taken")
        if reader_for(data) is None:
            raise HTTPException(415, "the file is neither PDF nor an article in XML (JATS, TEI)")
        with self._libraries.open() as library:
            state = f"{library.store.state()} {self._settings.model} "
        id = hashlib.sha256(b"reference check " + state.encode() + data).hexdigest()[:32]
        with self._lock:
            known = self._checks.get(id)
            if known is not None and known.status != "FAILURE":
                return known
            if sum(c.status in ("PENDING", "STARTED") for c in self._checks.values()) >= _WAITING:
                raise HTTPException(503, "too many manuscripts wait to be checked", headers={"retry-after": "60"})
            check = self._checks[id] = Check(id, name[-200:])
            while len(self._checks) > _KEPT:
                self._checks.popitem(last=False)
        self._pool.submit(self._run, check, data)
        return check

    def _run(self, check: Check, data: bytes) -> None:
        check.status = "STARTED"
        try:
            with tempfile.TemporaryDirectory(prefix="citeclass-") as folder, self._libraries.thinking() as library:
                path = Path(folder) / "manuscript"
                path.write_bytes(data)
                extraction = read_manuscript(
                    path, options=ReadOptions(max_bytes=self._settings.upload_bytes), limits=self._settings.limits
                )
                found = check_references(library.store, extraction, classifier=library.classifier, point=library.point)
                known = [r.work.id for r in found.references if r.work]
                check.result = result_of(found, tallies_of(library.store, known, direction=Direction.CITING))
                check.found = found
            check.status = "SUCCESS"
        except CiteclassError as error:
            check.error = f"{error}; {error.fix}" if error.fix else str(error)
            check.status = "FAILURE"
        except Exception:  # whoever waits must be told, whatever went wrong in the background
            _LOG.exception("a reference check failed")
            check.error, check.status = "an error in citeclass; the server's log has it", "FAILURE"

    def close(self) -> None:
        """Take no more, and let what runs end."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def result_of(found: ReferenceCheck, citing: Mapping[str, Tally]) -> dict[str, Any]:
    """A check in scite's shapes (citations, papers, tallies) with our fuller form beside them; ``citing``: what the known
    works say of others. The manuscript goes by its DOI or as ``manuscript``, a reference by its DOI, our id, or its place.
    """
    f = found.front
    source = Work("manuscript", f.title, f.authors, str(f.year) if f.year else None, f.doi, f.pmid, f.journal)
    papers, citations = {}, []
    for checked in found.references:
        r = checked.reference
        target = checked.work or Work(
            f"reference {r.index + 1}", r.title, r.authors, r.year, r.doi, r.pmid, r.container
        )
        papers[name_of(target)] = paper(target, checked.tally, citing.get(target.id, Tally()))
        citations += [
            citation(EvidenceStatement(s, p, source, target), nth=nth)
            for nth, (s, p) in enumerate(checked.statements, 1)
        ]
    return {
        **found.to_json(),
        "citations": [c.model_dump() for c in citations],
        "papers": {name: p.model_dump() for name, p in papers.items()},
        "tallies": {name: p.tally.model_dump() for name, p in papers.items()},
    }
