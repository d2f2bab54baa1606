"""What services know of a library's works and the articles do not tell: DOIs of references, versions, notices, how often cited.

Each is asked only if the user allows it, and each answer is kept with how it was told.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from citeclass.corpora import crossref, openalex, opencitations
from citeclass.corpora.net import Net
from citeclass.errors import ServiceError
from citeclass.records import Notice, NoticeKind
from citeclass.resolving import SHORTEST, WorkFacts, best_match
from citeclass.store import Store, Work
from citeclass.text import normal_doi, squash

Watch = Callable[[str], None]

_GIVE_UP = 5  # works in a row that could not be asked about

_KINDS = {
    "retraction": NoticeKind.RETRACTION,
    "partial_retraction": NoticeKind.RETRACTION,
    "withdrawal": NoticeKind.RETRACTION,
    "removal": NoticeKind.RETRACTION,
    "expression_of_concern": NoticeKind.CONCERN,
    "correction": NoticeKind.CORRECTION,
    "corrigendum": NoticeKind.CORRECTION,
    "erratum": NoticeKind.CORRECTION,
    "addendum": NoticeKind.CORRECTION,
    "clarification": NoticeKind.CORRECTION,
}
"""Crossref's types of updates that are editorial notices; a new version or edition is none."""

_ORDER = list(NoticeKind)


class Ask(StrEnum):
    """What can be asked for."""

    DOIS = "dois"
    NOTICES = "notices"
    COUNTS = "counts"


@dataclass(slots=True)
class Enriched:
    """What was learnt: works ``asked`` about, references that got a DOI, works joined as versions of one another, works with
    notices, works with a count; and what could not be asked.
    """

    asked: int = 0
    dois: int = 0
    joined: int = 0
    noticed: int = 0
    counted: int = 0
    troubles: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def enrich(
    store: Store,
    net: Net,
    *,
    done: Enriched | None = None,
    what: Sequence[Ask] = tuple(Ask),
    limit: int | None = None,
    again: bool = False,
    watch: Watch = lambda _: None,
) -> Enriched:
    """Ask Crossref, OpenAlex and OpenCitations about the library's works, those with most statements first.

    ``limit``: at most so many works of each kind; ``again``: also those that were asked about before. What is learnt is kept work by work, so
    that a run that was stopped goes on. ``done`` is counted up and returned. Raises :class:`~citeclass.errors.ServiceError` where several works in a row cannot be asked about.
    """
    done = done or Enriched()
    if Ask.DOIS in what:
        _each(done, _without_doi(store, limit=limit, again=again), lambda w: _find_doi(store, net, w, done), watch)
    if Ask.NOTICES in what:
        _each(done, _unchecked(store, limit=limit, again=again), lambda w: _look_up(store, net, w, done), watch)
    if Ask.COUNTS in what:
        _each(done, _uncounted(store, limit=limit, again=again), lambda w: _count(store, net, w, done), watch)
    return done


def _each(done: Enriched, works: Sequence[str], ask: Callable[[str], None], watch: Watch) -> None:
    failed = 0
    for number, work in enumerate(works, 1):
        try:
            ask(work)
            failed = 0
        except ServiceError as error:
            done.troubles.append(f"{work}: {error}")
            failed += 1
            if failed >= _GIVE_UP:
                raise ServiceError(
                    f"{failed} works in a row could not be asked about, the last since {error}",
                    fix="run it again later; what was learnt is kept",
                ) from error
        done.asked += 1
        watch(f"{number} of {len(works)}: {work}")


def _works(store: Store, where: str, limit: int | None) -> list[str]:
    """Ids of works by number of statements, most first."""
    rows = store.db.query(
        f"select w.id from works w left join (select cited_work, count(*) n from shown group by 1) c on c.cited_work = w.id "
        f"where {where} order by coalesce(c.n, 0) desc, w.id limit ?",
        [-1 if limit is None else limit],
    )
    return [r["id"] for r in rows]


# ---- DOIs of references


def _without_doi(store: Store, *, limit: int | None, again: bool) -> list[str]:
    asked = "1" if again else "not exists (select 1 from entries e where e.work = w.id and e.method = 'not found')"
    return _works(
        store,
        f"w.doi is null and length(w.title) >= {SHORTEST} and exists (select 1 from entries e where e.work = w.id) and {asked}",
        limit,
    )


