"""Render the specimen articles in ``source/`` as the four files of the sample.

``python data/sample/make.py`` (needs reportlab, in the extra ``dev``) writes, always the same bytes:

- ``hale-2019.pdf``: APA author-year, two columns, running header
- ``okafor-2020.pdf``: numbered ``[n]``, one column
- ``lindqvist-2021.xml``: JATS; ``moreno-2022.tei.xml``: TEI as GROBID writes it
- ``expected.json``: every callout in order, with the work it cites and the stance its author meant

The articles are ours, written for this; no study, author or datum in them is real.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

HERE = Path(__file__).resolve().parent
GROUP = re.compile(r"\[(?P<lead>[^@\]]*)(?P<items>@[^\]]+)\]|@(?P<key>[a-z]+\d{4}[a-z]?)(?P<mark>[+-]?)(?![a-z0-9])")
ITEM = re.compile(r"@(?P<key>[a-z]+\d{4}[a-z]?)(?P<mark>[+-]?)")
STANCE = {"+": "supporting", "-": "contrasting", "": "mentioning"}
SPACE = "http://www.w3.org/XML/1998/namespace"


@dataclass(frozen=True)
class Specimen:
    """A source file: its header, and its body as ``(level, text)`` with level 0 for a paragraph."""

    name: str
    head: dict[str, Any]
    body: list[tuple[int, str]]

    def reference(self, key: str) -> dict[str, Any]:
        """The reference called ``key``."""
        return next(r for r in self.head["references"] if r["key"] == key)

    def callouts(self) -> Iterator[tuple[str, str]]:
        """Keys and stances of all callouts, in order."""
        for level, text in self.body:
            if level == 0:
                for match in GROUP.finditer(text):
                    for item in ITEM.finditer(match[0]):
                        yield item["key"], STANCE[item["mark"]]

    def by_first_use(self) -> list[dict[str, Any]]:
        """The references in the order of their first callout, for numbered styles."""
        return [self.reference(k) for k in dict.fromkeys(k for k, _ in self.callouts())]


def load(path: Path) -> Specimen:
    """Parse a source file."""
    _, header, text = path.read_text(encoding="utf-8").split("+++\n", 2)
    body = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        level = len(line) - len(line.lstrip("#"))
        body.append((level, line.lstrip("# ")))
    return Specimen(path.stem, tomllib.loads(header), body)


def names(reference: dict[str, Any], joiner: str) -> str:
    """The authors as a callout prints them."""
    families = [family for family, _ in reference["authors"]]
    if len(families) > 2:
        return f"{families[0]} et al."
    return f" {joiner} ".join(families)


def author_year(specimen: Specimen, text: str, wrap: Callable[[str, str], str]) -> str:
    """``text`` with callouts as author and year; ``wrap(key, printed)`` adds the format's tag. Plain text is escaped."""

    def put(match: re.Match[str]) -> str:
        if match["key"]:
            r = specimen.reference(match["key"])
            return wrap(match["key"], f"{names(r, 'and')} ({r['year']})")
        items = [i["key"] for i in ITEM.finditer(match["items"])]
        printed = (wrap(k, f"{names(specimen.reference(k), '&')}, {specimen.reference(k)['year']}") for k in items)
        return f"({escape(match['lead'])}{'; '.join(printed)})"

    return replace(text, put)


def numbered(specimen: Specimen, text: str) -> str:
    """``text`` with callouts as numbers in brackets, in the order of first use; three in a row as a range."""
    order = {r["key"]: n for n, r in enumerate(specimen.by_first_use(), 1)}

    def put(match: re.Match[str]) -> str:
        if match["key"]:
            return escape(f"{names(specimen.reference(match['key']), 'and')} [{order[match['key']]}]")
        numbers = [order[i["key"]] for i in ITEM.finditer(match["items"])]
        return f"[{escape(match['lead'])}{ranges(numbers)}]"

    return replace(text, put)


def ranges(numbers: list[int]) -> str:
    """``1,3–5`` for 1, 3, 4, 5 in that order."""
    runs: list[list[int]] = []
    for n in numbers:
        if runs and n == runs[-1][-1] + 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    parts = [f"{r[0]}–{r[-1]}" if len(r) > 2 else ",".join(map(str, r)) for r in runs]
    return ",".join(parts)


def replace(text: str, put: Callable[[re.Match[str]], str]) -> str:
    """``text`` escaped, with each callout replaced."""
    out, at = [], 0
    for match in GROUP.finditer(text):
        out += [escape(text[at : match.start()]), put(match)]
        at = match.end()
    return "".join(out) + escape(text[at:])


def initials(given: str) -> str:
    """``Miriam J.`` as ``M. J.``."""
    return " ".join(f"{part[0]}." for part in given.split())


def apa(r: dict[str, Any]) -> str:
    """A reference in APA style."""
    people = [f"{family}, {initials(given)}" if given else family for family, given in r["authors"]]
    who = ", ".join(people[:-1]) + (", & " if len(people) > 1 else "") + people[-1]
    doi = f" https://doi.org/{r['doi']}" if r.get("doi") else ""
    return f"{who.rstrip('.')}. ({r['year']}). {r['title']}. {r['journal']}, {r['volume']}, {r['pages'].replace('-', '–')}.{doi}"


