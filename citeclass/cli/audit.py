"""``citeclass audit``: how right the model is on your own articles."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from citeclass.cli.shared import DEFAULT_DB, CommandGroup, Db, Json, console, emit, open_library, say
from citeclass.records import OperatingPoint

if TYPE_CHECKING:
    from citeclass.evidence import AuditReport
    from citeclass.pipeline import Library

audit = typer.Typer(
    name="audit", cls=CommandGroup, no_args_is_help=True, add_completion=False, rich_markup_mode=None,
    help="Measure how right the model is on your own articles: draw statements, read them without their class, and see "
    "precision and recall with their intervals.\n\nExample: citeclass audit draw first --db library.db, then citeclass audit judge first --by me",
)  # fmt: skip

Name = Annotated[str, typer.Argument(help="A name for the audit.", show_default=False)]
By = Annotated[str, typer.Option("--by", help="Who reads.", show_default=False)]

_KEYS = {"s": "supporting", "c": "contrasting", "m": "mentioning"}


@audit.command()
def draw(
    name: Name,
    db: Db = DEFAULT_DB,
    natural: Annotated[int, typer.Option("--natural", min=0, help="Statements drawn of all.")] = 200,
    each: Annotated[int, typer.Option("--each", min=0, help="Statements drawn of each class shown.")] = 100,
    as_json: Json = False,
) -> None:
    """Draw the statements that will be read. The same name on the same library draws the same.

    Example: citeclass audit draw first --natural 200 --each 100
    """
    from citeclass.evidence import draw_audit

    with open_library(db) as library:
        made = draw_audit(library.store, name, natural=natural, each=each)
        count = len(library.store.audits.drawn(name))
    if as_json:
        emit({"audit": made.name, "model": made.model, "statements": dict(made.strata), "drawn": count})
    else:
        typer.echo(f"{count} statements drawn; read them with: citeclass audit judge {name} --by YOU --db {db}")


@audit.command()
def judge(
    name: Name,
    by: By,
    db: Db = DEFAULT_DB,
    sheet: Annotated[
        Path | None,
        typer.Option("--sheet", help="A sheet that was filled in (CSV, or JSON lines).", show_default=False),
    ] = None,
) -> None:
    """Read the drawn statements one by one, without their class; stop with q and go on later. Or take a sheet that was filled in.

    Example: citeclass audit judge first --by me
    """
    from citeclass.evidence import DEFINITIONS, audit_sheet, take_audit_sheet

    with open_library(db) as library:
        store = library.store
        if sheet is not None:
            typer.echo(f"{take_audit_sheet(store, name, _rows(sheet), by=by)} judgements kept")
            return
        done = {r.statement for r in store.audits.readings(name) if r.by == by}
        waiting = [row for row in audit_sheet(store, name) if row["id"] not in done]
        for kind, meaning in DEFINITIONS.items():
            say(f"{kind}: {meaning}") if kind != "unclassified" else None
        out = console()
        for number, row in enumerate(waiting, 1):
            out.print(
                f"\n[{number} of {len(waiting)}] {row['section'] or 'section unknown'}", style="dim", markup=False
            )
            out.print(f"{row['before']}", style="dim", markup=False)
            out.print(row["sentence"], style="bold", markup=False)
            out.print(f"{row['after']}", style="dim", markup=False)
            key = ""
            while key not in (*_KEYS, "k", "q"):
                key = typer.prompt("s supporting, c contrasting, m mentioning, k skip, q quit").strip().lower()[:1]
            if key == "q":
                break
            if key != "k":
                take_audit_sheet(store, name, [{**row, "type": _KEYS[key]}], by=by)


@audit.command()
def sheet(
    name: Name,
    out: Annotated[Path, typer.Option("--out", help="The CSV to write.", show_default=False)],
    db: Db = DEFAULT_DB,
) -> None:
    """Write the drawn statements as a sheet to fill in, in a spreadsheet or by others; `judge --sheet` takes it back.

    Example: citeclass audit sheet first --out first.csv
    """
    from citeclass.evidence import SHEET, audit_sheet, safe_cell

    with open_library(db) as library:
        rows = audit_sheet(library.store, name)
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, SHEET)
        writer.writeheader()
        writer.writerows({name: safe_cell(value) for name, value in row.items()} for row in rows)
    typer.echo(f"{len(rows)} statements written to {out}: fill in type, and certainty and note if you like")


@audit.command()
def report(
    name: Name,
    db: Db = DEFAULT_DB,
    operating_point: Annotated[
        OperatingPoint | None,
        typer.Option(
            "--operating-point",
            help="Measure the model whose answers the library shows now at this point, not the one of the draw as it was.",
            show_default=False,
        ),
    ] = None,
    errors: Annotated[bool, typer.Option("--errors", help="List the statements that were judged otherwise.")] = False,
    as_json: Json = False,
) -> None:
    """Show precision and recall by class, with 95 % intervals, for all statements of the library as estimated from those read.

    Example: citeclass audit report first --operating-point precise
    """
    from citeclass.evidence import audit_report, statements_by_id

    with open_library(db) as library:
        given = _decided(library, name, operating_point) if operating_point else None
        judged_by = library.store.predictions.current_model if operating_point else None
        found = audit_report(library.store, name, given=given)
        wrong = statements_by_id(library.store, [e[0] for e in found.errors]) if errors else []
    if as_json:
        emit(found.to_json() | ({"judgedBy": judged_by} if judged_by else {}))
        return
    _print(found, judged_by=judged_by)
    notes = {id: (given, judged, note) for id, given, judged, note in found.errors}
    for s in wrong:
        given_class, judged, note = notes[s.statement.id]
        typer.echo(f"\n{given_class}, judged {judged}{f' ({note})' if note else ''} [{s.statement.id}]")
        typer.echo(f"  {s.statement.sentence}")


def _print(found: "AuditReport", *, judged_by: str | None) -> None:
    from rich.table import Table

    table = Table(
        title=f"{found.read} of {found.drawn} statements read; {sum(found.audit.strata.values())} in the library at the draw; "
        f"{judged_by or found.audit.model}",
        title_justify="left", box=None, pad_edge=False,
    )  # fmt: skip
    for column in ("class", "given", "right", "precision", "recall", "share"):
        table.add_column(column, justify="left" if column == "class" else "right")
    for name, f in found.classes.items():
        table.add_row(
            name, str(f.given), str(f.right), _share(f.precision, f.precision_interval),
            _share(f.recall, f.recall_interval), f"{100 * f.share:.1f} %",
        )  # fmt: skip
    console().print(table)
    if found.agreement:
        both, alike, kappa = found.agreement
        typer.echo(f"two readers of {both} statements agreed on {alike} (kappa {kappa:.2f})")


def _share(value: float | None, interval: tuple[float, float] | None) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" + (f" [{interval[0]:.2f}–{interval[1]:.2f}]" if interval else "")


def _decided(library: "Library", name: str, point: OperatingPoint) -> Callable[[str, str], str]:
    """What the probabilities that the library shows now give at ``point``: of the model of the draw, or one that came later."""
    import numpy as np

    from citeclass.classifying import load_classifier
    from citeclass.errors import UsageError
    from citeclass.evidence import statements_by_id

    model = library.store.predictions.current_model
    if model is None:
        raise UsageError("no model has judged this library", fix="citeclass refresh")
    classifier = load_classifier(model.partition("@")[0], cascade=not model.endswith("+full"))
    if classifier.id != model:
        raise UsageError(
            f"the library was judged by {model}, and {classifier.id} is at hand",
            fix="judge it anew with `citeclass refresh`, or leave --operating-point away",
        )
    given: dict[str, str] = {}
    for s in statements_by_id(library.store, list(library.store.audits.drawn(name))):
        p = s.prediction
        if p is not None and p.model == model and p.supporting is not None:
            row = np.array([p.supporting, p.contrasting, p.mentioning])
            given[s.statement.id] = classifier.calibration.decide(row, point).value
    return lambda statement, stratum: given.get(statement, stratum)


@audit.command()
def save(
    name: Name,
    out: Annotated[Path, typer.Option("--out", help="The folder to write.", show_default=False)],
    db: Db = DEFAULT_DB,
) -> None:
    """Write an audit as labels with locators: article, fingerprint of the sentence and place in it, without any text.

    Such a folder can be shared; who has the articles gets the audit back with `citeclass audit load`.

    Example: citeclass audit save first --out first/
    """
    from citeclass.training.data.audits import save_audit

    with open_library(db) as library:
        typer.echo(f"{save_audit(library.store, name, out)} labels written to {out}")


@audit.command()
def load(
    folder: Annotated[Path, typer.Argument(help="A folder written by `citeclass audit save`.", show_default=False)],
    db: Db = DEFAULT_DB,
    by: Annotated[str, typer.Option("--by", help="Who read.")] = "saved",
) -> None:
    """Take in an audit that was saved, on a library with the same articles.

    Example: citeclass audit load data/psychology --db library.db
    """
    from citeclass.training.data.audits import load_audit

    with open_library(db) as library:
        name, found, wanted = load_audit(library.store, folder, by=by)
    typer.echo(f"{found} of {wanted} labels found their statement; see: citeclass audit report {name}")


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a sheet, from a spreadsheet's CSV (commas, semicolons or tabs) or JSON lines. Raises BadRow."""
    from citeclass.errors import BadRow

    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = path.read_text(encoding="cp1252", errors="replace")  # as spreadsheets on Windows save it
    if path.suffix.casefold() in (".jsonl", ".json"):
        for number, line in enumerate(text.splitlines(), 1):
            try:
                row = json.loads(line) if line.strip() else None
            except ValueError as error:
                raise BadRow(f"{path.name}, line {number}: {error}") from error
            if isinstance(row, dict):
                yield row
        return
    first = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=first.count))
    if not {"id", "type"} <= set(rows.fieldnames or ()):
        raise BadRow(f"{path.name} has no columns id and type", fix="fill in what `citeclass audit sheet` writes")
    yield from rows
