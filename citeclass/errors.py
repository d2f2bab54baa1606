"""Every error citeclass raises on purpose.

::

    CiteclassError
    ├── ReadError                 a file cannot become a Document (reason, fix)
    ├── ModelError
    │   ├── ModelNotFound         no model folder of that name
    │   └── ModelBroken           a model folder lacks a file or does not fit this version
    ├── StoreError
    │   ├── NotALibrary           the file is no citeclass library
    │   └── LibraryTooNew         written by a later citeclass
    ├── ServiceError              a service on the net fails, refuses or answers nonsense
    ├── BadCorpus                 a corpus definition lacks what it needs
    ├── MissingExtra              an optional part is not installed (the pip line is in the message)
    ├── BadRow                    a row of input lacks what it needs
    └── UsageError                the call cannot mean anything (bad option, nothing to do)
"""

from typing import NoReturn


class CiteclassError(Exception):
    """The root. ``str(error)`` says what happened; ``fix`` what the reader can do about it, also below a traceback."""

    def __init__(self, message: str, *, fix: str = "") -> None:
        super().__init__(message)
        self.fix = fix
        if fix:
            self.add_note(f"fix: {fix}")


class ReadError(CiteclassError):
    """A file cannot become a Document; ``reason`` is a code of :class:`citeclass.records.Reason`."""

    def __init__(self, reason: str, message: str, *, fix: str = "") -> None:
        super().__init__(message, fix=fix)
        self.reason = reason


class ModelError(CiteclassError):
    """A model cannot be used."""


class ModelNotFound(ModelError):
    """No model folder of that name."""


class ModelBroken(ModelError):
    """A model folder lacks a file or does not fit this version."""


class StoreError(CiteclassError):
    """A library cannot be opened or written."""


class NotALibrary(StoreError):
    """The file is no citeclass library."""


class LibraryTooNew(StoreError):
    """The library was written by a later citeclass."""


class ServiceError(CiteclassError):
    """A service on the net does not answer, refuses, or answers nonsense; ``status`` is the HTTP status it refused with."""

    def __init__(self, message: str, *, fix: str = "", status: int | None = None) -> None:
        super().__init__(message, fix=fix)
        self.status = status


class BadCorpus(CiteclassError):
    """A corpus definition lacks what it needs."""


class MissingExtra(CiteclassError):
    """An optional part is not installed."""


class BadRow(CiteclassError):
    """A row of input lacks what it needs."""


class UsageError(CiteclassError):
    """The call cannot mean anything as given."""


def missing_extra(extra: str, missing: ImportError) -> NoReturn:
    """Raise :class:`MissingExtra` with the pip line that mends it."""
    raise MissingExtra(
        f"this needs {missing.name}, which is not installed", fix=f"pip install 'citeclass[{extra}]'"
    ) from missing
