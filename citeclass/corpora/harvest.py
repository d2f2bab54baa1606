"""Gathering a corpus: search the services, judge what they tell, fetch the open full texts, keep where each came from."""

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from citeclass.corpora import crossref, europepmc, openalex, unpaywall
from citeclass.corpora.definition import Corpus
from citeclass.corpora.folder import articles_of
from citeclass.corpora.found import Found, Offer, Service
from citeclass.corpora.manifest import Entry, Manifest, SearchState, State
from citeclass.corpora.net import Net
from citeclass.corpora.relevance import Judgement, judge
from citeclass.errors import ServiceError

SEARCHED: dict[Service, ModuleType] = {
    Service.EUROPE_PMC: europepmc,
    Service.OPENALEX: openalex,
    Service.CROSSREF: crossref,
}
"""The services that can be searched, each a module with ``queries`` and ``search``."""

USUAL = (Service.EUROPE_PMC, Service.CROSSREF)

_WHOLE = 0.98  # of the articles told that a search must have shown; services' totals are not exact
_GIVE_UP = 5  # failures in a row after which a service is taken to be down
_MOST_PAGES = 500  # of one query; a service that never ends must not keep us
_TRIES = 4  # runs in which a file that fails is tried

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

    ``enough``: stop once so many articles wait to be fetched. A query that fails is left where it is, for the next run.
    """
    troubles: list[str] = []
    for service, name, query in planned(corpus, services):
        state = manifest.search_state(service, name, query)
        while not state.done and state.pages < _MOST_PAGES:
            if enough is not None and _waiting(corpus, manifest) >= enough:
                return troubles
            try:
                state = _next_page(corpus, manifest, net, service, state, query)
            except ServiceError as error:
                troubles.append(f"{service.value}, {name}: {error}")
                break
            watch(f"{service.value}, {name}: {state.seen} of {state.total if state.total is not None else '?'}")
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
    after = manifest.take_page(state, query, page, [(f, judge_article(corpus, f)) for f in page.found])
    if after.done and after.seen < _WHOLE * (after.total or 0):
        manifest.restart_search(after)  # pages were lost on the way: Crossref's cursors do not go back
        raise ServiceError(
            f"the search ended after {after.seen} of {after.total} articles", fix="run it again; what was found is kept"
        )
    return after


def _waiting(corpus: Corpus, manifest: Manifest) -> int:
    return sum(bool(_open_offers(corpus, e.found)) for e in manifest.entries(State.FOUND))


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
    for path, found in articles_of(folder):
        judgement = judge_article(corpus, found)
        entry = manifest.add(found, judgement, query=folder.name)
        if everything or entry.relevant:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            manifest.put(
                replace(
                    entry, state=State.FETCHED, file=str(path), sha256=digest, url=path.as_uri(), service=Service.FOLDER.value,
                    relevant=True,
                )
            )  # fmt: skip
        watch(path.name)


def fetch(
    corpus: Corpus, manifest: Manifest, net: Net, home: Home, *, limit: int | None = None, watch: Watch = lambda _: None
) -> list[str]:
    """Fetch the full texts of relevant articles under open licences, at most ``limit``; what failed, as messages.

    Each file is written whole or not at all. Raises :class:`~citeclass.errors.ServiceError` where several articles in a row fail.
    """
    home.articles.mkdir(parents=True, exist_ok=True)
    for torn in home.articles.glob(".part-*"):
        torn.unlink(missing_ok=True)  # of a run that was killed
    troubles: list[str] = []
    done = in_a_row = 0
    for entry in manifest.entries(State.FOUND, State.FAILED):
        if limit is not None and done >= limit:
            break
        if entry.state is State.FAILED and entry.tries >= _TRIES:
            continue
        after = _fetched(corpus, net, home, entry)
        manifest.put(after)
        done += after.state is State.FETCHED
        if after.state is State.FAILED:
            troubles.append(f"{after.key}: {after.error}")
            in_a_row += 1
            if in_a_row >= _GIVE_UP:
                raise ServiceError(
                    f"{in_a_row} articles in a row could not be fetched, the last since {after.error}",
                    fix="run it again later; what was fetched is kept",
                )
        elif after.state is State.FETCHED:
            in_a_row = 0
        watch(f"{after.state.value}: {after.found.title or after.key}")
    return troubles


def _fetched(corpus: Corpus, net: Net, home: Home, entry: Entry) -> Entry:
    """The entry after trying to fetch its full text."""
    f, trouble = entry.found, None
    offers = _open_offers(corpus, f)
    if f.pmcid and not any(o.service is Service.EUROPE_PMC for o in offers) and _is_open(corpus, f.licence):
        offers.insert(0, Offer(europepmc.full_text_url(net, f.pmcid), "xml", Service.EUROPE_PMC, f.licence))
    try:
        if not offers and f.doi:
            offers = [o for o in unpaywall.offers(net, f.doi) if _is_open(corpus, o.licence)]
    except ServiceError as error:
        trouble = str(error)
    for offer in offers:
        try:
            body = net.file(offer.url, kind=offer.kind)
        except ServiceError as error:
            trouble = str(error)
            continue
        if body is not None:
            path = home.articles / f"{_file_name(entry.key)}.{offer.kind}"
            _write(path, body)
            return replace(
                entry, state=State.FETCHED, file=path.name, sha256=hashlib.sha256(body).hexdigest(), url=offer.url,
                service=offer.service.value, licence=offer.licence or f.licence, fetched=_now(), error=None,
            )  # fmt: skip
    if trouble is not None:
        return replace(entry, state=State.FAILED, error=trouble, tries=entry.tries + 1)
    return replace(entry, state=State.UNAVAILABLE if offers else State.CLOSED)


def _is_open(corpus: Corpus, licence: str | None) -> bool:
    return licence is not None and licence in corpus.licences


def _open_offers(corpus: Corpus, found: Found) -> list[Offer]:
    """The offers under an open licence, XML before PDF."""
    held = [o for o in found.offers if _is_open(corpus, o.licence or found.licence)]
    return sorted(held, key=lambda o: o.kind != "xml")


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
    Path(part.name).replace(path)


def write_works(manifest: Manifest, home: Home) -> int:
    """Write all relevant works as CSL-JSON, with the files of those that were fetched; how many there are."""
    wanted = [s for s in State if s is not State.IRRELEVANT]
    works = [_csl(e, home) for e in manifest.entries(*wanted) if e.relevant]
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


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
