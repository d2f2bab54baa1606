"""``citeclass extract``: citation statements of files as JSON lines, without a library."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from citeclass.cli.shared import (
    DEFAULT_GROBID,
    DEFAULT_MAX_MB,
    DEFAULT_MAX_MEMORY,
    DEFAULT_MAX_SECONDS,
    DEFAULT_OCR_LANGUAGES,
    DEFAULT_READER,
    SOME_FAILED,
    GrobidUrl,
    Jobs,
    Json,
    MaxMb,
    MaxMemory,
    MaxSeconds,
    Ocr,
    OcrLanguages,
    Paths,
    Reader,
    emit,
    failure_row,
    file_limits,
    json_line,
    print_failures,
    processors,
    progress,
    read_options,
    say,
)

if TYPE_CHECKING:
    from citeclass.records import CitationStatement, Extraction

Out = Annotated[Path, typer.Option("--out", help="Folder to write DIR/<name>.jsonl into.", show_default=False)]


def extract(
    paths: Paths,
    out: Out,
    jobs: Jobs = 0,
    reader: Reader = DEFAULT_READER,
    grobid_url: GrobidUrl = DEFAULT_GROBID,
    ocr: Ocr = False,
    ocr_languages: OcrLanguages = DEFAULT_OCR_LANGUAGES,
    max_mb: MaxMb = DEFAULT_MAX_MB,
    max_seconds: MaxSeconds = DEFAULT_MAX_SECONDS,
    max_memory: MaxMemory = DEFAULT_MAX_MEMORY,
    as_json: Json = False,
) -> None:
    """Write the citation statements of each article to a file of its own: a line for each callout and reference.

    A file without callouts gives an empty file, one that fails none.

    Example: citeclass extract papers/ --out statements/
    """
    from citeclass.extraction import article_files, extract_many, shortcoming
    from citeclass.pipeline import FileDone
    from citeclass.records import Failure

    options = read_options(max_mb=max_mb, reader=reader, grobid_url=grobid_url, ocr=ocr, ocr_languages=ocr_languages)
    limits = file_limits(seconds=max_seconds, megabytes=max_memory, ocr=ocr)
    files = article_files(paths)
    targets = _targets(files, out)
    failures: list[Failure] = []
    written = statements = 0
    with progress(len(files), "extracting") as watch:
        outcomes = extract_many([f for f, _ in files], jobs=processors(jobs), options=options, limits=limits)
        for (file, _), outcome in zip(files, outcomes, strict=True):
            if isinstance(outcome, Failure):
                failures.append(outcome)
                watch(FileDone(str(file), "failed", failure=outcome))
                continue
            lacking = shortcoming(outcome)
            failures += [lacking] if lacking else []
            target = targets[file]
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("w", encoding="utf-8") as lines:
                for statement in outcome.statements:
                    lines.write(json_line(statement_row(statement, outcome)) + "\n")
            written += 1
            statements += len(outcome.statements)
            watch(FileDone(str(file), "added", len(outcome.statements), lacking))
    if as_json:
        emit(
            {
                "files": len(files),
                "written": written,
                "statements": statements,
                "failures": [failure_row(f) for f in failures],
            }
        )
    else:
        print_failures(failures)
        say(
            f"{statements} statements of {written} files written to {out}, {sum(not f.partial for f in failures)} failed"
        )
    if failures:
        raise typer.Exit(SOME_FAILED)


def _targets(files: list[tuple[Path, Path]], out: Path) -> dict[Path, Path]:
    """Where each file's statements go: relative folders kept; a name met twice takes the full file name."""
    stems: dict[Path, list[Path]] = {}
    for file, root in files:
        stems.setdefault(out / file.relative_to(root).with_suffix(".jsonl"), []).append(file)
    targets: dict[Path, Path] = {}
    for target, members in stems.items():
        for file in members:
            whole = target.with_name(f"{file.name}.jsonl")
            if len(members) > 1:
                while whole in targets.values():
                    whole = whole.with_name(f"{file.parent.name}-{whole.name}")
                say(f"warning: {file} shares its name with another file; its statements go to {whole.name}")
            targets[file] = whole if len(members) > 1 else target
    return targets


def statement_row(s: "CitationStatement", e: "Extraction") -> dict[str, Any]:
    """The object written for one statement."""
    r = s.reference
    return {
        "id": s.id,
        "source": {
            "doi": e.front.doi,
            "title": e.front.title,
            "authors": [str(a) for a in e.front.authors],
            "year": e.front.year,
            "path": e.path,
            "lang": e.language,
        },
        "callout": s.callout,
        "sentence": s.sentence,
        "start": s.start,
        "end": s.end,
        "before": s.before,
        "after": s.after,
        "snippet": s.snippet,
        "section": s.section.value if s.section else None,
        "section_title": s.section_title,
        "zone": s.zone.value,
        "page": s.page,
        "lang": s.language,
        "target": None
        if r is None
        else {
            "index": r.index,
            "doi": r.doi,
            "title": r.title,
            "year": r.year,
            "authors": [str(a) for a in r.authors],
            "raw": r.raw,
        },
        "link_confidence": s.confidence,
        "reason": s.reason.value if s.reason else None,
    }
