"""The inputs of fuzz.py: our specimens and small files, damaged. Target, seed and number alone say what an input is."""

import base64
import json
import random
import re
import tempfile
import zlib
from copy import deepcopy
from functools import cache
from html import escape
from pathlib import Path

from conftest import ROOT, SAMPLE, cite, column, jats, pdf, ref
from lxml import etree
from reportlab.pdfgen.canvas import Canvas

MOST = 200_000  # bytes of an input
TIMES = (1, 1, 1, 2, 2, 30, 30, 4000)  # how often something is doubled; the last finds what grows too fast

WORDS = [
    "Lee", "Lee and Roy", "Lee et al.", "van der Berg", "O’Neil", "WHO", "World Health Organization", "(2010)", "2010a", "2010a, b", "A. B.", "In:", "Eds.",
    "(Lee, 2005, 2008b; Roy, in press)", "Dumay; Guthrie; Farneti, 2010", "[1,3–5]", "[12–5]", "[1-99999]", "(2)", "¹²,¹⁴", "refs. 4 and 5", "in press", "n.d.", "&", ";", ",",
    ".", "?", "”", "“", "(", ")", "[", "]", "((((((((", "–", "et al.,", "see", "e.g.,", "[TARGET]", "[CITE]", "p = 0.02", "10.5555/x.1", "https://doi.org/10.5555/a(b)c%2F%20",
    "\u202e", "e\u0301", "\ufb01", "\U0001d6fd", "\xad", "\u2028", "\xa0", "İ", "ß", "٣", "²", "１９９９", "; ", ". ", " ", "The visits were held weekly.",
    "Mothers were less strained", "12(3): 45–67", "Vol. 3", "1e999", "-1", "9" * 40, "9" * 5000, ")" * 300, "'\"><fuzz>", "\x00",
]  # fmt: skip
TAGS = [
    "article", "body", "sec", "title", "p", "xref", "sup", "sub", "ref", "ref-list", "element-citation", "mixed-citation", "citation-alternatives", "name", "surname",
    "given-names", "collab", "year", "article-title", "source", "volume", "fpage", "lpage", "pub-id", "label", "fn", "fig", "caption", "table", "tr", "td", "list", "list-item",
    "abstract", "sub-article", "response", "disp-quote", "break", "ext-link", "art", "fm", "bdy", "bm", "bibl", "refgrp", "abbrgrp", "abbr", "st", "aug", "au", "snm", "fnm",
    "cnm", "pubdate", "pubid", "tbl", "r", "c", "suppl", "div", "head", "figure", "figDesc", "listBibl", "biblStruct", "analytic", "monogr", "imprint", "date", "persName",
    "forename", "idno", "biblScope", "note", "text", "front", "back", "teiHeader", "hi", "pmc-articleset",
]  # fmt: skip
_XML = "{http://www.w3.org/XML/1998/namespace}"
NAMES = [
    "id", "rid", "ref-type", "type", "target", "bid", "idtype", "pub-id-type", "person-group-type", "sec-type", "publication-type", "when", "from", "to", "unit", f"{_XML}id",
    f"{_XML}lang", "{http://www.w3.org/1999/xlink}href",
]  # fmt: skip
VALUES = [
    "", "bibr", "biblio", "fig", "r1", "r2 r3", "B1", "B1 B2", "#b0", "#b0 #b1", "doi", "DOI", "page", "author", "methods", "annex", "journal", "en", "raw_reference", "2004",
    "99999999999", "10.5555/x",
]  # fmt: skip
_PDF = [
    b"endobj", b"stream\n", b"\nendstream", b"<<", b">>", b"/Length 99999999", b"/FontMatrix [0 0 0 0 0 0]", b" BT ", b" ET ", b" Td ", b" Tj ", b" TJ ", b" Tm ", b" 0 Tr ",
    b" 3 Tr ", b" Tz ", b" Ts ", b" q ", b" Q ", b" cm ", b" -2147483648 ", b" 1e38 ", b" 0 ", b" 0.0001 ", b"[(a) -900 (b)] TJ", b"(\\342\\200\\235) Tj", b"<FEFF00660069> Tj",
    b"<D800> Tj", b"/Type /Page", b"/Kids [ 5 0 R 5 0 R ]", b"/Rotate 90", b"/MediaBox [ 0 0 0 0 ]", b"/Encrypt 9 0 R", b"/Subtype /Type3", b"5 0 R",
    b"/Dest [ 5 0 R /XYZ null 9e9 0 ]", b"/XYZ", b"/Fit", b"/QuadPoints [ 0 0 9 0 0 9 9 9 ]", b"/Rect [ 1e9 0 -1e9 9 ]", b"/A << /S /GoTo /D (e0) >>", b"/S /URI /URI (10.5555/%ff)",
]  # fmt: skip
_MARKUP = [
    b"<", b">", b"/", b"&#0;", b"&amp;", b"&ndash;", b"&nosuch;", b"&#x202e;", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<sup>", b"</sup>", b"</p>", b"</p><p>",
    b'<xref ref-type="bibr" rid="r1">', b"</xref>", b"<!DOCTYPE article>", b"\xff\xfe",
]  # fmt: skip
_TOML = [
    b"nan", b"-inf", b"1e400", b"1979-05-27T25:61:00Z", b"0x" + b"f" * 5000, b"9" * 5000, b"[" * 3000, b"{a=" * 400, b'"*"', b'["*"]', b"true", b"''", b"[]", b"2200",
    b'["\xc2\xb2 \xe2\x84\xab*"]', b'["infan* visit", "a*b"]', b'["0163-9641"]', b'["\xc2\xb2163-9641"]', b'["0163-\xd9\xa1641"]', b'"cc by"', b'["cc by/1.0"]', b'"\\ud800"',
    b'"\\u0000"', b"1",
]  # fmt: skip
ENTRIES = [
    "Brandt, L., & Osei, K. (2014). Reflective supervision and strain. Specimen Quarterly, 3, 101–117. doi:10.5555/specimen.2014.07",
    "1. Hale MJ, Van der Berg P, et al. Reflective supervision and exhaustion. Specimen J Infant Ment Health. 2019;1(2):1-12.",
    "[2] L. Brandt and K. Osei, “Strain and engagement,” Specimen Quarterly, vol. 3, no. 1, pp. 101–117, 2014.",
    "Osei, Kofi, and Anna B. Lee. “Engagement of Families.” Specimen Papers 6 (2011): 5–21.",
    "3 Specimen Council on Early Relationships. Principles for services. Geneva: Specimen Press; 2013.",
    "DUMAY, J.; GUTHRIE, J. Relatos de espécimes. Revista de Espécimes, v. 3, n. 2, p. 4-9, 2010a.",
    "Roy, N. (in press). What Roy found. In A. Lee (Ed.), A book of specimens (pp. 3–9). Specimen Press.",
    "4) Lee C: Visits. Nature 137, 12 (2011)",
    "Lee, C. (2010b). Visits and their ends, a report of 2009. https://doi.org/10.5555/a(b)c",
]
_BMC_REF = """<bibl id="B{0}"><title><p>What {1} found about visits</p></title><aug><au><snm>{1}</snm><fnm>A</fnm></au></aug><source>Specimen J</source>
<pubdate>2004</pubdate><volume>{0}</volume><fpage>1</fpage><lpage>9</lpage><xrefbib><pubid idtype="doi">10.5555/b.{0}</pubid></xrefbib></bibl>"""
_BMC_REFS = "".join(_BMC_REF.format(i, n) for i, n in enumerate(("Ames", "Brandt", "Costa", "Dorn"), 1))
BMC = f"""<?xml version="1.0"?><!DOCTYPE art SYSTEM "x.dtd"><art><fm><bibl><title><p>A specimen of some length about visits</p></title><aug><au><snm>Lee</snm>
<fnm>C</fnm></au></aug><source>Specimen J</source><pubdate>2010</pubdate><xrefbib><pubidlist><pubid idtype="doi">10.5555/bmc</pubid></pubidlist></xrefbib></bibl>
<abs><sec><st><p>Abstract</p></st><p>Visits were held.</p></sec></abs></fm><bdy><sec><st><p>Background</p></st><p>Strain is known <abbrgrp><abbr bid="B1">1</abbr>
<abbr bid="B2">2</abbr></abbrgrp>. As Ames and others saw <abbrgrp><abbr bid="B1">1</abbr>-<abbr bid="B3">3</abbr></abbrgrp>, it passes&ndash;mostly<sup>2</sup>.</p>
<sec><st><p>Methods</p></st><p>Weekly visits <abbr bid="B3">3</abbr>:</p><p><b_list><l><p>one [2];</p></l></b_list></p><fig id="F1"><caption><p>Visits <abbr
bid="B2">2</abbr></p></caption></fig><tbl id="T1"><tblbdy><r><c><p>a</p></c><c><p>b</p></c></r></tblbdy></tbl></sec></sec></bdy><bm><refgrp>{_BMC_REFS}</refgrp></bm></art>"""
TEI = """<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader xml:lang="en"><fileDesc><titleStmt><title>LeeA specimen article2015</title></titleStmt><sourceDesc>
<biblStruct><analytic><author><persName><forename>C</forename><surname>Lee</surname></persName></author></analytic><note type="submission">Accepted: 3/4/15</note>
<idno type="DOI">10.5555/tei.1</idno></biblStruct></sourceDesc></fileDesc></teiHeader><text><body><div><head>Method</head><p>Held as before <ref type="bibr"
target="#b0">(Roy, 2004)</ref> and <ref type="bibr">[2]</ref>.</p><figure><figDesc>By <ref type="bibr" target="#b0">Roy 2004</ref></figDesc></figure></div></body>
<back><div><listBibl><biblStruct xml:id="b0"><analytic><title>On visits</title><author><persName><surname>Roy</surname></persName></author></analytic><monogr><title>
Specimen J</title><imprint><biblScope unit="page" from="1" to="9"/><date when="2004">2004</date></imprint></monogr></biblStruct></listBibl></div></back></text></TEI>"""
TINY = """name = "t"\ntitle = "T"\nlanguages = ["en"]\nfrom_year = 1990\n[[topics]]\nname = "v"\nterms = ["home visit*"]
[relevance]\nthreshold = 1\ntitle_threshold = 1\n[[relevance.signals]]\nname = "v"\npoints = 2\nterms = ["home visit*"]\n"""


