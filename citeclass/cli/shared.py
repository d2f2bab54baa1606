"""What commands share: options, output, progress, and errors turned into exit codes.

Exit codes: 0 all well, 1 some files or rows failed, 2 the call was wrong.
"""

import json
import re
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from citeclass.errors import CiteclassError
from citeclass.records import Failure, OperatingPoint

if TYPE_CHECKING:
    from rich.console import Console

    from citeclass.extraction import Limits
    from citeclass.pipeline import Ambiguous, FileDone, Library, Summary
    from citeclass.reading import ReadOptions

_ADDRESS = re.compile(r"https?://[^\s/:]+(?::\d{1,5})?(?:/\S*)?")

SOME_FAILED = 1
USAGE = 2

Paths = Annotated[
    list[str], typer.Argument(help="PDF, JATS/NLM, BMC or TEI files, folders, or patterns.", show_default=False)
]
Db = Annotated[Path, typer.Option("--db", help="The library's file.", envvar="CITECLASS_DB")]
NewDb = Annotated[Path, typer.Option("--db", help="The library's file; made if missing.", envvar="CITECLASS_DB")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Model = Annotated[
    str, typer.Option("--model", help="A model's name (see `citeclass models`) or folder.", envvar="CITECLASS_MODEL")
]
_POINTS = "balanced: best macro-F1; precise: few false alarms; natural: the likeliest class."
Point = Annotated[
    OperatingPoint,
    typer.Option("--operating-point", help=_POINTS),
]
LibrarysPoint = Annotated[
    OperatingPoint | None,
    typer.Option(
        "--operating-point",
        help=f"{_POINTS} All statements of the library are "
        "judged at one; by default the one used last, at first balanced.",
        show_default=False,
    ),
]
Full = Annotated[
    bool,
    typer.Option(
        "--full", help="Let the model's gate settle nothing: the transformer judges every text, several times slower."
    ),
]
Jobs = Annotated[
    int, typer.Option("--jobs", "-j", min=0, help="Files read at once; 0 takes all processors.", show_default="all")
]
MaxMb = Annotated[int, typer.Option("--max-mb", min=1, help="Largest file to read, in MB.")]
MaxSeconds = Annotated[
    float, typer.Option("--max-seconds", min=1, help="Longest time for reading one file (tenfold with --ocr).")
]
MaxMemory = Annotated[int, typer.Option("--max-memory", min=256, help="Most memory for reading one file, in MB.")]
Reader = Annotated[str, typer.Option("--reader", help="What reads the PDFs: pdfium, or grobid (a server of yours).")]
GrobidUrl = Annotated[
    str, typer.Option("--grobid-url", help="The GROBID server, for --reader grobid.", envvar="CITECLASS_GROBID")
]
Ocr = Annotated[bool, typer.Option("--ocr", help="Put scans without text through Tesseract, if it is installed.")]
OcrLanguages = Annotated[str, typer.Option("--ocr-languages", help="Tesseract's codes, joined by +: eng+por.")]

DEFAULT_DB = Path("library.db")
DEFAULT_MODEL = "citeclass-minilm"
DEFAULT_MAX_MB = 50
DEFAULT_MAX_SECONDS = 120.0
DEFAULT_MAX_MEMORY = 3072
DEFAULT_READER = "pdfium"
DEFAULT_GROBID = "http://localhost:8070"
DEFAULT_OCR_LANGUAGES = "eng"


class CommandGroup(typer.core.TyperGroup):
    """Keeps the commands in the order given, and turns our errors into a line and exit code 2."""

    def list_commands(self, _: Any) -> list[str]:
        """Command names as registered."""
        return list(self.commands)

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except CiteclassError as error:
            say(f"error: {error}")
            if error.fix:
                say(f"  fix: {error.fix}")
            raise typer.Exit(USAGE) from error
        except sqlite3.DatabaseError as error:
            from citeclass.store import advice

            say(f"error: the library cannot be used now: {error}")
            say(f"  fix: {advice(error)}")
            raise typer.Exit(USAGE) from error
        except UnicodeEncodeError as error:
            say(f"error: not UTF-8: {error.object[:60]!r}")
            say("  fix: give the words as UTF-8; a terminal set to it does")
            raise typer.Exit(USAGE) from error
        except BrokenPipeError as error:
            sys.stderr.close()
            raise typer.Exit(0) from error
        except OSError as error:
            say(f"error: {error.filename or 'the system'}: {error.strerror or error}")
            raise typer.Exit(USAGE) from error


def console() -> "Console":
    """A console on standard output, as wide as the screen, or 100 columns when piped."""
    from rich.console import Console

    class Pipe(Console):
        """A console that leaves quietly when its reader has seen enough (``| head``)."""

        def on_broken_pipe(self) -> None:
            self.quiet = True
            raise typer.Exit(0)

    return Pipe(width=None if sys.stdout.isatty() else 100, highlight=False, soft_wrap=False)


def print_sentence(
    out: "Console", sentence: str, marks: Iterable[tuple[int, int]], told: str, *, gap: bool = False
) -> None:
    """A statement: its sentence with ``marks`` (begin, end) in bold, what is told of it below; ``gap``: after an empty line."""
    from rich.padding import Padding
    from rich.text import Text

    text = Text(sentence)
    for begin, end in marks:
        text.stylize("bold", begin, end)
    out.print(Padding(text, (int(gap), 0, 0, 2), expand=False))
    out.print(Padding(Text(told, style="dim"), (0, 0, 0, 4)))


def say(text: str) -> None:
    """A line for people, on standard error."""
    typer.echo(text, err=True)


def json_line(data: Any) -> str:
    """``data`` as one line of JSON that can be written as UTF-8 whatever it holds."""
    line = json.dumps(data, ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:
        line = json.dumps(data)
    return line


def emit(data: Any) -> None:
    """One JSON value on standard output."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=1) if sys.stdout.isatty() else json_line(data))


def processors(jobs: int) -> int:
    """``jobs``, or the number of processors for 0."""
    from os import cpu_count

    return jobs or cpu_count() or 1


def read_options(*, max_mb: int, reader: str, grobid_url: str, ocr: bool, ocr_languages: str) -> "ReadOptions":
    """How files are read, from a command's options. Raises :class:`~citeclass.errors.UsageError` for unknown readers."""
    from citeclass.errors import UsageError
    from citeclass.reading import ReadOptions

    if reader not in ("pdfium", "grobid"):
        raise UsageError(f"there is no reader {reader!r}", fix="--reader pdfium or --reader grobid")
    if reader == "grobid" and not _ADDRESS.fullmatch(grobid_url):
        raise UsageError(f"{grobid_url!r} is no address of a server", fix="--grobid-url http://localhost:8070")
    return ReadOptions(
        max_bytes=max_mb * 2**20, grobid=grobid_url if reader == "grobid" else None, ocr=ocr_languages if ocr else None
    )


def file_limits(*, seconds: float, megabytes: int, ocr: bool) -> "Limits":
    """What reading one file may cost; recognising letters takes its time."""
    from citeclass.extraction import Limits

    return Limits(seconds=seconds * (10 if ocr else 1), megabytes=megabytes)


def tell_candidates(many: "Ambiguous", *, as_json: bool) -> None:
    """Say which works a query may mean."""
    if as_json:
        emit({"error": str(many), "works": many.listed()})
        return
    say(f"{many}; ask again with one of these:")
    for work in many.works:
        say(f"  {work.doi or work.id}  {work.title or ''} ({work.year or 'no year'})")


def open_library(
    db: Path, *, model: str = DEFAULT_MODEL, point: OperatingPoint | None = None, must_exist: bool = True
) -> "Library":
    """The library at ``db``. Raises :class:`~citeclass.errors.UsageError` where it must exist and does not."""
    from citeclass.errors import UsageError
    from citeclass.pipeline import Library

    if must_exist and not db.is_file():
        raise UsageError(f"there is no library at {db}", fix=f"make one with `citeclass classify papers/ --db {db}`")
    return Library(db, model=model, point=point)


@contextmanager
def progress(total: int, what: str) -> Iterator[Any]:
    """A progress bar on standard error while it is a terminal; yields a function of :class:`FileDone`."""
    counts: dict[str, Any] = {"statements": 0, "failures": 0}
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        TextColumn("{task.fields[statements]} statements, {task.fields[failures]} failures"),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total or None, **counts)

        def watch(done: "FileDone") -> None:
            counts["statements"] += done.statements
            counts["failures"] += done.failure is not None
            bar.update(task, advance=1, **counts)

        yield watch


def failure_row(failure: Failure) -> dict[str, Any]:
    """A failure as a JSON object."""
    f = failure
    return {"path": f.path, "reason": f.reason.value, "message": f.message, "fix": f.fix, "partial": f.partial}


def print_failures(failures: list[Failure]) -> None:
    """Failures as text, each with what to do."""
    for failure in failures:
        mark = "incomplete" if failure.partial else "failed"
        say(f"{mark}: {failure.path}\n  {failure.reason.value}: {failure.message}\n  fix: {failure.fix}")


def print_summary(summary: "Summary", db: Path) -> None:
    """What a run did, as a table."""
    from rich.table import Table
    from rich.text import Text

    out = console()
    table = Table(title=Text(f"Library {db}"), title_justify="left", box=None, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    table.add_row("files read", str(summary.added))
    table.add_row("files unchanged", str(summary.unchanged))
    table.add_row("files failed", str(summary.failed))
    for reason, count in sorted(summary.failures.items()):
        table.add_row(f"  {reason}", str(count))
    table.add_section()
    table.add_row("documents", str(summary.library.get("documents", 0)))
    table.add_row("works known", str(summary.library.get("works", 0)))
    table.add_row("statements", str(summary.library.get("statements", 0)))
    for name, count in summary.types.items():
        table.add_row(f"  {name}", str(count))
    table.add_row("  without a target", str(summary.library.get("unlinked", 0)))
    if summary.detached_corrections:
        table.add_row("corrections without statement", str(summary.detached_corrections))
    out.print(table)
