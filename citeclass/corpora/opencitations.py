"""OpenCitations (https://opencitations.net/index/api/v2): how many works are known to cite a DOI."""

from urllib.parse import quote

from citeclass.corpora.net import Net


def citing(net: Net, doi: str, *, kept: bool = True) -> int | None:
    """How many works cite the DOI; None where OpenCitations does not tell."""
    answer = net.json(
        f"{net.addresses.opencitations}/citation-count/doi:{quote(doi, safe='/')}", {"format": "json"}, kept=kept
    )
    try:
        return int(answer[0]["count"]) if answer else None
    except (LookupError, TypeError, ValueError):
        return None
