"""Whether a number in brackets is a value, an equation's or a list's number, and no callout.

Round brackets hold these more often than callouts do, even where callouts stand in round brackets too; in square ones
intervals alone are told. A callout that is taken for a value is lost without a word, so that each sign must be a plain one.
"""

import regex

from citeclass.callouts import Mark
from citeclass.callouts.numeric import listed

_VALUE_BEFORE = regex.compile(
    r"\b(?:CI|n|N|p|df|SD|SE|M|IQR|range|t|F|r|OR|HR|RR|β|eq|equation|eqs|fig|table|step|criterion|hypothesis|grade|stage|aims?)\s*[=:.]?\s*$"
    r"|[χΧ]\s?[²2]?\s*$",
    regex.IGNORECASE,
)
_NUMBERED_BEFORE = regex.compile(r"\b(?:types?|phases?|items?|levels?)\s*$", regex.IGNORECASE)
_DIGIT_BEFORE = regex.compile(r"(?<![\p{L}\p{N}.,\-–/])\d\s*$")
# 12 (4), 1,204 (37); not IL-4 (11), in 2010 (3), of 0.45 (12)
_COUNT = r"(?<![\p{L}\d.,\-–/])\d{1,3}(?:,\d{3})*"
_COUNT_BEFORE = regex.compile(rf"{_COUNT}\s*$")
_NAMED_BEFORE = regex.compile(r"\b\p{Lu}\p{L}*\s+\d+\s*$")  # SF 36 (22)
_PAIR = regex.compile(rf"{_COUNT}\s\(\d{{1,3}}\)")
_ENUMERATION = regex.compile(r"(?:[:;,]|\b(?:and|or|either|both|the|are|were|is|was))\s*$")
_BESIDE = regex.compile(r"\(\d{1,3}(?:\s*[,–-]\s*\d{1,3})*\)\s*(?:[,;]|and)\s*$")  # (11), of (11), (12)
_OPENER = regex.compile(r"(?:[.?!]|\b(?:to|that|whether|for|by|includ(?:e|es|ed|ing)))\s*$")
_STOPPED = regex.compile(r"[.:?!]\s*$")
_NEXT_SENTENCE = regex.compile(r"[^\n]*?[.;]\s*\(2\)\s+\p{L}")
_NEXT_CLAUSE = regex.compile(r"(?:(?![.?!]\s+\p{Lu})[^\n])*?(?:[,;:]|\b(?:and|or))\s*\(2\)\s+\p{L}")
_ANSWER = r"\b(?:(?:dis)?agree|always|never|rarely|sometimes|not at all|very much|yes|no)\s*"
_ANSWER_BEFORE = regex.compile(rf"{_ANSWER}$", regex.IGNORECASE)
_OTHER_ANSWER = regex.compile(rf"{_ANSWER}\(\d{{1,2}}\)", regex.IGNORECASE)
_COMPARED = regex.compile(r"\s*[=<>≤≥]")
_INTERVAL_BEFORE = regex.compile(r"\b(?:CI|IQR|interval)[\s:=,]*$|\b(?:range|median)\s?[:=]\s*$", regex.IGNORECASE)
# 25.5 [22–32]; of whole numbers only those told to be a mean: SARS-CoV-2 [1, 2] and type 2 [1, 3] are cited
_VALUE = regex.compile(
    r"(?:(?<![\p{L}\p{N}.,/\-‐‑–])(\d+\.\d+)|(?:\b(?:median|mean)\b[\p{L}\s]{0,20}|=\s?)(\d+))[%\s]*$"
)
_BEYOND = 20  # entries at most that a list read in part lacks, and as many as were read
_NEAR = 60  # characters before and behind in which such signs are looked for
_LIST = 400  # characters in which the second item of a list follows the first
_ANCHORS = 10  # no answer on a scale has a higher number


def is_measure(text: str, mark: Mark, *, entries: int) -> bool:
    """Whether the round bracket that holds ``mark`` counts, compares, or numbers an equation, an answer or an item of a list.

    ``entries`` are in the reference list: numbers far beyond it tell a value, as in ``(12,964)``.
    """
    before, after = _around(text, mark)
    numbers = listed(text, mark.group_start, mark.group_end)
    if mark.group_start == 0 or before.endswith("\n") or _COMPARED.match(after) or 0 in numbers:
        return True
    if any(n > 2 * entries + _BEYOND for n in numbers):
        return True
    if _BESIDE.search(before):
        return False
    if _ENUMERATION.search(before) or _VALUE_BEFORE.search(before) or _DIGIT_BEFORE.search(before):
        return True
    return len(numbers) == 1 and (
        _is_count(text, mark, before)
        or (numbers == [1] and _opens_list(text, before, mark.group_end))
        or (numbers[0] <= _ANCHORS and _is_answer(before, after))
        or bool(_NUMBERED_BEFORE.search(before))
    )


def is_interval(text: str, mark: Mark) -> bool:
    """Whether the square bracket that holds ``mark`` tells the range of a value: ``95% CI [12, 19]``, ``25.5 [22–32]``, ``[0, 1]``."""
    numbers = listed(text, mark.group_start, mark.group_end)
    if 0 in numbers:
        return True
    if len(numbers) != 2:
        return False
    before, _ = _around(text, mark)
    value = _VALUE.search(before)
    within = value is not None and numbers[0] <= float(value[1] or value[2]) <= numbers[1]
    return within or bool(_INTERVAL_BEFORE.search(before))


def _around(text: str, mark: Mark) -> tuple[str, str]:
    return text[max(0, mark.group_start - _NEAR) : mark.group_start], text[mark.group_end : mark.group_end + _NEAR]


def _is_count(text: str, mark: Mark, before: str) -> bool:
    """``12 (4); 34 (28) mothers``: behind a number that is no name's, with other such pairs beside."""
    if not _COUNT_BEFORE.search(before) or _NAMED_BEFORE.search(before):
        return False
    start, end = max(0, mark.group_start - 2 * _NEAR), mark.group_end + 2 * _NEAR
    return len(_PAIR.findall(text, start, end)) > 1


def _opens_list(text: str, before: str, end: int) -> bool:
    """``aims were to (1) describe mothers, (2) test fathers``: words follow, and the second item does."""
    if not _OPENER.search(before) or text[end : end + 1] != " " or not text[end + 1 : end + 2].isalpha():
        return False
    pattern = _NEXT_SENTENCE if _STOPPED.search(before) else _NEXT_CLAUSE
    return pattern.match(text, end, end + _LIST) is not None


def _is_answer(before: str, after: str) -> bool:
    """``strongly disagree (1) to strongly agree (5)``: two answers with their numbers."""
    return bool(_ANSWER_BEFORE.search(before)) and bool(_OTHER_ANSWER.search(before) or _OTHER_ANSWER.search(after))
