"""What a request names, found in the library."""

from fastapi import HTTPException

from citeclass.evidence import EvidenceStatement, statements_by_id
from citeclass.store import Store, Work
from citeclass.text import normal_doi


def plain_doi(name: str) -> str:
    """A DOI bare and in lower case; any other name in lower case."""
    return normal_doi(name) or name.casefold()


def known_work(store: Store, name: str) -> Work | None:
    """The work with this DOI or id, None where the library does not know it."""
    doi = normal_doi(name)
    return (store.works.by_doi([doi]).get(doi) if doi else None) or store.works.get(name)


def work_or_404(store: Store, name: str) -> Work:
    """The work with this DOI or id. Raises 404."""
    work = known_work(store, name)
    if work is None:
        raise HTTPException(404, f"{name[:200]} is not known to this library")
    return work


def statement_or_404(store: Store, id: str) -> EvidenceStatement:
    """The statement with this id. Raises 404."""
    found = statements_by_id(store, [id])
    if not found:
        raise HTTPException(404, "no such statement in this library")
    return found[0]
