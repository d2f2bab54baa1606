"""``citeclass train``: from labelled statements to a model."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from citeclass.cli import columns
from citeclass.cli.shared import Json, console, emit, say
from citeclass.errors import UsageError, missing_extra

if TYPE_CHECKING:
    from citeclass.training.config import TrainingConfig

Data = Annotated[Path, typer.Option("--data", help="A labelled file or a folder of such files.", show_default=False)]
Out = Annotated[Path, typer.Option("--out", help="The model folder to write.", show_default=False)]
Backbone = Annotated[str, typer.Option("--backbone", help="A Hugging Face encoder: hub name or folder.")]
Work = Annotated[Path, typer.Option("--work", help="Folder for checkpoints; an interrupted run goes on from them.")]


def train(
    data: Data,
    out: Out,
    backbone: Backbone = "sentence-transformers/all-MiniLM-L6-v2",
    work: Work = Path("work/train"),
    text_column: columns.Text = None,
    label_column: columns.Label = None,
    label_map: columns.LabelMap = "",
    target_column: columns.Target = None,
    before_column: columns.Before = None,
    section_column: columns.Section = None,
    group_column: columns.Group = None,
    epochs: Annotated[float, typer.Option(min=0.01, help="Passes over the data.")] = 3.0,
    batch_size: Annotated[int, typer.Option(min=1, help="Statements a step.")] = 32,
    learning_rate: Annotated[float, typer.Option(help="Peak learning rate.")] = 1.5e-4,
    final_rate: Annotated[float, typer.Option(min=0, max=1, help="Learning rate at the end, as a share of the peak.")] = 0.0,
    mean_decay: Annotated[float, typer.Option(min=0, max=0.9999, help="Take the running mean of the weights, with this decay a step (0.997); 0 takes the last.")] = 0.0,
    max_length: Annotated[int, typer.Option(min=16, max=512, help="Tokens of sentence and context.")] = 144,
    context: Annotated[str, typer.Option(help="Parts of the context that are read, of section,before,after.")] = "section,before",
    context_dropout: Annotated[float, typer.Option(min=0, max=1, help="Share of showings with the bare sentence.")] = 0.5,
    frozen: Annotated[int, typer.Option(min=-1, help="Lowest layers kept as they were: -1 none, 0 the embeddings, n these and n layers.")] = 0,
    last_at_target: Annotated[bool, typer.Option("--last-at-target", help="Read the last layer at the target callout alone: a sixth of the work less.")] = False,
    folds: Annotated[int, typer.Option(min=2, help="Parts of the articles for calibration out of fold.")] = 3,
    seed: Annotated[int, typer.Option(help="Of all that is random.")] = 13,
    teacher: Annotated[str | None, typer.Option(help="A model whose opinion is learnt too: a name, a folder or hf:NAME.", show_default=False)] = None,
    taught_by: Annotated[list[Path] | None, typer.Option(help="The --work folder of a finished run on the same data, of any backbone: its networks teach this run what they think of --unlabelled. May be repeated.", show_default=False)] = None,
    lessons: Annotated[int, typer.Option(min=0, help="Of --unlabelled be taught about so many: half those that look least like plain mentions, half at random; 0 takes all.")] = 0,
    unlabelled: Annotated[Path | None, typer.Option(help="Statements without labels (JSON lines, may be gzipped): for the teacher, and for the gate.", show_default=False)] = None,
    unlabelled_limit: Annotated[int, typer.Option(min=0, help="At most so many of them; 0 takes all.")] = 0,
    start: Annotated[Path | None, typer.Option(help="The --work folder of a finished run on the same data: its networks are trained further.", show_default=False)] = None,
    average: Annotated[list[Path] | None, typer.Option(help="The --work folder of a finished run on the same data: its weights are averaged with this run's. May be repeated.", show_default=False)] = None,
    without: Annotated[str, typer.Option(help="Sources to leave out in one more training, for comparison: scicite,kilicoglu2019.", show_default=False)] = "",
    quantise: Annotated[str, typer.Option(help="int8 (a quarter of the size) or none.")] = "int8",
    networks_only: Annotated[bool, typer.Option("--networks-only", help="Train the networks and stop: for a run that only teaches, or is finished elsewhere with the same command.")] = False,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Trainings at once, sharing the processors.")] = 1,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Train a stance model on labelled statements and write it as a folder that --model can name.

    Needs the extra `train`. Known layouts are told by their columns; for a file of your own name them. Checkpoints are kept in --work;
    the folder gets weights, tokenizer, calibration, gate, metrics and a card with pictures.

    Example: citeclass train --data mine.csv --text-column sentence --label-column verdict --label-map "yes=supporting,no=contrasting" --out models/mine
    """
    if quantise not in ("int8", "none"):
        raise UsageError(f"--quantise is int8 or none, not {quantise!r}")
    for path in (data, unlabelled):
        if path is not None and not path.exists():
            raise UsageError(
                f"no such file or folder: {path}", fix="give labelled files; data/README.md tells their columns"
            )
    if text_column is not None and not data.is_file():
        raise UsageError(f"--text-column needs a file, and {data} is a folder", fix="name the file: --data FOLDER/FILE")
    named = columns.columns_of(
        text_column, label_column, label_map=label_map, target=target_column, before=before_column, section=section_column,
        group=group_column,
    )  # fmt: skip
    try:
        from citeclass.training.config import TrainingConfig
        from citeclass.training.request import Request
        from citeclass.training.run import train as run
    except ImportError as error:
        missing_extra("train", error)
    config = TrainingConfig(
        backbone=backbone, epochs=epochs, batch_size=batch_size, learning_rate=learning_rate, final_rate=final_rate,
        mean_decay=mean_decay, max_length=max_length, context=_parts(context), context_dropout=context_dropout, frozen=frozen,
        last_at_target=last_at_target, folds=folds, seed=seed,
    )  # fmt: skip
    request = Request(
        data=data, out=out, work=work, columns=named, quantise=quantise, teacher=teacher, unlabelled=unlabelled,
        unlabelled_limit=unlabelled_limit, taught_by=tuple(taught_by or ()), lessons=lessons, start=start, average=tuple(average or ()),
        without=_names(without), networks_only=networks_only, jobs=jobs, command=_command(config),
    )  # fmt: skip
    metrics = run(request, config, say=say)
    if as_json:
        emit(metrics)
    elif networks_only:
        say(f"networks: {work} (without --networks-only the same command makes the model folder)")
    else:
        print_run(metrics)
        say(f"written: {out} (try: citeclass predict rows.jsonl --model {out})")


