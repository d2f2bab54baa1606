"""Statements of one document."""

import hashlib
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from operator import attrgetter

from citeclass.records import Callout, CitationStatement, Document, FrontMatter, Linking, Paragraph, Reference, Source
from citeclass.statements.opening import Opening
from citeclass.statements.sentences import Span, split_sentences
from citeclass.statements.snippet import mark_up
from citeclass.text import detect_language, squash


def source_key(front: FrontMatter, digest: str) -> str:
    """What identifies a citing work: its DOI; else its title, first author and year; else the file's digest."""
    if front.doi:
        return f"doi:{front.doi}"
    title = squash(front.title)
    if len(title) >= 20:
        first = squash(front.authors[0].family) if front.authors else ""
        whole = hashlib.sha256(f"{title}:{first}:{front.year or ''}".encode()).hexdigest()[:16]
        return f"title:{title[:40]}:{whole}"
    return f"sha256:{digest}"


def statement_id(source: str, reference: Reference | None, nth: int, sentence: str) -> str:
    """A statement's id: 16 hexadecimal digits of a SHA-256.

    It depends on the citing work, the cited reference, which callout of that reference in the sentence
    it is, and the sentence's letters and digits: not on page, punctuation or the callouts before it,
    so that a better reader rarely changes it.
    """
    cited = ""
    if reference is not None:
        first = squash(reference.authors[0].family) if reference.authors else ""
        cited = reference.doi or f"{first}:{reference.year or ''}:{squash(reference.title or reference.raw)[:40]}"
    parts = "\0".join((source, cited, str(nth), squash(sentence)))
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


def build(document: Document, linking: Linking, source: Source) -> tuple[CitationStatement, ...]:
    """The statements of ``document`` in reading order: one for each callout and reference it points to.

    A callout without a reference gives one statement with ``reference`` None and the reason.
    """
    return tuple(_Builder(document, linking, source).statements())


class _Builder:
    def __init__(self, document: Document, linking: Linking, source: Source) -> None:
        self._document, self._linking, self._source = document, linking, source
        self._starts = [p.start for p in document.paragraphs]
        self._opening = Opening(document)
        self._seen: Counter[str] = Counter()

    def statements(self) -> Iterator[CitationStatement]:
        by_paragraph: dict[int, list[Callout]] = {}
        for callout in self._linking.callouts:
            by_paragraph.setdefault(bisect_right(self._starts, callout.start) - 1, []).append(callout)
        for number, callouts in by_paragraph.items():
            yield from self._of_paragraph(self._document.paragraphs[number], callouts)

    def _of_paragraph(self, paragraph: Paragraph, callouts: list[Callout]) -> Iterator[CitationStatement]:
        text = self._document.text[paragraph.start : paragraph.end]
        groups = [(c.group_start - paragraph.start, c.group_end - paragraph.start) for c in callouts]
        sentences = split_sentences(text, callouts=groups)
        language = detect_language(text, declared=self._source.language)
        for callout in callouts:
            place = next((i for i, (_, end) in enumerate(sentences) if callout.start - paragraph.start < end), None)
            if place is not None:
                yield from self._of_callout(text, paragraph, callouts, callout, sentences, place, language)

    def _of_callout(
        self, text: str, paragraph: Paragraph, callouts: list[Callout], callout: Callout, sentences: list[Span],
        place: int, language: str | None,
    ) -> Iterator[CitationStatement]:  # fmt: skip
        references = self._linking.references
        start, end = sentences[place]
        sentence = text[start:end]
        before = text[slice(*sentences[place - 1])] if place > 0 else ""
        after = text[slice(*sentences[place + 1])] if place + 1 < len(sentences) else ""
        first, last = sentences[max(0, place - 1)][0], sentences[min(len(sentences) - 1, place + 1)][1]
        begin, stop = (bisect_left(callouts, paragraph.start + edge, key=attrgetter("start")) for edge in (first, last))
        at = callout.start - paragraph.start
        section = self._opening.section_of(paragraph)
        marked = [
            (
                c.start - paragraph.start - first,
                c.end - paragraph.start - first,
                references[c.targets[0].reference] if c.targets else None,
                c is callout,
            )
            for c in callouts[begin:stop]
        ]
        for target in callout.targets or (None,):
            reference = references[target.reference] if target is not None else None
            pieces = [(a, b, reference if mine else r, mine) for a, b, r, mine in marked]
            first_id = statement_id(self._source.key, reference, 0, sentence)
            nth = self._seen[first_id]
            self._seen[first_id] += 1
            yield CitationStatement(
                id=statement_id(self._source.key, reference, nth, sentence) if nth else first_id,
                source=self._source.key,
                ordinal=callout.ordinal,
                callout=text[at : callout.end - paragraph.start],
                sentence=sentence,
                start=at - start,
                end=min(callout.end - paragraph.start, end) - start,
                before=before,
                after=after,
                snippet=mark_up(text[first:last], pieces),
                section=section.kind if section else None,
                section_title=(section.path or None) if section else None,
                zone=paragraph.zone,
                page=self._document.page_of(callout.start),
                language=language,
                reference=reference,
                confidence=target.confidence if target is not None else None,
                reason=callout.reason,
            )
