"""What the columns of a corpus's downloads mean: one table, told on the page and in ``schema.json``."""

from typing import Any

from citeclass.evidence import COLUMNS, DEFINITIONS
from citeclass.evidence import WORK_COLUMNS as _NAMES

_TOLD = {
    "id": "the statement's id; it comes from both works and the sentence, and stays when files are read anew",
    "type": "supporting, contrasting, mentioning or unclassified: a person's label where there is one, else the model's",
    "type_confidence": "the model's probability of that type, calibrated to the natural rate of citations",
    "supporting": "probability that the citing authors give evidence of their own that agrees with the cited work",
    "contrasting": "probability that they give evidence of their own against it",
    "mentioning": "probability of everything else; the three sum to 1",
    "intent": "background, method or result",
    "expertClassification": "a person's label, empty where there is none",
    "note": "why there is no class, where there is none",
    "source_doi": "the citing work: DOI, lower case",
    "source_title": "its title",
    "source_authors": "its authors, joined by semicolons",
    "source_year": "its year",
    "target_doi": "the cited work: DOI, lower case, also where the printed reference has none but the library knows it",
    "target_title": "its title",
    "target_authors": "its authors",
    "target_year": "its year",
    "callout": "the in-text marker as printed",
    "sentence": "the sentence around it",
    "before": "the sentence before, in the same paragraph",
    "after": "the sentence after",
    "section": "introduction, methods, results, discussion, other, or empty",
    "section_title": "the section's printed title, with those of the sections around it",
    "zone": "body, abstract, caption, table or note",
    "page": "the page of the PDF, from 1",
    "lang": "language, ISO 639-1",
    "model": "name and digest of the model",
    "reason": "why the callout is tied to no reference, where it is not",
}

STATEMENT_COLUMNS = {name: _TOLD[name] for name in COLUMNS}
"""The columns of ``statements.csv``; ``statements.jsonl`` has the same, with both works as objects."""

_OF_WORKS = {
    "doi": "the work's DOI, or our id where it has none",
    "title": "its title",
    "authors": "its authors, joined by semicolons",
    "year": "its year",
    "journal": "journal or book",
    "total": "all statements about it",
    "supporting": "those that support it",
    "contrasting": "those that contrast with it",
    "mentioning": "those that mention it",
    "unclassified": "those without a class",
    "works": "how many works make them",
}

WORK_COLUMNS = {name: _OF_WORKS[name] for name in _NAMES}
"""The columns of ``works.csv``."""


def _table(title: str, columns: dict[str, str]) -> dict[str, Any]:
    return {"title": title, "type": "object", "properties": {n: {"description": d} for n, d in columns.items()}}


SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A corpus's evidence",
    "classes": DEFINITIONS,
    "$defs": {
        "statement": _table("a row of statements.csv", STATEMENT_COLUMNS),
        "work": _table("a row of works.csv", WORK_COLUMNS),
    },
}
"""The schema of the downloads."""
