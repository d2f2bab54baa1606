"""What a file is, by its content; its suffix is never asked."""

import re
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of article files that can be read, and the lookalikes that cannot."""

    PDF = "pdf"
    JATS = "jats"
    BMC = "bmc"
    TEI = "tei"
    HTML = "html"
    XML = "xml"
    ZIP = "zip"
    UNKNOWN = "unknown"


_ROOT = re.compile(rb"<(?!\?|!)(?:[\w.-]+:)?([A-Za-z][\w.-]*)")
_ROOTS = {b"article": Kind.JATS, b"art": Kind.BMC, b"tei": Kind.TEI, b"html": Kind.HTML, b"pmc-articleset": Kind.JATS}
_COMMENT = re.compile(rb"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_DOCTYPE = re.compile(rb"<!DOCTYPE(?:[^\[>]|\[.*?\])*>", re.DOTALL | re.IGNORECASE)


def sniff(data: bytes) -> Kind:
    """The kind of ``data``. A PDF may have junk before its header, an XML file a byte order mark."""
    head = data[:65536]
    if b"%PDF-" in head[:1024]:
        return Kind.PDF
    if head.startswith(b"PK\x03\x04"):
        return Kind.ZIP
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", errors="replace").encode()
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not text.startswith(b"<"):
        return Kind.UNKNOWN
    if re.match(rb"<!doctype\s+html", text, re.IGNORECASE):
        return Kind.HTML
    root = _ROOT.search(_DOCTYPE.sub(b"", _COMMENT.sub(b"", text)))
    return _ROOTS.get(root[1].lower(), Kind.XML) if root else Kind.XML
