"""The documents: every link leads somewhere, every command and column is written down."""

import doctest
import importlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, SAMPLE

from citeclass.cli import app
from citeclass.cli.extract import statement_row
from citeclass.extraction import extract_file

PAGES = [
    *ROOT.glob("*.md"),
    *(ROOT / "docs").glob("*.md"),
    *(ROOT / "data").glob("**/README.md"),
    ROOT / "benchmarks" / "README.md",
]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


def test_every_command_is_documented():
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for command in app.registered_commands:
        assert f"## citeclass {command.name or command.callback.__name__}\n" in text


def test_every_field_of_an_extracted_statement_is_documented():
    text = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    found = extract_file(SAMPLE / "lindqvist-2021.xml")
    row = statement_row(found.statements[0], found)
    for name in (*row, *row["source"], *row["target"]):
        assert re.search(rf"[`, ]{name}[`,\[ ]", text), name


def test_the_readme_names_the_two_commands_and_what_ci_runs():
    readme, ci = (ROOT / "README.md").read_text(encoding="utf-8"), (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for command in ("make demo", "make test"):
        assert command in readme
    assert "make test" in ci
    assert "make check" in ci


def test_the_changelog_knows_this_version():
    import citeclass

    assert f"## {citeclass.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


EXAMPLES = [
    str(p.relative_to(ROOT).with_suffix("")).replace(os.sep, ".").removesuffix(".__init__")
    for p in sorted((ROOT / "citeclass").glob("**/*.py"))
    if ">>> " in p.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("module", EXAMPLES)
def test_examples_in_docstrings_are_true(module, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = doctest.testmod(importlib.import_module(module), optionflags=doctest.ELLIPSIS)
    assert found.attempted
    assert not found.failed


def test_the_python_in_the_readme_runs(tmp_path, monkeypatch):
    shutil.copytree(SAMPLE, tmp_path / "papers")
    monkeypatch.chdir(tmp_path)
    for block in re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL):
        names: dict = {}
        exec(block, names)
        assert names["found"].coverage
        names["library"].close()


def test_the_site_of_the_docs_builds_without_a_warning(tmp_path):
    pytest.importorskip("material", reason="mkdocs-material is not installed (pip install citeclass[docs])")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"})  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "site" / "tour" / "index.html").is_file()
