"""Author–year markers, read backwards from each year.

A year is a callout's when names stand right before it: inside brackets (``(see Lee & Roy, 2010)``),
around them (``Lee and Roy (2010)``), or in the item before it (``(Lee, 2005, 2008b)``). Year ranges,
dates and bare years in running text are not.
"""

from dataclasses import dataclass

import regex

from citeclass.callouts.marks import Mark, Style
from citeclass.callouts.names import (
    AND,
    BEFORE_BRACKET,
    CORPORATE,
    CORPORATE_HEAD,
    ETAL,
    MONTH,
    NAMES_TOO,
    NOT_NAMES,
    NUMBERED,
    SEMICOLON_NAME,
    WITHIN,
    first_initial,
    split_names,
)

_LEAD = regex.compile(
    r"^\s*(?:(?:see|also|e\.g\.|eg|i\.e\.|cf\.?|for|(?-i:an?)|the|recent|reviews?|review|overview|examples?|instance|but|though|as|cited|reviewed|"
    r"reported|described|discussed|shown|in|by|such|following|after|from|adapted|based|on|data|and|both|or|especially|particularly|"
    r"including|notably|according|to|per|more|details|further|detailed|refer|compare|contrast|with|among|others|originally|"
    r"meta-analysis|meta-analyses|ver|véase|vide|siehe|vgl\.|apud|p\.\s?ex\.|por|ejemplo|exemplo)\b\.?[\s,:;]*)+",
    regex.IGNORECASE,
)
_RANGE = r"(?:19|20)\d\d\s?[–-]\s?(?:19|20)\d\d(?![\d\p{L}]|[–\-−.,/]\d)"  # Muthén & Muthén (1998–2012)
_YEAR = regex.compile(
    rf"(?<![\d\p{{L}}/–\-−$€£])(?:(?<!\d[.,])|(?<=(?:19|20)\d\d,))(?:{_RANGE}|(?:1[6-9]\d\d|20\d\d)(?:/(?:1[6-9]\d\d|20\d\d))?[a-z]?(?![\d\p{{L}}]|[–\-−]\s?\d|[.,](?!(?:1[6-9]|20)\d\d(?!\d))\d|/\d|\s?%)"
    r"|in\s+press|forthcoming|n\.\s?d\.(?:[-–][a-h]\b)?|in\s+preparation|submitted|s\.\s?f\.|s\.\s?d\.|en\s+prensa|no\s+prelo)"
)
_SPAN = regex.compile(_RANGE)
_NEXT_LETTER = regex.compile(  # 2007a, b / 2007b,a; "2007b and a study" goes on with a word
    r"(?|(?:\s*,\s*|\s*(?:and|&|y|e)\s+|\s*[–-]\s*)([b-h])(?![\p{L}\p{N}.])|\s*,\s*(a)(?=\s*[),;\]]))"
)
_SAME_NAMES = regex.compile(r"^\s*(?:[,;&]|,?\s*and|,?\s*y|,?\s*e)\s*$")
_WINDOW = 220


_ETAL = regex.compile(ETAL)
_WORD_FIRST = regex.compile(r"([\p{L}’'\-]+)[,\s]+(?=\S)")
_AND_FIRST = regex.compile(r"^(?:and|&|y|e)\s+")
_AND_LAST = regex.compile(AND + r"\s+\p{Lu}\S*$")
_MONTH_FIRST = regex.compile(rf"(?:{MONTH.pattern[1:-1]}|{NUMBERED.pattern[1:-1]})\s")
_JOINING = regex.compile(r"\b(?:of|for|and|on)\b")
_AFTER_ITEM = regex.compile(r"[\s,;:]*(?:pp?\.\s*\d+[\d\s–-]*)?[\s,;:]*(?:and|&)?\s*")
_SPACE = regex.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class _Names:
    start: int
    names: tuple[str, ...]
    et_al: bool = False
    initial: str = ""


def _ends_in_month(printed: str, names: tuple[str, ...]) -> bool:
    """``Wuhan, December`` and a bare ``May``; ``Lee and May`` are two persons."""
    return bool(MONTH.match(names[-1])) and not (len(names) > 1 and _AND_LAST.search(printed))


def _trim(match: "regex.Match[str]", offset: int) -> _Names | None:
    """Names of a list match, less the sentence-opening words before them."""
    start, printed = match.start("names"), match["names"]
    while True:
        head = _WORD_FIRST.match(printed)
        if head is None or head[1] not in NOT_NAMES or _ETAL.match(printed, pos=head.end(1)):
            break
        if head[1] in NAMES_TOO and _AND_FIRST.match(printed[head.end() :]) and not head[0].rstrip().endswith(","):
            break  # An & Lee
        rest = _AND_FIRST.sub("", printed[head.end() :])
        start += len(printed) - len(rest)
        printed = rest
    names = split_names(printed)
    if (
        not names
        or (len(names) == 1 and len(names[0]) > 1 and names[0] in NOT_NAMES and match.groupdict().get("etal") is None)
        or any(NUMBERED.match(n) for n in names)
        or (match.groupdict().get("etal") is None and _ends_in_month(printed, names))
        or not printed[:1].isalpha()
    ):
        return None
    if not any(c.isupper() for c in printed):
        return None
    return _Names(offset + start, names, match.groupdict().get("etal") is not None, first_initial(printed))


def _open_bracket(text: str, at: int) -> int | None:
    """Where the bracket that encloses ``at`` opens, within this paragraph's last 900 characters."""
    depth = 0
    for i in range(at - 1, max(-1, at - 900), -1):
        c = text[i]
        if c in ")]":
            depth += 1
        elif c in "([":
            if depth == 0:
                return i
            depth -= 1
        elif c == "\n":
            return None
    return None


