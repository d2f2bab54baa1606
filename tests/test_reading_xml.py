"""JATS, BMC and TEI: what real files do to a reader, in small."""

import pytest
from conftest import SAMPLE, cite, jats, ref

from citeclass.errors import ReadError
from citeclass.linking import link
from citeclass.reading import Kind, read_bytes, sniff
from citeclass.records import SectionKind, Zone
from citeclass.statements import split_sentences

REFS = "".join(
    ref(f"r{i}", name, "2004") for i, name in enumerate(["Ames", "Brandt", "Costa", "Dorn", "Eke", "Fox"], 1)
)


def surfaces(data: bytes) -> list[tuple[str, list[int]]]:
    """Callouts with the reference numbers they point to."""
    document = read_bytes(data)
    return [(document.text[c.start : c.end], [t.reference + 1 for t in c.targets]) for c in link(document).callouts]


CALLOUTS = [
    # only the ends of a range are tagged
    (f"as known [{cite('r3', '3')}–{cite('r6', '6')}].", [("3–6", [3, 4, 5, 6])]),
    (f"as known [{cite('r1', '1')}, {cite('r3', '3')}].", [("1", [1]), ("3", [3])]),
    # one end of a range is tagged; all of it, and the dash
    (f"as known [{cite('r3', '3')}–5].", [("3–5", [3, 4, 5])]),
    (f"as known [{cite('r2', '2')}{cite('r3', '–')}{cite('r5', '5')}].", [("2–5", [2, 3, 4, 5])]),
    # names and year, each with a tag
    (f"by {cite('r1', 'Ames')} ({cite('r1', '2004')}).", [("Ames (2004)", [1])]),
    # one tag around a range
    (f"as known [{cite('r2', '2–4')}].", [("2–4", [2, 3, 4])]),
    # only the year is tagged
    (f"by Ames et al., {cite('r1', '2004')}.", [("Ames et al., 2004", [1])]),
    (f"(Ames, {cite('r1', '2004')}; Brandt, {cite('r2', '2004')})", [("Ames, 2004", [1]), ("Brandt, 2004", [2])]),
    # several ids in one rid
    ('<xref rid="r1 r2">1,2</xref>', [("1,2", [1, 2])]),
    # no ref-type, but the id is a reference's
    ('<xref rid="r4">4</xref>', [("4", [4])]),
    # raised numbers
    (f"rose.<sup>{cite('r1', '1')},{cite('r2', '2')}</sup>", [("¹", [1]), ("²", [2])]),
    (f"rose.{cite('r1', '<sup>1</sup>')}", [("¹", [1])]),
    # a tag that leads nowhere is kept
    ('<xref ref-type="bibr" rid="gone">9</xref>', [("9", [])]),
    # one the publisher forgot to tag, beside one that is
    (f"by {cite('r1', 'Ames (2004)')} and Brandt (2004).", [("Ames (2004)", [1]), ("Brandt (2004)", [2])]),
    # figures are no references
    ('see <xref ref-type="fig" rid="f1">Figure 1</xref>', []),
]


@pytest.mark.parametrize(("body", "expected"), CALLOUTS)
def test_tagged_callouts(body, expected):
    assert surfaces(jats(f"<p>It is {body}</p>", refs=REFS)) == expected


def test_a_raised_number_never_joins_the_one_before_it():
    document = read_bytes(jats(f"<p>a mean of 0.76<sup>{cite('r1', '18')}</sup> and</p>", refs=REFS))
    assert "0.76¹⁸" in document.text


def test_line_breaks_of_pretty_printing_are_no_text():
    document = read_bytes(jats("<p>one\n      two <italic>three</italic>\n   four</p>"))
    assert document.text == "one two three four\n"


