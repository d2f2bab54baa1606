"""Segmenting a printed reference list into its entries.

Entries are told apart by printed numbers that count up; else by hanging indents; else by gaps; else
by what opens them (an author's name after an entry that ended).
"""

import re
from collections import Counter
from dataclasses import dataclass

from citeclass.records import Document, PrintedLine, Reference
from citeclass.text import tidy

SOFT_HYPHEN = "\u00ad"

_LABEL = re.compile(r"^\[?\(?(\d{1,3})(?:\]|\)|\.(?!\d)|\s(?=\D))\s*")
_BARE_LABEL = re.compile(r"^\[?\(?(\d{1,3})[\]).]?$")
_AUTHOR_START = re.compile(
    r"^(?:[A-ZÀ-Þ][\w’'\-]+(?:\s+[A-ZÀ-Þ][\w’'\-]+)?,?\s+(?:[A-Z]\.|[A-Z]{1,3}\b|[A-Z][a-zà-ÿ]+)|(?:van|von|de|der|den|del|da|di|la|le|el)\s+[A-ZÀ-Þ]|[A-Z]\.\s?[A-Z]?\.?\s*[A-ZÀ-Þ][a-z]|[A-ZÀ-Þ][\w’'&. \-]{3,80}[.(]\s*\(?(?:19|20)\d\d|——+|__+)"
)
_LINK_END = re.compile(
    r"(?:publisher full text|reference source|full text|pubmed(?: abstract)?|google scholar|crossref)$", re.IGNORECASE
)
_ENDED = re.compile(rf"(?:[.\]\)]|\d|10\.\S+|https?://\S+|{_LINK_END.pattern[:-1]})$", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_DOI_TAIL = re.compile(r"(?:10\.\d{4,9}(?:/\S*)?|doi\.org/?\S*|doi:?\s?\S*/\S*)$", re.IGNORECASE)
_LONGEST = 1200
_TAIL = 120  # characters before a line break in which a DOI may have begun


@dataclass(frozen=True, slots=True)
class _Row:
    text: str
    x0: float
    x1: float
    y: float
    page: int
    column: int = 0


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
            references.append(Reference(len(references), raw, label=str(label) if label is not None else None))
    return tuple(references)


def _rows(document: Document) -> list[_Row]:
    by_start = {line.start: line for line in document.lines}
    rows: list[_Row] = []
    for paragraph in document.bibliography:
        line: PrintedLine | None = by_start.get(paragraph.start)
        text = document.text[paragraph.start : paragraph.end]
        x0, y0, x1, _ = line.box if line else (0.0, 0.0, 0.0, 0.0)
        page = line.page if line else 0
        if rows and rows[-1].page == page and abs(rows[-1].y - y0) < 2.5 and x0 >= rows[-1].x1 - 2:
            last = rows.pop()  # a label and its entry, set apart by a tab
            rows.append(_Row(f"{last.text} {text}", last.x0, x1, y0, page))
        else:
            rows.append(_Row(text, x0, x1, y0, page))
    return rows


def _numbered(rows: list[_Row]) -> list[tuple[int | None, list[_Row]]]:
    """Groups by printed numbers that count up from the first one; nothing where most do not."""
    labels = [(i, int(m[1])) for i, r in enumerate(rows) if (m := _LABEL.match(r.text) or _BARE_LABEL.match(r.text))]
    chain = _chain(labels)
    if len(chain) < 3 or len(chain) * 14 < len(rows):
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


def _unnumbered(rows: list[_Row]) -> list[tuple[int | None, list[_Row]]]:
    starts = _by_indent(rows) or _by_opening(rows)
    groups: list[tuple[int | None, list[_Row]]] = []
    for i, row in enumerate(rows):
        if i in starts or not groups:
            groups.append((None, [row]))
        else:
            groups[-1][1].append(row)
    return groups


def _columns(rows: list[_Row]) -> list[list[int]]:
    """Runs of rows down one column of one page."""
    runs: list[list[int]] = []
    for i, row in enumerate(rows):
        previous = rows[i - 1] if i else None
        if previous is None or row.page != previous.page or row.y > previous.y + 2:
            runs.append([])
        runs[-1].append(i)
    return runs


def _by_indent(rows: list[_Row]) -> set[int]:
    """Rows at the left edge of a hanging indent; empty where the list is not set that way.

    Edges are read column by column, and borrowed from the widest column where one is short.
    """
    starts: set[int] = set()
    hanging = flush = 0
    for run in _columns(rows):
        edges = Counter(round(rows[i].x0) for i in run)
        left = min(
            (e for e in edges if sum(edges.get(e + d, 0) for d in (-1, 0, 1)) >= max(1, len(run) // 25)),
            default=min(edges),
        )
        inner = sum(n for e, n in edges.items() if left + 4 <= e <= left + 50)
        outer = sum(n for e, n in edges.items() if abs(e - left) <= 2)
        hanging += inner
        flush += outer
        starts.update(i for i in run if rows[i].x0 <= left + 3)
    named = sum(bool(_AUTHOR_START.match(rows[i].text)) for i in starts)
    if hanging < 0.2 * len(rows) or not starts or named < 0.5 * len(starts):
        return set()
    inside = [i for i in range(len(rows)) if i not in starts]
    named_inside = sum(bool(_AUTHOR_START.match(rows[i].text)) for i in inside)
    if inside and named_inside / len(inside) > named / len(starts):
        return set(inside)  # first lines indented instead
    return {i for i in starts if i == 0 or not rows[i - 1].text.endswith(SOFT_HYPHEN)}


def _by_opening(rows: list[_Row]) -> set[int]:
    """Rows that open like an entry after one that looks finished."""
    gaps = [a.y - b.y for a, b in zip(rows, rows[1:], strict=False) if a.page == b.page and 0 < a.y - b.y < 40]
    usual = sorted(gaps)[len(gaps) // 2] if gaps else 0.0
    spaced = bool(gaps) and sum(g > 1.25 * usual for g in gaps) > 0.12 * len(gaps)
    right = max((r.x1 for r in rows), default=0.0)
    starts, last = {0}, 0
    for i in range(1, len(rows)):
        before, row = rows[i - 1], rows[i]
        gap = before.y - row.y if before.page == row.page else 0.0
        opens = bool(_AUTHOR_START.match(row.text))
        closed = bool(_LINK_END.search(before.text[-_TAIL:]))
        if (opens and closed) or (spaced and gap > 1.25 * usual and (opens or row.text[:1].isupper())):
            starts.add(i)
            last = i
        elif opens and _ENDED.search(before.text[-_TAIL:]) and (not spaced or gap < 0 or gap == 0.0):
            since = " ".join(r.text for r in rows[max(last, i - 30) : i])
            short = before.x1 < right - 25
            if _YEAR.search(since) and (short or len(since) > 90 or before.text.endswith(".")):
                starts.add(i)
                last = i
    return starts


def _join(texts: list[str]) -> str:
    """The lines of an entry as one string; a DOI broken over lines is made whole."""
    out = ""
    for text in texts:
        if len(out) > _LONGEST:
            break
        doi_open = bool(_DOI_TAIL.search(out[-_TAIL:]))
        if not out:
            out = text
        elif out.endswith(SOFT_HYPHEN):
            out = out[:-1] + text if text[:1].islower() else out[:-1] + "-" + text
        elif (
            (doi_open and not out.endswith((".", ",", ";")) and re.match(r"[\w./()-]*\d[\w./()-]*(?:\s|$)", text))
            or out.endswith("/")
            or (out.endswith("-") and text[:1].isalnum() and not out.endswith(" -"))
            or (doi_open and out.endswith(".") and re.match(r"\d[\w./()-]*$", text))
        ):
            out += text
        else:
            out += " " + text
    return tidy(out.replace(SOFT_HYPHEN, ""))
