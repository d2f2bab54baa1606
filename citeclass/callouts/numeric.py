"""Numeric markers: ``[1,3–5]``, ``(2)``, ``refs. 4 and 5`` and superscripts such as ``¹²,¹⁴``."""

from collections.abc import Iterator
from dataclasses import replace

import regex

from citeclass.callouts.marks import Mark, Style
from citeclass.text.raised import lower

DASH = r"\-‐‑‒–—−"
LONGEST_RANGE = 60

_ITEM = rf"\d{{1,3}}[a-z]?[•*]{{0,2}}(?:\s*[{DASH}]\s*\d{{1,3}})?"
_LIST = rf"{_ITEM}(?:\s*(?:[,;/]|,?\s*and|&|y|e)\s*{_ITEM})*"
_LIST_ROUND = _LIST.replace("/", "")  # (4/19) is a share
_PAGES = r"(?:\s*[,:]\s*(?:(?:pp?|chap(?:ter)?s?|ch|figs?|figures?|tables?|sect?(?:ion)?s?|par(?:agraph)?s?|app(?:endix)?|theorems?|thm|lemma|eqs?|equations?|vol(?:ume)?|§{1,2})\.?\s*[\dixva-h][\w\s,.–-]*|\d+(?:\.\d+){2,}\.?))?"  # where in the work
_LEAD = r"(?:for\s+(?:an?\s+|the\s+)?(?:reviews?|overviews?|details),?\s+(?=see))?(?:(?:see|see also|e\.g\.,?|cf\.|reviewed in|refs?\.?)\s+)?"
_TAIL = r"(?:\s+for\s+(?:an?\s+)?(?:reviews?|overviews?|details))?"
_BRACKET = regex.compile(rf"\[\s*{_LEAD}(?P<list>{_LIST}){_PAGES}{_TAIL}[\s,;]*\]", regex.IGNORECASE)
_PAREN = regex.compile(rf"(?<![\w])\(\s*{_LEAD}(?P<list>{_LIST_ROUND}){_PAGES}{_TAIL}[\s,;]*\)", regex.IGNORECASE)
_WORD = regex.compile(
    r"(?<![\w])(?:refs?\.|references?)\s*(?P<list>\d{1,3}(?:\s*(?:,|and|,\s*and|&|[–-])\s*\d{1,3})*)(?![\w%/]|\.\d)",
    regex.IGNORECASE,
)
_TO = regex.compile(rf"\s*[{DASH}]\s*")  # [3]–[7]
_RAISED = r"[⁰¹²³⁴⁵⁶⁷⁸⁹]"
_SUPER = regex.compile(
    rf"(?<![⁻⁺{_RAISED[1:-1]}])\[?(?P<list>{_RAISED}{{1,3}}(?:\s?(?:[,;.]\s?|[{DASH}⁻])\s?{_RAISED}{{1,3}})*)\]?"
    rf"(?!{_RAISED}|[+⁺])"  # Ca²⁺
)
_ONE = regex.compile(rf"(\d{{1,3}})[a-z]?(?:[•*]{{0,2}}\s*[{DASH}]\s*(\d{{1,3}}))?")
# What stands before a raised number that is an exponent or an ordinal of a unit, not a callout.
_DIGITS = regex.compile(r"\d+")
_VARIABLE = regex.compile(r"(?<![\p{L}\p{N}])\p{L}$")
_ISOTOPE = regex.compile(r"(?:^|[\s(\[/\-–])$")
_ELEMENT = regex.compile(r"\p{Lu}\p{Ll}?(?!\p{Ll})")
_LONGER = regex.compile(r"\d10$")
_EXPONENT = regex.compile(
    r"(?:(?<![\p{L}])(?:[dckmµμn]?m|[Δ∆]?R|VO|V̇O|r|χ|χ|Χ|X|I|τ|η|η[Pp]|ω|σ|s|ft|in|kg/m|p|h|T|B|d)|\b10|[×x·]\s?10|\d\s?[ckm]?m)$"
)