def test_zones_and_sections():
    body = (
        "<sec><title>1. Introduction</title><p>First.</p><fig><label>Figure 1</label><caption><p>A caption.</p></caption></fig></sec>"
        "<sec><title>Results and Discussion</title><sec><title>Participants</title><p>Second.<fn><p>A note.</p></fn> On.</p></sec>"
        "<table-wrap><caption><p>T</p></caption><table><tr><td>a</td><td>b</td></tr></table></table-wrap></sec>"
    )
    document = read_bytes(jats(body, front="<abstract><p>Short.</p></abstract>"))
    seen = {
        document.text[p.start : p.end]: (p.zone, document.sections[p.section] if p.section is not None else None)
        for p in document.paragraphs
    }
    assert seen["Short."][0] is Zone.ABSTRACT
    assert seen["A caption."][0] is Zone.CAPTION
    assert seen["A note."][0] is Zone.NOTE
    assert seen["a | b"][0] is Zone.TABLE
    assert seen["First."][1].kind is SectionKind.INTRODUCTION
    assert seen["Second. On."][1].kind is SectionKind.RESULTS
    assert seen["Second. On."][1].path == "Results and Discussion > Participants"


def test_front_matter_is_the_articles_own():
    front = (
        '<contrib-group><contrib contrib-type="author"><name><surname>Ng</surname><given-names>A. B.</given-names></name></contrib></contrib-group>'
        '<pub-date pub-type="epub"><year>2021</year></pub-date><abstract><title>Abstract</title><p>We saw.</p></abstract>'
    )
    found = read_bytes(jats("<p>Text.</p>", front=front, refs=ref("r1", "Lee", "2004", doi="10.5555/other"))).front
    assert (found.doi, found.year, found.abstract, str(found.authors[0]), found.language) == (
        "10.5555/test.1",
        2021,
        "We saw.",
        "A. B. Ng",
        "en",
    )


def test_references_structured_mixed_and_plain():
    refs = (
        '<ref id="a"><label>1</label><mixed-citation><string-name><surname>Lee</surname> <given-names>C</given-names></string-name>. '
        "<article-title>On visits</article-title>. <source>J Spec</source> <year>2004</year>;1:2. doi: 10.5555/Lee.1</mixed-citation></ref>"
        '<ref id="b"><mixed-citation>Roy, D. E., &amp; Fox, G. (2010). Supervision and strain in small teams. Specimen Journal, 4(2), 11–19.</mixed-citation></ref>'
        '<ref id="c"><element-citation><person-group person-group-type="author"><collab>Specimen Council</collab></person-group><year>2012</year>'
        "<source>A report on visits</source></element-citation></ref>"
    )
    lee, roy, council = link(read_bytes(jats("<p>x</p>", refs=refs))).references
    assert (lee.doi, lee.title, lee.container, lee.number) == ("10.5555/lee.1", "On visits", "J Spec", 1)
    assert (roy.year, roy.title, [a.family for a in roy.authors], roy.pages) == (
        "2010",
        "Supervision and strain in small teams",
        ["Roy", "Fox"],
        "11–19",
    )
    assert (council.title, council.authors[0].family) == ("A report on visits", "Specimen Council")


def test_parts_of_a_mixed_entry_are_parted_and_editors_stand_in_for_authors():
    name = "<surname>{}</surname><given-names>{}</given-names>"
    people = "".join(f"<name>{name.format(*n)}</name>" for n in [("Ames", "A."), ("Brandt", "B.")])
    entry = f'<ref id="r1"><mixed-citation><person-group person-group-type="editor">{people}</person-group> (eds.) (<year>2004</year>). <source>H<sub>2</sub>O and <italic>t</italic>ea</source>.</mixed-citation></ref>'
    (reference,) = read_bytes(jats("<p>so</p>", refs=entry)).references
    assert reference.raw == "Ames A. Brandt B. (eds.) (2004). H2O and tea."
    assert [a.family for a in reference.authors] == ["Ames", "Brandt"]


