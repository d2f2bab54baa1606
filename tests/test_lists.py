"""Reference lists without numbers told apart, and entries of many styles taken apart."""

import pytest

from citeclass.linking.entry import completed, parse_entry
from citeclass.linking.openings import Row, openings
from citeclass.records import Reference

RUN_ON = """
Ames, C. (2011). Holding the visitor in mind. Specimen Journal, 6,|
5–21. https://doi.org/10.5555/sj.6.5
Brandt, L., & Osei, K. (2014a). Strain and engagement in home|
visiting programmes. Child Health, 3, 101–117. https://doi.org/10.5555/|
s0163-6383(14)00101-2
Brandt, L., & Osei, K. (2014b). Supervision and sensitivity.|
Child Health, 35, 7–19.
Specimen Council on Early Relationships (2013). Guidance for|
services that visit families at home. Author.
Specimen Network for Night Visits, Lee, K., Roy, A. B., & Dorn, P. (2015).|
Nights counted in twelve towns. Journal of Visits 11(3), 1–9.
UNFC 2015. State of the visited child.
van der Meer, J., Costa, M., & Dorn, P. (2016). Decline of symptoms in the first|
Year of life: a cohort. Journal of Visits 12(3), 1–9.
""".strip().splitlines()


def rows(lines, *, hanging=0.0):
    opens, out = True, []
    for i, line in enumerate(lines):
        text = line.rstrip("|")
        out.append(Row(text, 60 + (0 if opens else hanging), 60 + 4.6 * len(text), 780 - 12 * i, 1))
        opens = not line.endswith("|")
    return out


def wanted(lines):
    return {0, *(i + 1 for i, line in enumerate(lines[:-1]) if not line.endswith("|"))}


@pytest.mark.parametrize("hanging", [0.0, 18.0])
def test_entries_open_where_names_years_and_order_say_so(hanging):
    assert openings(rows(RUN_ON, hanging=hanging)) == wanted(RUN_ON)


def test_one_row_left_of_the_list_does_not_merge_its_entries():
    stray = Row("CALM AND TEA", 54, 120, 800, 1)
    lines = [
        line
        for i in range(10)
        for line in (
            f"Name{i:02d}, A. (20{i:02d}). A study of calm evenings in small|",
            "towns. Specimen Journal, 4, 1–9.",
        )
    ]
    assert len(openings([stray, *rows(lines, hanging=18.0)])) == 10


def test_initials_before_a_surname_end_no_entry():
    lines = """
Ames, C., J. Brandt, F. Costa, and D.|
Dorn. 2012. “The calm of evenings in small towns.” Specimen Journal 4: 1–9.
Ekman, P., K. Lee, and A. B.|
Roy. 2013. “Visits by day.” Specimen Journal 5: 2–8.
""".strip().splitlines()
    assert openings(rows(lines)) == wanted(lines)


def test_an_empty_list_has_no_openings():
    assert openings([]) == set()


def test_a_long_run_without_openings_costs_no_entries():
    named = [Row(f"Name{i:02d}, A. (2010). Calm evenings. J, 1, 2.", 60, 300, 780 - 12 * i, 1) for i in range(30)]
    tail = [Row("a row that opens nothing and goes on", 60, 300, 400 - i, 2) for i in range(120)]
    assert len(openings([*named, *tail])) == 30


def test_scripts_without_capitals_have_entries_too():
    lines = [text for i in range(40) for text in (f"王小{i}，李明（2010）。夜晚的平静。|", "儿童健康，12，3–5。")]
    assert len(openings(rows(lines))) > 10


