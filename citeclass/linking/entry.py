"""Parsing one printed reference: authors, year, title, container, volume, pages, DOI."""

from dataclasses import replace

import regex

from citeclass.records import Author, Reference
from citeclass.text import find_doi, tidy

_PARTICLE = r"(?:van|von|de|der|den|del|della|di|da|dos|das|du|la|le|el|al|bin|ibn|ter|ten|te|zu|st\.|Van|Von|De|Der|Den|Del|Della|Di|Da|Dos|Das|Du|La|Le|El|Al)"
_FAMILY = rf"(?:{_PARTICLE}[\s]+){{0,3}}(?:[dDlLO][’'])?\p{{Lu}}[\p{{L}}\p{{M}}’'\-‐]*(?:[\s\-](?:{_PARTICLE}\s+)?\p{{Lu}}[\p{{Ll}}\p{{M}}’'\-‐]+){{0,2}}"
_GIVEN = r"(?:\p{Lu}\p{M}?[\p{Ll}]{0,2}\.[\s\-‐]*){1,4}|\p{Lu}{1,4}(?![\p{L}.])|\p{Lu}\p{Ll}+(?:\s+\p{Lu}\.)*"
_INITIALS = r"(?:\p{Lu}\p{M}?[\p{Ll}]{0,1}\.[\s\-‐]*){1,4}|(?:\p{Lu}[-‐]?){1,4}(?![\p{L}])"
# Smith, J. A.  /  Smith JA  /  J. A. Smith
_FAMILY_COMMA = regex.compile(rf"\s*(?P<family>{_FAMILY}),\s*(?P<given>{_GIVEN})(?:,?\s*(?:Jr|Sr|I{{2,3}})\.?)?\s*")
_FAMILY_SPACE = regex.compile(rf"\s*(?P<family>{_FAMILY})\s+(?P<given>{_INITIALS})(?:\s+(?:Jr|Sr|[23][nr]d))?\s*")
_GIVEN_FIRST = regex.compile(rf"\s*(?P<given>(?:\p{{Lu}}\p{{M}}?\.[\s\-‐]*){{1,4}})\s*(?P<family>{_FAMILY})\s*")
_UPPER = regex.compile(
    rf"\s*(?P<family>(?:{_PARTICLE}\s+)?\p{{Lu}}{{2,}}(?:[\s\-]\p{{Lu}}{{2,}}){{0,2}}),\s*(?P<given>{_GIVEN})\s*"
)
_BETWEEN = regex.compile(r"\s*(?:[,;]|\.{3}|…)?\s*(?:&|(?:and|y|e|und|et(?!\s+al)|with)(?=\s))?\s*(?:\.{3}|…)?\s*")
_ET_AL = regex.compile(r"[\s,;]*et\s+al\.?", regex.IGNORECASE)
_EDITORS = regex.compile(r"[\s,.]*\(?\b(?:eds?|editors?|orgs?|coords?)\b\.?\)?", regex.IGNORECASE)
_YEAR_IN_BRACKETS = regex.compile(
    r"\((?P<year>(?:1[5-9]|20)\d\d[a-z]?|in press|n\.\s?d\.|forthcoming|submitted|en prensa|no prelo)(?:[,/][^)]{0,40})?\)",
    regex.IGNORECASE,
)
_YEAR_AFTER = regex.compile(r"^[\s,.]*(?P<year>(?:1[5-9]|20)\d\d[a-z]?)(?=[\s.,:;)])")
_YEAR_ANY = regex.compile(r"(?<![\d\-–/.:(])\(?(?P<year>(?:1[5-9]|20)\d\d[a-z]?)(?![\d\-–/])")
_VOLUME_PAGES = regex.compile(
    r"(?P<volume>\d{1,4})\s*(?:\(\s*[^)]{1,20}\))?\s*[,:;]\s*(?:pp?\.\s*)?(?P<pages>[A-Za-z]?\d{1,6}\s*[–\-−‐]\s*[A-Za-z]?\d{1,6}|[eE]?\d{2,8})"
)
_URL = regex.compile(
    r"(?:https?://|www\.|doi:|available (?:from|at)|retrieved|accessed|disponível|pmid|pmcid)\S*.*$", regex.IGNORECASE
)
_STOP = regex.compile(r"(?<=[\p{Ll}\p{N})\]”\"’'?!])[.?!](?:[”\"’'])?\s+(?=[\p{Lu}\p{N}“\"‘(\[])|\?\s+(?=\p{Lu})")


def complete(reference: Reference) -> Reference:
    """``reference`` with fields read from its printed form where the file did not give them."""
    if reference.authors and reference.year and reference.title:
        return reference
    parsed = parse_entry(reference.raw)
    return replace(
        reference,
        authors=reference.authors or parsed.authors,
        year=reference.year or parsed.year,
        title=reference.title or parsed.title,
        container=reference.container or parsed.container,
        volume=reference.volume or parsed.volume,
        pages=reference.pages or parsed.pages,
        doi=reference.doi or parsed.doi,
    )


