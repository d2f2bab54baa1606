"""PDF pages drawn for the purpose: superscripts, furniture, columns, hyphens, reference lists."""

import pytest
from conftest import SAMPLE, column, pdf

from citeclass.errors import ReadError
from citeclass.linking import link
from citeclass.reading import read
from citeclass.reading.pdf.accents import composed
from citeclass.reading.pdf.byline import authors
from citeclass.reading.pdf.lines import Line

BODY = [
    "We found that visits were followed by",
    "calmer evenings, as reported by others",
    "before us in larger samples of families.",
]
FILLER = [
    "This sentence of the running text has no callout in it",
    "and is here to fill the column of the specimen page.",
] * 3
NUMBERED = [
    "1. Ames C. Holding the visitor in mind. Spec J. 2011;6:5-21.",
    "2. Brandt L, Osei K. Strain and engagement. Spec Q. 2014;3:101-117.",
    "3. Costa M. Sleep and visits in winter. Spec J. 2015;7:1-9.",
    "4. Dorn P. Evening calm and families. Spec J. 2016;8:2-8.",
]


def test_superscripts_are_raised_and_linked(tmp_path):
    def draw(canvas):
        y = column(canvas, 60, 760, ["Introduction"], size=13, leading=24)
        y = column(canvas, 60, y, ["Visits were followed by calm.^1,3^ A rate of 0.76^2^ was seen.", *FILLER])
        y = column(canvas, 60, y - 20, ["References"], size=13, leading=20)
        column(canvas, 60, y, NUMBERED, size=9)

    document = read(pdf(tmp_path / "a.pdf", draw))
    assert "calm.¹,³ A rate of 0.76² was" in document.text
    linked = [(document.text[c.start : c.end], [t.reference for t in c.targets]) for c in link(document).callouts]
    assert linked == [("¹", [0]), ("³", [2]), ("²", [1])]


def test_raised_letters_are_marks_and_ordinals_are_words(tmp_path):
    lines = ["The values^a^ of the 5^th^ visit were higher^b,c^ than those before it.", *FILLER]
    text = read(pdf(tmp_path / "a.pdf", lambda canvas: column(canvas, 60, 760, lines) and None)).text
    assert "The valuesᵃ of the 5th visit were higherᵇ,ᶜ than" in text


def test_headers_footers_and_numbers_do_not_cut_sentences(tmp_path):
    def page(first, last):
        def draw(canvas):
            canvas.drawString(60, 810, "Specimen Journal of Visits 12 (2020)")
            column(canvas, 60, 700, [*FILLER, first])
            column(canvas, 60, 560, [last])
            canvas.drawString(290, 30, str(canvas.getPageNumber()))

        return draw

    path = pdf(
        tmp_path / "a.pdf",
        page("A new paragraph.", "It goes on without an end and so"),
        page("onwards to the next page of it.", "Here it stops."),
        page("Nothing more.", "The end."),
    )
    text = read(path).text
    assert "Specimen Journal" not in text
    assert "\n2\n" not in text


def test_hyphens_at_line_ends_are_joined_and_real_ones_kept(tmp_path):
    def draw(canvas):
        column(
            canvas,
            60,
            760,
            [
                "The visitor kept a diary of each reflec-",
                "tive meeting, which was a long-term plan and a long-",
                "term duty of visitors.",
                *FILLER,
            ],
        )

    text = read(pdf(tmp_path / "a.pdf", draw)).text
    assert "reflective meeting" in text
    assert "a long-term duty" in text


def test_columns_are_read_one_after_the_other(tmp_path):
    def draw(canvas):
        column(
            canvas,
            60,
            760,
            ["Left one goes on to the", "left two and then to the", "left three of the page,"]
            + ["left filler words here,"] * 6,
        )
        column(
            canvas, 320, 760, ["right one which ends", "the sentence right here."] + ["Right filler words here."] * 6
        )

    text = read(pdf(tmp_path / "a.pdf", draw)).text
    assert text.index("left three") < text.index("right one")
    assert "left filler words here, right one which ends the sentence right here." in text


APA = [
    [
        "Ames, C. (2011). Holding the visitor in mind: a framework for",
        "   reflective supervision. Specimen Papers, 6, 5-21.",
    ],
    [
        "Brandt, L., & Osei, K. (2014). Strain and family engagement.",
        "   Specimen Quarterly, 3, 101-117. https://doi.org/10.5555/",
        "   specimen.2014.07",
    ],
    ["van der Meer, J., Roy, D., & Fox, G. (2016). Evening calm.", "   Specimen Journal, 8, 2-8."],
    [
        "Specimen Council on Early Relationships. (2013). Principles for",
        "   services to infants. Specimen Reports, 4, 1-38.",
    ],
]


