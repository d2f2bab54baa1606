"""citeclass: what supports a paper, what contrasts with it, in whose words, and how sure.

>>> import citeclass
>>> library = citeclass.open("library.db")          # doctest: +SKIP
>>> library.add("papers/")                          # doctest: +SKIP
>>> library.evidence("10.1002/imhj.21999").tally    # doctest: +SKIP
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from citeclass.classifying import load_classifier
    from citeclass.pipeline import Library, classify
    from citeclass.reading import read

__all__ = ["Library", "__version__", "classify", "load_classifier", "open", "read"]

# Resolved on first use: importing the package costs nothing and loads no model runtime, in worker processes neither.
_HOMES = {
    "Library": "citeclass.pipeline",
    "classify": "citeclass.pipeline",
    "load_classifier": "citeclass.classifying",
    "read": "citeclass.reading",
}


def open(path: str = "library.db", **options: Any) -> "Library":
    """Open or create the library at ``path``; see :class:`citeclass.pipeline.Library` for the options."""
    from citeclass.pipeline import Library

    return Library(path, **options)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("citeclass")
    except PackageNotFoundError:  # a source tree that was never installed
        return "0.0.0"


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name == "__version__":
        return _version()
    raise AttributeError(f"module 'citeclass' has no attribute {name!r}")
