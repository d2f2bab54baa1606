"""Templates: those of a package, and the shared parts, with every value escaped."""

from importlib.resources import files
from typing import Any

import jinja2

from citeclass.evidence import DEFINITIONS, notices_checked, short_name
from citeclass.showing.charts import CLASSES, SECTIONS, bar_parts
from citeclass.showing.pieces import sentence_pieces
from citeclass.text import doi_url


def environment(package: str, **values: Any) -> jinja2.Environment:
    """The templates in the folder ``templates`` of ``package``, and behind them the shared ones.

    ``values`` are known to all of them; ``report_url(work, hidden=False)``, where a work's page is, and ``version`` must be among them.
    """
    folders = [files(package) / "templates", files("citeclass.showing") / "templates"]

    def source(name: str) -> str | None:
        found = next((f / name for f in folders if (f / name).is_file()), None)
        return found.read_text(encoding="utf-8") if found else None

    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(source),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(
        definitions=DEFINITIONS, classes=CLASSES, sections=SECTIONS, short_name=short_name,
        notices_checked=notices_checked, bar_parts=bar_parts, sentence_pieces=sentence_pieces, doi_url=doi_url, **values,
    )  # fmt: skip
    return made


def style() -> str:
    """The style sheet of all pages."""
    return (files("citeclass.showing") / "static" / "app.css").read_text(encoding="utf-8")
