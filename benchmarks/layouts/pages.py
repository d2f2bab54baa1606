"""Layouts such as publishers use, as CSS for paged media, and the HTML they are laid over."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from benchmarks.layouts.specimens import Block, Specimen, sentences_cut
from citeclass.text.raised import RAISED_DIGITS, lower

_BASE = """
body { font-family: 'Liberation Serif', serif; font-size: 10pt; line-height: 1.25; hyphens: auto; hyphenate-character: '-'; margin: 0 }
h1 { font-size: 17pt; line-height: 1.2; text-align: left; hyphens: none; string-set: title content() } h2 { font-size: 11pt; margin: 10pt 0 4pt; hyphens: none }
p { margin: 0; text-align: justify; text-indent: 1.2em } p.on { text-indent: 0 }
.front p, .float p { text-indent: 0 } .authors { margin: 4pt 0 } .small { font-size: 8pt }
.running { string-set: running content(); font-size: 0.1pt; color: white; height: 0; overflow: hidden }
sup { font-size: 65%; line-height: 0; vertical-align: 0.45em }
.float { font-size: 8pt; margin: 8pt 0; break-inside: avoid } .float .box { border: 0.5pt solid black; height: 90pt; margin-bottom: 4pt }
table { border-top: 1pt solid black; border-bottom: 1pt solid black; width: 100%; font-size: 8pt } td { padding: 1pt 5pt }
ol, ul { list-style: none; margin: 0; padding: 0 } li { font-size: 8.5pt; text-align: left; hyphens: manual }
"""
_HANGING = "li { padding-left: 1.6em; text-indent: -1.6em } "
_TWO = "main { columns: 2; column-gap: 16pt } "


@dataclass(frozen=True)
class PageLayout:
    """A layout's name, style sheet, and which citation styles it is printed in."""

    name: str
    css: str
    styles: tuple[str, ...]
    floats: bool = True
    label: str = ""  # how list numbers are printed: "1.", "[1]", or none
    line_numbers: bool = False


def _margins(**boxes: str) -> str:
    return "".join(f"@{place.replace('_', '-')} {{ content: {content}; font-size: 8pt }} " for place, content in boxes.items())  # fmt: skip


LAYOUTS = (
    PageLayout(
        "apa-two-column",
        f"@page {{ size: letter; margin: 60pt 50pt 54pt }} @page :left {{ {_margins(top_left='counter(page)', top_right='string(running)')} }} "
        f"@page :right {{ {_margins(top_left='string(title)', top_right='counter(page)')} }} {_TWO} {_HANGING}",
        ("apa", "as printed"),
    ),
    PageLayout(
        "manuscript",
        f"@page {{ size: A4; margin: 72pt 72pt 72pt 90pt; {_margins(top_right='counter(page)', top_left='string(running)')} "
        "@left-top { content: var(--numbers); white-space: pre; font-size: 8pt; line-height: 24pt; text-align: right; padding-right: 14pt; vertical-align: top } } "
        f"body {{ font-size: 12pt; line-height: 24pt; hyphens: none }} p, li {{ font-size: 12pt; text-align: left; line-height: 24pt }} h2 {{ font-size: 12pt; margin: 0 }} h1 {{ font-size: 14pt; line-height: 24pt; text-align: center; margin: 0 }} {_HANGING}",
        ("apa", "as printed", "vancouver"),
        floats=False,
        line_numbers=True,
    ),
    PageLayout(
        "side-notes",
        f"@page {{ size: letter; margin: 70pt 45pt 60pt 180pt; {_margins(bottom_left='string(running)', bottom_right='counter(page)')} }} "
        ".side { position: absolute; left: -140pt; top: 30pt; width: 118pt; font-size: 7.5pt; text-align: left } body { font-family: 'Liberation Sans', sans-serif; font-size: 9.5pt } li { font-size: 8pt }",
        ("vancouver", "harvard", "as printed"),
        label="{}.",
    ),
    PageLayout(
        "biomedical",
        f"@page {{ size: A4; margin: 62pt 46pt; {_margins(top_left='string(running)', bottom_right='counter(page)')} }} {_TWO} body {{ font-size: 9pt }} li {{ font-size: 7.5pt; padding-left: 1.8em; text-indent: -1.8em }}",
        ("ama", "nature", "round"),
        label="{}.",
    ),
    PageLayout(
        "open-access",
        f"@page {{ size: A4; margin: 70pt 64pt; {_margins(top_left='string(running)', top_right=chr(34) + 'Page ' + chr(34) + ' counter(page)', bottom_center=chr(34) + 'This article is distributed under the terms of its licence.' + chr(34))} }} "
        "body { font-family: 'Liberation Sans', sans-serif; font-size: 9.5pt } .abstract { border: 0.7pt solid gray; padding: 6pt } h2 { color: #224 } p { text-indent: 0; margin-bottom: 5pt } li { margin-bottom: 3pt }",
        ("vancouver", "round", "chicago", "as printed"),
        label="[{}]",
    ),
    PageLayout(
        "latin-american",
        f"@page {{ size: A4; margin: 80pt 70pt 70pt 80pt; {_margins(top_center='string(running)', bottom_center='counter(page)')} }} body {{ font-size: 11pt; line-height: 1.5 }} li {{ font-size: 11pt; margin-bottom: 8pt }} h2 {{ text-transform: uppercase }}",
        ("abnt", "as printed"),
    ),
    PageLayout(
        "letters",
        f"@page {{ size: 595pt 782pt; margin: 56pt 40pt; {_margins(bottom_left='counter(page)', bottom_right='string(running)')} }} main {{ columns: 3; column-gap: 12pt }} body {{ font-size: 8.5pt }} li {{ font-size: 7pt; }} h2 {{ font-size: 9pt }}",
        ("nature", "ama", "chicago"),
        label="{}.",
    ),
)


