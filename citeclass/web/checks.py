"""Reference checks in the background: one at a time, each manuscript in a process of its own, results kept in memory."""

import hashlib
import logging
import tempfile
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from citeclass.errors import CiteclassError, UsageError
from citeclass.pipeline import Libraries, ReferenceCheck, check_references, read_manuscript
from citeclass.reading import reader_for
from citeclass.records import Stance
from citeclass.web.settings import Settings
from citeclass.web.shapes import Status, Task

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
    error: str | None = None

    def shape(self) -> Task:
        """In scite's shape."""
        return Task(
            id=self.id, status=self.status, error=self.error, result=result_of(self.found) if self.found else None
        )


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

        Raises :class:`UsageError` for what is no article, or where too many wait.
        """
        if len(data) > self._settings.upload_bytes:
            raise UsageError(f"at most {self._settings.upload_bytes // 2**20} MB are taken", fix="send a smaller file")
        if reader_for(data) is None:
            raise UsageError("the file is neither PDF nor an article in XML", fix="send a PDF, JATS or TEI file")
        id = hashlib.sha256(b"reference check " + data).hexdigest()[:32]
        with self._lock:
            known = self._checks.get(id)
            if known is not None and known.status != "FAILURE":
                return known
            if sum(c.status in ("PENDING", "STARTED") for c in self._checks.values()) >= _WAITING:
                raise UsageError("too many manuscripts wait to be checked", fix="try again in a few minutes")
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
                extraction = read_manuscript(path, limits=self._settings.limits)
                check.found = check_references(
                    library.store, extraction, classifier=library.classifier, point=self._settings.point
                )
            check.status = "SUCCESS"
        except CiteclassError as error:
            check.error = f"{error}; {error.fix}" if error.fix else str(error)
            check.status = "FAILURE"
        except Exception:
            _LOG.exception("a reference check failed")
            check.error, check.status = "an error in citeclass; the server's log has it", "FAILURE"

    def close(self) -> None:
        """Take no more, and let what runs end."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def result_of(found: ReferenceCheck) -> dict[str, Any]:
    """A check in scite's words (citations, papers, tallies) with our fuller form beside them."""
    citations: list[dict[str, Any]] = []
    papers: dict[str, Any] = {}
    tallies: dict[str, Any] = {}
    for checked in found.references:
        r, work, t = checked.reference, checked.work, checked.tally
        name = (work.doi if work else None) or r.doi or (work.id if work else f"reference {r.index + 1}")
        papers[name] = {"doi": name, "title": r.title, "year": r.year, "raw": r.raw}
        tallies[name] = {
            "doi": name, "total": t.total, "supporting": t.supporting, "contradicting": t.contrasting,
            "mentioning": t.mentioning, "unclassified": t.unclassified, "citingPublications": t.works,
        }  # fmt: skip
        for nth, (s, p) in enumerate(checked.statements, 1):
            kind = "contradicting" if p.type is Stance.CONTRASTING else p.type.value
            citations.append(
                {"id": s.id, "source": found.front.doi, "target": name, "type": kind, "typeConfidence": p.type_confidence,
                 "positive": p.supporting, "negative": p.contrasting, "neutral": p.mentioning, "snippet": s.snippet,
                 "section": s.section.value if s.section else None, "refLocation": f"b{r.index + 1}/{nth}"}
            )  # fmt: skip
    return {**found.to_json(), "citations": citations, "papers": papers, "tallies": tallies}
