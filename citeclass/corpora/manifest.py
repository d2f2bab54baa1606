"""What is known of a corpus's articles, and how far searching and fetching have come: one SQLite file, so that a run that was
killed goes on where it stopped.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from functools import reduce
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlite_utils import Database, Migrations

from citeclass.corpora.found import Found, Offer, Page, Service
from citeclass.corpora.relevance import Judgement
from citeclass.errors import StoreError
from citeclass.records import Author
from citeclass.store.clock import now

_migrations = Migrations("citeclass-corpus")


@_migrations()
def m001_first_schema(db: Database) -> None:
    """Articles, and the searches that found them."""
    db.table("articles").create(
        {
            "key": str, "doi": str, "pmcid": str, "pmid": str, "found": str, "services": str, "queries": str, "score": float,
            "relevant": int, "reasons": str, "state": str, "file": str, "sha256": str, "url": str, "service": str,
            "licence": str, "fetched": str, "error": str, "tries": int,
        },
        pk="key",
    )  # fmt: skip
    for column in ("doi", "pmcid", "pmid", "state"):
        db.table("articles").create_index([column])
    db.table("settings").create({"name": str, "value": str}, pk="name")
    db.table("searches").create(
        {
            "service": str, "name": str, "query": str, "following": str, "pages": int, "seen": int, "before": int, "total": int,
            "done": int, "at": str,
        },
        pk=("service", "name"),
    )  # fmt: skip


class State(StrEnum):
    """How far an article has come."""

    FOUND = "found"
    FETCHED = "fetched"
    CLOSED = "no open licence"
    UNAVAILABLE = "no full text"
    IRRELEVANT = "not relevant"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Entry:
    """An article of the manifest. ``file`` is where its full text lies, ``licence`` and ``url`` whence and under what it came."""

    found: Found
    services: tuple[str, ...]
    queries: tuple[str, ...]
    score: float
    relevant: bool
    reasons: str
    state: State
    file: str | None = None
    sha256: str | None = None
    url: str | None = None
    service: str | None = None
    licence: str | None = None
    fetched: str | None = None
    error: str | None = None
    tries: int = 0

    @property
    def key(self) -> str:
        """What tells the article from others."""
        return self.found.key

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        f = self.found
        return {
            "key": self.key, "doi": f.doi, "pmcid": f.pmcid, "pmid": f.pmid, "title": f.title, "year": f.year,
            "journal": f.journal, "language": f.language, "state": self.state.value, "score": self.score,
            "reasons": self.reasons, "found_by": list(self.services), "queries": list(self.queries), "file": self.file,
            "sha256": self.sha256, "url": self.url, "licence": self.licence or f.licence, "fetched": self.fetched, "error": self.error,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class SearchState:
    """How far a query has come: where its next page begins (None: at the first), pages and articles ``seen``, ``total`` told;
    ``before``: how many were seen when it ended too early.
    """

    service: str
    name: str
    following: str | None
    pages: int
    seen: int
    total: int | None
    done: bool
    before: int | None = None


Judge = Callable[[Found], Judgement]


class Manifest:
    """An open manifest."""

    def __init__(self, path: Path) -> None:
        """Open ``path``, made if missing. Raises :class:`~citeclass.errors.StoreError`."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = Database(sqlite3.connect(path, timeout=30))
            self._db.enable_wal()
            _migrations.apply(self._db)
        except (sqlite3.DatabaseError, OSError) as error:
            raise StoreError(f"cannot open the manifest {path}: {error}", fix="give another --home") from error

    def __enter__(self) -> "Manifest":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    # ---- searches

    def search_state(self, service: Service, name: str, query: str) -> SearchState:
        """How far the query has come; one whose words changed begins anew."""
        for row in self._db.query("select * from searches where service = ? and name = ?", [service, name]):
            if row["query"] == query:
                return _search(row)
        return SearchState(service, name, None, 0, 0, None, done=False)

    def restart_search(self, state: SearchState) -> None:
        """Forget how far one search came."""
        with self._db.atomic():
            self._db.execute("delete from searches where service = ? and name = ?", [state.service, state.name])

    def restart_searches(self) -> None:
        """Forget how far searches came, so that all are asked anew; articles stay."""
        with self._db.atomic():
            self._db.execute("delete from searches")

    def searches(self) -> list[SearchState]:
        """All searches begun."""
        return [_search(r) for r in self._db.query("select * from searches order by service, name")]

    def take_page(self, state: SearchState, query: str, page: Page, judge: Judge) -> SearchState:
        """Keep a page of a search with its articles, in one transaction; how far the search then is.

        A search whose last page came too early begins anew next time: pages may have been lost on the way, and cursors do not go back. Where that
        shows no more either, the total was not exact.
        """
        name = f"{state.service}: {state.name}"
        with self._db.atomic():
            for found in page.found:
                self._keep(found, judge, name)
            after = replace(
                state, following=page.following, pages=state.pages + 1, seen=self._found_by(name),
                total=page.total if page.total is not None else state.total, done=page.following is None,
            )  # fmt: skip
            if after.done and after.seen < (after.total or 0) and after.seen != state.before:
                after = replace(after, done=False, following=None, pages=0, before=after.seen)
            self._db.table("searches").insert({**asdict(after), "query": query, "at": now()}, replace=True)
        return after

    # ---- articles

    def add(self, found: Found, judge: Judge, *, query: str) -> Entry:
        """Keep an article, completing what is known of it."""
        with self._db.atomic():
            self._keep(found, judge, query)
        return self._alike(found)[0]

    def _found_by(self, query: str) -> int:
        """How many articles a query told of, each once."""
        told = "select count(*) n from articles where exists (select 1 from json_each(queries) where value = ?)"
        return int(next(self._db.query(told, [query]))["n"])

    def _keep(self, found: Found, judge: Judge, query: str) -> None:
        """Keep what a query told of an article, with all that is known of it."""
        known = self._alike(found)
        whole = reduce(_joined, [*(e.found for e in known), found])
        held = next((e for e in known if e.state is State.FETCHED), known[0] if known else None)
        for entry in known:
            self._db.table("articles").delete(entry.key)
        queries = tuple(dict.fromkeys([*(q for e in known for q in e.queries), query]))
        services = tuple(dict.fromkeys([*(v for e in known for v in e.services), found.service.value]))
        judgement = judge(whole)
        by_hand = held is not None and held.service == Service.FOLDER
        state = _state_of(whole, relevant=judgement.relevant or by_hand)
        if held is not None and state is State.FOUND and held.state in (State.FETCHED, State.UNAVAILABLE, State.FAILED):
            state = held.state if held.state is not State.UNAVAILABLE or not found.offers else state
        entry = Entry(
            whole, services, queries, judgement.score, judgement.relevant or by_hand, judgement.told(), state
        )  # fmt: skip
        if held is not None:
            kept = {
                n: getattr(held, n)
                for n in ("file", "sha256", "url", "service", "licence", "fetched", "error", "tries")
            }
            entry = replace(entry, **kept)
        self.put(entry)

    def judge_all(self, definition: str, judge: Judge) -> None:
        """Judge all articles anew where the definition is another than last time."""
        if list(self._db.query("select 1 from settings where name = 'definition' and value = ?", [definition])):
            return
        with self._db.atomic():
            for entry in list(self.entries()):
                if entry.service == Service.FOLDER:
                    continue  # chosen by hand
                judgement, state = judge(entry.found), entry.state
                if state in (State.FOUND, State.IRRELEVANT):
                    state = _state_of(entry.found, relevant=judgement.relevant)
                self.put(
                    replace(
                        entry, score=judgement.score, relevant=judgement.relevant, reasons=judgement.told(), state=state
                    )
                )
            self._db.table("settings").insert({"name": "definition", "value": definition}, replace=True)

    def put(self, entry: Entry) -> None:
        """Write an entry over what stood under its key."""
        f = entry.found
        self._db.table("articles").insert(
            {
                "key": entry.key, "doi": f.doi, "pmcid": f.pmcid, "pmid": f.pmid, "found": json.dumps(asdict(f), ensure_ascii=False),
                "services": json.dumps(entry.services), "queries": json.dumps(entry.queries), "score": entry.score,
                "relevant": entry.relevant, "reasons": entry.reasons, "state": entry.state.value, "file": entry.file,
                "sha256": entry.sha256, "url": entry.url, "service": entry.service, "licence": entry.licence,
                "fetched": entry.fetched, "error": entry.error, "tries": entry.tries,
            },
            replace=True,
        )  # fmt: skip

    def _alike(self, found: Found) -> list[Entry]:
        """The entries that are this article: of the same key or a shared id, unless their DOIs differ."""
        rows: dict[str, Entry] = {}
        for column, value in (("key", found.key), ("doi", found.doi), ("pmcid", found.pmcid), ("pmid", found.pmid)):
            for row in self._db.query(f"select * from articles where {column} = ?", [value]) if value else ():
                entry = _entry(row)
                if not (entry.found.doi and found.doi) or entry.found.doi == found.doi:
                    rows.setdefault(entry.key, entry)
        return list(rows.values())

    def entries(self, *states: State) -> Iterator[Entry]:
        """The articles in these states (all without any), best first."""
        marks = ",".join("?" * len(states))
        where = f"where state in ({marks})" if states else ""
        rows = list(self._db.query(f"select * from articles {where} order by score desc, key", list(states)))
        return (_entry(r) for r in rows)

    def counts(self) -> dict[str, int]:
        """How many articles are in each state."""
        rows = {r["state"]: r["n"] for r in self._db.query("select state, count(*) n from articles group by 1")}
        return {s.value: rows.get(s.value, 0) for s in State}


