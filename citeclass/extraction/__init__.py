"""Reading, linking and building put together: statements of one file, or of many in worker processes, which load no library and no model."""

from citeclass.extraction.crew import Crew, Limits, Lost
from citeclass.extraction.files import SUFFIXES, article_files, passed_over, path_named, printable, resolved
from citeclass.extraction.many import extract_many, extract_ready, isolated
from citeclass.extraction.one import (
    VERSIONS,
    digest_of,
    extract_bytes,
    extract_file,
    shortcoming,
    version_for,
    version_of_file,
)

__all__ = [
    "SUFFIXES",
    "VERSIONS",
    "Crew",
    "Limits",
    "Lost",
    "article_files",
    "digest_of",
    "extract_bytes",
    "extract_file",
    "extract_many",
    "extract_ready",
    "isolated",
    "passed_over",
    "path_named",
    "printable",
    "resolved",
    "shortcoming",
    "version_for",
    "version_of_file",
]
