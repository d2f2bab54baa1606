"""Whether a number in brackets is a value, an equation's or a list's number, and no callout.

Round brackets hold these more often than callouts do, even where callouts stand in round brackets too; in square ones
intervals alone are told.
"""

import regex

from citeclass.callouts import Mark

_VALUE_BEFORE = regex.compile(
    r"\b(?:CI|n|N|p|df|SD|SE|M|IQR|range|t|F|r|OR|HR|RR|β|eq|equation|eqs|fig|table|step|criterion|hypothesis|grade|stage|aims?)\s*[=:.]?\s*$"
    r"|[χΧ]\s?[²2]?\s*$",
    regex.IGNORECASE,
)
_NUMBERED_BEFORE = regex.compile(r"\b(?:types?|phases?|items?|levels?)\s*$", regex.IGNORECASE)
# 12 (4), 1,204 (37); not IL-4 (11), in 2010 (3), of 0.45 (12)
_COUNT_BEFORE = regex.compile(r"(?<![\p{L}\d.,\-–/])\d{1,3}(?:,\d{3})*\s*$")
_ENUMERATION = regex.compile(r"(?:[:;,]|\b(?:and|or|either|both|the|are|were|is|was))\s*$")
_BESIDE = regex.compile(r"\(\d{1,3}(?:\s*[,–-]\s*\d{1,3})*\)\s*(?:[,;]|and)\s*$")  # (11), of (11), (12)
_STOPPED = regex.compile(r"[.:?!]\s*$")
_NEXT_SENTENCE = regex.compile(r"[^\n]*?[.;]\s*\(2\)\s+\p{L}")
_NEXT_CLAUSE = regex.compile(r"(?:(?![.?!]\s+\p{Lu})[^\n])*?(?:[,;:]|\b(?:and|or))\s*\(2\)\s+\p{L}")
_ANCHOR = regex.compile(
    r"\b(?:(?:dis)?agree|always|never|rarely|sometimes|not at all|very much|yes|no)\s*$", regex.IGNORECASE
)
_OTHER_END = regex.compile(r"\s+(?:to|through)\s+[\p{Ll}\s]{2,40}\(\d{1,2}\)")
_FIRST_END = regex.compile(r"\(\d\)\s+(?:to|through)\s+[\p{Ll}\s]{2,40}$")
_COMPARED = regex.compile(r"\s*[=<>≤≥]")
_INTERVAL_BEFORE = regex.compile(r"\b(?:CI|IQR|interval)[\s:=,]*$|\b(?:range|median)\s?[:=]\s*$", regex.IGNORECASE)
_VALUE = regex.compile(r"(?<![\d.])(\d+(?:\.\d+)?)[%\s]*$")
_INTEGER = regex.compile(r"\d+")
_BEYOND = 20  # entries at most that a list read in part lacks, and as many as were read
_NEAR = 60  # characters before and behind in which such signs are looked for
_LIST = 400  # characters in which the second item of a list follows the first
_ANCHORS = 10  # no answer on a scale has a higher number


def is_measure(text: str, mark: Mark, *, entries: int) -> bool:
    """Whether the round bracket that holds ``mark`` counts, compares, or numbers an equation, an answer or an item of a list.

    ``entries`` are in the reference list: numbers far beyond it tell a value, as in ``(12,964)``.
    """
    before, after = _around(text, mark)
    numbers = _numbers(text, mark)
    if mark.group_start == 0 or before.endswith("\n") or _COMPARED.match(after) or 0 in numbers:
        return True
    if any(n > 2 * entries + _BEYOND for n in numbers):
        return True
    if _BESIDE.search(before):
        return False
    if (
        _ENUMERATION.search(before)
        or _VALUE_BEFORE.search(before)
        or (len(numbers) == 1 and _COUNT_BEFORE.search(before))
    ):
        return True
    return len(numbers) == 1 and (
        (numbers == [1] and _opens_list(text, before, mark.group_end))
        or (numbers[0] <= _ANCHORS and _is_answer(before, after))
        or bool(_NUMBERED_BEFORE.search(before))
    )


def is_interval(text: str, mark: Mark) -> bool:
    """Whether the square bracket that holds ``mark`` tells the range of a value: ``95% CI [12, 19]``, ``25.5 [22–32]``, ``[0, 1]``."""
    numbers = _numbers(text, mark)
    if 0 in numbers:
        return True
    if len(numbers) != 2:
        return False
    before, _ = _around(text, mark)
    value = _VALUE.search(before)
    return (value is not None and numbers[0] <= float(value[1]) <= numbers[1]) or bool(_INTERVAL_BEFORE.search(before))


def _around(text: str, mark: Mark) -> tuple[str, str]:
    return text[max(0, mark.group_start - _NEAR) : mark.group_start], text[mark.group_end : mark.group_end + _NEAR]


def _numbers(text: str, mark: Mark) -> list[int]:
    """All that are printed in the bracket, not those of ``mark`` alone."""
    return [int(n) for n in _INTEGER.findall(text, mark.group_start, mark.group_end)]


def _opens_list(text: str, before: str, end: int) -> bool:
    """``aims were to (1) describe mothers, (2) test fathers``: words follow, and the second item does."""
    if text[end : end + 1] != " " or not text[end + 1 : end + 2].isalpha():
        return False
    pattern = _NEXT_SENTENCE if _STOPPED.search(before) else _NEXT_CLAUSE
    return pattern.match(text, end, end + _LIST) is not None


def _is_answer(before: str, after: str) -> bool:
    """``strongly disagree (1) to strongly agree (5)``."""
    return bool(_ANCHOR.search(before) or _OTHER_END.match(after) or _FIRST_END.search(before))
