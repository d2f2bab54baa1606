"""From what a user names to the files to read."""

import glob
from collections.abc import Iterable
from pathlib import Path

from citeclass.errors import UsageError

SUFFIXES = frozenset({".pdf", ".xml", ".nxml", ".tei", ".jats"})
"""What is taken from folders; a file named outright is read whatever its suffix."""


def article_files(paths: Iterable[str | Path]) -> list[tuple[Path, Path]]:
    """Files with the folder each was found under, in a stable order, each file once.

    A folder gives all article files below it, hidden ones left out; a pattern (``*.pdf``, ``**/*.xml``)
    gives what it matches. A path that does not exist is kept: reading it tells what is wrong.
    Raises :class:`UsageError` where folders and patterns together give nothing.
    """
    found: dict[Path, Path] = {}
    named = [str(p) for p in paths]
    for name in named:
        path = Path(name).expanduser()
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                hidden = any(part.startswith(".") for part in file.relative_to(path).parts)
                if file.suffix.casefold() in SUFFIXES and file.is_file() and not hidden:
                    found.setdefault(file, path)
        elif not path.exists() and glob.has_magic(name):
            for match in sorted(glob.glob(str(path), recursive=True)):
                if Path(match).is_file():
                    found.setdefault(Path(match), Path(match).parent)
        else:
            found.setdefault(path, path.parent)
    if not found:
        raise UsageError(
            f"no article files in {', '.join(named) or 'nothing'}",
            fix="name PDF or XML files, folders that hold some, or a pattern such as 'papers/*.pdf'",
        )
    return list(found.items())
