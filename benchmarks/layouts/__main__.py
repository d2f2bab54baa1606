"""Render articles into layouts and measure reading on them.

    python -m benchmarks.layouts ARTICLES/*.xml --out work/layouts --each 2

Each article is printed in ``--each`` of the combinations of layout and style it can take, drawn by its name.
Needs WeasyPrint (``pip install weasyprint``, and Pango). What it makes holds the articles' words: it is never committed.
"""

import argparse
import csv
import json
import random
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from benchmarks.layouts.pages import LAYOUTS, PageLayout, page
from benchmarks.layouts.printing import STYLES, CitationStyle
from benchmarks.layouts.specimens import specimen

_AS_PRINTED = CitationStyle("as printed", "as printed", "apa")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", nargs="*", type=Path)
    parser.add_argument("--out", type=Path, default=Path("work/layouts"))
    parser.add_argument("--each", type=int, default=2, help="combinations for each article")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    for name in ("pdf", "truth"):
        (given.out / name).mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(given.jobs) as pool:
        rows = [r for made in pool.map(partial(render, out=given.out, each=given.each), given.articles) for r in made]
    with (given.out / "manifest.tsv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, delimiter="\t", lineterminator="\n")
        table.writerows([("id", "set", "style", "title", "year", "doi"), *rows])
    print(f"{len(rows)} PDFs of {len(given.articles)} articles in {given.out}")


def render(path: Path, *, out: Path, each: int) -> list[tuple[str, ...]]:
    """Print one article; the rows of the manifest."""
    import weasyprint

    chance, rows = random.Random(path.stem), []
    choices: list[tuple[PageLayout, str]] = [(layout, style) for layout in LAYOUTS for style in layout.styles]
    chance.shuffle(choices)
    for layout, style in choices:
        if len(rows) >= each:
            break
        made = specimen(path, STYLES.get(style, _AS_PRINTED))
        if made is None:
            continue
        name = f"{path.stem}-{layout.name}-{style.replace(' ', '-')}"
        weasyprint.HTML(string=page(made, layout)).write_pdf(out / "pdf" / f"{name}.pdf")
        (out / "truth" / f"{name}.json").write_text(json.dumps(made.truth()), encoding="utf-8")
        front = made.front
        rows.append((name, "pair", f"{layout.name}/{style}", front.title or "", str(front.year or ""), front.doi or ""))
    return rows


if __name__ == "__main__":
    main()