def test_hanging_indents_divide_a_list(tmp_path):
    def draw(canvas):
        y = column(
            canvas,
            60,
            780,
            [
                "Calm was seen (Ames, 2011; van der Meer et al., 2016).",
                "Brandt and Osei (2014) and the Specimen Council on",
                "Early Relationships (2013) agree.",
                *FILLER,
            ],
        )
        y = column(canvas, 60, y - 20, ["References"], size=13, leading=20)
        for entry in APA:
            for line in entry:
                y = column(canvas, 72 if line.startswith(" ") else 60, y, [line.strip()], size=9, leading=11)

    document = read(pdf(tmp_path / "a.pdf", draw))
    linking = link(document)
    assert [(r.authors[0].family, r.year) for r in linking.references] == [
        ("Ames", "2011"), ("Brandt", "2014"), ("van der Meer", "2016"), ("Specimen Council on Early Relationships", "2013"),
    ]  # fmt: skip
    assert linking.references[1].doi == "10.5555/specimen.2014.07"
    assert [t.reference for c in linking.callouts for t in c.targets] == [0, 2, 1, 3]


def test_the_references_doi_is_not_the_articles(tmp_path):
    def draw(canvas):
        column(canvas, 60, 780, ["A title of the article itself, set large"], size=18, leading=26)
        y = column(canvas, 60, 740, FILLER)
        y = column(canvas, 60, y - 20, ["References"], size=13, leading=20)
        column(canvas, 60, y, [f"{n} doi:10.5555/ref.{i}" for i, n in enumerate(NUMBERED)], size=9)

    front = read(pdf(tmp_path / "a.pdf", draw)).front
    assert front.doi is None
    assert front.title == "A title of the article itself, set large"


def test_pages_and_boxes_are_known():
    document = read(SAMPLE / "hale-2019.pdf")
    assert document.front.doi == "10.5555/specimen.2019.01"
    assert document.front.year == 2019
    assert [a.family for a in document.front.authors] == ["Hale", "Van der Berg"]
    assert document.page_of(document.paragraphs[-1].start) == document.lines[-1].page == 2
    assert all(document.text[line.start : line.end] and line.box[0] < line.box[2] for line in document.lines)
    assert [a.end <= b.start for a, b in zip(document.lines, document.lines[1:], strict=False)].count(False) == 0


def test_scans_say_so(tmp_path):
    path = pdf(tmp_path / "scan.pdf", lambda c: c.rect(50, 50, 300, 400, fill=1))
    with pytest.raises(ReadError, match="scan") as caught:
        read(path)
    assert "ocr" in caught.value.fix.casefold()


def test_accents_drawn_apart_are_put_on_their_letter(tmp_path):
    def draw(canvas):
        column(canvas, 60, 760, FILLER)
        width = canvas.stringWidth("Ostoji", "Times-Roman", 10)
        canvas.setFont("Times-Roman", 10)
        canvas.drawString(60, 660, "Ostojic saw calm evenings after visits.")
        canvas.drawString(60 + width + 0.5, 660, "\u00b4")

    assert "Ostojić saw calm" in read(pdf(tmp_path / "a.pdf", draw)).text


FRONT = [
    ("Yunxia Chen, MBa , Ana do Carmo, PhDb,c,∗, Kim Lee, IMH-E", ["Chen", "do Carmo", "Lee"]),
    ("Paula Carina de ARAÚJO 0000-0003-4608-752X", ["de Araújo"]),
    ("Euloge Adjou . René Dègnon . Mohamed Soumanou", ["Adjou", "Dègnon", "Soumanou"]),
    ("M.S. Lee, B.A. van der Kolk and R.N. Emde", ["Lee", "van der Kolk", "Emde"]),
    ("Anna Lee^a,b,∗^, Carl Roy^b^, Mia do Carmo^a^", ["Lee", "Roy", "do Carmo"]),
    ("María PACHE-DURÁN^1^ y Teresa NEVADO-GIL^2^", ["Pache-Durán", "Nevado-Gil"]),
]