def _search(row: dict[str, Any]) -> SearchState:
    return SearchState(
        row["service"], row["name"], row["following"], row["pages"], row["seen"], row["total"], bool(row["done"]), row["before"]
    )  # fmt: skip


def _state_of(found: Found, *, relevant: bool) -> State:
    if found.withdrawn:
        return State.WITHDRAWN
    return State.FOUND if relevant else State.IRRELEVANT


def _joined(one: Found, other: Found) -> Found:
    """What two services tell of one article: the first's word, completed by the second's."""
    filled = {
        name: getattr(one, name) or getattr(other, name)
        for name in Found.__dataclass_fields__
        if name not in ("offers", "withdrawn", "service")
    }
    offers = tuple(dict.fromkeys((*one.offers, *other.offers)))
    return Found(service=one.service, offers=offers, withdrawn=one.withdrawn or other.withdrawn, **filled)


def _entry(row: dict[str, Any]) -> Entry:
    told = json.loads(row["found"])
    found = Found(
        **{
            **told,
            "service": Service(told["service"]),
            "authors": tuple(Author(**a) for a in told["authors"]),
            "issns": tuple(told["issns"]),
            "offers": tuple(Offer(**{**o, "service": Service(o["service"])}) for o in told["offers"]),
        }
    )
    return Entry(
        found, tuple(json.loads(row["services"])), tuple(json.loads(row["queries"])), row["score"], bool(row["relevant"]),
        row["reasons"], State(row["state"]), row["file"], row["sha256"], row["url"], row["service"], row["licence"],
        row["fetched"], row["error"], row["tries"] or 0,
    )  # fmt: skip
