"""Lakes: the same evidence as a library's, from Parquet files, whoever wrote them."""

import json
import shutil

import pytest
from conftest import CONTRASTING, SAMPLE
from typer.testing import CliRunner

pytest.importorskip("duckdb", reason="the extra 'lake' is not installed")
pytest.importorskip("pyarrow", reason="the extra 'lake' is not installed")

import duckdb

import citeclass
from citeclass.classifying import load_classifier
from citeclass.cli import app
from citeclass.errors import NotALibrary, UsageError
from citeclass.evidence import Filters
from citeclass.extraction import Limits
from citeclass.lake import Lake, compact, fill, library_to_lake
from citeclass.reading import ReadOptions
from citeclass.store import Store

ASKED = "10.5555/specimen.2014.07"


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    """The four specimens' lake."""
    folder = tmp_path_factory.mktemp("lake") / "lake"
    summary = fill(folder, [SAMPLE], load_classifier())
    assert (summary.added, summary.failed) == (4, 0)
    assert compact(folder) == summary.new_statements
    return folder


def rows(folder):
    """All statements of a lake, sorted."""
    told = duckdb.sql(
        f"select * from read_parquet('{folder}/cited/*/*.parquet', hive_partitioning = true) order by id, target_work"
    )
    return told.fetchall()


@pytest.mark.parametrize("direction", ["cited", "citing"])
@pytest.mark.parametrize("sort", ["type", "confidence", "newest", "oldest"])
def test_a_lake_answers_as_a_library_does(lake, sample, direction, sort):
    asked = ASKED if direction == "cited" else "10.5555/specimen.2019.01"
    with Lake(lake) as opened:
        found = opened.evidence(asked, direction=direction, sort=sort)
    expected = sample.evidence(asked, direction=direction, sort=sort)
    assert found.tally == expected.tally
    assert [s.statement.id for s in found.statements] == [s.statement.id for s in expected.statements]
    assert [s.statement.sentence for s in found.statements] == [s.statement.sentence for s in expected.statements]
    assert (found.coverage.status, found.coverage.cited_by) == (expected.coverage.status, expected.coverage.cited_by)


FILTERS = [
    {"types": "contrasting"},
    {"types": "supporting,contrasting", "sections": "results"},
    {"year": "2020-2021"},
    {"min_confidence": 0.8},
    {"text": "null result"},
    {"types": "contrasting", "text": "zebra"},
]


@pytest.mark.parametrize("given", FILTERS, ids=str)
def test_filters_are_a_librarys(lake, sample, given):
    chosen = Filters.parse(**given)
    with Lake(lake) as opened:
        found = opened.evidence(ASKED, filters=chosen)
    expected = sample.evidence(ASKED, filters=chosen)
    assert [s.statement.id for s in found.statements] == [s.statement.id for s in expected.statements]
    assert (found.matching, found.tally) == (expected.matching, expected.tally)


def test_pages_do_not_overlap(lake):
    with Lake(lake) as opened:
        pages = [opened.evidence(ASKED, limit=5, offset=at).statements for at in range(0, 25, 5)]
    ids = [s.statement.id for page in pages for s in page]
    assert len(ids) == len(set(ids)) == 23


def test_works_are_found_by_title_and_unknown_ones_are_told(lake):
    with Lake(lake) as opened:
        assert opened.evidence("practitioner strain").work.doi == ASKED
        with pytest.raises(UsageError, match="works match"):
            opened.evidence("infant home")
        assert opened.evidence("10.5555/nowhere").coverage.status == "not known"
        with pytest.raises(UsageError, match="journal"):
            opened.evidence(ASKED, filters=Filters.parse(journal="specimen"))


def test_a_second_run_reads_nothing_again_and_a_bad_file_is_a_failure(lake, tmp_path):
    folder = tmp_path / "lake"
    shutil.copytree(lake, folder)
    assert fill(folder, [SAMPLE], load_classifier()).unchanged == 4
    (tmp_path / "bad.xml").write_text("<article>")
    summary = fill(folder, [SAMPLE, tmp_path / "bad.xml"], load_classifier(), limits=Limits())
    assert (summary.unchanged, summary.failed) == (4, 1)
    compact(folder)
    with Lake(folder) as opened:
        assert (opened.totals["documents"], opened.totals["failed"]) == (4, 1)
    assert rows(folder) == rows(lake)


