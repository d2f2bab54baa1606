"""How long reading PDFs takes against pdfium's own plain text of them, stage by stage; how it grows with pages; where it goes.

python benchmarks/reading.py papers/*.pdf             seconds by stage, PDFs a second, memory
python benchmarks/reading.py papers/*.pdf --book 600  the same pages bound into books of 75, 150, 300 and 600 pages
python benchmarks/reading.py papers/*.pdf --profile   the functions that take most of the time
"""

import argparse
import cProfile
import io
import pstats
import resource
import time
from collections import Counter
from pathlib import Path

import pypdfium2 as pdfium

from citeclass.linking import link
from citeclass.reading import read, read_bytes
from citeclass.records import Source
from citeclass.statements import build


def plain(path: Path) -> int:
    """Take pdfium's text of all pages; their number."""
    with pdfium.PdfDocument(path) as document:
        for page in document:
            page.get_textpage().get_text_bounded()
        return len(document)


def stages(paths: list[Path]) -> None:
    """Print processor seconds and ratios, on one core."""
    spent: Counter[str] = Counter()
    pages = statements = 0
    for path in paths:
        marks = [time.process_time()]
        pages += plain(path)
        marks.append(time.process_time())
        document = read(path)
        marks.append(time.process_time())
        linking = link(document)
        marks.append(time.process_time())
        statements += len(build(document, linking, Source(path.stem)))
        marks.append(time.process_time())
        spent.update(dict(zip(("plain text", "read", "link", "statements"), (b - a for a, b in zip(marks, marks[1:], strict=False)), strict=True)))  # fmt: skip
    print(f"{len(paths)} files, {pages} pages, {statements} statements, {memory()} MB at most")
    for stage, seconds in spent.items():
        print(
            f"{stage:12} {seconds:7.2f} s  {pages / seconds:7.0f} pages/s  {seconds / spent['plain text']:5.2f} x plain text"
        )
    both = spent["read"] + spent["link"]
    print(f"read and link: {len(paths) / both:.1f} PDFs/s, {pages / both:.0f} pages/s")


def book(paths: list[Path], most: int) -> None:
    """Print the seconds a page of books bound from the files' pages, larger and larger."""
    for size in (most // 8, most // 4, most // 2, most):
        bound = pdfium.PdfDocument.new()
        while len(bound) < size:
            for path in paths:
                with pdfium.PdfDocument(path) as source:
                    bound.import_pages(source, list(range(min(len(source), size - len(bound)))))
                if len(bound) >= size:
                    break
        buffer = io.BytesIO()
        bound.save(buffer)
        started = time.process_time()
        linking = link(read_bytes(buffer.getvalue()))
        seconds = time.process_time() - started
        print(
            f"{size:5} pages {seconds:7.2f} s  {1000 * seconds / size:6.1f} ms a page  {len(linking.references)} references  {memory()} MB at most"
        )


def profile(paths: list[Path]) -> None:
    """Print the functions that take most of the time."""
    watch = cProfile.Profile()
    watch.enable()
    for path in paths:
        link(read(path))
    watch.disable()
    pstats.Stats(watch).strip_dirs().sort_stats("tottime").print_stats(20)


def memory() -> int:
    """The most memory this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--book", type=int, metavar="PAGES")
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    link(read(given.paths[0]))  # what is loaded once is not counted
    if given.book:
        book(given.paths, given.book)
    elif given.profile:
        profile(given.paths)
    else:
        stages(given.paths)


if __name__ == "__main__":
    main()
