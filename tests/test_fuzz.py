"""Two thousand damaged files: none crashes or hangs a reader, and offsets hold in whatever is read.

They are read in a worker with an alarm and a limit of memory, as a batch reads them; what a worker would die of fails the test
with the seed that did it.
"""

import multiprocessing
import random
import signal
import sys
from concurrent.futures import ProcessPoolExecutor

import pytest
from conftest import SAMPLE

from citeclass.errors import ReadError
from citeclass.linking import link
from citeclass.reading import read_bytes
from citeclass.records import Source
from citeclass.statements import build

EACH = 500  # mutants of each file
SECONDS = 20.0  # for one of them

FILES = ["hale-2019.pdf", "okafor-2020.pdf", "lindqvist-2021.xml", "moreno-2022.tei.xml"]
_TOKENS = [
    b"<", b">", b"/", b"&#0;", b"&amp;", b"]]>", b"<sup>", b'<xref ref-type="bibr" rid="r1">', b"</p>", b"(2010)", b"\xff\xfe", b"\x00",
    b"endobj", b"stream", b"endstream", b"<<", b">>", b"/Length 99999999", b"/FontMatrix [0 0 0 0 0 0]", b"1e999", b"-2147483648", b"Td", b"BT", b"ET",
    "\u202e".encode(), "e\u0301".encode(), "\U0001d6fd".encode(), b"[1-99999]", b"(((((", b"et al.", b"10.1/",
]  # fmt: skip


def mutant(data: bytes, seed: int) -> bytes:
    """``data`` with one to a dozen random changes: bytes flipped, parts cut, doubled, moved, words put in."""
    chance, out = random.Random(seed), bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 12))):
        a = chance.randrange(len(out))
        b = min(len(out), a + chance.choice((1, 4, 40, 400)))
        kind = chance.randrange(6)
        if kind == 0:
            out[a] = chance.randrange(256)
        elif kind == 1:
            del out[a:b]
        elif kind == 2:
            out[a:a] = out[a:b] * chance.choice((1, 2, 30))
        elif kind == 3:
            out[a:a] = chance.choice(_TOKENS)
        elif kind == 4:
            out[a:b] = bytes(reversed(out[a:b]))
        else:
            del out[max(1, chance.randrange(len(out))) :]
        if not out:
            break
    return bytes(out) or b"x"


def survive(name: str, seeds: list[int]) -> list[str]:
    """What went wrong with the mutants of a file; runs in a worker."""
    data, wrong = (SAMPLE / name).read_bytes(), []
    if hasattr(signal, "setitimer"):
        import resource

        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard == resource.RLIM_INFINITY and sys.platform != "darwin":
            resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30, hard))
    for seed in seeds:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, SECONDS)
        try:
            wrong += [f"{name} {seed}: {w}" for w in faults(mutant(data, seed))]
        except Exception as error:
            wrong.append(f"{name} {seed}: {type(error).__name__}: {error}")
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
    return wrong


def faults(data: bytes) -> list[str]:
    """What does not hold in what is read of a file."""
    try:
        document = read_bytes(data)
    except (ReadError, RecursionError):
        return []
    text, wrong = document.text, []
    last = 0
    for p in document.paragraphs:
        if not last <= p.start < p.end <= len(text) or "\n" in text[p.start : p.end]:
            wrong.append(f"paragraph {p}")
        last = p.end
    linking = link(document)
    for c in linking.callouts:
        if not 0 <= c.group_start <= c.start < c.end <= c.group_end <= len(text):
            wrong.append(f"callout {c}")
        if any(not 0 <= t.reference < len(linking.references) or not 0 < t.confidence <= 1 for t in c.targets):
            wrong.append(f"target {c}")
    for s in build(document, linking, Source("x")):
        if s.sentence[s.start : s.end] != s.callout[: s.end - s.start] or s.sentence not in text:
            wrong.append(f"statement {s.id}")
    return wrong


@pytest.mark.parametrize("name", FILES)
def test_damaged_files_never_crash_or_hang_a_reader(name):
    seeds = list(range(EACH))
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        parts = [seeds[i : i + 50] for i in range(0, EACH, 50)]
        wrong = [w for found in pool.map(survive, [name] * len(parts), parts) for w in found]
    assert wrong == []