@pytest.mark.parametrize(("byline", "families"), FRONT)
def test_bylines_with_degrees_marks_and_identifiers(tmp_path, byline, families):
    def draw(canvas):
        column(canvas, 60, 790, ["Calm evenings after visits by a nurse"], size=18)
        column(canvas, 60, 766, ["A cohort in two towns"], size=14)
        column(canvas, 60, 744, [byline])
        column(canvas, 60, 700, ["Abstract"], size=12)
        column(canvas, 60, 680, FILLER)

    front = read(pdf(tmp_path / "a.pdf", draw)).front
    assert front.title.startswith("Calm evenings after visits by a nurse")
    assert [a.family for a in front.authors] == families
    assert front.language == "en"


def test_names_above_their_places_in_columns_are_one_each(tmp_path):
    def draw(canvas):
        column(canvas, 60, 790, ["Calm evenings after visits by a nurse"], size=18)
        for x, y, name, place in (
            (90, 750, "Anna Lee", "University of Visits"),
            (350, 750, "Carl Roy", "Institut für Abende"),
            (220, 710, "Mia do Carmo", "University of Visits"),
        ):
            column(canvas, x, y, [name, place])
        column(canvas, 60, 660, ["Abstract"], size=12)
        column(canvas, 60, 640, FILLER)

    assert [a.family for a in read(pdf(tmp_path / "a.pdf", draw)).front.authors] == ["Lee", "Roy", "do Carmo"]


def test_names_with_any_capital_are_names():
    title, byline = (
        Line(t, 1, 60, 300, y, size) for t, y, size in (("A title", 700, 16), ("Łukasz Nowak, Şule Yılmaz", 680, 10))
    )
    assert [a.family for a in authors([title, byline], [title])] == ["Nowak", "Yılmaz"]


def test_the_doi_beside_how_to_cite_is_the_articles(tmp_path):
    def draw(canvas):
        y = column(canvas, 60, 780, ["Calm evenings after visits by a nurse"], size=16, leading=30)
        y = column(canvas, 60, y, FILLER)
        y = column(canvas, 60, y - 20, ["References"], size=13, leading=20)
        y = column(canvas, 60, y, [*NUMBERED, "5. Ekman P. Winter. Spec J. 2016;8:2. doi:10.5555/not.mine"], size=9)
        column(
            canvas, 60, y - 30, ["doi:10.5555/specimen.77", "Cite this article as: Lee: Calm evenings. 2020."], size=7
        )

    assert read(pdf(tmp_path / "a.pdf", draw)).front.doi == "10.5555/specimen.77"


LONG_BYLINE = [
    "Kim Lee^1^, Ana P. Roy^2^, Eva K. Osei^3^, Jan Dorn^1^, Mia T. Costa^2^,",
    "Lea Ames^3^, Per Q. Brandt^1^, Ida S. Ekman^2^, Ole Fink^3^, Tom Gade^1^",
]


@pytest.mark.parametrize(
    ("names", "abstract"),
    [(["Kim Lee^1^, Ana Roy^2^"], []), (LONG_BYLINE, ["Abstract", *FILLER])],
    ids=["short", "long"],
)
def test_names_under_the_title_are_no_running_text(tmp_path, names, abstract):
    def draw(canvas):
        y = column(canvas, 60, 790, ["Calm evenings after visits by a nurse"], size=16, leading=26)
        y = column(canvas, 60, y, names)
        y = column(canvas, 60, y - 8, abstract[:1], size=13, leading=20) if abstract else y
        y = column(canvas, 60, y, abstract[1:])
        y = column(canvas, 60, y - 8, ["Introduction"], size=13, leading=20)
        y = column(canvas, 60, y, ["Visits were followed by calm.^1,3^", *FILLER])
        y = column(canvas, 60, y - 20, ["References"], size=13, leading=20)
        column(canvas, 60, y, NUMBERED, size=9)

    document = read(pdf(tmp_path / "a.pdf", draw))
    body = [document.text[p.start : p.end] for p in document.paragraphs if p.zone == "body"]
    assert not any("Kim Lee" in text for text in body)
    assert any("followed by calm" in text for text in body)


@pytest.mark.parametrize("rest", ["2011). It was seen again later.", "(2011). It was seen again later."])
def test_a_short_line_that_ends_with_an_abbreviation_ends_no_paragraph(tmp_path, rest):
    lines = [*FILLER, "This was seen before by Ames et al.", rest, *FILLER]
    text = read(pdf(tmp_path / "a.pdf", lambda canvas: column(canvas, 60, 760, lines))).text
    assert f"Ames et al. {rest}" in text


