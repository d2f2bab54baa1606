"""The only place of training that reaches outside: files of published sets, and full texts from Europe PMC."""

from collections.abc import Iterable
from pathlib import Path

import httpx2

from citeclass.errors import UsageError
from citeclass.training.data.locators import Label

EUROPE_PMC = "https://www.ebi.ac.uk/europepmc/webservices/rest"
_TIMEOUT = 60.0
_RETRIES = 3


def client() -> httpx2.Client:
    """What the functions here ask; a test hands in one with a transport of its own."""
    return httpx2.Client(
        transport=httpx2.HTTPTransport(retries=_RETRIES), timeout=_TIMEOUT, follow_redirects=True,
        headers={"User-Agent": "citeclass (https://github.com/citeclass/citeclass)"},
    )  # fmt: skip


def fetch_file(url: str, to: Path, *, via: httpx2.Client) -> Path:
    """Save what ``url`` gives. Raises :class:`UsageError` with what to do by hand where it does not answer."""
    try:
        answer = via.get(url)
        answer.raise_for_status()
    except httpx2.HTTPError as error:
        raise UsageError(f"cannot fetch {url}: {error}", fix="fetch it by hand and give the file's path") from error
    to.parent.mkdir(parents=True, exist_ok=True)
    part = to.with_suffix(f"{to.suffix}.part")
    part.write_bytes(answer.content)
    return part.replace(to)  # a fetch that was cut off leaves no half file under the name


def fetch_articles(labels: Iterable[Label], folder: Path, *, via: httpx2.Client) -> dict[str, str]:
    """Full texts of the labels' articles from Europe PMC as ``folder/PMCID.xml``; what is there is not fetched again.

    Articles that could not be had, by DOI, with the reason.
    """
    folder.mkdir(parents=True, exist_ok=True)
    failed: dict[str, str] = {}
    for doi, pmcid in dict.fromkeys((label.doi, label.pmcid) for label in labels):
        try:
            name = pmcid or _pmcid_of(doi, via=via)
            if not name:
                failed[doi] = "Europe PMC has no open full text of it"
            elif not (folder / f"{name}.xml").is_file():
                fetch_file(f"{EUROPE_PMC}/{name}/fullTextXML", folder / f"{name}.xml", via=via)
        except (UsageError, httpx2.HTTPError, ValueError, KeyError) as error:
            failed[doi] = str(error)
    return failed


def _pmcid_of(doi: str, *, via: httpx2.Client) -> str:
    answer = via.get(
        f"{EUROPE_PMC}/search",
        params={"query": f'DOI:"{doi}"', "format": "json", "resultType": "lite", "pageSize": "1"},
    )
    answer.raise_for_status()
    found = answer.json()["resultList"]["result"]
    return str(found[0].get("pmcid") or "") if found else ""
