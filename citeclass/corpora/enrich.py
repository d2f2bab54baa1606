"""What services know of a library's works and the articles do not tell: DOIs of references, versions, notices, how often cited.

Each is asked only if the user allows it, and each answer is kept with how it was told.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any

from citeclass.corpora import crossref, openalex, opencitations
from citeclass.corpora.net import Net, shaped_like
from citeclass.errors import ServiceError
from citeclass.records import Notice, NoticeKind
from citeclass.resolving import WorkFacts, best_match
from citeclass.store import Store, Work
from citeclass.text import normal_doi

Watch = Callable[[str], None]

_GIVE_UP = 5  # works in a row that could not be asked about

_KINDS = {
    "retraction": NoticeKind.RETRACTION,
    "partial_retraction": NoticeKind.PARTIAL,
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

    ``limit``: at most so many works of each kind; ``again``: also those that were asked about before, and asking anew in place of looking
    into the cache. What is learnt is kept work by work, so
    that a run that was stopped goes on. ``done`` is counted up and returned. Raises :class:`~citeclass.errors.ServiceError` where several works in a row cannot be asked about.
    """
    done = done or Enriched()
    told = store.told
    for kind, waiting, ask in (
        (Ask.DOIS, told.without_doi, _find_doi),
        (Ask.NOTICES, told.unchecked, _look_up),
        (Ask.COUNTS, told.uncounted, _count),
    ):
        if kind in what:
            step = partial(ask, store, net, done=done, kept=not again)
            _each(done, waiting(limit=limit, again=again), step, watch)
    return done


def _each(done: Enriched, works: Sequence[str], ask: Callable[[str], None], watch: Watch) -> None:
    failed = 0
    for number, work in enumerate(works, 1):
        try:
            with shaped_like("a service"):
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


def _find_doi(store: Store, net: Net, id: str, done: Enriched, *, kept: bool) -> None:
    """Ask Crossref which work a printed reference is; only what also fits by title, author and year is taken."""
    work = store.works.get(id)
    if work is None:
        return  # joined to another in this run
    offered = [
        (c.doi, WorkFacts(c.title, c.authors, str(c.year) if c.year else None, c.doi, container=c.journal))
        for c in crossref.candidates(net, _printed(work), kept=kept)
        if c.doi
    ]
    match = best_match(work.facts, offered)
    if match is None:
        store.told.no_doi(id)
        return
    store.told.doi(id, match.key, method="crossref", score=match.score)
    done.dois += 1


def _printed(work: Work) -> str:
    """A work as a reference list prints it."""
    names = ", ".join(str(a) for a in work.authors[:6])
    return ". ".join(p for p in (f"{names} ({work.year})", work.title, work.container) if p)


def _look_up(store: Store, net: Net, id: str, done: Enriched, *, kept: bool) -> None:
    """Notices and versions of a work; what is told is kept all together."""
    work = store.works.get(id)
    if work is None or work.doi is None:
        return
    told = crossref.work(net, work.doi, kept=kept)
    if told is None:
        store.told.notices(id, None)  # registered elsewhere (DataCite), so nobody was asked
        return
    with store.db.atomic():
        notices = tuple(notices_in(told))
        store.told.notices(id, notices)
        for doi, is_published in versions_in(told):
            id, joined = store.told.version(id, doi, published=is_published, method="crossref", score=1.0)
            done.joined += joined
    done.noticed += bool(notices)


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


def _count(store: Store, net: Net, id: str, done: Enriched, *, kept: bool) -> None:
    work = store.works.get(id)
    if work is None or work.doi is None:
        return
    told = openalex.work(net, work.doi, kept=kept)
    count, by = (told or {}).get("cited_by_count"), "OpenAlex"
    if count is None:
        count, by = opencitations.citing(net, work.doi, kept=kept), "OpenCitations"
    store.told.count(id, count, by=by)
    done.counted += count is not None
