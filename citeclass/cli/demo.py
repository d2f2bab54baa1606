"""``citeclass demo``: the specimens, classified and asked."""

import tempfile
from pathlib import Path

import typer

from citeclass.cli.evidence import print_evidence
from citeclass.cli.shared import SOME_FAILED, Json, emit, print_summary, say

ASKED = "10.5555/specimen.2014.07"


def sample_folder() -> Path:
    """The specimen articles: packed with the wheel, or ``data/sample`` of a source checkout."""
    package = Path(__file__).resolve().parent.parent
    packed = package / "sample"
    return packed if packed.is_dir() else package.parent / "data" / "sample"


def demo(as_json: Json = False) -> None:
    """Classify the four specimen articles that come with citeclass and show the evidence on the work they share.

    Example: citeclass demo
    """
    from citeclass.pipeline import Library

    folder = sample_folder()
    with tempfile.TemporaryDirectory() as scratch:
        db = Path(scratch) / "demo.db"
        with Library(db) as library:
            say(f"citeclass classify {folder} --db demo.db")
            summary = library.add(str(folder))
            found = library.evidence(ASKED)
    if as_json:
        emit({"summary": summary.to_json(), "evidence": found.to_json()})
    else:
        print_summary(summary, Path("demo.db"))
        say(f"\nciteclass evidence {ASKED} --db demo.db\n")
        print_evidence(found, limit=4)
    if not summary.complete:
        raise typer.Exit(SOME_FAILED)