def parse_entry(raw: str) -> Reference:
    """The parts of one printed reference, None where not found; ``index`` is 0.

    APA, Harvard, Vancouver, Nature, Chicago and Latin-American orders are told apart by where the year
    stands and how the first author is written.
    """
    doi = find_doi(raw)
    authors, rest = _authors(raw)
    year, rest = _year(rest)
    title, container = _title(rest)
    numbers = _VOLUME_PAGES.search(rest)
    return Reference(
        0,
        raw,
        authors=authors,
        year=year,
        title=title,
        container=container,
        volume=numbers["volume"] if numbers else None,
        pages=regex.sub(r"\s", "", numbers["pages"]) if numbers else None,
        doi=doi,
    )


def _authors(raw: str) -> tuple[tuple[Author, ...], str]:
    """The authors at the head of an entry, and what follows them."""
    people: list[Author] = []
    at = 0
    pattern: regex.Pattern[str] | None = None
    while at < len(raw) and len(people) < 60:
        options = (_UPPER, _FAMILY_COMMA, _FAMILY_SPACE, _GIVEN_FIRST)
        tried = [pattern, *options] if pattern is not None else options
        match = next((m for p in tried if p is not None and (m := p.match(raw, at))), None)
        if match is None or (people and not _listed(raw, at)):
            break
        pattern = match.re
        if people and pattern is _FAMILY_COMMA and len(match["given"]) > 12 and "." not in match["given"]:
            break
        people.append(Author(tidy(match["family"]), tidy(match["given"])))
        at = match.end()
        between = _BETWEEN.match(raw, at)
        if _ET_AL.match(raw, at) or raw[at : at + 1] in "(.:" or _YEAR_AFTER.match(raw[at:]):
            break
        if between is None or between.end() == at:
            break
        if regex.match(r"\s*\p{Lu}\.\s", raw[at:]) is None and not regex.match(
            r"\s*[,;&]|\s*(?:and|y|e|und)\b|\s*(?:\.{3}|…)", raw[at:]
        ):
            break
        at = between.end()
    if not people:
        return _body(raw)
    more = _ET_AL.match(raw, at)
    at = more.end() if more else at
    editors = _EDITORS.match(raw, at)
    return tuple(people), raw[editors.end() if editors else at :]


def _listed(raw: str, at: int) -> bool:
    return at == 0 or raw[at - 1] in " ,;&.…" or raw[at - 1].isspace()


def _body(raw: str) -> tuple[tuple[Author, ...], str]:
    """A corporate author: what stands before the year or the first full stop."""
    head = regex.match(r"(?P<name>[^.(]{3,140}?)[\s.,]*(?=\((?:(?:1[5-9]|20)\d\d|n\.))", raw) or regex.match(
        r"(?P<name>\p{Lu}[^.]{3,100}?)\.\s", raw
    )
    if head is None:
        return (), raw
    return (Author(tidy(head["name"]).rstrip(",")),), raw[head.end() :]


def _year(rest: str) -> tuple[str | None, str]:
    """The year, and the text without it where it stands right after the authors."""
    bracketed = _YEAR_IN_BRACKETS.search(rest)
    if bracketed and bracketed.start() < 12:
        return bracketed["year"], rest[bracketed.end() :].lstrip(" .,:")
    after = _YEAR_AFTER.match(rest)
    if after:
        return after["year"], rest[after.end() :].lstrip(" .,:;)")
    clean = _URL.sub("", rest)
    late = list(_YEAR_ANY.finditer(clean))
    if late:
        # "2003;101:75" and "(2003)" at the end are the work's; "(Richardson, 1836)" is part of a title.
        dated = [m for m in late if regex.match(r"\s*;|\s+[A-Z][a-z]{2,8}\b[^.]{0,12};", clean[m.end() :])]
        closing = [m for m in late if regex.match(r"\)?[\s.]*$", clean[m.end() :])]
        sooner = [m for m in late if regex.match(r"\s*[:),.]", clean[m.end() :])]
        standing = (dated or closing or sooner or late)[0]
        return standing["year"], rest
    return (bracketed["year"] if bracketed else None), rest


def _title(rest: str) -> tuple[str | None, str | None]:
    text = _URL.sub("", rest).strip(" .,:;")
    quoted = regex.match(r"^[“\"‘](?P<title>[^”\"]{8,300}?)[,.]?[”\"’]", text)
    if quoted:
        return tidy(quoted["title"]), _container(text[quoted.end() :])
    text = regex.sub(r"^\([^)]{0,30}\)[\s.,:]*", "", text)
    parts = [p for p in _STOP.split(text) if p]
    if not parts:
        return None, None
    question = text[len(parts[0]) : len(parts[0]) + 1] == "?"
    if question and len(parts) > 2 and not regex.search(r"\d", parts[1]):
        parts[:2] = [f"{parts[0]}? {parts[1]}"]
    title = tidy(parts[0]).strip(" .,")
    if len(title) < 8 and len(parts) > 1:
        title, parts = tidy(f"{parts[0]}. {parts[1]}").strip(" .,"), parts[1:]
    following = text[text.find(parts[0]) + len(parts[0]) :] if len(parts) > 1 else ""
    return (title[:400] or None) if len(title) >= 4 else None, _container(following)


def _container(text: str) -> str | None:
    head = regex.match(r"[\s.,:;?!]*(?:In:?\s+)?(?P<name>[^\d;]{2,160}?)[\s,.]*(?=\d|;|\(|$|,\s*(?:vol|pp))", text)
    name = tidy(head["name"]).strip(" .,:") if head else ""
    return name if len(name) > 1 else None
