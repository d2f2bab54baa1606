"""A longer campaign than test_fuzz.py, run by hand: ``python tests/fuzz.py TARGET --executions N --seed S``.

Inputs (mutants.py) are judged in a worker, so that what hangs or crashes inside a C library costs one execution and its input is kept.
A finding is an exception that no docstring promises, something said of an answer that does not hold, an execution of more than ten
seconds, or a dead worker. Each is kept once under ``--keep`` (its input, and how it came about), told apart by the exception and the
last frame in citeclass; ``--replay FILE`` judges a kept input again.
"""

import argparse
import faulthandler
import hashlib
import html
import json
import math
import multiprocessing
import os
import random
import re
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NoReturn

from conftest import ROOT
from mutants import make
from test_fuzz import faults

from citeclass.callouts import find
from citeclass.classifying.inputs import TARGET, mark_callouts, statement_input
from citeclass.errors import BadCorpus, ReadError
from citeclass.linking import link
from citeclass.pipeline.extraction import extract_bytes
from citeclass.records import Anchor, Document, Paragraph, PrintedLine, Reference, Zone
from citeclass.statements import split_sentences
from citeclass.store import Store

SECONDS, HARD, BATCH = 10, 40, 2000  # an alarm, an end to C code that does not hear it, executions of a worker
LOGGED: list[BaseException] = []  # what the server under test logged


class Broken(Exception):
    """Something said of an answer does not hold."""


class Slow(BaseException):
    """An execution took too long; no ``except Exception`` catches it."""


def hold(held: object, what: str, seen: object = "") -> None:
    """Raises :class:`Broken` unless ``held``."""
    if not held:
        raise Broken(f"{what} | {seen!r}"[:2000])


def article(data: bytes) -> None:
    """A file as test_fuzz.py judges it."""
    for wrong in faults(data):
        hold(not wrong, wrong.partition(" ")[0], wrong)


@cache
def _store() -> Store:
    return Store(":memory:")


def statements(data: bytes) -> None:
    """What the docstring of :class:`~citeclass.records.CitationStatement` says; and the library can hold it all."""
    try:
        extraction = extract_bytes(data, path="x")
    except (ReadError, RecursionError):
        return
    ids: set[str] = set()
    for s in extraction.statements:
        hold(0 <= s.start < s.end <= len(s.sentence), "offsets lie outside the sentence", s)
        hold(s.callout.startswith(s.sentence[s.start : s.end]), "another text stands at the offsets", s)
        hold(s.sentence[s.start : s.end] == s.callout, "the callout runs over the sentence's end", s)
        hold("\n" not in s.before + s.sentence + s.after, "a sentence runs over paragraphs", s)
        hold(s.sentence in html.unescape(re.sub(r"</?cite[^>]*>", "", s.snippet)), "the snippet lacks the sentence", s)
        hold((s.reference is None) is (s.reason is not None), "neither reference nor reason, or both", s)
        hold(s.reference is None or s.reference in extraction.references, "a reference that is not in the list", s)
        hold(s.page is None or s.page > 0, "no such page", s)
        hold(s.confidence is None or 0 < s.confidence <= 1, "no probability", s)
        hold(s.id not in ids, "two statements of one id", s)
        hold(TARGET in statement_input(s).sentence, "no target in the model's input", s)
        ids.add(s.id)
    hold(extraction.unlinked <= extraction.callouts, "more callouts without target than callouts")
    _store().documents.put(extraction)


def callouts(data: bytes) -> None:
    """Marks lie in the text, by position, none overlapping; the target is marked; sentences follow each other."""
    text, last = data.decode("utf-8", "replace"), 0
    for m in find(text):
        hold(0 <= m.group_start <= m.start < m.end <= m.group_end <= len(text), "a mark outside its group", m)
        hold(m.start >= last, "marks overlap", (m, last))
        hold(TARGET in mark_callouts(text, m.start, m.end), "no target in the model's input", m)
        last = m.end
    mark_callouts(text, None, None)
    r = random.Random(text)
    start, end = sorted((r.randrange(len(text) + 1), r.randrange(len(text) + 1)))
    hold(start == end or TARGET in mark_callouts(text, start, end), "no target for a span", (start, end))
    last = 0
    for a, b in split_sentences(text):
        hold(last <= a < b <= len(text) and text[a:b].strip() == text[a:b], "sentences overlap or have blanks", (a, b))
        hold(not text[last:a].strip(), "words between sentences", (last, a))
        last = b
    hold(not text[last:].strip(), "words after the last sentence", last)


