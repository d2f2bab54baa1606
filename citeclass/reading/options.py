"""How files are to be read."""

from dataclasses import dataclass

MAX_BYTES = 50 * 1024 * 1024
"""Files above this size are refused unless the caller allows more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """Settings of reading, the same for every file of a batch.

    ``max_bytes``: larger files are refused. ``grobid``: the address of a GROBID server that reads the PDFs, None for our own
    reader. ``ocr``: the languages (Tesseract's codes, ``eng`` or ``eng+por``) in which PDFs without text are put through
    Tesseract, None to refuse them.
    """

    max_bytes: int = MAX_BYTES
    grobid: str | None = None
    ocr: str | None = None
