"""From a printed section title to its IMRaD class."""

import re

from citeclass.records import SectionKind
from citeclass.text import tidy

_NUMBER = re.compile(r"^(?:section\s+)?(?:(?:\d{1,2}(?:\.\d+)*|[IVX]{1,5}|[A-H])[.):]?\s+)?", re.IGNORECASE)
# The order decides: "Results and discussion" is results, "Methods and results" is results.
_KINDS: tuple[tuple[SectionKind, re.Pattern[str]], ...] = (
    (
        SectionKind.OTHER,
        re.compile(
            r"acknowledg|fund(?:ing|ers)|conflicts? of interest|competing|author contributions?|data availab|ethic(?:s|al) (?:approval|stat)|"
            r"supplement|appendi|abbreviations?|declaration|orcid|keywords?|agradecim|financ|additional (?:file|information)",
            re.IGNORECASE,
        ),
    ),
    (SectionKind.RESULTS, re.compile(r"\bresults?\b|\bfindings?\b|resultad|résultats|ergebnis", re.IGNORECASE)),
    (
        SectionKind.DISCUSSION,
        re.compile(
            r"discussion|conclusions?|conclud|limitations?|implications?|strengths|future (?:directions|research|work)|discus|conclus|consideraç|"
            r"interpretation|comparison with|summary and|diskussion|schluss",
            re.IGNORECASE,
        ),
    ),
    (
        SectionKind.METHODS,
        re.compile(
            r"\bmethod|\bmaterials?\b|participants|procedures?\b|\bmeasures?\b|statistical|data (?:analys|collection|source|extraction)|study (?:design|population|area|site|setting)|"
            r"\bdesign\b|\bsample\b|\bsampling\b|experimental|patients and|subjects|search strategy|eligibility|apparatus|stimuli|instruments?|"
            r"intervention|randomi|outcome measures|método|metodolog|materiais|materiales|procedimient|participantes|methoden",
            re.IGNORECASE,
        ),
    ),
    (
        SectionKind.INTRODUCTION,
        re.compile(
            r"introduc|background|literature review|theoretical|related work|rationale|objectives?\b|\baims?\b|state of the art|overview|"
            r"hypothes|present study|current study|antecedent|einleitung|marco te|referencial",
            re.IGNORECASE,
        ),
    ),
)


def section_kind(title: str, *, parent: SectionKind | None = None, declared: str = "") -> SectionKind | None:
    """The class of a section by its printed title; else by its declared type (``sec-type``); else its parent's.

    The outer section wins over words inside it: "Participants" below "Results" stays results.

    >>> section_kind("3. Results and Discussion").value, section_kind("Apples")
    ('results', None)
    """
    if parent is not None and parent is not SectionKind.OTHER:
        return parent
    bare = _NUMBER.sub("", tidy(title))
    for name in (bare, declared.replace("|", " ")):
        for kind, pattern in _KINDS:
            if name and len(name) < 120 and pattern.search(name):
                return kind
    return parent