def test_a_half_written_file_is_no_part_of_a_lake(lake, tmp_path):
    folder = tmp_path / "lake"
    shutil.copytree(lake, folder)
    (folder / "raw" / ".torn.part").write_bytes(b"PAR1")
    shutil.rmtree(folder / "cited")
    assert compact(folder) == len(rows(lake))
    assert rows(folder) == rows(lake)


def test_what_is_no_lake_is_refused(tmp_path, lake):
    with pytest.raises(NotALibrary, match="no finished lake"):
        Lake(tmp_path)
    shutil.copytree(lake, tmp_path / "later")
    (tmp_path / "later" / "lake.json").write_text('{"version": 99}')
    with pytest.raises(NotALibrary, match="version 99"):
        Lake(tmp_path / "later")


def test_library_to_lake_and_back_changes_no_answer(sample_db, tmp_path, lake):
    with Store(sample_db) as store:
        assert library_to_lake(store, tmp_path / "lake") == 4
    compact(tmp_path / "lake")
    run = CliRunner().invoke(app, ["lake", "import", str(tmp_path / "lake"), "--db", str(tmp_path / "again.db")])
    assert run.exit_code == 0, run.output
    with citeclass.open(str(tmp_path / "again.db")) as again, citeclass.open(str(sample_db)) as first:
        one, other = (library.evidence(ASKED) for library in (again, first))
    assert one.tally == other.tally
    assert [s.to_json() for s in one.statements] == [s.to_json() for s in other.statements]


def test_on_the_command_line(tmp_path):
    folder = str(tmp_path / "lake")
    made = CliRunner().invoke(app, ["classify", str(SAMPLE), "--output", folder, "--json", "--jobs", "1"])
    assert json.loads(made.stdout)["documents"] == 4
    told = CliRunner().invoke(app, ["evidence", ASKED, "--lake", folder, "--type", "contrasting", "--json"])
    assert json.loads(told.stdout)["matching"] == CONTRASTING
    assert CliRunner().invoke(app, ["lake", "compact", folder]).exit_code == 0
    wrong = CliRunner().invoke(app, ["classify", str(SAMPLE), "--engine", "ray"])
    assert (wrong.exit_code, "--output" in wrong.stderr) == (2, True)
    assert CliRunner().invoke(app, ["classify", str(SAMPLE), "--engine", "spark", "--output", folder]).exit_code == 2


def test_an_article_counts_once_however_often_it_was_read(tmp_path):
    folder, classifier, made = tmp_path / "articles", load_classifier(), tmp_path / "lake"
    folder.mkdir()
    data = (SAMPLE / "lindqvist-2021.xml").read_bytes()
    (folder / "a.xml").write_bytes(data)
    (folder / "b.xml").write_bytes(data + b"\n")
    fill(made, [folder], classifier)
    compact(made)
    once = len(rows(made))
    (folder / "b.xml").unlink()
    (folder / "a.xml").write_bytes(data + b"\n\n")
    fill(made, [folder], classifier)
    compact(made)
    found = rows(made)
    assert len(found) == once == len({r[0] for r in found})
    told = json.loads((made / "lake.json").read_text(encoding="utf-8"))
    assert (told["documents"], told["failed"]) == (1, 0)


def test_a_failure_makes_no_reading_of_a_lake_fall(tmp_path):
    folder, classifier, made = tmp_path / "articles", load_classifier(), tmp_path / "lake"
    folder.mkdir()
    shutil.copy(SAMPLE / "lindqvist-2021.xml", folder / "a.xml")
    fill(made, [folder], classifier)
    fill(made, [folder], classifier, options=ReadOptions(max_bytes=1000))
    shutil.copy(SAMPLE / "moreno-2022.tei.xml", folder / "a.xml")  # and another article under the old name loses none
    fill(made, [folder], classifier)
    compact(made)
    told = json.loads((made / "lake.json").read_text(encoding="utf-8"))
    assert (told["documents"], told["failed"]) == (2, 0)


@pytest.mark.parametrize("words", ["not -attrition", '"Osei and Brandt"', "report*"])
def test_a_lake_refuses_what_it_cannot_look_for(lake, words):
    with Lake(lake) as opened, pytest.raises(UsageError, match="plain words"):
        opened.evidence(ASKED, filters=Filters(text=words))


def test_words_of_a_lake_begin_where_words_begin(lake):
    with Lake(lake) as opened:
        assert opened.evidence(ASKED, filters=Filters(text="supervis")).matching > 0
        assert opened.evidence(ASKED, filters=Filters(text="upervis")).matching == 0
