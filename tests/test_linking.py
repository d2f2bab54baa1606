"""Which reference a callout means; parsing and segmenting printed lists."""

import pytest

from citeclass.linking.entry import parse_entry
from citeclass.linking.matching import AuthorYearIndex
from citeclass.linking.names import same_surname
from citeclass.linking.printed import printed_callouts
from citeclass.records import Author, Document, Paragraph, Reference, Unlinked

ENTRIES = [
    ("Roy, D. E., & Fox, G. (2010). Supervision and strain. Specimen Journal, 4(2), 11–19. https://doi.org/10.5555/A.1", ["Roy", "Fox"], "2010", "Supervision and strain", "10.5555/a.1"),
    ("van der Meer J, Roy DE, et al. Evening calm in winter. Spec J. 2016;8:2-8.", ["van der Meer", "Roy"], "2016", "Evening calm in winter", None),
    ("Dumay, J. C.; Guthrie, J. A framework for reports. Specimen Review, v. 2, n. 1, p. 1-9, 2010.", ["Dumay", "Guthrie"], "2010", "A framework for reports", None),
    ("Specimen Council on Relationships. (2013). Principles for services. Specimen Press.", ["Specimen Council on Relationships"], "2013", "Principles for services", None),
    ("SILVA, M. F. 2009. Visits in small towns. Revista Specimen 3: 1-8.", ["SILVA"], "2009", "Visits in small towns", None),
    ("Lee, C. (in press). On visits to come. Specimen Journal.", ["Lee"], "in press", "On visits to come", None),
    ("Roy, M., Fox, J., Lee, J., . . . Day, S. (2003). Calm representations. Specimen Journal, 29, 1–9.", ["Roy", "Fox", "Lee", "Day"], "2003", "Calm representations", None),
    ("St. James-Roy, I. (2012). The origins of calm. Specimen Press.", ["St. James-Roy"], "2012", "The origins of calm", None),
    ("U.S. Department of Calm and Tea. (2010). A study of impact. Specimen Press.", ["U.S. Department of Calm and Tea"], "2010", "A study of impact", None),
    ("O’Neil, A. B., García-López, M., & de Souza, T. (2010a). Is it so? Specimen Journal, 1, 2.", ["O’Neil", "García-López", "de Souza"], "2010a", "Is it so", None),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "families", "year", "title", "doi"), ENTRIES)
def test_a_printed_entry_is_parsed(raw, families, year, title, doi):
    found = parse_entry(raw)
    assert [a.family for a in found.authors] == families
    assert (found.year, found.title, found.doi) == (year, title, doi)


def reference(index: int, year: str, *families: str) -> Reference:
    return Reference(
        index,
        f"{families} {year} entry {index}",
        authors=tuple(Author(f, "A.") for f in families),
        year=year,
        title=f"Title {index}",
    )


LIST = (
    reference(0, "2010", "Smith", "Jones"),
    reference(1, "2010a", "Lee"),
    reference(2, "2010b", "Lee"),
    reference(3, "2011", "van IJzendoorn", "Roy", "Fox"),
    reference(4, "2012", "World Health Organization"),
    reference(5, "2013", "García López"),
    reference(6, "2014", "Smith", "Brown"),
    reference(7, "2014", "Smith", "Green"),
    reference(8, "2015", "Associação Brasileira de Visitas Noturnas"),
    reference(9, "2016", "National Institute for Calm and Home Visits"),
    reference(10, "2017", "Møller"),
    Reference(11, "Bowl, J. (1969/1982). Calm. Press.", authors=(Author("Bowl", "J."),), year="1969", title="Calm"),
    Reference(
        12,
        "Freudig, S. (1957). Tea. Press. (Original work published 1917)",
        authors=(Author("Freudig", "S."),),
        year="1957",
        title="Tea",
    ),
    Reference(
        13, "Undated, A. (n. d.). Calm and tea. Press.", authors=(Author("Undated", "A."),), title="Calm and tea"
    ),
    Reference(14, "Dunne, A. (n.d.-a). Calm. Press.", authors=(Author("Dunne", "A."),), year="n.d.-a", title="Calm"),
    Reference(15, "Dunne, A. (n.d.-b). Tea. Press.", authors=(Author("Dunne", "A."),), year="n.d.-b", title="Tea"),
    reference(16, "2018", "Wu"),
    Reference(17, "Wu, Q. (2018). Tea. Press.", authors=(Author("Wu", "Q."),), year="2018", title="Tea"),
)

