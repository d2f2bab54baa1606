"""BioMed Central's own XML (``<art>``), older than JATS and still handed out for its articles."""

import re
from collections.abc import Iterator

from lxml import etree

from citeclass.reading.builder import TextBuilder
from citeclass.reading.walk import Dialect, Walk
from citeclass.reading.xmlfile import first, local, plain_text
from citeclass.records import Author, Document, FrontMatter, Reference, Zone
from citeclass.text import find_doi, normal_doi, tidy

READER = "bmc-1"


def _cite(element: etree._Element) -> tuple[str, ...] | None:
    return tuple((element.get("bid") or "").split()) if local(element) == "abbr" else None


_DIALECT = Dialect(
    sections=frozenset({"sec"}),
    titles=frozenset({"st"}),
    paragraphs=frozenset({"p"}),
    zones={"fig": Zone.CAPTION, "tbl": Zone.TABLE, "tblfn": Zone.NOTE, "tblbdy": Zone.TABLE, "suppl": Zone.CAPTION, "fn": Zone.NOTE},
    rows=frozenset({"r", "row", "tr"}),
    cells=frozenset({"c", "td", "th", "entry"}),
    groups=frozenset({"abbrgrp"}),
    blocks=frozenset({"l", "b_list", "list", "indent"}),
    skip=frozenset({"graphic", "tex-math", "m:math", "st", "tableid", "figid"}),
    cite=_cite,
)  # fmt: skip


def read_bmc(root: etree._Element) -> Document:
    """The document of an ``<art>`` element."""
    builder = TextBuilder()
    walk = Walk(_DIALECT, builder)
    for abstract in root.findall("fm/abs"):
        walk.block(abstract, zone=Zone.ABSTRACT)
    for body in root.findall("bdy"):
        walk.block(body)
    builder.close()
    head = root.find("fm/bibl")
    abstract_node = root.find("fm/abs")
    return Document(
        reader=READER,
        text=builder.text,
        front=_front(head, abstract_node),
        sections=tuple(builder.sections),
        paragraphs=tuple(builder.paragraphs),
        references=tuple(_reference(b, i) for i, b in enumerate(root.iterfind("bm/refgrp/bibl"))),
        anchors=tuple(builder.anchors),
    )


def _people(bibl: etree._Element) -> Iterator[Author]:
    for author in bibl.iterfind("aug/au"):
        family, given = tidy(plain_text(author.find("snm"))), tidy(plain_text(author.find("fnm")))
        body = tidy(plain_text(author.find("cnm")))
        if family or body:
            yield Author(family or body, given)


def _ids(bibl: etree._Element) -> dict[str | None, str]:
    return {e.get("idtype"): tidy(plain_text(e)) for e in bibl.iter("pubid")}


def _front(head: etree._Element | None, abstract: etree._Element | None) -> FrontMatter:
    if head is None:
        return FrontMatter()
    ids = _ids(head)
    year = re.search(r"\b(?:19|20)\d\d\b", plain_text(head.find("pubdate")))
    return FrontMatter(
        title=tidy(plain_text(head.find("title"))) or None,
        authors=tuple(_people(head)),
        year=int(year[0]) if year else None,
        doi=normal_doi(ids.get("doi")),
        pmid=ids.get("pmpid"),
        journal=tidy(plain_text(head.find("source"))) or None,
        abstract=tidy(plain_text(abstract, skip=frozenset({"st"}), gap=" ")) or None,
        language="en",
    )


def _reference(bibl: etree._Element, index: int) -> Reference:
    ids, title = _ids(bibl), tidy(plain_text(bibl.find("title")))
    source, raw = tidy(plain_text(bibl.find("source"))), tidy(plain_text(bibl, gap=" "))
    pages = [p for p in (tidy(plain_text(bibl.find(t))) for t in ("fpage", "lpage")) if p]
    return Reference(
        index=index,
        raw=raw,
        keys=tuple(k for k in (bibl.get("id"),) if k),
        label=str(index + 1),
        authors=tuple(_people(bibl)),
        year=tidy(plain_text(first(bibl, "pubdate"))) or None,
        title=title or source or None,
        container=source if title else None,
        volume=tidy(plain_text(bibl.find("volume"))) or None,
        pages="–".join(pages) or None,
        doi=normal_doi(ids.get("doi")) or find_doi(raw),
        pmid=ids.get("pmpid"),
    )
