"""Finding the reference list among a document's lines, and where it ends."""

import re
from collections import Counter

from citeclass.reading.pdf.blocks import CAPTION
from citeclass.reading.pdf.lines import Line

_REFERENCES = re.compile(
    r"^(?:\W*(?:\d{1,2}|[IVX]{1,4}|[A-H])\.?\s+)?(?:notes\s+and\s+)?(?:references?(?:\s+(?:list|and\s+notes|cited|and\s+(?:recommended|further|suggested)\s+readings?))?|(?:list\s+of|selected|cited)\s+references|sources|bibliography|literature(?:\s+cited)?|"
    r"works\s+cited|literature\s+references|bibliograph(?:ic|ical)\s+references|refer[eê]ncias(?:\s+(?:bibliogr[aá]ficas|citadas))?|literatura\s+(?:citada|consultada)|obras\s+citadas|r[eé]f[eé]rences(?:\s+bibliographiques)?|bibliographie|riferimenti(?:\s+bibliografici)?|quellen|"
    r"references\s*/.*|bibliograf[ií]a|literaturverzeichnis|r\s*e\s*f\s*e\s*r\s*e\s*n\s*c\s*e\s*s)\s*[:.]?$",
    re.IGNORECASE,
)
_MAY_BE_DATA = re.compile(r"\W*(?:\d{1,2}\.?\s+)?sources\b", re.IGNORECASE)
_AFTER_REFERENCES = re.compile(
    r"^(?:appendi(?:x|ces)\b|supplement|supporting information|acknowledg|author contributions|conflicts? of interest|competing interests|"
    r"funding|publisher.s note|figure legends?|how to cite|cite this article|copyright|submit your|ready to submit|additional files?|"
    r"author details|about the authors?|data availability|received:?\s|tables?$|figures?$|biograph|correspondence)",
    re.IGNORECASE,
)
_LICENCE = re.compile(
    r"open.access article|terms of the creative commons|creative commons attribution|creativecommons\.org|^©|^copyright ©|\ball rights reserved",
    re.IGNORECASE,
)
_OWN_CITATION = re.compile(r"^(?:how )?(?:to )?cite this article\b", re.IGNORECASE)  # "How to cite this article: …"
_OWN_DOI = re.compile(r"doi:\s*10\.\d{4,9}/\S+", re.IGNORECASE)
_YEARS = re.compile(r"\b(?:1[89]|20)\d\d\b")
_LABEL = re.compile(r"^\[?\(?(\d{1,3})(?:\]|\)|\.(?!\d)|\s(?=[A-Z]))")
_ENTRY = re.compile(
    r"^(?:van |von |de |der |di |da )?[A-ZÀ-Þ][\w’'\-]+,?\s+(?:[A-Z]\.|[A-Z]{1,3}\b)"
    r"|^(?:[A-Z]\.[\s\-‐]?){1,3}\s?[A-ZÀ-Þ][\w’'\-]+(?:[,.]|\s(?:and|&)\s)"
)

_WINDOW = 24  # lines that are looked at together, in a list without heading
_SOON = 8  # lines within which a list that is called "Sources", as others are, too, has two entries
_SPARSEST = 6  # one in so many of them opens an entry, at least


def list_start(lines: list[Line]) -> tuple[int, int] | None:
    """Where the reference list's heading stands and where its first entry does.

    Of several lines that read like the heading (a table column, a contents page, a supplement's own list),
    the one followed by most entries wins; of equals the last.
    """
    headings = _without_running(lines, [i for i, line in enumerate(lines) if _is_heading(line)])
    best: tuple[int, int] | None = None
    for i, following in zip(headings, [*headings[1:], len(lines)], strict=False):
        texts = [line.text for line in lines[i + 1 : following]]
        entries = _openings(texts)
        if _MAY_BE_DATA.match(lines[i].text) and _openings(texts[:_SOON]) < 2:
            continue
        if len(_YEARS.findall(" ".join(texts[:60]))) >= 2 and (best is None or entries >= best[0]):
            best = entries, i
    if best is not None:
        return best[1], best[1] + 1
    run = _numbered_tail(lines) or _named_tail(lines)
    return (run, run) if run is not None else None


def _is_heading(line: Line) -> bool:
    """Whether a line reads like the heading of a reference list."""
    return len(line.text) < 50 and bool(_REFERENCES.match(line.text))


def _without_running(lines: list[Line], headings: list[int]) -> list[int]:
    """``headings`` without those that only go on from the page before, as books print them: nothing but entries between."""
    kept: list[int] = []
    for i in headings:
        between = [line.text for line in lines[kept[-1] + 1 : i]] if kept else []
        running = kept and lines[i].page == lines[i - 1].page + 1 and 3 <= _openings(between) >= len(between) / 8
        if not running:
            kept.append(i)
    return kept


def _openings(texts: list[str]) -> int:
    """How many of some lines open an entry."""
    return sum(_opens_entry(texts, k) for k in range(len(texts)))


def _opens_entry(texts: list[str], at: int) -> bool:
    """Whether a line begins like an entry, with a year in it or soon after."""
    return bool(_ENTRY.match(texts[at]) or _LABEL.match(texts[at])) and bool(
        _YEARS.search(" ".join(texts[at : at + 4]))
    )


