"""A report as one HTML page: tables, and pictures within it."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from citeclass.training.measure.pictures import draw_bars, draw_confusion
from citeclass.training.measure.report import STANCE_NAMES

_TEMPLATE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ model }}: evaluation</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff }
table { border-collapse: collapse; margin: .5rem 0 1rem } th, td { padding: .2rem .7rem; text-align: right; border-bottom: 1px solid #ddd }
th:first-child, td:first-child { text-align: left } figure { display: inline-block; margin: 0 1rem 1rem 0 } small { color: #666 }
@media (prefers-color-scheme: dark) { body { color: #ddd; background: #181818 } figure { background: #fff } th, td { border-color: #444 } }
</style></head><body>
<h1>{{ model }}</h1>
<p>Brackets are 95 % bootstrap intervals over citing articles. <em>Unclassified</em> counts as wrong.</p>
{% for name, r in reports.items() %}
<h2>{{ name }} <small>{{ r.rows }} rows, {{ r.settled_by_gate }} settled by the gate</small></h2>
{% if r.balanced %}
<table><thead><tr><th>point</th><th>macro-F1</th>{% for c in classes %}<th>{{ c }} P / R / F1</th>{% endfor %}<th>unclassified</th></tr></thead>
<tbody>{% for p in ("balanced", "precise", "natural") %}<tr><td>{{ p }}</td>
<td>{{ "%.3f"|format(r[p].macro_f1) }} [{{ "%.2f–%.2f"|format(*r[p].macro_f1_interval) }}]</td>
{% for c in classes %}<td>{{ "%.3f / %.3f / %.3f"|format(r[p][c].precision, r[p][c].recall, r[p][c].f1) }}</td>{% endfor %}
<td>{{ r[p].unclassified }}</td></tr>{% endfor %}</tbody></table>
<p>Log loss {{ r.log_loss }}; calibration error as sampled {{ r.calibration_error }}; recall at precision 0.85: supporting
{{ r["recall_at_precision_0.85"].supporting }}, contrasting {{ r["recall_at_precision_0.85"].contrasting }}.</p>
{% if r.baselines %}<table><thead><tr><th>baseline</th><th>macro-F1</th><th>McNemar p</th></tr></thead><tbody>
{% for b, t in r.baselines.items() %}<tr><td>{{ b }}</td><td>{{ "%.3f"|format(t.macro_f1) }}</td><td>{{ "%.2g"|format(t.mcnemar.p) }}</td></tr>{% endfor %}
</tbody></table>{% endif %}
{% if r.comparison %}<table><thead><tr><th>compared at balanced</th><th>macro-F1</th><th>only this one right</th></tr></thead><tbody>
{% for m, f1 in r.comparison.macro_f1.items() %}<tr><td>{{ m }}</td><td>{{ "%.3f"|format(f1) }}</td><td>{{ r.comparison.mcnemar[("only_first_right", "only_second_right")[loop.index0]] }}</td></tr>{% endfor %}
</tbody></table><p>McNemar's exact test: p {{ "%.2g"|format(r.comparison.mcnemar.p) }}, {{ r.comparison.rows }} rows.</p>{% endif %}
{% if r.by_section %}<table><thead><tr><th>section</th><th>rows</th><th>macro-F1</th></tr></thead><tbody>
{% for s, t in r.by_section.items() %}<tr><td>{{ s }}</td><td>{{ t.rows }}</td><td>{{ "%.3f"|format(t.macro_f1) }}</td></tr>{% endfor %}
</tbody></table>{% endif %}
{% endif %}
{% if r.intent %}<p>Intent macro-F1 {{ "%.3f"|format(r.intent.macro_f1) }} [{{ "%.2f–%.2f"|format(*r.intent.macro_f1_interval) }}]</p>{% endif %}
{% for caption, svg in pictures[name] %}<figure>{{ svg|safe }}<figcaption><small>{{ caption }}</small></figcaption></figure>{% endfor %}
{% endfor %}
</body></html>
"""


def write_page(reports: Mapping[str, Mapping[str, Any]], *, model: str, path: Path) -> None:
    """Write reports of :func:`~citeclass.training.measure.evaluate`, by data set, as a page that needs no other file."""
    from jinja2 import Environment

    page = Environment(autoescape=True).from_string(_TEMPLATE)
    pictures = {name: _pictures(report) for name, report in reports.items()}
    path.write_text(
        page.render(model=model, reports=reports, classes=STANCE_NAMES, pictures=pictures), encoding="utf-8"
    )


def _pictures(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    if "balanced" not in report:
        return []
    with tempfile.TemporaryDirectory() as scratch:
        bars, confusion = Path(scratch) / "bars.svg", Path(scratch) / "confusion.svg"
        mine = report["balanced"]
        figures = {"this model": (mine["macro_f1"], mine["macro_f1_interval"])}
        figures |= {name: (theirs["macro_f1"], None) for name, theirs in report.get("baselines", {}).items()}
        draw_bars(figures, "macro-F1 at balanced", bars)
        draw_confusion(mine["confusion"], STANCE_NAMES, confusion)
        return [("against the baselines", _inline(bars)), ("classes at balanced", _inline(confusion))]


def _inline(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    return text[text.index("<svg") :]
