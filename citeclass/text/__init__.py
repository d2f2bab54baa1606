"""Small pure functions on strings, shared by every layer above."""

from citeclass.text.fold import squash, tidy, unmark, words
from citeclass.text.identifiers import doi_url, find_doi, find_pmid, normal_doi
from citeclass.text.language import detect_language
from citeclass.text.raised import lower, raise_

__all__ = [
    "detect_language",
    "doi_url",
    "find_doi",
    "find_pmid",
    "lower",
    "normal_doi",
    "raise_",
    "squash",
    "tidy",
    "unmark",
    "words",
]
