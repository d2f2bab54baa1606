"""Files that burst or lie, letters of any kind, and models that were tampered with: each is told, and the others are read."""

import json
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, column, jats, pdf, ref
from faults import CITED, REFS, article, at_most, three
from kill_many import differences, dump
from typer.testing import CliRunner

import citeclass
from citeclass.classifying import Classifier, load_classifier
from citeclass.cli import app
from citeclass.cli.shared import json_line
from citeclass.errors import ModelBroken
from citeclass.extraction import Limits, extract_file, extract_many
from citeclass.records import Failure, Reason

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")


@pytest.fixture
def library(tmp_path: Path, classifier: Classifier):
    with citeclass.open(tmp_path / "l.db", classifier=classifier) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return three(tmp_path / "papers")


# ---- bombs


def objects(*bodies: bytes) -> bytes:
    """A PDF of these objects; the first is its catalogue."""
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        len(bodies) + 1, table, len(bodies) + 1, len(out),
    )  # fmt: skip


def stream(entries: bytes, data: bytes) -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(data), data)


def bomb(megabytes: int, levels: int, fill: bytes = b"\0") -> bytes:
    """A stream that grows to so many megabytes through so many filters."""
    made = zlib.compressobj(9)
    data = b"".join(made.compress(fill * (2**20 // len(fill))) for _ in range(megabytes)) + made.flush()
    for _ in range(levels - 1):
        data = zlib.compress(data, 9)
    return stream(b"/Filter[%s]" % (b"/FlateDecode " * levels), data)


CATALOGUE, FONT = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"


def page(content: bytes, more: bytes = b"", *others: bytes) -> bytes:
    return objects(
        CATALOGUE, b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>%s>>>>" % more,
        content, FONT, *others,
    )  # fmt: skip


TEXT = b"BT /F 9 Tf 9 9 Td (We) Tj ET   \n"
FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</Font<</F 5 0 R>>/XObject<</X %d 0 R>>>>"
PDFS: dict[str, Callable[[], bytes]] = {
    "text through two filters": lambda: page(bomb(512, 2, TEXT)),
    "zeros of forty filters": lambda: page(bomb(1, 40)),
    "an image": lambda: page(stream(b"", b"/X Do"), b"/XObject<</X 6 0 R>>", bomb(256, 2).replace(b"<<", b"<</Type/XObject/Subtype/Image/Width 60000/Height 60000/BitsPerComponent 8/ColorSpace/DeviceRGB", 1)),
    "forms in forms": lambda: page(stream(b"", b"/X Do"), b"/XObject<</X 6 0 R>>", *[stream(FORM % (7 + n), b"/X Do " * 10 if n < 17 else TEXT) for n in range(18)]),
    "a tree of pages in a circle": lambda: objects(CATALOGUE, b"<</Type/Pages/Kids[3 0 R 2 0 R]/Count 9>>", b"<</Type/Pages/Parent 2 0 R/Kids[2 0 R]/Count 9>>"),
    "a thousand million pages": lambda: objects(CATALOGUE, b"<</Type/Pages/Kids[2 0 R]/Count 1000000000>>"),
    "contents in a circle": lambda: objects(CATALOGUE, b"<</Type/Pages/Kids[3 0 R]/Count 1/Parent 2 0 R>>", b"<</Type/Page/Parent 2 0 R/MediaBox 5 0 R/Contents 4 0 R>>", b"[4 0 R 4 0 R]", b"5 0 R"),
    "arrays in arrays": lambda: page(stream(b"", b"[" * 200_000), b"/A " + b"[" * 99_000 + b"]" * 99_000),
}  # fmt: skip


def test_pdfs_that_burst_cost_themselves_alone(tmp_path, folder):
    for name, make in PDFS.items():
        (folder / f"1 {name}.pdf").write_bytes(make())
    limits = ("--max-memory", "512", "--max-seconds", "20", "--jobs", "1")
    done = CliRunner().invoke(app, ["classify", str(folder), "--db", str(tmp_path / "l.db"), "--json", *limits])
    assert isinstance(done.exception, SystemExit), done.exception
    assert json.loads(done.stdout)["files"] == {"given": 3 + len(PDFS), "added": 3, "unchanged": 0, "failed": len(PDFS)}
    listed = json.loads(CliRunner().invoke(app, ["failures", "--db", str(tmp_path / "l.db"), "--json"]).stdout)
    assert all(f["fix"] for f in listed["failures"])


def test_articles_whose_statements_burst_cost_themselves_alone(folder):
    for n in (300, 400, 520, 680, 880):  # callouts in one sentence, which each statement holds whole
        (folder / f"1 {n:04}.xml").write_bytes(jats(f"<p>So {f'{CITED}, ' * n}.</p>", refs=REFS))
    found = list(extract_many(sorted(folder.iterdir()), jobs=1, limits=Limits(megabytes=500)))
    assert len(found) == 8
    assert [n for n in (0, 6, 7) if isinstance(found[n], Failure)] == [], found


def entities(declared: str, used: str, *, hidden: int = 0, encoding: str = "utf-8") -> bytes:
    """An article that declares entities, behind so many bytes of a comment that looks like an article."""
    text = article(1, used).decode().partition("?>")[2]
    comment = f"<!-- ]> <article> {'x' * hidden} -->" if hidden else ""
    return f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE article [{comment}{declared}]>{text}'.encode(encoding)


LAUGHS = '<!ENTITY a0 "lol">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
ENTITIES = [
    (LAUGHS, "&a11;"), (LAUGHS, '<bold id="&a11;">b</bold>'), (LAUGHS, '<xref ref-type="bibr" rid="&a4;">2010</xref>'),
    ('<!ENTITY x SYSTEM "file://SECRET">', "&x;"), ('<!ENTITY % x SYSTEM "file://SECRET"> %x;', ""),
    ('<!ENTITY x SYSTEM "file:///dev/zero">', "&x;"), ('<!ENTITY q "' + "q" * 100_000 + '">', "&q;" * 1000),
]  # fmt: skip


@pytest.mark.parametrize(("declared", "used"), ENTITIES)
@pytest.mark.parametrize("how", [{}, {"hidden": 70_000}, {"encoding": "utf-16"}])
def test_entities_neither_grow_nor_read_other_files(tmp_path, declared, used, how):
    (tmp_path / "secret").write_text("the secret words")
    path = tmp_path / "a.xml"
    path.write_bytes(entities(declared.replace("SECRET", str(tmp_path / "secret")), used, **how))
    with at_most(5):
        found = extract_file(path)
    assert "secret words" not in repr(found)
    assert len(repr(found)) < 20_000
    assert isinstance(found, Failure) or found.statements
    if how == {} and "q" not in declared:
        assert (found.reason, bool(found.fix)) == (Reason.FORBIDDEN, True)


@pytest.mark.parametrize("tag", ["sec", "bold", "div", "p"])
@pytest.mark.parametrize("closed", [True, False])
def test_a_hundred_thousand_elements_in_each_other(tmp_path, tag, closed):
    (tmp_path / "a.xml").write_bytes(
        b"<article><body>" + b"<%s>" % tag.encode() * 100_000 + b"</%s>" % tag.encode() * 100_000 * closed
    )
    with at_most(5):
        found = extract_file(tmp_path / "a.xml")
    assert isinstance(found, Failure)
    assert (found.reason, bool(found.fix)) == (Reason.MALFORMED, True)


# ---- letters


LETTERS: dict[str, str] = {
    "NUL": "a\0b", "a NUL by number": "&#0;", "half a character": "&#xD800;", "two halves": "&#xD83D;&#xDE00;",
    "no character": "&#xFFFE;", "a control by number": "&#x85;&#x9B;", "the last plane": "&#x10FFFF;\U0010fffe",
    "a storm of accents": "e" + "\u0301" * 100_000, "many storms": ("e" + "\u0301" * 50 + " ") * 2000,
    "right to left": "\u202e\u202d\u2066\u2067\u200f", "joiners": "\u200d" * 100_000, "one long word": "a" * 500_000,
    "no end of the sentence": "word " * 60_000, "dots": ". " * 60_000, "brackets": "(" * 50_000 + "[" * 50_000,
    "numbers": f"[{'1,' * 5000}1]", "ranges": f"[1-99999999] [1\u2013{'9' * 5000}]", "spaces": " " * 500_000,
    "tags": "\U000e0041" * 1000, "letters for mathematics": "\U0001d400" * 1000, "raised": "¹²³⁴" * 20_000,
}  # fmt: skip


@pytest.mark.parametrize("name", LETTERS)
def test_letters_of_any_kind_are_kept_or_told(tmp_path, library, name):
    data = article(1, LETTERS[name]) + b"\n"
    (tmp_path / "a.xml").write_bytes(data)
    (tmp_path / "b.xml").write_bytes(article(2, front=f"<pub-date><year>{'9' * 4500}</year></pub-date>"))
    (tmp_path / "c.xml").write_bytes(
        jats(f"<p>{LETTERS[name]} {CITED}.</p>", refs=ref("a", LETTERS[name], "2010"), doi="10.5555/c")
    )
    with at_most(30):
        summary = library.add(tmp_path)
    assert summary.added + summary.failed == 3
    assert summary.failures.get(Reason.INTERNAL) is None
    for row in library.export():
        json_line(row).encode()
    assert library.add(tmp_path).unchanged == summary.added


def test_letters_that_a_pdf_maps_to_nonsense(tmp_path, library):
    codes = [b"D800", b"0000", b"202E", b"DC00", b"FFFE", b"DBFFDFFF", b"0301" * 20, b"000A", b"0085", b"FFFD"]
    mapped = b"\n".join(b"<%02X> <%s>" % (0x41 + n, code) for n, code in enumerate(codes))
    table = b"begincmap 1 begincodespacerange <00> <FF> endcodespacerange %d beginbfchar\n%s\nendbfchar endcmap"
    text = b"".join(b"(ABCDEFGHIJ we saw what A[1] saw ABC (Smith, 2010) %d.) ' " % n for n in range(40))
    data = page(stream(b"", b"BT /F 9 Tf 9 700 Td 12 TL %s ET" % text), b"", stream(b"", table % (len(codes), mapped)))
    data = data.replace(b"/BaseFont/Helvetica", b"/BaseFont/Helvetica/Encoding/WinAnsiEncoding/ToUnicode 6 0 R")
    (tmp_path / "a.pdf").write_bytes(data)
    assert library.add(tmp_path).added == 1
    for row in library.export():
        json_line(row).encode()


def test_a_long_book(tmp_path, library):
    line = "We saw that the visits of the morning were as calm as those of the evening (Smith, 2010), so it was."
    pdf(tmp_path / "a.pdf", *[lambda c, n=n: column(c, 50, 800, [f"Page {n} {line}", *[line] * 9]) for n in range(60)])
    assert library.add(tmp_path).library["statements"] > 200


# ---- models


MODEL = ROOT / "models" / "citeclass-minilm"
SUMS = "SHA256SUMS"


def tampered(at: Path, name: str, data: bytes | None, *, sealed: bool) -> str:
    """A copy of the model with one file that is another, or (None) gone; ``sealed``: with the digests of the true ones."""
    at.mkdir()
    for file in MODEL.iterdir():
        if file.name != name and (sealed or file.name != SUMS):
            (at / file.name).symlink_to(file)
    if data is not None:
        (at / name).write_bytes(data)
    return str(at)


def flipped() -> bytes:
    data = bytearray((MODEL / "model.onnx").read_bytes())
    data[len(data) // 2] ^= 1
    return bytes(data)


FILES = ("model.onnx", "tokenizer.json", "calibration.json", "config.json", "gate.json")


@pytest.mark.parametrize("name", FILES)
def test_a_model_lacking_a_file_or_holding_another_is_told(tmp_path, name):
    wrong = {"junk": b"junk", "empty": b"", "gone": None, "shorter": (MODEL / name).read_bytes()[:-1]}
    for kind, data in wrong.items():
        if name == "config.json" and kind == "gone":
            continue  # then it is no model's folder: ModelNotFound
        with pytest.raises(ModelBroken) as error:
            load_classifier(tampered(tmp_path / kind, name, data, sealed=True))
        assert error.value.fix


def test_one_bit_of_the_weights_is_told_before_they_are_used(tmp_path):
    with pytest.raises(ModelBroken, match="was changed"):
        load_classifier(tampered(tmp_path / "m", "model.onnx", flipped(), sealed=True))


WRONG = [
    ("model.onnx", b"junk"), ("model.onnx", b""), ("tokenizer.json", b"{}"), ("config.json", b"5"),
    ("config.json", b'{"format": 1}'), ("config.json", b"[" * 100_000), ("config.json", b'{"format": 1, "max_length": "x"}'),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data"), WRONG)
def test_a_model_without_digests_that_cannot_be_loaded_is_told(tmp_path, name, data):
    with pytest.raises(ModelBroken):
        load_classifier(tampered(tmp_path / "m", name, data, sealed=False))


@pytest.mark.parametrize(("name", "data"), [("calibration.json", b"{}"), ("gate.json", b"[]"), ("gate.json", b"\xff")])
def test_a_model_without_digests_whose_numbers_are_none_is_told(tmp_path, name, data):
    with pytest.raises(ModelBroken):
        load_classifier(tampered(tmp_path / "m", name, data, sealed=False))


def test_a_run_with_a_broken_model_goes_on_with_a_whole_one(tmp_path, folder, classifier):
    with citeclass.open(tmp_path / "whole.db", classifier=classifier) as library:
        library.add(folder)
    broken = tampered(tmp_path / "m", "model.onnx", flipped(), sealed=True)
    done = CliRunner().invoke(app, ["classify", str(folder), "--db", str(tmp_path / "l.db"), "--model", broken])
    assert (done.exit_code, "fix: get the model again" in done.output) == (2, True)
    with citeclass.open(tmp_path / "l.db", classifier=classifier) as library:
        library.add(folder)
    assert differences(tmp_path / "l.db", dump(tmp_path / "whole.db")) == (0, 0)
