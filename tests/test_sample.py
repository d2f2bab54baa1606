"""The specimens: every callout found, tied to the right work, and the stances told."""

import json
from collections import Counter

import pytest
from conftest import SAMPLE

from citeclass.extraction import extract_file

EXPECTED = json.loads((SAMPLE / "expected.json").read_text(encoding="utf-8"))
FILES = ["hale-2019.pdf", "okafor-2020.pdf", "lindqvist-2021.xml", "moreno-2022.tei.xml"]


@pytest.mark.parametrize("name", FILES)
def test_every_callout_is_found_and_tied_to_its_work(name):
    found = extract_file(SAMPLE / name)
    expected = EXPECTED[found.front.doi]
    titles = [s.reference.title if s.reference else None for s in found.statements]
    assert titles == [e["title"] for e in expected]


@pytest.mark.parametrize("name", FILES)
def test_front_matter_is_read(name):
    front = extract_file(SAMPLE / name).front
    assert front.title
    assert front.authors
    assert front.year == int(name.split("-")[1][:4])
    assert front.doi.startswith("10.5555/specimen.")


def test_the_shared_work_has_evidence_of_all_kinds(library):
    summary = library.add(SAMPLE)
    assert (summary.added, summary.failed, summary.library["unlinked"]) == (4, 0, 0)
    found = library.evidence("10.5555/specimen.2014.07")
    assert found.tally.works == 4
    assert min(found.tally.supporting, found.tally.contrasting, found.tally.mentioning) >= 2


def test_most_stances_are_told_as_their_author_meant_them(library):
    library.add(SAMPLE)
    meant = {(doi, i): e["stance"] for doi, items in EXPECTED.items() for i, e in enumerate(items)}
    seen, right = Counter(), 0
    for row in library.export():
        doi = row["source"]["doi"]
        right += meant[doi, seen[doi]] == row["type"]
        seen[doi] += 1
    assert sum(seen.values()) == len(meant)
    assert right / len(meant) > 0.75


def test_the_sample_is_what_its_script_makes(tmp_path, monkeypatch):
    import importlib.util

    spec = importlib.util.spec_from_file_location("make_sample", SAMPLE / "make.py")
    make = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(__import__("sys").modules, "make_sample", make)
    spec.loader.exec_module(make)
    specimens = {p.stem: make.load(p) for p in (SAMPLE / "source").glob("*.md")}
    assert make.jats(specimens["lindqvist-2021"]) == (SAMPLE / "lindqvist-2021.xml").read_text(encoding="utf-8")
    assert make.tei(specimens["moreno-2022"]) == (SAMPLE / "moreno-2022.tei.xml").read_text(encoding="utf-8")
    make.pdf(specimens["okafor-2020"], tmp_path / "o.pdf", columns=1, numeric=True)
    assert extract_file(tmp_path / "o.pdf").statements == extract_file(SAMPLE / "okafor-2020.pdf").statements
