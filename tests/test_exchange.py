"""What goes out to other programs is read again by other programs; what they export is taken in."""

import csv
import io
import json

import pytest
from conftest import CONTRASTING, MENTIONING, SAMPLE, SUPPORTING
from typer.testing import CliRunner

from citeclass.cli import app
from citeclass.errors import UsageError
from citeclass.evidence import STYLES, Tally, badge, write_cito, write_parquet
from citeclass.pipeline import Library
from citeclass.pipeline.managers import read_export
from citeclass.records import Author, Stance

ASKED = "10.5555/specimen.2014.07"
NOTE = f"citeclass: {SUPPORTING} supporting, {CONTRASTING} contrasting, {MENTIONING} mentioning, 0 unclassified; 23 statements in 4 citing works"


def exported(db, format: str) -> str:
    done = CliRunner().invoke(app, ["export", "--db", str(db), "--format", format])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_ris_is_read_by_rispy(sample_db):
    rispy = pytest.importorskip("rispy")
    (entry,) = [e for e in rispy.loads(exported(sample_db, "ris")) if e.get("doi") == ASKED]
    assert entry["authors"] == ["Brandt, L.", "Osei, K."]
    assert entry["notes"] == [NOTE]


@pytest.mark.parametrize("parser", ["pybtex", "bibtexparser"])
def test_bibtex_is_read_by_two_parsers(sample_db, parser):
    module = pytest.importorskip(parser)
    text = exported(sample_db, "bibtex")
    if parser == "pybtex":
        from pybtex.database import parse_string

        entries = {k: e.fields for k, e in parse_string(text, "bibtex").entries.items()}
    else:
        library = module.parse_string(text)
        assert not library.failed_blocks
        entries = {e.key: {f.key: f.value for f in e.fields} for e in library.entries}
    (entry,) = [e for e in entries.values() if e.get("doi") == ASKED]
    assert entry["note"] == NOTE
    assert len(entries) == len({json.loads(line)["target"]["id"] for line in exported(sample_db, "jsonl").splitlines()})


def test_csl_json_is_rendered_by_citeproc(sample_db):
    pytest.importorskip("citeproc")
    from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
    from citeproc.source.json import CiteProcJSON

    items = json.loads(exported(sample_db, "csl-json"))
    (item,) = [i for i in items if i.get("DOI") == ASKED]
    assert item["note"] == NOTE
    bibliography = CitationStylesBibliography(
        CitationStylesStyle("harvard-cite-them-right", validate=False), CiteProcJSON([item]), formatter.plain
    )
    bibliography.register(Citation([CitationItem(item["id"])]))
    assert "Brandt" in str(bibliography.bibliography()[0])


@pytest.mark.parametrize("format", ["turtle", "json-ld"])
def test_linked_data_is_read_by_rdflib(sample_db, format):
    rdflib = pytest.importorskip("rdflib")
    graph = rdflib.Graph().parse(data=exported(sample_db, format), format=format)
    asked = rdflib.URIRef(f"https://doi.org/{ASKED}")
    cito = rdflib.Namespace("http://purl.org/spar/cito/")
    assert len(list(graph.subjects(cito.hasCitedEntity, asked))) == 23
    kinds = [
        k
        for s in graph.subjects(cito.hasCitedEntity, asked)
        for k in graph.objects(s, cito.hasCitationCharacterization)
    ]
    assert (kinds.count(cito.confirms), kinds.count(cito.disputes)) == (SUPPORTING, CONTRASTING)
    assert set(graph.objects(None, cito.disputes)) >= {asked}


def test_iris_of_awkward_dois_are_legal(sample):
    rdflib = pytest.importorskip("rdflib")
    from dataclasses import replace

    found = sample.evidence(ASKED).statements[0]
    awkward = replace(found.target, doi="10.1002/(sici)1097-0355(1997)18:2<170::aid>3.0.co;2-m")
    text = write_cito(
        [replace(found, target=awkward), replace(found, target=replace(awkward, doi=None, id="work: a b"))]
    )
    graph = rdflib.Graph().parse(data=text, format="turtle")
    assert all(" " not in str(s) and "<" not in str(s) for s in graph.subjects())


