"""A statement shown where it is printed: the page of its PDF with the callout boxed."""

from pathlib import Path

from citeclass.errors import CiteclassError, ReadError
from citeclass.linking import link
from citeclass.pages import callout_image
from citeclass.pipeline.extraction import digest_of
from citeclass.pipeline.workers import Limits, isolated
from citeclass.reading import load, read_bytes
from citeclass.store import Store


def statement_picture(store: Store, statement: str, *, limits: Limits | None = None) -> tuple[int, bytes] | None:
    """The page (from 1) on which a statement's callout is printed, as PNG; drawn in a process of its own.

    None where its document is no PDF, or the file is no longer at hand as it was read. Raises
    :class:`~citeclass.errors.CiteclassError` where the file cannot be drawn.
    """
    rows = list(
        store.db.query(
            "select d.path, d.digest, d.reader, s.ordinal from statements s join documents d on d.digest = s.document where s.id = ?",
            [statement],
        )
    )
    if not rows or not str(rows[0]["reader"]).startswith("pdf") or not Path(rows[0]["path"]).is_file():
        return None
    return isolated(_drawn, rows[0]["path"], rows[0]["digest"], rows[0]["ordinal"], limits=limits or Limits())


def has_picture(store: Store, statement: str) -> bool:
    """Whether a statement's PDF is at hand."""
    row = next(
        store.db.query(
            "select d.path, d.reader from statements s join documents d on d.digest = s.document where s.id = ?",
            [statement],
        ),
        None,
    )
    return row is not None and str(row["reader"]).startswith("pdf") and Path(row["path"]).is_file()


def _drawn(path: str, digest: str, ordinal: int) -> tuple[int, bytes] | None:
    try:
        data = load(Path(path))
        if digest_of(data) != digest:
            return None
        document = read_bytes(data)
    except ReadError as error:
        raise CiteclassError(str(error), fix=error.fix) from None  # a plain error travels between processes
    callout = next((c for c in link(document).callouts if c.ordinal == ordinal), None)
    return callout_image(data, document, callout.start, callout.end) if callout else None
