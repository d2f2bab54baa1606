"""The part of an article before its methods or results: many journals print no title over their introduction."""

import re
from dataclasses import replace

from citeclass.records import Document, Paragraph, Section, SectionKind, Zone

_LATER = frozenset({SectionKind.METHODS, SectionKind.RESULTS})

_KIND_OF_ARTICLE = re.compile(
    r"(?:(?:original|empirical|brief|short|full|regular|general|clinical|registered)\s+)*"
    r"(?:research|reports?|articles?|papers?|communications?|contributions?|investigations?|review|study)(?:\s+(?:articles?|papers?|reports?))?|editorial|commentary",
    re.IGNORECASE,
)


class Opening:
    """Tells the section of each paragraph of ``document``, an introduction without a title among them."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._ends = next(
            (
                p.start
                for p in document.paragraphs
                if p.zone is Zone.BODY and p.section is not None and document.sections[p.section].kind in _LATER
            ),
            0,
        )  # where neither methods nor results follow nothing tells what comes first

    def section_of(self, paragraph: Paragraph) -> Section | None:
        """The paragraph's section. Before the first methods or results what has no class is introduction; the kind of article, which
        some journals print there, is no title.
        """
        section = None if paragraph.section is None else self._document.sections[paragraph.section]
        if paragraph.zone is not Zone.BODY or paragraph.start >= self._ends:
            return section
        if section is None or _KIND_OF_ARTICLE.fullmatch(section.title.strip()):
            return Section("", SectionKind.INTRODUCTION)
        return section if section.kind else replace(section, kind=SectionKind.INTRODUCTION)
