"""How much of the library stands behind an answer, so that a zero can be read."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from citeclass.store import Store, Work


class Status(StrEnum):
    """What the library knows of a work."""

    PROCESSED = "processed"
    FAILED = "failed"
    NO_FULL_TEXT = "no full text"
    REFERENCE_ONLY = "known from reference lists only"
    NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Coverage:
    """``status`` of the work itself, and what the library holds besides.

    ``listed_by``: documents whose reference list has the work; ``cited_by``: those with a callout tied
    to it. ``documents`` and ``failed`` count the library's files, ``no_full_text`` the works it was told of (see ``citeclass
    import``) and could not read; ``unlinked`` the callouts in it that could not be tied to any reference, some of which may
    mean this work. ``known_citing``: how many works ``known_by`` (OpenAlex, OpenCitations) knows to cite it, None where nobody
    asked; ``cited_by`` of them were processed here. ``unclassified_because`` counts the reasons of unclassified statements, ``expert`` the statements a
    person labelled. ``model`` judged the rest, at ``operating_point``.
    """

    status: Status
    listed_by: int
    cited_by: int
    documents: int
    failed: int
    no_full_text: int
    unlinked: int
    unclassified_because: dict[str, int]
    expert: int
    known_citing: int | None = None
    known_by: str | None = None
    model: str | None = None
    operating_point: str | None = None

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)


def coverage_of(store: Store, work: Work | None) -> Coverage:
    """The coverage behind an answer about ``work`` (None: a work the library does not know)."""
    db, key = store.db, work.id if work else ""

    def count(query: str, *values: str) -> int:
        return int(next(db.query(query, values))["n"])

    because = db.query(
        "select coalesce(p.note, 'not classified yet') why, count(*) n from shown v left join predictions p "
        "on p.statement = v.statement and p.model = ? where v.cited_work = ? and v.stance = 3 group by 1",
        [store.predictions.current_model or "", key],
    )
    return Coverage(
        status=_status(store, work),
        listed_by=count(
            "select count(distinct document) n from entries where work = ? "
            "and document not in (select digest from documents where duplicate_of is not null)",
            key,
        ),
        cited_by=count("select count(distinct source_work) n from shown where cited_work = ?", key),
        documents=count("select count(*) n from documents where duplicate_of is null"),
        failed=count("select count(*) n from failures where partial = 0"),
        no_full_text=store.catalogue.count_without_document(),
        unlinked=count("select count(*) n from shown where cited_work is null"),
        unclassified_because={str(r["why"]): int(r["n"]) for r in because},
        expert=count("select coalesce(sum(expert), 0) n from shown where cited_work = ?", key),
        known_citing=work.known_citing if work else None,
        known_by=work.known_by if work else None,
        model=store.predictions.current_model,
        operating_point=store.predictions.current_point,
    )


def _status(store: Store, work: Work | None) -> Status:
    if work is None:
        return Status.NOT_KNOWN
    if next(store.db.query("select 1 from documents where work = ?", [work.id]), None):
        return Status.PROCESSED
    told = next(
        store.db.query(
            "select f.path failed from catalogue c left join failures f on f.path = c.path where c.work = ?", [work.id]
        ),
        None,
    )
    if told is None:
        return Status.REFERENCE_ONLY
    return Status.FAILED if told["failed"] else Status.NO_FULL_TEXT
