"""Pages from templates: where a work's page is, and the words of a sentence shaded by what they gave."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse

from citeclass import __version__
from citeclass.classifying import Explanation
from citeclass.evidence import EvidenceStatement
from citeclass.showing import Piece, environment, pieces
from citeclass.store import Work

_LEVELS = 5


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


_ENVIRONMENT = environment("citeclass.web", report_url=report_url, version=__version__)


def page(
    request: Request, name: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
) -> HTMLResponse:
    """A page from the template ``name``."""
    made = _ENVIRONMENT.get_template(name).render(path=request.url.path, q=values.pop("q", ""), **values)
    return HTMLResponse(made, status, headers=dict(headers) if headers else None)
