"""Other ways to read a PDF: a GROBID server (played by a loopback stand-in) and Tesseract (played by a script)."""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import stamina
from conftest import SAMPLE, pdf
from typer.testing import CliRunner

from citeclass.cli import app
from citeclass.errors import ReadError
from citeclass.reading import ReadOptions, read_bytes

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

TEI = (SAMPLE / "moreno-2022.tei.xml").read_bytes()
HALE = (SAMPLE / "hale-2019.pdf").read_bytes()


class Server:
    """Answers requests as told, and notes them."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, bytes]] = []
        self.asked: list[tuple[str, bytes]] = []
        told = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                told.asked.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
                status, body = told.answers.pop(0) if len(told.answers) > 1 else told.answers[0]
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        Thread(target=self._http.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def grobid() -> Iterator[Server]:
    server = Server()
    with stamina.set_testing(True, attempts=5):
        yield server
    server.stop()


def test_grobid_gives_the_same_document_as_its_tei(grobid):
    grobid.answers = [(200, TEI)]
    document, direct = read_bytes(HALE, options=ReadOptions(grobid=grobid.url + "/")), read_bytes(TEI)
    assert document.reader == "grobid-1"
    assert (document.text, document.references, document.front) == (direct.text, direct.references, direct.front)
    path, body = grobid.asked[0]
    assert path == "/api/processFulltextDocument"
    assert b"%PDF" in body
    assert b'name="includeRawCitations"' in body


def test_a_busy_server_is_asked_again(grobid):
    grobid.answers = [(503, b""), (503, b""), (200, TEI)]
    assert read_bytes(HALE, options=ReadOptions(grobid=grobid.url)).references
    assert len(grobid.asked) == 3


@pytest.mark.parametrize(
    ("status", "body", "reason", "told"),
    [
        (503, b"", "service", "busy"),
        (500, b"[GENERAL] An exception occurred", "service", "500"),
        (413, b"too large", "service", "413"),
        (204, b"", "no-text", "no text"),
        (200, b"<html><body>proxy login</body></html>", "service", "no GROBID"),
        (200, b"<TEI", "malformed", ""),
    ],
)
def test_what_goes_wrong_there_has_a_reason(grobid, status, body, reason, told):
    grobid.answers = [(status, body)]
    with pytest.raises(ReadError) as caught:
        read_bytes(HALE, options=ReadOptions(grobid=grobid.url))
    assert caught.value.reason == reason
    assert told in str(caught.value)
    assert caught.value.fix


def test_no_server_says_what_to_do():
    with pytest.raises(ReadError, match="does not answer") as caught:
        read_bytes(HALE, options=ReadOptions(grobid="http://127.0.0.1:9"))
    assert "--reader grobid" in caught.value.fix


def test_extract_takes_the_server_for_pdfs_only(grobid, tmp_path):
    grobid.answers = [(200, TEI)]
    files = [str(SAMPLE / "hale-2019.pdf"), str(SAMPLE / "lindqvist-2021.xml")]
    done = CliRunner().invoke(
        app, ["extract", *files, "--out", str(tmp_path), "--reader", "grobid", "--grobid-url", grobid.url]
    )
    assert done.exit_code == 0, done.output
    rows = [json.loads(line) for line in (tmp_path / "hale-2019.jsonl").read_text().splitlines()]
    assert rows[0]["source"]["title"].startswith("Infant home visiting by video call")
    assert len(grobid.asked) == 1
    assert CliRunner().invoke(app, ["extract", *files, "--out", str(tmp_path), "--reader", "marker"]).exit_code == 2


def scan(tmp_path) -> bytes:
    return pdf(tmp_path / "scan.pdf", lambda canvas: canvas.rect(50, 50, 300, 300)).read_bytes()


@pytest.fixture
def tesseract(tmp_path, monkeypatch):
    """A program of that name that copies a text PDF to where the result is expected."""
    folder = tmp_path / "bin"
    folder.mkdir()

    def install(body: str) -> None:
        program = folder / "tesseract"
        program.write_text(f"#!{sys.executable}\nimport shutil, sys\n{body}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    return install


def test_scans_are_put_through_tesseract(tmp_path, tesseract):
    tesseract(
        "assert open(sys.argv[1], 'rb').read(2) == b'P5'\n"
        f"assert sys.argv[3:5] == ['-l', 'eng+por']\nshutil.copy({str(SAMPLE / 'hale-2019.pdf')!r}, sys.argv[2] + '.pdf')"
    )
    document = read_bytes(scan(tmp_path), options=ReadOptions(ocr="eng+por"))
    assert document.text == read_bytes(HALE).text


def test_text_is_not_recognised_anew(tesseract):
    tesseract("sys.exit('asked without need')")
    assert read_bytes(HALE, options=ReadOptions(ocr="eng")).text


def test_tesseract_failing_or_missing_is_told(tmp_path, tesseract, monkeypatch):
    with pytest.raises(ReadError, match="looks like a scan") as caught:
        read_bytes(scan(tmp_path))
    assert "--ocr" in caught.value.fix
    tesseract("sys.exit('Error opening data file xyz.traineddata')")
    with pytest.raises(ReadError, match="xyz"):
        read_bytes(scan(tmp_path), options=ReadOptions(ocr="xyz"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ReadError, match="not installed") as caught:
        read_bytes(scan(tmp_path), options=ReadOptions(ocr="eng"))
    assert "apt install tesseract-ocr" in caught.value.fix


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
def test_a_real_scan_becomes_text(tmp_path):
    import pypdfium2 as pdfium
    from reportlab.lib.utils import ImageReader

    with pdfium.PdfDocument(HALE) as source:
        picture = source[0].render(scale=3).to_pil()
    path = pdf(tmp_path / "s.pdf", lambda canvas: canvas.drawImage(ImageReader(picture), 0, 0, 595, 842))
    text = read_bytes(path.read_bytes(), options=ReadOptions(ocr="eng")).text
    assert "reflective supervision" in text.casefold()