def test_a_group_cut_by_a_page_goes_on(tmp_path):
    first = [*FILLER, "This was seen before (Ames, 2011; Brandt, 2014;"]
    path = pdf(
        tmp_path / "a.pdf",
        lambda canvas: column(canvas, 60, 700, first),
        lambda canvas: column(canvas, 60, 700, ["Costa, 2015). It was seen again later by us.", *FILLER]),
    )
    assert "Brandt, 2014; Costa, 2015). It" in read(path).text


def test_accents_beside_letters_are_told_from_signs():
    texts = ["cafe´", "Jos´e", "Garc´ıa", "Espan˜a", "S˜ao", "the `apply` call", "n˜20", "``effect''"]
    assert [composed(t) for t in texts] == [
        "café", "José", "García", "España", "São", "the `apply` call", "n˜20", "``effect''"
    ]  # fmt: skip


def test_a_letter_with_headings_before_its_summary_keeps_its_text(tmp_path):
    prose = ["A visitor saw calm evenings (Ames, 2011). They were calm. Nothing else was seen there.", *FILLER]

    def draw(canvas):
        y = column(canvas, 60, 790, ["Calm evenings after visits by a nurse"], size=16, leading=26)
        for title in ("Case report", "Discussion", "Summary"):
            y = column(canvas, 60, y - 8, [title], size=13, leading=20)
            y = column(canvas, 60, y, prose)

    document = read(pdf(tmp_path / "a.pdf", draw))
    body = [p for p in document.paragraphs if p.zone == "body"]
    assert len(body) >= 2


def test_how_to_cite_the_article_is_no_part_of_its_last_reference(tmp_path):
    names = ["Abbot", "Brandt", "Castellan", "Dahl", "Estrada", "Fenwright"]
    entries = [f"{i}. {n} A. A study of home visits. Specimen J. 200{i};{i}:1-9." for i, n in enumerate(names, 1)]
    body = [f"Home visits were studied before [{i}] in several places by many." for i in range(1, 7)] * 3
    own = ["doi:10.5555/own.1", "Cite this article as: Own et al.: A title of its own. Specimen Trials 2015 16:8."]
    path = pdf(
        tmp_path / "a.pdf", lambda canvas: column(canvas, 72, 780, [*body, "References", *entries, *own]) and None
    )
    references = link(read(path)).references
    assert len(references) == 6
    assert references[-1].doi is None
    assert references[-1].raw.endswith("1-9.")


APPENDIX = [
    "A. Further analyses",
    "Calm was seen again (Dahl, 2004) in a second sample of those homes, which were all visited by night.",
]


@pytest.mark.parametrize(
    "entry",
    ["{0}, A. ({1}). A study of visits. Specimen J, 3, 1-9.", "A. {0}. A study of visits. Specimen J, 3:1-9, {1}."],
)
def test_an_appendix_behind_the_references_is_text(tmp_path, entry):
    names = ["Abbot", "Brandt", "Castellan", "Dahl", "Estrada", "Fenwright"]
    body = [
        f"Home visits were studied before ({n}, 200{i}) in several places by many." for i, n in enumerate(names, 1)
    ] * 3

    def draw(canvas):
        y = column(
            canvas, 72, 780, [*body, "References", *(entry.format(n, f"200{i}") for i, n in enumerate(names, 1))]
        )
        y = column(canvas, 72, y - 10, APPENDIX[:1], size=14, leading=20)
        column(canvas, 72, y, APPENDIX[1:])

    document = read(pdf(tmp_path / "a.pdf", draw))
    linking = link(document)
    assert len(linking.references) == 6
    last = linking.callouts[-1]
    assert document.text[last.start : last.end] == "Dahl, 2004"
    assert [t.reference for t in last.targets] == [3]


NAMES = ["Abbot", "Brandt", "Castellan", "Dahl", "Estrada", "Fenwright", "Grove", "Hale", "Iben", "Jost"]
LIST = [f"{n}, A. (20{i:02d}). A study of visits. Specimen J, 3, 1-9." for i, n in enumerate(NAMES, 1)]
TOLD = [f"Home visits were studied before ({n}, 20{i:02d}) in several places by many." for i, n in enumerate(NAMES, 1)]


