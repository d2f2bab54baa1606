"""Sentence boundaries around callouts."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeclass.callouts import find
from citeclass.statements import split_sentences

CASES = [
    ["We agree with Smith et al. (2010).", "In contrast, Lee (2011, p. 3) did not."],
    ["This was so.¹²", "It went on."],
    ["This was so.[1,2]", "It went on."],
    ["Scores fell (p = .05; see Fig. 2), e.g. in the U.S. sample [1].", "They rose later."],
    ["The authors (Lee et al., 2010; cf. Roy, n.d.) disagree.", "We do not."],
    ["A rate of 0.76¹⁸ was found.", "Next."],
    ["They were calm (Roy, 2001).", "Smith et al. (2010) saw it.", "Jones and Brown (2011) agreed."],
    ["This is so, esp. Lee et al. (2010) and by Drs. Lee and Roy (2010), vgl. Roy (2011)."],
    ["As told by J. Smith (2010), it is so.", "It goes on."],
    ["Is it so?", "“It is.”", "We think so (Lee, 2010)."],
]


@pytest.mark.parametrize("sentences", CASES)
def test_sentences_end_where_they_end(sentences):
    text = " ".join(sentences)
    assert [text[a:b] for a, b in split_sentences(text)] == sentences


WORDS = st.sampled_from(
    [
        "We",
        "found",
        "it",
        "(Lee et al., 2010).",
        "[3].",
        "e.g.",
        "so.",
        "Fig. 2",
        "¹²",
        "Smith et al. (2011)",
        "No.",
        "A.",
        "why?",
        "p = .05",
        "U.S.",
    ]
)


@given(st.lists(WORDS, max_size=30).map(" ".join))
def test_no_callout_is_cut_and_no_letter_lost(text):
    spans = split_sentences(text)
    assert all(a < b for a, b in spans)
    assert all(a[1] <= b[0] for a, b in zip(spans, spans[1:], strict=False))
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
    for mark in find(text):
        assert any(a <= mark.start and mark.end <= b for a, b in spans)


@given(st.text(max_size=200))
def test_any_text_can_be_split(text):
    for a, b in split_sentences(text):
        assert text[a:b] == text[a:b].strip()


@pytest.mark.parametrize("text", ["calm evenings and " * 900, f"{'seen (1), ' * 900}and {'so ' * 900}."])
def test_what_is_too_long_for_a_sentence_is_cut_at_blanks_outside_callouts(text):
    groups = [(m.start(), m.end()) for m in re.finditer(r"\(1\)", text)]
    spans = split_sentences(text, callouts=groups)
    assert max(end - start for start, end in spans) <= 2000
    assert "".join(text[a:b] for a, b in spans).replace(" ", "") == text.replace(" ", "")
    assert all(any(a <= start and end <= b for a, b in spans) for start, end in groups)


def test_a_callout_too_long_for_a_sentence_is_kept_whole():
    text = f"As {'very ' * 900}(1) said, {'so ' * 900}"
    assert any(a <= 3 and b >= 4506 for a, b in split_sentences(text, callouts=[(3, 4506)]))
