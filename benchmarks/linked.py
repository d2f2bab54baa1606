"""How well callouts are found and tied in PDFs that carry links from callouts to entries: the links are the truth, and kept from the linker.

    python benchmarks/linked.py papers/*.pdf             one line a file and the sums
    python benchmarks/linked.py papers/*.pdf --show 5    and up to five of a file's links that were missed

Only files whose links fit what stands under them, and only links in running text, count; figures, tables and sections are linked
too, so that a link counts where it lands on an entry. A link over two lines, or apart over names and year, is two.
"""

import argparse
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from citeclass.errors import ReadError
from citeclass.linking import link
from citeclass.linking.pointed import Pointed
from citeclass.reading import read
from citeclass.records import Callout, Document, Linking, Zone


@dataclass(frozen=True)
class Link:
    """A link of the file's: where it stands, the entries it may lead to, and the callout read there."""

    surface: str
    entries: tuple[int, ...]
    callout: Callout | None

    @property
    def outcome(self) -> str:
        """*right*, *wrong*, *unlinked* or *missed*."""
        if self.callout is None:
            return "missed"
        targets = {t.reference for t in self.callout.targets}
        return "unlinked" if not targets else "right" if targets & set(self.entries) else "wrong"


def links(document: Document, linking: Linking) -> list[Link]:
    """The links in running text that land on an entry."""
    pointed = Pointed(document, linking.references)
    body = [p for p in document.paragraphs if p.zone is Zone.BODY]
    found = []
    for pointer in document.pointers:
        entries = pointed.references(pointer.start, pointer.end)
        if entries and any(p.start <= pointer.start < p.end for p in body):
            over = [c for c in linking.callouts if c.start < pointer.end and pointer.start < c.end]
            best = next((c for c in over if {t.reference for t in c.targets} & set(entries)), over[0] if over else None)
            found.append(Link(document.text[max(0, pointer.start - 30) : pointer.end], entries, best))
    return found


def main() -> None:
    """Read the files without their links and hold the callouts against these."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--show", type=int, default=0)
    options = parser.parse_args()
    total: Counter[str] = Counter()
    styles: dict[str, Counter[str]] = {}
    for path in options.files:
        try:
            document = read(path)
        except ReadError:
            continue
        linking = link(replace(document, pointers=()))
        found = links(document, linking)
        counts = Counter(one.outcome for one in found)
        if not found:
            continue
        style = linking.callouts[0].style.value if linking.callouts else "none"
        total += counts
        styles.setdefault(style, Counter()).update({**counts, "files": 1})
        print(f"{path.name[:44]:44} {style:12} {len(found):5} links, right {counts['right'] / len(found):.3f}")
        for one in [one for one in found if one.outcome != "right"][: options.show]:
            print(f"    {one.outcome:8} {one.surface!r}")
    for style, counts in [*sorted(styles.items()), ("all", total)]:
        files, of = counts.pop("files", 0), counts.total()
        shares = ", ".join(f"{k} {counts[k] / of:.3f}" for k in ("right", "wrong", "unlinked", "missed")) if of else ""
        print(f"{style:12} {f'{files} files, ' if files else ''}{of} links: {shares}")


if __name__ == "__main__":
    main()
