"""Pure functions on strings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeclass.text import find_doi, lower, normal_doi, raise_, squash, tidy, unmark, words

DOIS = [
    ("https://doi.org/10.1002/imhj.21999", "10.1002/imhj.21999"),
    ("doi: 10.1002/IMHJ.21999.", "10.1002/imhj.21999"),
    ("(10.1016/S0163-6383(99)00015-6)", "10.1016/s0163-6383(99)00015-6"),
    (
        "10.1002/(SICI)1097-0355(199923)20:1<1::AID-IMHJ1>3.0.CO;2-O",
        "10.1002/(sici)1097-0355(199923)20:1<1::aid-imhj1>3.0.co;2-o",
    ),
    ("see 10.5555/a%2Fb, and more", "10.5555/a/b"),
    ("[10.5555/abc]", "10.5555/abc"),
    ("10.5555/", None),
    ("no doi here", None),
    ("", None),
    (None, None),
]


@pytest.mark.parametrize(("printed", "doi"), DOIS)
def test_a_doi_is_found_bare_and_in_lower_case(printed, doi):
    assert normal_doi(printed) == doi


def test_what_is_percent_encoded_in_running_text_is_undone():
    assert find_doi("at https://doi.org/10.5555/a%2Fb%3Cc. Then") == "10.5555/a/b<c"


@pytest.mark.parametrize(
    ("plain", "raised"), [("12,14–16", "¹²,¹⁴–¹⁶"), ("-1", "⁻¹"), ("th", "th"), ("a,b", "a,b"), ("3 ", "³ ")]
)
def test_digits_are_raised(plain, raised):
    assert raise_(plain) == raised


@given(st.text(alphabet="0123456789,– ", max_size=12))
def test_raising_keeps_the_length_and_can_be_undone(text):
    assert len(raise_(text)) == len(text)
    assert squash(lower(raise_(text))) == squash(text)


@given(st.text())
def test_squash_is_idempotent_and_tidy_leaves_no_double_blank(text):
    assert squash(squash(text)) == squash(text)
    assert "  " not in tidy(text)


def test_words_are_folded():
    assert words("Van IJzendoorn, Müller-Lüdenscheidt") == ["van", "ijzendoorn", "muller", "ludenscheidt"]


@pytest.mark.parametrize(
    ("marked", "plain"),
    [("As «(4)» says", ("As (4) says", 3, 6)), ("none", ("none", None, None)), ("»x«", ("»x«", None, None))],
)
def test_the_target_mark_is_taken_out(marked, plain):
    assert unmark(marked) == plain
