"""Exports of reference managers (Zotero, EndNote, Mendeley): what they say of works, and where their files lie.

RIS is read by rispy, BibTeX by pybtex (``citeclass[exchange]``); CSL-JSON is plain JSON.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from citeclass.errors import UsageError, missing_extra
from citeclass.records import Author
from citeclass.resolving import WorkFacts
from citeclass.text import normal_doi

_ARTICLE = re.compile(r"\.(?:pdf|xml|nxml|tei)$", re.IGNORECASE)
_ENDNOTE = "internal-pdf://"


@dataclass(frozen=True, slots=True)
class ManagedWork:
    """A work of an export: what is told of it, its abstract, and the article files named, as absolute paths."""

    facts: WorkFacts
    abstract: str | None
    files: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Export:
    """The works of an export; ``skipped`` counts entries that could not be understood."""

    works: tuple[ManagedWork, ...]
    skipped: int


class _Entry(NamedTuple):
    facts: WorkFacts
    abstract: str | None
    files: list[str]


def read_export(path: Path) -> Export:
    """The works of a ``.ris``, ``.bib`` or ``.json`` export; paths in it are taken from its own folder. An entry that is odd
    is passed over and counted.

    Raises :class:`UsageError` for what is none of these or holds no work, :class:`~citeclass.errors.MissingExtra`.
    """
    kinds: dict[str, tuple[Callable[[str], Iterable[Any]], Callable[[Any], _Entry]]] = {
        ".ris": (_ris_entries, _of_ris),
        ".bib": (_bibtex_entries, _of_bibtex),
        ".bibtex": (_bibtex_entries, _of_bibtex),
        ".json": (_csl_entries, _of_csl),
    }
    if path.suffix.casefold() not in kinds:
        raise UsageError(
            f"{path.name} is no export that can be read", fix="export as RIS (.ris), BibTeX (.bib) or CSL-JSON (.json)"
        )
    if not path.is_file():
        raise UsageError(f"no such file: {path}", fix="check the path")
    entries, understood = kinds[path.suffix.casefold()]
    try:
        raw = list(entries(_decoded(path.read_bytes())))
    except (ValueError, TypeError, RecursionError) as error:
        raise UsageError(f"{path.name} cannot be read: {error}"[:300], fix="export it anew") from error
    works, skipped = [], 0
    for entry in raw:
        try:
            facts, abstract, files = understood(entry)
        except (ValueError, TypeError, KeyError, AttributeError, IndexError):
            skipped += 1
        else:
            works.append(ManagedWork(facts, abstract, _files(files, path.resolve().parent)))
    if not works:
        raise UsageError(f"no works were found in {path.name}", fix="export it anew, with its entries")
    return Export(tuple(works), skipped)


def _decoded(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return data.decode(encoding, "replace")


# ---------------------------------------------------------------- RIS


def _ris_entries(text: str) -> Iterable[Any]:
    try:
        import rispy
    except ImportError as error:
        missing_extra("exchange", error)
    ended = text if re.search(r"^ER  -", text.rstrip().rpartition("\n")[2]) else f"{text.rstrip()}\nER  - \n"
    return list(rispy.loads(ended, skip_unknown_tags=True))


def _of_ris(entry: dict[str, Any]) -> _Entry:
    urls = entry.get("urls") or []
    facts = WorkFacts(
        title=_plain(entry.get("title") or entry.get("primary_title")),
        authors=tuple(_inverted(a) for a in entry.get("authors") or entry.get("first_authors") or []),
        year=_year(entry.get("year") or entry.get("publication_year") or entry.get("date")),
        doi=normal_doi(entry.get("doi") or next((u for u in urls if "doi.org/" in u), None)),
        container=_plain(entry.get("secondary_title") or entry.get("journal_name") or entry.get("alternate_title3")),
    )
    named = [entry.get("file_attachments1"), entry.get("file_attachments2"), *urls]
    files = [f for part in named for f in (part if isinstance(part, list) else [part]) if f]
    return _Entry(facts, entry.get("abstract") or entry.get("notes_abstract"), [p for f in files for p in f.split(";")])


def _inverted(name: str) -> Author:
    family, _, given = name.partition(",")
    return Author(_plain(family) or "", _plain(given) or "")


# ---------------------------------------------------------------- BibTeX


def _bibtex_entries(text: str) -> Iterable[Any]:
    try:
        from pybtex import errors
        from pybtex.database import parse_string
        from pybtex.exceptions import PybtexError
    except ImportError as error:
        missing_extra("exchange", error)
    with errors.capture():  # a repeated key or an unknown macro costs itself alone
        try:
            return list(parse_string(text, "bibtex").entries.values())
        except PybtexError as error:
            raise ValueError(str(error)) from error


def _of_bibtex(entry: Any) -> _Entry:
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
        doi=normal_doi(_unescaped(fields.get("doi"))) or normal_doi(_unescaped(fields.get("url"))),
        pmid=fields.get("pmid"),
        container=_latex(fields.get("journal") or fields.get("journaltitle") or fields.get("booktitle")),
    )
    return _Entry(facts, _latex(fields.get("abstract")), list(_bibtex_files(fields.get("file") or "")))


def _bibtex_files(field: str) -> Iterator[str]:
    """Zotero writes ``Title:path:type``, Mendeley ``:path:type``, others the bare path; several joined by semicolons."""
    for part in re.split(r"(?<!\\);", field.replace("$\\backslash$", "")):
        pieces = re.split(r"(?<!\\):", part)
        named = pieces[1] if len(pieces) == 3 else ":".join(pieces[1:-1]) if len(pieces) > 3 else part
        yield re.sub(r"\\(.)", r"\1", named).strip()


def _unescaped(text: str | None) -> str:
    """A DOI or address as it is: in these BibTeX's marks are only what escapes them."""
    return re.sub(r"\\([_%&#$])", r"\1", text or "").strip("{} ")


