"""The command line: what scripts rely on."""

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, SAMPLE, cite, jats, ref
from typer.testing import CliRunner

from citeclass.cli import app
from citeclass.errors import ModelBroken

ASKED = "10.5555/specimen.2014.07"


def run(*arguments: str, **options):
    return CliRunner().invoke(app, [str(a) for a in arguments], **options)


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    path = tmp_path_factory.mktemp("cli") / "library.db"
    done = run("classify", SAMPLE, "--db", path, "--jobs", "1")
    assert done.exit_code == 0, done.output
    return path


def test_classify_prints_a_summary_and_is_idempotent(db):
    done = run("classify", SAMPLE, "--db", db, "--json")
    summary = json.loads(done.stdout)
    assert summary["files"] == {"given": 4, "added": 0, "unchanged": 4, "failed": 0}
    assert summary["types"]["supporting"] > 0
    assert sum(summary["types"].values()) == summary["library"]["statements"] == 110


def test_evidence_as_json(db):
    answer = json.loads(run("evidence", ASKED, "--db", db, "--json").stdout)
    assert set(answer) == {
        "query", "direction", "work", "tally", "coverage", "filters", "matching", "offset", "statements", "definitions",
    }  # fmt: skip
    assert set(answer["tally"]) == {"supporting", "contrasting", "mentioning", "unclassified", "total", "citing_works"}
    assert answer["tally"]["total"] == len(answer["statements"]) == 23
    first = answer["statements"][0]
    assert first["type"] == "supporting"
    assert first["source"]["doi"].startswith("10.5555/specimen.20")
    assert first["supporting"] + first["contrasting"] + first["mentioning"] == pytest.approx(1, abs=2e-4)


def test_evidence_as_text_shows_definitions_words_and_coverage(db):
    text = run("evidence", "reflective supervision practitioner strain", "--db", db).stdout
    assert "SUPPORTING" in text
    assert "the citing authors give evidence of their own that agrees" in text
    assert "4 of 4 documents cite it" in text


def test_evidence_the_other_way_and_by_file(db):
    answer = json.loads(run("evidence", SAMPLE / "hale-2019.pdf", "--db", db, "--direction", "citing", "--json").stdout)
    assert answer["tally"]["cited_works"] == 10
    assert answer["work"]["doi"] == "10.5555/specimen.2019.01"


def test_several_hits_are_listed_with_exit_code_2(db):
    done = run("evidence", "infant home", "--db", db, "--json")
    assert done.exit_code == 2
    assert len(json.loads(done.stdout)["works"]) > 1
    assert "10.5555/" in run("evidence", "infant home", "--db", db).output


def test_an_unknown_work_is_an_answer(db):
    done = run("evidence", "10.5555/nowhere", "--db", db, "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["coverage"]["status"] == "not known"
    assert "not known" in run("evidence", "10.5555/nowhere", "--db", db).stdout


WRONG = [
    ("evidence", ASKED, "--db", "nowhere.db"),
    ("evidence", ASKED, "--direction", "sideways"),
    ("evidence", ASKED, "--type", "praising"),
    ("classify", "*.nothing", "--db", "x.db"),
    ("classify", str(SAMPLE), "--db", "x.db", "--operating-point", "reckless"),
    ("predict", "nowhere.jsonl"),
    ("predict", "-", "--model", "nowhere"),
    ("export", "--db", "nowhere.db"),
    ("correct", "x", "--type", "praising"),
    ("train", "--data", "nowhere", "--out", "x"),
    ("classify",),
    ("nonsense",),
]


@pytest.mark.parametrize("arguments", WRONG, ids=lambda a: " ".join(a)[:40])
def test_wrong_calls_leave_with_2_and_say_why(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = run(*arguments)
    assert done.exit_code == 2
    assert "rror" in done.output or "Usage" in done.output


def test_correct_and_see_it(tmp_path):
    path = tmp_path / "l.db"
    run("classify", SAMPLE / "lindqvist-2021.xml", "--db", path)
    statement = json.loads(run("evidence", ASKED, "--db", path, "--json").stdout)["statements"][0]
    made = json.loads(
        run("correct", statement["id"], "--type", "contradicting", "--by", "me", "--db", path, "--json").stdout
    )
    assert made["type"] == "contrasting"
    after = json.loads(run("evidence", ASKED, "--db", path, "--type", "contrasting", "--json").stdout)["statements"]
    assert statement["id"] in [s["id"] for s in after]


def test_export_jsonl_and_csv(db, tmp_path):
    rows = [json.loads(line) for line in run("export", "--db", db).stdout.splitlines()]
    assert len(rows) == 110
    run("export", "--db", db, "--format", "csv", "--out", tmp_path / "a.csv")
    table = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_text(encoding="utf-8-sig"))))
    assert [r["id"] for r in table] == [r["id"] for r in rows]
    assert table[0]["source_doi"] == rows[0]["source"]["doi"]


