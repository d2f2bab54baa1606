"""Readers of published labelled sets, each told by its columns and brought to :class:`Example`."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from citeclass.errors import BadRow, UsageError
from citeclass.records import Intent, Stance
from citeclass.text import unmark
from citeclass.training.data.example import SCHEMA, Example
from citeclass.training.data.tables import table

Row = Mapping[str, Any]


def _stance(word: Any) -> Stance | None:
    """The stance that a cell names; None where it is empty or tells that there is none."""
    stance = Stance.parse(word) if word else None
    return None if stance is Stance.UNCLASSIFIED else stance


def _own(row: Row) -> Example:
    sentence, start, end = unmark(row["sentence"])
    return Example(
        id=row["id"], sentence=sentence, start=start, end=end, before=row.get("before") or "", after=row.get("after") or "",
        section=row.get("section") or "", stance=_stance(row["stance"]), source="citeclass",
        group=row["doi"] or row.get("pmcid") or row["id"], pick=row["pick"] or "", certainty=int(row.get("certainty") or 3),
    )  # fmt: skip


def _kilicoglu(row: Row) -> Example:
    start, end = where(row["text"], row["marker"])
    return Example(
        id=f"{row['pmcid']}-{row['citation']}", sentence=row["text"], start=start, end=end,
        stance=_stance(row["stance"]), source="kilicoglu2019", group=row["pmcid"],
    )  # fmt: skip


def _scicite(row: Row) -> Example:
    start, end = _offsets(row["cite_start"], row["cite_end"], row["text"])
    return Example(
        id=row["id"], sentence=row["text"], start=start, end=end, section=row.get("section") or "",
        stance=_stance(row["stance"]),
        intent=Intent.parse(row["intent"]) if row["intent"] else None,
        source="scicite", group=row["id"].split(">")[0],
    )  # fmt: skip


def _scicite_published(row: Row) -> Example:
    start, end = _offsets(row.get("citeStart"), row.get("citeEnd"), row["string"])
    return Example(
        id=row["unique_id"], sentence=row["string"], start=start, end=end, section=row.get("sectionName") or "",
        intent=Intent.parse(row["label"]), source="scicite", group=row["citingPaperId"],
    )  # fmt: skip


def _lamers(row: Row) -> Example:
    return Example(
        id=f"{row['doi']}:{len(row['text'])}", sentence=row["text"], disagreement=row["disagreement"] in ("1", 1, True),
        source="lamers2021", group=row["doi"],
    )  # fmt: skip


_ACL_INTENT = {
    "background": Intent.BACKGROUND, "motivation": Intent.BACKGROUND, "future": Intent.BACKGROUND,
    "uses": Intent.METHOD, "extends": Intent.METHOD, "compareorcontrast": Intent.RESULT,
}  # fmt: skip


def _acl_arc(row: Row) -> Example:
    offsets = row.get("cite_marker_offset") or (None, None)
    start, end = _offsets(offsets[0], offsets[-1], row["text"])
    before, after = ((row.get(k) or [""]) for k in ("sents_before", "sents_after"))
    return Example(
        id=row.get("citation_id") or f"{row['citing_paper_id']}>{row['cited_paper_id']}", sentence=row["text"],
        start=start, end=end, before=_plain(before[-1]), after=_plain(after[0]), section=row.get("section_name") or "",
        intent=_ACL_INTENT[row["intent"].casefold()], source="acl_arc", group=row["citing_paper_id"],
    )  # fmt: skip


def _plain(sentence: Any) -> str:
    return sentence if isinstance(sentence, str) else " ".join(map(str, sentence))


_MULTICITE_INTENT = {
    "back": Intent.BACKGROUND, "mot": Intent.BACKGROUND, "fut": Intent.BACKGROUND, "use": Intent.METHOD,
    "ext": Intent.METHOD, "sim": Intent.RESULT, "dif": Intent.RESULT,
}  # fmt: skip
_TAG = re.compile(r"<span[^>]*>|</span>")


def multicite(path: Path) -> Iterator[Example]:
    """MultiCite's published JSON: papers with sentences ``x`` and, by intent, the ``gold_contexts`` in ``y``.

    A context of several sentences is one example; the target's ``<span>`` is the callout. *Unsure* is left out.
    """
    for name, paper in json.loads(path.read_text(encoding="utf-8")).items():
        sentences = {s["sent_id"]: s["text"] for s in paper["x"]}
        for label, marked in paper["y"].items():
            intent = _MULTICITE_INTENT.get(label.strip("@").casefold())
            for number, ids in enumerate(marked["gold_contexts"] if intent else ()):
                text = " ".join(sentences[i] for i in ids)
                bounds = [m.span() for m in _TAG.finditer(text)][:2]
                start, end = (
                    (bounds[0][0], bounds[1][0] - (bounds[0][1] - bounds[0][0])) if len(bounds) == 2 else (None, None)
                )
                yield Example(
                    id=f"{name}:{label}:{number}", sentence=_TAG.sub("", text), start=start, end=end,
                    intent=intent, source="multicite", group=name,
                )  # fmt: skip


def _schema(row: Row) -> Example:
    """A row of our own schema, as ``data/*/prepare.py`` write it; in a CSV file all is text."""
    start, end = _offsets(row["start"], row["end"], row["sentence"])
    told = str(row["disagreement"]).casefold() if row["disagreement"] not in (None, "") else None
    return Example(
        **{name: str(row[name] or "") for name in SCHEMA if name not in _TYPED},
        start=start, end=end, stance=_stance(row["stance"]), intent=Intent.parse(row["intent"]) if row["intent"] else None,
        disagreement=None if told is None else told in ("true", "1"), certainty=int(row["certainty"] or 3),
    )  # fmt: skip


_TYPED = frozenset({"start", "end", "stance", "intent", "disagreement", "certainty"})


_BY_COLUMNS: dict[frozenset[str], Callable[[Row], Example]] = {
    frozenset(SCHEMA): _schema,
    frozenset({"id", "sentence", "stance", "pick", "doi"}): _own,
    frozenset({"pmcid", "citation", "marker", "text", "stance"}): _kilicoglu,
    frozenset({"id", "cite_start", "cite_end", "text", "intent", "stance"}): _scicite,
    frozenset({"unique_id", "string", "label", "citingPaperId"}): _scicite_published,
    frozenset({"doi", "cue", "text", "disagreement"}): _lamers,
    frozenset({"text", "intent", "citing_paper_id", "cited_paper_id"}): _acl_arc,
}


def _offsets(start: Any, end: Any, text: str) -> tuple[int, int] | tuple[None, None]:
    try:
        a, b = int(float(start)), int(float(end))
    except (TypeError, ValueError):
        return None, None
    return (a, b) if 0 <= a < b <= len(text) else (None, None)


def where(text: str, marker: str) -> tuple[int, int] | tuple[None, None]:
    """The offsets of a callout given by its words, whatever their blanks and case, or twice None where the text lacks it or none is given."""
    found = re.search(r"\s+".join(map(re.escape, marker.split())), text, re.IGNORECASE) if marker.strip() else None
    return found.span() if found else (None, None)


def read_labels(path: Path) -> Iterator[Example]:
    """The labelled rows of one file, CSV, JSON lines or MultiCite's JSON; rows without any label are passed over.

    The layout is recognised by its columns. Raises :class:`UsageError` for an unknown layout and
    :class:`BadRow` with the line number for a row that does not fit.
    """
    if path.suffix.lower() == ".json":
        try:
            yield from multicite(path)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UsageError(f"{path.name} is not MultiCite's JSON: {error!r}", fix="use CSV or JSON lines") from error
        return
    reader: Callable[[Row], Example] | None = None
    for number, row in table(path):
        if reader is None:
            reader = next((r for need, r in _BY_COLUMNS.items() if need <= row.keys()), None)
            if reader is None:
                raise UsageError(
                    f"{path.name}: unknown layout with columns {sorted(map(str, row))}",
                    fix="labels without words get them from data/citeclass/prepare.py"
                    if {"fingerprint", "at"} <= row.keys()
                    else "data/README.md has the layouts; any file is taken with --text-column and --label-column",
                )
        try:
            example = reader(row)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            if not (row.get("stance") or row.get("intent") or row.get("label")):
                continue
            told = f"no column {error}" if isinstance(error, KeyError) else error
            raise BadRow(f"{path.name}, line {number}: {told}") from error
        if example.stance or example.intent or example.disagreement is not None:
            yield example