def page(specimen: Specimen, layout: PageLayout) -> str:
    """The article as HTML with the layout's style sheet."""
    chance = random.Random(f"{specimen.id}{layout.name}")
    front = specimen.front
    people = "".join(
        f"{', ' if i else ''}{escape(str(a))}<sup>{1 + i % 3}{',*' if not i else ''}</sup>" for i, a in enumerate(front.authors[:8])
    )  # fmt: skip
    first = front.authors[0].family if front.authors else "Anon."
    running = f"{first} et al.  Journal of Layouts {front.year or 2020}"
    doi = f"https://doi.org/{front.doi}" if front.doi else ""
    notes = f"<sup>1</sup> Department of Paediatrics, University of Somewhere, <sup>2</sup> Institute of Family Research. * Correspondence: first@author.example. Received 3 May {(front.year or 2020) - 1}; accepted 2 January {front.year or 2020}. {doi}"
    numbered = "".join(f"{n}\\A " for n in range(1, 29))
    css = layout.css.replace("var(--numbers)", f"'{numbered}'" if layout.line_numbers else "''")
    parts = [
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(front.title or '')}</title><style>{_BASE}{css}</style><body>",
        f"<div class=running>{escape(running)}</div><div class=front><h1>{escape(front.title or '')}</h1><p class=authors>{people}</p>",
        f"<p class='small side'>{notes}</p><div class=abstract><h2>Abstract</h2><p>{escape((front.abstract or '')[:1500])}</p></div></div><main>",
        *_body(specimen, layout, chance),
        "<h2>References</h2><ul>",
        *(_entry(i, text, layout, specimen) for i, text in enumerate(specimen.entries)),
        "</ul></main></body></html>",
    ]
    return "\n".join(parts)


def _entry(i: int, text: str, layout: PageLayout, specimen: Specimen) -> str:
    numbered = specimen.style.callouts not in ("author-year", "as printed")
    label = (layout.label or "{}.").format(i + 1) + " " if numbered else ""
    return f"<li>{label}{escape(text)}</li>"


def _body(specimen: Specimen, layout: PageLayout, chance: random.Random) -> Iterator[str]:
    floats = 0
    for block in specimen.blocks:
        if block.kind == "heading":
            yield f"<h2>{escape(block.text)}</h2>"
        elif block.kind == "caption":
            floats += 1
            yield f"<div class=float><div class=box></div><p><b>Figure {floats}.</b> {_marked(block, 0, len(block.text))}</p></div>"
        elif layout.floats and len(block.text) > 700 and chance.random() < 0.25:
            at = 0
            for number, piece in enumerate(sentences_cut(block.text, chance)):
                begin = block.text.index(piece, at)
                at = begin + len(piece)
                if number:
                    yield _table(chance)
                yield f"<p{' class=on' if number else ''}>{_marked(block, begin, at)}</p>"
        else:
            yield f"<p>{_marked(block, 0, len(block.text))}</p>"


def _table(chance: random.Random) -> str:
    words = ("Mothers", "Fathers", "Infants", "Home visits", "Controls", "Total", "Sensitivity", "Age (months)")
    rows = "".join(
        f"<tr><td>{chance.choice(words)}</td>" + "".join(f"<td>{chance.uniform(0, 40):.2f}</td>" for _ in range(3)) + "</tr>"
        for _ in range(6)
    )  # fmt: skip
    return f"<div class=float><p><b>Table {chance.randint(1, 6)}.</b> Means of the groups at each wave.</p><table><tr><td></td><td>M</td><td>SD</td><td>t</td></tr>{rows}</table></div>"


def _marked(block: Block, start: int, end: int) -> str:
    """Text as HTML with raised callouts, and raised digits of the text itself, as superscripts."""
    out, at = [], start
    for a, z in [*block.raised, (end, end)]:
        a, z = max(a, start), min(z, end)
        if a > z or a < at:
            continue
        out.append(_exponents(block.text[at:a]))
        if z > a:
            out.append(f"<sup>{escape(block.text[a:z])}</sup>")
        at = z
    return "".join(out)


def _exponents(text: str) -> str:
    return "".join(f"<sup>{lower(c)}</sup>" if c in RAISED_DIGITS else escape(c) for c in text)
