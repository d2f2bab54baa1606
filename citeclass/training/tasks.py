"""The separate trainings of one run, each resumable by itself: the folds, the model that ships, and the ones to compare with."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import torch
from transformers import TrainerCallback

from citeclass.errors import UsageError
from citeclass.training.batches import Soft
from citeclass.training.config import TrainingConfig
from citeclass.training.data import Example, cap_mentions, fold_of
from citeclass.training.distil import UNLABELLED, lessons
from citeclass.training.fit import Logits, fit
from citeclass.training.kept import (
    DONE,
    KEY,
    WEIGHTS,
    check_finished,
    check_untaught,
    finish,
    save_settings,
    saved_scores,
    saved_settings,
    settings_of,
)

Say = Callable[[str], None]

OURS = "citeclass"
_LATER = ("final_rate", "mean_decay", "last_at_target")


@dataclass(frozen=True, slots=True)
class Task:
    """One training: its ``name``, the rows it learns from, and the rows it is asked about afterwards."""

    name: str
    learn: tuple[Example, ...]
    ask: tuple[Example, ...] = ()
    soft: Soft = field(default_factory=dict)

    @property
    def labelled(self) -> list[Example]:
        """The rows with labels that it learns from."""
        return [e for e in self.learn if e.source != UNLABELLED]


def plan(rows: Sequence[Example], config: TrainingConfig, *, soft: Soft, without: Sequence[str]) -> list[Task]:
    """A task for each fold, one for all rows, and one without the sources named ``without`` if there are any such rows."""
    main = set(own_sources(rows))
    capped = cap_mentions(rows, config.mention_cap, keep=[*main, *{e.source for e in rows if e.intent}])
    tasks = [
        Task(
            f"fold{k}",
            tuple(e for e in capped if fold_of(e, config.folds) != k),
            tuple(e for e in rows if fold_of(e, config.folds) == k and (e.stance or e.intent)),
            soft,
        )
        for k in range(config.folds)
    ]
    tasks.append(Task("all", tuple(capped), (), soft))
    if without and any(e.source in without for e in capped):
        tasks.append(Task("without", tuple(e for e in capped if e.source not in without), (), soft))
    return tasks


def own_sources(rows: Sequence[Example]) -> list[str]:
    """The sources that calibration is made for: our own labels where there are any, else every source with stances."""
    sources = list(dict.fromkeys(e.source for e in rows if e.stance))
    return [OURS] if OURS in sources else sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Forerunners:
    """Finished runs on the same rows that a run builds on, by their work folders.

    ``start``: each task goes on from its own network there. ``teachers``: each task learns what its namesakes' networks think of
    the unlabelled statements; a fold's teachers know no more of its articles than the fold does. ``model``: one model that teaches
    all tasks, whatever it knows.
    """

    start: Path | None = None
    teachers: tuple[Path, ...] = ()
    model: str | None = None

    @property
    def works(self) -> list[Path]:
        """The runs by their work folders."""
        return [*([self.start] if self.start else []), *self.teachers]

    def check(self, task: Task, *, done: bool) -> None:
        """Raise :class:`~citeclass.errors.UsageError` where one lacks the task, or learnt from or was asked about other rows, whose
        answers it may know; or has no network any more that the task, unless it is ``done``, needs.
        """
        for work in self.works:
            check_finished(work / task.name, labelled=task.labelled, ask=task.ask)
            if not done and not (work / task.name / WEIGHTS).is_file():
                raise UsageError(f"{work / task.name} has no network any more", fix="train it again in another folder")
        for work in self.teachers:
            check_untaught(work)

    def told(self, task: Task) -> str:
        """What they mean for a task, for the key of its results: where they stand does not count."""
        keys = [(work / task.name / KEY).read_text(encoding="utf-8") for work in self.works]
        started = f" from {keys.pop(0)}" if self.start else ""
        return started + "".join(f" taught by {key}" for key in keys)


def run_tasks(
    tasks: Sequence[Task], config: TrainingConfig, work: Path, *, after: Forerunners, jobs: int, say: Say
) -> None:
    """Do the tasks that are not done yet, ``jobs`` at a time, sharing the processor's threads; results go to ``work/NAME``.

    Raises :class:`~citeclass.errors.UsageError` where ``work`` holds the training of other rows or settings, or ``after`` is of
    no use.
    """
    for task in tasks:
        after.check(task, done=(work / task.name / DONE).is_file())
    for task in tasks:
        _claim(work / task.name, task, config, after)
    save_settings(work, config, teacher=after.model)
    todo = [t for t in tasks if not (work / t.name / DONE).is_file()]
    todo.sort(key=lambda t: -len(t.learn))  # the longest first, so that no processor waits for it at the end
    for task in tasks:
        if task not in todo:
            say(f"{task.name}: done before")
    for task in todo:
        say(f"{task.name}: {len(task.learn)} rows to learn from, {len(task.ask)} to be asked about")
    if jobs <= 1 or len(todo) <= 1:
        for task in todo:
            say(_do(task, config, work, after, threads=0))
        return
    threads = max(1, (os.cpu_count() or 1) // jobs)
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        for line in pool.map(partial(_do, config=config, work=work, after=after, threads=threads), todo):
            say(line)


def _claim(folder: Path, task: Task, config: TrainingConfig, after: Forerunners) -> None:
    """Write down what is trained in a folder, so that its results are never taken for those of other rows or settings."""
    mine, kept = key_of(task, config) + after.told(task), folder / KEY
    if (kept.is_file() and kept.read_text(encoding="utf-8") != mine) or (
        not kept.is_file() and (folder / DONE).is_file()
    ):
        raise UsageError(
            f"{folder} holds a training of other rows or settings", fix="give another --work folder, or remove this one"
        )
    folder.mkdir(parents=True, exist_ok=True)
    kept.write_text(mine, encoding="utf-8")


def key_of(task: Task, config: TrainingConfig) -> str:
    """The SHA-256 of a task's settings and rows. Settings that came later count where they are used: else all earlier runs would be strange."""
    settings = {k: v for k, v in settings_of(config).items() if v or k not in _LATER}
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    for example in (*task.learn, *task.ask):
        opinion = task.soft.get(example.id)
        told = None if opinion is None else [round(float(x), 6) for x in opinion]
        digest.update(f"{example}{told}".encode())
    return digest.hexdigest()


