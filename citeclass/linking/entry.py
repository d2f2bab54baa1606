"""Parsing one printed reference: authors, year, title, container, volume, pages, DOI."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import regex

from citeclass.linking.names import PARTICLES
from citeclass.records import Author, Reference
from citeclass.text import find_doi, tidy

_PARTICLE = rf"(?:{PARTICLES}|zur|vom|af|av|[Ss]t\.|Van|Von|De|Der|Den|Del|Della|Di|Da|Do|Dos|Das|Du|La|Le|El|Al)"
_FAMILY = rf"(?:{_PARTICLE}[\s]+){{0,3}}(?:[dDlLO][’']|de|van|von|di|la|mac)?\p{{Lu}}[\p{{L}}\p{{M}}’'\-‐]*(?:[\s\-–](?:{_PARTICLE}\s+)?\p{{Lu}}[\p{{Ll}}\p{{M}}’'\-‐]+){{0,2}}"
_GIVEN = r"(?:\p{Lu}\p{M}?[\p{Ll}]{0,2}\.[\s\-‐–]*){1,4}|(?:\p{Lu}[-‐]?){1,4}(?![\p{L}.])|\p{Lu}\p{Ll}+(?:\s+\p{Lu}\.)*"
# All given names, in full: José Reinaldo de Lima
_GIVEN_NAMES = r"\p{Lu}\p{Ll}+(?:\s+(?:(?:d[aeo]s?|e)\s+)?\p{Lu}(?:\p{Ll}+|\.)){1,5}(?=\s*(?:[;.(]|et\s+al))"
_INITIALS = r"(?:\p{Lu}\p{M}?[\p{Ll}]{0,1}\.[\s\-‐]*){1,4}|(?:\p{Lu}[-‐]?){1,4}(?![\p{L}])"
_INITIALS_ALONE = r"\p{Lu}(?:\s\p{Lu})*"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]{0,6}\.?\s+"
# Smith, J. A.  /  Smith JA  /  J. A. Smith
_FAMILY_COMMA = regex.compile(
    rf"\s*(?!\p{{Lu}}{{1,3}}\s+\p{{Lu}}\p{{Ll}})(?P<family>{_FAMILY}),\s*(?P<given>{_GIVEN})(?:,?\s*(?:Jr|Sr|I{{2,3}})\.?)?\s*"
)
_FAMILY_SPACE = regex.compile(
    rf"\s*(?P<family>{_FAMILY})\s+(?P<given>{_INITIALS})(?:\s+(?:Jr|Sr|[23][nr]d|I{{2,3}}|IV)\b)?\s*(?=[,.;:(&\d]|(?:and|y|e|et)\b|$)"
)
_GIVEN_FIRST = regex.compile(
    rf"\s*(?!U\.\s?[SK]\.)(?P<given>\p{{Lu}}\p{{M}}?\.[\s\-‐]*(?:\p{{L}}\p{{M}}?\.[\s\-‐]*){{0,3}})\s*(?P<family>{_FAMILY})(?:,?\s+(?:Jr|Sr|I{{2,3}}|IV)\b\.?)?\s*"
)
# After a first author with the family name in front: NK Beji / Anna B. Smith
_THEN_GIVEN = regex.compile(
    rf"\s*(?P<given>{_INITIALS_ALONE}|\p{{Lu}}{{2,3}}|\p{{Lu}}\p{{Ll}}+(?:\s+\p{{Lu}}\.?)*)\s+(?P<family>{_FAMILY})(?=\s*(?:[,.(]|and\s|&))"
)
# A Smith and B C Roy. / Anna B. Smith and Carl Roy / Anna Smith, Carl Roy, and Eva Lind: a middle initial or a list of three tells them from a body's
# name, the names that follow from "Smith J. Phenols and …"
_FULL = rf"\p{{Lu}}\p{{Ll}}+(?:[\s\-]\p{{Lu}}(?:\p{{Ll}}+|\.)){{0,2}}\s+{_FAMILY}"
_WITH_INITIAL = r"\p{Lu}\p{Ll}+(?:\s+\p{Lu}\.?)+"
_FULL_NAMES = regex.compile(
    rf"(?P<given>{_WITH_INITIAL})\s+(?P<family>{_FAMILY})(?=(?:,\s+{_FULL}){{0,20}},?\s+and\s+{_FULL}(?:[.,]|\s*\()|\.\s+(?:{_MONTH})?(?:19|20)\d\d\b|\s+et\s+al)"
    rf"|(?P<given>\p{{Lu}}\p{{Ll}}+)\s+(?P<family>{_FAMILY})"
    rf"(?=\s+and\s+{_WITH_INITIAL}\s+{_FAMILY}(?:[.,]|\s*\()|(?:,\s+{_FULL}){{1,20}},?\s+and\s+{_FULL}(?:[.,]|\s*\())"
    rf"|(?P<given>{_INITIALS_ALONE})\s+(?P<family>{_FAMILY})(?=(?:,\s+{_INITIALS_ALONE}\s+{_FAMILY}){{0,20}},?\s+and\s+{_INITIALS_ALONE}\s+{_FAMILY}\.)"
)
# In a list of such names, a single author: Anna B. Lee. Calm evenings / Carl Roy. Calm mornings
_FULL_NAME = regex.compile(
    rf"(?P<given>{_WITH_INITIAL}|\p{{Lu}}\p{{Ll}}+)\s+(?P<family>(?:{_PARTICLE}\s+){{0,2}}\p{{Lu}}[\p{{L}}\p{{M}}’'\-‐]+)(?=\.\s|,\s+{_FULL}[.,]|,?\s+and\s+{_FULL}[.,])"
)
_UPPER = regex.compile(
    rf"\s*(?P<family>(?:{_PARTICLE}\s+)?\p{{Lu}}{{2,}}(?:[\s\-]\p{{Lu}}{{2,}}){{0,2}}),\s*(?P<given>{_GIVEN_NAMES}|{_GIVEN})\s*"
)
# Specimen Network for Visits, Lee, K., & Roy, A.: a body before persons
_BODY_FIRST = regex.compile(
    rf"\s*(?P<name>\p{{Lu}}[\p{{L}}’'\-]+(?:\s+(?:\p{{Lu}}[\p{{L}}’'\-]+|of|for|and|the|on|&)){{2,9}})[,;]\s+(?:&\s+|and\s+)?(?={_FAMILY},\s*(?:{_INITIALS})[,.\s])"
)
_BETWEEN = regex.compile(
    r"\s*(?:[,;]|\.\s?\.\s?\.|…)?\s*(?:&|(?:and|y|e|und|et(?!\s+al)|with)(?=\s))?\s*(?:\.\s?\.\s?\.|…)?\s*(?:&\s*)?"
)
_ET_AL = regex.compile(r"[\s,;]*et\s+al\.?", regex.IGNORECASE)
_EDITORS = regex.compile(r"[\s,.]*\(?\b(?:eds?|editors?|orgs?|coords?)\b\.?\)?", regex.IGNORECASE)
_YEAR_IN_BRACKETS = regex.compile(
    r"\((?P<year>(?:1[5-9]|20)\d\d(?:[a-z]|[–-](?:19|20)\d\d)?|in press|n\.\s?d\.(?:[-–]?[a-h])?|forthcoming|submitted|en prensa|no prelo)(?:[,/][^)]{0,40})?\)",
    regex.IGNORECASE,
)
_YEAR_AFTER = regex.compile(rf"^[\s,.]*(?:{_MONTH})?(?P<year>(?:1[5-9]|20)\d\d[a-z]?)(?=[\s.,:;)])")
_YEAR_ANY = regex.compile(r"(?<![\d\-–/.:(])\(?(?P<year>(?:1[5-9]|20)\d\d[a-z]?)(?![\d\-–/])")
_VOLUME_PAGES = regex.compile(
    r"(?P<volume>\d{1,4})\s*(?:\(\s*[^)]{1,20}\))?\s*[,:;]\s*(?:pp?\.\s*)?(?P<pages>[A-Za-z]?\d{1,6}\s*[–\-−‐]\s*[A-Za-z]?\d{1,6}|[eE]?\d{2,8})"
)
_URL = regex.compile(
    r"(?:https?://|www\.|doi:|available (?:from|at)|retrieved|accessed|disponível|pmid|pmcid)\S*.*$", regex.IGNORECASE
)
_PLACE = regex.compile(r"\p{Lu}[\p{L}. ]{2,22}(?:,\s?\p{Lu}{2})?:\s\p{Lu}")  # City: Publisher
_QUOTED = regex.compile(
    r"^(?:“(?P<title>[^”]{3,300}?)[,.]?”|\"(?P<title>[^\"]{3,300}?)[,.]?\"|‘(?P<title>.{3,300}?)[,.]?’)(?=[\s.,;]|$)"
)
# “Title,” the comma or stop inside: what comes before are names, however they are written
_QUOTED_LATER = regex.compile(r"“(?P<title>[^“”]{8,300}?)[,.]”|\"(?P<title>[^\"]{8,300}?)[,.]\"")
# Title, J Abbrev 137 (2011): the journal after a comma
_AFTER_COMMA = regex.compile(
    r"(?P<title>.{15,}?),\s+(?P<rest>(?!Part|Study|Version|Volume|Experiment|Phase|Chapter|Section)\p{Lu}[\p{L}.&]*(?:\s+(?:\p{Lu}[\p{L}.&]*|of|and|the|for|in))*[\s,]+(?:vol\.?\s*)?\d{1,4}\s*[(,:;].*)$"
)
_JOURNAL = regex.compile(
    r"(?:\p{Lu}[\p{L}&.\-’']*+|of|the|and|for|in|on|de|la|da|do|e|y|&|[\s,:()])+?[\s,;.:]*(?:vol\.?\s*|v\.\s*)?(?:(?:19|20)\d\d\s*[;,:]|\d{1,4}\s*(?:[,:;(]|$))"
)
_NAME = 300  # characters in which a journal's name and its volume are looked for
_STOP = regex.compile(
    r"(?<=[\p{Ll}\p{N})\]”\"’'?!]|\p{Lu}\p{Lu})[.?!](?:[”\"’'])?\s+(?=[\p{Lu}\p{N}“\"‘(\[])|\?\s+(?=\p{Lu})"
)
_SAME_AUTHORS = regex.compile(r"\s*(?:[—–]{2,}|_{2,}|-{3,}|―+|\.(?=\s\p{Lu}))")  # the rule may be drawn: ". Title"
_ANYBODY = "Anybody, A."  # stands in where the authors are a dash, so that year and title are found behind them
_INITIAL = regex.compile(r"\s*\p{Lu}\.\s")
_DIVIDED = regex.compile(r"\s*[,;&]|\s*(?:and|y|e|und|et)\b|\s*(?:\.\s?\.\s?\.|…)")
_BODY_DATED = regex.compile(
    r"(?P<name>(?:U\.\s?[SK]\.\s)?[^.(]{3,140}?(?:\s*\(\p{Lu}[\p{L}\-]+\))?)[\s.,]*(?=\(?(?:(?:1[5-9]|20)\d\d[a-z]?[).,\s]|\(n\.))"
)
_BODY_STOPPED = regex.compile(r"(?P<name>(?:U\.\s?[SK]\.\s)?\p{Lu}[^.]{2,100}?)\.\s")
_VOLUME_NEXT = regex.compile(r"\s*;|\s+[A-Z][a-z]{2,8}\b[^.]{0,12};")
_LAST = regex.compile(r"\)?[\s.]*$")
_STOPPED = regex.compile(r"\s*[:),.]")
_NOTE_FIRST = regex.compile(r"^\([^)]{0,30}\)[\s.,:]*")
_SMALL_WORD = regex.compile(r"(?<![\p{L}’'\-])(?!and\b|van\b|von\b|der\b|den\b|del\b)\p{Ll}{3,}")
_READS_ON = regex.compile(r"(?<![\p{L}\-])(?!with\b|from\b|sobre\b)\p{Ll}{4,}|^\p{Lu}\p{Ll}+\?")
_JOURNAL_FIRST = regex.compile(r"[\s.,:;?!]*(?:In:?\s+)?(?P<name>[^\d;]{2,160}?)[\s,.]*(?=\d|;|\(|$|,\s*(?:vol|pp))")


def completed(references: Iterable[Reference]) -> tuple[Reference, ...]:
    """The references of one list, with fields read from their printed form where the file did not give them.

    What one entry leaves open the others tell: whether given names are printed first (``Anna B. Lee. Calm
    evenings``), and whose work it is where a dash stands for the authors.
    """
    listed = tuple(references)
    raws = [r.raw for r in listed if _lacks(r)]
    given_first = 6 * sum(_FULL_NAMES.match(raw) is not None for raw in raws) >= len(raws) > 0
    found: list[Reference] = []
    for reference in listed:
        done = reference
        if _lacks(reference):
            done = _filled(reference, parse_entry(reference.raw, given_first=given_first))
        same = None if reference.authors else _SAME_AUTHORS.match(reference.raw)
        if same and found and found[-1].authors:
            own = parse_entry(f"{_ANYBODY} {reference.raw[same.end() :].lstrip(' .,')}")
            done = replace(_filled(reference, own), authors=found[-1].authors)
        found.append(done)
    return tuple(found)


def _lacks(reference: Reference) -> bool:
    """Whether the file left out what tells a work."""
    return not (reference.authors and reference.year and reference.title)


def _filled(reference: Reference, own: Reference) -> Reference:
    """``reference`` with the fields that only ``own``, read from its printed form, has."""
    return replace(
        reference,
        authors=reference.authors or own.authors,
        year=reference.year or own.year,
        title=reference.title or own.title,
        container=reference.container or own.container,
        volume=reference.volume or own.volume,
        pages=reference.pages or own.pages,
        doi=reference.doi or own.doi,
    )


def parse_entry(raw: str, *, given_first: bool = False) -> Reference:
    """The parts of one printed reference, None where not found; ``index`` is 0. ``given_first``: the list prints *Anna B. Lee*.

    APA, Harvard, Vancouver, Nature, Chicago and Latin-American orders are told apart by where the year
    stands and how the first author is written.
    """
    doi = find_doi(raw)
    authors, rest = _authors(raw, given_first=given_first)
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


def _authors(raw: str, *, given_first: bool) -> tuple[tuple[Author, ...], str]:
    """The authors at the head of an entry, and what follows them."""
    people: list[Author] = []
    at = 0
    if body := _BODY_FIRST.match(raw):
        people.append(Author(tidy(body["name"])))
        at = body.end()
    pattern: regex.Pattern[str] | None = None
    first: regex.Pattern[str] | None = None
    while at < len(raw) and len(people) < 60:
        options = [_UPPER, _FAMILY_COMMA, _FAMILY_SPACE, _GIVEN_FIRST]
        if not people:
            options[:0] = [_FULL_NAMES, _FULL_NAME] if given_first else [_FULL_NAMES]
        elif first in (_FAMILY_COMMA, _FULL_NAMES, _FULL_NAME):
            options.insert(0 if people[0].given[1:2].islower() else len(options), _THEN_GIVEN)
        tried = [pattern, *options] if pattern not in (None, _FAMILY_COMMA) else options
        match = next((m for p in tried if p is not None and (m := p.match(raw, at))), None)
        if match is None or (people and not _listed(raw, at)):
            break
        pattern = match.re
        first = first or pattern
        if people and pattern is _FAMILY_COMMA and len(match["given"]) > 12 and "." not in match["given"]:
            break
        people.append(Author(tidy(match["family"]), tidy(match["given"])))
        at = match.end()
        between = _BETWEEN.match(raw, at)
        if _ET_AL.match(raw, at) or raw[at : at + 1] in "(.:" or _YEAR_AFTER.match(raw[at:]):
            break
        if between is None or between.end() == at:
            break
        if _INITIAL.match(raw, at) is None and not _DIVIDED.match(raw, at):
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
    head = _BODY_DATED.match(raw) or _BODY_STOPPED.match(raw)
    if head is None or _PLACE.match(raw, head.end()):
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
        dated = [m for m in late if _VOLUME_NEXT.match(clean, m.end())]
        closing = [m for m in late if _LAST.match(clean, m.end())]
        sooner = [m for m in late if _STOPPED.match(clean, m.end())]
        standing = (dated or closing or sooner or late)[0]
        return standing["year"], rest
    return (bracketed["year"] if bracketed else None), rest


def _title(rest: str) -> tuple[str | None, str | None]:
    text = _URL.sub("", rest).strip(" .,:;")
    quoted = _QUOTED.match(text) or _after_names(text)
    if quoted:
        return tidy(quoted["title"]), _container(text[quoted.end() :])
    text = _NOTE_FIRST.sub("", text)
    parts = list(_parts(text))
    if not parts:
        return None, None
    last = _last_of_title(text, parts)
    title, following = text[parts[0][0] : parts[last][1]], text[parts[last][1] :] if last + 1 < len(parts) else ""
    if last + 1 == len(parts) and (comma := _AFTER_COMMA.match(title)):
        title, following = comma["title"], comma["rest"]
    title = tidy(title).strip(" .,")
    return (title[:400] or None) if len(title) >= 4 else None, _container(following)


def _after_names(text: str) -> "regex.Match[str] | None":
    """A quoted title behind what is left of the names, if nothing but names stands before it."""
    quoted = _QUOTED_LATER.search(text)
    before = text[: quoted.start()].strip() if quoted else ""
    only_names = not any(c.isalpha() for c in before) or before.endswith(",")
    return quoted if only_names and not _SMALL_WORD.search(before) else None


def _parts(text: str) -> Iterator[tuple[int, int]]:
    """The stretches between full stops, by position."""
    at = 0
    for stop in _STOP.finditer(text):
        if stop.start() > at:
            yield at, stop.start()
        at = stop.end()
    if at < len(text):
        yield at, len(text)


def _last_of_title(text: str, parts: list[tuple[int, int]]) -> int:
    """The part that ends the title: the first, or the last of those that read on like one before a journal with its volume."""
    a, z = parts[0]
    if len(parts) > 1 and z - a < 8:
        return 1
    asked = 0
    while text[parts[asked][1] : parts[asked][1] + 1] == "?" and asked + 2 < len(parts):
        following = text[slice(*parts[asked + 1])]
        if regex.search(r"\d", following) or not _reads_on(following):
            break
        asked += 1
    if asked:
        return asked
    for k in range(1, len(parts)):
        if _JOURNAL.match(text[parts[k][0] : parts[k][0] + _NAME]):
            between = [text[slice(*p)] for p in parts[1:k]]
            return k - 1 if all(_reads_on(t) for t in between) else 0
    return 0


def _reads_on(text: str) -> bool:
    """Whether words go on like a title's, in small letters, and not like a journal's or publisher's name."""
    return not text.startswith(("In ", "In:", "Em: ", "En: ")) and bool(_READS_ON.search(text))


def _container(text: str) -> str | None:
    head = _JOURNAL_FIRST.match(text)
    name = tidy(head["name"]).strip(" .,:") if head else ""
    return name if len(name) > 1 else None