def _parts(context: str) -> tuple[str, ...]:
    from citeclass.classifying.inputs import PARTS

    parts = _names(context)
    if not set(parts) <= set(PARTS):
        raise UsageError(f"--context {context!r} names an unknown part", fix=f"use some of {','.join(PARTS)}")
    return parts


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in listed.split(",") if name.strip())


def _command(config: "TrainingConfig") -> str:
    """The call that makes this model again: as it was typed, the backbone's folder by its name."""
    words = [Path(config.backbone).name if w == config.backbone else w for w in sys.argv[1:]]
    begin = ["python", "train.py"] if Path(sys.argv[0]).name == "train.py" else ["citeclass", "train"]
    return shlex.join([*begin, *(words[1:] if words[:1] == ["train"] else words)])


def print_run(metrics: dict[str, Any]) -> None:
    """What a run found, as tables."""
    from citeclass.cli.evaluate import print_report

    for name, report in metrics["out of fold"].items():
        if "balanced" in report and "counts" in report:
            print_report(f"{name}, out of fold", report)
    natural = metrics["out of fold"]["natural rate"]
    console().print(f"calibration error at the natural rate, out of fold: {natural['calibration_error']:.4f}")
    for name, report in metrics.items():
        if name not in ("out of fold", "gate") and "balanced" in report:
            print_report(name, report)
