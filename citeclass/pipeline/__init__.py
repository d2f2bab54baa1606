"""The only place that composes: files through reading, linking, statements and a classifier into a library."""

from citeclass.pipeline.extraction import extract_bytes, extract_file, shortcoming
from citeclass.pipeline.files import article_files
from citeclass.pipeline.library import Ambiguous, FileDone, Library, Summary, classify
from citeclass.pipeline.workers import Limits, extract_many

__all__ = [
    "Ambiguous",
    "FileDone",
    "Library",
    "Limits",
    "Summary",
    "article_files",
    "classify",
    "extract_bytes",
    "extract_file",
    "extract_many",
    "shortcoming",
]
