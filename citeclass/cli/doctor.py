"""``citeclass doctor``: whether an installation works, and what is not there."""

from collections.abc import Iterator
from dataclasses import dataclass

import typer

from citeclass.cli.shared import SOME_FAILED, Json, console, emit

_EXTRAS = {
    "serve": ("fastapi", "uvicorn", "jinja2"), "corpus": ("hishel", "httpx2", "pydantic", "networkx"), "exchange": ("rispy", "pybtex", "rdflib"),
    "pages": ("jinja2", "PIL"), "lake": ("duckdb", "pyarrow"), "ray": ("ray",), "mcp": ("mcp",), "watch": ("watchfiles",),
    "notebook": ("pandas",), "train": ("torch", "transformers", "datasets", "sklearn"), "spacy": ("spacy",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it stands (``ok``, ``missing`` for what is optional, ``wrong``), what was found, and what to do."""

    what: str
    state: str
    found: str
    fix: str = ""


def doctor(as_json: Json = False) -> None:
    """Check this installation: Python, SQLite, the shipped model by its digests and by a sentence, the optional parts. Nothing is changed.

    Example: citeclass doctor
    """
    findings = list(_findings())
    if as_json:
        emit([{n: getattr(f, n) for n in ("what", "state", "found", "fix")} for f in findings])
    else:
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, pad_edge=False)
        for column in ("", "what", "found", "what to do"):
            table.add_column(column, overflow="fold")
        for f in findings:
            table.add_row({"ok": "✓", "missing": "–", "wrong": "✗"}[f.state], *map(Text, (f.what, f.found, f.fix)))
        console().print(table)
    if any(f.state == "wrong" for f in findings):
        raise typer.Exit(SOME_FAILED)


def _findings() -> Iterator[Finding]:
    for what, look, fix in (
        ("Python", _python, "report it"),
        ("SQLite", _sqlite, "use a Python whose SQLite has FTS5 and JSON (3.38 or later)"),
        ("model files", _model, "pip install --force-reinstall citeclass"),
        (
            "a judgement",
            _judgement,
            "pip install --force-reinstall onnxruntime tokenizers; report it if that does not help",
        ),
        ("reading a PDF", _pdf, "pip install --force-reinstall pypdfium2"),
        ("room and rights here", _folder, "work in a folder that you may write to"),
    ):
        try:
            yield Finding(what, "ok", look())
        except Exception as error:  # whatever is wrong with an installation is told, not raised
            yield Finding(what, "wrong", f"{type(error).__name__}: {error}"[:200], getattr(error, "fix", "") or fix)
    yield _tesseract()
    yield from (_extra(name, modules) for name, modules in _EXTRAS.items())


def _python() -> str:
    import platform

    return f"{platform.python_version()} on {platform.system()} {platform.machine()}"


def _sqlite() -> str:
    import sqlite3

    with sqlite3.connect(":memory:") as db:
        db.execute("create virtual table t using fts5(x)")
        db.execute("select json_each.value from json_each('[1]')")
    return sqlite3.sqlite_version


def _model() -> str:
    from citeclass.classifying import find_model

    folder = find_model()
    folder.verify()
    return f"{folder.id} in {folder.path}"


def _judgement() -> str:
    from citeclass.classifying import load_classifier
    from citeclass.classifying.inputs import model_input

    sentence = "In contrast to Lee (2010), we found no effect."
    start = sentence.index("Lee")
    scores = load_classifier().score([model_input(sentence, start=start, end=start + 10)])
    supporting, contrasting, mentioning = (float(x) for x in scores.stance[0])
    if contrasting < max(supporting, mentioning):
        raise RuntimeError(f"a plain contrast was not seen ({contrasting:.2f})")
    return f"a plain contrast is seen ({contrasting:.2f})"


def _pdf() -> str:
    from importlib.resources import files
    from pathlib import Path

    from citeclass.errors import CiteclassError
    from citeclass.extraction import extract_file
    from citeclass.records import Failure

    inside, checkout = files("citeclass") / "sample", Path(__file__).resolve().parents[2] / "data" / "sample"
    folder = next(f for f in (inside, checkout) if (f / "hale-2019.pdf").is_file())
    outcome = extract_file(Path(str(folder / "hale-2019.pdf")))
    if isinstance(outcome, Failure):
        raise CiteclassError(outcome.message, fix=outcome.fix)
    return f"{len(outcome.statements)} statements in the specimen"


def _folder() -> str:
    import shutil
    import tempfile

    with tempfile.NamedTemporaryFile(dir="."):
        free = shutil.disk_usage(".").free
    return f"{free / 2**30:.1f} GiB free"


def _tesseract() -> Finding:
    from shutil import which

    found = which("tesseract")
    if found:
        return Finding("Tesseract (for --ocr)", "ok", found)
    return Finding("Tesseract (for --ocr)", "missing", "not installed", "install it if you have scans without text")


def _extra(name: str, modules: tuple[str, ...]) -> Finding:
    from importlib.util import find_spec

    lacking = [m for m in modules if find_spec(m) is None]
    if not lacking:
        return Finding(f"[{name}]", "ok", "installed")
    return Finding(
        f"[{name}]", "missing", f"without {', '.join(lacking)}", f"pip install 'citeclass[{name}]' if you want it"
    )
