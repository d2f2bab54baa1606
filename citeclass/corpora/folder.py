"""A folder of one's own articles as a source."""

from collections.abc import Iterator
from pathlib import Path

from citeclass.corpora.found import Found, Offer, Service
from citeclass.errors import ReadError, UsageError
from citeclass.pipeline import article_files
from citeclass.reading import load, read_bytes
from citeclass.records import FrontMatter


def articles_of(folder: Path) -> Iterator[tuple[Path, Found]]:
    """Each article file of a folder with what its first page tells; files that cannot be read are given by name alone.

    Raises :class:`~citeclass.errors.UsageError` for a folder without any.
    """
    files = [path.resolve() for path, _ in article_files([str(folder)])]
    if not files:
        raise UsageError(f"there are no articles in {folder}", fix="give a folder with PDF or XML files")
    for path in files:
        try:
            front = read_bytes(load(path, max_bytes=50 * 2**20)).front
        except ReadError:
            front = FrontMatter(title=path.stem)
        kind = "pdf" if path.suffix.lower() == ".pdf" else "xml"
        offer = Offer(path.as_uri(), kind, Service.FOLDER)
        yield path, Found(
            Service.FOLDER, front.title, front.authors, front.year, front.doi, front.pmid, front.pmcid, front.journal,
            abstract=front.abstract, language=front.language, offers=(offer,),
        )  # fmt: skip