MATCHES = [
    (("Smith", "Jones"), "2010", False, 0),
    (("Lee",), "2010a", False, 1),
    (("Lee",), "2010b", False, 2),
    (("Van IJzendoorn",), "2011", True, 3),
    (("IJzendoorn",), "2011", True, 3),
    (("van IJzendoorn", "Fox", "Roy"), "2011", False, 3),
    (("WHO",), "2012", False, 4),
    (("ABVN",), "2015", False, 8),
    (("NICH",), "2016", False, 9),
    (("Bowl",), "1982", False, 11),
    (("Bowl",), "1969", False, 11),
    (("Freudig",), "1917", False, 12),
    (("Undated",), "n.d.", False, 13),
    (("Dunne",), "n.d.-b", False, 15),
    (("Moller",), "2017", False, 10),
    (("López",), "2013", False, 5),
    (("Smith", "Green"), "2014", False, 7),
]


@pytest.mark.parametrize(("names", "year", "et_al", "index"), MATCHES)
def test_names_and_year_lead_to_the_reference(names, year, et_al, index):
    assert [t.reference for t in AuthorYearIndex(LIST).match(names, year, et_al=et_al).targets] == [index]


def test_an_initial_tells_two_of_one_name_apart():
    index = AuthorYearIndex(LIST)
    assert index.match(("Wu",), "2018", et_al=False).reason is Unlinked.AMBIGUOUS
    assert [t.reference for t in index.match(("Wu",), "2018", et_al=False, initial="Q").targets] == [17]


@pytest.mark.parametrize(
    ("names", "year", "reason"),
    [
        (("Lee",), "2010", Unlinked.AMBIGUOUS),
        (("Nobody",), "2010", Unlinked.NOT_IN_LIST),
        (("Smith",), "1999", Unlinked.NOT_IN_LIST),
    ],
)
def test_what_fits_several_or_none_is_not_guessed(names, year, reason):
    outcome = AuthorYearIndex(LIST).match(names, year, et_al=False)
    assert (outcome.targets, outcome.reason) == ((), reason)


def test_without_a_list_the_reason_says_so():
    assert AuthorYearIndex(()).match(("Lee",), "2010", et_al=False).reason is Unlinked.NO_BIBLIOGRAPHY


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [("O’Neil", "O'Neil", True), ("Müller", "Muller", True), ("Lee", "Leeds", False), ("", "Lee", False)],
)
def test_surnames(a, b, same):
    assert (same_surname(a, b) > 0) is same


BESIDE = [
    ("Calm was seen by day (1), (2) and by night (3).", ["1", "2", "3"]),
    ("The aims were calm, (2) sleep, and (3) play (1).", ["1"]),
]


@pytest.mark.parametrize(("sentence", "found"), BESIDE)
def test_round_brackets_beside_one_another_are_callouts_and_lists_are_not(sentence, found):
    text = f"{sentence} It was seen again by others (1,3)."
    document = Document("specimen", text, paragraphs=(Paragraph(0, len(text)),))
    callouts = printed_callouts(document, LIST)
    assert [text[c.start : c.end] for c in callouts][: len(found)] == found
    assert len(callouts) == len(found) + 2


def test_a_body_of_research_and_more_keeps_its_name():
    text = "So says the Agency for Calm Research and Quality (2012)."
    references = (reference(0, "2012", "Agency for Calm Research and Quality"),)
    (callout,) = printed_callouts(Document("specimen", text, paragraphs=(Paragraph(0, len(text)),)), references)
    assert [t.reference for t in callout.targets] == [0]


def test_of_two_names_neither_is_the_sentences():
    references = (reference(0, "2013", "Roy"), reference(1, "2015", "Haddon"))
    text = "Roy (2013) told. It is so (Burn & Haddon, 2015). In contrast to Burn, Haddon (2015) was."
    document = Document("specimen", text, paragraphs=(Paragraph(0, len(text)),))
    found = [(text[c.start : c.end], [t.reference for t in c.targets]) for c in printed_callouts(document, references)]
    assert found == [("Roy (2013)", [0]), ("Burn & Haddon, 2015", []), ("Haddon (2015)", [1])]


def test_a_body_with_others_is_known_by_its_whole_name():
    text = "Nights were counted (Specimen Network for Night Visits et al., 2012) and told again."
    document = Document("specimen", text, paragraphs=(Paragraph(0, len(text)),))
    references = (reference(0, "2012", "Specimen Network for Night Visits", "Lee", "Roy"), reference(1, "2012", "Roy"))
    (callout,) = printed_callouts(document, references)
    assert text[callout.start : callout.end] == "Specimen Network for Night Visits et al., 2012"
    assert [t.reference for t in callout.targets] == [0]