def line(r: random.Random) -> str:
    """Words, numbers, callouts and odd characters."""
    some = [r.choice(WORDS) if r.random() < 0.9 else chr(r.randrange(0x20, 0x2FFF)) for _ in range(r.randrange(1, 14))]
    return r.choice((" ", " ", "")).join(some)


def mangle(r: random.Random, data: bytes, tokens: list[bytes], others: list[bytes]) -> bytes:
    """``data`` with one to a dozen changes of its bytes; ``tokens`` are put in, and pieces of ``others``."""
    out = bytearray(data)
    for _ in range(r.choice((1, 1, 2, 4, 12))):
        a, c, other, kind = r.randrange(len(out) + 1), r.randrange(len(out) + 1), r.choice(others), r.randrange(20)
        b = min(len(out), a + r.choice((1, 4, 40, 400)))
        if kind < 3 and a < b:
            out[a] = out[a] ^ (1 << r.randrange(8)) if kind else r.randrange(256)
        elif kind < 6:
            del out[a:b]
        elif kind < 8:
            out[a:a] = out[a:b] * r.choice(TIMES)
        elif kind < 11:
            out[a:a] = r.choice(tokens)
        elif kind < 15 and (spans := [m.span() for m in re.finditer(rb"[^\s<>()\[\]/=\"]+", out[a : a + 400])]):
            start, end = r.choice(spans)
            out[a + start : a + end] = r.choice(tokens)
        elif kind < 17:
            start = r.randrange(len(other) + 1)
            out[a : r.choice((a, b))] = other[start : start + r.choice((4, 40, 400, 4000))]
        elif kind < 19:
            moved = out[a:b]
            del out[a:b]
            out[c:c] = moved
        elif r.random() < 0.4:
            del out[a:]
    return bytes(out[:MOST])