def _find_doi(store: Store, net: Net, id: str, done: Enriched) -> None:
    """Ask Crossref which work a printed reference is; only what also fits by title, author and year is taken."""
    work = store.works.get(id)
    if work is None:
        return  # joined to another in this run
    row = next(store.db.query("select raw from entries where work = ? order by length(raw) desc limit 1", [id]))
    offered = [
        (c.doi, WorkFacts(c.title, c.authors, str(c.year) if c.year else None, c.doi, container=c.journal))
        for c in crossref.candidates(net, row["raw"] or work.title or "")
        if c.doi
    ]
    match = best_match(work.facts, offered)
    if match is None or not _well_told(work):
        store.db.execute("update entries set method = 'not found' where work = ? and method is null", [id])
        store.db.conn.commit()
        return
    with store.db.atomic():
        store.works.give_doi(id, match.key, method="crossref", score=match.score)
    done.dois += 1


def _well_told(work: Work) -> bool:
    """Whether enough is known to take another's word: a title alone may be anyone's."""
    return bool(work.authors) and work.calendar_year is not None and len(squash(work.title)) >= SHORTEST


# ---- notices and versions


def _unchecked(store: Store, *, limit: int | None, again: bool) -> list[str]:
    return _works(store, f"w.doi is not null and {'1' if again else 'w.checked is null'}", limit)


def _look_up(store: Store, net: Net, id: str, done: Enriched) -> None:
    work = store.works.get(id)
    if work is None or work.doi is None:
        return
    told = crossref.work(net, work.doi)
    if told is None:
        return  # registered elsewhere (DataCite), so nobody was asked
    notices = tuple(notices_in(told))
    store.works.tell(id, notices=notices)
    done.noticed += bool(notices)
    for doi, is_published in versions_in(told):
        done.joined += _join_versions(store, work, doi, other_is_published=is_published)


def notices_in(told: dict[str, Any]) -> Iterator[Notice]:
    """The editorial notices on a work in Crossref's answer about it, gravest and then latest first, each once."""
    found: dict[tuple[NoticeKind, str | None], Notice] = {}
    for update in told.get("updated-by") or []:
        kind = _KINDS.get(str(update.get("type") or "").casefold().replace("-", "_"))
        if kind is not None:
            doi = normal_doi(update.get("DOI"))
            found.setdefault(
                (kind, doi), Notice(kind, doi, _day(update.get("updated")), update.get("source") or "crossref")
            )
    latest = sorted(found.values(), key=lambda n: n.date or "", reverse=True)
    yield from sorted(latest, key=lambda n: _ORDER.index(n.kind))


def _day(told: dict[str, Any] | None) -> str | None:
    parts = ((told or {}).get("date-parts") or [[]])[0]
    return "-".join(f"{int(p):02d}" for p in parts if p) or None


def versions_in(told: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """DOIs of other versions of a work, and whether each is the published one (else a preprint)."""
    for name, is_published in (("is-preprint-of", True), ("has-preprint", False)):
        for other in (told.get("relation") or {}).get(name) or []:
            doi = normal_doi(other.get("id")) if other.get("id-type", "doi") == "doi" else None
            if doi:
                yield doi, is_published


def _join_versions(store: Store, work: Work, doi: str, *, other_is_published: bool) -> bool:
    """Join a preprint and its published version, under the latter; whether both were in the library."""
    other = store.works.by_doi([doi]).get(doi)
    if other is not None and other.id == work.id:
        return False
    with store.db.atomic():
        if other is None:
            store.works.add_alias(doi, work.id, method="crossref", score=1.0)
            return False
        keep, drop = (other.id, work.id) if other_is_published else (work.id, other.id)
        store.works.join(keep, drop, method="crossref", score=1.0)
    return True


# ---- how often cited


def _uncounted(store: Store, *, limit: int | None, again: bool) -> list[str]:
    return _works(store, f"w.doi is not null and {'1' if again else 'w.known_citing is null'}", limit)


def _count(store: Store, net: Net, id: str, done: Enriched) -> None:
    work = store.works.get(id)
    if work is None or work.doi is None:
        return
    told = openalex.work(net, work.doi)
    count, by = (told or {}).get("cited_by_count"), "OpenAlex"
    if count is None:
        count, by = opencitations.citing(net, work.doi), "OpenCitations"
    if count is not None:
        store.works.tell(id, known_citing=int(count), known_by=by)
        done.counted += 1
