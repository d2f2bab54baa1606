"""What a training run is asked to do, and the labelled rows that this means."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from citeclass.errors import UsageError
from citeclass.training.config import TrainingConfig
from citeclass.training.data import Columns, Example, fold_of, overlaps, read_columns, read_folder, split_of
from citeclass.training.data.sets import label_files
from citeclass.training.tasks import own_sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a run is to do, beside its settings.

    ``data``: a labelled file or a folder of such files; files whose name ends in ``_dev`` or ``_test`` are only
    reported. ``columns`` tells the layout of a file of your own. ``unlabelled`` and ``teacher`` distil: the statements of the
    one get the stance probabilities of the other, which also blend into the labelled rows' targets. ``taught_by``: work folders of
    finished runs on the same rows, of any backbone, whose networks each teach the task of their name what they think of the
    unlabelled statements; ``lessons``: about so many of them alone, see :func:`~citeclass.training.shortlist.shortlist`. ``start``: the
    work folder of a finished run on the same rows, whose networks are trained further. ``average``: work
    folders of finished runs on the same rows, whose networks are averaged with this run's. ``without``:
    sources to leave out in one more training, for comparison. ``networks_only``: make no model folder, for a run that only teaches or
    that is finished on another machine. ``jobs`` trainings run at once. ``command`` is kept in the card.
    """

    data: Path
    out: Path
    work: Path
    columns: Columns | None = None
    quantise: str = "int8"
    unlabelled: Path | None = None
    unlabelled_limit: int = 0
    teacher: str | None = None
    taught_by: tuple[Path, ...] = ()
    lessons: int = 0
    start: Path | None = None
    average: tuple[Path, ...] = ()
    without: tuple[str, ...] = ()
    networks_only: bool = False
    jobs: int = 1
    command: str = ""


def rows_of(request: Request, config: TrainingConfig) -> tuple[list[Example], dict[str, list[Example]]]:
    """Rows to train on, and the rows to report on by file."""
    if request.columns:
        rows, reports = read_columns(request.data, request.columns), {}
    else:
        rows = read_folder(request.data)["train"]
        reports = {
            f.stem: read_folder(f)[split_of(f)] for f in label_files(request.data) if split_of(f) != "train"
        }  # fmt: skip
    rows = [e for e in rows if e.stance or e.intent]
    stances = Counter(e.stance for e in rows if e.stance)
    if not rows:
        raise UsageError(f"no labelled rows in {request.data}", fix="point --data at labelled files")
    if len(stances) < 2:
        raise UsageError(
            f"all rows of {request.data} are {next(iter(stances), 'without a stance')}",
            fix="a model needs at least two classes",
        )
    unknown = set(request.without) - {e.source for e in rows}
    if unknown or not any(e.stance and e.source not in request.without for e in rows):
        known = ", ".join(dict.fromkeys(e.source for e in rows))
        raise UsageError(
            f"--without {','.join(request.without)} leaves all rows or none", fix=f"name some of the sources: {known}"
        )
    ours = own_sources(rows)
    by_fold = [
        {e.stance for e in rows if e.stance and e.source in ours and fold_of(e, config.folds) == k}
        for k in range(config.folds)
    ]
    if any(not there or len(set().union(*by_fold[:k], *by_fold[k + 1 :])) < 2 for k, there in enumerate(by_fold)):
        raise UsageError(
            "too few articles to hold some out for calibration",
            fix="add labelled articles, or name their column: --group-column",
        )
    return rows, reports


def shared_with(rows: Sequence[Example], reports: Mapping[str, Sequence[Example]]) -> dict[str, dict[str, int]]:
    """How much of each report set stands in the training rows too."""
    seen = {e.group for e in rows}
    return {
        name: {
            "sentences": sum(1 for _ in overlaps(rows, examples)),
            "articles": len({e.group for e in examples} & seen),
        }
        for name, examples in reports.items()
    }
