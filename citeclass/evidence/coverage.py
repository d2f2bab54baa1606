"""How much of the library stands behind an answer, so that a zero can be read."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from citeclass.store import Store, Work


class Status(StrEnum):
    """What the library knows of a work."""

    PROCESSED = "processed"
    REFERENCE_ONLY = "known from reference lists only"
    NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Coverage:
    """``status`` of the work itself, and what the library holds besides.

    ``listed_by``: documents whose reference list has the work; ``cited_by``: those with a callout tied
    to it. ``documents`` and ``failed`` count the library's files; ``unlinked`` the callouts in it that
    could not be tied to any reference, some of which may mean this work. ``unclassified_because`` counts the reasons
    of unclassified statements, ``expert`` the statements a person labelled.
    """

    status: Status
    listed_by: int
    cited_by: int
    documents: int
    failed: int
    unlinked: int
    unclassified_because: dict[str, int]
    expert: int

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)


_COUNTED = "select digest from documents where duplicate_of is null"


def coverage_of(store: Store, work: Work | None) -> Coverage:
    """The coverage behind an answer about ``work`` (None: a work the library does not know)."""
    db, key = store.db, work.id if work else ""

    def count(query: str, *values: str) -> int:
        return int(next(db.query(query, values))["n"])

    processed = count("select count(*) n from documents where work = ?", key)
    status = Status.NOT_KNOWN if work is None else Status.PROCESSED if processed else Status.REFERENCE_ONLY
    because = db.query(
        "select coalesce(p.note, 'not classified yet') why, count(*) n from statements s left join predictions p "
        "on p.statement = s.id and p.model = ? where s.cited_work = ? and (p.type is null or p.type = 'unclassified') group by 1",
        [store.predictions.current_model or "", key],
    )
    return Coverage(
        status=status,
        listed_by=count(
            f"select count(distinct document) n from entries where work = ? and document in ({_COUNTED})", key
        ),
        cited_by=count("select count(distinct document) n from statements where cited_work = ?", key),
        documents=count(f"select count(*) n from ({_COUNTED})"),
        failed=count("select count(*) n from failures where partial = 0"),
        unlinked=count("select count(*) n from statements where cited_work is null"),
        unclassified_because={str(r["why"]): int(r["n"]) for r in because},
        expert=count(
            "select count(*) n from corrections c join statements s on s.id = c.statement where s.cited_work = ?", key
        ),
    )
