"""Numbers in brackets and raised: callouts, or values, intervals, answers and lists."""

import pytest

from citeclass.linking import link
from citeclass.records import Document, Paragraph, Reference


def found(text: str, *, entries: int = 42) -> list[str]:
    """The linked callouts of ``text`` in a document with a numbered list."""
    references = tuple(
        Reference(i, f"Name{i} A. A study number {i + 1}. Infant J. {1980 + i};1:1-9.", label=str(i + 1))
        for i in range(entries)
    )
    document = Document("specimen", text, paragraphs=(Paragraph(0, len(text)),), references=references)
    return [text[c.start : c.end] for c in link(document).callouts if c.targets and c.start >= len(before(text))]


def before(text: str) -> str:
    """The sentences that tell a document's style."""
    return text[: text.index("So: ") + 4]


ROUND = "".join(f"Calm was found before ({i}). " for i in range(3, 42, 2)) + "So: "
SQUARE = ROUND.replace("(", "[").replace(")", "]")
RAISED = "".join(f"Calm was found before.{'³⁵⁷⁹'[i]} " for i in range(4)) + "So: "

IN_ROUND = [
    ("The mean score was 12 (4); 34 (28) mothers and 1,204 (37) children were calm.", []),
    ("Scores of HM-302 (17) rose in 2010 (3), as did IL-4 (11) and 34% (12).", ["17", "3", "11", "12"]),
    ("The aims were to (1) describe mothers, (2) test fathers, and (3) explore.", []),
    ("This was so (1) in mothers. It was not (2) in fathers.", ["1", "2"]),
    ("Answers went from strongly disagree (1) to strongly agree (5), or always (4).", []),
    ("It differed, χ²(2) = 10.5 and χ² (3), F(2) < 1.", []),
    ("Of these, 21% (4/19) and many (12,964) left.", []),
    ("It was seen in mothers (3) and (4), and 20 items (9) were as in others (5, 7).", ["3", "4", "5", "7"]),
    ("Visitors of phase (3) had a high level (12, 14) of calm.", ["12", "14"]),
]
CITED_IN_ROUND = [
    ("Lee showed this (12, p. 35) and more (12, pp. 101–115).", ["12", "12"]),
    ("Of vitamin B 12 (4) much is told.", ["4"]),
    ("It was told by SF 36 (22).", ["22"]),
    ("They told of a cut-off of 10 (7).", ["7"]),
    ("It is so over the age of 65 (12).", ["12"]),
    ("Others agree (10).", ["10"]),
    ("This is not always (7) the case.", ["7"]),
    ("Calm grew from the first year (3) to the age of school entry (4).", ["3", "4"]),
    ("Depression is common (1) and disabling, and anxiety, too.", ["1"]),
]
CITED_IN_SQUARE = [
    (
        "SARS-CoV-2 [1, 2], PHQ-9 [8, 10], IL-6 [5–9], type 2 [1, 2] diabetes and MMP-9 [3, p. 12].",
        ["1", "2", "8", "10", "5–9", "1", "2", "3"],
    ),
    (
        "By NVivo 12 [11,12], in 1 of 4 [3, 5], at age 65 [12, 30] and up to 30% [28,31].",
        ["11", "12", "3", "5", "12", "30", "28", "31"],
    ),
]
IN_SQUARE = [
    ("It was 25.5 [22–32] years, 95% CI [12, 19], or in [0, 1], and [500, 1,000].", []),
    ("It was so [12, 19], in a small range [6, 7] and in all [3]–[7].", ["12", "19", "6", "7", "3]–[7"]),
    ("By the ethics board (reference 13/EM/0427) and reference 24hR, but see reference 5.", ["5"]),
]
IN_RAISED = [
    ("Calm rose (ΔR² = .04; f² = .12) with Ca²⁺, Mg²+ and VO²max.", []),
    ("By ¹⁸F-labelled tea it was seen.¹²", ["¹²"]),
    ("Hepatitis C², as ever, was seen before. ¹²Others told of patients¹² + controls.", ["²", "¹²", "¹²"]),
]


@pytest.mark.parametrize(
    ("text", "callouts"),
    [
        *((ROUND + t, c) for t, c in IN_ROUND),
        *((ROUND + t, c) for t, c in CITED_IN_ROUND),
        *((SQUARE + t, c) for t, c in [*IN_SQUARE, *CITED_IN_SQUARE]),
        *((RAISED + t, c) for t, c in IN_RAISED),
    ],
)
def test_a_number_is_a_callout_or_a_value(text, callouts):
    assert found(text) == callouts


def test_a_range_of_two_brackets_reaches_all_between():
    text = SQUARE + "It was so [3]–[7]."
    references = tuple(Reference(i, f"Name{i} A. Study {i}. Infant J. 1999.", label=str(i + 1)) for i in range(42))
    document = Document("specimen", text, paragraphs=(Paragraph(0, len(text)),), references=references)
    last = link(document).callouts[-1]
    assert [t.reference + 1 for t in last.targets] == [3, 4, 5, 6, 7]
