"""The authors printed below a title: names among marks of affiliation, degrees and identifiers."""

import re
from collections.abc import Sequence

import regex

from citeclass.reading.pdf.lines import Line
from citeclass.records import Author
from citeclass.text import tidy

_PARTICLES = r"van|von|de|der|den|del|della|da|di|do|dos|das|du|la|le|el|al|bin|ibn|ten|ter|y|e"
_WORD = rf"(?:\p{{Lu}}[\p{{L}}\p{{M}}’'.\-‐]*|{_PARTICLES}|Mc\w+)"
_NAME = regex.compile(rf"{_WORD}(?:\s+{_WORD}){{1,5}}")
# Letters behind a name, with their marks of affiliation; before a surname such letters are initials.
_DEGREE = regex.compile(
    r"(?<=[\p{Ll}\p{M},.∗*⁰¹²³⁴⁵⁶⁷⁸⁹]\s?)(?<!\p{L})(?:Ph\.?\s?D|M\.?D|M\.?Sc|B\.?Sc|M\.?S|MPH|MSW|MBA|MBBS|MB|MM|BS|B\.?A|M\.?A|R\.?N|Ed\.?D|Psy\.?D|"
    r"Pharm\.?D|FRCP|DDS|DVM|LCSW|IMH-E®?)(?:[a-h](?!\p{L})|\.|\b)(?:,?\s?[a-h](?:,\s?[a-h])*(?!\p{L}))?(?![.\s]*(?:\p{Lu}[\p{Ll}’'.]|van\s|von\s|de\s))"
)
_TITLE = regex.compile(r"(?<!\p{L})(?:Dr|Prof)\.?\s+(?=\p{Lu})")
_ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]|https?://orcid\.org/\S*|ORCID(?:\s*iD)?:?", re.IGNORECASE)
_MARKS = regex.compile(r"[ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖ⁰¹²³⁴⁵⁶⁷⁸⁹\d*†‡§¶#∗✉®]+")
_BETWEEN = regex.compile(r"\s*(?:[,;•·|]|\s\.\s|\band\b|&|(?<=[\w.]\s)[ye](?=\s\p{Lu}))\s*")
_STOP = re.compile(
    r"^\W*(?:abstract|background|summary|introduction|resumo|resumen|department|university|received|keywords|how to cite|como citar|citation|correspond|from the|author note|running head)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"universi|institut|departm|hospital|college|school of|\bcent(?:er|re)\b|faculty|laborator|\bclinic\b|\binc\b|gmbh|@|https?:",
    re.IGNORECASE,
)
_LINES_BELOW = 12
_LONGEST_NAME = 4  # words of a name that has a line of its own


def authors(lines: Sequence[Line], title: Sequence[Line]) -> list[Author]:
    """The authors printed below the ``title`` among the first page's ``lines``; empty where none are told apart.

    A subtitle or the title in another language may stand between: the first lines that read as names count.
    """
    if not title:
        return []
    start = next(i for i, line in enumerate(lines) if line is title[-1]) + 1
    below: list[Line] = []
    apart: set[int] = set()  # places in below behind a line that tells where people work
    for line in lines[start : start + _LINES_BELOW]:
        if _only_places(line.text):
            apart.add(len(below))
        elif _STOP.match(line.text):
            break
        else:
            below.append(line)
    for at in range(len(below)):
        people = _names(_joined(_block(below[at:], {i - at for i in apart})))
        if people:
            return people
    return []


def _only_places(text: str) -> bool:
    """Whether a line tells where people work, and names none of them."""
    return bool(_PLACE.search(text)) and not any(
        _NAME.fullmatch(part) and not _PLACE.search(part) for part in map(tidy, _BETWEEN.split(_MARKS.sub(",", text)))
    )


def _joined(block: Sequence[Line]) -> str:
    """A block's lines in one; names that have a line or a cell of their own are divided as a list's are."""
    text = block[0].text
    for before, line in zip(block, block[1:], strict=False):
        apart = _is_name(before.text) and _is_name(line.text)
        text += f"{',' if apart else ''} {line.text}"
    return text


def _is_name(text: str) -> bool:
    return bool(_NAME.fullmatch(text)) and len(text.split()) <= _LONGEST_NAME


def _block(lines: Sequence[Line], apart: set[int]) -> list[Line]:
    """The first line and those that go on with names, marks of affiliation drawn apart included.

    Behind a line of places (``apart``) only names go on that have a line each, as those before.
    """
    block = [lines[0]]
    for at, line in enumerate(lines[1:8], 1):
        if at in apart and not all(_is_name(o.text) for o in (*block, line)):
            break
        if len(line.text) <= 3 and not any(c.isalpha() for c in line.text):
            block.append(line)
            continue
        open_end = re.search(r"(?:,|;|·|\sand|&|\s\.|\sy|\se)\s*[⁰¹²³⁴⁵⁶⁷⁸⁹*∗,\s]*$", block[-1].text)
        alike = abs(line.size - lines[0].size) <= 1.2
        if not alike or not (open_end or line.text[:1] in ",;" or _names(line.text) or _broken(block, line)):
            break
        block.append(line)
    return block


def _broken(block: Sequence[Line], line: Line) -> bool:
    """Whether a name goes on from the last line: it ends with two given names, or the next is a surname with marks."""
    return bool(regex.match(r"\p{Lu}[\p{L}’'\-]+\s?[⁰¹²³⁴⁵⁶⁷⁸⁹*,]", line.text)) and bool(
        regex.search(r"[\p{Ll}.]$", block[-1].text)
    )


def _names(text: str) -> list[Author]:
    text = _MARKS.sub(",", _DEGREE.sub(",", _TITLE.sub("", _ORCID.sub(",", text))))
    people = []
    for part in _BETWEEN.split(text):
        name = tidy(re.sub(r"^[a-z]{1,2}(?=[A-Z])|(?<=\w\s)[a-h]$", "", tidy(part))).strip(" .-–")
        if 4 < len(name) < 60 and _NAME.fullmatch(name):
            people.append(_split(name))
        elif name and len(name) > 3 and not people:
            return []  # running text before the first name: not a byline
    return people


def _split(name: str) -> Author:
    words = name.split()
    at = len(words) - 1
    while at > 1 and re.fullmatch(_PARTICLES, words[at - 1].casefold()):
        at -= 1
    family = " ".join(w.title() if w.isupper() and len(w) > 3 else w for w in words[at:])
    return Author(family, " ".join(words[:at]))
