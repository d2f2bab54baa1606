"""Articles in XML linked without their tags, as if they were printed, held against the tags.

    python benchmarks/untagged.py FOLDER_OF_XML ...

Of the callouts that the publisher tied to references: *right* (all of them reached), *part*, *wrong* (others), *unlinked* (seen, tied to nothing) and
*unseen*; *extra* are callouts tied to a reference where no tag is. By articles with author–year callouts and others.
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from citeclass.linking import link
from citeclass.reading import read
from citeclass.records import Callout, Document, Style


def compare(document: Document) -> Iterator[str]:
    """What became of each callout of a document with tags."""
    tagged, printed = link(document).callouts, link(replace(document, anchors=())).callouts
    for callout in tagged:
        if callout.targets:
            yield _outcome(callout, [c for c in printed if _meet(c, callout)])
    yield from ("extra" for c in printed if c.targets and not any(_meet(c, other) for other in tagged))


def _meet(one: Callout, other: Callout) -> bool:
    return one.start < other.end and other.start < one.end


def _outcome(tagged: Callout, found: list[Callout]) -> str:
    wanted = {t.reference for t in tagged.targets}
    reached = {t.reference for c in found for t in c.targets}
    if wanted <= reached:
        return "right"
    if not found:
        return "unseen"
    return ("part" if wanted & reached else "wrong") if reached else "unlinked"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    counted: dict[str, Counter[str]] = {"author-year": Counter(), "numbers": Counter()}
    for path in sorted(p for folder in parser.parse_args().folders for p in folder.glob("*.xml")):
        document = read(path)
        if document.anchors:
            named = [c.style is Style.AUTHOR_YEAR for c in link(document).callouts]
            counted["author-year" if 2 * sum(named) > len(named) else "numbers"].update(compare(document))
    for kind, outcomes in counted.items():
        print(kind, dict(outcomes.most_common()))


if __name__ == "__main__":
    main()