def restructure(r: random.Random, data: bytes) -> bytes:
    """``data`` with elements moved, copied, renamed, nested, emptied or taken out, attributes and text changed."""
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    space = root.tag[: root.tag.find("}") + 1]
    for _ in range(r.choice((1, 1, 2, 4, 12))):
        elements = [e for e in root.iter() if isinstance(e.tag, str)]
        e, other, kind = r.choice(elements), r.choice(elements), r.randrange(12)
        place, text, parent = r.randrange(len(other) + 1), re.sub("[\x00-\x1f]", "", line(r)), e.getparent()
        if kind == 0 and parent is not None:
            parent.remove(e)
        elif kind == 1 and parent is not None and e is not other and e not in other.iterancestors():
            other.insert(place, e)
        elif kind < 4 and sum(1 for _ in e.iter()) < 200:
            for _ in range(r.choice((1, 1, 1, 8))):
                other.insert(place, deepcopy(e))
        elif kind == 4:
            e.tag = space + r.choice(TAGS)
        elif kind < 7:
            e.set(r.choice([*NAMES, *e.keys()]), r.choice([*VALUES, *other.values()]))
        elif kind == 7:
            e.text = (text * r.choice(TIMES))[:MOST]
        elif kind == 8 and parent is not None:
            e.tail = text
        elif kind == 9:
            for _ in range(r.choice((1, 3, 240))):
                e = etree.SubElement(e, space + r.choice(TAGS))
            e.text = text
        elif kind == 10:
            e.append(etree.Entity(r.choice(("ndash", "lsqb", "nosuch"))))
        else:
            e[:] = []
    return bytes(etree.tostring(root.getroottree())[:MOST])


