"""Real articles, where ``../shared`` lies beside the project; skipped by name where it does not."""

import json
import subprocess
import sys

from conftest import SHARED, needs_shared

from citeclass.cli.extract import statement_row
from citeclass.extraction import extract_file
from citeclass.records import Failure

pytestmark = needs_shared


def score(tmp_path, files, *only):
    """Extract ``files`` and score them with the shared tool."""
    for path in files:
        found = extract_file(path)
        assert not isinstance(found, Failure), found
        (tmp_path / f"{path.stem}.jsonl").write_text(
            "".join(json.dumps(statement_row(s, found)) + "\n" for s in found.statements)
        )
    tool, truth = SHARED / "tools" / "score_extraction.py", tmp_path / "truth"
    truth.mkdir()
    for path in files:
        (truth / f"{path.stem}.json").symlink_to(SHARED / "articles" / "truth" / f"{path.stem}.json")
    done = subprocess.run(
        [sys.executable, str(tool), str(truth), str(tmp_path), "--json"], capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)["all"]


def some(kind: str, step: int):
    return sorted((SHARED / "articles" / kind).glob("*.*"))[::step]


def test_jats_is_read_almost_without_loss(tmp_path):
    assert score(tmp_path, some("jats", 6))["f1"] >= 0.985


def test_pdf_is_read_well(tmp_path):
    figures = score(tmp_path, some("pdf", 7))
    assert figures["f1"] >= 0.90
    assert figures["clean"] >= 0.90


def test_tei_is_read(tmp_path):
    for path in some("tei", 10):
        found = extract_file(path)
        assert not isinstance(found, Failure)
        assert found.statements
