"""Unpaywall (https://unpaywall.org/products/api): where the open copy of a DOI lies, and under which licence."""

from urllib.parse import quote

from citeclass.corpora.found import Offer, Service, level_licence
from citeclass.corpora.net import Net


def offers(net: Net, doi: str) -> tuple[Offer, ...]:
    """The open copies as PDF, best first. Unpaywall wants an e-mail address: without one nothing is asked."""
    if not net.email:
        return ()
    answer = net.json(
        f"{net.addresses.unpaywall}/{quote(doi, safe='/')}", {"email": net.email}, kept=True, needs=("doi",)
    )
    if not isinstance(answer, dict):
        return ()
    places = [answer.get("best_oa_location"), *(answer.get("oa_locations") or [])]
    found = [
        Offer(str(p["url_for_pdf"]), "pdf", Service.UNPAYWALL, level_licence(p.get("license")))
        for p in places
        if p and p.get("url_for_pdf")
    ]
    return tuple(dict.fromkeys(found))
