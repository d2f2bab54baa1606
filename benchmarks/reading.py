"""How long reading a PDF takes against pdfium's plain text of it, stage by stage.

python benchmarks/reading.py papers/*.pdf
"""

import sys
import time
from collections import Counter
from pathlib import Path

import pypdfium2 as pdfium

from citeclass.linking import link
from citeclass.reading import read
from citeclass.records import Source
from citeclass.statements import build


def plain(path: Path) -> int:
    """Take pdfium's text of all pages; their number."""
    with pdfium.PdfDocument(path) as document:
        for page in document:
            page.get_textpage().get_text_bounded()
        return len(document)


def main() -> None:
    """Print seconds and ratios."""
    spent: Counter[str] = Counter()
    pages = statements = 0
    for path in map(Path, sys.argv[1:]):
        marks = [time.perf_counter()]
        pages += plain(path)
        marks.append(time.perf_counter())
        document = read(path)
        marks.append(time.perf_counter())
        linking = link(document)
        marks.append(time.perf_counter())
        statements += len(build(document, linking, Source(path.stem)))
        marks.append(time.perf_counter())
        spent.update(
            dict(
                zip(
                    ("plain text", "read", "link", "statements"),
                    (b - a for a, b in zip(marks, marks[1:], strict=False)),
                    strict=True,
                )
            )
        )
    print(f"{len(sys.argv) - 1} files, {pages} pages, {statements} statements")
    for stage, seconds in spent.items():
        print(
            f"{stage:12} {seconds:7.2f} s  {pages / seconds:7.0f} pages/s  {seconds / spent['plain text']:5.2f} x plain text"
        )


if __name__ == "__main__":
    main()
