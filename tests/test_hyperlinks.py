"""A PDF's own links from callouts into its reference list: what they settle, and when they are not believed."""

import pytest
from conftest import column, pdf
from reportlab.pdfbase.pdfmetrics import stringWidth

from citeclass.linking import link
from citeclass.reading import read
from citeclass.records import Unlinked

ENTRIES = [
    "Ames, C. (2011). Holding the visitor in mind. Specimen Journal, 6, 5-21.",
    "Ames, C. (2011). Evening calm and visits. Specimen Quarterly, 3, 1-17.",
    "Brandt, L., & Osei, K. (2014). Strain and engagement. Specimen Journal, 3, 101-117.",
    "Costa, M. (2015). Sleep and visits in winter. Specimen Journal, 7, 1-9.",
    "Office of Visits. (2016). Nights counted. Specimen Press.",
]
TEXT = [  # what stands before the callout, the callout, the entry it is linked to
    ("Visits were held in mind by those who came (", "Ames, 2011", 0),
    ("Calm was seen in the evening as well (", "Ames, 2011", 1),
    ("Strain was lower where visits were longer (", "Brandt & Osei, 2014", 2),
    ("Sleep was longer in the winter of that year (", "Costa, 2015", 3),
    ("The nights were counted by others before us (", "OFV, 2016", 4),
]


def draw(canvas, *, land=lambda entry, y: y + 9, to=lambda entry: entry, point=True):
    """The specimen article on one page, each callout linked to where ``land`` says its entry is."""
    y = column(canvas, 60, 780, ["Introduction"], size=13, leading=24)
    for before, callout, entry in TEXT:
        x = 60 + stringWidth(before, "Times-Roman", 10)
        column(canvas, 60, y, [f"{before}{callout}). It was seen again in a later year."])
        canvas.linkRect("", f"e{to(entry)}", (x, y - 3, x + stringWidth(callout, "Times-Roman", 10), y + 8))
        y -= 12
    y = column(canvas, 60, y - 20, ["References"], size=13, leading=24)
    for number, entry in enumerate(ENTRIES):
        column(canvas, 60, y, [entry], size=9)
        kind = {"fit": "XYZ", "left": 60, "top": land(number, y)} if point else {"fit": "Fit"}
        canvas.bookmarkPage(f"e{number}", **kind)
        y -= 12


def linked(path):
    document = read(path)
    found = link(document).callouts
    assert all(document.text[p.start : p.end] in {c for _, c, _ in TEXT} for p in document.pointers)
    return [[t.reference for t in c.targets] or c.reason for c in found]


LANDINGS = {
    "on the entry": {},
    "a line above it": {"land": lambda _, y: y + 18},
}


@pytest.mark.parametrize("how", LANDINGS.values(), ids=LANDINGS.keys())
def test_links_settle_what_names_and_years_leave_open(tmp_path, how):
    assert linked(pdf(tmp_path / "a.pdf", lambda c: draw(c, **how)))[:4] == [[0], [1], [2], [3]]


def test_an_abbreviation_is_known_by_its_link(tmp_path):
    assert linked(pdf(tmp_path / "a.pdf", draw))[4] == [4]


def test_landings_now_on_the_entry_now_above_settle_only_what_is_clear(tmp_path):
    found = linked(pdf(tmp_path / "a.pdf", lambda c: draw(c, land=lambda entry, y: y + (18 if entry == 2 else 9))))
    assert found == [Unlinked.AMBIGUOUS, [1], [2], [3], [4]]


UNTOLD = {"only the page": {"point": False}, "elsewhere": {"to": lambda entry: (entry + 2) % 5}}


@pytest.mark.parametrize("how", UNTOLD.values(), ids=UNTOLD.keys())
def test_links_that_tell_nothing_or_do_not_fit_change_nothing(tmp_path, how):
    found = linked(pdf(tmp_path / "a.pdf", lambda c: draw(c, **how)))
    assert found == [Unlinked.AMBIGUOUS, Unlinked.AMBIGUOUS, [2], [3], Unlinked.NOT_IN_LIST]


def test_links_outside_the_reference_list_are_left_alone(tmp_path):
    def other(canvas):
        column(canvas, 60, 780, ["Introduction", "See the figure (Ames, 2011) on the next page for more of it."])
        canvas.linkRect("", "figure", (60, 760, 200, 775))
        column(canvas, 60, 700, ["References", *ENTRIES])

    def figure(canvas):
        canvas.bookmarkPage("figure", fit="XYZ", left=60, top=700)
        column(canvas, 60, 700, ["Figure 1. A figure of visits by night and by day."])

    assert read(pdf(tmp_path / "a.pdf", other, figure)).pointers == ()


TOLD = [  # an entry, the addresses linked from it, the DOI and the PMID it has
    ("Ames, C. (2011). Holding the visitor in mind. Specimen J, 6, 5-21. [CrossRef]", ["https://doi.org/10.5555/SJ%2E6.5"], "10.5555/sj.6.5", None),
    ("Brandt, L. (2014). Strain and calm. Specimen J, 3, 1-7. [PubMed]", ["https://pubmed.ncbi.nlm.nih.gov/123456/"], None, "123456"),
    ("Costa, M. (2015). Sleep in winter. Specimen J, 7, 1-9. [CrossRef]", ["https://doi.org/10.5555/a.1", "https://doi.org/10.5555/b.2"], None, None),
    ("Dorn, P. (2016). Evening calm. Specimen J, 8, 2-8. doi:10.5555/own.4", ["https://doi.org/10.5555/other.5"], "10.5555/own.4", None),
]  # fmt: skip


def test_entries_have_the_identifiers_that_their_links_tell(tmp_path):
    def article(canvas):
        y = column(
            canvas, 60, 780, ["Introduction", "Visits were seen (Ames, 2011; Brandt, 2014; Costa, 2015; Dorn, 2016)."]
        )
        y = column(canvas, 60, y - 20, ["References"], size=13, leading=24)
        for entry, addresses, _, _ in TOLD:
            column(canvas, 60, y, [entry], size=9)
            for n, address in enumerate(addresses):
                canvas.linkURL(address, (60 + 100 * n, y - 3, 150 + 100 * n, y + 8))
            y -= 12

    references = link(read(pdf(tmp_path / "a.pdf", article))).references
    assert [(r.doi, r.pmid) for r in references] == [(doi, pmid) for _, _, doi, pmid in TOLD]
