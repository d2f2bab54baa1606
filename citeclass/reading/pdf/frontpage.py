"""Title, authors, year and DOI of the article itself, from its first pages and the file's metadata."""

import re
from collections.abc import Iterator

from citeclass.reading.pdf.byline import authors
from citeclass.reading.pdf.layout import Layout
from citeclass.reading.pdf.lines import Line
from citeclass.records import FrontMatter, Zone
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
_JOURNAL = re.compile(r"\b(?:Journal|Annals|Archives|Bulletin|Acta|Revista|Proceedings|Transactions|Zeitschrift)\b")
_SMALL = frozenset(["of", "the", "and", "for", "in", "on", "de", "da", "del", "la", "&", "e", "y"])
_ADDRESS = re.compile(r"@|correspond|copyright|©|licen[cs]e|affiliat", re.IGNORECASE)
_CITE_AS = re.compile(
    r"^\W*(?:cite this article|how to cite|please cite|to cite this|como citar|cómo citar|suggested citation)",
    re.IGNORECASE,
)
_FRONT_PAGES = 2
_YEAR = re.compile(r"(?<!\d)(19[5-9]\d|20[0-4]\d)(?!\d)")
_PUBLISHED = re.compile(
    r"^\W*(?:first |e?pub |e-?)?(?:published(?! from| in the| between| by| as| data)|publicad[oa](?! de| en| em)|copyright|©|\(c\)|received\b.*accepted|accepted|volume|vol\.)\b[^\n]{0,60}?(?<!\d)((?:19[5-9]|20[0-4])\d)(?!\d)",
    re.IGNORECASE | re.MULTILINE,
)
# Registries of protocols and data: printed on first pages, and never the article's own.
_REGISTRY = re.compile(r"10\.(?:17605/osf|5281/zenodo|6084/m9|5061/dryad|17632|7910/dvn|1186/isrctn)")


def front_matter(lines: list[Line], layout: Layout, metadata: dict[str, str], xmp: str) -> FrontMatter:
    """What identifies the article. ``lines`` are all lines of the file, furniture included.

    A DOI is taken from the metadata, from the first pages, or from where the article says how to cite it, never from a
    reference.
    """
    everything, lines = lines, [line for line in lines if line.page <= _FRONT_PAGES]
    first = [line for line in lines if line.page == 1]
    title_lines = _title_lines(first or lines)
    printed = tidy(" ".join(line.text for line in title_lines)).replace("\u00ad ", "").replace("\u00ad", "")
    given = tidy(metadata.get("Title", ""))
    page_text = squash(" ".join(line.text for line in lines if line.page <= 2))
    usable = bool(given) and not _JUNK_TITLE.search(given) and len(given) > 15 and squash(given)[:60] in page_text
    title = given if usable and len(given) >= 0.5 * len(printed) else printed or None
    abstract = [b.text for b in layout.blocks if b.zone is Zone.ABSTRACT] or _unheaded_abstract(layout)
    return FrontMatter(
        title=title,
        authors=tuple(authors(first or lines, title_lines)),
        year=_year(first, metadata),
        doi=_doi(lines, layout, metadata, xmp) or _how_to_cite(everything),
        abstract=tidy(" ".join(abstract)).replace("\u00ad ", "") or None,
    )


def _title_lines(lines: list[Line]) -> list[Line]:
    """The largest text on the page that reads like a title, with the lines that continue it."""
    usable = [
        o
        for o in lines
        if len(re.findall(r"[^\W\d_]{2,}", o.text)) >= 2
        and not _NOT_TITLE.match(o.text)
        and not find_doi(o.text)
        and not _like_journal(o.text)
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


def _like_journal(text: str) -> bool:
    return len(text) < 70 and bool(_JOURNAL.search(text)) and all(w[0].isupper() or w in _SMALL for w in text.split())


def _is_journal(text: str, lines: list[Line], run: list[Line]) -> bool:
    """Whether another line goes on from ``text`` with a year or volume, as a journal's name does."""
    begins = re.compile(re.escape(text) + r"\W{0,3}(?:(?:19|20)\d\d|\d+\s*[,:(]|vol)", re.IGNORECASE)
    return any(begins.match(o.text) for o in lines if o not in run)


def _unheaded_abstract(layout: Layout) -> list[str]:
    """The longest prose before the first section, where no heading announces an abstract."""
    head: list[str] = []
    for block in layout.blocks:
        if block.heading and re.match(r"\W*(?:1\W+)?introdu", block.text, re.IGNORECASE):
            prose = [t for t in head if len(t) > 400 and t.count(". ") > 2 and not _ADDRESS.search(t)]
            return [max(prose, key=len)] if prose else []
        head.append(block.text)
        if block.lines[0].page > 1:
            break
    return []


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


def _how_to_cite(lines: list[Line]) -> str | None:
    """The DOI beside ``Cite this article as``, wherever in the file that stands."""
    for i, line in enumerate(lines):
        if _CITE_AS.search(line.text):
            near = lines[max(0, i - 2) : i + 6]
            alone = (
                find_doi(o.text)
                for o in near
                if re.match(r"\W*(?:https?://\S*)?(?:doi\b)?[:\s]*10\.\d{4}", o.text, re.IGNORECASE)
            )
            if found := next((d for d in alone if d), None):
                return found
    return None
