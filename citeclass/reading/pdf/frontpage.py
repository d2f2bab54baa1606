"""Title, authors, year and DOI of the article itself, from its first pages and the file's metadata."""

import re
from collections.abc import Iterator

from citeclass.reading.pdf.layout import Layout
from citeclass.reading.pdf.lines import Line
from citeclass.records import Author, FrontMatter, Zone
from citeclass.text import find_doi, squash, tidy

_NOT_TITLE = re.compile(
    r"^(?:original|research|review|open access|article|abstract|doi|www|http|journal|volume|vol\.|issn|received|published|copyright|©|brief|short|case report|"
    r"artigo|contents|available|edited by|clinical|check for|accepted|citation|corresponding|rapid communication|special|section)\b[^a-z]*.{0,30}$",
    re.IGNORECASE,
)
_JUNK_TITLE = re.compile(
    r"\.(?:docx?|indd|pdf|qxd|tex|dvi)$|^untitled|^microsoft word|^\W*$|^doi:|^\d|^[\w-]+$|^pii|\bpp?\.\.\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(19[5-9]\d|20[0-4]\d)(?!\d)")
_PUBLISHED = re.compile(
    r"^\W*(?:first |e?pub |e-?)?(?:published|publicad[oa]|copyright|©|\(c\)|received\b.*accepted|accepted|volume|vol\.)\b[^\n]{0,60}?(?<!\d)((?:19[5-9]|20[0-4])\d)(?!\d)",
    re.IGNORECASE | re.MULTILINE,
)
_NAME = re.compile(
    r"^(?:[A-ZÀ-Þ][\w’'.\-]*|van|von|de|der|den|del|da|di|dos|la|le|el|al|bin|Mc\w+)(?:\s+(?:[A-ZÀ-Þ][\w’'.\-]*|van|von|de|der|den|del|da|di|dos|la|le|el|al|bin|y|e)){1,4}$"
)
# Registries of protocols and data: printed on first pages, and never the article's own.
_REGISTRY = re.compile(r"10\.(?:17605/osf|5281/zenodo|6084/m9|5061/dryad|17632|7910/dvn|1186/isrctn)")
_PARTICLES = frozenset(["van", "von", "de", "der", "den", "del", "da", "di", "dos", "la", "le", "el", "al", "bin"])
_DEGREE = re.compile(r"\b(?:Ph\.?\s?D|M\.?D|M\.?Sc|MPH|MSW|BSc|Dr|Prof|R\.?N|Ed\.?D|Psy\.?D|M\.?A|FRCP|MBBS)\b\.?")


def front_matter(lines: list[Line], layout: Layout, metadata: dict[str, str], xmp: str) -> FrontMatter:
    """What identifies the article. ``lines`` are all lines of the first pages, furniture included.

    A DOI is taken from the metadata or from a line before the reference list, never from a reference.
    """
    first = [line for line in lines if line.page == 1]
    title_lines = _title_lines(first or lines)
    printed = tidy(" ".join(line.text for line in title_lines)).replace("\u00ad ", "").replace("\u00ad", "")
    given = tidy(metadata.get("Title", ""))
    page_text = squash(" ".join(line.text for line in lines if line.page <= 2))
    usable = bool(given) and not _JUNK_TITLE.search(given) and len(given) > 15 and squash(given)[:60] in page_text
    title = given if usable and len(given) >= 0.5 * len(printed) else printed or None
    abstract = [b.text for b in layout.blocks if b.zone is Zone.ABSTRACT]
    return FrontMatter(
        title=title,
        authors=tuple(_authors(first, title_lines)),
        year=_year(first, metadata),
        doi=_doi(lines, layout, metadata, xmp),
        abstract=tidy(" ".join(abstract)).replace("\u00ad ", "") or None,
    )


def _title_lines(lines: list[Line]) -> list[Line]:
    """The largest text on the page that reads like a title, with the lines that continue it."""
    usable = [
        o
        for o in lines
        if len(re.findall(r"[^\W\d_]{2,}", o.text)) >= 2 and not _NOT_TITLE.match(o.text) and not find_doi(o.text)
    ]
    for size in sorted({round(o.size, 1) for o in usable}, reverse=True)[:6]:
        run: list[Line] = []
        for line in lines:
            if (line in usable or run) and abs(line.size - size) <= 0.06 * size:
                if run and abs(run[-1].baseline - line.baseline) > 2.6 * size:
                    if len(" ".join(o.text for o in run)) >= 20:
                        break
                    run = []
                run.append(line)
            elif run and len(" ".join(o.text for o in run)) >= 20:
                break
        text = " ".join(o.text for o in run)
        if _is_journal(text, lines, run):
            continue
        if 20 <= len(text) <= 350 and len(text.split()) >= 3:
            return run
    return []


