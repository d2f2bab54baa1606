"""TEI XML as GROBID writes it."""

import re
from collections.abc import Iterator, Sequence

from lxml import etree

from citeclass.reading.builder import TextBuilder
from citeclass.reading.walk import Dialect, Walk
from citeclass.reading.xmlfile import local, plain_text
from citeclass.records import Author, Document, FrontMatter, Reference, Zone
from citeclass.text import find_doi, normal_doi, tidy

READER = "tei-3"

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ID = "{http://www.w3.org/XML/1998/namespace}id"


def _cite(element: etree._Element) -> tuple[str, ...] | None:
    """Targets of a bibliographic ``<ref>``; GROBID leaves the target out where it could not resolve it."""
    if local(element) != "ref" or element.get("type") not in ("bibr", "biblio"):
        return None
    return tuple(t.removeprefix("#") for t in (element.get("target") or "").split())


_DIALECT = Dialect(
    sections=frozenset({"div"}),
    titles=frozenset({"head"}),
    paragraphs=frozenset({"p", "ab"}),
    zones={"figure": Zone.CAPTION, "note": Zone.NOTE, "table": Zone.TABLE},
    blocks=frozenset({"list", "item", "quote", "figDesc"}),
    skip=frozenset({"graphic", "label", "head", "listBibl", "listOrg"}),
    raised=frozenset({"hi_super"}),
    cite=_cite,
    kind_of=lambda element: element.get("type") or "",
)


def read_tei(root: etree._Element) -> Document:
    """The document of a ``<TEI>`` element."""
    builder = TextBuilder()
    walk = Walk(_DIALECT, builder)
    abstract = root.find("{*}teiHeader/{*}profileDesc/{*}abstract")
    if abstract is not None:
        walk.block(abstract, zone=Zone.ABSTRACT)
    for body in root.findall("{*}text/{*}body"):
        walk.block(body)
    for annex in root.iterfind("{*}text/{*}back/{*}div"):
        if annex.get("type") in ("annex", "appendix"):
            walk.block(annex)
    builder.close()
    return Document(
        reader=READER,
        text=builder.text,
        front=_front(root, abstract),
        sections=tuple(builder.sections),
        paragraphs=tuple(builder.paragraphs),
        references=tuple(_reference(b, i) for i, b in enumerate(root.iterfind("{*}text//{*}listBibl/{*}biblStruct"))),
        anchors=tuple(builder.anchors),
    )


def _people(parent: etree._Element | None) -> Iterator[Author]:
    for author in parent.findall("{*}author") if parent is not None else ():
        family = tidy(" ".join(plain_text(s) for s in author.iterfind("{*}persName/{*}surname")))
        given = tidy(" ".join(plain_text(s) for s in author.iterfind("{*}persName/{*}forename")))
        body = tidy(plain_text(author.find("{*}orgName"))) or ("" if family else tidy(plain_text(author)))
        if family or body:
            yield Author(family or body, given if family else "")


def _idno(node: etree._Element, kind: str) -> str | None:
    return next((tidy(plain_text(e)) for e in node.iter("{*}idno") if (e.get("type") or "").upper() == kind), None)


def _year(node: etree._Element) -> str | None:
    for date in node.iter("{*}date"):
        found = re.search(r"\b(1[5-9]\d\d|20\d\d)[a-z]?\b", f"{plain_text(date)} {date.get('when') or ''}")
        if found:
            return found[0]
    return None


