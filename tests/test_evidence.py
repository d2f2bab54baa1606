"""Asking a library: filters, order, pages, groups, search, tallies, notes."""

import itertools

import pytest
from conftest import CONTRASTING, MENTIONING, SUPPORTING, cite, jats, ref
from hypothesis import given
from hypothesis import strategies as st

from citeclass.errors import UsageError
from citeclass.evidence import (
    Filters,
    Sort,
    evidence_by_work,
    markdown_note,
    sections_of,
    short_name,
    tallies_of,
    tally_of,
    years_of,
)
from citeclass.evidence.match import match_of
from citeclass.records import Stance
from citeclass.store import Store

ASKED = "10.5555/specimen.2014.07"

FILTERS = [
    ({"types": "contrasting"}, lambda s: s.type == "contrasting"),
    ({"types": "supporting,contradicting"}, lambda s: s.type in ("supporting", "contrasting")),
    ({"sections": "results"}, lambda s: s.statement.section == "results"),
    ({"zones": "abstract"}, lambda s: s.statement.zone == "abstract"),
    ({"intents": "background"}, lambda s: s.prediction.intent == "background"),
    ({"year": "2021-"}, lambda s: int(s.source.year) >= 2021),
    ({"year": "-2020"}, lambda s: int(s.source.year) <= 2020),
    ({"year": "2019"}, lambda s: s.source.year == "2019"),
    ({"author": "LINDQVIST"}, lambda s: s.source.authors[0].family == "Lindqvist"),
    ({"journal": "infant mental"}, lambda s: "Infant Mental" in (s.source.container or "")),
    ({"min_confidence": 0.8}, lambda s: s.type_confidence >= 0.8),
    ({"corrected": True}, lambda s: s.expert is not None),
    ({"corrected": False}, lambda s: s.expert is None),
    ({"self_cites": False}, lambda s: not s.self_cites),
    ({"text": "contrary"}, lambda s: "ontrary" in s.statement.sentence),
    ({"types": "supporting", "sections": "results", "year": "2021"}, lambda s: s.type == "supporting" and s.statement.section == "results" and s.source.year == "2021"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "holds"), FILTERS, ids=lambda v: str(v) if isinstance(v, dict) else "")
def test_a_filter_lets_pass_what_it_says(sample, options, holds):
    everything = sample.evidence(ASKED)
    found = sample.evidence(ASKED, filters=Filters.parse(**options))
    assert [s.statement.id for s in found.statements] == [s.statement.id for s in everything.statements if holds(s)]
    assert found.matching == len(found.statements)
    assert found.tally == everything.tally


@pytest.mark.parametrize(
    "wrong", [{"types": "praising"}, {"sections": "coda"}, {"year": "last"}, {"year": "2020-19"}, {"intents": "spite"}]
)
def test_words_that_are_none_of_the_fields_are_refused(wrong):
    with pytest.raises(UsageError):
        Filters.parse(**wrong)


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_are_stable_and_lose_nothing(sample, sort):
    whole = [s.statement.id for s in sample.evidence(ASKED, sort=sort).statements]
    pages = [
        [s.statement.id for s in sample.evidence(ASKED, sort=sort, limit=5, offset=at).statements]
        for at in range(0, len(whole) + 5, 5)
    ]
    assert list(itertools.chain(*pages)) == whole
    assert len(set(whole)) == 23


def test_the_orders(sample):
    by_type, sure, new = (sample.evidence(ASKED, sort=s).statements for s in ("type", "confidence", "newest"))
    assert [s.type.value for s in by_type][:1] == ["supporting"]
    assert [s.type_confidence for s in sure] == sorted((s.type_confidence for s in sure), reverse=True)
    assert [s.source.year for s in new] == sorted((s.source.year for s in new), reverse=True)