def vancouver(r: dict[str, Any]) -> str:
    """A reference in Vancouver style."""
    people = [f"{family} {''.join(p[0] for p in given.split())}".strip() for family, given in r["authors"]]
    doi = f" doi: {r['doi']}" if r.get("doi") else ""
    return f"{', '.join(people)}. {r['title']}. {r['journal']}. {r['year'][:4]};{r['volume']}:{r['pages'].replace('-', '–')}.{doi}"


def pdf(specimen: Specimen, target: Path, *, columns: int, numeric: bool) -> None:
    """Write a PDF, with a running header and page numbers to be seen through."""
    head, size = specimen.head, 9.5 if columns == 2 else 10.5
    base = ParagraphStyle(
        "base", fontName="Times-Roman", fontSize=size, leading=size * 1.22, alignment=TA_JUSTIFY, firstLineIndent=12
    )
    flush = ParagraphStyle("flush", base, firstLineIndent=0, spaceAfter=8)
    title = ParagraphStyle(
        "title",
        base,
        fontName="Times-Bold",
        fontSize=15,
        leading=18,
        alignment=TA_CENTER,
        firstLineIndent=0,
        spaceAfter=6,
    )
    who = ParagraphStyle("who", title, fontName="Times-Roman", fontSize=11, leading=14)
    h1 = ParagraphStyle(
        "h1",
        base,
        fontName="Times-Bold",
        fontSize=size + 1.5,
        alignment=TA_CENTER,
        firstLineIndent=0,
        spaceBefore=8,
        spaceAfter=4,
        keepWithNext=1,
    )
    h2 = ParagraphStyle("h2", h1, fontSize=size, alignment=0)
    entry = ParagraphStyle(
        "entry", base, leftIndent=18, firstLineIndent=-18, fontSize=size - 1, leading=(size - 1) * 1.2
    )
    story = [
        Paragraph(escape(head["title"]), title),
        Paragraph(escape(", ".join(f"{g} {f}" for f, g in head["authors"])), who),
    ]
    story.append(
        Paragraph(
            escape(
                f"{head['journal']}, {head['volume']}, {head['pages']} ({head['year']}). https://doi.org/{head['doi']}"
            ),
            flush,
        )
    )
    story += [Paragraph("Abstract", h1), Paragraph(escape(head["abstract"]), flush)]
    for level, text in specimen.body:
        if level:
            story.append(Paragraph(escape(text), h1 if level == 1 else h2))
        else:
            story.append(
                Paragraph(
                    numbered(specimen, text) if numeric else author_year(specimen, text, lambda _, p: escape(p)), base
                )
            )
    story.append(Paragraph("References", h1))
    if numeric:
        story += [Paragraph(f"{n}. {escape(vancouver(r))}", entry) for n, r in enumerate(specimen.by_first_use(), 1)]
    else:
        story += [
            Paragraph(escape(apa(r)), entry)
            for r in sorted(head["references"], key=lambda r: (r["authors"][0][0], r["year"]))
        ]

    def furniture(canvas: Canvas, document: BaseDocTemplate) -> None:
        canvas.setFont("Times-Roman", 8)
        canvas.drawString(54, A4[1] - 36, f"{head['journal']} {head['volume']} ({head['year']})")
        canvas.drawRightString(A4[0] - 54, A4[1] - 36, "SPECIMEN")
        canvas.drawCentredString(A4[0] / 2, 30, str(document.page))

    gutter, width = 18, A4[0] - 108
    wide = (width - gutter * (columns - 1)) / columns
    frames = [Frame(54 + i * (wide + gutter), 54, wide, A4[1] - 108, 0, 0, 0, 0) for i in range(columns)]
    document = BaseDocTemplate(
        str(target), pagesize=A4, title=head["title"], author="; ".join(f for f, _ in head["authors"]), invariant=1
    )
    document.addPageTemplates([PageTemplate("page", frames, onPage=furniture)])
    document.build(story)


def sections(specimen: Specimen, *, open_: Callable[[str], str], close: str, paragraph: Callable[[str], str]) -> str:
    """The body as nested sections of one or two levels."""
    out, depth = [], 0
    for level, text in specimen.body:
        if level:
            out.append(close * max(0, depth - level + 1))
            out.append(open_(escape(text)))
            depth = level
        else:
            out.append(paragraph(text))
    return "".join(out) + close * depth


