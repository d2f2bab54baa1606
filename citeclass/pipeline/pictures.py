"""A statement shown where it is printed: the page of its PDF with the callout boxed."""

from collections.abc import Iterable
from typing import Any

from rapidfuzz.fuzz import ratio

from citeclass.errors import CiteclassError, ReadError
from citeclass.extraction import VERSIONS, Limits, digest_of, isolated, path_named
from citeclass.linking import link
from citeclass.pages import callout_image
from citeclass.reading import ReadOptions, load, read_bytes
from citeclass.records import CitationStatement, Source
from citeclass.statements import build
from citeclass.store import Store
from citeclass.store.corrections import NEAR
from citeclass.text import squash


def statement_picture(
    store: Store, statement: str, *, limits: Limits | None = None, max_bytes: int = ReadOptions().max_bytes
) -> tuple[int, bytes] | None:
    """The page (from 1) on which a statement's callout is printed, as PNG; drawn in a process of its own.

    A statement read from XML is shown on the PDF of the same work, where the library has both. None where no PDF is at hand
    as our own reader read it, or the statement is not found in it. Raises :class:`~citeclass.errors.CiteclassError` where
    the file cannot be drawn.
    """
    printed = _printed(store, statement)
    if printed is None:
        return None
    ordinal = printed["ordinal"] if printed["own"] else None
    return isolated(
        _drawn, printed["path"], printed["digest"], ordinal, printed["sentence"], printed["callout"], max_bytes,
        limits=limits or Limits(),
    )  # fmt: skip


def has_picture(store: Store, statement: str) -> bool:
    """Whether a PDF is at hand in which a statement is, or should be, printed."""
    return _printed(store, statement) is not None


def _printed(store: Store, statement: str) -> dict[str, Any] | None:
    """The PDF of a statement's own document, or of one kept as its duplicate, if it would be read now as it was."""
    rows = store.db.query(
        "select d.path, d.digest, s.ordinal, s.sentence, s.callout, d.digest = s.document own from statements s "
        "join documents d on d.digest = s.document or d.duplicate_of = s.document where s.id = ? and d.version = ? "
        "order by own desc, d.path",
        [statement, VERSIONS["pdf"]],
    )
    return next((r for r in rows if path_named(r["path"]).is_file()), None)


def _drawn(
    path: str, digest: str, ordinal: int | None, sentence: str, printed: str, max_bytes: int
) -> tuple[int, bytes] | None:
    try:
        data = load(path_named(path), max_bytes=max_bytes)
        if digest_of(data) != digest:
            return None
        document = read_bytes(data)
    except ReadError as error:
        raise CiteclassError(str(error), fix=error.fix) from None  # a plain error travels between processes
    linking = link(document)
    if ordinal is None:
        ordinal = _alike(build(document, linking, Source("")), sentence, printed)
    callout = next((c for c in linking.callouts if c.ordinal == ordinal), None)
    return callout_image(data, document, callout.start, callout.end) if callout else None


def _alike(statements: Iterable[CitationStatement], sentence: str, printed: str) -> int | None:
    """The callout of the statement that reads most like ``sentence``, of the same callout where there are several."""
    wanted = squash(sentence)
    scored = [(ratio(wanted, squash(s.sentence)), squash(s.callout) == squash(printed), -s.ordinal) for s in statements]
    best = max(scored, default=(0.0, False, 0))
    return -best[2] if best[0] >= NEAR else None
