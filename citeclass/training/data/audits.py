"""Audits without texts, so that they can be shared: labels with locators, and how many statements each class had."""

import json
from pathlib import Path

from citeclass.errors import UsageError
from citeclass.evidence import all_statements, audit_named, audit_verdicts, statements_by_id
from citeclass.store import Audit, Reading, Store
from citeclass.training.data.locators import Label, fingerprint, position, read_locators, write_locators

_LABELS, _AUDIT = "labels.csv", "audit.json"


def save_audit(store: Store, name: str, folder: Path) -> int:
    """Write what was judged in an audit into a folder; how many statements. Raises :class:`UsageError` for a name that is not known."""
    made, verdicts = audit_named(store, name), audit_verdicts(store, name)
    drawn = store.audits.drawn(name)
    labels = [
        Label(
            id=s.statement.id, doi=s.source.doi or "", pmcid="", fingerprint=fingerprint(s.statement.sentence),
            at=position(s.statement.sentence, s.statement.start), pick=f"{name}_{drawn[s.statement.id]}",
            stance=verdicts[s.statement.id].type, basis="", certainty=verdicts[s.statement.id].certainty,
        )
        for s in statements_by_id(store, list(verdicts))
    ]  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    told = {"audit": made.name, "model": made.model, "statements": dict(made.strata)}
    (folder / _AUDIT).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return write_locators(labels, folder / _LABELS)


def load_audit(store: Store, folder: Path, *, by: str) -> tuple[str, int, int]:
    """Take in an audit that was saved: its name, and how many of how many labels found their statement.

    Raises :class:`UsageError` for a folder that holds none and for an audit that is known already, :class:`~citeclass.errors.BadRow`.
    """
    if not (folder / _AUDIT).is_file():
        raise UsageError(f"{folder} holds no audit", fix="give a folder written by `citeclass audit save`")
    told = json.loads((folder / _AUDIT).read_text(encoding="utf-8"))
    if store.audits.get(told["audit"]) is not None:
        raise UsageError(f"there is an audit {told['audit']!r} already", fix="go on with it")
    labels = list(read_locators(folder / _LABELS))
    articles = {label.doi for label in labels if label.doi}
    at: dict[tuple[str, str, int], list[str]] = {}
    ids = set()
    for found in all_statements(store):
        ids.add(found.statement.id)
        if found.source.doi in articles:
            s = found.statement
            at.setdefault((found.source.doi or "", fingerprint(s.sentence), position(s.sentence, s.start)), []).append(
                s.id
            )
    drawn, readings = {}, []
    for label in labels:
        alike = at.get((label.doi, label.fingerprint, label.at or 0), [])
        id = label.id if label.id in ids else next((i for i in alike if i not in drawn), None)
        if id is not None:
            drawn[id] = label.pick.rpartition("_")[2]
            readings.append(Reading(id, by, label.stance, None, label.certainty))
    if not readings:
        raise UsageError(
            f"none of the {len(labels)} labelled statements is in this library",
            fix="classify the articles that the audit is about first",
        )
    store.audits.put(Audit(told["audit"], told["model"], told["statements"]), drawn)
    store.audits.judge(told["audit"], readings)
    return told["audit"], len(readings), len(labels)
