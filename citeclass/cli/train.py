"""``citeclass train`` and ``citeclass evaluate``: from labelled statements to a model, and how good it is."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from citeclass.cli.shared import DEFAULT_MODEL, Json, Model, console, emit, say
from citeclass.errors import UsageError, missing_extra

if TYPE_CHECKING:
    from citeclass.training.config import TrainingConfig

Data = Annotated[
    Path, typer.Option("--data", help="A labelled CSV file or a folder of such files.", show_default=False)
]
Out = Annotated[Path, typer.Option("--out", help="The model folder to write.", show_default=False)]
Backbone = Annotated[str, typer.Option("--backbone", help="A Hugging Face encoder: hub name or folder.")]
Work = Annotated[Path, typer.Option("--work", help="Folder for checkpoints; an interrupted run goes on from them.")]


def train(
    data: Data,
    out: Out,
    backbone: Backbone = "sentence-transformers/all-MiniLM-L6-v2",
    work: Work = Path("work/train"),
    epochs: Annotated[float, typer.Option(min=0.01, help="Passes over the data.")] = 3.0,
    batch_size: Annotated[int, typer.Option(min=1, help="Statements a step.")] = 16,
    learning_rate: Annotated[float, typer.Option(help="Peak learning rate.")] = 6e-5,
    max_length: Annotated[int, typer.Option(min=16, max=512, help="Tokens of sentence and context.")] = 144,
    seed: Annotated[int, typer.Option(help="Of all that is random.")] = 13,
    quantise: Annotated[str, typer.Option(help="int8 (a quarter of the size) or none.")] = "int8",
    as_json: Json = False,
) -> None:
    """Train a stance model on labelled statements and write it as a folder that --model can name.

    Needs the extra `train`. Checkpoints are kept in --work; the folder gets weights, tokenizer, calibration, metrics and a card.

    Example: citeclass train --data labels/ --out models/mine
    """
    if quantise not in ("int8", "none"):
        raise UsageError(f"--quantise is int8 or none, not {quantise!r}")
    if not data.exists():
        raise UsageError(
            f"no such file or folder: {data}", fix="give labelled CSV files; data/README.md tells their columns"
        )
    try:
        from citeclass.training.config import TrainingConfig
        from citeclass.training.run import train as run
    except ImportError as error:
        missing_extra("train", error)
    config = TrainingConfig(
        backbone=backbone,
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=learning_rate,
        max_length=max_length,
        seed=seed,
    )
    metrics = run(
        data, out, config, work=work, quantise=quantise, command=_command(data, out, config, quantise), say=say
    )
    if as_json:
        emit(metrics)
    else:
        for name, report in metrics.items():
            _print_report(name, report)


def _command(data: Path, out: Path, config: "TrainingConfig", quantise: str) -> str:
    """The call that makes this model again: what differs from the defaults, a backbone's folder by its name."""
    from dataclasses import fields

    from citeclass.training.config import TrainingConfig

    words = ["python", "train.py", "--data", str(data), "--backbone", Path(config.backbone).name, "--out", str(out)]
    for field in fields(TrainingConfig):
        value = getattr(config, field.name)
        if field.name != "backbone" and value != field.default:
            words += [f"--{field.name.replace('_', '-')}", str(value)]
    return shlex.join([*words, *(["--quantise", quantise] if quantise != "int8" else [])])


def evaluate(
    data: Annotated[Path, typer.Argument(help="A labelled CSV file or a folder of such files.", show_default=False)],
    model: Model = DEFAULT_MODEL,
    as_json: Json = False,
) -> None:
    """Measure a model on labelled statements: macro-F1 and figures by class at every operating point.

    Needs the extra `train` (for its metrics).

    Example: citeclass evaluate labels/dev.csv --model citeclass-minilm
    """
    try:
        from citeclass.training.data import read_csv
        from citeclass.training.evaluate import evaluate as measure
    except ImportError as error:
        missing_extra("train", error)
    from citeclass.classifying import load_classifier

    files = sorted(data.glob("*.csv")) if data.is_dir() else [data]
    if not files or not all(f.is_file() for f in files):
        raise UsageError(f"no labelled CSV at {data}")
    classifier = load_classifier(model)
    reports = {f.name: measure(classifier, list(read_csv(f))) for f in files}
    if as_json:
        emit(reports)
    else:
        for name, report in reports.items():
            _print_report(name, report)


def _print_report(name: str, report: dict[str, object]) -> None:
    from rich.table import Table

    table = Table(
        title=f"{name}: {report['rows']} rows, log loss {report['log_loss']}",
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    for column in ("point", "accuracy", "macro-F1", "supporting P/R/F1", "contrasting P/R/F1", "mentioning P/R/F1"):
        table.add_column(column)
    for point in ("balanced", "precise", "natural"):
        r = report[point]
        if isinstance(r, dict):
            cells = (
                f"{r[c]['precision']:.3f} {r[c]['recall']:.3f} {r[c]['f1']:.3f}"
                for c in ("supporting", "contrasting", "mentioning")
            )
            table.add_row(point, f"{r['accuracy']:.3f}", f"{r['macro_f1']:.3f}", *cells)
    console().print(table)
