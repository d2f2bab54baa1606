"""Gathering a corpus: search the services, judge what they tell, take in folders, tell of the works."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from citeclass.corpora import crossref, europepmc, openalex
from citeclass.corpora.definition import Corpus
from citeclass.corpora.fetching import Watch, fetchable
from citeclass.corpora.folder import articles_of
from citeclass.corpora.found import Found, Service
from citeclass.corpora.home import Home, write_whole
from citeclass.corpora.manifest import Entry, Manifest, SearchState, State
from citeclass.corpora.net import Net, shaped_like
from citeclass.corpora.relevance import Judgement, judge
from citeclass.errors import ServiceError

SEARCHED: dict[Service, ModuleType] = {
    Service.EUROPE_PMC: europepmc,
    Service.OPENALEX: openalex,
    Service.CROSSREF: crossref,
}
"""The services that can be searched, each a module with ``queries`` and ``search``."""

USUAL = (Service.EUROPE_PMC, Service.CROSSREF)

_DOWN = 2  # queries in a row that a service did not answer
_MOST_PAGES = 2000  # of one query; a service that never ends must not keep us


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
        with shaped_like(service.value):
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
                    service=Service.FOLDER.value, services=tuple(dict.fromkeys((*entry.services, Service.FOLDER.value))),
                )
            )  # fmt: skip
        watch(path.name)


def write_works(manifest: Manifest, home: Home) -> int:
    """Write the relevant works whose full text was fetched, or cannot be had, as CSL-JSON with their files; how many there are.

    Those that wait to be fetched are left out: nobody knows yet whether they have an open text.
    """
    told = manifest.entries(State.FETCHED, State.CLOSED, State.UNAVAILABLE, State.WITHDRAWN)
    works = [_csl(e if e.state is State.FETCHED else replace(e, file=None), home) for e in told if e.relevant]
    write_whole(home.works, json.dumps(works, ensure_ascii=False, indent=1).encode())
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
