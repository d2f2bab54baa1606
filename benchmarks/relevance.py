"""How well a corpus's rules tell what belongs: invented works, and titles of real articles of other fields.

python benchmarks/relevance.py tests/relevance.jsonl ../shared/articles/*_manifest.tsv ../shared/articles/manifest.tsv

JSON lines have title, abstract, relevant; a table's column title holds titles that should be dropped.
"""

import csv
import json
import sys
from pathlib import Path

from citeclass.corpora import Corpus, judge, load_corpus
from citeclass.evidence import wilson


def invented(corpus: Corpus, path: Path) -> None:
    """Precision and recall over works that are told to belong or not."""
    works = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    given = [judge(corpus.relevance, title=w["title"], abstract=w["abstract"]).relevant for w in works]
    right = sum(g and w["relevant"] for g, w in zip(given, works, strict=True))
    print(f"{path.name}: {len(works)} works, {sum(w['relevant'] for w in works)} of which belong")
    for name, whole in (("precision", sum(given)), ("recall", sum(w["relevant"] for w in works))):
        low, high = wilson(right, whole)
        print(f"  {name} {right / whole:.3f} [{low:.2f}-{high:.2f}] ({right} of {whole})")
    for g, w in zip(given, works, strict=True):
        if g != w["relevant"]:
            print(f"  {'missed' if w['relevant'] else 'taken'}: {w['title']}")


def titles(corpus: Corpus, path: Path) -> None:
    """How many titles of other fields are taken."""
    with path.open(encoding="utf-8") as lines:
        found = [row["title"] for row in csv.DictReader(lines, delimiter="\t")]
    taken = [t for t in found if judge(corpus.relevance, title=t, abstract="").relevant]
    print(f"{path.name}: {len(taken)} of {len(found)} titles taken")
    for title in taken:
        print(f"  taken: {title}")


def main() -> None:
    """Measure each file."""
    corpus = load_corpus("imh")
    for name in sys.argv[1:]:
        (invented if name.endswith(".jsonl") else titles)(corpus, Path(name))


if __name__ == "__main__":
    main()
