"""A statement as an answer shows it: its words, its stance, both works, and a person's label where there is one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from citeclass.records import Author, CitationStatement, Intent, Prediction, Stance
from citeclass.resolving import shared_authors
from citeclass.store import Store, Work, rows_for
from citeclass.store.documents import reference_from, statement_from

DEFINITIONS = {
    "supporting": "the citing authors give evidence of their own that agrees with the cited work",
    "contrasting": "the citing authors give evidence of their own against the cited work",
    "mentioning": "everything else: background, methods used, others' evidence passed on",
    "unclassified": "no class was given: the language is unknown to the model, or it abstained",
}
"""What the classes mean, shown beside every answer."""

_TARGET = re.compile(r'(<cite class="target")(?! data-doi)')


@dataclass(frozen=True, slots=True)
class EvidenceStatement:
    """A statement with its prediction, both works, and a person's label where there is one, which wins."""

    statement: CitationStatement
    prediction: Prediction | None
    source: Work
    target: Work | None
    expert: Stance | None = None

    @property
    def type(self) -> Stance:
        """The stance shown."""
        if self.expert is not None:
            return self.expert
        return self.prediction.type if self.prediction else Stance.UNCLASSIFIED

    @property
    def type_confidence(self) -> float | None:
        """The model's probability of the type shown, also where a person chose another than the model."""
        p = self.prediction
        if p is None or self.type is Stance.UNCLASSIFIED:
            return p.type_confidence if p else None
        return {"supporting": p.supporting, "contrasting": p.contrasting, "mentioning": p.mentioning}[self.type.value]

    @property
    def self_cites(self) -> tuple[Author, ...]:
        """Authors of the citing work who wrote the cited one too (family name and first initial)."""
        return shared_authors(self.source.authors, self.target.authors) if self.target else ()

    @property
    def snippet(self) -> str:
        """The snippet, its target with the DOI that the library knows, also where the article's own list has none."""
        doi = self.target.doi if self.target else None
        if not doi:
            return self.statement.snippet
        return _TARGET.sub(lambda m: f'{m[1]} data-doi="{escape(doi)}"', self.statement.snippet)

    def to_json(self) -> dict[str, Any]:
        """As a JSON object; names follow scite's where it has them."""
        s, p = self.statement, self.prediction
        return {
            "id": s.id,
            "type": self.type.value,
            "type_confidence": _round(self.type_confidence),
            "supporting": _round(p.supporting) if p else None,
            "contrasting": _round(p.contrasting) if p else None,
            "mentioning": _round(p.mentioning) if p else None,
            "intent": p.intent.value if p and p.intent else None,
            "note": p.note if p else "not classified yet",
            "expertClassification": self.expert.value if self.expert else None,
            "selfCites": [{"type": "author", "family": a.family, "given": a.given} for a in self.self_cites],
            "callout": s.callout,
            "sentence": s.sentence,
            "before": s.before,
            "after": s.after,
            "snippet": self.snippet,
            "section": s.section.value if s.section else None,
            "section_title": s.section_title,
            "zone": s.zone.value,
            "page": s.page,
            "lang": s.language,
            "model": p.model if p else None,
            "source": work_json(self.source),
            "target": work_json(self.target) if self.target else None,
            "reason": s.reason.value if s.reason else None,
        }


def work_json(work: Work) -> dict[str, Any]:
    """A work as a JSON object."""
    return {
        "id": work.id,
        "doi": work.doi,
        "pmid": work.pmid,
        "title": work.title,
        "authors": [str(a) for a in work.authors],
        "year": work.year,
        "journal": work.container,
        "retracted": work.retracted,
        "notices": None
        if work.notices is None
        else [{"kind": n.kind.value, "doi": n.doi, "date": n.date, "source": n.source} for n in work.notices],
    }


def notices_told(work: Work) -> str:
    """The editorial notices on a work in a line, ``retracted 2021-03-01 (10.5555/n)``; empty where none is known."""
    return "; ".join(
        " ".join(p for p in (n.kind.value, n.date, f"({n.doi})" if n.doi else None) if p) for n in work.notices or ()
    )


def notices_checked(work: Work) -> str:
    """Whether anyone looked for notices: so that *none* is told apart from *not checked*."""
    if work.notices is None:
        return "editorial notices: not checked"
    return f"editorial notices: {notices_told(work) or 'none'} (checked {(work.checked or '')[:10]})"


def short_name(work: Work) -> str:
    """A work in a few letters: ``Lee & Roy 2019``, ``Lee et al. 2019``; its title or DOI where no author is known."""
    families = [a.family for a in work.authors]
    who = f"{families[0]} et al." if len(families) > 2 else " & ".join(families)
    year = work.year or "n.d."
    return f"{who} {year}" if who else f"{work.title or work.doi or 'unknown work'} ({year})"


def statements_by_id(store: Store, ids: Sequence[str]) -> list[EvidenceStatement]:
    """The statements with these ids, in their order; ids that are not in the library are passed over."""
    found = {s.statement.id: s for s in _rows(store, "s.id in ({values})", list(ids))}
    return [found[i] for i in ids if i in found]


def all_statements(store: Store) -> Iterator[EvidenceStatement]:
    """Every statement of the library, by document and position."""
    yield from _rows(store, "1 = 1", None)


def _rows(store: Store, where: str, values: list[str] | None) -> Iterator[EvidenceStatement]:
    works: dict[str, Work | None] = {}

    def work_of(key: str | None) -> Work | None:
        if key is not None and key not in works:
            works[key] = store.works.get(key)
        return works[key] if key else None

    query = (
        "select s.*, p.model, p.type p_type, p.supporting p_s, p.contrasting p_c, p.mentioning p_m, p.note p_note, p.intent p_intent, c.type c_type, "
        "e.idx, e.raw, e.label, e.authors, e.year, e.title, e.container, e.volume, e.pages, e.doi, e.pmid "
        "from statements s left join predictions p on p.statement = s.id and p.model = ? "
        "left join corrections c on c.statement = s.id "
        f"left join entries e on e.document = s.document and e.idx = s.entry where {where} order by s.document, s.ordinal, s.id"
    )
    model = [store.predictions.current_model or ""]
    for r in store.db.query(query, model) if values is None else rows_for(store.db, query, values, before=model):
        source = work_of(r["source_work"])
        if source is None:
            continue
        prediction = None
        if r["p_type"]:
            intent = Intent(r["p_intent"]) if r["p_intent"] else None
            prediction = Prediction(
                r["id"], r["model"], Stance(r["p_type"]), r["p_s"], r["p_c"], r["p_m"], r["p_note"], intent
            )
        statement = statement_from(r, reference_from(r) if r["idx"] is not None else None)
        expert = Stance(r["c_type"]) if r["c_type"] else None
        yield EvidenceStatement(statement, prediction, source, work_of(r["cited_work"]), expert)


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