def _do(task: Task, config: TrainingConfig, work: Path, after: Forerunners, threads: int) -> str:
    if threads:
        torch.set_num_threads(threads)
    folder = work / task.name
    folder.mkdir(parents=True, exist_ok=True)
    soft = dict(task.soft)
    spare = [e for e in task.learn if e.source == UNLABELLED]
    if after.teachers and spare:
        teachers = [(run / task.name, saved_settings(run)) for run in after.teachers]
        soft |= lessons(teachers, spare, with_intents=any(e.intent for e in task.learn))
    progress = _Progress(folder / "progress.json")
    network, tokenizer = fit(
        task.learn, config, folder=folder, soft=soft, watch=progress,
        start=after.start / task.name / WEIGHTS if after.start is not None else None,
    )  # fmt: skip
    told = {"rows": len(task.learn), "seconds": progress.seconds, "loss": progress.loss}
    finish(folder, network, tokenizer, config, labelled=task.labelled, ask=task.ask, told=told)
    return f"{task.name}: done in {progress.seconds / 60:.0f} minutes"


class _Progress(TrainerCallback):
    """Where a training stands, as a small file that anybody may read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.seconds, self.loss = 0.0, 0.0

    def on_log(self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **_: Any) -> None:
        """Called by the Trainer every few steps."""
        logs = logs or {}
        self.loss = float(logs.get("loss", self.loss))
        self.seconds = float(logs.get("train_runtime", self.seconds))
        now = {"step": state.global_step, "of": state.max_steps, "loss": self.loss}
        self._path.write_text(json.dumps(now), encoding="utf-8")


def asked(tasks: Sequence[Task], work: Path) -> Iterator[tuple[Example, Logits]]:
    """The rows that tasks were asked about, with their logits (3 stance, 3 intent)."""
    for task in tasks:
        if task.ask:
            stance, intent = saved_scores(work / task.name, task.ask)
            for example, a, b in zip(task.ask, stance, intent, strict=True):
                yield example, (a, b)
