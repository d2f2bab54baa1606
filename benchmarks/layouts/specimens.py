"""An article taken from XML and printed anew in one citation style: blocks of text with the truth of their callouts."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.layouts.printing import CitationStyle, entry, named, numbers, year_letters
from citeclass.linking import link
from citeclass.reading import read
from citeclass.records import Callout, Document, FrontMatter, Reference, Style, Zone

_CLOSING = ".,;:"
_NARRATIVE = 0.2  # share of single citations named in the sentence where numbers are turned into names
_LEADS = ("", "", "", "", "see ", "e.g., ", "see also ")


@dataclass
class Block:
    """A heading, paragraph or caption: its text and, for each callout, start, end and index of its reference."""

    kind: str
    text: str = ""
    section: str = ""
    callouts: list[tuple[int, int, int]] = field(default_factory=list)
    raised: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class Specimen:
    """An article ready for a layout. ``entries`` are its references as printed, in printed order."""

    id: str
    front: FrontMatter
    blocks: list[Block]
    references: list[Reference]
    entries: list[str]
    style: CitationStyle

    def truth(self) -> dict[str, Any]:
        """Paragraphs, callouts and references, in the form the scorer of extractions takes."""
        kept = [b for b in self.blocks if b.kind in ("paragraph", "caption")]
        return {
            "paragraphs": [
                {"section": b.section, "where": "body" if b.kind == "paragraph" else "caption", "text": b.text}
                for b in kept
            ],
            "callouts": [
                {"paragraph": i, "start": a, "end": z, "surface": b.text[a:z], "reference": r}
                for i, b in enumerate(kept)
                for a, z, r in b.callouts
            ],
            "references": [
                {"doi": r.doi, "title": r.title, "first_author": r.authors[0].family if r.authors else None,
                 "year": r.year, "raw": raw}
                for r, raw in zip(self.references, self.entries, strict=True)
            ],
        }  # fmt: skip


def specimen(path: Path, style: CitationStyle) -> Specimen | None:
    """The article of an XML file in ``style``; None where it cannot be printed so.

    Numeric callouts can be turned into any style; author–year ones are left as they are printed, in sentences
    written around them.
    """
    document = read(path)
    linking = link(document)
    linked = [c for c in linking.callouts if c.targets]
    if len(linked) < 10 or len(linking.references) < 8 or not document.front.title:
        return None
    own = sum(c.style is Style.AUTHOR_YEAR for c in linked) > 0.5 * len(linked)
    if own != (style.callouts == "as printed") and (own or style.callouts == "as printed"):
        return None
    references = [r for r in linking.references if r.title or r.raw]
    usable = [r for r in references if r.title and r.authors and r.year]
    if len(usable) < 0.8 * len(references):
        return None
    return _Printer(path.stem, document, linked, references, style).specimen()


class _Printer:
    def __init__(
        self, name: str, document: Document, callouts: list[Callout], references: list[Reference], style: CitationStyle
    ) -> None:
        self._name, self._document, self._style = name, document, style
        self._chance = random.Random(f"{name}{style.name}")
        self._years = year_letters([r for r in references if r.authors])
        named_list = style.callouts in ("author-year", "as printed")
        order = sorted(references, key=_by_name) if named_list else references
        if style.callouts == "author-year":
            order = [r for r in order if r.title and r.authors and r.year]
        self._order = {r.index: i for i, r in enumerate(order)}
        self._references = order
        self._callouts = callouts

    def specimen(self) -> Specimen:
        blocks: list[Block] = []
        section: int | None = None
        for paragraph in self._document.paragraphs:
            if paragraph.zone not in (Zone.BODY, Zone.CAPTION):
                continue
            if paragraph.section != section and paragraph.section is not None:
                section = paragraph.section
                blocks.append(Block("heading", self._document.sections[section].title))
            kind = "paragraph" if paragraph.zone is Zone.BODY else "caption"
            title = self._document.sections[section].title if section is not None else ""
            own = [c for c in self._callouts if paragraph.start <= c.start < paragraph.end]
            blocks.append(self._block(kind, title, paragraph.start, paragraph.end, own))
        if self._style.callouts == "as printed":
            years = {r.index: r.year or "n.d." for r in self._references}
        else:
            years = self._years
        entries = [entry(r, self._style, years.get(r.index, r.year or "n.d.")) if r.title else r.raw for r in self._references]  # fmt: skip
        return Specimen(self._name, self._document.front, blocks, self._references, entries, self._style)

    def _block(self, kind: str, section: str, start: int, end: int, callouts: list[Callout]) -> Block:
        block, text, at = Block(kind, section=section), self._document.text, start
        groups: dict[tuple[int, int], list[Callout]] = {}
        for callout in callouts:
            groups.setdefault((callout.group_start, callout.group_end), []).append(callout)
        for (a, z), members in sorted(groups.items()):
            if a < at:
                continue
            block.text += text[at:a]
            at = z
            if self._style.callouts == "as printed":
                self._keep(block, text[a:z], a, members)
                continue
            targets = [t.reference for c in members for t in c.targets if t.reference in self._order]
            if not targets:
                block.text = block.text.rstrip()
                continue
            closing = ""
            if members[0].style is Style.SUPERSCRIPT or self._style.callouts == "superscript":
                bare = block.text.rstrip()
                if bare.endswith(tuple(_CLOSING)):  # the number stood behind the full stop
                    block.text, closing = bare[:-1], bare[-1]
                elif text[at : at + 1] and text[at] in _CLOSING:
                    closing, at = text[at], at + 1
            self._print(block, list(dict.fromkeys(targets)), closing)
        block.text += text[at:end]
        return block

    def _keep(self, block: Block, surface: str, a: int, members: list[Callout]) -> None:
        base = len(block.text) - a
        block.text += surface
        for c in members:
            block.callouts += [(base + c.start, base + c.end, self._order[t.reference]) for t in c.targets]

    def _print(self, block: Block, targets: list[int], closing: str) -> None:
        style = self._style.callouts
        block.text = block.text.rstrip()
        if style == "author-year":
            self._print_names(block, targets)
            block.text += closing
            return
        if style == "superscript":
            block.text += closing  # behind the full stop
            self._numbered(block, targets, ",")
            return
        block.text += " [" if style == "[n]" else " ("
        self._numbered(block, targets, ", ")
        block.text += ("]" if style == "[n]" else ")") + closing

    def _numbered(self, block: Block, targets: list[int], comma: str) -> None:
        first = len(block.text)
        printed = [self._order[t] + 1 for t in targets]
        for i, (piece, meant) in enumerate(numbers(printed)):
            block.text += comma if i else ""
            at = len(block.text)
            block.text += piece
            block.callouts += [(at, len(block.text), n - 1) for n in meant]
        if self._style.callouts == "superscript":
            block.raised.append((first, len(block.text)))

    def _print_names(self, block: Block, targets: list[int]) -> None:
        by_index = {r.index: r for r in self._references}
        if len(targets) == 1 and self._chance.random() < _NARRATIVE:
            reference = by_index[targets[0]]
            block.text += self._chance.choice((", as reported by ", ", in line with ", " in the study of "))
            at = len(block.text)
            block.text += f"{named(reference, self._style, narrative=True)} ({self._years[targets[0]]})"
            block.callouts.append((at, len(block.text), self._order[targets[0]]))
            return
        block.text += " (" + self._chance.choice(_LEADS)
        ordered = sorted(targets, key=lambda t: self._order[t])
        previous = ""
        for i, target in enumerate(ordered):
            names = named(by_index[target], self._style, narrative=False)
            comma = "," if self._style.comma else ""
            if names == previous:  # (Lee, 2010, 2012)
                block.text += ", "
                names, comma = "", ""
            elif i:
                block.text += "; "
            at = len(block.text)
            block.text += f"{names}{comma} {self._years[target]}".lstrip()
            block.callouts.append((at, len(block.text), self._order[target]))
            previous = names or previous
        if len(ordered) == 1 and self._chance.random() < 0.08:
            block.text += f", p. {self._chance.randint(2, 380)}"
        block.text += ")"


def _by_name(reference: Reference) -> tuple[str, ...]:
    return (*(a.family.casefold() for a in reference.authors[:3]), reference.year or "", reference.title or "")


def sentences_cut(text: str, chance: random.Random) -> Iterator[str]:
    """A paragraph in two parts, cut between two words somewhere in the middle, as a float or a page does."""
    places = [m.start() for m in re.finditer(r" (?=\w)", text) if 0.3 * len(text) < m.start() < 0.7 * len(text)]
    if not places or len(text) < 400:
        yield text
        return
    at = chance.choice(places)
    yield text[:at]
    yield text[at + 1 :]