def _numbered_tail(lines: list[Line]) -> int | None:
    """The start of a list ``1. … 2. … 3. …`` of entries with years in the last half, for lists without heading."""
    for i in range(len(lines) // 2, len(lines)):
        if re.match(r"^\[?1[\].)]\s*\D", lines[i].text):
            window = [line.text for line in lines[i : i + 60]]
            found = [n for n in range(1, 9) if any(re.match(rf"^\[?{n}[\].)]\s*\D", t) for t in window)]
            if len(found) >= 6 and len(re.findall(r"\b(?:19|20)\d\d\b", " ".join(window))) >= 6:
                return i
    return None


def _named_tail(lines: list[Line]) -> int | None:
    """The start of a closing run of entries that open with an author, for lists without heading or numbers."""
    texts = [line.text for line in lines]
    opens = [bool(_ENTRY.match(texts[i])) and _opens_entry(texts, i) for i in range(len(lines))]
    start = None
    for i in range(len(lines) - 1, len(lines) // 3, -1):
        window = opens[i : i + _WINDOW]
        if len(window) == _WINDOW and sum(window) * _SPARSEST < _WINDOW:
            break
        if opens[i]:
            start = i
    # lines of the text above may read like entries, too
    while start is not None and not _looks_like_list(texts[start : start + 12]):
        start = next((i for i in range(start + 1, len(lines)) if opens[i]), None)
    return start if start is not None and sum(opens[start:]) >= 8 else None


def list_lines(lines: list[Line], cut: tuple[int, int]) -> tuple[list[Line], list[Line]]:
    """The lines of the reference list, and those after or between them that are something else.

    Where a float, a caption or a closing section begins, the list goes on only if entries follow.
    """
    entries: list[Line] = []
    others: list[Line] = []
    ahead = lines[cut[1] : cut[1] + 200]
    openings = [line for line in ahead if _ENTRY.match(line.text) or _LABEL.match(line.text)]
    sizes: Counter[float] = Counter()
    for line in openings if len(openings) > 4 else ahead[:60]:
        sizes[round(line.size, 1)] += len(line.text)
    usual = sizes.most_common(1)[0][0] if sizes else 10.0
    heading = lines[cut[0]]
    below = [
        o.x1
        for o in lines[cut[1] : cut[1] + 5]
        if o.page == heading.page and o.baseline < heading.baseline and o.x0 < heading.x0 + 60
    ]
    edge = max(below, default=heading.x0)
    i = cut[1]
    while i < len(lines):
        line = lines[i]
        above = line.page == heading.page and line.baseline > heading.baseline and line.x0 < edge
        if len(entries) > 3 and _closes(lines, i, entries, usual):
            others += lines[i:]
            break
        if above or _is_heading(line) or not 0.85 * usual <= line.size <= 1.12 * usual or _LICENCE.search(line.text):
            others.append(line)
        elif len(entries) > 3 and _ends_list(line, usual):
            if _OWN_CITATION.match(line.text) and _OWN_DOI.fullmatch(entries[-1].text):
                others.append(entries.pop())  # the article's own DOI, printed above how to cite it
            resume = _resumes(lines, i, entries, usual)
            others += lines[i:resume]
            i = resume
            continue
        else:
            entries.append(line)
        i += 1
    return entries, others


def _closes(lines: list[Line], at: int, entries: list[Line], usual: float) -> bool:
    """Whether a heading of something else stands at ``at``, for good: no entries follow it, and those before were told as such."""
    line = lines[at]
    heads = line.size > 1.12 * usual or (
        line.bold and not entries[-1].bold and line.text not in {e.text for e in entries}
    )
    if not heads or not 3 < len(line.text) < 80 or not line.text[0].isalnum() or line.text[0].islower():
        return False
    if _YEARS.search(line.text) or _ENTRY.match(line.text) or _LABEL.match(line.text):
        return False
    last = [e.text for e in entries[-60:]]
    return 12 * _openings(last) >= len(last) and _resumes(lines, at, entries, usual) == len(lines)


def _ends_list(line: Line, usual: float) -> bool:
    """Whether ``line`` looks like a caption or the heading of what comes after the references."""
    styled = line.bold or line.size > 1.06 * usual or line.text.isupper()
    if CAPTION.match(line.text) or _OWN_CITATION.match(line.text):
        return True
    return bool(_AFTER_REFERENCES.match(line.text)) and (styled or len(line.text) < 32)


def _resumes(lines: list[Line], at: int, entries: list[Line], usual: float) -> int:
    """Where the reference list goes on after an interruption at ``at``: its end where it does not."""
    labels = [int(m[1]) for e in entries if (m := _LABEL.match(e.text))]
    numbered = len(labels) >= 3 and labels[:3] == sorted(labels[:3]) and len(labels) * 8 > len(entries)
    for i in range(at + 1, len(lines)):
        text = lines[i].text
        if not 0.9 * usual <= lines[i].size <= 1.1 * usual:
            continue
        if numbered:
            label = _LABEL.match(text)
            if label and max(labels) < int(label[1]) <= max(labels) + 2:
                return i
        elif _ENTRY.match(text) and _looks_like_list([other.text for other in lines[i : i + 12]]):
            return i
    return len(lines)


def _looks_like_list(texts: list[str]) -> bool:
    """Whether a few lines hold several entries: openings with a name, and years."""
    return sum(bool(_ENTRY.match(t)) for t in texts) >= 3 and len(_YEARS.findall(" ".join(texts))) >= 3
