"""Where the entries of a list without numbers begin: the cheapest reading of all its rows together.

Each row is weighed by itself (does it open with authors, does the row before look finished, does it stand at
the edge of a hanging indent, is there a gap above), and runs of rows by what an entry must hold (a year) and how lists
are sorted (by first author). A pass of dynamic programming takes the division with the best sum, so that a
journal's name at the head of a row is no entry because its neighbours say so.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import regex

from citeclass.linking.names import PARTICLES
from citeclass.text import squash

SOFT_HYPHEN = "\u00ad"

_PARTICLES = rf"(?:(?:{PARTICLES})\s+){{0,3}}"
_NAME = r"(?:[dDlLO][’'])?\p{Lu}[\p{L}\p{M}’'\-‐–]+"
_FAMILY = rf"{_PARTICLES}{_NAME}(?:[\s\-]{_PARTICLES}{_NAME}){{0,2}}"
_PERSON = regex.compile(
    rf"{_FAMILY},\s*(?:\p{{Lu}}\p{{M}}?\p{{Ll}}?\.|\p{{Lu}}{{1,3}}(?![\p{{L}}.])|\p{{Lu}}\p{{Ll}}+[\s,.;])"  # Smith, J. / Smith, JA / Smith, John
    rf"|{_FAMILY}\s+\p{{Lu}}{{1,3}}(?=[,.;:\s(])(?!\.\s?\p{{Ll}})"  # Smith JA
    rf"|(?:\p{{Lu}}\.[\s\-‐]?){{1,3}}\s?{_FAMILY}(?=[,.]|\s+(?:and|&|et|und|y)\s|\s*\()"  # J. A. Smith
    r"|(?:——+|__+|–––+|---+)"  # the same authors again
)
_DATED = regex.compile(
    r"^\P{N}{2,160}?[\s,.(\[]\(?(?:(?:1[5-9]|20)\d\d[a-z]?|n\.\s?d\.|in press|forthcoming|s\.\s?f\.)[\s).,:;]"
)
_BODY = regex.compile(
    r"^(?:\p{Lu}[\p{L}’'&\-]+|of|for|and|the|de|on|&|in|[\s,()/])+[.,]?\s*\(?(?:1[5-9]|20)\d\d[a-z]?\b"
)
_BODY_FIRST = regex.compile(  # Specimen Network for Visits, Lee, K., & Roy, A.
    rf"^\p{{Lu}}[\p{{L}}’'\-]+(?:\s+(?:\p{{Lu}}[\p{{L}}’'\-]+|of|for|and|the|on|&)){{2,9}}[,;]\s+(?:&\s+|and\s+)?{_FAMILY},\s*\p{{Lu}}\."
)
_JOURNAL = regex.compile(
    r"^(?:\p{Lu}?[\p{L}.&’'\-]+[\s:,]+){1,8}?(?:vol\.?\s*|v\.\s*)?\d{1,4}\s*(?:\(|:|,\s*(?:pp?[\s.]|n\.|e?\d))|^(?:pp?\.|https?:|doi|in:?\s|retrieved|available|\d)",
    regex.IGNORECASE,
)
# A. Lee. A study of visits in two towns. Spec J, 3:1: more words than a journal's name has
_LONG_INITIALED = regex.compile(r"\p{Lu}\.(?:\s?\S*\p{L}[.,]?\s){5}")
_LINKS = regex.compile(
    r"(?:publisher full text|reference source|full text|pubmed(?: abstract)?|google scholar|crossref)$",
    regex.IGNORECASE,
)
_ENDED = regex.compile(rf"(?:[.\])]|\d\S{{0,24}}|10\.\S+|https?://\S+|{_LINKS.pattern[:-1]})$", regex.IGNORECASE)
_YEAR = regex.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)|\bn\.\s?d\.|in press|forthcoming|s\.\s?f\.", regex.IGNORECASE)
# Initials, with a name or a year to follow.
_NAMES_GO_ON = regex.compile(r"(?:[,;&]|\band)\s+(?:\p{Lu}\.[\s\-‐]?){1,3}$")
_TAIL = 120
_HEAD = 120  # characters in which the first author is looked for
_AHEAD = 4  # rows in which the first year of an entry is looked for
_LEAST = -1.0  # what a row must weigh to be thought of as an opening
_LONGEST = 24  # rows of one entry
_BELIEVED = 0.8  # share of the links' landings that must look like openings for the others to count
_POINTED = 4.0  # what a landing adds to a row


@dataclass(frozen=True, slots=True)
class Row:
    """A printed row of the list; points from the page's lower left corner. ``start`` is its place in the document's text,
    ``pointed`` whether one of the file's links may land on it.
    """

    text: str
    x0: float
    x1: float
    y: float
    page: int
    start: int = 0
    pointed: bool = False


def openings(rows: Sequence[Row]) -> set[int]:
    """The places of the rows that open an entry; the first always does."""
    if not rows:
        return set()
    weights = _weights(rows)
    for i in _landings(rows, weights):
        weights[i] += _POINTED
    keys = [squash(r.text[:40])[:14] for r in rows]
    sure = [i for i, w in enumerate(weights) if w >= 4.0]
    rising = sum(keys[a] <= keys[b] for a, b in zip(sure, sure[1:], strict=False))
    disorder = 3.0 if len(sure) > 4 and rising > 0.8 * (len(sure) - 1) else 0.0
    return _best_division([w if i else 99.0 for i, w in enumerate(weights)], keys, _dated(rows), disorder)


def _landings(rows: Sequence[Row], weights: Sequence[float]) -> list[int]:
    """The rows that the file's links mean: where they land, or the row below, if most of these look like openings anyway."""
    pointed = [i for i, r in enumerate(rows) if r.pointed]
    for step in (0, 1):
        meant = [i + step for i in pointed if i + step < len(rows)]
        if len(meant) > 4 and sum(weights[i] > 0 for i in meant) >= _BELIEVED * len(meant):
            return meant
    return []


