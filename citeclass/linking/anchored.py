"""Callouts that the publisher tagged: widened to what is printed, ranges filled in."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from citeclass.callouts import Mark, find
from citeclass.callouts.numeric import DASH, expand
from citeclass.records import Anchor, Callout, Document, Reference, Style, Target, Unlinked
from citeclass.text import lower
from citeclass.text.raised import RAISED_DIGITS

_RANGE_GAP = re.compile(rf"[\s\]\[]*[{DASH}⁻][\s\]\[]*")
_COMMA = re.compile(r"\s*[,;]\s*")
_NUMBERS = re.compile(rf"\D*(\d{{1,3}})[a-z]?(?:\s*[{DASH}]\s*(\d{{1,3}}))?\D*")


def anchored_callouts(document: Document, references: tuple[Reference, ...]) -> list[Callout]:
    """One callout for each tag, or for each range of two tags; ordinals are not set yet."""
    by_key: dict[str, list[int]] = {}
    for reference in references:
        for key in reference.keys:
            by_key.setdefault(key, []).append(reference.index)
    callouts: list[Callout] = []
    at, anchors = 0, sorted((a for a in document.anchors if a.keys), key=lambda a: a.start)
    for paragraph in document.paragraphs:
        own: list[Anchor] = []
        while at < len(anchors) and anchors[at].start < paragraph.end:
            own.append(anchors[at])
            at += 1
        if own:
            text = document.text[paragraph.start : paragraph.end]
            callouts += _in_paragraph(text, paragraph.start, own, references, by_key)
    return callouts


def aimless_callouts(document: Document, found: list[Callout]) -> list[Callout]:
    """Tags that name no entry, as GROBID leaves those it could not resolve, where none of the callouts ``found`` stands: without a target."""
    taken = sorted((c.start, c.end) for c in found)
    callouts = []
    for anchor in document.anchors:
        before = bisect_left(taken, (anchor.end, 0)) - 1  # the last that begins before this one ends
        if not anchor.keys and anchor.end > anchor.start and (before < 0 or taken[before][1] <= anchor.start):
            style = _style_of(document.text, anchor.start, anchor.end)
            span = (anchor.start, anchor.end)
            callouts.append(Callout(0, *span, *span, style, (), Unlinked.BROKEN_LINK))
    return callouts


def _in_paragraph(
    text: str, base: int, anchors: list[Anchor], references: tuple[Reference, ...], by_key: dict[str, list[int]]
) -> list[Callout]:
    marks, callouts = find(text), list[Callout]()
    number = 0
    while number < len(anchors):
        anchor = anchors[number]
        start, end = anchor.start - base, anchor.end - base
        targets = _targets(anchor, text[start:end], references, by_key)
        following = anchors[number + 1] if number + 1 < len(anchors) else None
        if following is not None and targets and _RANGE_GAP.fullmatch(text, end, following.start - base):
            last = _targets(following, text[following.start - base : following.end - base], references, by_key)
            if last and _is_number(text[start:end]) and targets[-1] < last[0] <= targets[-1] + 60:
                targets = list(dict.fromkeys([*targets, *range(targets[-1], last[0]), *last]))
                end = following.end - base
                number += 1
        callout = _callout(text, base, start, end, targets, marks, len(references))
        if not (callouts and _repeats(callout, callouts[-1])):
            callouts.append(callout)
        number += 1
    return list(_beside(callouts, text, base))


def _beside(callouts: list[Callout], text: str, base: int) -> Iterator[Callout]:
    """``callouts`` by position; bare numbers that only commas part (``so.2, 3, 4 One``) are one printed group."""
    at = 0
    while at < len(callouts):
        last = at
        while last + 1 < len(callouts) and all(c.group_end == c.end for c in callouts[last : last + 2]):
            gap = text[callouts[last].end - base : callouts[last + 1].start - base]
            if not _COMMA.fullmatch(gap) or not _is_number(
                text[callouts[last].start - base : callouts[last].end - base]
            ):
                break
            last += 1
        for callout in callouts[at : last + 1]:
            yield (
                callout
                if last == at
                else replace(callout, group_start=callouts[at].group_start, group_end=callouts[last].group_end)
            )
        at = last + 1


def _is_number(surface: str) -> bool:
    return _NUMBERS.fullmatch(lower(surface)) is not None


def _targets(
    anchor: Anchor, surface: str, references: tuple[Reference, ...], by_key: dict[str, list[int]]
) -> list[int]:
    """Reference indices of one tag; a tag around a whole range (``3–6``) gets those between, too."""
    found = list(dict.fromkeys(i for key in anchor.keys for i in by_key.get(key, ())))
    printed = _NUMBERS.fullmatch(lower(surface))
    if len(found) == 1 and printed and printed[2]:
        numbers = expand(int(printed[1]), int(printed[2]))
        last = found[0] + numbers[-1] - numbers[0]
        if len(numbers) > 1 and last < len(references):
            found = list(range(found[0], last + 1))
    elif len(found) == 2 and printed and printed[2] and found[0] < found[1] <= found[0] + 60:
        found = list(range(found[0], found[1] + 1))
    return found


def _repeats(callout: Callout, last: Callout) -> bool:
    """Whether a tag lies in the same print as the last one, and adds nothing: ``<xref>Lee</xref> (<xref>2000</xref>)``."""
    known = {t.reference for t in last.targets}
    return (callout.start, callout.end) == (last.start, last.end) and known.issuperset(
        t.reference for t in callout.targets
    )


def _callout(
    text: str, base: int, start: int, end: int, targets: list[int], marks: list[Mark], references: int
) -> Callout:
    """The callout at ``text[start:end]``, grown to the grammar's mark that it is part of: ``[<xref>3</xref>–5]`` reaches 4 and 5."""
    group_start, group_end, style = start, end, _style_of(text, start, end)
    for mark in marks:
        if mark.start < end and mark.end > start:
            tagged = _NUMBERS.fullmatch(lower(text[start:end]))
            if len(targets) == 1 and tagged and int(tagged[1]) in mark.numbers:
                reached = [targets[0] + n - int(tagged[1]) for n in mark.numbers]
                targets = reached if min(reached) >= 0 and max(reached) < references else targets
            start, end = min(start, mark.start), max(end, mark.end)
            group_start, group_end, style = min(start, mark.group_start), max(end, mark.group_end), mark.style
            break
    return Callout(
        0,
        base + start,
        base + end,
        base + group_start,
        base + group_end,
        style,
        tuple(Target(i, 1.0) for i in targets),
        None if targets else Unlinked.BROKEN_LINK,
    )


def _style_of(text: str, start: int, end: int) -> Style:
    surface = text[start:end]
    if any(c in RAISED_DIGITS for c in surface):
        return Style.SUPERSCRIPT
    if not _is_number(surface):
        return Style.AUTHOR_YEAR
    return Style.PAREN if "(" in text[max(0, start - 12) : start + 1] else Style.BRACKET
