"""A work's tally as a small picture (SVG) for a web page: a bar, a pie or a donut."""

import math
from html import escape

from citeclass.evidence.tally import Tally

COLOURS = {
    "supporting": "#1a7f5a",
    "contrasting": "#b3402a",
    "mentioning": "#6b7280",
    "unclassified": "#b8bec8",
}
"""Of the classes; the words and numbers tell them apart too."""

STYLES = ("bar", "pie", "donut")
_FONT = 'font-family="system-ui,sans-serif" font-size="11"'


def badge(
    tally: Tally, *, style: str = "bar", known: bool = True, hide_zeros: bool = True, works: str = "citing works"
) -> str:
    """The tally as SVG, in one of :data:`STYLES`. Classes without statements are left out (``hide_zeros``).

    A work the library does not know says so, instead of showing zeros. ``works``: what the tally counts on the other side. Raises ValueError for another style.
    """
    if style not in STYLES:
        raise ValueError(f"a badge is one of {', '.join(STYLES)}, not {style!r}")
    counts = {name: getattr(tally, name) for name in COLOURS}
    shown = {n: c for n, c in counts.items() if c or not (hide_zeros or n == "unclassified")}
    if not known or not (shown and tally.total):
        return _labelled("citeclass: " + ("no statements" if known else "not known to this library"))
    told = ", ".join(f"{c} {n}" for n, c in counts.items() if c)
    title = f"citeclass: {told}; {tally.works} {works}"
    return (_bar if style == "bar" else _round)(shown, tally.total, title, hole=style == "donut")


def _svg(width: float, height: float, title: str, body: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}" '
        f'role="img" aria-label="{escape(title)}"><title>{escape(title)}</title>{body}</svg>'
    )


def _labelled(text: str) -> str:
    width = 12 + 6.2 * len(text)
    return _svg(
        width, 22, text,
        f'<rect width="{width:g}" height="22" rx="4" fill="#eef0f3"/><text x="6" y="15" {_FONT} fill="#3b4252">{escape(text)}</text>',
    )  # fmt: skip


def _bar(shown: dict[str, int], total: int, title: str, *, hole: bool) -> str:  # noqa: ARG001 - one signature for all
    body, x = "", 0.0
    for name, count in shown.items():
        text = f"{name} {count}"
        width = 12 + 6.2 * len(text)
        body += (
            f'<rect x="{x:g}" width="{width:g}" height="22" fill="{COLOURS[name]}"/>'
            f'<text x="{x + 6:g}" y="15" {_FONT} fill="{"#1f2430" if name == "unclassified" else "#fff"}">{text}</text>'
        )
        x += width
    return _svg(x, 22, title, body)


def _round(shown: dict[str, int], total: int, title: str, *, hole: bool) -> str:
    parts, at, centre, radius = "", 0.0, 40.0, 36.0
    for name, count in shown.items():
        share = count / total
        if share >= 1:
            parts += f'<circle cx="{centre:g}" cy="{centre:g}" r="{radius:g}" fill="{COLOURS[name]}"/>'
        elif count:
            ends = [
                (centre + radius * math.sin(a), centre - radius * math.cos(a)) for a in (at, at + 2 * math.pi * share)
            ]
            (x0, y0), (x1, y1) = ends
            parts += (
                f'<path d="M{centre:g} {centre:g}L{x0:.2f} {y0:.2f}A{radius:g} {radius:g} 0 {int(share > 0.5)} 1 {x1:.2f} {y1:.2f}Z" '
                f'fill="{COLOURS[name]}" stroke="#fff"/>'
            )
            at += 2 * math.pi * share
    if hole:
        parts += f'<circle cx="{centre:g}" cy="{centre:g}" r="20" fill="#fff"/>'
        parts += f'<text x="{centre:g}" y="{centre + 4:g}" text-anchor="middle" {_FONT} font-weight="600" fill="#1f2430">{total}</text>'
    for row, (name, count) in enumerate(shown.items()):
        y = 18 + 17 * row
        parts += (
            f'<rect x="88" y="{y - 9}" width="10" height="10" fill="{COLOURS[name]}"/>'
            f'<text x="103" y="{y}" {_FONT} fill="#1f2430">{name} {count}</text>'
        )
    return _svg(210, 80, title, f'<rect width="210" height="80" rx="6" fill="#fff"/>{parts}')