def _front(root: etree._Element, abstract: etree._Element | None) -> FrontMatter:
    header = root.find("{*}teiHeader")
    if header is None:
        return FrontMatter()
    title = header.find("{*}fileDesc/{*}titleStmt/{*}title")
    own = header.find("{*}fileDesc/{*}sourceDesc/{*}biblStruct")
    published = header.find("{*}fileDesc/{*}publicationStmt")
    printed = tidy(plain_text(title))
    year = next((y for n in (published, own) if n is not None and (y := _year(n))), None)
    year = year or _marked_year(printed) or (_accepted(own) if own is not None else None)
    journal = own.find("{*}monogr/{*}title") if own is not None else None
    authors = tuple(_people(own.find("{*}analytic"))) if own is not None else ()
    return FrontMatter(
        title=_unglued(printed, authors) or None,
        authors=authors,
        year=int(year[:4]) if year else None,
        doi=_own_doi(_idno(own, "DOI")) if own is not None else None,
        journal=tidy(plain_text(journal)) or None,
        abstract=tidy(plain_text(abstract, gap=" ")) or None,
        language=(header.get(_LANG) or "")[:2].casefold() or None,
    )


_PRODUCTION = re.compile(r"\s*(?:research|review|case|brief|short|other)-?(?:article|report)?((?:19|20)\d\d)$")
_RUNNING = re.compile(r"^\d{4,}\S*(?: \S+)? ?\S*?10\.\d{4,9}/\d+")


def _unglued(title: str, authors: Sequence[Author]) -> str:
    """A title without what GROBID glues to it: marks of the production (``research-article2015``), the article's number and DOI, and the
    authors of the running header, which run into the first word (``Martin, CulbertsonRevisiting``).
    """
    bare = _RUNNING.sub("", _PRODUCTION.sub("", title)).lstrip(". ")
    names = "|".join(re.escape(a.family) for a in authors if len(a.family) > 2)
    glued = (
        re.match(rf"(?:(?:{names})(?:, | and | & |(?= et al)))*(?:{names})(?: et al\.?)?(?=[A-Z])", bare)
        if names
        else None
    )
    return bare[glued.end() :] if glued else bare


def _marked_year(title: str) -> str | None:
    found = _PRODUCTION.search(title)
    return found[1] if found else None


def _accepted(own: etree._Element) -> str | None:
    """The year of acceptance, where nothing tells that of publication."""
    for note in own.iter("{*}note"):
        if note.get("type") == "submission":
            found = re.search(
                r"accepted\D{0,4}(?:\d{1,2}/\d{1,2}/(\d\d)\b|.{0,20}?\b((?:19|20)\d\d)\b)",
                plain_text(note),
                re.IGNORECASE,
            )
            if found:
                return found[2] or f"20{found[1]}"
    return None


def _own_doi(printed: str | None) -> str | None:
    """The header's DOI, less the running header that GROBID often glues to it (``…528pss.sagepub.``)."""
    doi = normal_doi(printed)
    return re.sub(r"(?:(?<=\d)[a-z]{2,}\.[a-z]+(?:\.[a-z]*)*|(?<=\d{8})[a-z]{2,4})$", "", doi) if doi else None


def _reference(bibl: etree._Element, index: int) -> Reference:
    analytic, monograph = bibl.find("{*}analytic"), bibl.find("{*}monogr")
    title = tidy(plain_text(analytic.find("{*}title"))) if analytic is not None else ""
    container = tidy(plain_text(monograph.find("{*}title"))) if monograph is not None else ""
    printed = next((n for n in bibl.iterfind("{*}note") if n.get("type") == "raw_reference"), None)
    raw = tidy(plain_text(printed if printed is not None else bibl, gap="" if printed is not None else " "))
    scope = {e.get("unit"): e for e in bibl.iter("{*}biblScope")}
    page = scope.get("page")
    pages = [page.get("from") or plain_text(page), page.get("to")] if page is not None else []
    authors = tuple(_people(analytic)) or tuple(_people(monograph))
    return Reference(
        index=index,
        raw=raw,
        keys=tuple(k for k in (bibl.get(_ID),) if k),
        authors=authors,
        year=_year(bibl),
        title=title or container or None,
        container=container if title else None,
        volume=tidy(plain_text(scope.get("volume"))) or None,
        pages="–".join(tidy(p) for p in pages if p) or None,
        doi=normal_doi(_idno(bibl, "DOI")) or find_doi(raw),
    )
