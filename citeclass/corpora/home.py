"""The folder in which a corpus is gathered, and files that are there whole or not at all."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

_PART = ".part-"  # begins the name of a file while it is written


@dataclass(frozen=True, slots=True)
class Home:
    """The folder in which a corpus is gathered."""

    path: Path

    @property
    def manifest(self) -> Path:
        """What is known, and how far the work has come."""
        return self.path / "manifest.db"

    @property
    def cache(self) -> Path:
        """Services' answers about single works."""
        return self.path / "cache.db"

    @property
    def articles(self) -> Path:
        """The full texts."""
        return self.path / "articles"

    @property
    def works(self) -> Path:
        """All relevant works as CSL-JSON with their files: what ``citeclass import`` takes."""
        return self.path / "works.json"


def write_whole(path: Path, body: bytes) -> None:
    """Write a file whole or not at all, also when the machine stops."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f"{_PART}{os.getpid()}-", delete=False) as part:
        part.write(body)
        part.flush()
        os.fsync(part.fileno())
        os.fchmod(part.fileno(), 0o644)
    Path(part.name).replace(path)


def clear_parts(folder: Path) -> None:
    """Remove what runs that were killed left half written; a part tells the process that writes it."""
    for part in folder.glob(f"{_PART}*"):
        writer = part.name.removeprefix(_PART).partition("-")[0]
        if not writer.isdecimal() or int(writer) == os.getpid() or not _runs(int(writer)):
            part.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    """Whether a process of that number is there."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
