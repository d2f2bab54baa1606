"""From what a user names to the files to read, and file names as text that can be stored."""

import glob
import os
import re
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from citeclass.errors import UsageError

SUFFIXES = frozenset({".pdf", ".xml", ".nxml", ".tei", ".jats"})
"""What is taken from folders; a file named outright is read whatever its suffix."""


def article_files(paths: Iterable[str | Path]) -> list[tuple[Path, Path]]:
    """Files with the folder each was found under, in a stable order, each file once.

    A folder gives all article files below it, hidden ones left out; a pattern (``*.pdf``, ``**/*.xml``)
    gives what it matches. A path that does not exist, a link that leads nowhere and a folder that may not be listed are kept:
    reading them tells what is wrong.
    Raises :class:`UsageError` where folders and patterns together give nothing.
    """
    found: dict[Path, Path] = {}
    named = [str(p) for p in paths]
    for name in named:
        path = Path(name).expanduser()
        # os.path asks: of pathlib's questions some raise, by version, for names that the system does not take.
        if os.path.isdir(path):
            for file in sorted(_below(path)):
                found.setdefault(file, path)
        elif not os.path.exists(path) and glob.has_magic(name):
            for match in sorted(glob.glob(str(path), recursive=True)):
                if os.path.isfile(match):
                    found.setdefault(Path(match), Path(match).parent)
        else:
            found.setdefault(path, path.parent)
    if not found:
        raise UsageError(
            f"no article files in {', '.join(named) or 'nothing'}",
            fix="name PDF or XML files, folders that hold some, or a pattern such as 'papers/*.pdf'",
        )
    return list(found.items())


def passed_over(paths: Iterable[str | Path]) -> dict[str, int]:
    """Of the files in the folders among ``paths`` those that are no articles by their suffix, counted by it; hidden ones left out."""
    folders = {folder for p in paths if os.path.isdir(folder := Path(p).expanduser())}
    suffixes = (_suffix(file) for folder in folders for file in _walk(folder, []))
    return dict(sorted(Counter(suffix for suffix in suffixes if suffix not in SUFFIXES).items()))


def _below(folder: Path) -> Iterator[Path]:
    """The article files below a folder, and the folders that may not be listed."""
    closed: list[Path] = []
    for file in _walk(folder, closed):
        if _suffix(file) in SUFFIXES and _may_be_read(file):
            yield file
    yield from closed


def _walk(folder: Path, closed: list[Path]) -> Iterator[Path]:
    """The files below a folder, hidden ones left out; folders that may not be listed are added to ``closed``."""
    for here, folders, files in os.walk(folder, onerror=lambda error: closed.append(Path(error.filename))):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            if not name.startswith("."):
                yield Path(here, name)


def _suffix(file: Path) -> str:
    return os.path.splitext(file)[1].casefold()


def _may_be_read(file: Path) -> bool:
    """False for pipes, sockets and devices; True where the system does not tell."""
    try:
        return stat.S_ISREG(file.stat().st_mode)
    except OSError:
        return True


def resolved(file: Path) -> Path:
    """The path without links and dots, or just absolute where links lead in a circle."""
    try:
        return file.resolve()
    except (OSError, RuntimeError):  # before Python 3.13 RuntimeError
        return file.absolute()


_ESCAPE = re.compile(r"\\x([0-9a-f]{2})")


def printable(path: Path) -> str:
    r"""A path as text that can be stored: a byte that is no UTF-8 is written ``\xff``, and the backslash of a name that happens to
    read so ``\x5c``. :func:`path_named` is the way back.
    """
    name = os.fspath(path)
    escaped = _ESCAPE.sub(r"\\x5cx\1", name) if os.sep == "/" else name
    return os.fsencode(escaped).decode("utf-8", "backslashreplace")


def path_named(text: str) -> Path:
    """The path that :func:`printable` wrote as ``text``."""
    if os.sep != "/" or not _ESCAPE.search(text):
        return Path(text)
    return Path(os.fsdecode(re.sub(rb"\\x([0-9a-f]{2})", lambda m: bytes([int(m[1], 16)]), text.encode())))
