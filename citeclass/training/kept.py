"""What a finished training leaves in its folder: weights, the logits of the rows it was asked about, and its settings."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from transformers import PreTrainedTokenizerBase

from citeclass.errors import UsageError
from citeclass.training.config import TrainingConfig
from citeclass.training.data import Example
from citeclass.training.fit import Logits, scores, use_bf16
from citeclass.training.network import StanceNetwork, build

WEIGHTS, KEY, DONE = "network.safetensors", "key.txt", "done.json"  # in a task's folder
_LABELLED = "labelled"  # in done.json: the mark of the labelled rows
_SCORES, _SPARE = "scores.npz", "spare.npz"  # beside them
_SETTINGS = "settings.json"  # in the run's


def finish(
    folder: Path, network: StanceNetwork, tokenizer: PreTrainedTokenizerBase, config: TrainingConfig, *,
    labelled: Sequence[Example], ask: Sequence[Example], told: Mapping[str, Any],
) -> None:  # fmt: skip
    """Keep a trained network, the logits of the rows it is asked about, and, last of all, that it is done: ``told`` of it, with the
    mark of the labels it learnt. What a network before it in this folder thought of statements is dropped.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _SPARE).unlink(missing_ok=True)
    save_file(network.state_dict(), folder / WEIGHTS)
    if ask:
        _keep(folder / _SCORES, ask, scores(network, tokenizer, ask, config, bf16=use_bf16(config.precision)))
    (folder / DONE).write_text(json.dumps({**told, _LABELLED: mark_of(labelled)}), encoding="utf-8")


def finished(folder: Path) -> dict[str, Any]:
    """What :func:`finish` was told of the training in ``folder``; empty if there is none."""
    done = folder / DONE
    return json.loads(done.read_text(encoding="utf-8")) if done.is_file() else {}


def mark_of(rows: Iterable[Example]) -> str:
    """A SHA-256 of rows, whatever their order."""
    return hashlib.sha256("\n".join(sorted(map(_mark, rows))).encode()).hexdigest()


def check_finished(folder: Path, *, labelled: Sequence[Example], ask: Sequence[Example]) -> None:
    """Raise :class:`~citeclass.errors.UsageError` where ``folder`` holds no finished training that learnt from these labels and
    was asked about these rows.
    """
    told = finished(folder)
    if not told:
        raise UsageError(f"{folder} holds no finished training", fix="run its own train command first")
    if told.get(_LABELLED) != mark_of(labelled):
        raise UsageError(
            f"{folder} learnt from other labelled rows", fix="train it on the same --data, --folds and --without"
        )
    if ask:
        saved_scores(folder, ask)


def saved_scores(folder: Path, ask: Sequence[Example]) -> Logits:
    """The logits that :func:`finish` kept; :class:`~citeclass.errors.UsageError` where it was of other rows than these."""
    found = _kept(folder / _SCORES, ask)
    if found is None:
        raise UsageError(
            f"{folder} was asked about other rows",
            fix="remove this folder, and train it on the same --data and --folds",
        )
    return found


def spare_scores(folder: Path, spare: Sequence[Example], config: TrainingConfig) -> Logits:
    """The logits that a finished training's network gives to statements without labels; kept, so that they are reckoned once."""
    found = _kept(folder / _SPARE, spare) if (folder / _SPARE).is_file() else None
    if found is None:
        found = scores(*trained(folder, config), spare, config, bf16=use_bf16(config.precision))
        _keep(folder / _SPARE, spare, found)
    return found


def _keep(path: Path, rows: Sequence[Example], logits: Logits) -> None:
    stance, intent = logits
    half = path.with_suffix(".part.npz")
    np.savez(half, rows=[_mark(e) for e in rows], stance=stance, intent=intent)
    half.replace(path)  # an interruption leaves no half of it


def _kept(path: Path, rows: Sequence[Example]) -> Logits | None:
    """The logits kept at ``path``; None where they are of other rows."""
    with np.load(path) as held:
        same = "rows" in held and held["rows"].tolist() == [_mark(e) for e in rows]
        return (held["stance"], held["intent"]) if same else None


def _mark(example: Example) -> str:
    return hashlib.sha256(str(example).encode()).hexdigest()[:16]


def trained(folder: Path, config: TrainingConfig) -> tuple[StanceNetwork, PreTrainedTokenizerBase]:
    """The network of a finished training, on the accelerator if there is one."""
    return with_weights(load_file(folder / WEIGHTS), config)


def with_weights(
    state: dict[str, torch.Tensor], config: TrainingConfig
) -> tuple[StanceNetwork, PreTrainedTokenizerBase]:
    """The network that has these weights, on the accelerator if there is one."""
    network, tokenizer = build(config)
    network.load_state_dict(state)
    if torch.accelerator.is_available():
        network.to(torch.accelerator.current_accelerator())
    network.train(mode=False)
    return network, tokenizer


def settings_of(config: TrainingConfig) -> dict[str, Any]:
    """The settings as they are told: a backbone's folder by its name."""
    return {**asdict(config), "backbone": Path(config.backbone).name}


def save_settings(work: Path, config: TrainingConfig, *, teacher: str | None) -> None:
    """Keep a run's settings beside its trainings, for runs that it teaches, and the model that had taught it."""
    work.mkdir(parents=True, exist_ok=True)
    told = {**asdict(config), "teacher": teacher}
    (work / _SETTINGS).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def saved_settings(work: Path) -> TrainingConfig:
    """The settings of the run in ``work``; :class:`~citeclass.errors.UsageError` where there is none."""
    known = {f.name for f in fields(TrainingConfig)}
    told: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in _told(work).items() if k in known}
    return TrainingConfig(**told)


def teacher_of(work: Path) -> str | None:
    """The model that taught the run in ``work``; :class:`~citeclass.errors.UsageError` where there is no run."""
    return _told(work).get("teacher")


def check_untaught(work: Path) -> None:
    """Raise :class:`~citeclass.errors.UsageError` where the run in ``work`` had a teacher that no fold's articles were kept from."""
    if teacher := teacher_of(work):
        raise UsageError(
            f"{work} had a teacher itself, who may have seen all labels: {teacher}",
            fix="take a run that was trained without --teacher",
        )


def _told(work: Path) -> dict[str, Any]:
    if not (work / _SETTINGS).is_file():
        raise UsageError(f"{work} holds no run of citeclass train", fix="run its own train command first")
    told: dict[str, Any] = json.loads((work / _SETTINGS).read_text(encoding="utf-8"))
    return told
