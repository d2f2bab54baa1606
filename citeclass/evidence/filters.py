"""Which statements are asked for, in which order: values of a caller, turned into the terms of a query."""

import re
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from citeclass.errors import UsageError
from citeclass.evidence.match import match_of
from citeclass.records import Intent, SectionKind, Stance, Zone
from citeclass.store import SHOWN
from citeclass.text import words


class Direction(StrEnum):
    """``cited``: what others say of the work. ``citing``: what the work says of others."""

    CITED = "cited"
    CITING = "citing"


class Sort(StrEnum):
    """``type``: supporting, contrasting, mentioning, unclassified, the surest of each first. ``confidence``: the surest
    first. ``newest`` and ``oldest``: by the year of the work on the other side, then by place, so that they tell no class.
    """

    TYPE = "type"
    CONFIDENCE = "confidence"
    NEWEST = "newest"
    OLDEST = "oldest"


_ORDER = {
    Sort.TYPE: "v.stance, v.certainty desc, v.statement",
    Sort.CONFIDENCE: "v.certainty desc, v.statement",
    Sort.NEWEST: "nullif(cast(o.year as integer), 0) is null, cast(o.year as integer) desc, {other}, s.ordinal, v.statement",
    Sort.OLDEST: "nullif(cast(o.year as integer), 0) is null, cast(o.year as integer), {other}, s.ordinal, v.statement",
}
_YEAR = re.compile(r"[12]\d{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a statement must have to be shown; a filter left alone lets everything pass, and all given ones must hold.

    ``types``, ``sections``, ``zones`` and ``intents`` are sets of which one must fit. ``year_from``, ``year_to``, ``journal``
    and ``author`` speak of the work on the other side: the citing one, or with direction *citing* the cited one; words of
    journal and author are compared without case or accents. ``self_cites``: True only statements between works that share
    an author, False none of these. ``min_confidence``: least probability of the type shown. ``corrected``: True only
    statements a person labelled, False only others. ``text``: words that must stand in the sentence (see
    :func:`~citeclass.evidence.match.match_of`).
    """

    types: tuple[Stance, ...] = ()
    sections: tuple[SectionKind, ...] = ()
    zones: tuple[Zone, ...] = ()
    intents: tuple[Intent, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    journal: str | None = None
    author: str | None = None
    self_cites: bool | None = None
    min_confidence: float | None = None
    corrected: bool | None = None
    text: str | None = None

    @property
    def given(self) -> dict[str, Any]:
        """The filters that are set, as a JSON object."""
        told = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}
        return {k: v for k, v in told.items() if v not in (None, [], "")}

    @classmethod
    def parse(
        cls,
        *,
        types: str | None = None,
        sections: str | None = None,
        zones: str | None = None,
        intents: str | None = None,
        year: str | None = None,
        **others: Any,
    ) -> "Filters":
        """Filters from text: lists joined by commas, ``year`` as ``2019``, ``2015-2020``, ``2015-`` or ``-2020``.

        Raises :class:`UsageError` for words that are none of the field's.
        """
        begin, end = _years(year)
        return cls(
            types=_each(types, "type", Stance.parse, Stance),
            sections=_each(sections, "section", SectionKind, SectionKind),
            zones=_each(zones, "zone", Zone, Zone),
            intents=_each(intents, "intent", Intent.parse, Intent),
            year_from=begin,
            year_to=end,
            **others,
        )


def _each(text: str | None, what: str, parse: Any, kinds: type[StrEnum]) -> tuple[Any, ...]:
    try:
        return tuple(dict.fromkeys(parse(word.strip().casefold()) for word in (text or "").split(",") if word.strip()))
    except ValueError as error:
        raise UsageError(
            f"{what} is one or several of {', '.join(kinds)}, not {text!r}", fix=f"for example {next(iter(kinds))}"
        ) from error


def _years(text: str | None) -> tuple[int | None, int | None]:
    if not text or not text.strip():
        return None, None
    begin, dash, end = (part.strip() for part in text.replace("–", "-").partition("-"))
    if not all(_YEAR.fullmatch(part) for part in (begin, end) if part) or not (begin or end):
        raise UsageError(f"{text!r} is no year or span of years", fix="2019, 2015-2020, 2015- or -2020")
    first, last = (int(part) if part else None for part in (begin, end))
    if first is not None and last is not None and last < first:
        raise UsageError(f"{text!r} ends before it begins", fix=f"{last}-{first}")
    return (first, last) if dash else (first, first)


@dataclass(frozen=True, slots=True)
class Terms:
    """A query over ``shown`` (alias ``v``): its joins, conditions and values."""

    joins: str
    where: str
    values: tuple[Any, ...]
    order: str

    @property
    def body(self) -> str:
        """From the first table to the last condition."""
        return f"from shown v {self.joins} where {self.where}"


def terms_of(filters: Filters, *, work: str | None, direction: Direction, sort: Sort = Sort.TYPE) -> Terms:
    """The terms of the statements about ``work`` (None: of all works) that pass ``filters``, in the order ``sort``."""
    f = filters
    own, other = (
        ("v.cited_work", "v.source_work") if direction is Direction.CITED else ("v.source_work", "v.cited_work")
    )
    joins: list[str] = []
    where: list[str] = [] if work is None else [f"{own} = ?"]
    values: list[Any] = [] if work is None else [work]

    def among(column: str, kinds: tuple[Any, ...]) -> None:
        if kinds:
            where.append(f"{column} in ({', '.join('?' * len(kinds))})")
            values.extend(kinds)

    among("v.stance", tuple(SHOWN.index(t) for t in f.types))
    if f.min_confidence is not None:
        where.append("v.certainty >= ?")
        values.append(f.min_confidence)
    if f.corrected is not None:
        where.append("v.expert = ?")
        values.append(int(f.corrected))
    by_year = sort in (Sort.NEWEST, Sort.OLDEST)
    if f.sections or f.zones or f.text or by_year:
        joins.append("join statements s on s.id = v.statement")
        among("coalesce(s.section, 'other')", f.sections)
        among("s.zone", f.zones)
    if f.text:
        where.append("s.rowid in (select rowid from statements_fts where statements_fts match ?)")
        values.append(match_of(f.text))
    if f.intents:
        joins.append(
            "join predictions p on p.statement = v.statement and p.model = (select value from settings where name = 'model')"
        )
        among("p.intent", f.intents)
    if f.year_from or f.year_to or f.journal or f.author or by_year:
        joins.append(f"left join works o on o.id = {other}")
    if f.year_from:
        where.append("cast(o.year as integer) >= ?")
        values.append(f.year_from)
    if f.year_to:
        where.append("cast(o.year as integer) between 1 and ?")
        values.append(f.year_to)
    for column, text in (("o.container", f.journal), ("o.authors", f.author)):
        for word in words(text or ""):
            where.append(f"' ' || folded(coalesce({column}, '')) like ?")
            values.append(f"% {word}%")
    if f.self_cites is not None:
        joins.append("join works mine on mine.id = v.source_work left join works theirs on theirs.id = v.cited_work")
        where.append("shares_author(mine.authors, theirs.authors) = ?")
        values.append(int(f.self_cites))
    return Terms(" ".join(joins), " and ".join(where) or "1 = 1", tuple(values), _ORDER[sort].format(other=other))