def _best_division(
    weights: Sequence[float], keys: Sequence[str], dated: Callable[[int, int], bool], disorder: float
) -> set[int]:
    """The starts with the best sum: each start's weight, less for an entry without year or out of order."""
    count = len(weights)
    best = [float("-inf")] * (count + 1)
    before = [0] * (count + 1)
    best[0] = 0.0
    # best[i]: the best sum of a division of the rows before i, whose last entry began at before[i]
    for end in range(1, count + 1):
        for start in range(max(0, end - 4 * _LONGEST), end):
            if best[start] == float("-inf") or (weights[start] <= _LEAST and start):
                continue
            value = best[start] + weights[start]
            if not dated(start, end):
                value -= 2.5
            if start and disorder and keys[start] < keys[before[start]]:
                value -= disorder
            if end - start > _LONGEST:
                value -= 2.0
            if value > best[end]:
                best[end], before[end] = value, start
        if best[end] == float("-inf"):  # nothing opened for very long: the last entry goes on
            best[end], before[end] = best[end - 1], before[end - 1]
    starts, at = set(), count
    while at > 0:
        at = before[at]
        starts.add(at)
    return starts


def _dated(rows: Sequence[Row]) -> Callable[[int, int], bool]:
    """Whether the rows from a start to an end hold a year."""
    seen = [0]
    for row in rows:
        seen.append(seen[-1] + bool(_YEAR.search(row.text)))
    return lambda start, end: seen[end] > seen[start]


def _weights(rows: Sequence[Row]) -> list[float]:
    """For each row how much speaks for an entry opening there."""
    runs = _columns(rows)
    edges, hanging = _edges(rows, runs)
    right = _right_edges(rows, runs)
    usual, spaced = _spacing(rows)
    weights = []
    for i, row in enumerate(rows):
        ahead = " ".join(r.text for r in rows[i : i + _AHEAD])
        value = -3.0
        person = _PERSON.match(row.text[:_HEAD])
        journal = bool(_JOURNAL.match(row.text)) and not (person and _LONG_INITIALED.match(row.text))
        if person and not journal:
            value += 3.0 + (1.5 if _DATED.match(ahead) else 0.0)
        elif (_BODY.match(ahead) or _BODY_FIRST.match(ahead)) and not journal:
            value += 3.5
        elif _capital(row.text) and not journal:
            value += 0.5
        if i:
            previous = rows[i - 1]
            tail = previous.text[-_TAIL:]
            if previous.text.endswith(SOFT_HYPHEN):
                value -= 6.0
            value += 2.0 if _ENDED.search(tail) and not _NAMES_GO_ON.search(tail) else -3.0
            value += 1.0 if previous.x1 < right[i - 1] - 25 and previous.page == row.page else 0.0
            value += 1.5 if _LINKS.search(tail) else 0.0
            gap = previous.y - row.y if previous.page == row.page else 0.0
            if spaced and gap > 0:
                value += 2.5 if gap > 1.25 * usual else -2.5
        if hanging:
            value += 2.5 if row.x0 <= edges[i] + 3 else -5.0
        weights.append(value)
    return weights


def _capital(text: str) -> bool:
    """Whether a text opens with a letter that is not small: scripts without capitals count."""
    return text[:1].isalpha() and not text[:1].islower()


def _edges(rows: Sequence[Row], runs: Sequence[Sequence[int]]) -> tuple[list[float], bool]:
    """The left edge of the column each row stands in, and whether the list is set with hanging indents."""
    edges = [0.0] * len(rows)
    inner = outer = named_in = named_out = 0
    for run in runs:
        counts = Counter(round(rows[i].x0) for i in run)
        left = min(
            (e for e in counts if sum(counts.get(e + d, 0) for d in (-1, 0, 1)) >= max(1, len(run) // 8)),
            default=min(counts),
        )
        for i in run:
            edges[i] = left
            named = bool(_PERSON.match(rows[i].text[:_HEAD]) or _BODY.match(rows[i].text))
            if rows[i].x0 <= left + 3:
                outer, named_out = outer + 1, named_out + named
            elif rows[i].x0 <= left + 50:
                inner, named_in = inner + 1, named_in + named
    hanging = inner >= 0.2 * len(rows) and outer > 0 and named_out >= 0.5 * outer
    return edges, hanging and named_out * inner > named_in * outer


def _right_edges(rows: Sequence[Row], runs: Sequence[Sequence[int]]) -> list[float]:
    """The right edge of the column each row stands in."""
    edges = [0.0] * len(rows)
    for run in runs:
        right = sorted(rows[i].x1 for i in run)[int(0.9 * (len(run) - 1))]
        for i in run:
            edges[i] = right
    return edges


def _spacing(rows: Sequence[Row]) -> tuple[float, bool]:
    """The usual distance of rows, and whether entries are set apart by larger ones."""
    gaps = [a.y - b.y for a, b in zip(rows, rows[1:], strict=False) if a.page == b.page and 0 < a.y - b.y < 40]
    usual = sorted(gaps)[len(gaps) // 2] if gaps else 0.0
    return usual, bool(gaps) and sum(g > 1.25 * usual for g in gaps) > 0.12 * len(gaps)


def _columns(rows: Sequence[Row]) -> list[list[int]]:
    """Runs of rows down one column of one page."""
    runs: list[list[int]] = []
    for i, row in enumerate(rows):
        previous = rows[i - 1] if i else None
        if previous is None or row.page != previous.page or row.y > previous.y + 2:
            runs.append([])
        runs[-1].append(i)
    return runs
