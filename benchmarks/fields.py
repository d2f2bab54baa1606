"""Front matter and reference fields of PDFs against the XML of the same articles, as our own XML reader reads it.

python benchmarks/fields.py ../shared/articles/pdf ../shared/articles/jats

Files belong together by name. A title counts from 90 % alike, a reference's from 87 %; a reference's DOI only where the PDF prints it.
"""

import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from rapidfuzz import fuzz, process

from citeclass.linking import link
from citeclass.reading import read
from citeclass.records import Reference
from citeclass.text import squash

Tally = Counter[tuple[str, bool]]


def compare(pdf: Path, xml: Path) -> Tally:
    """What agrees in one article, by field."""
    truth, found = read(xml), read(pdf)
    tally: Tally = Counter()
    a, b = truth.front, found.front
    if a.title:
        tally["title", fuzz.ratio(squash(a.title), squash(b.title)) >= 90] += 1
    if a.year:
        tally["year", a.year == b.year] += 1
    if a.doi:
        tally["DOI", a.doi == b.doi] += 1
    if a.authors:
        tally["first author", bool(b.authors) and squash(a.authors[0].family) == squash(b.authors[0].family)] += 1
        tally["number of authors", len(a.authors) == len(b.authors)] += 1
    tally["abstract", bool(b.abstract) or not a.abstract] += 1
    for wanted, got in paired(link(truth).references, link(found).references):
        tally["reference found", got is not None] += 1
        if got is not None:
            tally += fields(wanted, got)
    return tally


def paired(wanted: tuple[Reference, ...], got: tuple[Reference, ...]) -> list[tuple[Reference, Reference | None]]:
    """Each reference of the XML with the one of the PDF whose words hold its title, or are most alike."""
    raws = [squash(r.raw) for r in got]
    pairs = []
    for reference in wanted:
        title, match = squash(reference.title), None
        holding = [i for i, raw in enumerate(raws) if len(title) >= 20 and title in raw]
        if holding:
            match = min(holding, key=lambda i: len(raws[i]))
        elif raws and (best := process.extractOne(squash(reference.raw), raws, scorer=fuzz.ratio, score_cutoff=60)):
            match = best[2]
        pairs.append((reference, got[match] if match is not None else None))
    return pairs


def fields(wanted: Reference, got: Reference) -> Tally:
    """Which fields of a reference agree."""
    tally: Tally = Counter()
    if wanted.title:
        tally["reference: title", fuzz.ratio(squash(wanted.title), squash(got.title)) >= 87] += 1
    if wanted.authors:
        mine = squash(got.authors[0].family) if got.authors else ""
        theirs = squash(wanted.authors[0].family)
        tally["reference: first author", mine == theirs or (len(mine) > 3 and (mine in theirs or theirs in mine))] += 1
    if wanted.year:
        tally["reference: year", (got.year or "")[:4] == wanted.year[:4]] += 1
    if wanted.doi and squash(wanted.doi) in squash(got.raw):
        tally["reference: DOI", got.doi == wanted.doi] += 1
    return tally


def main() -> None:
    pdfs, xmls = Path(sys.argv[1]), Path(sys.argv[2])
    both = [(p, xmls / f"{p.stem}.xml") for p in sorted(pdfs.glob("*.pdf")) if (xmls / f"{p.stem}.xml").is_file()]
    tally: Tally = Counter()
    with ProcessPoolExecutor() as pool:
        for found in pool.map(_star, both):
            tally += found
    print(f"{len(both)} articles")
    for name in dict.fromkeys(n for n, _ in tally):
        good, bad = tally[name, True], tally[name, False]
        print(f"{name:26} {good / (good + bad):.3f}  ({good} of {good + bad})")


def _star(pair: tuple[Path, Path]) -> Tally:
    return compare(*pair)


if __name__ == "__main__":
    main()
