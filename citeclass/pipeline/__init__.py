"""The only place that composes: files through reading, linking, statements and a classifier into a library."""

from citeclass.pipeline.crew import Limits
from citeclass.pipeline.extraction import extract_bytes, extract_file, shortcoming, version_of_file
from citeclass.pipeline.files import SUFFIXES, article_files, resolved
from citeclass.pipeline.libraries import Libraries
from citeclass.pipeline.library import Library, classify
from citeclass.pipeline.outcomes import Ambiguous, FileDone, Summary, TakenIn
from citeclass.pipeline.pictures import has_picture, statement_picture
from citeclass.pipeline.refcheck import CheckedReference, ReferenceCheck, check_references, read_manuscript
from citeclass.pipeline.workers import extract_many

__all__ = [
    "SUFFIXES",
    "Ambiguous",
    "CheckedReference",
    "FileDone",
    "Libraries",
    "Library",
    "Limits",
    "ReferenceCheck",
    "Summary",
    "TakenIn",
    "article_files",
    "check_references",
    "classify",
    "extract_bytes",
    "extract_file",
    "extract_many",
    "has_picture",
    "read_manuscript",
    "resolved",
    "shortcoming",
    "statement_picture",
    "version_of_file",
]
