"""DOIs and PubMed's numbers as people and publishers print them."""

import html
import re
from urllib.parse import quote, unquote

_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\"“”]+", re.IGNORECASE)
_PMID = re.compile(
    r"(?:pubmed(?:\.ncbi\.nlm\.nih\.gov)?/(?:\?term=)?|db=pubmed\S*?(?:uids|term|id)=|\bpmid[:=\s]\s*)(\d{1,8})(?!\d)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://|(?:dx\.)?doi\.org/", re.IGNORECASE)
_RESOLVER = re.compile(r"(?:https?://)?(?:dx\.)?doi\.org/", re.IGNORECASE)
# what publishers put behind the DOI
_PAGE = re.compile(r"/(?:full|abstract|pdf|epdf|html|meta|full/html|summary)/?$|\.pdf$", re.IGNORECASE)
_TAIL = ".,;:'’*-–"
_OPENING = {"(": ")", "[": "]", "<": ">", "{": "}"}


def normal_doi(text: str | None) -> str | None:
    """The DOI in ``text`` (bare, ``doi:`` or a URL) in lower case, or None if there is none.

    DOIs compare without case (DOI Handbook, 2.4); percent-encoding and HTML entities are undone.
    """
    if not text:
        return None
    plain = html.unescape(text).strip()
    if _ADDRESS.match(plain):
        before = re.split(r"[?#]", plain, maxsplit=1)[0]
        # what stands behind doi.org is the DOI's own
        shown = before if _RESOLVER.match(before) else _PAGE.sub("", before)
        plain = shown if _DOI.search(unquote(before)) else re.split(r"[&#]", plain, maxsplit=1)[0]
    return find_doi(unquote(plain))


def find_doi(text: str | None) -> str | None:
    """The first DOI within running text, without the punctuation that follows it.

    What is percent-encoded is undone, as in :func:`normal_doi`. A closing bracket is kept only where its opening one is part of the DOI, as in the
    old Wiley and Elsevier forms ``10.1016/S0163-6383(99)00015-6``.
    """
    match = _DOI.search(text or "")
    if match is None:
        return None
    doi = unquote(match.group(0)).split()[0]
    while doi and (doi[-1] in _TAIL or doi[-1] == "/" or doi[-1] in _OPENING or _unopened(doi)):
        doi = doi[:-1]
    return doi.casefold() if "/" in doi else None


def find_pmid(text: str | None) -> str | None:
    """The number of the first PubMed record that ``text``, as a rule an address, leads to.

    >>> find_pmid("https://pubmed.ncbi.nlm.nih.gov/15207257/"), find_pmid("http://www.ncbi.nlm.nih.gov/pmc/articles/PMC15207")
    ('15207257', None)
    """
    match = _PMID.search(text or "")
    return match[1] if match else None


def doi_url(doi: str) -> str:
    """The address of a DOI, with what an address cannot hold encoded."""
    return "https://doi.org/" + quote(doi, safe="/:().;-_")


def _unopened(doi: str) -> bool:
    """Whether the last character closes a bracket that the DOI does not open."""
    return any(doi[-1] == close and doi.count(open_) < doi.count(close) for open_, close in _OPENING.items())
