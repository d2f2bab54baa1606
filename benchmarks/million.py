"""A synthetic library of a million statements, and how long its answers take.

python benchmarks/million.py [--statements 1000000] [--db work/million.db]

The library is made once and kept; names and sentences are drawn from a few words of ours, targets by Zipf's law, so
that a few works are cited very often, as in life.
"""

import argparse
import json
import os
import random
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlite_utils import Database

from citeclass.evidence import Filters, Sort, evidence_by_work, evidence_for, search_statements, tallies_of
from citeclass.store import Store

WORDS = (
    "attachment sensitivity supervision reflective visitor mother father infant caregiver home family strain exhaustion "
    "engagement programme depression anxiety postpartum perinatal bonding regulation cortisol stress observation coding "
    "reliability security disorganised avoidance secure base play feeding sleep crying soothing trial cohort baseline "
    "follow-up effect association moderation mediation poverty culture migration language training fidelity workforce "
    "burnout turnover wellbeing mindfulness group video feedback dyad clinic referral screening interview scale"
).split()
FRAMES = (
    "Our {0} results replicate the {1} reported by {2} in {3} and {4}.",
    "In contrast to {2}, no {0} of {1} on {3} was found for {4}.",
    "The {0} of {1} has been studied in {3} and {4} ({2}).",
    "We measured {0} and {1} with the {3} {4} scale ({2}).",
)
CITED, DOCUMENT_SIZE, SKEW = 200_000, 25, 1.07


