"""Tallies as the parts of bars and columns, which the templates draw."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from citeclass.evidence import Tally
from citeclass.records import SectionKind
from citeclass.store import SHOWN

SECTIONS = tuple(kind.value for kind in SectionKind)
CLASSES = tuple(stance.value for stance in SHOWN)


def bar_parts(tally: Tally, width: float = 100.0) -> list[dict[str, Any]]:
    """A tally as the parts of a bar: class, count, begin and width; counts of zero are left out."""
    parts, x = [], 0.0
    for name in CLASSES:
        count = getattr(tally, name)
        if count:
            part = width * count / tally.total
            parts.append({"name": name, "count": count, "x": round(x, 3), "width": round(part, 3)})
            x += part
    return parts


def year_columns(
    years: Mapping[int | None, Tally], height: float = 80.0, *, classes: Sequence[str] = CLASSES
) -> list[dict[str, Any]]:
    """Tallies by year as the columns of a chart of some classes, years without statements between them too."""
    known = [y for y in years if y is not None]
    if not known:
        return []
    top = max(sum(getattr(years[y], name) for name in classes) for y in known) or 1
    columns = []
    last = min(max(known), date.today().year + 1)  # a year misread as 9999 must not hide the others
    for year in range(max(min(known), last - 39), last + 1):
        tally, y = years.get(year, Tally()), height
        parts = []
        for name in classes:
            part = height * getattr(tally, name) / top
            if part:
                y -= part
                parts.append({"name": name, "y": round(y, 2), "height": round(part, 2)})
        columns.append({"year": year, "tally": tally, "parts": parts})
    return columns
