"""A folder of one's own articles as a source."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from citeclass.corpora.found import Found, Offer, Service
from citeclass.errors import UsageError
from citeclass.extraction import Limits, article_files, extract_many
from citeclass.records import Failure, FrontMatter


def articles_of(folder: Path, *, known: frozenset[str] = frozenset()) -> Iterator[tuple[Path, str, Found | None]]:
    """Each article file of a folder: its path, SHA-256, and what its first page tells (None for digests that are ``known``). Files that cannot be
    read are given by name alone; reading them later tells why.

    Raises :class:`~citeclass.errors.UsageError` for a folder without any.
    """
    files = {
        p.resolve(): hashlib.sha256(p.read_bytes()).hexdigest() for p, _ in article_files([str(folder)]) if p.is_file()
    }
    if not files:
        raise UsageError(f"there are no articles in {folder}", fix="give a folder with PDF or XML files")
    yield from ((path, digest, None) for path, digest in files.items() if digest in known)
    fresh = [path for path, digest in files.items() if digest not in known]
    for path, outcome in zip(fresh, extract_many(fresh, jobs=1, limits=Limits()), strict=True):
        front = FrontMatter(title=path.stem) if isinstance(outcome, Failure) else outcome.front
        offer = Offer(path.as_uri(), "pdf" if path.suffix.lower() == ".pdf" else "xml", Service.FOLDER)
        yield path, files[path], Found(
            Service.FOLDER, front.title, front.authors, front.year, front.doi, front.pmid, front.pmcid, front.journal,
            abstract=front.abstract, language=front.language, offers=(offer,),
        )  # fmt: skip
