"""One network from several: the mean of weights trained from the same backbone with other settings or seeds.

Method: "model soups", Wortsman and others 2022. It costs nothing in use, where an ensemble costs a network each.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file

from citeclass.errors import UsageError
from citeclass.training.config import TrainingConfig
from citeclass.training.kept import (
    DONE,
    KEY,
    LABELLED,
    WEIGHTS,
    check_finished,
    mark_of,
    save_scores,
    save_weights,
    trained,
)
from citeclass.training.tasks import Say, Task


def average(
    tasks: Sequence[Task], config: TrainingConfig, works: Sequence[Path], *, into: Path, say: Say = lambda _: None
) -> None:
    """For each task the mean of its networks in ``works``, asked about the task's rows again, as a work folder ``into``.

    ``config`` is that of the first folder: its context and length are used. Raises :class:`~citeclass.errors.UsageError` where
    a folder lacks a task, was asked about other rows (its folds would know the answers), or has another backbone.
    """
    for task in tasks:
        folders = [work / task.name for work in works]
        for folder in folders:
            check_finished(folder, labelled=task.labelled, ask=task.ask)
        mean = into / task.name
        keys = [(folder / KEY).read_text(encoding="utf-8") for folder in folders]
        done = json.dumps({"average": keys, LABELLED: mark_of(task.labelled)})
        if (mean / DONE).is_file() and (mean / DONE).read_text(encoding="utf-8") == done:
            say(f"{task.name}: averaged before")
            continue
        say(f"{task.name}: averaging {len(folders)} networks")
        (mean / DONE).unlink(missing_ok=True)
        save_weights(mean, _mean(folders))
        (mean / KEY).write_text(f"the mean of {' and '.join(keys)}", encoding="utf-8")
        if task.ask:
            save_scores(mean, task.ask, *trained(mean, config), config)
        (mean / DONE).write_text(done, encoding="utf-8")


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
