"""``citeclass evaluate``: how good a model is on labelled statements."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from citeclass.cli import columns
from citeclass.cli.shared import DEFAULT_MODEL, Full, Json, Model, console, emit, say
from citeclass.errors import UsageError, missing_extra

if TYPE_CHECKING:
    from citeclass.classifying.judging import Scorer

Files = Annotated[Path | None, typer.Argument(help="A labelled file or a folder of such files.", show_default=False)]


def evaluate(
    data: Files = None,
    data_option: Annotated[Path | None, typer.Option("--data", help="The same, as an option.", show_default=False)] = None,
    model: Model = DEFAULT_MODEL,
    against: Annotated[str | None, typer.Option(help="A second model to compare with, by McNemar's test.", show_default=False)] = None,
    full: Full = False,
    text_column: columns.Text = None,
    label_column: columns.Label = None,
    label_map: columns.LabelMap = "",
    target_column: columns.Target = None,
    before_column: columns.Before = None,
    section_column: columns.Section = None,
    group_column: columns.Group = None,
    page: Annotated[Path | None, typer.Option(help="Write a page with plots here (.html).", show_default=False)] = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Measure a model on labelled statements: figures by class with 95 % intervals, calibration, sections, baselines.

    Needs the extra `train` (for its metrics). Baselines are: always mentioning, cue words, and the model's own linear gate.

    A file of your own is read by its columns, as `citeclass train` does.

    Example: citeclass evaluate --data labels/dev.csv --model citeclass-minilm --page dev.html
    """
    given = data or data_option
    if given is None or not given.exists():
        raise UsageError(f"no labelled file at {given or 'all'}", fix="give one: citeclass evaluate labels.csv")
    named = columns.columns_of(
        text_column, label_column, label_map=label_map, target=target_column, before=before_column, section=section_column,
        group=group_column,
    )  # fmt: skip
    try:
        from citeclass.training.data import Example, read_columns, read_labels
        from citeclass.training.data.sets import label_files
        from citeclass.training.measure import Cues, Linear, Majority, compare
        from citeclass.training.measure import evaluate as measure
    except ImportError as error:
        missing_extra("train", error)
    from citeclass.classifying import OnnxClassifier, load_classifier

    classifier = load_classifier(model, cascade=not full)
    baselines: list[Scorer] = [Majority(), Cues()]
    if isinstance(classifier, OnnxClassifier) and classifier.gate is not None:
        baselines.append(Linear(classifier.gate, context=classifier.context))
    other = load_classifier(against, cascade=not full) if against else None
    reports: dict[str, dict[str, Any]] = {}
    for file in label_files(given):
        found = read_labels(file) if named is None else read_columns(file, named)
        rows: list[Example] = [e for e in found if e.stance or e.intent]
        if not rows:
            say(f"{file.name}: no stances or intents to measure on, passed over")
            continue
        report = measure(classifier, rows, baselines=baselines)
        if not {"balanced", "intent"} & report.keys():
            say(f"{file.name}: labels of a kind that {model} does not tell, passed over")
            continue
        reports[file.name] = report
        if other is not None and any(e.stance for e in rows):
            report["comparison"] = compare(classifier, other, rows)
    if not reports:
        raise UsageError(
            f"nothing to measure on in {given}",
            fix="labels are read from a column `stance` or `intent`; data/README.md has the layouts",
        )
    if page is not None:
        from citeclass.training.measure.page import write_page

        write_page(reports, model=classifier.id, path=page)
        say(f"written: {page}")
    if as_json:
        emit(reports)
        return
    for name, report in reports.items():
        print_report(name, report)
        _print_rest(report)


def print_report(name: str, report: dict[str, Any]) -> None:
    """Stance figures at each point, as a table."""
    from rich.table import Table

    if "balanced" not in report:
        return
    table = Table(title=f"{name}: {sum(report['counts'].values())} rows, log loss {report['log_loss']}", title_justify="left", box=None, pad_edge=False)  # fmt: skip
    for column in ("point", "macro-F1", "supporting P/R/F1", "contrasting P/R/F1", "mentioning P/R/F1"):
        table.add_column(column)
    for point in ("balanced", "precise", "natural"):
        r = report[point]
        cells = (
            f"{r[c]['precision']:.3f} {r[c]['recall']:.3f} {r[c]['f1']:.3f}"
            for c in ("supporting", "contrasting", "mentioning")
        )
        span = r.get("macro_f1_interval")
        macro = f"{r['macro_f1']:.3f}" + (f" [{span[0]:.2f}–{span[1]:.2f}]" if span else "")
        table.add_row(point, macro, *cells)
    console().print(table)


def _print_rest(report: dict[str, Any]) -> None:
    out = console()
    if "intent" in report:
        r = report["intent"]
        out.print(
            f"intent macro-F1 {r['macro_f1']:.3f} [{r['macro_f1_interval'][0]:.2f}–{r['macro_f1_interval'][1]:.2f}]"
        )
    if "calibration_error" in report:
        at = report["recall_at_precision_0.85"]
        out.print(
            f"calibration error as sampled {report['calibration_error']:.3f}; recall at precision 0.85: supporting "
            f"{at['supporting']:.3f}, contrasting {at['contrasting']:.3f}; {report['settled_by_gate']} rows settled by the gate"
        )
        for name, theirs in report.get("baselines", {}).items():
            out.print(f"baseline {name}: macro-F1 {theirs['macro_f1']:.3f} (McNemar p {theirs['mcnemar']['p']:.2g})")
    if "comparison" in report:
        c = report["comparison"]
        told = ", ".join(f"{k} {v:.3f}" for k, v in c["macro_f1"].items())
        out.print(f"compared: {told}; only one right {c['mcnemar']['only_first_right']} : {c['mcnemar']['only_second_right']}, p {c['mcnemar']['p']:.2g}")  # fmt: skip
