"""The whole job on a folder of articles: articles a second, statements a second, memory, where the time goes, and what a user would pick instead.

python benchmarks/batch.py ../shared/articles/pdf ../shared/articles/jats [--jobs 1 2] [--times 1 10] [--json out.json] [--plot out.svg]

Each job is a process of its own: reading, linking, classifying, storing. ``--times`` repeats the articles under other names, to see whether cost is
linear. *classify* is a share of the wall's time; *store* (all that is done to store), *SQLite* (its part of that) and
*writing* (SQLite's without what it is asked: rows, indexes, commits) are shares of the CPU's. Ratios are against pypdf's and pdfplumber's plain text of the same PDFs.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ONE = """
import json, resource, sqlite3, sys, time
begun = time.perf_counter()
connect, spent = sqlite3.connect, {"sqlite": 0.0, "writing": 0.0, "store": 0.0, "classify": 0.0}
class Timed(sqlite3.Connection):
    def execute(self, sql, *args):
        at = time.thread_time()
        try:
            return super().execute(sql, *args)
        finally:
            took = time.thread_time() - at
            spent["sqlite"] += took
            spent["writing"] += took * (not sql.lower().startswith("select"))
sqlite3.connect = lambda *args, **kwargs: connect(*args, factory=Timed, **kwargs)
import citeclass
from citeclass.extraction import Limits
paths, db, jobs = json.loads(sys.argv[1]), sys.argv[2], int(sys.argv[3])
def timed(owner, name, what, clock):
    inner = getattr(owner, name)
    def outer(*args, **kwargs):
        at = clock()
        try:
            return inner(*args, **kwargs)
        finally:
            spent[what] += clock() - at
    setattr(owner, name, outer)
with citeclass.open(db) as library:
    timed(library.store.documents, "put", "store", time.thread_time)
    timed(library.store.predictions, "put", "store", time.thread_time)
    timed(library.classifier, "predict", "classify", time.perf_counter)
    first = []
    summary = library.add(paths, jobs=jobs, limits=Limits(), watch=lambda _: first.append(time.perf_counter() - begun))
took = time.perf_counter() - begun
used = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
peak = max(resource.getrusage(w).ru_maxrss for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
print(json.dumps({"files": summary.files, "failed": summary.failed, "statements": summary.new_statements, "seconds": took, "first": first[0], "peak_mb": peak, "cpu": sum(u.ru_utime + u.ru_stime for u in used), **spent}))
"""


def job(paths: list[str], jobs: int) -> dict[str, float]:
    """One whole job in a process of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        done = subprocess.run(
            [sys.executable, "-c", ONE, json.dumps(paths), f"{scratch}/library.db", str(jobs)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return dict(json.loads(done.stdout))


def repeated(folder: Path, times: int, scratch: Path) -> Path:
    """The articles of a folder, so often, with other DOIs and so other works."""
    out = scratch / f"{folder.name}-{times}"
    out.mkdir()
    for n in range(times):
        for path in sorted(folder.iterdir()):
            if path.suffix == ".xml":
                text = path.read_bytes().replace(
                    b'pub-id-type="doi">', f'pub-id-type="doi">10.5555/copy{n}.'.encode(), 1
                )
                (out / f"{n}-{path.name}").write_bytes(text + f"<!-- {n} -->".encode())
            else:
                shutil.copy(path, out / f"{n}-{path.name}")
                with (out / f"{n}-{path.name}").open("ab") as file:
                    file.write(f"\n%{n}".encode())
    return out


def main() -> None:
    """Run the jobs and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--jobs", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--times", nargs="+", type=int, default=[1])
    parser.add_argument("--json", type=Path, help="keep the figures")
    parser.add_argument("--plot", type=Path, help="draw seconds over articles")
    given = parser.parse_args()
    rows: list[dict[str, Any]] = []
    print(
        f"{'articles':28s} jobs  seconds  articles/s  a CPU second  statements/s  classify  store  SQLite  writing  first  peak MB"
    )
    with tempfile.TemporaryDirectory() as scratch:
        for folder in given.folders:
            for times in given.times:
                source = folder if times == 1 else repeated(folder, times, Path(scratch))
                for jobs in given.jobs:
                    r = job([str(source)], jobs)
                    rows.append({"folder": folder.name, "times": times, "jobs": jobs, **r})
                    name = f"{folder.name} × {times} ({r['files']:.0f})"
                    print(
                        f"{name:28s} {jobs:4d} {r['seconds']:8.1f} {r['files'] / r['seconds']:11.2f} {r['files'] / r['cpu']:13.2f} {r['statements'] / r['seconds']:13.0f} "
                        f"{r['classify'] / r['seconds']:8.0%} {r['store'] / r['cpu']:6.1%} {r['sqlite'] / r['cpu']:7.1%} {r['writing'] / r['cpu']:8.1%} {r['first']:5.1f}s {r['peak_mb']:8.0f}",
                        flush=True,
                    )
    if given.json:
        given.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    if given.plot:
        plot(rows, given.plot)
    plain(given.folders)


def plot(rows: list[dict[str, Any]], path: Path) -> None:
    """Seconds over articles, a line for each folder and number of workers."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.add_subplot(xlabel="articles", ylabel="seconds", xscale="log", yscale="log")
    for folder, jobs in dict.fromkeys((r["folder"], r["jobs"]) for r in rows):
        line = sorted((r["files"], r["seconds"]) for r in rows if (r["folder"], r["jobs"]) == (folder, jobs))
        axes.plot(*zip(*line, strict=True), marker="o", label=f"{folder}, {jobs} at once")
    axes.legend()
    figure.savefig(path)


def plain(folders: list[Path]) -> None:
    """Seconds that pypdf and pdfplumber take for the plain text of the PDFs alone."""
    pdfs = [p for f in folders for p in sorted(f.glob("*.pdf"))]
    for name in ("pypdf", "pdfplumber"):
        try:
            module = __import__(name)
        except ImportError:
            print(f"{name} is not installed")
            continue
        begun = time.perf_counter()
        for path in pdfs:
            if name == "pypdf":
                for page in module.PdfReader(path).pages:
                    page.extract_text()
            else:
                with module.open(path) as pdf:
                    for page in pdf.pages:
                        page.extract_text()
        if pdfs:
            print(f"plain text of {len(pdfs)} PDFs by {name}: {len(pdfs) / (time.perf_counter() - begun):.2f} a second")


if __name__ == "__main__":
    main()