ENTRIES = [
    # APA, Harvard without brackets, Chicago with given names first, Latin-American, Vancouver, Nature, IEEE
    ("Lee, K., & Roy, A. B. (2010a). Calm evenings: A cohort. Child Health, 12, 3–5.", ["Lee", "Roy"], "2010a", "Calm evenings: A cohort"),
    ("UNFC 2015. State of the visited child. Geneva: Author.", ["UNFC"], "2015", "State of the visited child"),
    ("Lee, Kim, AB Roy, and Mia do Carmo. 2010. “Calm evenings.” Child Health 12: 3–5.", ["Lee", "Roy", "do Carmo"], "2010", "Calm evenings"),
    ("LEE, K.; ROY, A. B. Noites calmas. Saúde da Criança, v. 12, p. 3-5, 2010.", ["LEE", "ROY"], "2010", "Noites calmas"),
    ("Lee K, Roy AB II, do Carmo M. Calm evenings. A cohort study of sleep. Br J Visits. 2010;12:3–5.", ["Lee", "Roy", "do Carmo"], "2010", "Calm evenings. A cohort study of sleep"),
    ("Lee, K., Roy, A. B. & do Carmo, M. Calm evenings. Child Health 12, 3–5 (2010).", ["Lee", "Roy", "do Carmo"], "2010", "Calm evenings"),
    ("K. Lee, A. B. Roy III, and J. Costa-Dorn, “Calm evenings,” Child Health, vol. 12, pp. 3–5, 2010.", ["Lee", "Roy", "Costa-Dorn"], "2010", "Calm evenings"),
    ("Lee K. Calm evenings? Who says? Child Health. 2010;12:3.", ["Lee"], "2010", "Calm evenings? Who says"),
    ("Lee K. The use of the PSI. In: Roy A, editor. Scales of visiting. 2010.", ["Lee"], "2010", "The use of the PSI"),
    ("K. Lee, A. Roy, Calm evenings in the first year, J Visits 12 (2010) 3-5.", ["Lee", "Roy"], "2010", "Calm evenings in the first year"),
    ("Specimen Panel on Visits (SPV) (2014). Visits 2014: A report. Author.", ["Specimen Panel on Visits (SPV)"], "2014", "Visits 2014: A report"),
    ("Lee, K. (2010). Who said “calm evenings,” and why? A cohort. Child Health, 3, 4-5.", ["Lee"], "2010", "Who said “calm evenings,” and why? A cohort"),
    ("Lee, K. (2010). Calm evenings, Part 2: fathers and infants. Child Dev, 12, 3–5.", ["Lee"], "2010", "Calm evenings, Part 2: fathers and infants"),
    ("Anna B. Lee and Carl Roy. Jan. 2010. “Calm evenings.” Child Health 12.", ["Lee", "Roy"], "2010", "Calm evenings"),
    ("Anna Lee, Carl Roy, and Mia Costa. 2010. Calm evenings. Child Health 12.", ["Lee", "Roy", "Costa"], "2010", "Calm evenings"),
    ("Anna B. Lee. 2010. Calm evenings. Child Health 12.", ["Lee"], "2010", "Calm evenings"),
    ("Lee J. Phenols and chelators. Specimen Press; 2010.", ["Lee"], "2010", "Phenols and chelators"),
    ("Lee, K. et C. Roy. 2010, Soirées calmes. Santé, 12.", ["Lee", "Roy"], "2010", "Soirées calmes"),
    ("LEE, Kim Ana de Lima; ROY, Carl. Noites calmas. São Paulo: Espécime, 2010.", ["LEE", "ROY"], "2010", "Noites calmas"),
    ("M. d. L. Centeno. Calm evenings. Child Health, 12:3–5, 2010.", ["Centeno"], "2010", "Calm evenings"),
    ("Specimen Network for Night Visits, Lee, K., & Roy, A. B. (2010). Calm evenings. Child Health, 12.", ["Specimen Network for Night Visits", "Lee", "Roy"], "2010", "Calm evenings"),
    ("Lee, L. K., & Lee, B. O. (1998–2012). Calm’s user guide. Specimen Press.", ["Lee", "Lee"], "1998–2012", "Calm’s user guide"),
    ("J L Lee, C Roy, and B D Costa. Calm evenings. R package version 1.2. 2010.", ["Lee", "Roy", "Costa"], "2010", "Calm evenings"),
    ("Robert C Lee et al. “Calm evenings.” In: Child Health 5.10 (2010), pp. 3–5.", ["Lee"], "2010", "Calm evenings"),
    ("Lee, Robert, Jacob Bien, Mia Costa, and Ryan Roy. 2010. “Calm evenings.” Child Health 12: 3–5.", ["Lee", "Bien", "Costa", "Roy"], "2010", "Calm evenings"),
    ("Frühwirth–Schnatter S (2010). “Calm evenings.” Child Health, 12, 3–5.", ["Frühwirth–Schnatter"], "2010", "Calm evenings"),
    ("deBruin, A., & Su, C. –R. (2004). Light at night. Sleep, 2, 1–9.", ["deBruin", "Su"], "2004", "Light at night"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "families", "year", "title"), ENTRIES)
def test_entries_of_many_styles(raw, families, year, title):
    found = parse_entry(raw)
    assert [a.family for a in found.authors] == families
    assert (found.year, found.title) == (year, title)


def test_a_list_tells_whose_a_dash_is_and_where_given_names_stand():
    raws = [
        "Anna B. Lee and Carl Roy. 2009. Calm evenings. Child Health 12.",
        "Carl D. Roy. Calm mornings: Theory and methods. Specimen Press, London, 1996.",
        "———. Calm nights: Theory and methods. Specimen Press, London, 1998.",
    ]
    found = completed(Reference(i, raw) for i, raw in enumerate(raws))
    assert [[a.family for a in r.authors] for r in found] == [["Lee", "Roy"], ["Roy"], ["Roy"]]
    assert [(r.year, r.title) for r in found[1:]] == [
        ("1996", "Calm mornings: Theory and methods"),
        ("1998", "Calm nights: Theory and methods"),
    ]
