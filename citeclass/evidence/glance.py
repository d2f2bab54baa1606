"""An answer and a library at a glance, as HTML for a notebook. Every value is escaped; no style depends on a sheet."""

from collections.abc import Mapping, Sequence
from html import escape

from citeclass.evidence.badge import badge
from citeclass.evidence.coverage import Coverage
from citeclass.evidence.statement import DEFINITIONS, EvidenceStatement, notices_checked, short_name
from citeclass.evidence.tally import Tally
from citeclass.store import Work

_SHOWN = 5  # statements of each class


def evidence_html(
    query: str,
    work: Work | None,
    tally: Tally,
    coverage: Coverage,
    statements: Sequence[EvidenceStatement],
    *,
    side: str = "citing works",
) -> str:
    """The tally, the coverage and the surest statements of each class; ``side``: what the tally counts as works."""
    c, t = coverage, tally
    if work is None:
        return f"<p><b>{escape(query)}</b> is not known to this library of {c.documents} documents.</p>"
    parts = [
        f"<h4>{escape(work.title or work.id)}</h4>",
        f"<p>{escape(short_name(work))} · {escape(work.doi or 'no DOI')} · {escape(notices_checked(work))}</p>",
        badge(t, works=side),
        f"<p>{t.total} statements, {t.works} {side}; this work is {c.status.value}, {c.cited_by} of {c.documents} documents cite it.</p>",
    ]
    for name, meaning in DEFINITIONS.items():
        group = [s for s in statements if s.type == name]
        if group:
            rows = "".join(f"<li>{_line(s)}</li>" for s in group[:_SHOWN])
            more = f"<p>… and {len(group) - _SHOWN} more</p>" if len(group) > _SHOWN else ""
            parts.append(f"<b>{name}</b> ({len(group)}): <i>{escape(meaning)}</i><ul>{rows}</ul>{more}")
    return "\n".join(parts)


def library_html(path: str, counts: Mapping[str, int], tally: Tally, model: str | None) -> str:
    """The library's numbers."""
    shown = badge(tally, works="cited works")
    told = ", ".join(f"{n} {escape(name)}" for name, n in counts.items())
    return f"<h4>citeclass library {escape(path)}</h4>{shown}<p>{told}; model {escape(model or 'none yet')}</p>"


def _line(s: EvidenceStatement) -> str:
    text, a, b = s.statement.sentence, s.statement.start, s.statement.end
    sure = f" {s.type_confidence:.2f}" if s.type_confidence is not None else ""
    return f"{escape(text[:a])}<b>{escape(text[a:b])}</b>{escape(text[b:])} <small>{escape(short_name(s.source))}{sure}</small>"
