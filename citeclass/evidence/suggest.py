"""The statements whose labels would teach a model most: those it wavers over."""

from collections import Counter

from citeclass.evidence.statement import EvidenceStatement, statements_by_id
from citeclass.store import Store

_EACH = 2  # statements of one citing work, since neighbours teach much the same
_LOOKED_AT = 40  # candidates for each that is wanted


def suggestions(store: Store, *, limit: int = 20, type: str | None = None) -> list[EvidenceStatement]:
    """Up to ``limit`` statements without a person's label, the most telling first; ``type`` names a class to keep to.

    By margin (Scheffer, Decomain and Wrobel 2001): the smaller the distance between the two likeliest classes, the more
    a label says. At most two come from one citing work, and one from one sentence.
    """
    chosen = "and p.type = ?" if type else ""
    rows = store.db.query(
        "select p.statement id, v.source_work work, s.sentence, max(p.supporting, p.contrasting, p.mentioning) * 2 "
        "+ min(p.supporting, p.contrasting, p.mentioning) - 1 margin "
        "from predictions p join shown v on v.statement = p.statement join statements s on s.id = p.statement "
        f"where p.model = ? and v.expert = 0 and p.supporting is not null {chosen} order by margin, p.statement limit ?",
        [store.predictions.current_model or "", *([type] if type else []), limit * _LOOKED_AT],
    )
    works: Counter[str] = Counter()
    sentences: set[str] = set()
    ids: list[str] = []
    for row in rows:
        if works[row["work"]] < _EACH and row["sentence"] not in sentences and len(ids) < limit:
            works[row["work"]] += 1
            sentences.add(row["sentence"])
            ids.append(row["id"])
    return statements_by_id(store, ids)
