"""The separate trainings of one run, each resumable by itself: the folds, the model that ships, and the ones to compare with."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from transformers import PreTrainedTokenizerBase, TrainerCallback

from citeclass.errors import UsageError
from citeclass.training.batches import Soft
from citeclass.training.config import TrainingConfig
from citeclass.training.data import Example, cap_mentions, fold_of
from citeclass.training.fit import Logits, fit, scores
from citeclass.training.network import StanceNetwork, build

Say = Callable[[str], None]

OURS = "citeclass"
WEIGHTS, SCORES = "network.safetensors", "scores.npz"  # in a task's folder


@dataclass(frozen=True, slots=True)
class Task:
    """One training: its ``name``, the rows it learns from, and the rows it is asked about afterwards."""

    name: str
    learn: tuple[Example, ...]
    ask: tuple[Example, ...] = ()
    soft: Soft = field(default_factory=dict)


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


def run_tasks(
    tasks: Sequence[Task], config: TrainingConfig, work: Path, *, start: Path | None = None, jobs: int, say: Say
) -> None:
    """Do the tasks that are not done yet, ``jobs`` at a time, sharing the processor's threads; results go to ``work/NAME``.

    ``start``: the work folder of a finished run; each task goes on from its own network there. Raises
    :class:`~citeclass.errors.UsageError` where ``work`` holds the training of other rows or settings, or ``start`` none, or one
    that was asked about other rows (its folds would know the answers).
    """
    for task in tasks:
        if start is not None:
            check_finished(start / task.name, task)
        _claim(work / task.name, task, config, start)
    todo = [t for t in tasks if not (work / t.name / "done.json").is_file()]
    todo.sort(key=lambda t: -len(t.learn))  # the longest first, so that no processor waits for it at the end
    for task in tasks:
        if task not in todo:
            say(f"{task.name}: done before")
    for task in todo:
        say(f"{task.name}: {len(task.learn)} rows to learn from, {len(task.ask)} to be asked about")
    if jobs <= 1 or len(todo) <= 1:
        for task in todo:
            say(_do(task, config, work, start, threads=0))
        return
    threads = max(1, (os.cpu_count() or 1) // jobs)
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        for line in pool.map(partial(_do, config=config, work=work, start=start, threads=threads), todo):
            say(line)


def check_finished(folder: Path, task: Task) -> None:
    """Raise :class:`~citeclass.errors.UsageError` where ``folder`` is not that of this task, finished."""
    if not (folder / "done.json").is_file():
        raise UsageError(f"{folder} holds no finished training", fix="run its own train command first")
    if task.ask:
        saved_scores(task, folder)


def _claim(folder: Path, task: Task, config: TrainingConfig, start: Path | None) -> None:
    """Write down what is trained in a folder, so that its results are never taken for those of other rows or settings."""
    mine, kept = key_of(task, config), folder / "key.txt"
    if start is not None:
        mine += f" from {start / task.name}"
    if (kept.is_file() and kept.read_text(encoding="utf-8") != mine) or (
        not kept.is_file() and (folder / "done.json").is_file()
    ):
        raise UsageError(
            f"{folder} holds a training of other rows or settings", fix="give another --work folder, or remove this one"
        )
    folder.mkdir(parents=True, exist_ok=True)
    kept.write_text(mine, encoding="utf-8")


def key_of(task: Task, config: TrainingConfig) -> str:
    """The SHA-256 of a task's settings and rows."""
    digest = hashlib.sha256(json.dumps(settings_of(config), sort_keys=True).encode())
    for example in (*task.learn, *task.ask):
        opinion = task.soft.get(example.id)
        told = None if opinion is None else [round(float(x), 6) for x in opinion]
        digest.update(f"{example}{told}".encode())
    return digest.hexdigest()


def _do(task: Task, config: TrainingConfig, work: Path, start: Path | None, threads: int) -> str:
    if threads:
        torch.set_num_threads(threads)
    folder = work / task.name
    folder.mkdir(parents=True, exist_ok=True)
    progress = _Progress(folder / "progress.json")
    network, tokenizer = fit(
        task.learn, config, folder=folder, soft=task.soft, watch=progress,
        start=start / task.name / WEIGHTS if start is not None else None,
    )  # fmt: skip
    save_file(network.state_dict(), folder / WEIGHTS)
    if task.ask:
        save_scores(network, tokenizer, task, config, folder)
    done = {"rows": len(task.learn), "seconds": progress.seconds, "loss": progress.loss}
    (folder / "done.json").write_text(json.dumps(done), encoding="utf-8")
    return f"{task.name}: done in {progress.seconds / 60:.0f} minutes"


def save_scores(
    network: StanceNetwork, tokenizer: PreTrainedTokenizerBase, task: Task, config: TrainingConfig, folder: Path
) -> None:
    """Ask a network about a task's rows and keep the logits in the task's folder."""
    stance, intent = scores(network, tokenizer, task.ask, config)
    np.savez(folder / SCORES, ids=[e.id for e in task.ask], stance=stance, intent=intent)


def saved_scores(task: Task, folder: Path) -> Logits:
    """What :func:`save_scores` kept; :class:`~citeclass.errors.UsageError` where it was of other rows than the task asks about."""
    with np.load(folder / SCORES) as held:
        if held["ids"].tolist() != [e.id for e in task.ask]:
            raise UsageError(
                f"{folder} was asked about other rows",
                fix="remove this folder, and train it on the same --data and --folds",
            )
        return held["stance"], held["intent"]


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
            stance, intent = saved_scores(task, work / task.name)
            for example, a, b in zip(task.ask, stance, intent, strict=True):
                yield example, (a, b)


def trained(task: str, config: TrainingConfig, work: Path) -> tuple[StanceNetwork, PreTrainedTokenizerBase]:
    """The network of a finished task."""
    network, tokenizer = build(config)
    network.load_state_dict(load_file(work / task / WEIGHTS))
    network.train(mode=False)
    return network, tokenizer


def settings_of(config: TrainingConfig) -> dict[str, Any]:
    """The settings as they are saved: a backbone's folder by its name."""
    return {**asdict(config), "backbone": Path(config.backbone).name}