def _lines(r: random.Random, data: bytes) -> bytes:
    """A definition with lines taken out, doubled and moved, and values changed."""
    rows = data.split(b"\n")
    for _ in range(r.choice((1, 2, 4))):
        at, kind = r.randrange(len(rows)), r.randrange(6)
        row = rows.pop(at) if kind < 2 and len(rows) > 1 else rows[at]
        if kind in (1, 2):
            rows.insert(r.randrange(len(rows) + 1), row)
        elif kind > 2:
            value = r.choice((b" ", b"")) + r.choice(_TOML)
            rows[at] = re.sub(rb"(?<==).*|\".*\"", lambda _, value=value: value, row, count=1)  # type: ignore[misc]
    return b"\n".join(rows)


def _titles(r: random.Random) -> bytes:
    """Title, abstract, journal and signals for the judgement of a work, as JSON."""
    terms = ["infant", "infan*", "home visit*", "reflective supervision", "rat", "*", "a*b", "(", "ß", "İ*", "no such"]

    def few(most: int) -> list[str]:
        return [r.choice((*terms, *terms, line(r))) for _ in range(r.randrange(0, most))]

    points = (2, -3.5, 1e308, 0)
    signals = [
        {"name": line(r), "points": r.choice(points), "terms": few(4), "together": few(3)}
        for _ in range(r.randrange(3))
    ]
    return json.dumps([" ".join(few(5)), " ".join(few(9)), r.random() < 0.3, signals]).encode()


def _links(canvas: Canvas) -> None:
    """An article whose callouts are linked to its entries, and these to their works."""
    column(
        canvas,
        60,
        700,
        ["Introduction", "Visits were seen (Brandt & Osei, 2014; Lee, 2010b) by night (Roy, in press)."],
    )
    for number in range(len(ENTRIES)):
        canvas.linkRect("", f"e{number}", (60 + 40 * number, 685, 98 + 40 * number, 698))
        canvas.linkURL(f"https://doi.org/10.5555/e.{number}", (60, 598 - 12 * number, 200, 608 - 12 * number))
        canvas.bookmarkPage(f"e{number}", fit="XYZ" if number % 3 else "Fit", left=60, top=609 - 12 * number)
    column(canvas, 60, 620, ["References", *ENTRIES], size=8)


def _columns(canvas: Canvas) -> None:
    text = ["The visits were held weekly [1, 3] and mothers", "were less strained.^2,4^ As Brandt and Osei (2014) saw."]
    for x in (60, 320):
        column(
            canvas, x, 780, [*text, "References", *(e[:90].replace("“", '"').replace("”", '"') for e in ENTRIES)] * 2
        )


