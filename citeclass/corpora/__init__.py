"""Bodies of literature: what belongs to one, gathering it, telling what services know of it, and publishing its evidence.

Needs ``citeclass[corpus]``.
"""

from citeclass.errors import missing_extra

try:
    import hishel  # noqa: F401
    import httpx2  # noqa: F401
    import pydantic  # noqa: F401
    import pyrate_limiter  # noqa: F401
    import stamina  # noqa: F401
except ImportError as error:
    missing_extra("corpus", error)

from citeclass.corpora.definition import SHIPPED, Corpus, load_corpus
from citeclass.corpora.enrich import Ask, Enriched, enrich
from citeclass.corpora.fetching import fetch, fetchable
from citeclass.corpora.found import Found, Offer, Service, level_licence
from citeclass.corpora.harvest import SEARCHED, USUAL, planned, search, take_folder, write_works
from citeclass.corpora.home import Home
from citeclass.corpora.manifest import Entry, Manifest, State
from citeclass.corpora.net import Addresses, Net, open_net
from citeclass.corpora.polite import Manners
from citeclass.corpora.relevance import Judgement, judge

__all__ = [
    "SEARCHED",
    "SHIPPED",
    "USUAL",
    "Addresses",
    "Ask",
    "Corpus",
    "Enriched",
    "Entry",
    "Found",
    "Home",
    "Judgement",
    "Manifest",
    "Manners",
    "Net",
    "Offer",
    "Service",
    "State",
    "enrich",
    "fetch",
    "fetchable",
    "judge",
    "level_licence",
    "load_corpus",
    "open_net",
    "planned",
    "search",
    "take_folder",
    "write_works",
]
