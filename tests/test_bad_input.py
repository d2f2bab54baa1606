"""Whatever a folder may hold: each bad file is a stored failure that says what to do, and nothing else is lost."""

import json
import os

import pypdf
import pytest
from conftest import SAMPLE, cite, jats, pdf, ref
from typer.testing import CliRunner

from citeclass.cli import app
from citeclass.extraction import extract_file
from citeclass.records import Failure

GOOD = jats(f"<p>We agree with {cite('a', 'Smith (2010)')}.</p>", refs=ref("a", "Smith", "2010"))
HALE = (SAMPLE / "hale-2019.pdf").read_bytes()


def locked() -> bytes:
    """A PDF that needs a password."""
    from io import BytesIO

    writer, out = pypdf.PdfWriter(clone_from=str(SAMPLE / "hale-2019.pdf")), BytesIO()
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(out)
    return out.getvalue()


BAD = [
    ("empty.pdf", b"", "empty"),
    ("blank.xml", b" \n\0 ", "empty"),
    ("truncated.pdf", HALE[:3000], "malformed"),
    ("truncated.xml", GOOD[:200], "malformed"),
    ("locked.pdf", locked(), "encrypted"),
    ("web page.pdf", b"<!DOCTYPE html><html><body>Sign in</body></html>", "unsupported"),
    ("office.pdf", b"PK\x03\x04office", "unsupported"),
    ("other.xml", b"<inventory/>", "unsupported"),
    ("notes.pdf", b"just text", "unsupported"),
    (
        "xxe.xml",
        b'<!DOCTYPE article [<!ENTITY x SYSTEM "file:///etc/passwd">]><article><body><p>&x;</p></body></article>',
        "forbidden",
    ),
    (
        "bomb.xml",
        b'<!DOCTYPE article [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><article><body><p>&b;</p></body></article>',
        "forbidden",
    ),
    ("deep.xml", b"<article><body>" + b"<sec>" * 3000 + b"</sec>" * 3000 + b"</body></article>", "malformed"),
    ("metadata only.xml", jats(""), "no-text"),
]


@pytest.mark.parametrize(("name", "data", "reason"), BAD)
def test_a_bad_file_says_why_and_what_to_do(tmp_path, name, data, reason):
    path = tmp_path / name
    path.write_bytes(data)
    failure = extract_file(path)
    assert isinstance(failure, Failure)
    assert failure.reason == reason
    assert failure.message
    assert failure.fix


def test_scanned_missing_large_and_unreadable(tmp_path):
    scan = pdf(tmp_path / "scan.pdf", lambda c: c.rect(50, 50, 300, 400, fill=1))
    large = tmp_path / "large.pdf"
    with large.open("wb") as file:
        file.write(b"%PDF-1.4")
        file.truncate(60 * 2**20)
    (tmp_path / "folder.pdf").mkdir()
    reasons = [extract_file(tmp_path / n) for n in (scan, tmp_path / "gone.pdf", large, "folder.pdf")]
    assert [f.reason for f in reasons if isinstance(f, Failure)] == ["no-text", "missing", "too-large", "unreadable"]


@pytest.mark.parametrize("name", ["with space.xml", "naïve.xml", "😀.xml", "a&b'c.xml", "-dash.xml"])
def test_any_name_is_read(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(GOOD)
    assert not isinstance(extract_file(path), Failure)


@pytest.mark.parametrize("data", [b"junk\n\n" + HALE, GOOD.replace(b'<?xml version="1.0"?>', b"\xef\xbb\xbf")])
def test_small_flaws_are_forgiven(tmp_path, data):
    path = tmp_path / "a.bin"
    path.write_bytes(data)
    assert not isinstance(extract_file(path), Failure)


def test_a_batch_goes_on_and_the_exit_code_tells(tmp_path):
    folder = tmp_path / "papers"
    folder.mkdir()
    for name, data, _ in BAD:
        (folder / name).write_bytes(data)
    (folder / "good.xml").write_bytes(GOOD)
    (folder / "no references.xml").write_bytes(
        jats("<p>Nothing is cited in this text at all.</p>", doi="10.5555/other")
    )
    db = str(tmp_path / "l.db")
    done = CliRunner().invoke(app, ["classify", str(folder), "--db", db, "--json", "--jobs", "1"])
    assert done.exit_code == 1
    summary = json.loads(done.stdout)
    assert summary["files"] == {"given": len(BAD) + 2, "added": 2, "unchanged": 0, "failed": len(BAD)}
    assert summary["library"]["statements"] == 1
    listed = json.loads(CliRunner().invoke(app, ["failures", "--db", db, "--json"]).stdout)["failures"]
    assert {os.path.basename(f["path"]): f["reason"] for f in listed} == {
        **{n: r for n, _, r in BAD},
        "no references.xml": "no-references",
    }
    assert all(f["fix"] for f in listed)


def test_a_failed_file_that_was_mended_is_no_failure_any_more(tmp_path, library):
    path = tmp_path / "a.xml"
    path.write_bytes(GOOD[:100])
    assert library.add(path).failed == 1
    path.write_bytes(GOOD)
    assert library.refresh().added == 1
    assert library.failures() == []


@pytest.mark.parametrize(
    "data",
    [b"<!DOCTYPE a " + b"[]" * 3000, b"<!--" * 20000, b"<!DOCTYPE" * 9000, b"%PDF-1.4" + b"<x:xmpmeta" * 9000],
    ids=["doctype", "comments", "doctypes", "xmp"],
)
def test_hostile_files_are_told_without_hanging(tmp_path, data):
    (tmp_path / "a.xml").write_bytes(data)
    assert isinstance(extract_file(tmp_path / "a.xml"), Failure)


def test_predict_never_overwrites_its_input(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": 1, "sentence": "So «[1]»."}\n')
    assert CliRunner().invoke(app, ["predict", str(path), "--out", str(path)]).exit_code == 2
    assert path.read_text()


def test_half_characters_are_bad_rows():
    lines = '{"id": 1, "sentence": "\\ud800 «x»"}\n{"id": "\\ud800", "sentence": "So «[1]»."}\n' + "[" * 100000 + "\n"
    done = CliRunner().invoke(app, ["predict", "-"], input=lines)
    assert [("error" in json.loads(line)) for line in done.stdout.splitlines()] == [True, False, True]