def references(data: bytes) -> None:
    """A text with its list linked: printed, from markup, and with tags that lead anywhere."""
    text, r, at = data.decode("utf-8", "replace").replace("\r", " "), random.Random(data), 0
    spans: list[Paragraph] = []
    for part in text.split("\n"):
        spans += [Paragraph(at, at + len(part), Zone.NOTE if spans else Zone.BODY)] if part.strip() else []
        at += len(part) + 1
    if not spans:
        return
    x, body, rest = (50.0, 50.0, 70.0, 300.0), spans[0], spans[1:]
    lines = [PrintedLine(p.start, p.end, 1 + i // 40, (left := r.choice(x), 700.0 - i % 40 * r.choice((0, 12)), left + 200, 712.0)) for i, p in enumerate(spans)]  # fmt: skip
    given = tuple(
        Reference(i, text[p.start : p.end], (f"r{i}",), r.choice((None, str(i), "٣"))) for i, p in enumerate(rest)
    )
    cuts = sorted(r.randrange(body.start, body.end + 1) for _ in range(4))
    anchors = tuple(
        Anchor(a, b, (r.choice(("r0", "r1", "gone")),)) for a, b in zip(cuts, cuts[1:], strict=False) if a < b
    )
    for document in (
        Document("pdf-0", text, paragraphs=(body,), bibliography=tuple(rest), lines=tuple(lines)),
        Document("jats-0", text, paragraphs=(body,), references=given),
        Document("jats-0", text, paragraphs=(body,), references=given, anchors=anchors),
    ):
        found = link(document)
        hold([e.index for e in found.references] == list(range(len(found.references))), "entries are miscounted")
        hold([c.ordinal for c in found.callouts] == list(range(len(found.callouts))), "callouts are miscounted")
        for c in found.callouts:
            hold(0 <= c.group_start <= c.start < c.end <= c.group_end <= len(text), "a callout outside its group", c)
            hold(bool(c.targets) is (c.reason is None), "neither target nor reason, or both", c)
            hold(
                all(t.reference < len(found.references) and 0 < t.confidence <= 1 for t in c.targets),
                "no such target",
                c,
            )
            document.boxes(c.start, c.end)


def definitions(data: bytes) -> None:
    """A definition is refused with BadCorpus; one that is not can be asked for and judged by."""
    from citeclass.corpora import SEARCHED, judge, load_corpus, planned

    path = _scratch() / "corpus.toml"
    path.write_bytes(data)
    try:
        corpus = load_corpus(path)
    except BadCorpus:
        return
    hold(all(query for _, _, query in planned(corpus, list(SEARCHED))), "an empty query")
    judge(corpus.relevance, title="Home visits for infants", abstract="Reflective supervision of mothers.").told()


def relevance(data: bytes) -> None:
    """The score is the sum of the reasons, and each reason has words."""
    from pydantic import ValidationError

    from citeclass.corpora import judge, load_corpus
    from citeclass.corpora.definition import Relevance

    title, abstract, core, signals = json.loads(data)
    rules = [load_corpus("imh").relevance]
    try:
        rules += (
            [Relevance.model_validate({"threshold": 1, "title_threshold": 2, "signals": signals})] if signals else []
        )
    except ValidationError:
        pass
    for each in rules:
        found = judge(each, title=title, abstract=abstract, core_journal=core)
        hold(math.isnan(found.score) or found.score == round(sum(r.points for r in found.reasons), 3), "no sum", found)
        hold(all(r.found and all(r.found) for r in found.reasons), "a reason without words", found)
        hold(found.told() or not found.reasons, "reasons that are not told", found)


ARTICLES = ("pdf", "jats", "bmc", "tei")
CHECKS: dict[str, Callable[[bytes], None]] = dict.fromkeys(ARTICLES, article) | {
    f.__name__: f for f in (callouts, references, statements, api, definitions, relevance)
}


def _scratch() -> Path:
    return Path(os.environ["CITECLASS_FUZZ"])


def _late(*_: object) -> NoReturn:
    raise Slow(f"more than {SECONDS} seconds")


def _told(error: BaseException) -> tuple[str, str]:
    """What tells a finding apart, and its traceback."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    frames = [
        f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).is_relative_to(ROOT / "citeclass")
    ]
    place = f"{Path(frames[-1].filename).relative_to(ROOT)}:{frames[-1].lineno}" if frames else ""
    told = f"{type(error).__name__} {place or str(error).partition(' | ')[0][:200]}"
    return told, "".join(traceback.format_exception(error))[-20_000:]


def judge_one(target: str, data: bytes, deaths: Any) -> tuple[str, str] | None:
    """What is wrong with the answer to one input, if anything."""
    signal.signal(signal.SIGALRM, _late)
    signal.alarm(SECONDS)
    faulthandler.dump_traceback_later(HARD, exit=True, file=deaths)
    try:
        CHECKS[target](data)
    except (Exception, Slow) as error:
        return _told(error)
    finally:
        signal.alarm(0)
        faulthandler.cancel_dump_traceback_later()
    return None


def work(target: str, seed: int, numbers: range, at: Any, pipe: Connection) -> None:
    """A worker: sends (number, seconds, finding or None) of each slow or wrong execution."""
    import resource

    with (_scratch() / "deaths").open("w") as deaths:
        faulthandler.enable(deaths)
        if target != "api" and sys.platform != "darwin":
            resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30, resource.getrlimit(resource.RLIMIT_AS)[1]))
        for at.value in numbers:
            data, started = make(target, seed, at.value), time.monotonic()
            found, took = judge_one(target, data, deaths), time.monotonic() - started
            if found or took > 1:
                pipe.send((at.value, took, found))
            if found and found[0].startswith("Slow"):
                break  # what it left half done may harm the next
        pipe.close()
        os._exit(0)  # threads of the server would keep it


def campaign(target: str, executions: int, seed: int, keep: Path) -> dict[str, int]:
    """Findings and how often each came; inputs and tracebacks are written to ``keep``."""
    spawn, found, number, slowest = multiprocessing.get_context("spawn"), dict[str, int](), 0, 0.0

    def note(which: int, key: str, told: str) -> None:
        found[key] = found.get(key, 0) + 1
        name = keep / f"{target}-{hashlib.sha256(key.encode()).hexdigest()[:10]}"
        if found[key] == 1:
            keep.mkdir(parents=True, exist_ok=True)
            (keep / ".gitignore").write_text("*\n")
            name.with_suffix(".input").write_bytes(make(target, seed, which))
            name.with_suffix(".txt").write_text(f"{key}\n{target} seed {seed} number {which}\n\n{told}", "utf-8")

    while number < executions:
        at, (ours, theirs) = spawn.Value("q", number), spawn.Pipe(duplex=False)
        numbers = range(number, min(executions, number + BATCH))
        worker = spawn.Process(target=work, args=(target, seed, numbers, at, theirs))
        worker.start()
        theirs.close()
        while True:
            try:
                which, took, wrong = ours.recv()
            except EOFError:
                break
            slowest = max(slowest, took)
            if wrong:
                note(which, *wrong)
        worker.join()
        if worker.exitcode:
            told = (_scratch() / "deaths").read_text("utf-8", "replace")
            frame = re.search(rf'File "{re.escape(str(ROOT))}/(citeclass/[^"]+)", line (\d+)', told)
            note(
                at.value, f"exit {worker.exitcode} {frame[1]}:{frame[2]}" if frame else f"exit {worker.exitcode}", told
            )
        number = at.value + 1
    return found


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=CHECKS)
    parser.add_argument("--executions", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=Path("fuzz-findings"))
    parser.add_argument("--replay", type=Path, help="judge this input alone")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="citeclass-fuzz-") as folder:
        os.environ["CITECLASS_FUZZ"] = folder
        if given.replay:
            wrong = judge_one(given.target, given.replay.read_bytes(), sys.stderr)
            sys.stdout.write(f"{wrong[0]}\n{wrong[1]}\n" if wrong else "nothing is wrong\n")
            sys.stdout.flush()
            os._exit(bool(wrong))
        started = time.monotonic()
        found = campaign(given.target, given.executions, given.seed, given.keep)
        took = time.monotonic() - started
    rate = given.executions / took
    sys.stdout.write(f"{given.target}: {given.executions} executions, {rate:.1f} a second, {len(found)} findings\n")
    sys.stdout.writelines(f"  {key} ({times} times)\n" for key, times in sorted(found.items()))
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
