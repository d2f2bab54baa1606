"""Segmenting a printed reference list into its entries.

Entries are told apart by printed numbers that count up; without numbers, by all that
:mod:`~citeclass.linking.openings` weighs.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace

from citeclass.linking.openings import SOFT_HYPHEN, Row, openings
from citeclass.records import Document, PrintedLine, Reference
from citeclass.text import find_doi, find_pmid, normal_doi, tidy

_LABEL = re.compile(r"^\[?\(?(\d{1,3})(?:\]|\)|\.(?!\d)|\s(?=\D))\s*")
_BARE_LABEL = re.compile(r"^\[?\(?(\d{1,3})[\]).]?$")
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_DOI_TAIL = re.compile(r"(?:10\.\d{4,9}(?:/\S*)?|doi\.org/?\S*|doi:?\s?\S*/\S*)$", re.IGNORECASE)
# What a DOI goes on with: no words, but something with a digit in it
_DOI_GOES_ON = re.compile(
    r"(?!PMC\d|PMID|\d+(?:st|nd|rd|th)\b|(?:19|20)\d\d(?:\s|$))(?=\S*\d)(?!\S*\.\s+[A-Z][a-z]+\s[a-z])[\w./()<>:;\-]+(?:\s|$)"
)
_LONGEST = 1200
_TAIL = 120  # characters before a line break in which a DOI may have begun


def segment(document: Document) -> tuple[Reference, ...]:
    """The entries of the document's printed reference list, raw and with their numbers; empty without one."""
    rows = _rows(document)
    if not rows:
        return ()
    groups = _numbered(rows) or _unnumbered(rows)
    references: list[Reference] = []
    for label, members in groups:
        raw = _join([r.text for r in members])
        if label is not None:
            raw = _LABEL.sub("", raw, count=1) if _LABEL.match(raw) else re.sub(rf"^\[?{label}[\].]?\s*", "", raw)
        raw = raw[:_LONGEST].strip()
        if len(raw) >= 20 or (len(raw) >= 8 and _YEAR.search(raw)):
            label_text = str(label) if label is not None else None
            references.append(Reference(len(references), raw, label=label_text, start=members[0].start))
    return tuple(_identified(references, document))


def _identified(references: list[Reference], document: Document) -> Iterator[Reference]:
    """``references`` with the DOI or PMID that the file's links tell, where all those of an entry tell one."""
    starts = [r.start or 0 for r in references]
    told: dict[int, list[str]] = {}
    for address in document.addresses:
        told.setdefault(bisect_right(starts, address.start) - 1, []).append(address.url)
    for index, reference in enumerate(references):
        dois, pmids = ({find(url) for url in told.get(index, ())} - {None} for find in (normal_doi, find_pmid))
        yield replace(
            reference,
            doi=dois.pop() if len(dois) == 1 and find_doi(reference.raw) is None else None,
            pmid=pmids.pop() if len(pmids) == 1 else None,
        )


def _rows(document: Document) -> list[Row]:
    by_start = {line.start: line for line in document.lines}
    pointed = {place for pointer in document.pointers for place in pointer.places}
    rows: list[Row] = []
    for paragraph in document.bibliography:
        line: PrintedLine | None = by_start.get(paragraph.start)
        text = document.text[paragraph.start : paragraph.end]
        x0, y0, x1, _ = line.box if line else (0.0, 0.0, 0.0, 0.0)
        page = line.page if line else 0
        if rows and rows[-1].page == page and abs(rows[-1].y - y0) < 2.5 and x0 >= rows[-1].x1 - 2:
            last = rows.pop()  # a label and its entry, set apart by a tab
            landing = last.pointed or paragraph.start in pointed
            rows.append(Row(f"{last.text} {text}", last.x0, x1, y0, page, last.start, landing))
        else:
            rows.append(Row(text, x0, x1, y0, page, paragraph.start, paragraph.start in pointed))
    return rows


def _numbered(rows: list[Row]) -> list[tuple[int | None, list[Row]]]:
    """Groups by printed numbers that count up from the first one; nothing where most do not."""
    labels = [(i, int(m[1])) for i, r in enumerate(rows) if (m := _LABEL.match(r.text) or _BARE_LABEL.match(r.text))]
    chain = _chain(labels)
    if len(chain) < 3 or len(chain) * 14 < chain[-1][0]:
        return []
    if chain[0][1] > 3 or chain[0][0] > 8:
        return []
    starts = [i for i, _ in chain] + [len(rows)]
    return [(number, rows[start:end]) for (start, number), end in zip(chain, starts[1:], strict=True)]


def _chain(labels: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of labels that count up by one, letting up to two numbers in a row be missing."""
    best: list[tuple[int, int]] = []
    for first in range(min(len(labels), 12)):
        run = [labels[first]]
        for at, number in labels[first + 1 :]:
            if 1 <= number - run[-1][1] <= 1 or (2 <= number - run[-1][1] <= 3 and not _has_next(labels, run[-1])):
                run.append((at, number))
        if len(run) > len(best) and run[0][1] <= 3:
            best = run
    return best


def _has_next(labels: list[tuple[int, int]], after: tuple[int, int]) -> bool:
    """Whether the number right after ``after`` still comes within the next entries."""
    return any(number == after[1] + 1 for at, number in labels if after[0] < at <= after[0] + 30)


def _unnumbered(rows: list[Row]) -> list[tuple[int | None, list[Row]]]:
    starts = sorted(openings(rows))
    return [(None, rows[a:b]) for a, b in zip(starts, [*starts[1:], len(rows)], strict=True)]


def _join(texts: list[str]) -> str:
    """The lines of an entry as one string; a DOI broken over lines is made whole."""
    out = ""
    for text in texts:
        if len(out) > _LONGEST:
            break
        if not out:
            out = text
        elif _DOI_TAIL.search(out[-_TAIL:]) and _DOI_GOES_ON.match(text) and not out.endswith((",", ";")):
            out = (out[:-1] + "-" if out.endswith(SOFT_HYPHEN) else out) + text
        elif out.endswith(SOFT_HYPHEN):
            out = out[:-1] + text if text[:1].islower() else out[:-1] + "-" + text
        elif out.endswith("/") or (out.endswith("-") and text[:1].isalnum() and not out.endswith(" -")):
            out += text
        else:
            out += " " + text
    return tidy(out.replace(SOFT_HYPHEN, ""))
