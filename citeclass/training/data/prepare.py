"""What ``data/NAME/prepare.py`` do: bring a published set, or our labels, to files that ``citeclass train`` reads."""

import csv
import gzip
import io
import json
import tarfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import httpx2

from citeclass.errors import UsageError
from citeclass.training.data.example import Example
from citeclass.training.data.fetch import fetch_articles, fetch_file
from citeclass.training.data.hydrate import articles_in, from_articles, from_rows
from citeclass.training.data.known import KNOWN
from citeclass.training.data.layouts import read_labels
from citeclass.training.data.locators import Label, read_locators
from citeclass.training.data.sets import split_of


def prepare_set(name: str, given: Iterable[Path], out: Path, *, via: httpx2.Client | None = None) -> dict[str, int]:
    """Write a published set as ``out/NAME_SPLIT.jsonl`` in our schema; rows by file.

    ``given``: its files or its archive; none means they are fetched through ``via``.
    """
    known = KNOWN[name]
    files = [*given]
    if not files:
        if via is None or known.page:
            raise UsageError(f"no files of {name} were given", fix=f"get them from {known.url} and name them")
        files = [fetch_file(known.url, out / "fetched" / known.url.rpartition("/")[2], via=via)]
    unpacked = [f for file in files for f in (_unpack(file, known.files, out) if ".tar" in file.name else [file])]
    by_split: dict[str, list[Example]] = {}
    for file in unpacked:
        split = split_of(file)
        by_split.setdefault("dev" if split == "validation" else split, []).extend(read_labels(file))
    return {
        f"{name}_{split}.jsonl": write_examples(rows, out / f"{name}_{split}.jsonl") for split, rows in by_split.items()
    }


def _unpack(archive: Path, wanted: Iterable[str], out: Path) -> Iterator[Path]:
    names = frozenset(wanted)
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            name = Path(member.name).name
            if member.isfile() and name in names:
                tar.extract(member, out / "fetched", filter="data")
                yield out / "fetched" / member.name


def write_examples(examples: Iterable[Example], path: Path) -> int:
    """Write examples as JSON lines in our schema, which :func:`read_labels` reads; how many."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(asdict(example), ensure_ascii=False) + "\n" for example in examples]
    path.write_text("".join(lines), encoding="utf-8")
    return len(lines)


def prepare_own(
    labels: Path, out: Path, *, articles: Iterable[Path] = (), rows: Iterable[Path] = (), via: httpx2.Client | None = None
) -> dict[str, Any]:  # fmt: skip
    """Give our labels their words and write them to ``out`` (JSON lines); how many were found and why others were not.

    ``rows``: files with the sentences themselves (CSV or JSON lines, gzipped or not); ``articles``: folders of full texts. With
    ``via``, the articles that are still lacking are fetched from Europe PMC into ``out``'s folder.
    """
    wanted = list(read_locators(labels))
    found: list[Example] = []
    left: list[Label] = wanted
    reasons: dict[str, str] = {}

    def keep(examples: Iterable[Example], missing: Iterable[tuple[Label, str]]) -> list[Label]:
        found.extend(examples)
        reasons.update({label.id: why for label, why in missing})
        return [label for label, _ in missing]

    for file in rows:
        got = from_rows(left, _rows(file))
        left = keep(got.examples, got.missing)
    folders, failed = list(articles), dict[str, str]()
    if via is not None and left:
        folders.append(out.parent / "articles")
        failed = fetch_articles(left, folders[-1], via=via)
    for folder in folders:
        got = from_articles(left, articles_in(folder))
        left = keep(got.examples, got.missing)
    reasons.update({label.id: failed[label.doi] for label in left if label.doi in failed})
    place = {label.id: n for n, label in enumerate(wanted)}
    write_examples(sorted(found, key=lambda e: place[e.id]), out)
    return {
        "labels": len(wanted),
        "found": len(found),
        "missing": dict(Counter(reasons.get(label.id, "no texts were given") for label in left)),
    }


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    raw = path.read_bytes()
    lines = io.StringIO((gzip.decompress(raw) if path.suffix == ".gz" else raw).decode(), newline="")
    if ".jsonl" in path.name:
        yield from (json.loads(line) for line in lines)
    else:
        for row in csv.DictReader(lines):
            yield {**row, "sentence": row.get("sentence") or row.get("text") or ""}
