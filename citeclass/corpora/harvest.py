"""Gathering a corpus: search the services, judge what they tell, fetch the open full texts, keep where each came from."""

import hashlib
import json
import os
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from citeclass.corpora import crossref, europepmc, openalex, unpaywall
from citeclass.corpora.definition import Corpus
from citeclass.corpora.folder import articles_of
from citeclass.corpora.found import Found, Offer, Service, level_licence
from citeclass.corpora.manifest import Entry, Manifest, SearchState, State
from citeclass.corpora.net import Net
from citeclass.corpora.relevance import Judgement, judge
from citeclass.errors import ServiceError
from citeclass.store.clock import now

SEARCHED: dict[Service, ModuleType] = {
    Service.EUROPE_PMC: europepmc,
    Service.OPENALEX: openalex,
    Service.CROSSREF: crossref,
}
"""The services that can be searched, each a module with ``queries`` and ``search``."""

USUAL = (Service.EUROPE_PMC, Service.CROSSREF)

UNASKED = "Unpaywall was not asked: it wants an e-mail address, and answers"
"""What is noted of an article without an open text that Unpaywall may know of."""

_GIVE_UP = 5  # failures in a row after which services are taken to be down
_DOWN = 2  # queries in a row that a service did not answer
_MOST_PAGES = 2000  # of one query; a service that never ends must not keep us
_TRIES = 4  # runs in which a file that fails is tried
_STALE = 3600.0  # seconds after which a part of a file is of a run that was killed

Watch = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Home:
    """The folder in which a corpus is gathered."""

    path: Path

    @property
    def manifest(self) -> Path:
        """What is known, and how far the work has come."""
        return self.path / "manifest.db"

    @property
    def cache(self) -> Path:
        """Services' answers about single works."""
        return self.path / "cache.db"

    @property
    def articles(self) -> Path:
        """The full texts."""
        return self.path / "articles"

    @property
    def works(self) -> Path:
        """All relevant works as CSL-JSON with their files: what ``citeclass import`` takes."""
        return self.path / "works.json"


def planned(corpus: Corpus, services: Sequence[Service] = USUAL) -> Iterator[tuple[Service, str, str]]:
    """Service, name and text of each query that a search asks."""
    for service in services:
        for name, query in SEARCHED[service].queries(corpus):
            yield service, name, query


def search(
    corpus: Corpus,
    manifest: Manifest,
    net: Net,
    *,
    services: Sequence[Service] = USUAL,
    enough: int | None = None,
    watch: Watch = lambda _: None,
) -> list[str]:
    """Ask all queries that are not done, page by page, into the manifest; what could not be asked, as messages.

    ``enough``: stop once so many articles wait to be fetched. A query that fails is left where it is, for the next run; a service that
    does not answer two queries in a row is not asked further in this one.
    """
    manifest.judge_all(corpus.model_dump_json(), partial(judge_article, corpus))
    troubles: list[str] = []
    failed: Counter[Service] = Counter()
    for service, name, query in planned(corpus, services):
        if failed[service] >= _DOWN:
            continue
        state = manifest.search_state(service, name, query)
        while not state.done:
            if enough is not None and len(list(fetchable(corpus, manifest))) >= enough:
                return troubles
            try:
                state = _next_page(corpus, manifest, net, service, state, query)
                failed[service] = 0
            except ServiceError as error:
                troubles.append(f"{service.value}, {name}: {error}")
                failed[service] += 1
                break
            watch(f"{service.value}, {name}: {state.seen} of {state.total if state.total is not None else '?'}")
            if state.pages >= _MOST_PAGES:
                troubles.append(f"{service.value}, {name}: stopped after {state.pages} pages")
                break
    return troubles


def _next_page(
    corpus: Corpus, manifest: Manifest, net: Net, service: Service, state: SearchState, query: str
) -> SearchState:
    try:
        page = SEARCHED[service].search(net, query, cursor=state.following)
    except ServiceError as error:
        if error.status == 400 and state.following:
            manifest.restart_search(state)  # cursors do not live for long
        raise
    after = manifest.take_page(state, query, page, partial(judge_article, corpus))
    if page.following is None and not after.done:
        raise ServiceError(
            f"the search ended after {after.seen} of {after.total} articles", fix="run it again; what was found is kept"
        )
    return after


