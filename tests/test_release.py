"""What is handed out: wheel and source archive hold what they should, twice the same, under licences that allow it."""

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import zipfile
from importlib.metadata import PackageNotFoundError, metadata, requires
from pathlib import Path

import pytest
from conftest import ROOT
from packaging.requirements import Requirement

pytest.importorskip("hatchling", reason="hatchling is not installed")

ALLOWED = re.compile(
    r"\b(?:MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla|Unlicense|Zlib|HPND|0BSD|CC0|Public Domain|LGPL|Lesser)\b",
    re.IGNORECASE,
)
FORBIDDEN = re.compile(r"(?<!L)(?<!Lesser )\b(?:A?GPL|GNU (?:Affero )?General Public)\b", re.IGNORECASE)
LESSER = re.compile(r"\bLGPL|Lesser\b", re.IGNORECASE)
# Told by their projects' files, not by their metadata.
TOLD = {"pypdfium2": "BSD-3-Clause, Apache-2.0", "tokenizers": "Apache-2.0", "hishel": "BSD-3-Clause"}


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> list[Path]:
    """Wheel and source archive, built twice."""
    folders = [tmp_path_factory.mktemp("dist") for _ in range(2)]
    for folder in folders:
        for target in ("wheel", "sdist"):
            subprocess.run(
                [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)],
                cwd=ROOT, check=True, capture_output=True,
            )  # fmt: skip
    return folders


def test_building_twice_gives_the_same_bytes(built):
    digests = [{p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()} for folder in built]
    assert digests[0] == digests[1]
    assert len(digests[0]) == 2


def test_the_wheel_holds_the_package_the_model_and_the_specimens(built):
    (wheel,) = built[0].glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        sizes = {i.filename: i.file_size for i in archive.infolist()}
    for needed in (
        "citeclass/py.typed", "citeclass/corpora/imh.toml", "citeclass/corpora/templates/site.css", "citeclass/showing/static/app.css",
        "citeclass/web/static/htmx.min.js", "citeclass/web/templates/base.html.j2", "citeclass/shipped_models/citeclass-minilm/model.onnx",
        "citeclass/shipped_models/citeclass-minilm/SHA256SUMS", "citeclass/sample/hale-2019.pdf",
    ):  # fmt: skip
        assert needed in names, needed
    model = sum(size for name, size in sizes.items() if "/shipped_models/" in name)
    assert model <= 30 * 2**20
    assert not [n for n in names if n.startswith(("tests/", "benchmarks/", "work/", "data/")) or "__pycache__" in n]


def test_the_source_archive_can_be_tested(built):
    (archive,) = built[0].glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = {n.partition("/")[2] for n in opened.getnames()}
    for needed in (
        "pyproject.toml",
        "train.py",
        "tests/conftest.py",
        "models/citeclass-minilm/model.onnx",
        "LICENSE",
        "NOTICE",
    ):
        assert needed in names, needed
    assert not [n for n in names if n.startswith(("work/", ".venv/"))]


def needed_by(package: str, seen: set[str]) -> None:
    """All packages that an installed package needs at run time, into ``seen``."""
    try:
        told = requires(package) or []
    except PackageNotFoundError:
        return
    for text in told:
        one = Requirement(text)
        name = re.sub(r"[-_.]+", "-", one.name).lower()
        if name not in seen and (one.marker is None or one.marker.evaluate({"extra": ""})):
            seen.add(name)
            needed_by(name, seen)


def licence(package: str) -> str:
    """What a package says of its licence."""
    told = metadata(package)
    classifiers = [c for c in told.get_all("Classifier") or [] if c.startswith("License")]
    return "; ".join(
        filter(
            None, [TOLD.get(package), told.get("License-Expression"), *classifiers, (told.get("License") or "")[:200]]
        )
    )


def test_what_is_needed_at_run_time_may_be_used_by_anyone():
    own = [Requirement(r) for r in requires("citeclass") or []]
    base = {re.sub(r"[-_.]+", "-", r.name).lower() for r in own if r.marker is None}
    extras = {
        re.sub(r"[-_.]+", "-", r.name).lower()
        for r in own
        if r.marker is not None and not r.marker.evaluate({"extra": "dev"})
    }
    seen = set(base)
    for name in base:
        needed_by(name, seen)
    for name in sorted(seen):
        told = licence(name)
        assert ALLOWED.search(told), (name, told)
        assert not FORBIDDEN.search(told), (name, told)
        assert not LESSER.search(told), (name, told)
    for name in sorted(extras - {"citeclass"}):
        try:
            told = licence(name)
        except PackageNotFoundError:
            continue
        assert not FORBIDDEN.search(told), (name, told)


def test_versions_agree():
    import citeclass

    assert metadata("citeclass")["Version"] == citeclass.__version__
    assert f"version: {citeclass.__version__}" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def test_no_dependency_has_a_known_hole():
    pytest.importorskip("pip_audit", reason="pip-audit is not installed")
    command = [sys.executable, "-m", "pip_audit", "-r", ROOT / "constraints.txt", "--no-deps", "--disable-pip", "-f", "json", "--progress-spinner", "off"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    told = json.loads(done.stdout)["dependencies"] if done.stdout.strip() else []
    if not any("vulns" in d for d in told):
        pytest.skip("the advisories of PyPI cannot be reached")
    assert {d["name"]: [v["id"] for v in d["vulns"]] for d in told if d.get("vulns")} == {}
