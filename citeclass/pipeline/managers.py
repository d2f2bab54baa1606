"""Exports of reference managers (Zotero, EndNote, Mendeley): what they say of works, and where their files lie.

RIS is read by rispy, BibTeX by pybtex (``citeclass[exchange]``); CSL-JSON is plain JSON.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from citeclass.errors import UsageError, missing_extra
from citeclass.records import Author, FrontMatter
from citeclass.resolving import WorkFacts
from citeclass.store import Extraction
from citeclass.text import normal_doi

_ARTICLE = re.compile(r"\.(?:pdf|xml|nxml|tei)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ManagedWork:
    """A work of an export: what is told of it, its abstract, and the article files named, as absolute paths."""

    facts: WorkFacts
    abstract: str | None
    files: tuple[Path, ...]


def read_export(path: Path) -> list[ManagedWork]:
    """The works of a ``.ris``, ``.bib`` or ``.json`` export; paths in it are taken from its own folder.

    Raises :class:`UsageError` for what is none of these, :class:`~citeclass.errors.MissingExtra`.
    """
    readers: dict[str, Callable[[str], Iterator[tuple[WorkFacts, str | None, list[str]]]]] = {
        ".ris": _ris, ".bib": _bibtex, ".bibtex": _bibtex, ".json": _csl,
    }  # fmt: skip
    read = readers.get(path.suffix.casefold())
    if read is None:
        raise UsageError(
            f"{path.name} is no export that can be read", fix="export as RIS (.ris), BibTeX (.bib) or CSL-JSON (.json)"
        )
    if not path.is_file():
        raise UsageError(f"no such file: {path}", fix="check the path")
    try:
        told = list(read(path.read_text(encoding="utf-8-sig", errors="replace")))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{path.name} cannot be read: {error}"[:300], fix="export it anew") from error
    return [ManagedWork(facts, abstract, _files(files, path.resolve().parent)) for facts, abstract, files in told]


def with_told(extraction: Extraction, work: ManagedWork | None) -> Extraction:
    """An extraction with what an export tells of its article: over what a PDF shows, beside what XML says."""
    if work is None:
        return extraction
    facts, front = work.facts, extraction.front
    year = int(facts.year) if facts.year and facts.year.isdecimal() else None
    told = FrontMatter(
        facts.title, facts.authors, year, facts.doi, facts.pmid, journal=facts.container, abstract=work.abstract
    )
    first, second = (told, front) if extraction.reader.startswith("pdf") else (front, told)
    names = FrontMatter.__dataclass_fields__
    return replace(extraction, front=FrontMatter(**{n: getattr(first, n) or getattr(second, n) for n in names}))


def _ris(text: str) -> Iterator[tuple[WorkFacts, str | None, list[str]]]:
    try:
        import rispy
    except ImportError as error:
        missing_extra("exchange", error)
    for entry in rispy.loads(text, skip_unknown_tags=True):
        facts = WorkFacts(
            title=_plain(entry.get("title") or entry.get("primary_title")),
            authors=tuple(_inverted(a) for a in entry.get("authors") or entry.get("first_authors") or []),
            year=_year(entry.get("year") or entry.get("publication_year") or entry.get("date")),
            doi=normal_doi(entry.get("doi") or next((u for u in entry.get("urls", []) if "doi.org/" in u), None)),
            container=_plain(
                entry.get("secondary_title") or entry.get("journal_name") or entry.get("alternate_title3")
            ),
        )
        named = [entry.get("file_attachments1"), entry.get("file_attachments2"), *entry.get("urls", [])]
        files = [f for part in named for f in (part if isinstance(part, list) else [part]) if f]
        yield facts, entry.get("abstract") or entry.get("notes_abstract"), [p for f in files for p in f.split(";")]


def _bibtex(text: str) -> Iterator[tuple[WorkFacts, str | None, list[str]]]:
    try:
        from pybtex.database import BibliographyDataError, parse_string
        from pybtex.scanner import PybtexSyntaxError
    except ImportError as error:
        missing_extra("exchange", error)
    try:
        entries = parse_string(text, "bibtex").entries.values()
    except (PybtexSyntaxError, BibliographyDataError) as error:
        raise ValueError(str(error)) from error
    for entry in entries:
        fields = {k.casefold(): v for k, v in entry.fields.items()}
        people = entry.persons.get("author") or entry.persons.get("editor") or []
        facts = WorkFacts(
            title=_latex(fields.get("title")),
            authors=tuple(
                Author(
                    _latex(" ".join([*p.prelast_names, *p.last_names, *p.lineage_names])) or "",
                    _latex(" ".join([*p.first_names, *p.middle_names])) or "",
                )
                for p in people
            ),
            year=_year(fields.get("year") or fields.get("date")),
            doi=normal_doi(_latex(fields.get("doi")) or fields.get("url")),
            pmid=fields.get("pmid"),
            container=_latex(fields.get("journal") or fields.get("journaltitle") or fields.get("booktitle")),
        )
        yield facts, _latex(fields.get("abstract")), list(_bibtex_files(fields.get("file") or ""))


def _bibtex_files(field: str) -> Iterator[str]:
    """Zotero writes ``Title:path:type``, Mendeley ``:path:type``, others the bare path; several joined by semicolons."""
    for part in re.split(r"(?<!\\);", field.replace("$\\backslash$", "")):
        pieces = re.split(r"(?<!\\):", part)
        named = pieces[1] if len(pieces) == 3 else ":".join(pieces[1:-1]) if len(pieces) > 3 else part
        yield re.sub(r"\\(.)", r"\1", named).strip()


def _csl(text: str) -> Iterator[tuple[WorkFacts, str | None, list[str]]]:
    told = json.loads(text)
    items = told.get("items", told) if isinstance(told, dict) else told
    if not isinstance(items, list) or not all(isinstance(i, dict) for i in items):
        raise ValueError("it holds no list of works")
    for item in items:
        people = item.get("author") or item.get("editor") or []
        parts = (item.get("issued") or {}).get("date-parts") or [[None]]
        facts = WorkFacts(
            title=_plain(item.get("title")),
            authors=tuple(
                Author(
                    " ".join(filter(None, [p.get("non-dropping-particle"), p.get("family") or p.get("literal", "")])),
                    p.get("given", ""),
                )
                for p in people
            ),
            year=_year(str(parts[0][0] or (item.get("issued") or {}).get("raw") or "")),
            doi=normal_doi(item.get("DOI")),
            pmid=str(item["PMID"]) if item.get("PMID") else None,
            container=_plain(item.get("container-title")),
        )
        attached = [a.get("path") or a.get("localPath") or "" for a in item.get("attachments") or []]
        yield facts, item.get("abstract"), [*attached, *str(item.get("file") or "").split(";")]


def _files(named: list[str], folder: Path) -> tuple[Path, ...]:
    found = []
    for name in named:
        plain = name.strip()
        if plain.startswith("file:"):
            plain = unquote(urlsplit(plain).path)
        if plain and _ARTICLE.search(plain) and "://" not in plain:
            path = Path(plain).expanduser()
            if not path.is_absolute() and not (folder / path).exists() and Path("/", path).exists():
                path = Path("/", path)  # Mendeley leaves the first slash out
            found.append((folder / path).resolve())
    return tuple(dict.fromkeys(found))


def _inverted(name: str) -> Author:
    family, _, given = name.partition(",")
    return Author(_plain(family) or "", _plain(given) or "")


def _year(text: Any) -> str | None:
    found = re.search(r"\d{4}", str(text or ""))
    return found[0] if found else None


def _plain(text: str | None) -> str | None:
    return " ".join(text.split()) or None if text else None


def _latex(text: str | None) -> str | None:
    """BibTeX's marks undone: accents, braces, escapes."""
    if not text:
        return None
    from pybtex.richtext import Text
    from pybtex.scanner import PybtexSyntaxError

    try:
        return _plain(Text.from_latex(text).render_as("text"))
    except PybtexSyntaxError:  # braces that do not close
        return _plain(re.sub(r"[{}\\]", "", text))