def test_a_cell_is_never_a_formula(tmp_path):
    from citeclass.evidence import write_csv

    out = io.StringIO()
    write_csv([{"id": "=1+1", "sentence": "@x", "source": None, "target": None}], out)
    assert "'=1+1" in out.getvalue()
    assert "'@x" in out.getvalue()


def test_extract_writes_a_file_for_each_article(tmp_path):
    papers = tmp_path / "papers"
    for name, body in {
        "a.xml": f"<p>So {cite('a', 'Lee, 2010')}.</p>",
        "sub/b.xml": "<p>Nothing.</p>",
        "sub/c.pdf": "bad",
    }.items():
        (papers / name).parent.mkdir(parents=True, exist_ok=True)
        (papers / name).write_bytes(b"bad" if body == "bad" else jats(body, refs=ref("a", "Lee", "2010")))
    (papers / "a.nxml").write_bytes((papers / "a.xml").read_bytes())
    done = run("extract", papers, "--out", tmp_path / "out", "--json")
    written = {p.relative_to(tmp_path / "out").as_posix(): p.read_text() for p in (tmp_path / "out").rglob("*.jsonl")}
    assert set(written) == {"a.xml.jsonl", "a.nxml.jsonl", "sub/b.jsonl"}
    assert "warning" in done.stderr
    assert done.exit_code == 1
    assert written["sub/b.jsonl"] == ""
    row = json.loads(written["a.xml.jsonl"])
    assert {
        "id",
        "source",
        "callout",
        "sentence",
        "before",
        "after",
        "snippet",
        "section",
        "section_title",
        "zone",
        "page",
        "target",
    } <= set(row)
    assert set(row["target"]) == {"index", "doi", "title", "year", "authors", "raw"}
    assert set(row["source"]) == {"doi", "title", "authors", "year", "path", "lang"}


def test_predict_reads_a_pipe_and_tells_bad_rows():
    lines = '{"id": 1, "sentence": "Unlike «Lee (2010)», we found no effect."}\nnot json\n\n{"id": 2}\n'
    done = run("predict", "-", input=lines)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 1
    assert [("error" in a, a["id"]) for a in answers] == [(False, 1), (True, None), (True, 2)]
    assert set(answers[0]) == {"id", "type", "type_confidence", "supporting", "contrasting", "mentioning", "intent"}


def test_the_gate_settles_plain_mentions_alone_and_can_be_left_aside():
    line = '{"id": 1, "section": "Introduction", "sentence": "Visits have been described in many countries «[3]»."}\n'
    gated, full = (json.loads(run("predict", "-", *more, input=line).stdout) for more in ((), ("--full",)))
    assert gated["type"] == full["type"] == "mentioning"
    assert gated["mentioning"] != full["mentioning"]


def test_predict_writes_a_file(tmp_path):
    (tmp_path / "in.jsonl").write_text('{"id": 1, "sentence": "We agree with «[3]»."}\n')
    assert (
        run("predict", tmp_path / "in.jsonl", "--out", tmp_path / "out.jsonl", "--operating-point", "precise").exit_code
        == 0
    )
    assert json.loads((tmp_path / "out.jsonl").read_text())["id"] == 1


def test_models_and_demo_as_json():
    assert json.loads(run("models", "--json").stdout)[0]["default"] is True
    shown = json.loads(run("demo", "--json").stdout)
    assert shown["evidence"]["tally"]["contrasting"] > 0


def test_every_command_has_help_with_an_example():
    for command in app.registered_commands:
        name = command.name or command.callback.__name__
        done = run(name, "--help")
        assert done.exit_code == 0
        assert "Example: " in done.stdout, name