def expand(first: int, last: int | None) -> tuple[int, ...]:
    """The numbers of a printed range; a range that runs backwards or too far is its two ends.

    ``12–5`` abbreviates ``12–15``, as some journals print it.
    """
    if last is None:
        return (first,)
    if last < first:
        whole = int(str(first)[: -len(str(last))] + str(last)) if len(str(last)) < len(str(first)) else last
        last = whole
    if first < last <= first + LONGEST_RANGE:
        return tuple(range(first, last + 1))
    return (first, last) if first != last else (first,)


def _items(match: "regex.Match[str]", style: Style) -> Iterator[Mark]:
    base, printed = match.start("list"), lower(match["list"]) if style is Style.SUPERSCRIPT else match["list"]
    for item in _ONE.finditer(printed):
        numbers = expand(int(item[1]), int(item[2]) if item[2] else None)
        yield Mark(
            start=base + item.start(),
            end=base + item.end(),
            style=style,
            group_start=match.start(),
            group_end=match.end(),
            numbers=numbers,
        )


def _is_exponent(text: str, match: "regex.Match[str]") -> bool:
    numbers = [int(n) for n in _DIGITS.findall(lower(match["list"]))]
    before, after = text[max(0, match.start() - 8) : match.start()], text[match.end() : match.end() + 3]
    if before.endswith("10") and not _LONGER.search(before):
        return True
    if len(numbers) == 1 and _ELEMENT.match(after) and _ISOTOPE.search(before):  # ¹⁸F
        return True
    if numbers in ([2], [3]) and _VARIABLE.search(before) and after.lstrip()[:1] in ("=", "<", ">"):  # f² =
        return True
    return len(numbers) == 1 and numbers[0] in (1, 2, 3, 4) and bool(_EXPONENT.search(before))


def listed(text: str, start: int, end: int) -> list[int]:
    """The numbers of the list in the bracket ``text[start:end]``, those of pages and chapters left out."""
    found = _BRACKET.fullmatch(text, start, end) or _PAREN.fullmatch(text, start, end)
    return [int(n) for n in _DIGITS.findall(found["list"] if found else text[start:end])]


def find_numeric(text: str, *, styles: frozenset[Style]) -> list[Mark]:
    """Numeric marks of ``styles`` in ``text``; ``refs. 4 and 5`` counts with the bracketed ones."""
    marks: list[Mark] = []
    if Style.BRACKET in styles:
        for pattern in (_BRACKET, _WORD):
            for match in pattern.finditer(text):
                marks.extend(_items(match, Style.BRACKET))
    if Style.PAREN in styles:
        for match in _PAREN.finditer(text):
            marks.extend(_items(match, Style.PAREN))
    if Style.SUPERSCRIPT in styles:
        for match in _SUPER.finditer(text):
            if not _is_exponent(text, match):
                marks.extend(_items(match, Style.SUPERSCRIPT))
    marks.sort(key=lambda m: (m.start, -m.end))
    kept: list[Mark] = []
    for mark in marks:
        if kept and _TO.fullmatch(text, kept[-1].group_end, mark.group_start) and _is_range(kept[-1], mark):
            kept[-1] = _joined(kept[-1], mark)
        elif not kept or mark.start >= kept[-1].end:
            kept.append(mark)
    return kept


def _is_range(first: Mark, last: Mark) -> bool:
    """Whether two groups of one number each, as ``[3]`` and ``[7]`` with a dash between, are the ends of a range."""
    numbers = (*first.numbers, *last.numbers)
    return first.style is last.style and len(numbers) == 2 and numbers[0] < numbers[1] <= numbers[0] + LONGEST_RANGE


def _joined(first: Mark, last: Mark) -> Mark:
    numbers = expand(first.numbers[0], last.numbers[0])
    return replace(first, end=last.end, group_end=last.group_end, numbers=numbers)
