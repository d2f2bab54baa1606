"""JATS and NLM journal articles, as Europe PMC, PMC, SciELO and publishers give them."""

import re
from collections.abc import Container, Iterator

from lxml import etree

from citeclass.reading.builder import TextBuilder
from citeclass.reading.walk import Dialect, Walk
from citeclass.reading.xmlfile import first, local, plain_text
from citeclass.records import Author, Document, FrontMatter, Reference, Zone
from citeclass.text import find_doi, normal_doi, tidy

READER = "jats-2"

_CITATIONS = ("element-citation", "mixed-citation", "nlm-citation", "citation")
_SKIP = frozenset(
    [
        "tex-math",
        "graphic",
        "inline-graphic",
        "media",
        "object-id",
        "alternatives-label",
        "ref-list",
        "sig-block",
        "email",
        "label-alternatives",
        "ext-link-icon",
        "processing-meta",
        "supplementary-material-label",
        "title",
        "label",
        "private-char",
    ]
)
_AUTHORS = frozenset({"author", "allauthors", ""})
_EDITORS = frozenset({*_AUTHORS, "editor", "guest-editor", "compiler"})
_LABEL = frozenset({"label"})
_GAP = "\x1f"  # behind a name; no character of XML
_GLUED = re.compile(rf"{_GAP}(?=\w)")
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def _dialect(reference_ids: frozenset[str]) -> Dialect:
    def cite(element: etree._Element) -> tuple[str, ...] | None:
        if local(element) != "xref":
            return None
        keys = tuple(k for k in (element.get("rid") or "").split() if k in reference_ids)
        if keys:
            return keys
        return tuple((element.get("rid") or "").split()) if element.get("ref-type") == "bibr" else None

    return Dialect(
        sections=frozenset({"sec", "app", "ack"}),
        titles=frozenset({"title"}),
        paragraphs=frozenset({"p", "verse-line", "attrib", "title-in-list"}),
        zones={
            "fig": Zone.CAPTION, "caption": Zone.CAPTION, "table-wrap": Zone.TABLE, "table": Zone.TABLE,
            "table-wrap-foot": Zone.NOTE, "fn": Zone.NOTE, "fn-group": Zone.NOTE,
            "supplementary-material": Zone.CAPTION, "table-wrap-group": Zone.TABLE, "fig-group": Zone.CAPTION,
        },
        blocks=frozenset({"boxed-text", "list", "list-item", "disp-quote", "def-list", "def-item", "def", "disp-formula-group", "statement", "speech", "verse-group"}),
        skip=_SKIP,
        cite=cite,
    )  # fmt: skip


def read_jats(root: etree._Element) -> Document:
    """The document of an ``<article>`` element; translations kept as sub-articles are left out."""
    references = tuple(_references(root))
    walk_on = _dialect(frozenset(k for r in references for k in r.keys))
    builder = TextBuilder()
    walk = Walk(walk_on, builder)
    meta = root.find("{*}front/{*}article-meta")
    for abstract in meta.findall("{*}abstract") if meta is not None else []:
        walk.block(abstract, zone=Zone.ABSTRACT)
    for part in root:
        if local(part) in ("body", "floats-group"):
            walk.block(part)
        elif local(part) == "back":
            for child in part:
                if local(child) in ("app-group", "app", "sec", "fn-group", "notes"):
                    walk.block(child, zone=None if local(child) != "fn-group" else Zone.NOTE)
    builder.close()
    return Document(
        reader=READER,
        text=builder.text,
        front=_front(root, meta),
        sections=tuple(builder.sections),
        paragraphs=tuple(builder.paragraphs),
        references=references,
        anchors=tuple(builder.anchors),
    )


def _year(text: str) -> int | None:
    found = re.search(r"\b(1[5-9]\d\d|20\d\d)\b", text)
    return int(found[1]) if found else None


def _front(root: etree._Element, meta: etree._Element | None) -> FrontMatter:
    if meta is None:
        return FrontMatter(language=_language(root.get(_XML_LANG)))
    ids = {e.get("pub-id-type"): tidy(plain_text(e)) for e in meta.findall("{*}article-id")}
    title = meta.find("{*}title-group/{*}article-title")
    dates = {e.get("pub-type") or e.get("date-type") or "": e for e in meta.findall("{*}pub-date")}
    years = [
        y
        for key in ("ppub", "collection", "pub", "epub", *dates)
        if key in dates and (y := _year(plain_text(dates[key].find("{*}year"))))
    ]
    abstract = next((a for a in meta.findall("{*}abstract") if not a.get("abstract-type")), meta.find("{*}abstract"))
    authors = []
    for contrib in meta.iterfind("{*}contrib-group/{*}contrib"):
        if contrib.get("contrib-type", "author") == "author":
            authors += list(_people(contrib))[:1]
    pmcid = re.sub(r"\D", "", ids.get("pmc") or ids.get("pmcid") or "")
    return FrontMatter(
        title=tidy(plain_text(title, skip=frozenset({"xref", "fn"}))) or None,
        authors=tuple(authors),
        year=min(years) if years else None,
        doi=normal_doi(ids.get("doi")),
        pmid=ids.get("pmid"),
        pmcid=f"PMC{pmcid}" if pmcid else None,
        journal=tidy(plain_text(first(root, "journal-title"))) or None,
        abstract=tidy(plain_text(abstract, skip=frozenset({"title", "label"}), gap=" ")) or None,
        language=_language(root.get(_XML_LANG)),
    )


