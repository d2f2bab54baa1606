"""What the tests of faults share: small articles, a library that nobody disturbed, and a bell for what waits for ever."""

import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from conftest import cite, jats, ref

import citeclass
from citeclass.classifying import Classifier
from citeclass.records import Reason

TESTS = str(Path(__file__).parent)
CITED = cite("a", "Smith (2010)")
REFS = ref("a", "Smith", "2010")
NEW = jats(f"<p>We agree with {CITED}.</p>", refs=REFS, doi="10.5555/new")


def article(n: int, more: str = "", **given) -> bytes:
    return jats(f"<p>Our finding {n} agrees with {CITED}. {more}</p>", refs=REFS, doi=f"10.5555/file.{n}", **given)


def three(folder: Path) -> Path:
    """A folder of three articles."""
    folder.mkdir()
    for n in range(3):
        (folder / f"{n}.xml").write_bytes(article(n))
    return folder


@dataclass(frozen=True)
class Whole:
    """A library that nobody disturbed, what it was made of, and how long that took."""

    folder: Path
    db: Path
    rows: dict[str, Counter[tuple]]
    seconds: float = 0.0


def go_on(folder: Path, db: Path, classifier: Classifier) -> None:
    """Add a folder of kill_many.py, whose one broken file stays so."""
    with citeclass.open(db, classifier=classifier) as library:
        assert library.add(folder).failures == {Reason.MALFORMED: 1}


class Hangs(Exception):
    """Something waits for ever."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    def ring(*_: object) -> None:
        raise Hangs

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
