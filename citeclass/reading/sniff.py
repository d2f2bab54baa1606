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
    root = _ROOT.match(_without_prolog(text))
    return _ROOTS.get(root[1].lower(), Kind.XML) if root else Kind.XML


def _without_prolog(text: bytes) -> bytes:
    """``text`` from its first element on: declarations, comments and the DOCTYPE passed over, in linear time."""
    at = 0
    while True:
        while text[at : at + 1].isspace():
            at += 1
        if text.startswith(b"<!--", at):
            end = text.find(b"-->", at + 4) + 3
        elif text.startswith(b"<?", at):
            end = text.find(b"?>", at + 2) + 2
        elif text.startswith(b"<!", at):
            close, bracket = text.find(b">", at), text.find(b"[", at)
            inner = text.find(b"]", bracket) if 0 <= bracket < close else -1
            end = (text.find(b">", inner) if inner >= 0 else close) + 1
        else:
            return text[at:]
        if end <= at + 1:
            return b""
        at = end
