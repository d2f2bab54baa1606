"""What must hold of the answer to an input of fuzz.py, by target: each function raises what is wrong."""

import html
import json
import math
import os
import random
import re
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

from test_fuzz import faults

from citeclass.callouts import find
from citeclass.classifying.inputs import TARGET, mark_callouts, statement_input
from citeclass.errors import BadCorpus, ReadError
from citeclass.extraction import extract_bytes
from citeclass.linking import link
from citeclass.records import Anchor, Document, Paragraph, PrintedLine, Reference, Zone
from citeclass.statements import split_sentences
from citeclass.store import Store


class Broken(Exception):
    """Something said of an answer does not hold."""


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
    """What :class:`~citeclass.records.CitationStatement` says of itself; and a library can hold it all."""
    try:
        extraction = extract_bytes(data, path="x")
    except (ReadError, RecursionError):
        return
    ids: set[str] = set()
    for s in extraction.statements:
        hold(0 <= s.start < s.end <= len(s.sentence), "offsets lie outside the sentence", s)
        hold(s.callout.startswith(s.sentence[s.start : s.end]), "another text stands at the offsets", s)
        hold("\n" not in s.before + s.sentence + s.after, "a sentence runs over paragraphs", s)
        hold(s.sentence in html.unescape(re.sub(r"</?cite[^>]*>", "", s.snippet)), "the snippet lacks the sentence", s)
        hold((s.reference is None) is (s.reason is not None), "neither reference nor reason, or both", s)
        hold(s.reference is None or s.reference in extraction.references, "a reference that is not in the list", s)
        hold(s.page is None or s.page > 0, "no such page", s)
        hold(s.id not in ids, "two statements of one id", s)
        hold(len(ids) > 50 or TARGET in statement_input(s).sentence, "no target in the model's input", s)
        ids.add(s.id)
    hold(extraction.unlinked <= extraction.callouts, "more callouts without target than callouts")
    _store().documents.put(extraction)
    for s in extraction.statements:
        hold(s.sentence[s.start : s.end] == s.callout, "the callout runs over the sentence's end", s)


def callouts(data: bytes) -> None:
    """Marks lie in the text, by position, none overlapping; the target is marked; sentences follow each other."""
    text, last = data.decode("utf-8", "replace"), 0
    for number, m in enumerate(find(text)):
        hold(0 <= m.group_start <= m.start < m.end <= m.group_end <= len(text), "a mark outside its group", m)
        hold(m.start >= last, "marks overlap", (m, last))
        hold(
            number * len(text) > 10**6 or TARGET in mark_callouts(text, m.start, m.end),
            "no target in the model's input",
            m,
        )
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
    text, r, at = data.decode("utf-8", "replace"), random.Random(data), 0
    spans: list[Paragraph] = []
    for part in text.split("\n"):
        spans += [Paragraph(at, at + len(part), Zone.NOTE if spans else Zone.BODY)] if part.strip() else []
        at += len(part) + 1
    if not spans:
        return
    lines, (body, *rest) = [], spans
    for i, p in enumerate(spans):
        x, y = r.choice((50.0, 50.0, 70.0, 300.0)), 700.0 - i % 40 * r.choice((0, 12, 12))
        lines.append(PrintedLine(p.start, p.end, 1 + i // 40, (x, y, x + 200, y + 12)))
    labels = (None, None, "1", "[2]", "٣", "²")
    given = tuple(Reference(i, text[p.start : p.end], (f"r{i}",), r.choice(labels)) for i, p in enumerate(rest))
    cuts = sorted(r.randrange(body.start, body.end + 1) for _ in range(4))
    keys = ("r0", "r1", "gone")
    tags = tuple(Anchor(a, b, (r.choice(keys),)) for a, b in zip(cuts, cuts[1:], strict=False) if text[a:b].strip())
    for document in (
        Document("pdf-0", text, paragraphs=(body,), bibliography=tuple(rest), lines=tuple(lines)),
        Document("jats-0", text, paragraphs=(body,), references=given),
        Document("jats-0", text, paragraphs=(body,), references=given, anchors=tags),
    ):
        found = link(document)
        hold([e.index for e in found.references] == list(range(len(found.references))), "entries are miscounted")
        hold([c.ordinal for c in found.callouts] == list(range(len(found.callouts))), "callouts are miscounted")
        for c in found.callouts:
            hold(0 <= c.group_start <= c.start < c.end <= c.group_end <= len(text), "a callout outside its group", c)
            hold(bool(c.targets) is (c.reason is None), "neither target nor reason, or both", c)
            hold(all(0 <= t.reference < len(found.references) for t in c.targets), "no such target", c)
            hold(all(0 < t.confidence <= 1 for t in c.targets), "no probability", c)
        for c in found.callouts[:20]:
            document.boxes(c.start, c.end)


def definitions(data: bytes) -> None:
    """A definition is refused with BadCorpus; one that is not can be asked for and judged by."""
    from citeclass.corpora import SEARCHED, judge, load_corpus, planned

    path = Path(os.environ["CITECLASS_FUZZ"]) / "corpus.toml"
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
    with suppress(ValidationError):
        rules.append(Relevance.model_validate({"threshold": 1, "title_threshold": 2, "signals": signals}))
    for each in rules:
        found = judge(each, title=title, abstract=abstract, core_journal=core)
        hold(math.isnan(found.score) or found.score == round(sum(r.points for r in found.reasons), 3), "no sum", found)
        hold(all(r.found and all(r.found) for r in found.reasons), "a reason without words", found)
        hold(found.told() or not found.reasons, "reasons that are not told", found)


def api(data: bytes) -> None:
    """A request is answered below 500, and nothing of it stands raw in a page."""
    from fuzzed_api import answer

    status, path, page = answer(data)
    hold(status < 500, f"{status} of {path}")
    hold("<fuzz>" not in page, f"raw words in {path}")


ARTICLES: dict[str, Callable[[bytes], None]] = dict.fromkeys(("pdf", "jats", "bmc", "tei"), article)
CHECKS = ARTICLES | {f.__name__: f for f in (callouts, references, statements, api, definitions, relevance)}
