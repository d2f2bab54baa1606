"""Works with their tallies in the formats of reference managers: RIS, BibTeX, CSL-JSON.

The tally stands in the note of each entry, so that it is seen in Zotero, EndNote or Mendeley. RIS is written by
rispy, BibTeX by pybtex (``citeclass[exchange]``).
"""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from citeclass.errors import missing_extra
from citeclass.evidence.statement import notices_told, short_name
from citeclass.evidence.tally import Tally, with_tallies
from citeclass.store import Store, Work
from citeclass.text import doi_url, squash

Row = tuple[Work, Tally]


def works_with_tallies(store: Store, *, cited_only: bool = True) -> list[Row]:
    """The library's works with their tallies, by author and year; ``cited_only``: only those with statements about them."""
    rows = [(w, t) for w, t in with_tallies(store, list(store.works.all())) if not cited_only or t.total]
    return sorted(rows, key=lambda r: (squash(short_name(r[0])), r[0].id))


def tally_note(tally: Tally) -> str:
    """A tally in one line, for the note of an entry."""
    return (
        f"citeclass: {tally.supporting} supporting, {tally.contrasting} contrasting, {tally.mentioning} mentioning, "
        f"{tally.unclassified} unclassified; {tally.total} statements in {tally.works} citing works"
    )


def _note(work: Work, tally: Tally) -> str:
    return f"{notices_told(work)}. {tally_note(tally)}" if work.notices else tally_note(tally)


def write_ris(rows: Iterable[Row]) -> str:
    """Works as RIS. Raises :class:`~citeclass.errors.MissingExtra`."""
    try:
        import rispy
    except ImportError as error:
        missing_extra("exchange", error)
    entries = []
    for work, tally in rows:
        entry: dict[str, Any] = {
            "type_of_reference": "JOUR" if work.container else "GEN",
            "id": work.id,
            "authors": [_inverted(a.family, a.given) for a in work.authors],
            "title": _line(work.title or ""),
            "secondary_title": _line(work.container or ""),
            "year": str(work.calendar_year or ""),
            "doi": work.doi or "",
            "urls": [doi_url(work.doi)] if work.doi else [],
            "notes": [_note(work, tally)],
        }
        entries.append({k: v for k, v in entry.items() if v})
    return str(rispy.dumps(entries))


def write_bibtex(rows: Sequence[Row]) -> str:
    """Works as BibTeX, with keys made of first author, year and first word of the title. Raises :class:`~citeclass.errors.MissingExtra`."""
    try:
        from pybtex.database import BibliographyData, Entry, Person
    except ImportError as error:
        missing_extra("exchange", error)
    entries: dict[str, Any] = {}
    for work, tally in rows:
        fields = {
            "title": _braced(work.title), "journal": _braced(work.container), "year": str(work.calendar_year or ""), "doi": work.doi,
            "note": _note(work, tally),
        }  # fmt: skip
        entry = Entry("article" if work.container else "misc", [(k, v) for k, v in fields.items() if v])
        for author in work.authors:
            entry.add_person(
                Person(last=_braces_out(author.family), first=_braces_out(author.given))
                if author.given
                else Person(last="{" + _braces_out(author.family) + "}"),
                "author",
            )
        entries[_key(work, entries)] = entry
    return str(BibliographyData(entries).to_string("bibtex"))


def write_csl_json(rows: Iterable[Row]) -> str:
    """Works as CSL-JSON (citation-style-language 1.0.2)."""
    items = []
    for work, tally in rows:
        year = work.calendar_year
        item = {
            "id": work.id,
            "type": "article-journal" if work.container else "document",
            "title": work.title,
            "container-title": work.container,
            "author": [
                {"family": a.family, "given": a.given} if a.given else {"literal": a.family} for a in work.authors
            ],
            "issued": {"date-parts": [[year]]} if year else None,
            "DOI": work.doi,
            "PMID": work.pmid,
            "URL": doi_url(work.doi) if work.doi else None,
            "note": _note(work, tally),
        }
        items.append({k: v for k, v in item.items() if v})
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n"


def _inverted(family: str, given: str) -> str:
    return _line(f"{family}, {given}" if given else family)


def _line(text: str) -> str:
    return " ".join(text.split())


def _braces_out(text: str) -> str:
    return _line(re.sub(r"[{}]", "", text))


def _braced(text: str | None) -> str | None:
    """A field whose capitals stay as they are."""
    return "{" + _braces_out(text) + "}" if text else None


def _key(work: Work, taken: Iterable[str]) -> str:
    family = squash(work.authors[0].family) if work.authors else "anonymous"
    word = next((w for w in re.findall(r"[A-Za-z]+", work.title or "") if len(w) > 3), "")
    plain = re.sub(r"[^a-z0-9]", "", f"{family}{work.year or ''}{word}".casefold()) or "work"
    known, key, n = set(taken), plain, 1
    while key in known:
        n += 1
        key = f"{plain}{n}"
    return key