def _close_bracket(text: str, at: int) -> int:
    depth = 0
    for i in range(at, min(len(text), at + 900)):
        c = text[i]
        if c in "([":
            depth += 1
        elif c in ")]":
            if depth == 0:
                return i + 1
            depth -= 1
        elif c == "\n":
            break
    return at


def _inside(text: str, start: int, end: int) -> _Names | None:
    """Names in the item ``text[start:end]`` of a bracketed group, before its year."""
    item = text[start:end]
    lead = _LEAD.match(item)
    skipped = lead.end() if lead else 0
    skipped += len(item[skipped:]) - len(item[skipped:].lstrip())
    body = item[skipped:]
    whole = WITHIN.search(body)
    if whole and whole.start("names") == 0:
        return _trim(whole, start + skipped)
    corporate = CORPORATE.fullmatch(body)
    if corporate and not _ETAL.search(corporate["names"]):
        name = corporate["names"]
        if MONTH.match(name) or NUMBERED.match(name) or name.split()[0] in NOT_NAMES or _MONTH_FIRST.match(name):
            return None
        return _Names(start + skipped, (name,))
    if whole:
        return _trim(whole, start + skipped)
    return None


def _semicolon_list(text: str, low: int, found: _Names | None) -> _Names | None:
    """Names before ``found`` that are divided by semicolons, as Brazilian standards print them:
    ``(Dumay; Guthrie; Farneti, 2010)``. ``low`` is where the group or the previous callout ended.
    """
    while found is not None and not found.et_al:
        head = SEMICOLON_NAME.search(text, low, found.start)
        if head is None:
            break
        name = split_names(head["name"])
        if not name or name[0] in NOT_NAMES:
            break
        found = _Names(head.start("name"), (*name, *found.names), found.et_al)
    return found


def _around(text: str, open_at: int) -> _Names | None:
    """Names right before the bracket that holds only years: ``Lee and Roy (2010)``."""
    low = max(0, open_at - _WINDOW, text.rfind("\n", 0, open_at) + 1)
    window = text[low:open_at]
    corporate = CORPORATE_HEAD.search(window)
    names = BEFORE_BRACKET.search(window)
    found = _trim(names, low) if names else None
    if found is not None and (found.et_al or len(found.names) > 1):
        return found
    if corporate and _JOINING.search(corporate["names"]):
        held = _trim(corporate, low)
        words = corporate["names"].split()
        if held and len(words) > 2 and not _AND_LAST.search(corporate["names"]):
            return _Names(held.start, (text[held.start : low + corporate.end("names")],))
    return found


def find_author_year(text: str) -> list[Mark]:
    """Author–year marks in ``text``, by position."""
    marks: list[Mark] = []
    for year in _YEAR.finditer(text):
        previous = marks[-1] if marks else None
        if previous and year.start() < previous.end:
            continue
        open_at = _open_bracket(text, year.start())
        inherited = previous is not None and (
            (open_at is not None and previous.end > open_at) and _SAME_NAMES.match(text[previous.end : year.start()])
        )
        narrative = False
        if inherited and previous is not None:
            found = _Names(year.start(), previous.names, previous.et_al, previous.initial)
            narrative = previous.narrative
            group_start, group_end = previous.group_start, previous.group_end
        elif open_at is not None:
            close = _close_bracket(text, year.end())
            item_start = max(open_at + 1, text.rfind(";", 0, year.start()) + 1, previous.end if previous else 0)
            between = text[open_at + 1 : year.start()]
            if not between.strip():
                around = _around(text, open_at)
                if around is None or (previous and around.start < previous.end):
                    continue
                found, narrative, group_start, group_end = around, True, around.start, close
            else:
                skip = _AFTER_ITEM.match(text[item_start : year.start()])
                inside = _inside(text, item_start + (skip.end() if skip else 0), year.start())
                inside = _semicolon_list(text, max(open_at + 1, previous.end if previous else 0), inside)
                if inside is None:
                    continue
                found, group_start, group_end = inside, open_at, close
        else:
            low = max(0, year.start() - _WINDOW, previous.end if previous else 0, text.rfind("\n", 0, year.start()) + 1)
            bare = WITHIN.search(text[low : year.start()])
            named = _trim(bare, low) if bare and bare["etal"] else None
            if named is None:
                continue
            found, narrative, group_start, group_end = named, True, named.start, year.end()
        if len(found.names) < 2 and not found.et_al and _SPAN.fullmatch(year[0]):
            continue  # somebody's years, or an event's
        end = year.end()
        if narrative and text[end : end + 1] in (")", "]"):
            end += 1
        printed = _SPACE.sub(" ", year[0])
        marks.append(
            Mark(
                found.start,
                end,
                Style.AUTHOR_YEAR,
                group_start,
                max(group_end, end),
                (),
                found.names,
                printed,
                found.et_al,
                narrative,
                found.initial,
            )
        )
        at = year.end()
        while printed[-1:].isalpha() and printed[:1].isdigit() and (letter := _NEXT_LETTER.match(text, at)):
            at = letter.end()
            printed = printed[:-1] + letter[1]
            stop = at + 1 if narrative and text[at : at + 1] in (")", "]") else at
            marks.append(
                Mark(
                    letter.start(1),
                    stop,
                    Style.AUTHOR_YEAR,
                    group_start,
                    max(group_end, stop),
                    (),
                    found.names,
                    printed,
                    found.et_al,
                    narrative,
                    found.initial,
                )
            )
    return marks