MIXED = [
    ("M&#252;ller A, Andr&#233; B. (2004). mi<italic>RNA</italic> and p<italic>H</italic>.", "Müller A, André B. (2004). miRNA and pH.", ["Müller", "André"]),
    (
        'Lee A, Roy B. Chapter one. In: <person-group person-group-type="editor"><name><surname>Smith</surname><given-names>C</given-names></name></person-group>, editor. <source>Calm and tea</source>. Press; 2004.',
        "Lee A, Roy B. Chapter one. In: Smith C, editor. Calm and tea. Press; 2004.", ["Lee", "Roy"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("printed", "raw", "families"), MIXED)
def test_words_of_a_mixed_entry_stay_whole_and_printed_authors_before_editors(printed, raw, families):
    entry = f'<ref id="r1"><mixed-citation>{printed}</mixed-citation></ref>'
    (reference,) = link(read_bytes(jats("<p>so</p>", refs=entry))).references
    assert reference.raw == raw
    assert [a.family for a in reference.authors] == families


def test_bare_numbers_parted_by_commas_close_their_sentence_together():
    body = (
        f"<p>It was so.{cite('r1', '1')}, {cite('r2', '2')}, {cite('r4', '4')} Mothers were calm.{cite('r3', '3')}</p>"
    )
    document = read_bytes(jats(body, refs=REFS))
    callouts = link(document).callouts
    groups = [document.text[c.group_start : c.group_end] for c in callouts]
    assert groups == ["1, 2, 4"] * 3 + ["3"]
    sentences = [
        document.text[a:b]
        for a, b in split_sentences(document.text, callouts=[(c.group_start, c.group_end) for c in callouts])
    ]
    assert sentences == ["It was so.1, 2, 4", "Mothers were calm.3"]


def test_one_entry_may_hold_two_citations():
    refs = '<ref id="a"><mixed-citation>Lee C. On visits. J Spec 2004.</mixed-citation><mixed-citation>Roy D. On strain. J Spec 2005.</mixed-citation></ref>'
    assert surfaces(jats(f"<p>So {cite('a', '1')}.</p>", refs=refs)) == [("1", [1, 2])]


def test_entities_of_html_are_known_without_a_dtd():
    data = jats("<p>A&ndash;B</p>").replace(
        b'<?xml version="1.0"?>', b'<?xml version="1.0"?><!DOCTYPE article PUBLIC "x" "none.dtd">'
    )
    assert read_bytes(data).text == "A–B\n"


FORBIDDEN = [
    b'<!DOCTYPE article [<!ENTITY x SYSTEM "file:///etc/passwd">]><article><body><p>&x;</p></body></article>',
    b'<!DOCTYPE article [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><article><body><p>&b;</p></body></article>',
    b'<!DOCTYPE article [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><article><body><p>hi</p></body></article>',
]


@pytest.mark.parametrize("data", FORBIDDEN)
def test_entities_of_the_files_own_are_refused(data):
    with pytest.raises(ReadError) as caught:
        read_bytes(data)
    assert caught.value.reason == "forbidden"


def test_bmc_groups_print_brackets():
    data = (
        b'<?xml version="1.0"?><art><fm><bibl><title><p>A specimen</p></title><xrefbib><pubidlist><pubid idtype="doi">10.5555/bmc</pubid></pubidlist></xrefbib></bibl></fm>'
        b'<bdy><sec><st><p>Background</p></st><p>Known <abbrgrp><abbr bid="B1">1</abbr><abbr bid="B2">2</abbr></abbrgrp>.</p></sec></bdy>'
        b'<bm><refgrp><bibl id="B1"><title><p>On visits</p></title><aug><au><snm>Lee</snm><fnm>C</fnm></au></aug><pubdate>2004</pubdate></bibl>'
        b'<bibl id="B2"><title><p>On strain</p></title><pubdate>2005</pubdate></bibl></refgrp></bm></art>'
    )
    document = read_bytes(data)
    assert document.text == "Known [1, 2].\n"
    assert document.front.doi == "10.5555/bmc"
    assert [t.reference for c in link(document).callouts for t in c.targets] == [0, 1]


def test_tags_of_tei_without_a_target_are_told(tmp_path):
    text = 'It was so <ref type="bibr" target="#b0">(Ames, 2004)</ref>, not so <ref type="bibr">(Nobody, 1999)</ref>.'
    bibl = '<biblStruct xml:id="b0"><monogr><author><persName><surname>Ames</surname></persName></author><title>Visits by night</title><imprint><date when="2004"/></imprint></monogr></biblStruct>'
    tei = f'<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body><div><p>{text}</p></div></body><back><listBibl>{bibl}</listBibl></back></text></TEI>'
    assert [(s.strip("()"), t) for s, t in surfaces(tei.encode())] == [("Ames, 2004", [1]), ("Nobody, 1999", [])]


def test_tei_text_outside_paragraphs_is_kept():
    data = (
        b'<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>A specimen</title></titleStmt><sourceDesc><biblStruct>'
        b'<idno type="DOI">10.5555/tei.1pss.sagepub.</idno></biblStruct></sourceDesc></fileDesc></teiHeader><text><body><div><head>Method</head>'
        b'<ref type="bibr" target="#b0">Lee, 2004;</ref> <p>. And more.</p></div></body><back><div><listBibl><biblStruct xml:id="b0"><analytic>'
        b"<title>On visits</title><author><persName><surname>Lee</surname></persName></author></analytic><monogr><imprint>"
        b'<date when="2004">2004</date></imprint></monogr></biblStruct></listBibl></div></back></text></TEI>'
    )
    document = read_bytes(data)
    assert document.text == "Lee, 2004;. And more.\n"
    assert document.front.doi == "10.5555/tei.1"
    assert document.sections[0].kind is SectionKind.METHODS


TEI_TITLES = [
    ("A specimen of a title research-article2015", "A specimen of a title", 2015),
    ("931108P SSXXX10.5555/0956797620931108Lee, RoyA specimen of a title", "A specimen of a title", 2014),
    ("LeeA specimen of a title", "A specimen of a title", 2014),
    (".A specimen of a title", "A specimen of a title", 2014),
    ("Leeward visits and 2 research articles", "Leeward visits and 2 research articles", 2014),
]


@pytest.mark.parametrize(("printed", "title", "year"), TEI_TITLES)
def test_a_running_header_comes_off_a_tei_title_and_acceptance_tells_the_year(printed, title, year):
    names = "".join(f"<author><persName><surname>{n}</surname></persName></author>" for n in ("Lee", "Roy"))
    front = read_bytes(
        f'<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>{printed}</title></titleStmt><sourceDesc><biblStruct>'
        f'<analytic>{names}</analytic><idno type="DOI">10.5555/0956797614527830pss</idno><note type="submission">Received 8/16/13; Revision accepted 1/22/14</note>'
        "</biblStruct></sourceDesc></fileDesc></teiHeader><text><body><div><p>Words.</p></div></body></text></TEI>".encode()
    ).front
    assert (front.title, front.year, front.doi) == (title, year, "10.5555/0956797614527830")


KINDS = [
    (b"%PDF-1.7", Kind.PDF), (b"junk\n%PDF-1.4", Kind.PDF), (b"\xef\xbb\xbf<?xml version='1.0'?><!-- x --><article/>", Kind.JATS),
    (b"<!DOCTYPE art SYSTEM 'x'>\n<art/>", Kind.BMC), (b"<TEI xmlns='x'/>", Kind.TEI), (b"<!doctype html><p>", Kind.HTML), (b"<a/>", Kind.XML),
    (b"PK\x03\x04", Kind.ZIP), (b"hello", Kind.UNKNOWN), (b"", Kind.UNKNOWN),
]  # fmt: skip


@pytest.mark.parametrize(("data", "kind"), KINDS)
def test_the_content_tells_the_kind(data, kind):
    assert sniff(data) is kind


@pytest.mark.parametrize("name", ["lindqvist-2021.xml", "moreno-2022.tei.xml"])
def test_spans_lie_in_the_text(name):
    document = read_bytes((SAMPLE / name).read_bytes())
    for paragraph in document.paragraphs:
        assert document.text[paragraph.start : paragraph.end].strip()
    for callout in link(document).callouts:
        assert (
            document.text[callout.group_start : callout.group_end].find(document.text[callout.start : callout.end]) >= 0
        )
