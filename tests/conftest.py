"""Small builders shared by the tests: articles in each format, made in memory."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data" / "sample"
SHARED = ROOT.parent / "shared"

settings.register_profile("citeclass", deadline=None)  # how fast a machine is decides no test
settings.load_profile("citeclass")

# What the shipped model says of the work that the specimens share; of 23 statements
SUPPORTING, CONTRASTING, MENTIONING = 6, 5, 12

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared (real articles and labels) is not here")


def jats(body: str, *, refs: str = "", front: str = "", doi: str = "10.5555/test.1") -> bytes:
    """A JATS article around ``body``; ``refs`` are ``<ref>`` elements."""
    return (
        '<?xml version="1.0"?><article xml:lang="en"><front><article-meta>'
        f'<article-id pub-id-type="doi">{doi}</article-id><title-group><article-title>A specimen title of some length</article-title></title-group>'
        f"{front}</article-meta></front><body>{body}</body><back><ref-list>{refs}</ref-list></back></article>"
    ).encode()


def ref(key: str, family: str, year: str, title: str = "", doi: str = "") -> str:
    """A JATS reference with one author."""
    tagged = f'<pub-id pub-id-type="doi">{doi}</pub-id>' if doi else ""
    return (
        f'<ref id="{key}"><element-citation><person-group person-group-type="author"><name><surname>{family}</surname>'
        f"<given-names>A</given-names></name></person-group><year>{year}</year>"
        f"<article-title>{title or f'What {family} found about visits'}</article-title><source>Specimen Journal</source>{tagged}</element-citation></ref>"
    )


def cite(key: str, printed: str) -> str:
    """A tagged callout."""
    return f'<xref ref-type="bibr" rid="{key}">{printed}</xref>'


Draw = Callable[[Canvas], None]


def pdf(path: Path, *pages: Draw) -> Path:
    """A PDF with each page drawn by a function of the canvas."""
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    for draw in pages:
        canvas.setFont("Times-Roman", 10)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return path


def column(canvas: Canvas, x: float, y: float, lines: list[str], *, size: float = 10, leading: float = 12) -> float:
    """Draw lines downwards from ``y``; where the next would stand. A ``^…^`` part is raised."""
    for line in lines:
        text = canvas.beginText(x, y)
        for i, part in enumerate(line.split("^")):
            text.setFont("Times-Roman", size if i % 2 == 0 else size * 0.65)
            text.setRise(0 if i % 2 == 0 else size * 0.38)
            text.textOut(part)
        canvas.drawText(text)
        y -= leading
    return y


@pytest.fixture(scope="session")
def classifier():
    """The shipped model, loaded once."""
    from citeclass.classifying import load_classifier

    return load_classifier()


@pytest.fixture
def library(tmp_path: Path):
    """An empty library with the shipped model."""
    import citeclass

    with citeclass.open(str(tmp_path / "library.db")) as opened:
        yield opened


@pytest.fixture(scope="session")
def sample_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library of the four specimens, made once; tests that write take :func:`own_sample`."""
    import citeclass

    path = tmp_path_factory.mktemp("sample") / "library.db"
    with citeclass.open(str(path)) as opened:
        opened.add(SAMPLE)
    return path


@pytest.fixture
def sample(sample_db: Path):
    """The specimens' library, open; not to be written to."""
    import citeclass

    with citeclass.open(str(sample_db)) as opened:
        yield opened


@pytest.fixture
def own_sample(sample_db: Path, tmp_path: Path) -> Path:
    """A copy of the specimens' library that a test may write to."""
    import sqlite3

    path = tmp_path / "own.db"
    with sqlite3.connect(sample_db) as source, sqlite3.connect(path) as target:
        source.backup(target)
    return path
