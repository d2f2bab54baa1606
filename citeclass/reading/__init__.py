"""From a file to a :class:`~citeclass.records.Document`.

``read(path)`` looks at the content and hands it to the reader of that kind; each reader is one
function from bytes (or an XML root) to a Document.
"""

import stat
from pathlib import Path

from citeclass.errors import ReadError
from citeclass.reading.bmc import READER as _BMC
from citeclass.reading.bmc import read_bmc
from citeclass.reading.grobid import READER as _GROBID
from citeclass.reading.grobid import read_with_grobid
from citeclass.reading.jats import READER as _JATS
from citeclass.reading.jats import read_jats
from citeclass.reading.options import MAX_BYTES, ReadOptions
from citeclass.reading.pdf import READER as _PDF
from citeclass.reading.pdf import read_pdf
from citeclass.reading.pdf.ocr import recognised
from citeclass.reading.sniff import Kind, sniff
from citeclass.reading.tei import READER as _TEI
from citeclass.reading.tei import read_tei
from citeclass.reading.xmlfile import first, parse_xml
from citeclass.records import Document, Reason

__all__ = ["MAX_BYTES", "READERS", "Kind", "ReadOptions", "load", "read", "read_bytes", "reader_for", "sniff"]

_READERS = {Kind.PDF: _PDF, Kind.JATS: _JATS, Kind.BMC: _BMC, Kind.TEI: _TEI}

READERS = (*_READERS.values(), _GROBID)
"""The name and version of each reader: a stored document is stale when its reader's changed."""

_WHAT = {
    Kind.HTML: ("this is a web page, not an article file", "download the PDF or the JATS XML instead"),
    Kind.ZIP: ("this is a ZIP archive or an office document", "unpack it, or export it as PDF"),
    Kind.XML: ("this XML is neither JATS/NLM, BMC nor TEI", "get the article as JATS XML or PDF"),
    Kind.UNKNOWN: ("this is neither PDF nor XML", "give PDF, JATS/NLM XML or TEI XML files"),
}


def load(path: Path, *, max_bytes: int = MAX_BYTES) -> bytes:
    """The bytes of a file. Raises :class:`ReadError` where it is missing, unreadable, empty or too large."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise ReadError(Reason.UNREADABLE, "this is no file but a folder, a pipe or a device", fix="give a file")
        size = about.st_size
        if size > max_bytes:
            raise ReadError(
                Reason.TOO_LARGE,
                f"the file has {size / 2**20:.0f} MB, the limit is {max_bytes / 2**20:.0f} MB",
                fix="raise the limit with --max-mb, or shrink the scans in it",
            )
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise ReadError(
            Reason.MISSING, "no such file", fix="check the path; `citeclass refresh` forgets one that was mistyped"
        ) from error
    except OSError as error:
        raise ReadError(
            Reason.UNREADABLE, f"cannot open the file: {error.strerror}", fix="check its permissions"
        ) from error
    if not data.strip(b"\0 \r\n\t"):
        raise ReadError(Reason.EMPTY, "the file is empty", fix="download it again")
    return data


def read(path: str | Path, *, options: ReadOptions | None = None) -> Document:
    """The document in a PDF, JATS/NLM, BMC or TEI file, whatever its suffix.

    Raises :class:`ReadError` with a reason and a fix.
    """
    options = options or ReadOptions()
    return read_bytes(load(Path(path), max_bytes=options.max_bytes), options=options)


def reader_for(data: bytes, *, options: ReadOptions | None = None) -> str | None:
    """The name and version of the reader that would take a file's content, None for files that none takes."""
    kind = sniff(data)
    return _GROBID if kind is Kind.PDF and options and options.grobid else _READERS.get(kind)


def _read_pdf(data: bytes, options: ReadOptions) -> Document:
    if options.grobid:
        return read_with_grobid(data, options.grobid)
    try:
        return read_pdf(data)
    except ReadError as error:
        if error.reason != Reason.NO_TEXT or not options.ocr:
            raise
    return read_pdf(recognised(data, languages=options.ocr))


def read_bytes(data: bytes, *, options: ReadOptions | None = None) -> Document:
    """Like :func:`read`, for a file's content."""
    kind = sniff(data)
    if kind is Kind.PDF:
        return _read_pdf(data, options or ReadOptions())
    if kind not in _READERS:
        message, fix = _WHAT[kind]
        raise ReadError(Reason.UNSUPPORTED, message, fix=fix)
    root = parse_xml(data)
    if kind is Kind.BMC:
        document = read_bmc(root)
    elif kind is Kind.TEI:
        document = read_tei(root)
    else:
        article = root if root.tag == "article" else first(root, "article")
        document = read_jats(article if article is not None else root)
    if not document.text.strip():
        raise ReadError(
            Reason.NO_TEXT,
            "the file holds no article text (abstract or metadata only)",
            fix="get the full text as XML or PDF",
        )
    return document
