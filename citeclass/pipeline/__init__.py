"""The place that composes: what was extracted from files, and a classifier, into a library."""

from citeclass.pipeline.libraries import Libraries
from citeclass.pipeline.library import Library, classify
from citeclass.pipeline.outcomes import Ambiguous, FileDone, Summary, TakenIn
from citeclass.pipeline.pictures import has_picture, statement_picture
from citeclass.pipeline.refcheck import CheckedReference, ReferenceCheck, check_references, read_manuscript

__all__ = [
    "Ambiguous",
    "CheckedReference",
    "FileDone",
    "Libraries",
    "Library",
    "ReferenceCheck",
    "Summary",
    "TakenIn",
    "check_references",
    "classify",
    "has_picture",
    "read_manuscript",
    "statement_picture",
]
