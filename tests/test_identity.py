"""When two descriptions are one work."""

import pytest

from citeclass.records import Author
from citeclass.resolving import WorkFacts, best_match, same_work, shared_authors

TITLE = "Reflective supervision and strain in home visitors"
LEE = (Author("Lee", "C."),)

PAIRS = [
    (WorkFacts(doi="10.5555/a"), WorkFacts(doi="10.5555/a"), True),
    (WorkFacts(TITLE, doi="10.5555/a"), WorkFacts(TITLE, doi="10.5555/b"), False),
    (WorkFacts(TITLE, LEE, "2010"), WorkFacts(TITLE.upper() + ".", (Author("Lee", "Carla"),), "2011"), True),
    (WorkFacts(TITLE, LEE, "2010"), WorkFacts(TITLE, (Author("Roy"),), "2010"), False),
    (WorkFacts(TITLE, LEE, "2010"), WorkFacts(TITLE, LEE, "2014"), False),
    (WorkFacts(TITLE + " Part 1", LEE), WorkFacts(TITLE + " Part 2", LEE), False),
    (WorkFacts("Introduction", LEE, "2010"), WorkFacts("Introduction", LEE, "2010"), False),
    (WorkFacts(TITLE), WorkFacts(TITLE, LEE, "2010", doi="10.5555/a"), True),
    (
        WorkFacts(TITLE, LEE, "2010", container="J. Visits"),
        WorkFacts(f"{TITLE}: A trial", LEE, "2010", container="Journal of Visits"),
        True,
    ),
    (
        WorkFacts(TITLE, LEE, "2010", container="J. Visits"),
        WorkFacts(f"{TITLE}: A trial", LEE, "2011", container="Journal of Visits"),
        False,
    ),
    (
        WorkFacts(TITLE, LEE, "2010", container="Infancy"),
        WorkFacts(f"{TITLE}: A trial", LEE, "2010", container="Journal of Visits"),
        False,
    ),
]


@pytest.mark.parametrize(("a", "b", "same"), PAIRS)
def test_identity_is_conservative_and_mutual(a, b, same):
    assert (same_work(a, b) > 0) is same
    assert same_work(a, b) == same_work(b, a)


STATEMENT = "A statement that two journals print in the same month"
TWINS = {
    "a": WorkFacts(STATEMENT, LEE, "2010", doi="10.5555/a", container="Trials"),
    "b": WorkFacts(STATEMENT, LEE, "2010", doi="10.5555/b", container="BMC Medicine"),
}

MATCHES = [
    (WorkFacts(STATEMENT, LEE, "2010", container="Trials."), ("a", "title")),
    (WorkFacts(STATEMENT, LEE, "2010", container="BMC Med"), ("b", "title")),
    (WorkFacts(STATEMENT, LEE, "2010"), None),
    (WorkFacts(STATEMENT, LEE, "2010", container="The Lancet"), None),
    (WorkFacts(doi="10.5555/b"), ("b", "doi")),
    (WorkFacts("Something else altogether in this place", LEE, "2010"), None),
]


@pytest.mark.parametrize(("facts", "expected"), MATCHES)
def test_twins_are_told_apart_by_their_journal_or_not_at_all(facts, expected):
    found = best_match(facts, TWINS.items())
    assert (found and (found.key, found.method)) == expected


SHARED = [
    (Author("Lee", "C."), Author("LEE", "Carla M."), True),
    (Author("Lee", "C."), Author("Lee", "D."), False),
    (Author("Lee", "C."), Author("Lee"), False),
    (Author("Lee"), Author("Lee"), False),
    (Author("Núñez", "Ana"), Author("Nunez", "A"), True),
    (Author("Zero to Three"), Author("ZERO TO THREE"), True),
    (Author(""), Author(""), False),
]


@pytest.mark.parametrize(("citing", "cited", "same"), SHARED)
def test_authors_of_both_works(citing, cited, same):
    assert shared_authors((citing, Author("Roy", "B.")), (Author("Osei", "K."), cited)) == ((citing,) if same else ())
