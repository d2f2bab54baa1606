"""A statement shown where it is printed: the page of its PDF with the callout boxed."""

from pathlib import Path
from typing import Any

from citeclass.errors import CiteclassError, ReadError
from citeclass.linking import link
from citeclass.pages import callout_image
from citeclass.pipeline.extraction import VERSIONS, digest_of
from citeclass.pipeline.workers import Limits, isolated
from citeclass.reading import ReadOptions, load, read_bytes
from citeclass.store import Store


def statement_picture(
    store: Store, statement: str, *, limits: Limits | None = None, max_bytes: int = ReadOptions().max_bytes
) -> tuple[int, bytes] | None:
    """The page (from 1) on which a statement's callout is printed, as PNG; drawn in a process of its own.

    None where its document was not read from a PDF by our own reader as it reads now, or the file is no longer at hand as it
    was read. Raises
    :class:`~citeclass.errors.CiteclassError` where the file cannot be drawn.
    """
    printed = _printed(store, statement)
    if printed is None:
        return None
    return isolated(
        _drawn, printed["path"], printed["digest"], printed["ordinal"], max_bytes, limits=limits or Limits()
    )


def has_picture(store: Store, statement: str) -> bool:
    """Whether a statement can be shown where it is printed."""
    return _printed(store, statement) is not None


def _printed(store: Store, statement: str) -> dict[str, Any] | None:
    """Where a statement's PDF lies, if it is at hand and would be read now as it was."""
    row = next(
        store.db.query(
            "select d.path, d.digest, d.version, s.ordinal, s.page from statements s join documents d on d.digest = s.document "
            "where s.id = ?",
            [statement],
        ),
        None,
    )
    fits = (
        row is not None
        and row["page"] is not None
        and row["version"] == VERSIONS["pdf"]
        and Path(row["path"]).is_file()
    )
    return row if fits else None


def _drawn(path: str, digest: str, ordinal: int, max_bytes: int) -> tuple[int, bytes] | None:
    try:
        data = load(Path(path), max_bytes=max_bytes)
        if digest_of(data) != digest:
            return None
        document = read_bytes(data)
    except ReadError as error:
        raise CiteclassError(str(error), fix=error.fix) from None  # a plain error travels between processes
    callout = next((c for c in link(document).callouts if c.ordinal == ordinal), None)
    return callout_image(data, document, callout.start, callout.end) if callout else None