def test_parquet_is_read_by_pyarrow(sample, tmp_path):
    pq = pytest.importorskip("pyarrow.parquet")
    assert write_parquet(sample.export(), tmp_path / "s.parquet") == 110
    table = pq.read_table(tmp_path / "s.parquet")
    assert table.num_rows == 110
    assert {"supporting": "double", "page": "int32"}.items() <= {f.name: str(f.type) for f in table.schema}.items()
    assert table.column("target_doi").to_pylist().count(ASKED) == 23


def test_csv_opens_in_a_spreadsheet(sample_db, tmp_path):
    out = tmp_path / "s.csv"
    assert (
        CliRunner().invoke(app, ["export", "--db", str(sample_db), "--format", "csv", "--out", str(out)]).exit_code == 0
    )
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    assert len(list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig"))))) == 110


def test_tables_for_notebooks(sample):
    pytest.importorskip("pandas")
    frame = sample.frame()
    assert frame.shape[0] == 110
    assert frame.groupby("type").size().sum() == 110
    assert "4 documents" in sample._repr_html_()
    shown = sample.evidence(ASKED)._repr_html_()
    assert "<svg" in shown
    assert "Contrary to <b>Brandt and Osei (2014)</b>" in shown
    assert "not known" in sample.evidence("10.5555/nowhere")._repr_html_()


@pytest.mark.train
def test_tables_for_datasets(sample):
    pytest.importorskip("datasets")
    assert sample.dataset().num_rows == 110


def test_labels_by_hand_become_training_rows(own_sample, tmp_path):
    with Library(own_sample) as library:
        statement = library.suggest(limit=1)[0].statement.id
        library.correct(statement, Stance.CONTRASTING, by="me")
        assert statement not in {s.statement.id for s in library.suggest(limit=50)}
    out = tmp_path / "corrections.jsonl"
    assert (
        CliRunner()
        .invoke(app, ["export", "--db", str(own_sample), "--format", "training", "--out", str(out)])
        .exit_code
        == 0
    )
    from citeclass.training.data.layouts import read_labels

    (example,) = read_labels(out)
    assert (example.id, example.stance, example.source) == (statement, Stance.CONTRASTING, "corrections")


def test_suggestions_waver_and_are_spread(sample):
    found = sample.suggest(limit=6)
    margins = [sorted((s.prediction.supporting, s.prediction.contrasting, s.prediction.mentioning)) for s in found]
    assert [c - b for _, b, c in margins] == sorted(c - b for _, b, c in margins)
    assert max(sum(s.source.id == t.source.id for t in found) for s in found) <= 2
    assert {s.type for s in sample.suggest(limit=5, type="contrasting")} == {Stance.CONTRASTING}


# ---------------------------------------------------------------- badges


@pytest.mark.parametrize("style", STYLES)
def test_badges_are_pictures_that_say_their_numbers(style):
    from lxml import etree

    picture = etree.fromstring(badge(Tally(7, 0, 12, 0, 4), style=style))
    text = " ".join(picture.itertext())
    assert "7 supporting" in text
    assert "supporting 7" in text
    assert "contrasting" not in text
    assert "contrasting 0" in badge(Tally(7, 0, 12, 0, 4), style=style, hide_zeros=False)


def test_badges_tell_nothing_from_unknown():
    assert "no statements" in badge(Tally())
    assert "not known" in badge(Tally(), known=False)
    with pytest.raises(ValueError, match="star"):
        badge(Tally(), style="star")


# ---------------------------------------------------------------- what people have

RIS = """TY  - JOUR
AU  - Hale, Miriam J.
AU  - Van der Berg, Pieter
TI  - Reflective supervision and emotional exhaustion, as the manager has it
T2  - The Manager's Journal
PY  - 2019/03//
DO  - 10.5555/specimen.2019.01
L1  - {pdf}
ER  -

TY  - JOUR
AU  - Nobody, Ann
TI  - A work whose full text nobody has
PY  - 2001
DO  - 10.5555/nofile.1
ER  -
"""
BIB = r"""@article{{hale2019,
  title = {{{{Reflective}} supervision \& exhaustion: Fra{{\"i}}berg's view}},
  author = {{Hale, Miriam J. and {{van der Berg}}, Pieter and {{Specimen Council}}}},
  date = {{2019-03-01}}, journaltitle = {{The Manager's Journal}},
  doi = {{10.5555/specimen.2019.01}},
  file = {{Full Text:{pdf}:application/pdf;Snapshot:nowhere.html:text/html}},
}}
@article{{nofile, title = {{A work whose full text nobody has}}, author = {{Nobody, Ann}}, year = {{2001}}, doi = {{10.5555/nofile.1}}}}
"""
CSL = """[
 {{"id": "a", "title": "Reflective supervision, as the manager has it", "author": [{{"family": "Hale", "given": "Miriam J."}}],
   "issued": {{"date-parts": [["2019", 3]]}}, "DOI": "10.5555/SPECIMEN.2019.01", "container-title": "The Manager's Journal",
   "attachments": [{{"path": "{pdf}"}}]}},
 {{"id": "b", "title": "A work whose full text nobody has", "DOI": "10.5555/nofile.1"}}
]"""


@pytest.mark.parametrize(("name", "text"), [("z.ris", RIS), ("z.bib", BIB), ("z.json", CSL)])
def test_an_export_brings_works_and_files(tmp_path, name, text):
    if name != "z.json":
        pytest.importorskip("rispy" if name == "z.ris" else "pybtex")
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "hale.pdf").write_bytes((SAMPLE / "hale-2019.pdf").read_bytes())
    (tmp_path / name).write_text(text.format(pdf="files/hale.pdf"), encoding="utf-8")
    with Library(tmp_path / "l.db") as library:
        taken = library.take_in(tmp_path / name)
        assert (taken.works, taken.files, taken.missing, taken.summary.added) == (2, 1, 0, 1)
        work = library.find("10.5555/specimen.2019.01")
        assert work.container == "The Manager's Journal"
        assert work.year == "2019"
        assert library.evidence(work.id, direction="citing").coverage.status == "processed"
        unread = library.evidence("10.5555/nofile.1")
        assert (unread.coverage.status, unread.coverage.no_full_text, unread.tally.total) == ("no full text", 1, 0)
        again = library.take_in(tmp_path / name)
        assert (again.summary.added, again.summary.unchanged) == (0, 1)


