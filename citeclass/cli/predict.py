"""``citeclass predict``: the stance of sentences given as JSON lines."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from citeclass.cli.shared import DEFAULT_MODEL, SOME_FAILED, Full, Model, Point, json_line, say
from citeclass.errors import BadRow, UsageError
from citeclass.records import OperatingPoint

File = Annotated[str, typer.Argument(help="A file of JSON lines, or - for standard input.", show_default=False)]
Out = Annotated[Path | None, typer.Option("--out", help="File to write; standard output if none.", show_default=False)]


def predict(
    file: File,
    out: Out = None,
    operating_point: Point = OperatingPoint.BALANCED,
    model: Model = DEFAULT_MODEL,
    full: Full = False,
) -> None:
    """Tell the stance of sentences: rows {id, section?, before?, sentence, after?}, the callout between « and ».

    Answers come in the same order: {id, type, type_confidence, supporting, contrasting, mentioning, intent}, the three
    being probabilities at the natural rate. A bad row gets {id, error}, the rest go on, and the exit code is 1.

    Example: echo '{"id": 1, "sentence": "Unlike «Lee (2010)», we found no effect."}' | citeclass predict -
    """
    from citeclass.classifying import load_classifier, predict_rows

    if file != "-" and not Path(file).is_file():
        raise UsageError(f"no such file: {file}", fix="give a file of JSON lines, or - for standard input")
    if out is not None and file != "-" and out.exists() and out.samefile(file):
        raise UsageError("--out is the input file", fix="write to another file")
    classifier = load_classifier(model, cascade=not full)
    bad = rows = 0
    with ExitStack() as stack:
        source = (
            sys.stdin if file == "-" else stack.enter_context(Path(file).open(encoding="utf-8-sig", errors="replace"))
        )
        target = sys.stdout if out is None else stack.enter_context(out.open("w", encoding="utf-8"))
        for answer in predict_rows(_rows(source), classifier, point=operating_point):
            rows += 1
            bad += "error" in answer
            target.write(json_line(answer) + "\n")
            if rows % 1000 == 0 and sys.stderr.isatty():
                say(f"{rows} rows")
    if bad:
        say(f"{bad} of {rows} rows could not be read")
        raise typer.Exit(SOME_FAILED)


def _rows(lines: TextIO) -> Iterator[Any]:
    told = False
    for number, line in enumerate(lines, 1):
        line = line.removeprefix("\ufeff")
        if line.strip():
            try:
                yield json.loads(line)
            except (ValueError, RecursionError) as error:
                if not told and not line.lstrip().startswith(("{", "[")):
                    raise UsageError(
                        f"these are no JSON lines: {line.strip()[:60]!r}",
                        fix='one row a line: {"sentence": "As «Lee (2010)» found, …"}; PDFs are for `citeclass classify`, '
                        "labelled tables for `citeclass evaluate`",
                    ) from error
                yield BadRow(f"line {number} is not JSON: {error}")
            told = True
