"""How well a reference without DOI finds its work: JATS references with their DOI hidden, against those of other articles.

python benchmarks/resolution.py ../shared/articles/jats ../shared/articles/labelled

Each reference that has a DOI is asked for without it, in a library of all other articles' references. It should find its own
work where another article cites it, and nothing where none does; so works that only one article cites count against precision.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

from citeclass.evidence import wilson
from citeclass.linking import link
from citeclass.reading import read
from citeclass.resolving import WorkFacts, best_match, block_of

Known = dict[str, list[tuple[str, WorkFacts]]]


def references(path: Path) -> list[WorkFacts]:
    """The references of an article that have a DOI."""
    return [WorkFacts.of_reference(r) for r in link(read(path)).references if r.doi]


def asked(articles: dict[str, list[WorkFacts]]) -> Iterator[tuple[WorkFacts, str | None, bool]]:
    """Each reference, the DOI found for it without its own, and whether another article cites the work."""
    known: Known = defaultdict(list)
    citing: dict[str, set[str]] = defaultdict(set)
    for article, found in articles.items():
        for facts in found:
            known[block_of(facts.title)].append((article, facts))
            citing[facts.doi or ""].add(article)
    for article, found in articles.items():
        for facts in {f.doi: f for f in found}.values():
            hidden = replace(facts, doi=None, pmid=None)
            others = [(f.doi or "", f) for a, f in known[block_of(facts.title)] if a != article and facts.title]
            match = best_match(hidden, others)
            yield facts, match.key if match else None, len(citing[facts.doi or ""]) > 1


def main() -> None:
    """Read, ask, print."""
    paths = {p.stem: p for folder in sys.argv[1:] for p in sorted(Path(folder).glob("*.xml"))}  # some are in both
    with ProcessPoolExecutor() as pool:
        articles = dict(zip(paths, pool.map(references, paths.values()), strict=True))
    rows = list(asked(articles))
    there = [(f, got) for f, got, is_there in rows if is_there]
    right = sum(got == f.doi for f, got in there)
    given = sum(got is not None for _, got, _ in rows)
    print(
        f"{len(articles)} articles, {len(rows)} references with DOI, {len(there)} of works that another article cites"
    )
    for name, part, whole in (("precision", right, given), ("recall", right, len(there))):
        low, high = wilson(part, whole)
        print(f"{name} {part / whole:.4f} [{low:.4f}-{high:.4f}] ({part} of {whole})")
    for facts, got, _ in rows:
        if got not in (None, facts.doi):
            print(f"wrong: {facts.doi} found as {got}: {facts.title}")


if __name__ == "__main__":
    main()
