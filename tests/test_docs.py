"""The documents: every link leads somewhere, every command and column is written down."""

import re
from pathlib import Path

import pytest
from conftest import ROOT, SAMPLE

from citeclass.cli import app
from citeclass.cli.extract import statement_row
from citeclass.pipeline import extract_file

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
