"""From one file to its statements: read, link, build. The step that runs in worker processes."""

import errno
import hashlib
from pathlib import Path
from tempfile import gettempdir

from citeclass.errors import ReadError
from citeclass.extraction.files import printable
from citeclass.linking import LINKER, link
from citeclass.reading import READERS, ReadOptions, load, read_bytes, reader_for
from citeclass.records import Extraction, Failure, Reason, Source
from citeclass.statements import BUILDER, build, source_key
from citeclass.text import detect_language

VERSIONS = {reader.partition("-")[0]: f"{reader} {LINKER} {BUILDER}" for reader in READERS}
"""The version of an extraction by its reader's kind: a stored one that differs is stale."""


_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}

MORE_MEMORY = "raise --max-memory, or try another form of the article"


def digest_of(data: bytes) -> str:
    """The SHA-256 of a file's content, in hex."""
    return hashlib.sha256(data).hexdigest()


def version_for(data: bytes, *, options: ReadOptions | None = None) -> str | None:
    """The version that reading ``data`` now would have, None for files that no reader takes."""
    reader = reader_for(data, options=options)
    return VERSIONS[reader.partition("-")[0]] if reader else None


def version_of_file(path: Path, *, options: ReadOptions | None = None) -> tuple[str | None, str | None]:
    """A file's digest and the version that reading it now would have; both None where it cannot be loaded."""
    try:
        data = load(path, max_bytes=(options or ReadOptions()).max_bytes)
    except ReadError:
        return None, None
    return digest_of(data), version_for(data, options=options)


def extract_file(path: Path, *, options: ReadOptions | None = None) -> Extraction | Failure:
    """Everything from one file, or why not. Never raises for what a file may hold."""
    digest, options = None, options or ReadOptions()
    try:
        data = load(path, max_bytes=options.max_bytes)
        digest = digest_of(data)
        return extract_bytes(data, path=printable(path), options=options)
    except MemoryError:
        return Failure(
            printable(path), Reason.TOO_LARGE, "reading it needs more memory than is allowed", MORE_MEMORY, digest
        )
    except ReadError as error:
        return Failure(printable(path), Reason(error.reason), str(error), error.fix, digest)
    except RecursionError:
        return Failure(printable(path), Reason.MALFORMED, "the file nests too deeply", "get it in another form", digest)
    except Exception as error:  # a file must never end a batch, whatever is wrong with our reading of it
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            return Failure(
                printable(path), Reason.UNREADABLE, f"no room for temporary files: {error.strerror}",
                f"make room in {gettempdir()}, or set TMPDIR to a folder that has some", digest,
            )  # fmt: skip
        what = f"an error in citeclass: {type(error).__name__}: {error}"[:300]
        return Failure(printable(path), Reason.INTERNAL, what, "please report it with the file", digest)


def extract_bytes(data: bytes, *, path: str, options: ReadOptions | None = None) -> Extraction:
    """Everything from a file's content. Raises :class:`~citeclass.errors.ReadError`."""
    digest = digest_of(data)
    document = read_bytes(data, options=options)
    linking = link(document)
    front = document.front
    language = front.language or detect_language(
        " ".join(document.text[p.start : p.end] for p in document.paragraphs[:12])
    )
    source = Source(source_key(front, digest), front.title, front.authors, front.year, front.doi, language, path)
    statements = build(document, linking, source)
    return Extraction(
        digest=digest,
        path=path,
        reader=document.reader,
        version=VERSIONS[document.reader.partition("-")[0]],
        source_key=source.key,
        front=front,
        language=language,
        references=linking.references,
        statements=statements,
        callouts=len(linking.callouts),
        unlinked=sum(not c.targets for c in linking.callouts),
    )


def shortcoming(extraction: Extraction) -> Failure | None:
    """What a document that was read still lacks, kept as a partial failure: a reference list."""
    if extraction.references:
        return None
    return Failure(
        extraction.path,
        Reason.NO_REFERENCES,
        f"no reference list was found; {extraction.callouts} callout(s) are kept without targets",
        "if the article has one, try its XML or another PDF",
        extraction.digest,
        partial=True,
    )
