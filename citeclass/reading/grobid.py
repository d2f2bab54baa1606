"""PDFs through a GROBID server: a thin client, the same Document out.

GROBID (Lopez 2009, https://github.com/kermitt2/grobid) answers a PDF with TEI XML, which our TEI reader takes.
Needs ``citeclass[grobid]``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from citeclass.errors import ReadError, missing_extra
from citeclass.reading.sniff import Kind, sniff
from citeclass.reading.tei import read_tei
from citeclass.reading.xmlfile import parse_xml
from citeclass.records import Document, Reason

if TYPE_CHECKING:
    import httpx2

READER = "grobid-1"

_TIMEOUT = 100.0  # seconds for one article: less than a worker has
_CONNECT = 10.0
_ATTEMPTS = 5
_FIRST_WAIT, _LONGEST_WAIT = 2.0, 20.0
_LARGEST = 60 * 1024 * 1024  # bytes of an answer
_FORM = {"consolidateHeader": "0", "consolidateCitations": "0", "includeRawCitations": "1"}


class _Busy(Exception):
    """The server asks to come again later."""


def read_with_grobid(data: bytes, url: str, *, client: "httpx2.Client | None" = None) -> Document:
    """The document that the GROBID server at ``url`` makes of a PDF.

    A busy server (503) is asked again, up to five times. Raises :class:`ReadError`: *service* where it does not
    answer or fails, *no-text* where it finds no text; :class:`~citeclass.errors.MissingExtra` without
    ``citeclass[grobid]``. ``client`` is what asks; a test hands in its own.
    """
    try:
        import httpx2
        import stamina
    except ImportError as error:
        missing_extra("grobid", error)
    stamina.instrumentation.set_on_retry_hooks([])  # it would log every attempt
    address = f"{url.rstrip('/')}/api/processFulltextDocument"
    with _client(client) as via:
        try:
            tei = b""
            for attempt in stamina.retry_context(
                on=_Busy, attempts=_ATTEMPTS, wait_initial=_FIRST_WAIT, wait_max=_LONGEST_WAIT, timeout=None
            ):
                with attempt:
                    tei = _ask(via, address, data)
        except _Busy as error:
            raise ReadError(
                Reason.SERVICE,
                f"GROBID at {url} was busy {_ATTEMPTS} times",
                fix="run fewer jobs, or give it more workers",
            ) from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise ReadError(
                Reason.SERVICE, f"GROBID at {url} does not answer: {error}",
                fix="start it (see docs/reading.md), or leave --reader grobid away",
            ) from error  # fmt: skip
    if sniff(tei) is not Kind.TEI:
        raise ReadError(Reason.SERVICE, f"what answers at {url} is no GROBID", fix="check --grobid-url")
    document = read_tei(parse_xml(tei))
    if not document.text.strip():
        raise ReadError(Reason.NO_TEXT, "GROBID found no text in the PDF", fix="run OCR on it first")
    return replace(document, reader=READER)


@contextmanager
def _client(given: "httpx2.Client | None") -> Iterator["httpx2.Client"]:
    import httpx2

    if given is not None:
        yield given
        return
    with httpx2.Client(timeout=httpx2.Timeout(_TIMEOUT, connect=_CONNECT)) as own:
        yield own


def _ask(via: "httpx2.Client", address: str, data: bytes) -> bytes:
    """One request; the answer's body, never more than is sane."""
    files = {"input": ("article.pdf", data, "application/pdf")}
    with via.stream("POST", address, data=_FORM, files=files) as answer:
        if answer.status_code == 503:
            raise _Busy
        if answer.status_code == 204:
            raise ReadError(Reason.NO_TEXT, "GROBID found no text in the PDF", fix="run OCR on it first")
        if answer.status_code != 200:
            answer.read()
            raise ReadError(
                Reason.SERVICE, f"GROBID failed on this file ({answer.status_code}: {answer.text[:120].strip()})",
                fix="try it without --reader grobid",
            )  # fmt: skip
        body = bytearray()
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > _LARGEST:
                raise ReadError(Reason.SERVICE, "GROBID's answer is too large", fix="try it without --reader grobid")
    return bytes(body)
