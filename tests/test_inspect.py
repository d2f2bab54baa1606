"""The overlay: boxes where callouts stand, and a page that shows them."""

import re

import pytest
from conftest import SAMPLE
from typer.testing import CliRunner

from citeclass.cli import app
from citeclass.linking import link
from citeclass.pages import Kind, marks_of
from citeclass.reading import read

PDFS = ["hale-2019.pdf", "okafor-2020.pdf"]


@pytest.mark.parametrize("name", PDFS)
def test_each_callout_has_boxes_on_its_page(name):
    document = read(SAMPLE / name)
    linking = link(document)
    marks = list(marks_of(document, linking))
    for callout in linking.callouts:
        boxes = document.boxes(callout.start, callout.end)
        assert boxes
        assert boxes[0][0] == document.page_of(callout.start)
        for _, (x0, y0, x1, y1) in boxes:
            assert 0 <= x0 < x1 <= 620
            assert 0 <= y0 < y1 <= 850
    drawn = [m for m in marks if m.kind in (Kind.LINKED, Kind.UNSURE, Kind.UNLINKED)]
    assert len(drawn) >= len(linking.callouts)
    entries = {m.note.partition(".")[0] for m in marks if m.kind in (Kind.ENTRY, Kind.UNCITED)}
    assert len(entries) == len(linking.references)


def test_boxes_follow_the_words():
    document = read(SAMPLE / PDFS[0])
    line = next(o for o in document.lines if len(document.text[o.start : o.end]) > 60)
    middle = (line.start + line.end) // 2
    (left,), (right,) = document.boxes(line.start, middle), document.boxes(middle, line.end)
    assert left[1][0] == pytest.approx(line.box[0])
    assert left[1][2] == pytest.approx(right[1][0])
    assert right[1][2] == pytest.approx(line.box[2])
    assert document.boxes(line.end, line.end) == []


@pytest.mark.parametrize("name", [*PDFS, "lindqvist-2021.xml"])
def test_the_page_shows_what_was_found(tmp_path, name):
    out = tmp_path / "a.html"
    done = CliRunner().invoke(app, ["inspect", str(SAMPLE / name), "--out", str(out)])
    assert done.exit_code == 0, done.output
    page = out.read_text(encoding="utf-8")
    assert 'class="linked"' in page
    assert "http" not in re.sub(r"https?://(doi\.org|dx\.doi\.org)\S*", "", page)  # nothing is fetched from elsewhere
    assert ("<svg" in page) is name.endswith(".pdf")


def test_pictures_of_pages(tmp_path):
    file, out = str(SAMPLE / PDFS[0]), tmp_path / "a.png"
    assert CliRunner().invoke(app, ["inspect", file, "--out", str(out), "--page", "1"]).exit_code == 0
    assert out.read_bytes().startswith(b"\x89PNG")
    assert CliRunner().invoke(app, ["inspect", file, "--out", str(out)]).exit_code == 0
    assert (tmp_path / "a-1.png").is_file()


@pytest.mark.parametrize(
    "arguments", [["hale-2019.pdf", "--page", "99"], ["lindqvist-2021.xml", "--out", "a.png"], ["gone.pdf"]]
)
def test_calls_that_cannot_mean_anything(arguments, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["inspect", str(SAMPLE / arguments[0]), *arguments[1:]])
    assert done.exit_code == 2
