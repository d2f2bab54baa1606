"""Fetching full texts under open licences: who offers a copy, under which licence, and what is kept of it."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from citeclass.corpora import europepmc, unpaywall
from citeclass.corpora.definition import Corpus
from citeclass.corpora.found import Found, Offer, Service, level_licence
from citeclass.corpora.home import Home, clear_parts, write_whole
from citeclass.corpora.manifest import Entry, Manifest, State
from citeclass.corpora.net import Net, shaped_like
from citeclass.errors import ServiceError
from citeclass.store.clock import now

Watch = Callable[[str], None]

UNASKED = "Unpaywall was not asked: it wants an e-mail address, and answers"
"""What is noted of an article without an open text that Unpaywall may know of."""

_GIVE_UP = 5  # failures in a row after which services are taken to be down
_TRIES = 4  # runs in which a file that fails is tried


def fetchable(corpus: Corpus, manifest: Manifest) -> Iterator[Entry]:
    """The articles that wait to be fetched and that somebody offers."""
    return (e for e in manifest.entries(State.FOUND) if _open_offers(corpus, e.found))


def fetch(
    corpus: Corpus, manifest: Manifest, net: Net, home: Home, *, limit: int | None = None, watch: Watch = lambda _: None
) -> list[str]:
    """Fetch the full texts of relevant articles under open licences, at most ``limit``; what failed, as messages.

    Each file is written whole or not at all. Raises :class:`~citeclass.errors.ServiceError` where several articles in a row fail since
    services are down.
    """
    home.articles.mkdir(parents=True, exist_ok=True)
    clear_parts(home.articles)
    clear_parts(home.path)
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
        write_whole(self._home.articles / name, body)
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
                with shaped_like("Unpaywall"):
                    found = [o for o in unpaywall.offers(self._net, f.doi) if _is_open(self._corpus, o.licence)]
                yield from found
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


def _file_name(key: str) -> str:
    """A name for a file that no two keys share and every file system takes."""
    plain = re.sub(r"[^A-Za-z0-9.]+", "-", key.partition(":")[2]).strip("-.")[:80]
    return f"{plain}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"