def test_help_is_light():
    code = (
        "import sys; from citeclass.cli import app\n"
        "try: app(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'torch','spacy','transformers','sklearn','onnxruntime','numpy','lxml','pypdfium2','datasets','rich.table'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr


def test_reading_and_the_library_import_no_torch_or_spacy():
    code = (
        "import sys, citeclass; from citeclass.extraction import extract_file; from citeclass.pipeline import Library\n"
        f"extract_file(__import__('pathlib').Path({str(SAMPLE / 'hale-2019.pdf')!r})); Library(':memory:')\n"
        "sys.exit(', '.join({'torch','spacy','transformers','sklearn','datasets'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr


def test_a_worker_that_reads_files_loads_no_library_and_no_model():
    heavy = "{'sqlite_utils', 'numpy', 'onnxruntime', 'citeclass.store', 'citeclass.classifying'}"
    code = f"import sys, citeclass.extraction\nsys.exit(', '.join({heavy} & set(sys.modules)) or 0)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr


def test_doctor_finds_this_installation_well():
    done = CliRunner().invoke(app, ["doctor", "--json"])
    assert done.exit_code == 0, done.output
    told = {f["what"]: f for f in json.loads(done.stdout)}
    assert told["a judgement"]["state"] == told["model files"]["state"] == told["reading a PDF"]["state"] == "ok"


def test_doctor_tells_what_is_wrong(monkeypatch):
    monkeypatch.setattr(
        "citeclass.classifying.folder.ModelFolder.verify",
        lambda _: (_ for _ in ()).throw(ModelBroken("changed", fix="get it again")),
    )
    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == 1
    assert "get it again" in done.stdout


def test_brackets_in_a_path_are_printed(tmp_path):
    (tmp_path / "odd [preprint] [bold red]x.xml").write_bytes(b"<article")
    runner = CliRunner()
    runner.invoke(app, ["classify", str(tmp_path), "--db", str(tmp_path / "l.db")])
    done = runner.invoke(app, ["failures", "--db", str(tmp_path / "l.db")])
    assert done.exit_code == 0
    assert "[preprint] [bold red]x.xml" in "".join(done.stdout.split("\n")).replace("  ", "") or "[bold" in done.stdout


def test_words_that_are_no_utf_8_are_refused_in_a_line(tmp_path, sample_db):
    done = CliRunner().invoke(app, ["evidence", "caf\udce9", "--db", str(sample_db)])
    assert done.exit_code == 2
    assert "UTF-8" in done.stderr


def test_the_operating_point_stays_the_librarys(tmp_path):
    db = tmp_path / "l.db"

    def ran(*words: object) -> dict:
        done = CliRunner().invoke(app, [*map(str, words), "--db", str(db), "--json"])
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    precise = ran("classify", SAMPLE / "lindqvist-2021.xml", "--operating-point", "precise")
    later = ran("classify", SAMPLE / "okafor-2020.pdf")
    assert later["operating_point"] == precise["operating_point"] == "precise"
    assert ran("refresh")["types"] == later["types"]
    told = ran("evidence", "10.5555/specimen.2014.07")["coverage"]
    assert (told["operating_point"], told["model"]) == ("precise", later["model"])
    assert ran("refresh", "--operating-point", "balanced")["operating_point"] == "balanced"


def test_articles_are_listed_and_taken_out(tmp_path):
    db, runner = str(tmp_path / "l.db"), CliRunner()
    runner.invoke(app, ["classify", str(SAMPLE), "--db", db])
    listed = json.loads(runner.invoke(app, ["list", "--db", db, "--json"]).stdout)
    assert [Path(row["path"]).name for row in listed] == sorted(Path(row["path"]).name for row in listed)
    assert "Hale" in runner.invoke(app, ["list", "--db", db]).stdout
    done = runner.invoke(app, ["remove", "10.5555/specimen.2019.01", "--db", db])
    assert "hale-2019.pdf" in done.stdout
    left = json.loads(runner.invoke(app, ["list", "--db", db, "--json"]).stdout)
    assert len(left) == len(listed) - 1
    half = runner.invoke(app, ["remove", "maternal sensitivity", "--db", db])  # words of a title take out nothing
    assert half.exit_code == 2
    assert "10.5555/specimen.2021.01" in half.stderr
    again = runner.invoke(app, ["remove", "10.5555/specimen.2019.01", "--db", db])
    assert again.exit_code == 2
    assert "citeclass list" in again.stderr


def test_a_label_is_taken_back(own_sample):
    runner, words = CliRunner(), ["correct", "750b740d616041ae", "--db", str(own_sample)]
    assert runner.invoke(app, [*words, "--type", "supporting"]).exit_code == 0
    assert runner.invoke(app, [*words, "--undo"]).exit_code == 0
    assert runner.invoke(app, [*words, "--undo"]).exit_code == 2
    assert runner.invoke(app, words).exit_code == 2


def test_files_that_are_no_articles_are_told(tmp_path):
    shutil.copy(SAMPLE / "lindqvist-2021.xml", tmp_path)
    for name in ("notes.docx", "notes.txt", ".hidden.docx"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    runner, db = CliRunner(), str(tmp_path / "l.db")
    told = json.loads(runner.invoke(app, ["classify", str(tmp_path), "--db", db, "--json"]).stdout)["passed_over"]
    assert {k: v for k, v in told.items() if not k.startswith(".db")} == {".docx": 1, ".txt": 1}


MISTAKES = [
    (["evidence", "nofile.pdf"], "no such file"),
    (["evidence", "0123456789abcdef"], "citeclass why"),
    (["evidence", "x", "--sort", "best"], "--sort"),
    (["search", "visits", "--year", "2020-2010"], "2010-2020"),
    (["list"], "no library"),
]


@pytest.mark.parametrize(("words", "says"), MISTAKES)
def test_mistakes_are_told_with_what_to_do(sample_db, tmp_path, words, says):
    db = tmp_path / "none.db" if words == ["list"] else sample_db
    done = CliRunner().invoke(app, [*words, "--db", str(db)])
    assert done.exit_code == 2
    assert says in done.stderr


def test_what_is_no_json_lines_is_refused_at_once():
    done = CliRunner().invoke(app, ["predict", "-"], input="sentence,label\na,b\n")
    assert done.exit_code == 2
    assert "JSON lines" in done.stderr
