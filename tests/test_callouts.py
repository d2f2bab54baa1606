"""The grammar: what counts as a callout, and what it prints."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citeclass.callouts import Style, find
from citeclass.callouts.numeric import expand

# text, surfaces, what each stands for (names and year, or numbers)
CASES = [
    ("as Fraiberg (1975) showed", ["Fraiberg (1975)"], [(("Fraiberg",), "1975")]),
    ("(Smith & Jones, 2010, p. 12; see also Lee et al., 2011a, b)", ["Smith & Jones, 2010", "Lee et al., 2011a", "b"], [(("Smith", "Jones"), "2010"), (("Lee",), "2011a"), (("Lee",), "2011b")]),
    ("Smith's (2010) view", ["Smith's (2010)"], [(("Smith",), "2010")]),
    ("(World Health Organization, 2021)", ["World Health Organization, 2021"], [(("World Health Organization",), "2021")]),
    ("(van IJzendoorn, 1995)", ["van IJzendoorn, 1995"], [(("van IJzendoorn",), "1995")]),
    ("(Smith 2001, Jones et al. 2003)", ["Smith 2001", "Jones et al. 2003"], [(("Smith",), "2001"), (("Jones",), "2003")]),
    ("(Lee, in press; Roy, n.d.)", ["Lee, in press", "Roy, n.d."], [(("Lee",), "in press"), (("Roy",), "n.d.")]),
    ("(A, 2001; B, 2005, 2008)", ["A, 2001", "B, 2005", "2008"], [(("A",), "2001"), (("B",), "2005"), (("B",), "2008")]),
    ("However, Smith and Jones (2010) found", ["Smith and Jones (2010)"], [(("Smith", "Jones"), "2010")]),
    ("Miklósi et al., 2004 found", ["Miklósi et al., 2004"], [(("Miklósi",), "2004")]),
    ("(Silva & Costa 2010) y Segundo Ruiz y Paz (2011)", ["Silva & Costa 2010", "Ruiz y Paz (2011)"], [(("Silva", "Costa"), "2010"), (("Ruiz", "Paz"), "2011")]),
    ("(Dumay; Guthrie; Farneti, 2010)", ["Dumay; Guthrie; Farneti, 2010"], [(("Dumay", "Guthrie", "Farneti"), "2010")]),
    ("(for reviews, see Lee, 1999)", ["Lee, 1999"], [(("Lee",), "1999")]),
    ("data [1,3–5] and [2], p. 269", ["1", "3–5", "2"], [(1,), (3, 4, 5), (2,)]),
    ("as in refs. 4 and 5", ["4", "5"], [(4,), (5,)]),
    ("see [28, §13.12], [2, chapter 10], [20, 2.5.16]", ["28", "2", "20"], [(28,), (2,), (20,)]),
    ("(Lee 2007b,a) as in Day (1981b, a study)", ["Lee 2007b", "a", "Day (1981b"], [(("Lee",), "2007b"), (("Lee",), "2007a"), (("Day",), "1981b")]),
    ("(Muthén & Muthén, 1998–2012) and Lee et al. (2001-2005)", ["Muthén & Muthén, 1998–2012", "Lee et al. (2001-2005)"], [(("Muthén", "Muthén"), "1998–2012"), (("Lee",), "2001-2005")]),
    ("(NICHD Early Child Care Research Network [NICHD ECCRN], 2005; Lee et.al., 1978)", ["NICHD Early Child Care Research Network [NICHD ECCRN], 2005", "Lee et.al., 1978"], [(("NICHD Early Child Care Research Network [NICHD ECCRN]",), "2005"), (("Lee",), "1978")]),
    ("(Frühwirth–Schnatter 2004; Olver et all 2010)", ["Frühwirth–Schnatter 2004", "Olver et all 2010"], [(("Frühwirth–Schnatter",), "2004"), (("Olver",), "2010")]),
    ("(Höhle and an der Heiden 2014)", ["Höhle and an der Heiden 2014"], [(("Höhle", "an der Heiden"), "2014")]),
    ("spread [12–5] wide", ["12–5"], [(12, 13, 14, 15)]),
    ("a rate of 0.76¹⁸ and next.¹²,¹⁴–¹⁶", ["¹⁸", "¹²", "¹⁴–¹⁶"], [(18,), (12,), (14, 15, 16)]),
    ("the authors (16) said", ["16"], [(16,)]),
    ("(March, Fox, & Roy, 1997) and May et al. (2016); (Winter et al., 2003)", ["March, Fox, & Roy, 1997", "May et al. (2016)", "Winter et al., 2003"], [(("March", "Fox", "Roy"), "1997"), (("May",), "2016"), (("Winter",), "2003")]),
    ("(An & Lee, 2010; Early & Winton, 2001)", ["An & Lee, 2010", "Early & Winton, 2001"], [(("An", "Lee"), "2010"), (("Early", "Winton"), "2001")]),
    ("(Lee,2010; Roy et al.2011) and (Day, 2010,2012)", ["Lee,2010", "Roy et al.2011", "Day, 2010", "2012"], [(("Lee",), "2010"), (("Roy",), "2011"), (("Day",), "2010"), (("Day",), "2012")]),
    ("(Unit, n.d.-a; Lee Q. et al., 2016)", ["Unit, n.d.-a", "Lee Q. et al., 2016"], [(("Unit",), "n.d.-a"), (("Lee",), "2016")]),
    ("so [1••, 2•], [for review see 4], (see 12 for a review)", ["1", "2", "4", "12"], [(1,), (2,), (4,), (12,)]),
    ("as shown [3]–[7], [2]", ["3]–[7", "2"], [(3, 4, 5, 6, 7), (2,)]),
]  # fmt: skip

NOT_CALLOUTS = [
    "the poet (Ann Lee, 1890–1950) and Roy (1995–2000)",
    "between 1979–2007 and in 2010",
    "in (May 2010) and (June 2011)",
    "(n = 48) and (95% CI 1–3)",
    "10³ cells per m² and R²",
    "10⁻³ M",
    "in 2012, and 2015",
    "a value in [0, 1.5]",
    "(Wuhan, December 2019) and (Qualtrics, Provo, May 2020; London, Spring 2013)",
    "costs $2010 and 2,010 units",
]


@pytest.mark.parametrize(("text", "surfaces", "meanings"), CASES)
def test_callouts_are_found_whole(text, surfaces, meanings):
    marks = find(text)
    assert [text[m.start : m.end] for m in marks] == surfaces
    assert [m.numbers or (m.names, m.year) for m in marks] == meanings


@pytest.mark.parametrize("text", NOT_CALLOUTS)
def test_measures_dates_and_exponents_are_no_callouts(text):
    assert find(text) == []


def test_a_group_spans_its_brackets():
    text = "found (see Lee, 1999; Roy, 2000) so"
    assert {text[m.group_start : m.group_end] for m in find(text)} == {"(see Lee, 1999; Roy, 2000)"}


def test_only_the_styles_asked_for_are_found():
    assert {m.style for m in find("Lee (1999) [3]", styles=frozenset({Style.BRACKET}))} == {Style.BRACKET}


@pytest.mark.parametrize(
    ("first", "last", "numbers"), [(3, None, (3,)), (3, 5, (3, 4, 5)), (5, 3, (5, 3)), (1, 400, (1, 400)), (4, 4, (4,))]
)
def test_ranges_are_written_out(first, last, numbers):
    assert expand(first, last) == numbers


PIECES = st.sampled_from(
    [
        "Smith",
        " and ",
        " et al.",
        ", ",
        "(",
        ")",
        "[",
        "]",
        "2010",
        "2010a",
        "12",
        "–",
        ";",
        " ",
        ".",
        "¹²",
        "see ",
        "van ",
        "O’Neil",
        "é",
        "\n",
        "in press",
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_marks_lie_within_the_text_and_never_overlap(text):
    marks = find(text)
    assert all(0 <= m.start < m.end <= len(text) for m in marks)
    assert all(m.group_start <= m.start and m.end <= m.group_end for m in marks)
    assert all(a.end <= b.start for a, b in zip(marks, marks[1:], strict=False))