def fetchable(corpus: Corpus, manifest: Manifest) -> Iterator[Entry]:
    """The articles that wait to be fetched and that somebody offers."""
    return (e for e in manifest.entries(State.FOUND) if _open_offers(corpus, e.found))


def judge_article(corpus: Corpus, found: Found) -> Judgement:
    """Whether an article that was found belongs."""
    return judge(
        corpus.relevance, title=found.title, abstract=found.abstract,
        core_journal=bool(corpus.core_issns.intersection(found.issns)),
    )  # fmt: skip


def take_folder(
    corpus: Corpus, manifest: Manifest, folder: Path, *, everything: bool = False, watch: Watch = lambda _: None
) -> None:
    """Take in the articles of a folder of one's own. ``everything``: also those that the rules would leave out."""
    judge_it = partial(judge_article, corpus)
    known = {e.sha256: e for e in manifest.entries(State.FETCHED)}
    for path, digest, found in articles_of(folder, known=frozenset(d for d in known if d)):
        entry = known[digest] if found is None else manifest.add(found, judge_it, query=f"folder: {folder.name}")
        if found is None or everything or entry.relevant:
            manifest.put(
                replace(
                    entry, state=State.FETCHED, relevant=True, file=str(path), sha256=digest, url=path.as_uri(),
                    service=Service.FOLDER.value,
                )
            )  # fmt: skip
        watch(path.name)


def fetch(
    corpus: Corpus, manifest: Manifest, net: Net, home: Home, *, limit: int | None = None, watch: Watch = lambda _: None
) -> list[str]:
    """Fetch the full texts of relevant articles under open licences, at most ``limit``; what failed, as messages.

    Each file is written whole or not at all. Raises :class:`~citeclass.errors.ServiceError` where several articles in a row fail since
    services are down.
    """
    home.articles.mkdir(parents=True, exist_ok=True)
    _clear_parts(home.articles)
    _clear_parts(home.path)
    fetching = _Fetching(corpus, net, home)
    gone = (e for e in manifest.entries(State.FETCHED) if e.file and not (home.articles / e.file).is_file())
    failed = list(manifest.entries(State.FAILED))
    closed = manifest.entries(State.CLOSED, State.UNAVAILABLE)
    waiting = [
        *gone, *manifest.entries(State.FOUND), *(e for e in failed if e.tries < _TRIES),
        *(e for e in closed if e.error == UNASKED and net.email),
    ]  # fmt: skip
    done = in_a_row = 0
    for entry in waiting:
        if limit is not None and done >= limit:
            break
        after = fetching.of(entry)
        manifest.put(after)
        done += after.state is State.FETCHED
        in_a_row = in_a_row + 1 if fetching.down else 0
        if in_a_row >= _GIVE_UP:
            raise ServiceError(
                f"{in_a_row} articles in a row could not be fetched, the last since {after.error}",
                fix="run it again later; what was fetched is kept",
            )
        watch(f"{after.state.value}: {after.found.title or after.key}")
    if given_up := sum(e.tries >= _TRIES for e in failed):
        fetching.troubles.append(
            f"{given_up} articles failed in {_TRIES} runs and are not tried any more: see their errors by --articles"
        )
    return fetching.troubles


