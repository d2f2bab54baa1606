"""The layout bench: what it prints is what its truth says."""

import re
import sys

import pytest
from conftest import ROOT, SAMPLE, cite, jats, ref

sys.path.insert(0, str(ROOT))

from benchmarks.layouts.pages import LAYOUTS, page
from benchmarks.layouts.printing import STYLES, CitationStyle, numbers
from benchmarks.layouts.specimens import specimen

AS_PRINTED = CitationStyle("as printed", "as printed", "apa")
NAMES = ["Ames", "Brandt", "Costa", "Dorn", "Ekman", "Fell", "Garcia", "Holm", "Ito", "Jensen"]


@pytest.fixture
def numbered(tmp_path):
    """An article with numbers in brackets, one of them a range."""
    callouts = [cite(f"r{i}", str(i + 1)) for i in range(len(NAMES))]
    body = "".join(f"<p>Visits were followed by calm [{c}]. A rate of 3 (95% CI 1–3) was seen.</p>" for c in callouts)
    body += f"<p>All agree [{callouts[2]}–{callouts[4]}, {callouts[0]}].</p>"
    path = tmp_path / "numbered.xml"
    path.write_bytes(
        jats(
            f"<sec><title>Results</title>{body}</sec>",
            refs="".join(ref(f"r{i}", n, "2011") for i, n in enumerate(NAMES)),
        )
    )
    return path


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_truth_and_text_agree_in_every_style(numbered, style):
    made = specimen(numbered, style)
    truth = made.truth()
    assert len(truth["callouts"]) == len(NAMES) + 4
    for callout in truth["callouts"]:
        text, entry = truth["paragraphs"][callout["paragraph"]]["text"], truth["references"][callout["reference"]]
        assert text[callout["start"] : callout["end"]] == callout["surface"]
        if style.callouts == "author-year":
            assert entry["first_author"].casefold() in callout["surface"].casefold()
            assert "2011" in callout["surface"]
        else:
            ends = [int(n) for n in re.findall(r"\d+", callout["surface"])]
            assert ends[0] <= callout["reference"] + 1 <= ends[-1]
            assert entry["raw"] == made.entries[callout["reference"]]


def test_author_year_articles_keep_their_words():
    made = specimen(SAMPLE / "lindqvist-2021.xml", AS_PRINTED)
    assert made is not None
    assert specimen(SAMPLE / "lindqvist-2021.xml", STYLES["nature"]) is None
    assert all(a < z for b in made.blocks for a, z, _ in b.callouts)


@pytest.mark.parametrize("layout", LAYOUTS, ids=[layout.name for layout in LAYOUTS])
def test_every_layout_holds_the_whole_article(numbered, layout):
    style = next(s for s in layout.styles if s in STYLES)
    made = specimen(numbered, STYLES[style])
    words = re.sub(r"<[^>]+>", "", page(made, layout))
    assert words.count("Visits were followed by calm") == len(NAMES)
    assert all(n.casefold() in words.casefold() for n in NAMES)


def test_numbers_run_on():
    assert list(numbers([7, 1, 2, 3, 5, 6, 9])) == [("1–3", [1, 2, 3]), ("5–7", [5, 6, 7]), ("9", [9])]
