"""``citeclass inspect``: what was read of a file, drawn over its pages."""

from pathlib import Path
from typing import Annotated

import typer

from citeclass.cli.shared import (
    DEFAULT_GROBID,
    DEFAULT_MAX_MB,
    DEFAULT_OCR_LANGUAGES,
    DEFAULT_READER,
    GrobidUrl,
    MaxMb,
    Ocr,
    OcrLanguages,
    Reader,
    read_options,
    say,
)

File = Annotated[Path, typer.Argument(help="A PDF or XML article.", show_default=False)]
Out = Annotated[Path, typer.Option("--out", help="PAGE.html, or PAGE.png for pictures (one for each page).")]
Page = Annotated[int | None, typer.Option("--page", min=1, help="Only this page (from 1).", show_default=False)]


def inspect(
    file: File,
    out: Out = Path("inspect.html"),
    page: Page = None,
    reader: Reader = DEFAULT_READER,
    grobid_url: GrobidUrl = DEFAULT_GROBID,
    ocr: Ocr = False,
    ocr_languages: OcrLanguages = DEFAULT_OCR_LANGUAGES,
    max_mb: MaxMb = DEFAULT_MAX_MB,
) -> None:
    """Draw the callouts, links and misses of an article over its pages, to see what was read and what was not.

    Needs 'citeclass[pages]'.

    Example: citeclass inspect paper.pdf --out paper.html
    """
    from citeclass.errors import UsageError
    from citeclass.linking import link
    from citeclass.pages import inspect_html, inspect_images
    from citeclass.reading import load, read_bytes

    options = read_options(max_mb=max_mb, reader=reader, grobid_url=grobid_url, ocr=ocr, ocr_languages=ocr_languages)
    data = load(file, max_bytes=options.max_bytes)
    document = read_bytes(data, options=options)
    linking = link(document)
    printed = max((line.page for line in document.lines), default=0)
    if page is not None and page > printed:
        raise UsageError(
            f"there is no page {page}",
            fix=f"the text ends on page {printed}" if printed else "only our own reader of PDFs keeps pages",
        )
    if out.suffix.casefold() == ".png":
        if not document.lines:
            raise UsageError(
                "pictures can only be made of PDFs that our own reader has read", fix="give --out PAGE.html"
            )
        written = []
        for number, picture in inspect_images(data, document, linking, page=page):
            target = out if page is not None else out.with_name(f"{out.stem}-{number}.png")
            target.write_bytes(picture)
            written.append(target)
        say(
            f"{len(written)} picture(s) written, {written[0]} to {written[-1]}" if len(written) > 1 else str(written[0])
        )
        return
    out.write_text(inspect_html(data, document, linking, title=file.name, page=page), encoding="utf-8")
    linked = sum(bool(c.targets) for c in linking.callouts)
    say(f"{linked} of {len(linking.callouts)} callouts linked to {len(linking.references)} references: see {out}")
