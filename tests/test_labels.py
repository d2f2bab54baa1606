"""Labelled data: layouts, columns of one's own, locators and their words, overlaps, published sets."""

import json

import httpx2
import pytest

pytest.importorskip("sklearn")
pytest.importorskip("httpx2")

from conftest import ROOT, SAMPLE, SHARED, needs_shared

from citeclass.errors import BadRow, UsageError
from citeclass.extraction import extract_file
from citeclass.records import Intent, Stance
from citeclass.training.data import (
    Columns,
    as_dataset,
    overlaps,
    parse_label_map,
    read_columns,
    read_folder,
    read_labels,
)
from citeclass.training.data.example import SCHEMA
from citeclass.training.data.fetch import fetch_articles
from citeclass.training.data.hydrate import articles_in, from_articles, from_rows
from citeclass.training.data.known import KNOWN, licence_of
from citeclass.training.data.locators import Label, fingerprint, position, read_locators, write_locators
from citeclass.training.data.prepare import prepare_own, prepare_set, write_examples

LAYOUTS = {
    "acl.jsonl": (
        {
            "text": "We use the parser of Lee (2010).", "intent": "Uses", "citing_paper_id": "A1", "cited_paper_id": "B1",
            "citation_id": "A1_1", "cite_marker_offset": [21, 31], "sents_before": ["Once.", "So it was."], "sents_after": [],
            "section_name": "method",
        },
        ("acl_arc", "A1", None, Intent.METHOD, "Lee (2010)"),
    ),
    "scicite.jsonl": (
        {
            "string": "So [3] it is.", "label": "result", "unique_id": "a>b_1", "citingPaperId": "a", "sectionName": "Results",
            "citeStart": 3.0, "citeEnd": 6.0,
        },
        ("scicite", "a", None, Intent.RESULT, "[3]"),
    ),
    "lamers.jsonl": (
        {"doi": "10.5555/l", "cue": "contrast*", "text": "In contrast, visits rose.", "disagreement": "1", "coders": "1"},
        ("lamers2021", "10.5555/l", None, None, ""),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_published_layouts_are_read(tmp_path, name):
    row, expected = LAYOUTS[name]
    (tmp_path / name).write_text(json.dumps(row) + "\n", encoding="utf-8")
    (e,) = read_labels(tmp_path / name)
    target = e.sentence[e.start : e.end] if e.start is not None else ""
    assert (e.source, e.group, e.stance, e.intent, target) == expected


def test_multicite_is_read_from_its_json(tmp_path):
    paper = {
        "x": [
            {"sent_id": "p-1", "text": "We use the tagger of <span class=cite>Roy (2001)</span>."},
            {"sent_id": "p-2", "text": "It is small."},
        ],
        "y": {"@USE@": {"gold_contexts": [["p-1", "p-2"]]}, "@UNSURE@": {"gold_contexts": [["p-2"]]}},
    }
    (tmp_path / "full.json").write_text(json.dumps({"p": paper}), encoding="utf-8")
    (e,) = read_labels(tmp_path / "full.json")
    assert (e.intent, e.sentence[e.start : e.end]) == (Intent.METHOD, "Roy (2001)")
    assert e.sentence == "We use the tagger of Roy (2001). It is small."


MINE = "words,verdict,cited,paper\nWe agree with Lee (2010).,yes,Lee (2010),a\nUnlike «Roy (2001)» we saw none.,no,,a\nSeen before.,?,,b\n"
COLUMNS = Columns(
    text="words", label="verdict", target="cited", group="paper", label_map={"yes": "supporting", "no": "contradicting", "?": "skip"}
)  # fmt: skip


def test_columns_of_ones_own(tmp_path):
    (tmp_path / "mine.csv").write_text(MINE, encoding="utf-8")
    one, two = read_columns(tmp_path / "mine.csv", COLUMNS)
    assert (one.stance, one.sentence[one.start : one.end], one.group) == (Stance.SUPPORTING, "Lee (2010)", "a")
    assert (two.stance, two.sentence[two.start : two.end], two.source) == (Stance.CONTRASTING, "Roy (2001)", "mine")


WRONG = [
    (Columns(text="words", label="verdict"), UsageError, r"'yes' \(line 2\), 'no' \(line 3\)"),
    (Columns(text="sentence", label="verdict"), UsageError, "no column 'sentence'"),
    (Columns(text="cited", label="verdict", label_map=COLUMNS.label_map), BadRow, "line 3"),
    (Columns(text="words", label="paper", label_map={"a": "skip", "b": "skip"}), UsageError, "no labelled rows"),
]


@pytest.mark.parametrize(("columns", "error", "says"), WRONG)
def test_columns_that_do_not_fit_say_so(tmp_path, columns, error, says):
    (tmp_path / "mine.csv").write_text(MINE, encoding="utf-8")
    with pytest.raises(error, match=says):
        read_columns(tmp_path / "mine.csv", columns)


SAVED = {
    "semicolons.csv": "sentence;verdict\nWe agree with «Lee», and “so”.;Yes\nNot so.;0\n".encode("utf-8-sig"),
    "tabs.TSV": b"sentence\tverdict\nWe agree with \xc2\xabLee\xc2\xbb, and \xe2\x80\x9cso\xe2\x80\x9d.\tYes\nNot so.\t0\n",
    "unicode.txt": "sentence\tverdict\r\nWe agree with «Lee», and “so”.\tYes\r\nNot so.\t0\r\n".encode("utf-16"),
    "numbers.JSONL": '{"sentence": "We agree with «Lee», and “so”.", "verdict": "Yes"}\n\n{"sentence": "Not so.", "verdict": 0}\n'.encode(),
}


@pytest.mark.parametrize("name", SAVED)
def test_tables_are_read_as_people_save_them(tmp_path, name):
    (tmp_path / name).write_bytes(SAVED[name])
    columns = Columns(text="sentence", label="verdict", label_map={"yes": "supporting", "0": "mentioning"})
    one, other = read_columns(tmp_path / name, columns)
    assert (one.sentence, one.start, one.stance) == ("We agree with Lee, and “so”.", 14, Stance.SUPPORTING)
    assert (other.sentence, other.stance) == ("Not so.", Stance.MENTIONING)


def test_quotes_and_commas_within_a_table_by_tabs_are_text(tmp_path):
    (tmp_path / "a.tsv").write_text('text, marked\tlabel\n"Lee et al." found it\tsupporting\n', encoding="utf-8")
    (row,) = read_columns(tmp_path / "a.tsv", Columns(text="text, marked", label="label"))
    assert (row.sentence, row.stance) == ("Lee et al. found it", Stance.SUPPORTING)


UNREADABLE = [
    ("old.csv", "sentence,verdict\nWe agree with «Lée».,yes\n".encode("cp1252"), UsageError, "UTF-8"),
    ("book.xlsx", b"PK\x03\x04", UsageError, "workbook"),
    ("open.csv", b'sentence,verdict\n"We agree.,yes\nNot so.,no\n', BadRow, "quotation mark"),
    ("late.jsonl", b'{"sentence": "So.", "verdict": "yes"}\n{"sentence": "So."}\n', BadRow, "line 2: lacks 'verdict'"),
    ("own.csv", b"sentence,verdict\nSo.,unclassified\n", UsageError, "unclassified"),
]


@pytest.mark.parametrize(("name", "data", "error", "says"), UNREADABLE)
def test_tables_that_cannot_be_read_say_what_to_do(tmp_path, name, data, error, says):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(error, match=says):
        read_columns(tmp_path / name, Columns(text="sentence", label="verdict", label_map={"yes": "supporting"}))


def test_our_schema_may_be_a_csv_file_and_hold_nulls(tmp_path):
    head = ",".join(SCHEMA)
    (tmp_path / "a.csv").write_text(
        f"{head}\n1,So it was (4).,10,13,,,,supporting,,,mine,g,,2\n2,So.,,,,,,unclassified,result,,mine,g,,\n",
        encoding="utf-8",
    )
    one, other = read_labels(tmp_path / "a.csv")
    assert (one.start, one.end, one.stance, one.certainty) == (10, 13, Stance.SUPPORTING, 2)
    assert (other.start, other.stance, other.intent, other.certainty) == (None, None, Intent.RESULT, 3)
    row = {
        "id": "1",
        "sentence": "So «(4)».",
        "stance": "supporting",
        "pick": None,
        "doi": "10.5555/1",
        "section": None,
    }
    (tmp_path / "b.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    (own,) = read_labels(tmp_path / "b.jsonl")
    assert (own.section, own.before, own.pick) == ("", "", "")


def test_label_maps_are_parsed():
    assert parse_label_map("yes=supporting, n/a = skip") == {"yes": "supporting", "n/a": "skip"}
    for wrong in ("yes", "yes=", "yes=suporting"):
        with pytest.raises(UsageError, match="cannot be read at 'yes"):
            parse_label_map(wrong)


def some_labels():
    found = extract_file(SAMPLE / "lindqvist-2021.xml")
    for i, s in enumerate(found.statements):
        yield s, Label(
            id=f"l{i}", doi=found.front.doi or "", pmcid="", fingerprint=fingerprint(s.sentence),
            at=position(s.sentence, s.start), pick="natural", stance=Stance.MENTIONING, basis="none", certainty=3,
        )  # fmt: skip


def test_labels_go_without_words_and_get_them_back(tmp_path):
    statements, labels = zip(*some_labels(), strict=True)
    assert write_locators(labels, tmp_path / "labels.csv") == len(labels)
    assert statements[0].sentence not in (tmp_path / "labels.csv").read_text(encoding="utf-8")
    back = list(read_locators(tmp_path / "labels.csv"))
    assert back == list(labels)
    got = from_articles(back, articles_in(SAMPLE))
    assert not got.missing
    by_id = {e.id: e for e in got.examples}
    for statement, label in zip(statements, labels, strict=True):
        example = by_id[label.id]
        assert (example.sentence, example.start) == (statement.sentence, statement.start)
        assert example.before == statement.before


def test_labels_get_words_from_rows_marked_or_not():
    (s, label), *_ = some_labels()
    marked = f"{s.sentence[: s.start]}«{s.sentence[s.start : s.end]}»{s.sentence[s.end :]}"
    for sentence in (marked, s.sentence):
        got = from_rows([label], [{"doi": label.doi.upper(), "sentence": sentence}])
        assert [e.start for e in got.examples] == [s.start]
    assert from_rows([label], [{"doi": "10.5555/other", "sentence": marked}]).missing


def test_what_is_not_here_is_told(tmp_path):
    (_, label), *_ = some_labels()
    got = from_articles([label], {})
    assert [why for _, why in got.missing] == ["the article is not here"]
    write_locators([label], tmp_path / "labels.csv")
    done = prepare_own(tmp_path / "labels.csv", tmp_path / "out.jsonl")
    assert (done["labels"], done["found"]) == (1, 0)


def answer(request: httpx2.Request) -> httpx2.Response:
    """Europe PMC, in small: one article that it has, one that it knows nothing of, one that fails."""
    path, query = request.url.path, dict(request.url.params)
    if path.endswith("/search"):
        found = [{"pmcid": "PMC1"}] if "specimen.2021" in query["query"] else []
        return httpx2.Response(200, json={"resultList": {"result": found}})
    if path.endswith("PMC1/fullTextXML"):
        return httpx2.Response(200, content=(SAMPLE / "lindqvist-2021.xml").read_bytes())
    return httpx2.Response(500)


def test_articles_are_fetched_once_and_failures_told(tmp_path):
    (_, label), *_ = some_labels()
    lost = Label(id="x", doi="10.5555/none", pmcid="", fingerprint="0", at=None, pick="", stance=Stance.MENTIONING, basis="none", certainty=3)  # fmt: skip
    broken = Label(id="y", doi="10.5555/bad", pmcid="PMC9", fingerprint="0", at=None, pick="", stance=Stance.MENTIONING, basis="none", certainty=3)  # fmt: skip
    calls: list[str] = []

    def counted(request: httpx2.Request) -> httpx2.Response:
        calls.append(request.url.path)
        return answer(request)

    with httpx2.Client(transport=httpx2.MockTransport(counted)) as via:
        failed = fetch_articles([label, lost, broken], tmp_path, via=via)
        assert set(failed) == {"10.5555/none", "10.5555/bad"}
        before = len(calls)
        fetch_articles([label], tmp_path, via=via)
        assert [c for c in calls[before:] if c.endswith("fullTextXML")] == []
    write_locators([label], tmp_path / "labels.csv")
    assert prepare_own(tmp_path / "labels.csv", tmp_path / "out.jsonl", articles=[tmp_path])["found"] == 1


def test_published_sets_become_our_schema(tmp_path):
    row, _ = LAYOUTS["scicite.jsonl"]
    (tmp_path / "train.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    assert prepare_set("scicite", [tmp_path / "train.jsonl"], tmp_path / "out") == {"scicite_train.jsonl": 1}
    assert list(read_labels(tmp_path / "out" / "scicite_train.jsonl")) == list(read_labels(tmp_path / "train.jsonl"))
    with pytest.raises(UsageError, match="no files of kilicoglu2019"):
        prepare_set("kilicoglu2019", [], tmp_path / "out")
    assert licence_of("scicite") == "none stated"
    assert licence_of("mine") == "your own"


def test_a_folder_is_a_dataset_dict(tmp_path):
    rows = list(read_labels_of(LAYOUTS["scicite.jsonl"][0], tmp_path))
    write_examples(rows, tmp_path / "in" / "a_train.jsonl")
    write_examples(rows, tmp_path / "in" / "a_test.jsonl")
    found = as_dataset(read_folder(tmp_path / "in"))
    assert {name: len(part) for name, part in found.items()} == {"train": 1, "test": 1}
    assert found["train"][0]["intent"] == "result"
    assert found["test"][0]["id"] != found["train"][0]["id"]


def read_labels_of(row, folder):
    (folder / "row.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    return read_labels(folder / "row.jsonl")


def test_sentences_of_two_sets_are_found_exactly_and_nearly(tmp_path):
    def rows(*sentences):
        return [
            next(read_labels_of({**LAYOUTS["scicite.jsonl"][0], "string": s, "unique_id": f"a>{s}"}, tmp_path)) for s in sentences
        ]  # fmt: skip

    one = rows(
        "Visits were followed by calmer evenings in all of the families [3].", "Nothing of the kind was seen here."
    )
    other = rows(
        "Visits were followed by calmer evenings in all of the families (3).",
        "Visits were followed by calmer evenings in all of our families [3].",
        "A wholly different sentence about other things altogether.",
    )
    assert [(o.other.sentence[-4:], o.likeness == 100) for o in overlaps(one, other)] == [
        ("(3).", True),
        ("[3].", False),
    ]


@pytest.mark.parametrize("name", KNOWN)
def test_every_data_set_has_its_card_and_script(name):
    folder = ROOT / "data" / name
    card = (folder / "README.md").read_text(encoding="utf-8")
    for word in ("origin", "licence", "label map", "sha256", "Caveats"):
        assert word in card, word
    assert "prepare" in (folder / "prepare.py").read_text(encoding="utf-8")


def test_our_labels_hold_no_words():
    for file, count in (("labels.csv", 14762), ("labels_dev.csv", 241)):
        labels = list(read_locators(ROOT / "data" / "citeclass" / file))
        assert len(labels) == count
        assert len({label.id for label in labels}) == count
        assert all(len(label.fingerprint) == 16 and label.certainty in (1, 2, 3) for label in labels)


@needs_shared
def test_our_labels_find_their_sentences_in_the_articles():
    articles = articles_in(SHARED / "articles" / "labelled")
    some = dict(sorted(articles.items())[::12])
    here = [
        label for label in read_locators(ROOT / "data" / "citeclass" / "labels.csv")
        if label.doi.casefold() in some and label.pick in ("cue", "cue2", "natural")
    ]  # fmt: skip
    got = from_articles(here, some)
    assert len(here) >= 30
    assert len(got.examples) >= 0.9 * len(here), [why for _, why in got.missing]