def _unpacked(data: bytes) -> bytes:
    """A PDF of reportlab's with its streams in plain text, so that mutations reach the words."""

    def plain(match: "re.Match[bytes]") -> bytes:
        stream = zlib.decompress(base64.a85decode(match[1]))
        return b"/Length %d\n>>\nstream\n%s\nendstream" % (len(stream), stream)

    packed = rb"/Filter \[ /ASCII85Decode /FlateDecode \] /Length \d+\s+>>\s+stream\s+(.*?)~>\s*endstream"
    return re.sub(packed, plain, data, flags=re.DOTALL)


@cache
def seeds(kind: str) -> list[bytes]:
    """What is damaged."""
    if kind == "jats":
        names = enumerate(("Ames", "Brandt", "Costa"), 1)
        refs = "".join(ref(f"r{i}", n, "2004", doi="10.5555/r" * (i % 2)) for i, n in names)
        body = (
            f"<sec><title>1. Results</title><p>Known [{cite('r1', '1')}–{cite('r3', '3')}]. By Ames et al., {cite('r1', '2004')}; rose.<sup>"
            f"{cite('r2', '2')}</sup><fn><p>A note (2).</p></fn> On&ndash;ward.</p><table-wrap><table><tr><td>a</td><td>{cite('r3', '3')}</td>"
            "</tr></table></table-wrap></sec>"
        )
        small = jats(body, refs=refs, front="<abstract><p>Short.</p></abstract>")
        printed = (f"<ref id='r{i}'><label>{i}</label><mixed-citation>{escape(e)}" for i, e in enumerate(ENTRIES, 1))
        refs = "".join(p + "</mixed-citation></ref>" for p in printed)
        mixed = jats("<p>As Brandt and Osei (2014) and Lee (2011) saw [2, 4].</p>", refs=refs)
        typed = small.replace(b"?>", b'?><!DOCTYPE article SYSTEM "j.dtd">', 1)  # lets entities stand
        return [(SAMPLE / "lindqvist-2021.xml").read_bytes(), typed, mixed]
    if kind == "tei":
        return [(SAMPLE / "moreno-2022.tei.xml").read_bytes(), TEI.encode()]
    if kind == "bmc":
        return [BMC.encode()]
    if kind == "pdf":
        with tempfile.TemporaryDirectory() as folder:
            drawn = [pdf(Path(folder) / "small.pdf", draw).read_bytes() for draw in (_columns, _links)]
        packed = [*((SAMPLE / f"{n}.pdf").read_bytes() for n in ("hale-2019", "okafor-2020")), *drawn]
        return packed + [_unpacked(p) for p in packed]
    if kind == "statements":
        return [d for k in ("jats", "bmc", "tei", "pdf") for d in seeds(k)]
    if kind == "definitions":
        paths = ("citeclass/corpora/imh.toml", "data/psychology/corpus.toml")
        return [*((ROOT / p).read_bytes() for p in paths), TINY.encode()]
    if kind == "references":
        text = "As Brandt and Osei (2014), Lee (2010b) and Roy (in press) saw [1–3], it rose.²"
        return ["\n".join([text, *ENTRIES]).encode()]
    plain = re.sub(rb"<[^>]*>", b" ", seeds("jats")[0] + seeds("tei")[0])
    return [s.strip() for s in re.split(rb"(?<=\.)\s+|\n", plain) if 20 < len(s) < 1000] + [e.encode() for e in ENTRIES]


def make(target: str, seed: int, number: int) -> bytes:
    """The input of one execution."""
    r = random.Random(f"{target} {seed} {number}")
    if target == "api":
        from fuzzed_api import request

        return request(r)
    if target == "relevance":
        return _titles(r)
    known, tokens = seeds(target), [w.encode() for w in WORDS]
    data, whole = r.choice(known), r.random() < 0.8
    if data.startswith(b"%PDF"):
        return mangle(r, data, [*_PDF, *tokens], known)
    if data.startswith(b"<"):
        data = restructure(r, data) if r.random() < 0.85 else data
        return data if whole else mangle(r, data, [*_MARKUP, *tokens], known)
    if target == "definitions":
        return _lines(r, data) if whole else mangle(r, data, [*_TOML, *tokens], known)
    if r.random() < 0.4:
        some = "\n".join(line(r) for _ in range(1 if target == "callouts" else r.randrange(1, 20)))
        return (some * r.choice(TIMES)).encode()[:MOST]
    return mangle(r, data, tokens, known)
