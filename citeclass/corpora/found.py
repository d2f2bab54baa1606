"""What services tell of an article, levelled: one value whatever the service."""

import re
from dataclasses import dataclass
from enum import StrEnum

from citeclass.records import Author
from citeclass.text import squash

_CC = re.compile(r"creativecommons\.org/(?:licenses|publicdomain)/([a-z-]+)", re.IGNORECASE)
_SAID = re.compile(r"cc[\s-]*(by(?:[\s-]*(?:nc|nd|sa))*|0|zero)(?:[\s-]*\d\.\d)?", re.IGNORECASE)
_LONG = {"non-?commercial": "nc", "no-?deriv(?:ative)?s?": "nd", "share-?alike": "sa", "attribution": "by"}


class Service(StrEnum):
    """The services that are asked, and folders of one's own."""

    EUROPE_PMC = "europepmc"
    CROSSREF = "crossref"
    OPENALEX = "openalex"
    UNPAYWALL = "unpaywall"
    OPENCITATIONS = "opencitations"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Offer:
    """A full text that can be had: its address, ``xml`` or ``pdf``, who offers it, under which licence (None: not told)."""

    url: str
    kind: str
    service: Service
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """An article that a service told of. ``licence`` is levelled (see :func:`level_licence`); ``key`` tells it from others."""

    service: Service
    title: str | None
    authors: tuple[Author, ...] = ()
    year: int | None = None
    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    journal: str | None = None
    issns: tuple[str, ...] = ()
    abstract: str | None = None
    language: str | None = None
    licence: str | None = None
    withdrawn: bool = False
    offers: tuple[Offer, ...] = ()

    @property
    def key(self) -> str:
        """The DOI, else the PMCID or PMID, else the title's letters with year and first author (of a file: with its address)."""
        if self.doi:
            return f"doi:{self.doi}"
        if self.pmcid:
            return f"pmcid:{self.pmcid}"
        if self.pmid:
            return f"pmid:{self.pmid}"
        first = squash(self.authors[0].family) if self.authors else ""
        own = self.offers[0].url if self.service is Service.FOLDER and self.offers else ""
        return f"title:{squash(self.title)[:120]}:{self.year or ''}:{first}{own}"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a search: what was ``found``, where the next one begins (None: this was the last), how many there are in all."""

    found: tuple[Found, ...]
    following: str | None
    total: int | None


def level_licence(text: str | None) -> str | None:
    """A licence as ``cc by-nc``, ``cc0`` or ``public domain``, from a service's word or a Creative Commons address.

    >>> level_licence("https://creativecommons.org/licenses/by-nc/4.0/"), level_licence("CC-BY"), level_licence("cc0")
    ('cc by-nc', 'cc by', 'cc0')
    """
    if not text or not text.strip():
        return None
    address = _CC.search(text)
    short = text.strip()
    for word, letters in _LONG.items():
        short = re.sub(word, letters, short, flags=re.IGNORECASE)
    said = address[1] if address else (m[1] if (m := _SAID.fullmatch(short)) else None)
    if said is None:
        plain = " ".join(text.casefold().replace("-", " ").replace("_", " ").split())
        return {"pd": "public domain", "public domain": "public domain", "publicdomain": "public domain"}.get(plain)
    parts = re.split(r"[\s-]+", said.casefold())
    if parts[0] in ("0", "zero", "cc0"):
        return "cc0"
    if parts[0] == "mark":
        return "public domain"
    return "cc " + "-".join(parts)
