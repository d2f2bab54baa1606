"""PDFs without a text layer through a Tesseract that is installed here: pages to pictures, pictures to a PDF with text."""

import io
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pypdfium2 as pdfium

from citeclass.errors import ReadError
from citeclass.records import Reason

_DOTS = 300  # an inch, what Tesseract is made for
_LARGEST_SIDE = 6000  # pixels: posters are made smaller
_SECONDS = 120.0  # for one page
_ONE_THREAD = {**os.environ, "OMP_THREAD_LIMIT": "1"}  # files are read side by side already


def recognised(data: bytes, *, languages: str) -> bytes:
    """The PDF ``data`` with a text layer by Tesseract in ``languages`` (``eng``, ``eng+por``), page by page.

    Pages that cannot be shown are left out. Raises :class:`ReadError` (*no-text*) where Tesseract or a language is missing, or
    a page takes longer than two minutes.
    """
    program = shutil.which("tesseract")
    if program is None:
        raise ReadError(
            Reason.NO_TEXT, "the PDF has no text layer, and --ocr needs Tesseract, which is not installed",
            fix="install it (apt install tesseract-ocr; brew install tesseract), or run OCR elsewhere",
        )  # fmt: skip
    out = pdfium.PdfDocument.new()
    with tempfile.TemporaryDirectory(prefix="citeclass-ocr-") as scratch, pdfium.PdfDocument(data) as pdf:
        for number in range(len(pdf)):
            try:
                page = pdf[number]
            except pdfium.PdfiumError:
                continue
            with pdfium.PdfDocument(_page_with_text(page, program, languages, Path(scratch))) as done:
                out.import_pages(done)
            page.close()
    buffer = io.BytesIO()
    out.save(buffer)
    return buffer.getvalue()


def _page_with_text(page: pdfium.PdfPage, program: str, languages: str, folder: Path) -> bytes:
    """One page as a PDF with text."""
    scale = min(_DOTS / 72, _LARGEST_SIDE / max(page.get_size()))
    bitmap = page.render(scale=scale, grayscale=True)
    rows = bitmap.to_numpy().reshape(bitmap.height, -1)[:, : bitmap.width]
    picture, result = folder / "page.pgm", folder / "out.pdf"
    picture.write_bytes(b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + rows.tobytes())
    result.unlink(missing_ok=True)
    command = [program, str(picture), str(folder / "out"), "-l", languages, "--dpi", str(round(72 * scale)), "pdf"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False, env=_ONE_THREAD)  # noqa: S603 - a fixed program, no shell
    except subprocess.TimeoutExpired as error:
        raise ReadError(Reason.NO_TEXT, "Tesseract took too long for a page", fix="run OCR on it elsewhere") from error
    if done.returncode or not result.is_file():
        told = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise ReadError(
            Reason.NO_TEXT, f"Tesseract failed: {told[-1] if told else 'no message'}",
            fix=f"is the language installed? (tesseract --list-langs; asked for {languages})",
        )  # fmt: skip
    return result.read_bytes()