def test_marks_of_bibtex_are_undone(tmp_path):
    pytest.importorskip("pybtex")
    (tmp_path / "z.bib").write_text(BIB.format(pdf="hale.pdf"), encoding="utf-8")
    first, _ = read_export(tmp_path / "z.bib").works
    assert first.facts.title == "Reflective supervision & exhaustion: Fraïberg's view"
    assert first.facts.authors == (
        Author("Hale", "Miriam J."),
        Author("van der Berg", "Pieter"),
        Author("Specimen Council"),
    )
    assert [f.name for f in first.files] == ["hale.pdf"]


FIELDS = [
    ("Full Text:files/1/a.pdf:application/pdf", ["files/1/a.pdf"]),
    (":home/me/b.pdf:pdf;:home/me/c.pdf:pdf", ["home/me/b.pdf", "home/me/c.pdf"]),
    ("/home/me/d.pdf", ["/home/me/d.pdf"]),
    (r"Title\: with colon:files/e.pdf:application/pdf", ["files/e.pdf"]),
    (r"PDF:C\:\\Users\\me\\f.pdf:application/pdf", [r"C:\Users\me\f.pdf"]),
]


@pytest.mark.parametrize(("field", "paths"), FIELDS)
def test_file_fields_of_managers(field, paths):
    pytest.importorskip("pybtex")
    from citeclass.pipeline.managers import _bibtex_files

    assert list(_bibtex_files(field)) == paths


@pytest.mark.parametrize(
    ("name", "text"), [("a.txt", "x"), ("a.json", "{"), ("a.json", '["x"]'), ("a.bib", "just words"), ("a.ris", "just words"), ("a.json", "[[]]"), ("none.ris", None)]
)  # fmt: skip
def test_what_is_no_export_is_told(tmp_path, name, text):
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(UsageError):
        read_export(tmp_path / name)


ODD = [
    ("z.bib", "@article{a, title={One}, month=sept, year={2001}}\n@article{a, title={Two}}\n@article{b, title={Three}, author={Smith, J., Doe, A., Roe, B., X}}", 2),
    ("z.json", '[{"title": ["One", "x"], "issued": "2019", "author": [{"literal": "Body", "given": null}], "attachments": ["a.pdf"]}, "x", {"title": "Two", "issued": {"date-parts": [[]]}}]', 2),
    ("z.ris", "TY  - JOUR\nTI  - One\nER  - \nTY  - JOUR\nTI  - Two\n", 2),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "works"), ODD, ids=[o[0] for o in ODD])
