"""An answer as a note in Markdown, to be pasted into a paper, a guideline or a reading diary."""

import re

from citeclass.evidence.filters import Direction
from citeclass.evidence.query import Evidence
from citeclass.evidence.statement import DEFINITIONS, EvidenceStatement, notices_checked, notices_told, short_name
from citeclass.store import Work
from citeclass.text import doi_url

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")


def markdown_note(found: Evidence) -> str:
    """The tally, its coverage and every statement of ``found`` by class, each with its sentence (the callout in bold), its
    work, place, probability and id; the works are listed at the end.
    """
    if found.work is None:
        return f"**{_plain(found.query)}** is not known to this library of {found.coverage.documents} documents.\n"
    t = found.tally
    side = "citing" if found.direction is Direction.CITED else "cited"
    lines = [
        f"## {_plain(found.work.title or found.work.id)}",
        "",
        reference_line(found.work),
        "",
        f"| supporting | contrasting | mentioning | unclassified | statements | {side} works |",
        "|---:|---:|---:|---:|---:|---:|",
        f"| {t.supporting} | {t.contrasting} | {t.mentioning} | {t.unclassified} | {t.total} | {t.works} |",
        "",
        _covered(found),
        "",
        f"{_plain(notices_checked(found.work)).capitalize()}.",
    ]
    works: dict[str, Work] = {}
    for name, meaning in DEFINITIONS.items():
        group = [s for s in found.statements if s.type == name]
        if group:
            lines += ["", f"### {name.capitalize()} ({len(group)})", "", f"*{meaning}*", ""]
            for s in group:
                other = s.source if found.direction is Direction.CITED else s.target
                if other:
                    works[other.id] = other
                lines.append(f"- {_quoted(s)}  ")
                lines.append(f"  {_told(s, other)}")
    if works:
        lines += ["", f"### {side.capitalize()} works", ""]
        lines += [f"- {reference_line(w)}" for w in sorted(works.values(), key=lambda w: (short_name(w), w.id))]
    lines += ["", "Classes and probabilities by citeclass; look at the words, not the class alone."]
    return "\n".join(lines) + "\n"


def _covered(found: Evidence) -> str:
    c = found.coverage
    known = f"; {c.known_by} knows of {c.known_citing} citing works" if c.known_citing is not None else ""
    return (
        f"This work is {c.status.value}; {c.cited_by} of {c.documents} documents cite it ({c.listed_by} list it{known}); "
        f"{c.failed} files failed, {c.unlinked} callouts have no target."
    )


def reference_line(work: Work) -> str:
    """A work as one line of a reference list."""
    authors = ", ".join(f"{a.family}, {a.given}" if a.given else a.family for a in work.authors)
    parts = [
        f"{_plain(authors)} ({work.year or 'n.d.'})." if authors else f"({work.year or 'n.d.'}).",
        f"{_plain(work.title).rstrip('.')}." if work.title else "",
        f"*{_plain(work.container)}*." if work.container else "",
        f"<{doi_url(work.doi)}>" if work.doi else "",
        f"**{_plain(notices_told(work))}.**" if work.notices else "",
    ]
    return " ".join(p for p in parts if p)


def _quoted(s: EvidenceStatement) -> str:
    text, a, b = s.statement.sentence, s.statement.start, s.statement.end
    return f"“{_plain(text[:a])}**{_plain(text[a:b])}**{_plain(text[b:])}”"


def _told(s: EvidenceStatement, other: Work | None) -> str:
    sure = f"{s.type_confidence:.2f}" if s.type_confidence is not None else "no score"
    parts = [
        _plain(short_name(other)) if other else "no reference",
        f"**{_plain(notices_told(other))}**" if other and other.notices else "",
        _plain(s.statement.section_title or "section unknown"),
        f"p. {s.statement.page}" if s.statement.page else "",
        f"labelled by hand (model: {sure})" if s.expert else sure,
        "self-citation" if s.self_cites else "",
        f"`{s.statement.id}`",
    ]
    return "; ".join(p for p in parts if p)


def _plain(text: str) -> str:
    """Text without line breaks, with what Markdown would read as a mark escaped."""
    return _SPECIAL.sub(r"\\\1", re.sub(r"\s", " ", text))
