"""One network from several: the mean of weights trained from the same backbone with other settings or seeds.

Method: "model soups", Wortsman and others 2022. It costs nothing in use, where an ensemble costs a network each.
"""

from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file

from citeclass.errors import UsageError
from citeclass.training.config import TrainingConfig
from citeclass.training.kept import (
    DONE,
    KEY,
    WEIGHTS,
    check_finished,
    finish,
    finished,
    save_settings,
    teacher_of,
    with_weights,
)
from citeclass.training.tasks import Say, Task

_AVERAGE = "average"  # in done.json: the keys of the networks it is of


def average(
    tasks: Sequence[Task], config: TrainingConfig, works: Sequence[Path], *, into: Path, say: Say = lambda _: None
) -> None:
    """For each task the mean of its networks in ``works``, asked about the task's rows again, as a work folder ``into``.

    ``config`` is that of the first folder: its context and length are used. Raises :class:`~citeclass.errors.UsageError` where
    a folder lacks a task, was asked about other rows (its folds would know the answers), or has another backbone.
    """
    for task in tasks:
        for work in works:
            check_finished(work / task.name, labelled=task.labelled, ask=task.ask)
    teachers = [teacher for work in works if (teacher := teacher_of(work))]
    save_settings(into, config, teacher=" and ".join(teachers) or None)
    for task in tasks:
        folders = [work / task.name for work in works]
        mean = into / task.name
        keys = [(folder / KEY).read_text(encoding="utf-8") for folder in folders]
        if finished(mean).get(_AVERAGE) == keys:
            say(f"{task.name}: averaged before")
            continue
        say(f"{task.name}: averaging {len(folders)} networks")
        mean.mkdir(parents=True, exist_ok=True)
        (mean / DONE).unlink(missing_ok=True)
        (mean / KEY).write_text(f"the mean of {' and '.join(keys)}", encoding="utf-8")
        network, tokenizer = with_weights(_mean(folders), config)
        finish(mean, network, tokenizer, config, labelled=task.labelled, ask=task.ask, told={_AVERAGE: keys})


def _mean(folders: Sequence[Path]) -> dict[str, torch.Tensor]:
    first, *others = [load_file(folder / WEIGHTS) for folder in folders]
    for folder, other in zip(folders[1:], others, strict=True):
        if {k: v.shape for k, v in other.items()} != {k: v.shape for k, v in first.items()}:
            raise UsageError(f"{folder} is a network of another shape", fix="average runs of one --backbone")
    return {
        name: torch.stack([weights, *(other[name] for other in others)]).mean(dim=0)
        if weights.dtype.is_floating_point
        else weights
        for name, weights in first.items()
    }