def test_statements_come_together_by_citing_work(sample):
    work = sample.find(ASKED)
    found = evidence_by_work(sample.store, work)
    assert found.works == found.total == len(found.groups) == tally_of(sample.store, work.id).works == 4
    assert sum(g.tally.total for g in found.groups) == 23
    assert evidence_by_work(sample.store, work, limit=1, offset=1).groups == found.groups[1:2]
    only = evidence_by_work(sample.store, work, filters=Filters(types=(Stance.CONTRASTING,)))
    assert only.works == len(only.groups) == 4
    assert {s.type for g in only.groups for s in g.statements} == {"contrasting"}


def test_tallies_by_work_section_and_year_agree(sample):
    work = sample.find(ASKED)
    whole = tally_of(sample.store, work.id)
    for parts in (sections_of(sample.store, work.id), years_of(sample.store, work.id)):
        assert sum(t.total for t in parts.values()) == whole.total == 23
        assert sum(t.contrasting for t in parts.values()) == whole.contrasting
    assert list(years_of(sample.store, work.id)) == [2019, 2020, 2021, 2022]
    many = tallies_of(sample.store, [w.id for w in sample.store.works.all()] + ["nothing"])
    assert sum(t.total for t in many.values()) == 110
    assert many["nothing"].total == 0


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("supervision", ["supervis"]),
        ('"reflective supervision"', ["reflective supervis"]),
        ("attach*", ["attach"]),
        ("supervision -reflective", ["supervis"]),
        ("visitor rates", []),
    ],
)
def test_search_finds_words_and_marks_them(sample, query, words):
    found = sample.search(query, limit=200)
    assert found.matching == len(found.hits) > 0
    for hit in found.hits:
        sentence = hit.statement.statement.sentence
        assert hit.marks
        for word in words:
            assert word in sentence.casefold()
        assert all(sentence[a:b].strip() == sentence[a:b] for a, b in hit.marks)
        if "-reflective" in query:
            assert "eflective" not in sentence


def test_search_is_paged_filtered_and_refuses_nothing_at_all(sample):
    whole = [h.statement.statement.id for h in sample.search("supervision", limit=500).hits]
    assert [h.statement.statement.id for h in sample.search("supervision", limit=3, offset=3).hits] == whole[3:6]
    only = sample.search("supervision", filters=Filters.parse(types="contrasting"))
    assert {h.statement.type for h in only.hits} == {"contrasting"}
    with pytest.raises(UsageError):
        sample.search("-- ** ''")
    assert sample.search("zebra").hits == ()


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_query_or_a_clear_no(text):
    with Store(":memory:") as store:
        try:
            query = match_of(text)
        except UsageError:
            return
        list(store.db.query("select rowid from statements_fts where statements_fts match ?", [query]))


def test_what_is_shown_follows_predictions_corrections_and_models(tmp_path, library):
    (tmp_path / "a.xml").write_bytes(
        jats(
            f"<p>Our results replicate those of {cite('a', 'Smith (2010)')}.</p>",
            refs=ref("a", "Smith", "2010", doi="10.5555/smith"),
        )
    )
    library.add(tmp_path / "a.xml")
    shown, judged = "select * from shown order by statement", "select * from judged order by statement"
    rows = lambda query: [tuple(r.values()) for r in library.store.db.query(query)]  # noqa: E731
    assert rows(shown) == rows(judged)
    statement = rows(shown)[0][0]
    library.correct(statement, "contrasting")
    assert rows(shown) == rows(judged)
    assert library.evidence("10.5555/smith").tally.contrasting == 1
    library.store.predictions.use("another@1")
    assert rows(shown) == rows(judged)
    library.store.db.execute("delete from statements")
    assert rows(shown) == []


def test_a_note_in_markdown_says_it_all(sample):
    note = markdown_note(sample.evidence(ASKED))
    assert f"| {SUPPORTING} | {CONTRASTING} | {MENTIONING} | 0 | 23 | 4 |" in note
    assert f"### Contrasting ({CONTRASTING})" in note
    assert "“Contrary to **Brandt and Osei (2014)**, we" in note
    assert note.count("https://doi.org/10.5555/specimen.20") == 5
    assert "not known" in markdown_note(sample.evidence("10.5555/nowhere"))


def test_works_have_short_names(sample):
    assert short_name(sample.find(ASKED)) == "Brandt & Osei 2014"