@pytest.mark.parametrize("gap", [8, 30])
@pytest.mark.parametrize("every", [1, 5])
def test_line_numbers_drawn_right_before_their_lines_are_apart(tmp_path, every, gap):
    def draw(canvas):
        for i, line in enumerate([*TOLD, *TOLD, "References", *LIST], 1):
            if i % every == 0:
                canvas.drawRightString(72 - gap, 800 - 20 * i, str(i))
            canvas.drawString(72, 800 - 20 * i, line)

    document = read(pdf(tmp_path / "a.pdf", draw))
    linking = link(document)
    assert len(linking.references) == 10
    assert [len(c.targets) for c in linking.callouts] == [1] * 20
    assert TOLD[6] + " " + TOLD[7] in document.text


@pytest.mark.parametrize(
    "heading", ["References and Recommended Reading", "List of references", "Selected references", "Sources", None]
)
def test_a_list_is_found_by_its_heading_or_by_its_entries(tmp_path, heading):
    def draw(canvas):
        y = column(canvas, 72, 780, [*FILLER, *TOLD, *([heading] if heading else [])])
        for entry in LIST:
            y = column(canvas, 72, y - 2, [entry.partition("Specimen J")[0]], size=9)
            y = column(canvas, 84, y, ["Journal of Calm, 3, 1-9."], size=9)

    linking = link(read(pdf(tmp_path / "a.pdf", draw)))
    assert [r.authors[0].family for r in linking.references] == NAMES
    assert [len(c.targets) for c in linking.callouts] == [1] * 10


def test_a_section_called_sources_is_no_reference_list(tmp_path):
    def draw(canvas):
        y = column(canvas, 72, 780, ["Sources", *FILLER, *TOLD[:3], *FILLER])
        column(canvas, 72, y, LIST, size=9)

    linking = link(read(pdf(tmp_path / "a.pdf", draw)))
    assert [r.authors[0].family for r in linking.references] == NAMES


LISTS = {
    "without numbers": ["Ames, C. (2011). Holding the visitor in mind. Specimen J, 6, 5-21.", "Brandt, L. (2014). Strain. Specimen J, 3, 1-7."],
    "with bracketed numbers": ["[1] Ames C. Holding the visitor in mind. Specimen J. 2011;6:5-21.", "[2] Brandt L. Strain. Specimen J. 2014;3:1-7."],
}  # fmt: skip


@pytest.mark.parametrize(("entries", "callout"), zip(LISTS.values(), ["(Ames, 2011)", "[1]"], strict=True), ids=LISTS)
def test_footnotes_are_no_callouts(tmp_path, entries, callout):
    def draw(canvas):
        y = column(canvas, 72, 780, [*FILLER, f"Visits were seen^1^ in homes^2^ by those {callout} who came."])
        column(canvas, 72, y, ["References", *entries])
        column(canvas, 72, 60, ["^1^ By day and by night.", "^2^ Of one town."], size=8)

    document = read(pdf(tmp_path / "a.pdf", lambda canvas: column(canvas, 72, 780, FILLER) and None, draw))
    assert [document.text[c.start : c.end] for c in link(document).callouts] == [callout.strip("()[]")]


def test_a_short_list_before_a_figure_of_many_dots_is_read(tmp_path):
    entries = [
        "Ames, C. (2011). Holding the visitor in mind. Specimen J, 6, 5-21.",
        "Brandt, L. (2014). Strain and calm. Specimen J, 3, 1-7.",
    ]

    def text(canvas):
        y = column(
            canvas,
            72,
            780,
            [*FILLER, "Visits were seen (Ames, 2011; Brandt, 2014) by those who came."],
            size=12,
            leading=20,
        )
        column(canvas, 72, y, ["References", *entries], size=12, leading=20)

    def figure(canvas):
        column(canvas, 72, 780, ["Figure 1", "Visits by night and by day."], size=12, leading=20)
        for i in range(80):
            column(canvas, 80 + 40 * (i % 10), 600 - 20 * (i // 10), ["o"], size=7)

    assert len(link(read(pdf(tmp_path / "a.pdf", text, figure))).references) == 2


def test_a_bold_line_with_a_colon_is_a_heading(tmp_path):
    def draw(canvas):
        y = column(canvas, 72, 780, ["Methods", *FILLER])
        canvas.setFont("Times-Bold", 10)
        canvas.drawString(72, y, "Counting of the nights:")
        column(canvas, 72, y - 12, ["The nights were counted as others did [1] in the homes.", *FILLER])

    document = read(pdf(tmp_path / "a.pdf", draw))
    assert [section.title for section in document.sections][-1] == "Counting of the nights:"
    assert "\nThe nights were counted" in document.text