def _latex(text: str | None) -> str | None:
    """BibTeX's marks undone: accents, braces, escapes."""
    if not text:
        return None
    from pybtex.richtext import Text
    from pybtex.scanner import PybtexSyntaxError

    try:
        return _plain(Text.from_latex(re.sub(r"(?<!\\)%", r"\\%", text)).render_as("text"))
    except PybtexSyntaxError:  # braces that do not close
        return _plain(re.sub(r"[{}\\]", "", text))


# ---------------------------------------------------------------- CSL-JSON


def _csl_entries(text: str) -> Iterable[Any]:
    told = json.loads(text)
    items = told.get("items", told) if isinstance(told, dict) else told
    if not isinstance(items, list):
        raise TypeError("it holds no list of works")
    return items


def _of_csl(item: dict[str, Any]) -> _Entry:
    issued = item.get("issued") or {}
    year = issued if not isinstance(issued, dict) else (issued.get("date-parts") or issued.get("raw") or "")
    facts = WorkFacts(
        title=_plain(item.get("title")),
        authors=tuple(_csl_author(p) for p in item.get("author") or item.get("editor") or []),
        year=_year(year),
        doi=normal_doi(_plain(item.get("DOI"))),
        pmid=_plain(item.get("PMID")),
        container=_plain(item.get("container-title")),
    )
    attached = [
        a if isinstance(a, str) else a.get("path") or a.get("localPath") or "" for a in item.get("attachments") or []
    ]
    return _Entry(facts, _plain(item.get("abstract")), [*attached, *str(item.get("file") or "").split(";")])


def _csl_author(person: dict[str, Any]) -> Author:
    family = " ".join(
        filter(None, [person.get("non-dropping-particle"), person.get("family") or person.get("literal")])
    )
    return Author(family, person.get("given") or "")


# ---------------------------------------------------------------- shared


def _files(named: list[str], folder: Path) -> tuple[Path, ...]:
    found = []
    for name in named:
        plain = name.strip()
        if plain.startswith(_ENDNOTE):  # EndNote keeps files in "My Library.Data/PDF" beside the export
            inside = unquote(plain.removeprefix(_ENDNOTE))
            path = next(folder.glob(f"*.Data/PDF/{_literal(inside)}"), folder / "PDF" / inside)
        else:
            if plain.startswith("file:"):
                plain = unquote(urlsplit(plain).path)
            if not plain or "://" in plain:
                continue
            path = Path(plain).expanduser()
            if not path.is_absolute() and not (folder / path).exists() and Path("/", path).exists():
                path = Path("/", path)  # Mendeley leaves the first slash out
        if _ARTICLE.search(path.name):
            found.append((folder / path).resolve())
    return tuple(dict.fromkeys(found))


def _literal(pattern: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", pattern)


def _year(told: Any) -> str | None:
    found = re.search(r"\d{4}", str(told or ""))
    return found[0] if found else None


def _plain(text: Any) -> str | None:
    if isinstance(text, list):
        text = text[0] if text else None
    return " ".join(str(text).split()) or None if text else None