def test_an_odd_entry_costs_itself_alone(tmp_path, name, text, works):
    pytest.importorskip("rispy")
    (tmp_path / name).write_text(text, encoding="utf-16" if name.endswith("ris") else "utf-8")
    found = read_export(tmp_path / name)
    assert len(found.works) >= works
    assert found.works[0].facts.title == "One"
    assert all(a.given is not None for w in found.works for a in w.facts.authors)


def test_dois_in_bibtex_are_taken_as_they_are(tmp_path):
    pytest.importorskip("pybtex")
    bib = r"@article{a, title={Growth of 5% per year}, doi={10.1002/(SICI)1097%3C1661--b\_c}}"
    (tmp_path / "z.bib").write_text(bib.replace("\\\\", "\\"))
    (work,) = read_export(tmp_path / "z.bib").works
    assert work.facts.title == "Growth of 5% per year"
    assert work.facts.doi == "10.1002/(sici)1097<1661--b_c"


def test_endnotes_files_are_found(tmp_path):
    pytest.importorskip("rispy")
    inside = tmp_path / "My Library.Data" / "PDF" / "0123"
    inside.mkdir(parents=True)
    (inside / "a b.pdf").write_bytes(b"%PDF")
    (tmp_path / "z.ris").write_text("TY  - JOUR\nTI  - One\nL1  - internal-pdf://0123/a b.pdf\nER  - \n")
    (work,) = read_export(tmp_path / "z.ris").works
    assert work.files == ((inside / "a b.pdf").resolve(),)


def test_what_was_told_is_kept_when_files_are_read_again(tmp_path):
    (tmp_path / "hale.pdf").write_bytes((SAMPLE / "hale-2019.pdf").read_bytes())
    entry = {"title": "A title from the manager", "DOI": "10.7777/told.1", "attachments": [{"path": "hale.pdf"}]}
    (tmp_path / "z.json").write_text(json.dumps([entry]))
    with Library(tmp_path / "l.db") as library:
        library.add(tmp_path / "hale.pdf")
        assert library.take_in(tmp_path / "z.json").summary.added == 1
        library.store.db.execute("update documents set version = 'old'")
        library.refresh()
        assert library.evidence("10.7777/told.1", direction="citing").coverage.status == "processed"
        (tmp_path / "z.json").write_text(json.dumps([{**entry, "title": "A better title"}]))
        library.take_in(tmp_path / "z.json")
        assert library.evidence("10.7777/told.1", direction="citing").tally.total > 0


def test_supplements_do_not_take_the_articles_place(tmp_path):
    from conftest import column, pdf

    (tmp_path / "hale.pdf").write_bytes((SAMPLE / "hale-2019.pdf").read_bytes())
    pdf(
        tmp_path / "a-supplement.pdf",
        lambda canvas: column(canvas, 72, 700, ["Supplementary tables of the study of visitors"] * 30) and None,
    )
    entry = {
        "title": "Reflective supervision and emotional exhaustion among infant home visitors: a one-year cohort study",
        "DOI": "10.5555/specimen.2019.01", "attachments": [{"path": "a-supplement.pdf"}, {"path": "hale.pdf"}],
    }  # fmt: skip
    (tmp_path / "empty.pdf").touch()
    (tmp_path / "z.json").write_text(json.dumps([entry, {"title": "Another", "attachments": ["empty.pdf"]}]))
    with Library(tmp_path / "l.db") as library:
        taken = library.take_in(tmp_path / "z.json")
        assert (taken.summary.added, taken.summary.failed) == (2, 1)
        assert library.evidence("10.5555/specimen.2019.01", direction="citing").tally.total > 20
        assert library.evidence("Another").coverage.status == "failed"


def test_import_on_the_command_line_tells_what_is_missing(tmp_path):
    (tmp_path / "z.json").write_text(CSL.format(pdf="files/gone.pdf"))
    done = CliRunner().invoke(app, ["import", str(tmp_path / "z.json"), "--db", str(tmp_path / "l.db"), "--json"])
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert (told["works"], told["files_found"], told["files_missing"]) == (2, 0, 1)