def jats(specimen: Specimen) -> str:
    """The article as JATS."""
    head = specimen.head

    def wrap(key: str, printed: str) -> str:
        return f'<xref ref-type="bibr" rid="{key}">{escape(printed)}</xref>'

    def person(family: str, given: str) -> str:
        given_names = f"<given-names>{escape(initials(given))}</given-names>"
        return (
            f"<name><surname>{escape(family)}</surname>{given_names}</name>"
            if given
            else f"<collab>{escape(family)}</collab>"
        )

    def ref(r: dict[str, Any]) -> str:
        first, _, last = r["pages"].partition("-")
        doi = f'<pub-id pub-id-type="doi">{escape(r["doi"])}</pub-id>' if r.get("doi") else ""
        people = "".join(person(f, g) for f, g in r["authors"])
        return (
            f'<ref id="{r["key"]}"><element-citation publication-type="journal"><person-group person-group-type="author">{people}</person-group>'
            f"<year>{r['year']}</year><article-title>{escape(r['title'])}</article-title><source>{escape(r['journal'])}</source>"
            f"<volume>{r['volume']}</volume><fpage>{first}</fpage><lpage>{last}</lpage>{doi}</element-citation></ref>\n"
        )

    body = sections(
        specimen,
        open_=lambda t: f"<sec><title>{t}</title>\n",
        close="</sec>\n",
        paragraph=lambda t: f"<p>{author_year(specimen, t, wrap)}</p>\n",
    )
    authors = "".join(f'<contrib contrib-type="author">{person(f, g)}</contrib>' for f, g in head["authors"])
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<article article-type="research-article" xml:lang="en"><front><journal-meta><journal-title-group>'
        f"<journal-title>{escape(head['journal'])}</journal-title></journal-title-group></journal-meta><article-meta>"
        f'<article-id pub-id-type="doi">{escape(head["doi"])}</article-id><title-group><article-title>{escape(head["title"])}</article-title></title-group>'
        f'<contrib-group>{authors}</contrib-group><pub-date pub-type="epub"><year>{head["year"]}</year></pub-date><volume>{head["volume"]}</volume>'
        f"<abstract><p>{escape(head['abstract'])}</p></abstract></article-meta></front>\n<body>\n{body}</body>\n<back><ref-list><title>References</title>\n"
        f"{''.join(map(ref, head['references']))}</ref-list></back></article>\n"
    )


def tei(specimen: Specimen) -> str:
    """The article as TEI in GROBID's manner."""
    head = specimen.head
    index = {r["key"]: n for n, r in enumerate(head["references"])}

    def wrap(key: str, printed: str) -> str:
        return f'<ref type="bibr" target="#b{index[key]}">{escape(printed)}</ref>'

    def person(family: str, given: str) -> str:
        if not given:
            return f"<author><orgName>{escape(family)}</orgName></author>"
        return f'<author><persName><forename type="first">{escape(given)}</forename><surname>{escape(family)}</surname></persName></author>'

    def bibl(r: dict[str, Any]) -> str:
        first, _, last = r["pages"].partition("-")
        doi = f'<idno type="DOI">{escape(r["doi"])}</idno>' if r.get("doi") else ""
        people = "".join(person(f, g) for f, g in r["authors"])
        return (
            f'<biblStruct xml:id="b{index[r["key"]]}"><analytic><title level="a" type="main">{escape(r["title"])}</title>{people}{doi}</analytic>'
            f'<monogr><title level="j">{escape(r["journal"])}</title><imprint><biblScope unit="volume">{r["volume"]}</biblScope>'
            f'<biblScope unit="page" from="{first}" to="{last}"/><date type="published" when="{r["year"][:4]}">{r["year"]}</date></imprint></monogr></biblStruct>\n'
        )

    body = sections(
        specimen,
        open_=lambda t: f"<div><head>{t}</head>\n",
        close="</div>\n",
        paragraph=lambda t: f"<p>{author_year(specimen, t, wrap)}</p>\n",
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader xml:lang="en"><fileDesc>'
        f'<titleStmt><title level="a" type="main">{escape(head["title"])}</title></titleStmt>'
        f'<publicationStmt><date type="published" when={quoteattr(str(head["year"]))}>{head["year"]}</date></publicationStmt>'
        f"<sourceDesc><biblStruct><analytic>{''.join(person(f, g) for f, g in head['authors'])}</analytic>"
        f'<monogr><title level="j">{escape(head["journal"])}</title></monogr><idno type="DOI">{escape(head["doi"])}</idno></biblStruct></sourceDesc></fileDesc>'
        f"<profileDesc><abstract><p>{escape(head['abstract'])}</p></abstract></profileDesc></teiHeader>\n"
        f'<text><body>\n{body}</body>\n<back><div type="references"><listBibl>\n{"".join(map(bibl, head["references"]))}</listBibl></div></back></text></TEI>\n'
    )


def main() -> None:
    """Write all files of the sample."""
    specimens = {path.stem: load(path) for path in sorted((HERE / "source").glob("*.md"))}
    pdf(specimens["hale-2019"], HERE / "hale-2019.pdf", columns=2, numeric=False)
    pdf(specimens["okafor-2020"], HERE / "okafor-2020.pdf", columns=1, numeric=True)
    (HERE / "lindqvist-2021.xml").write_text(jats(specimens["lindqvist-2021"]), encoding="utf-8")
    (HERE / "moreno-2022.tei.xml").write_text(tei(specimens["moreno-2022"]), encoding="utf-8")
    expected = {
        s.head["doi"]: [{"cited": k, "title": s.reference(k)["title"], "stance": stance} for k, stance in s.callouts()]
        for s in specimens.values()
    }
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
