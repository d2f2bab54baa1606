"""XML from strangers: parsed without DTD, network or custom entities."""

import html.entities
import re

from lxml import etree

from citeclass.errors import ReadError
from citeclass.records import Reason

_ENTITY_DECLARATION = re.compile(rb"<!ENTITY\s", re.IGNORECASE)
_EXTRA_ENTITIES = {"lsqb": "[", "rsqb": "]", "plus": "+", "percnt": "%", "ensp": " ", "emsp": " ", "thinsp": " "}


def parse_xml(data: bytes) -> etree._Element:
    """The root of ``data``.

    A file that declares entities of its own is refused (:class:`ReadError`, *forbidden*): they
    are how XML reads other files or grows without end. The named characters of HTML are known
    without a DTD. Raises :class:`ReadError` (*malformed*) where the XML is broken.
    """
    head = data[: 64 * 1024]
    if _ENTITY_DECLARATION.search(head):
        raise ReadError(
            Reason.FORBIDDEN,
            "the XML declares entities of its own, which could read other files or exhaust memory",
            fix="get the article from its publisher again, or delete the `<!DOCTYPE … [ … ]>` block at its head",
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, remove_comments=True,
        remove_pis=True, huge_tree=False,
    )  # fmt: skip
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ReadError(
            Reason.MALFORMED,
            f"the XML is broken: {error.msg}",
            fix="download the file again; if it stays broken, try the PDF",
        ) from error


def entity_text(entity: etree._Element) -> str:
    """The characters an unresolved entity reference stands for (``&ndash;``), or nothing."""
    name = (entity.text or "").strip("&;")
    return _EXTRA_ENTITIES.get(name) or html.entities.html5.get(f"{name};", "")


def local(element: etree._Element) -> str:
    """The element's tag without namespace; empty for entities and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def plain_text(element: etree._Element | None, *, skip: frozenset[str] = frozenset(), gap: str = "") -> str:
    """All text below ``element``, entities resolved, without the tags in ``skip``; ``gap`` goes
    between pieces of different elements.
    """
    if element is None:
        return ""
    if not len(element) and isinstance(element.tag, str):  # as most are
        return element.text or ""
    pieces: list[str] = []

    def visit(node: etree._Element) -> None:
        tag = node.tag  # a property, made anew each time
        if isinstance(tag, str):
            if node.text:
                pieces.append(node.text)
        elif tag is etree.Entity:
            pieces.append(entity_text(node))
        for child in node:
            if not skip or local(child) not in skip:
                visit(child)
            if child.tail:
                pieces.append(child.tail)

    visit(element)
    return gap.join(pieces)


def first(element: etree._Element, *names: str) -> etree._Element | None:
    """The first descendant with one of the local ``names``, tried in that order."""
    for name in names:
        for found in element.iter("{*}" + name):
            return found
    return None