def _language(code: str | None) -> str | None:
    return code[:2].casefold() if code else None


def _people(element: etree._Element, *, roles: Container[str] = _AUTHORS) -> Iterator[Author]:
    """Persons and bodies below ``element`` in printed order, of groups that have one of the ``roles`` or none."""
    for node in element.iter():
        tag = local(node)
        if tag in ("name", "string-name"):
            group = next((a for a in node.iterancestors() if local(a) == "person-group"), None)
            if group is not None and group.get("person-group-type", "author") not in roles:
                continue
            family = tidy(plain_text(first(node, "surname")))
            given = tidy(plain_text(first(node, "given-names")))
            whole = tidy(plain_text(node))
            if family or whole:
                yield Author(family or whole, given if family else "")
        elif tag == "collab" and (name := tidy(plain_text(node))):
            yield Author(name)


def _references(root: etree._Element) -> Iterator[Reference]:
    index = 0
    for entry in root.iter("{*}ref"):
        if any(local(a) in ("sub-article", "response") for a in entry.iterancestors()):
            continue
        key = (entry.get("id"),)
        for citation in _citations(entry):
            keys = (*key, *(e.get("id") for e in (citation, citation.getparent()) if e is not entry))
            yield _reference(entry, citation, index, tuple(dict.fromkeys(k for k in keys if k)))
            index += 1


def _citations(entry: etree._Element) -> list[etree._Element]:
    """The citations of one entry; of alternatives for the same one, the first that is structured."""
    found: list[etree._Element] = []
    for child in entry:
        tag = local(child)
        if tag == "citation-alternatives":
            kinds = {local(c): c for c in reversed(child)}
            found += [kinds[k] for k in _CITATIONS if k in kinds][:1]
        elif tag in _CITATIONS:
            found.append(child)
    real = [c for c in found if len(plain_text(c).strip()) > 10]
    structured = [c for c in real if local(c) == "element-citation"]
    mixed = [c for c in real if local(c) == "mixed-citation"]
    if structured and mixed and len(real) == 2:
        return structured
    return real or [entry]


def _editors(citation: etree._Element, raw: str) -> tuple[Author, ...]:
    """Of an edited book its editors, where no author's name is printed before theirs."""
    found = tuple(_people(citation, roles=_EDITORS))
    return found if found and raw.startswith(found[0].family) else ()


def _printed(citation: etree._Element) -> str:
    """The entry in words. What an element-citation holds is not printed between its parts; some mixed ones leave out the blanks of names, too."""
    if local(citation) == "element-citation":
        return tidy(plain_text(citation, skip=_LABEL, gap=" "))
    raw = plain_text(citation, skip=_LABEL)
    for person in citation.iter("{*}name", "{*}string-name"):
        family, given = (plain_text(first(person, part)) for part in ("surname", "given-names"))
        if family and given and plain_text(person) == family + given:
            raw = raw.replace(family + given, f"{family} {given}{_GAP}", 1)
    return tidy(_GLUED.sub(" ", raw).replace(_GAP, ""))


def _reference(entry: etree._Element, citation: etree._Element, index: int, keys: tuple[str, ...]) -> Reference:
    def text(*names: str) -> str | None:
        return tidy(plain_text(first(citation, *names), skip=frozenset({"xref"}))) or None

    label = first(entry, "label")
    raw = _printed(citation)
    ids = {e.get("pub-id-type"): tidy(plain_text(e)) for e in citation.iter("{*}pub-id")}
    links = [
        e.get("{http://www.w3.org/1999/xlink}href") or plain_text(e) for e in citation.iter("{*}ext-link", "{*}uri")
    ]
    doi = normal_doi(ids.get("doi")) or next((d for d in map(normal_doi, links) if d), None) or find_doi(raw)
    pages = [p for p in (text("fpage", "elocation-id"), text("lpage")) if p]
    title = text("article-title", "chapter-title", "trans-title", "part-title", "data-title")
    source = text("source", "conf-name", "publisher-name")
    # In an article's entry without a tagged title the source is the journal; the title is read from the print.
    article = local(citation) == "mixed-citation" and citation.get("publication-type") == "journal"
    return Reference(
        index=index,
        raw=raw,
        keys=keys,
        label=tidy(plain_text(label)) or None,
        authors=tuple(_people(citation)) or _editors(citation, raw),
        year=(text("year") or "").strip("().,;") or None,
        title=title or (source if not article else None),
        container=source if title or article else None,
        volume=text("volume"),
        pages="–".join(dict.fromkeys(pages)) or text("page-range"),
        doi=doi,
        pmid=ids.get("pmid"),
    )