def _is_journal(text: str, lines: list[Line], run: list[Line]) -> bool:
    """Whether another line goes on from ``text`` with a year or volume, as a journal's name does."""
    begins = re.compile(re.escape(text) + r"\W{0,3}(?:(?:19|20)\d\d|\d+\s*[,:(]|vol)", re.IGNORECASE)
    return any(begins.match(o.text) for o in lines if o not in run)


def _authors(lines: list[Line], title: list[Line]) -> list[Author]:
    if not title:
        return []
    start = lines.index(title[-1]) + 1
    below = []
    for line in lines[start : start + 8]:
        if re.match(
            r"^\W*(?:abstract|background|summary|introduction|resumo|department|university|received)\b",
            line.text,
            re.IGNORECASE,
        ):
            break
        below.append(line)
    if not below:
        return []
    block = [below[0]]
    for line in below[1:4]:
        if abs(line.size - block[0].size) > 0.3 or not block[-1].text.rstrip(" ⁰¹²³⁴⁵⁶⁷⁸⁹*").endswith(
            (",", "and", "&", ";")
        ):
            break
        block.append(line)
    text = _DEGREE.sub(" ", " ".join(o.text for o in block))
    text = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹\d*†‡§¶#]+", ",", text)
    people = []
    for part in re.split(r"\s*(?:[,;•·|]|\band\b|&|\by\b|\be\b)\s*", text):
        name = tidy(re.sub(r"^[a-z]{1,2}(?=[A-Z])|\b[a-z]$", "", tidy(part))).strip(" .")
        if _NAME.match(name) and 4 < len(name) < 50:
            given, _, family = _split(name)
            people.append(Author(family, given))
    return people


def _split(name: str) -> tuple[str, str, str]:
    words = name.split()
    at = len(words) - 1
    while at > 1 and (words[at - 1].islower() or words[at - 1].casefold() in _PARTICLES):
        at -= 1
    return " ".join(words[:at]), " ", " ".join(words[at:])


def _year(lines: list[Line], metadata: dict[str, str]) -> int | None:
    text = "\n".join(o.text for o in lines)
    found = _PUBLISHED.findall(text)
    made = _YEAR.search(metadata.get("CreationDate", ""))
    if found:
        near = [y for y in map(int, _YEAR.findall(text)) if made and y in (int(made[1]), int(made[1]) - 1)]
        return max(map(int, found)) if not near or int(max(found)) in near else max(near)
    years = [int(y) for o in lines[:6] + lines[-6:] for y in _YEAR.findall(o.text)]
    if years:
        return max(years) if made is None else max((y for y in years if y <= int(made[1]) + 1), default=int(made[1]))
    return int(made[1]) if made else None


def _doi(lines: list[Line], layout: Layout, metadata: dict[str, str], xmp: str) -> str | None:
    for key in ("WPS-ARTICLEDOI", "doi", "DOI", "Subject", "Title", "Keywords"):
        if found := find_doi(metadata.get(key, "")):
            return found
    tagged = re.search(r"<(?:prism|crossmark|pdfx):doi>([^<]+)<", xmp, re.IGNORECASE) or re.search(
        r"<dc:identifier>([^<]*10\.\d{4}[^<]*)<", xmp
    )
    if tagged and (found := find_doi(tagged[1])):
        return found
    listed = {id(line) for line in layout.bibliography}
    printed = (d for page in (1, 2) for d in _printed_dois(lines, page, listed))
    return next((d for d in printed if not _REGISTRY.search(d)), None)


def _printed_dois(lines: list[Line], page: int, listed: set[int]) -> Iterator[str]:
    """The DOIs printed on a page, less those of the reference list."""
    printed = [o for o in lines if o.page == page and id(o) not in listed]
    for i, line in enumerate(printed):
        if re.search(r"doi|10\.\d{4}", line.text, re.IGNORECASE):
            following = printed[i + 1].text if i + 1 < len(printed) else ""
            joined = line.text + (following if re.search(r"10\.\d{4,9}/?$|[/.-]$", line.text) else "")
            if found := find_doi(joined.replace("\u00ad", "")):
                yield found