class _Fetching:
    """One run of fetching: what failed, and whether the last article failed since a service is ``down``."""

    def __init__(self, corpus: Corpus, net: Net, home: Home) -> None:
        self._corpus, self._net, self._home = corpus, net, home
        self._unpaywall = bool(net.email)  # it wants an address
        self.troubles: list[str] = []
        self.down = False

    def of(self, entry: Entry) -> Entry:
        """The entry after trying to fetch its full text."""
        self.down, trouble, refused = False, None, False
        for offer in self._offers(entry):
            try:
                body = self._net.file(offer.url, kind=offer.kind)
            except ServiceError as error:
                trouble, self.down = str(error), error.status is None
                continue
            if body is None:
                continue
            licence = offer.licence or licence_of(body)
            if _is_open(self._corpus, licence):
                self.down = False
                return self._kept(entry, offer, body, licence)
            refused = True
        if trouble is not None:
            self.troubles.append(f"{entry.key}: {trouble}")
            return replace(entry, state=State.FAILED, error=trouble, tries=entry.tries + 1)
        is_open = not refused and _is_open(self._corpus, entry.found.licence)
        unasked = None if self._unpaywall else UNASKED
        return replace(entry, state=State.UNAVAILABLE if is_open else State.CLOSED, error=unasked)

    def _kept(self, entry: Entry, offer: Offer, body: bytes, licence: str | None) -> Entry:
        name = f"{_file_name(entry.key)}.{offer.kind}"
        _write(self._home.articles / name, body)
        return replace(
            entry, state=State.FETCHED, file=name, sha256=hashlib.sha256(body).hexdigest(), url=offer.url,
            service=offer.service.value, licence=licence, fetched=now(), error=None,
        )  # fmt: skip

    def _offers(self, entry: Entry) -> Iterator[Offer]:
        """Who may have the full text: the open offers, Europe PMC (whose files tell their licence), and last Unpaywall."""
        f = entry.found
        held = _open_offers(self._corpus, f)
        if f.pmcid and not any(o.service is Service.EUROPE_PMC for o in f.offers):
            held.insert(0, Offer(europepmc.full_text_url(self._net, f.pmcid), "xml", Service.EUROPE_PMC))
        yield from held
        if f.doi and self._unpaywall:
            try:
                yield from (o for o in unpaywall.offers(self._net, f.doi) if _is_open(self._corpus, o.licence))
            except ServiceError as error:
                self._unpaywall = False
                self.troubles.append(f"Unpaywall: {error}")


_LICENCE = re.compile(
    rb"<(?:\w+:)?(?:license|license_ref|licence)\b[^>]*>[^<]*|<ext-link[^>]*creativecommons[^>]*>", re.IGNORECASE
)


def licence_of(xml: bytes) -> str | None:
    """The Creative Commons licence that an article in JATS states in its front matter, None where it states none."""
    for found in _LICENCE.finditer(xml[:200_000]):
        if levelled := level_licence(found[0].decode("utf-8", "replace")):
            return levelled
    return None


def _is_open(corpus: Corpus, licence: str | None) -> bool:
    return licence is not None and licence in corpus.licences


def _open_offers(corpus: Corpus, found: Found) -> list[Offer]:
    """The offers that are told to be under an open licence, XML before PDF: another copy's licence says nothing of them. Those of
    Europe PMC without one are among them, since its files tell it.
    """
    held = [
        o
        for o in found.offers
        if _is_open(corpus, o.licence) or (o.licence is None and o.service is Service.EUROPE_PMC)
    ]
    return sorted(held, key=lambda o: o.kind != "xml")


def _clear_parts(folder: Path) -> None:
    """Remove what a run that was killed left half written."""
    for part in folder.glob(".part-*"):
        if time.time() - part.stat().st_mtime > _STALE:
            part.unlink(missing_ok=True)


def _file_name(key: str) -> str:
    """A name for a file that no two keys share and every file system takes."""
    plain = re.sub(r"[^A-Za-z0-9.]+", "-", key.partition(":")[2]).strip("-.")[:80]
    return f"{plain}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"


def _write(path: Path, body: bytes) -> None:
    """Write a file whole or not at all, also when the machine stops."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".part-", delete=False) as part:
        part.write(body)
        part.flush()
        os.fsync(part.fileno())
        os.fchmod(part.fileno(), 0o644)
    Path(part.name).replace(path)


def write_works(manifest: Manifest, home: Home) -> int:
    """Write the relevant works whose full text was fetched, or cannot be had, as CSL-JSON with their files; how many there are."""
    told = manifest.entries(State.FETCHED, State.CLOSED, State.UNAVAILABLE)
    works = [_csl(e, home) for e in told if e.relevant]
    _write(home.works, json.dumps(works, ensure_ascii=False, indent=1).encode())
    return len(works)


def _csl(entry: Entry, home: Home) -> dict[str, Any]:
    f = entry.found
    told = {
        "id": entry.key, "type": "article-journal", "title": f.title, "DOI": f.doi, "PMID": f.pmid, "container-title": f.journal,
        "abstract": f.abstract, "author": [{"family": a.family, "given": a.given} for a in f.authors],
        "issued": {"date-parts": [[f.year]]} if f.year else None, "language": f.language,
        "file": str((home.articles / entry.file).resolve()) if entry.file else None,
        "license": entry.licence or f.licence, "source": entry.service, "note": f"fetched {entry.fetched} from {entry.url}" if entry.fetched else None,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value}