def build(path: Path, count: int) -> None:
    """Make the library by writing its tables in bulk; what triggers keep is then filled in at once."""
    chance = random.Random(7)
    store = Store(path)
    db = store.db
    triggers = [(r["name"], r["sql"]) for r in db.query("select name, sql from sqlite_master where type = 'trigger'")]
    for name, _ in triggers:
        db.execute(f"drop trigger {name}")
    db.conn.commit()
    db.conn.execute("pragma synchronous = off")

    def work(kind: str, n: int) -> tuple:
        title = " ".join(chance.choices(WORDS, k=9))
        authors = json.dumps([[f"{chance.choice(WORDS).title()}{n % 997}", "A. B."] for _ in range(3)])
        doi = f"10.5555/{kind}.{n}"
        return (
            f"doi:{doi}",
            doi,
            None,
            title,
            authors,
            str(1990 + n % 36),
            f"Specimen Journal {n % 50}",
            None,
            title[:14],
        )

    with db.conn:
        write(db, "works", [work("cited", n) for n in range(CITED)])
        write(db, "works", [work("citing", n) for n in range(count // DOCUMENT_SIZE)])
        documents = [
            (f"{n:064x}", f"/articles/{n}.xml", f"doi:10.5555/citing.{n}", f"k{n}", "jats-1", "v", "en", "2026", None, DOCUMENT_SIZE, 0)
            for n in range(count // DOCUMENT_SIZE)
        ]  # fmt: skip
        write(db, "documents", documents)
    weights = [1 / (rank + 20) ** SKEW for rank in range(CITED)]
    targets = chance.choices(range(CITED), weights, k=count)
    with db.conn:
        entries, statements, predictions = [], [], []
        for n, target in enumerate(targets):
            document, at = divmod(n, DOCUMENT_SIZE)
            surface = f"Name et al., {1990 + target % 36}"
            sentence = chance.choice(FRAMES).format(*chance.choices(WORDS, k=2), surface, *chance.choices(WORDS, k=2))
            around = [chance.choice(FRAMES).format(*chance.choices(WORDS, k=5)) for _ in range(2)]
            start = sentence.index(surface)
            digest, id = f"{document:064x}", f"{n:016x}"
            entries.append(
                (
                    digest,
                    at,
                    f"doi:10.5555/cited.{target}",
                    f"Name {target}",
                    None,
                    "[]",
                    "2000",
                    None,
                    None,
                    None,
                    None,
                    None,
                    None,
                )
            )
            snippet = f'{around[0]} {sentence[:start]}<cite class="target">{surface}</cite>{sentence[start + len(surface) :]} {around[1]}'
            statements.append(
                (id, digest, f"doi:10.5555/citing.{document}", f"doi:10.5555/cited.{target}", at, at, surface, sentence, start,
                 start + len(surface), around[0], around[1], snippet, chance.choice(["introduction", "methods", "results", "discussion"]),
                 "Discussion", "body", 1 + at % 9, "en", 0.97, None)
            )  # fmt: skip
            s, c = chance.betavariate(0.2, 3), chance.betavariate(0.1, 4)
            s, c = (s / (s + c), c / (s + c)) if s + c > 1 else (s, c)
            kind = "supporting" if s > 0.4 else "contrasting" if c > 0.3 else "mentioning"
            predictions.append((id, "m@1", "balanced", kind, s, c, 1 - s - c, None, "background"))
            if len(statements) == 20_000 or n == count - 1:
                write(db, "entries", entries)
                write(db, "statements", statements)
                write(db, "predictions", predictions)
                entries, statements, predictions = [], [], []
        db.conn.execute("insert into settings values ('model', 'm@1')")
        db.conn.execute("insert into shown select * from judged")
        db.conn.execute("insert into statements_fts (statements_fts) values ('rebuild')")
        for _, sql in triggers:
            db.conn.execute(sql)
    db.conn.execute("analyze")
    db.conn.execute("pragma wal_checkpoint(truncate)")
    store.close()


def write(db: Database, table: str, rows: list[tuple]) -> None:
    """Rows into the first columns of a table; what later migrations added is left empty."""
    names = [f"[{column.name}]" for column in db.table(table).columns][: len(rows[0])]
    marks = ", ".join("?" * len(names))
    db.conn.executemany(f"insert into {table} ({', '.join(names)}) values ({marks})", rows)


def timed(calls: list) -> dict[str, float]:
    """Milliseconds of each call: median and 95th percentile."""
    took = []
    for call in calls:
        begin = time.perf_counter()
        call()
        took.append(1000 * (time.perf_counter() - begin))
    return {"median": statistics.median(took), "p95": statistics.quantiles(took, n=20)[-1]}


def measure(path: Path) -> dict[str, dict[str, float]]:
    """The answers' times, in milliseconds."""
    chance = random.Random(11)
    store = Store(path)
    top = next(store.db.query("select cited_work w, count(*) n from shown group by 1 order by n desc limit 1"))
    count = next(store.db.query("select count(*) n from shown"))["n"]
    work = store.works.get(top["w"])
    ids = [f"doi:10.5555/cited.{chance.randrange(CITED)}" for _ in range(5_000)]
    queries = [" ".join(chance.choices(WORDS, k=chance.choice([1, 2, 3]))) for _ in range(150)]
    queries += [f'"{a} of {b}"' for a, b in zip(chance.choices(WORDS, k=50), chance.choices(WORDS, k=50), strict=True)]
    offsets = [chance.choice([0, 0, 0, 50, 1000]) for _ in range(200)]
    filters = [
        Filters.parse(types="supporting,contrasting", sections="results"),
        Filters.parse(year="2015-"),
        Filters.parse(author="attachment3"),
    ]
    print(f"{count} statements, {path.stat().st_size / count:.0f} bytes each; the most cited work has {top['n']}")
    return {
        "evidence, 50 of the most cited work": timed([lambda o=o: evidence_for(store, work, limit=50, offset=o) for o in offsets]),
        "the same, newest first": timed([lambda: evidence_for(store, work, limit=50, sort=Sort.NEWEST)] * 50),
        "the same, filtered": timed([lambda f=f: evidence_for(store, work, limit=50, filters=f) for f in filters * 20]),
        "the same, 20 citing works": timed([lambda: evidence_by_work(store, work, limit=20)] * 50),
        "search": timed([lambda q=q: search_statements(store, q, limit=20) for q in queries]),
        "tally of 500 works": timed([lambda i=i: tallies_of(store, ids[i * 500 : i * 500 + 500]) for i in range(10)] * 5),
    }  # fmt: skip


def requests_a_second(path: Path, *, seconds: float = 10, clients: int = 4) -> float:
    """Tallies over HTTP from a server process on this machine, asked by threads of this one."""
    import http.client

    import uvicorn

    from citeclass.web import Settings, create_app

    server = uvicorn.Server(
        uvicorn.Config(create_app(path, settings=Settings(rate=0)), host="127.0.0.1", port=8765, log_level="warning")
    )
    serving = threading.Thread(target=server.run, daemon=True)
    serving.start()
    while not server.started:
        time.sleep(0.05)
    stop = time.perf_counter() + seconds

    def ask(seed: int) -> int:
        chance, done = random.Random(seed), 0
        connection = http.client.HTTPConnection("127.0.0.1", 8765)
        while time.perf_counter() < stop:
            connection.request("GET", f"/tallies/10.5555/cited.{chance.randrange(CITED)}")
            answer = connection.getresponse()
            answer.read()
            done += answer.status == 200
        return done

    with ThreadPoolExecutor(clients) as pool:
        total = sum(pool.map(ask, range(clients)))
    server.should_exit = True
    serving.join()
    return total / seconds


def main() -> None:
    """Make the library where it is missing, then print the table."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--statements", type=int, default=1_000_000)
    asked.add_argument("--db", type=Path, default=Path("work/million.db"))
    asked.add_argument("--no-http", action="store_true")
    options = asked.parse_args()
    if not options.db.exists():
        begin = time.perf_counter()
        build(options.db, options.statements)
        print(f"made in {time.perf_counter() - begin:.0f} s")
    table = measure(options.db)
    for name, took in table.items():
        print(f"{name:40} median {took['median']:7.1f} ms   p95 {took['p95']:7.1f} ms")
    if not options.no_http:
        print(f"tallies over HTTP, {os.cpu_count()} processors: {requests_a_second(options.db):.0f} a second")


if __name__ == "__main__":
    main()
