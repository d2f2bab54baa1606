"""What belongs to a corpus: definitions, queries, and the relevance of works, measured on invented and real titles."""

import csv
import json
from pathlib import Path

import pytest
from conftest import ROOT, SHARED, needs_shared

pytest.importorskip("hishel", reason="the extra 'corpus' is not installed")

from citeclass.corpora import SEARCHED, Corpus, Service, judge, load_corpus, planned
from citeclass.errors import BadCorpus

# Invented by another hand than the one that chose the words and points, which had not seen them; some were mended for afterwards.
INVENTED = [json.loads(line) for line in (Path(__file__).parent / "relevance.jsonl").read_text("utf-8").splitlines()]

MINIMAL = """
name = "tiny"
title = "Tiny"
languages = ["en"]
from_year = 1990
[[topics]]
name = "visits"
terms = ["home visit*"]
[relevance]
threshold = 1
title_threshold = 1
[[relevance.signals]]
name = "visits"
points = 2
terms = ["home visit*"]
"""

WRONG = [
    ("name = ", "no TOML"),
    (f"name = {'9' * 5000}", "no TOML"),
    (f"name = {'[' * 5000}", "no TOML"),
    (MINIMAL.replace('name = "tiny"', 'name = "Tiny Corpus"'), "name"),
    (MINIMAL.replace('languages = ["en"]', "languages = []"), "languages"),
    (MINIMAL.replace("from_year = 1990", 'from_year = "long ago"'), "from_year"),
    (MINIMAL.replace("from_year = 1990", "from_year = 1990\nto_year = 1980"), "before from_year"),
    (MINIMAL.replace("[[topics]]", "[[subjects]]"), "subjects"),
    (MINIMAL.replace('terms = ["home visit*"]\n[rel', 'terms = []\n[rel'), "topics.0.terms"),
    (MINIMAL.replace("points = 2", "weight = 2"), "relevance.signals.0"),
    (MINIMAL.replace("[[topics]]", '[[journals]]\nname = "J"\nissn = ["0163-9642"]\n[[topics]]'), "check digit"),
    (MINIMAL.replace("[[topics]]", '[[journals]]\nname = "J"\nissn = ["16 39"]\n[[topics]]'), "no ISSN"),
]  # fmt: skip


@pytest.fixture(scope="module")
def imh() -> Corpus:
    return load_corpus("imh")


@pytest.mark.parametrize(("text", "told"), WRONG, ids=[told for _, told in WRONG])
def test_a_wrong_definition_is_refused_with_the_place(tmp_path, text, told):
    path = tmp_path / "wrong.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadCorpus, match=told) as raised:
        load_corpus(path)
    assert raised.value.fix


def test_an_unknown_corpus_is_refused(tmp_path):
    with pytest.raises(BadCorpus, match="no corpus"):
        load_corpus(tmp_path / "nowhere.toml")


def test_the_schema_in_the_docs_is_that_of_the_classes():
    told = json.loads((ROOT / "docs" / "corpus-definition.schema.json").read_text(encoding="utf-8"))
    assert told == Corpus.model_json_schema()


def test_every_definition_in_the_repository_loads():
    assert load_corpus(ROOT / "data" / "psychology" / "corpus.toml").topics


def test_queries_ask_for_every_core_journal_and_topic_within_what_the_services_take(imh):
    asked = list(planned(imh, list(SEARCHED)))
    europepmc = {name: query for service, name, query in asked if service is Service.EUROPE_PMC}
    assert {j.name for j in imh.journals if j.core} | {t.name for t in imh.topics} <= set(europepmc)
    assert max(map(len, europepmc.values())) <= 1500
    assert all("OPEN_ACCESS:y" in query for query in europepmc.values())
    assert '"reflective supervision"' in europepmc["reflective supervision"]
    assert '*"' not in "".join(europepmc.values())  # Europe PMC knows no stars within a phrase
    assert all("," not in q.partition("title_and_abstract.search:")[2].partition(",from_publication_date")[0] for s, _, q in asked if s is Service.OPENALEX)  # fmt: skip


def rates(rules, works) -> tuple[float, float]:
    given = [judge(rules, title=w["title"], abstract=w["abstract"]).relevant for w in works]
    right = sum(g and w["relevant"] for g, w in zip(given, works, strict=True))
    return right / sum(given), right / sum(w["relevant"] for w in works)


def test_invented_works_are_told_apart(imh):
    assert sum(w["relevant"] for w in INVENTED) == len(INVENTED) / 2 == 85
    precision, recall = rates(imh.relevance, INVENTED)
    assert precision >= 0.90, precision
    assert recall >= 0.85, recall


CASES = [
    ("Reflective supervision and burnout among home visitors", "", True),
    ("Attachment security in infants of depressed mothers", "", True),
    ("Vínculo y depresión posparto en madres de lactantes", "", True),
    ("Paid maternity leave and the mental health of mothers and infants", "", True),
    ("Attachment of pups to their mothers in the rat", "", False),
    ("Rotavirus vaccination of infants", "", False),
    ("Brand attachment of customers", "", False),
    ("", "", False),
]


@pytest.mark.parametrize(("title", "abstract", "belongs"), CASES)
def test_plain_cases(imh, title, abstract, belongs):
    assert judge(imh.relevance, title=title, abstract=abstract).relevant is belongs


def test_a_judgement_tells_its_reasons_and_words_match_whole(imh):
    found = judge(imh.relevance, title="Home visiting for INFANTS and their mothers", abstract="Rational ratings.")
    assert "very young children +3 (infants)" in found.told()
    assert "animals" not in found.told()  # no "rat" in "rational"
    assert found.score == round(sum(r.points for r in found.reasons), 3)


def test_a_core_journal_speaks_for_a_work(imh):
    plain = judge(imh.relevance, title="Babies in motion", abstract="")
    assert judge(imh.relevance, title="Babies in motion", abstract="", core_journal=True).score > plain.score


@needs_shared
def test_the_three_abstracts_of_the_mission_belong(imh):
    abstracts = (SHARED / "reference" / "seed.txt").read_text(encoding="utf-8").splitlines()[:3]
    assert all(judge(imh.relevance, title="", abstract=a).relevant for a in abstracts)


@needs_shared
def test_real_titles_of_other_fields_are_dropped(imh):
    titles = [
        row["title"]
        for name in ("manifest.tsv", "labelled_manifest.tsv", "tei_manifest.tsv")
        for row in csv.DictReader((SHARED / "articles" / name).open(encoding="utf-8"), delimiter="\t")
    ]
    kept = [t for t in titles if judge(imh.relevance, title=t, abstract="").relevant]
    assert len(kept) <= 0.01 * len(titles), kept
