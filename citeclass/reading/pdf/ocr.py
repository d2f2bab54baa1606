"""PDFs without a text layer through a Tesseract that is installed here: pages to pictures, pictures to a PDF with text."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import pypdfium2 as pdfium

from citeclass.errors import ReadError
from citeclass.records import Reason

_DOTS = 300  # an inch, what Tesseract is made for
_SECONDS = 60.0  # for one page
_MOST_PAGES = 400


def recognised(data: bytes, *, languages: str) -> bytes:
    """The PDF ``data`` with a text layer by Tesseract in ``languages`` (``eng``, ``eng+por``).

    Raises :class:`ReadError` (*no-text*) where Tesseract or a language is missing, or nothing can be recognised.
    """
    program = shutil.which("tesseract")
    if program is None:
        raise ReadError(
            Reason.NO_TEXT, "the PDF has no text layer, and --ocr needs Tesseract, which is not installed",
            fix="install it (apt install tesseract-ocr; brew install tesseract), or run OCR elsewhere",
        )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="citeclass-ocr-") as scratch, pdfium.PdfDocument(data) as pdf:
        folder = Path(scratch)
        if len(pdf) > _MOST_PAGES:
            raise ReadError(Reason.NO_TEXT, f"a scan of {len(pdf)} pages is too long", fix="split it first")
        pictures = []
        for number, page in enumerate(pdf):
            bitmap = page.render(scale=_DOTS / 72, grayscale=True)
            picture = folder / f"{number}.pgm"
            rows = bitmap.to_numpy().reshape(bitmap.height, -1)[:, : bitmap.width]
            picture.write_bytes(b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + rows.tobytes())
            pictures.append(picture)
        listing = folder / "pages.txt"
        listing.write_text("\n".join(map(str, pictures)) + "\n", encoding="utf-8")
        done = _run(
            [program, str(listing), str(folder / "out"), "-l", languages, "--dpi", str(_DOTS), "pdf"],
            seconds=_SECONDS * len(pictures),
        )
        out = folder / "out.pdf"
        if done.returncode or not out.is_file():
            told = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise ReadError(
                Reason.NO_TEXT, f"Tesseract failed: {told[-1] if told else 'no message'}",
                fix=f"is the language installed? (tesseract --list-langs; asked for {languages})",
            )  # fmt: skip
        return out.read_bytes()


def _run(command: list[str], *, seconds: float) -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(command, capture_output=True, timeout=seconds, check=False)  # noqa: S603 - a fixed program, no shell
    except subprocess.TimeoutExpired as error:
        raise ReadError(Reason.NO_TEXT, "Tesseract took too long", fix="run OCR on it elsewhere") from error
