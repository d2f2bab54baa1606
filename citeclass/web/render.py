"""Templates and what they share: the parts of a query that travel from page to page, pieces of sentences, charts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any
from urllib.parse import quote

import jinja2
from fastapi import Request
from fastapi.responses import HTMLResponse

from citeclass import __version__
from citeclass.classifying import Explanation
from citeclass.evidence import DEFINITIONS, EvidenceStatement, Tally, short_name
from citeclass.records import SectionKind
from citeclass.store import SHOWN, Work
from citeclass.text import doi_url

_LEVELS = 5

SECTIONS = tuple(kind.value for kind in SectionKind)
CLASSES = tuple(stance.value for stance in SHOWN)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a sentence and how it is shown: ``target``, ``found``, ``for1`` to ``for5``, ``against1`` to ``against5``, or plain."""

    text: str
    kind: str = ""


def pieces(text: str, spans: list[tuple[int, int, str]]) -> list[Piece]:
    """``text`` cut at ``spans`` (begin, end, kind); of overlapping ones the first counts."""
    out, at = [], 0
    for begin, end, kind in sorted(spans):
        if begin < at:
            continue
        out += [Piece(text[at:begin]), Piece(text[begin:end], kind)]
        at = end
    return [p for p in (*out, Piece(text[at:])) if p.text]


def sentence_pieces(found: EvidenceStatement, marks: tuple[tuple[int, int], ...] = ()) -> list[Piece]:
    """A statement's sentence with its target callout, and what a search found."""
    s = found.statement
    around = [(a, b, "found") for a, b in marks if not (a < s.end and b > s.start)]
    return pieces(s.sentence, [(s.start, s.end, "target"), *around])


def shaded(found: EvidenceStatement, why: Explanation) -> list[Piece]:
    """A statement's sentence with the words shaded by what they gave, in five steps of the heaviest."""
    most = max((abs(w.weight) for w in why.words), default=0.0) or 1.0
    spans = [(found.statement.start, found.statement.end, "target")]
    for word in why.words:
        level = round(_LEVELS * abs(word.weight) / most)
        if level:
            spans.append((word.start, word.end, f"{'for' if word.weight > 0 else 'against'}{level}"))
    return pieces(found.statement.sentence, spans)


def report_url(work: Work, *, hidden: bool = False) -> str:
    """The address of a work's report page; ``hidden`` keeps its classes hidden."""
    return "/report/" + quote(work.doi or work.id, safe="/:().;") + ("?hidden=true" if hidden else "")


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


def year_columns(years: Mapping[int | None, Tally], height: float = 80.0) -> list[dict[str, Any]]:
    """Tallies by year as the columns of a chart, years without statements between them too."""
    known = [y for y in years if y is not None]
    if not known:
        return []
    top = max(t.total for y, t in years.items() if y is not None) or 1
    columns = []
    last = min(max(known), date.today().year + 1)  # a year misread as 9999 must not hide the others
    for year in range(max(min(known), last - 39), last + 1):
        tally, y = years.get(year, Tally()), height
        parts = []
        for name in CLASSES:
            part = height * getattr(tally, name) / top
            if part:
                y -= part
                parts.append({"name": name, "y": round(y, 2), "height": round(part, 2)})
        columns.append({"year": year, "tally": tally, "parts": parts})
    return columns


def _environment() -> jinja2.Environment:
    """The templates, with every value escaped."""
    templates = files("citeclass.web") / "templates"
    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(lambda name: (templates / name).read_text(encoding="utf-8")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        definitions=DEFINITIONS, version=__version__, classes=CLASSES, sections=SECTIONS,
        short_name=short_name, report_url=report_url, bar_parts=bar_parts, sentence_pieces=sentence_pieces, doi_url=doi_url,
    )  # fmt: skip
    return made


_ENVIRONMENT = _environment()


def page(
    request: Request, name: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
) -> HTMLResponse:
    """A page from the template ``name``."""
    made = _ENVIRONMENT.get_template(name).render(path=request.url.path, q=values.pop("q", ""), **values)
    return HTMLResponse(made, status, headers=dict(headers) if headers else None)
