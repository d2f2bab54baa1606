"""One walk for every XML dialect: paragraphs, sections, zones and tagged callouts into a text.

A dialect names its tags; the walk knows what to do with each role.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from citeclass.reading.builder import TextBuilder
from citeclass.reading.sectionkind import section_kind
from citeclass.reading.xmlfile import entity_text, local, plain_text
from citeclass.records import Section, SectionKind, Zone
from citeclass.text import raise_, tidy


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """The tags of one XML dialect, by role.

    ``cite`` gives the reference ids an element points to, None where it is no citation. ``zones``
    maps elements set apart from the running text to their zone. ``rows`` are paragraphs whose
    ``cells`` are divided by bars. ``groups`` hold callouts that the publisher's style prints in
    brackets. ``spaced`` elements are set off by blanks.
    """

    sections: frozenset[str]
    titles: frozenset[str]
    paragraphs: frozenset[str]
    zones: dict[str, Zone]
    skip: frozenset[str]
    cite: Callable[[etree._Element], tuple[str, ...] | None]
    raised: frozenset[str] = frozenset({"sup"})
    rows: frozenset[str] = frozenset({"tr", "row"})
    cells: frozenset[str] = frozenset({"td", "th", "entry", "cell"})
    groups: frozenset[str] = frozenset()
    blocks: frozenset[str] = frozenset()
    spaced: frozenset[str] = frozenset({"break", "lb"})
    kind_of: Callable[[etree._Element], str] = field(default=lambda element: element.get("sec-type") or "")


class Walk:
    """Writes elements into a builder. ``block`` for structure, ``inline`` for running text."""

    def __init__(self, dialect: Dialect, builder: TextBuilder) -> None:
        self._d, self._b = dialect, builder
        self._zone = Zone.BODY
        self._section: int | None = None
        self._kind: SectionKind | None = None
        self._titles: tuple[str, ...] = ()
        self._open = False
        self._later: list[tuple[etree._Element, Zone]] = []

    def block(self, element: etree._Element, *, zone: Zone | None = None) -> None:
        """Write a structural element: a section, a paragraph, something apart, or a container of these."""
        tag = local(element)
        if not tag or tag in self._d.skip:
            return
        if zone is not None or tag in self._d.zones:
            self._apart(element, zone or self._d.zones[tag])
        elif tag in self._d.sections:
            self._in_section(element)
        elif tag in self._d.paragraphs or tag in self._d.rows:
            self._paragraph(element)
        else:
            self._children(element)

    def _children(self, element: etree._Element) -> None:
        """Container content; stray text and callouts between blocks join into a paragraph."""
        stray = bool(tidy(element.text)) and local(element) not in self._d.rows
        if stray:
            self._begin()
            self._b.write(element.text or "")
        for child in element:
            tag = local(child)
            if tag in self._d.titles:
                pass
            elif self._is_block(tag):
                if not (stray and tag in self._d.paragraphs):
                    self._end()
                    stray = False
                self.block(child) if not stray else self.inline(child)
            elif tag not in self._d.skip:
                if not stray:
                    self._begin()
                    stray = True
                self._element(child)
            if tidy(child.tail):
                if not stray:
                    self._begin()
                    stray = True
                self._b.write(child.tail or "")
        self._end()

    def _is_block(self, tag: str) -> bool:
        d = self._d
        return tag in d.sections or tag in d.paragraphs or tag in d.rows or tag in d.zones or tag in d.blocks

    def _begin(self) -> None:
        self._b.open(self._zone, self._section)
        self._open = True

    def _end(self) -> None:
        self._b.close()
        self._open = False
        while self._later:
            self._apart(*self._later.pop(0))

    def _paragraph(self, element: etree._Element) -> None:
        self._begin()
        self.inline(element)
        self._end()

    def _apart(self, element: etree._Element, zone: Zone) -> None:
        if self._open:  # a note or float inside a paragraph comes after it, and does not cut its sentence
            self._later.append((element, zone))
            return
        was_zone = self._zone
        self._zone = zone
        tag = local(element)
        (self._paragraph if tag in self._d.paragraphs else self._children)(element)
        self._zone = was_zone

    def _in_section(self, element: etree._Element) -> None:
        was = self._section, self._kind, self._titles
        heading = next((c for c in element if local(c) in self._d.titles), None)
        title = tidy(plain_text(heading, skip=frozenset({*self._d.zones, "xref", "fn"})))
        label = next((tidy(plain_text(c)) for c in element if local(c) == "label"), "")
        title = tidy(f"{label} {title}")
        self._kind = section_kind(title, parent=self._kind, declared=self._d.kind_of(element))
        if title:
            self._section = self._b.section(Section(title, self._kind, self._titles))
            self._titles = (*self._titles, title)
        self._children(element)
        self._section, self._kind, self._titles = was

    def inline(self, element: etree._Element) -> None:
        """Write the content of a paragraph-like element."""
        self._b.write(element.text or "")
        for child in element:
            self._element(child)
            self._b.write(child.tail or "")

    def _element(self, element: etree._Element) -> None:
        tag, d = local(element), self._d
        if element.tag is etree.Entity:
            self._b.write(entity_text(element))
        elif not tag or tag in d.skip:
            pass
        elif (keys := d.cite(element)) is not None:
            self._cite(element, keys)
        elif tag in d.raised:
            self._raised(element)
        elif tag in d.zones:
            self._apart(element, d.zones[tag])
        elif tag in d.groups:
            self._group(element)
        elif tag in d.sections or tag in d.blocks or tag in d.rows or (tag in d.paragraphs and self._b.here):
            self._nested(element)
        elif tag in d.cells:
            self.inline(element)
            self._b.write(" | " if element.getnext() is not None else "")
        else:
            self._b.write(" " if tag in d.spaced else "")
            self.inline(element)

    def _nested(self, element: etree._Element) -> None:
        self._end()
        self.block(element)
        self._begin()

    def _cite(self, element: etree._Element, keys: tuple[str, ...]) -> None:
        raised = any(local(e) in self._d.raised for e in element.iter())
        printed = tidy(plain_text(element, skip=self._d.skip))
        self._callout(raise_(printed) if raised else printed, keys)

    def _callout(self, printed: str, keys: tuple[str, ...]) -> None:
        if printed:
            start = self._b.here
            self._b.write(printed)
            self._b.anchor(start, keys)

    def _raised(self, element: etree._Element) -> None:
        self._b.write(raise_(element.text or ""))
        for child in element:
            keys = self._d.cite(child)
            if keys is not None:
                self._callout(raise_(tidy(plain_text(child))), keys)
            elif local(child) not in self._d.skip:
                self._raised(child)
            self._b.write(raise_(child.tail or ""))

    def _group(self, element: etree._Element) -> None:
        """Callouts the style sheet would bracket: written ``[1, 2]``, or raised where raised."""
        self._b.write("[")
        members = [c for c in element if self._d.cite(c) is not None]
        for number, child in enumerate(members):
            self._cite(child, self._d.cite(child) or ())
            between = tidy(child.tail)
            if number < len(members) - 1:
                self._b.write(between if between in ("-", "–", "—") else ", ")
        self._b.write("]")
