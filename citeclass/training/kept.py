"""What a finished training leaves in its folder: weights, the logits of the rows it was asked about, and its settings."""

import json
from collections.abc import Sequence
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

WEIGHTS, SCORES, KEY, DONE = "network.safetensors", "scores.npz", "key.txt", "done.json"  # in a task's folder
_SPARE = "spare.npz"  # beside them
_SETTINGS = "settings.json"  # in the run's


def save_weights(folder: Path, state: dict[str, torch.Tensor]) -> None:
    """Keep a network; what one before it in this folder thought of statements is dropped."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _SPARE).unlink(missing_ok=True)
    save_file(state, folder / WEIGHTS)


def check_finished(folder: Path, ask: Sequence[Example]) -> None:
    """Raise :class:`~citeclass.errors.UsageError` where ``folder`` holds no finished training that was asked about these rows."""
    if not (folder / DONE).is_file():
        raise UsageError(f"{folder} holds no finished training", fix="run its own train command first")
    if ask:
        saved_scores(folder, ask)


def save_scores(
    folder: Path, ask: Sequence[Example], network: StanceNetwork, tokenizer: PreTrainedTokenizerBase,
    config: TrainingConfig,
) -> None:  # fmt: skip
    """Ask a network about rows and keep the logits in its folder."""
    stance, intent = scores(network, tokenizer, ask, config)
    np.savez(folder / SCORES, ids=[e.id for e in ask], stance=stance, intent=intent)


def saved_scores(folder: Path, ask: Sequence[Example]) -> Logits:
    """What :func:`save_scores` kept; :class:`~citeclass.errors.UsageError` where it was of other rows than these."""
    with np.load(folder / SCORES) as held:
        if held["ids"].tolist() != [e.id for e in ask]:
            raise UsageError(
                f"{folder} was asked about other rows",
                fix="remove this folder, and train it on the same --data and --folds",
            )
        return held["stance"], held["intent"]


def spare_scores(folder: Path, spare: Sequence[Example], config: TrainingConfig) -> Logits:
    """The logits that a finished training's network gives to statements without labels; kept, so that they are reckoned once."""
    if (folder / _SPARE).is_file():
        with np.load(folder / _SPARE) as held:
            if held["ids"].tolist() == [e.id for e in spare]:
                return held["stance"], held["intent"]
    network, tokenizer = trained(folder, config)
    stance, intent = scores(network, tokenizer, spare, config, bf16=use_bf16(config.precision))
    np.savez(folder / _SPARE, ids=[e.id for e in spare], stance=stance, intent=intent)
    return stance, intent


def trained(folder: Path, config: TrainingConfig) -> tuple[StanceNetwork, PreTrainedTokenizerBase]:
    """The network of a finished training, on the accelerator if there is one."""
    network, tokenizer = build(config)
    network.load_state_dict(load_file(folder / WEIGHTS))
    if torch.accelerator.is_available():
        network.to(torch.accelerator.current_accelerator())
    network.train(mode=False)
    return network, tokenizer


def settings_of(config: TrainingConfig) -> dict[str, Any]:
    """The settings as they are told: a backbone's folder by its name."""
    return {**asdict(config), "backbone": Path(config.backbone).name}


def save_settings(work: Path, config: TrainingConfig) -> None:
    """Keep a run's settings beside its trainings, for runs that it teaches."""
    work.mkdir(parents=True, exist_ok=True)
    (work / _SETTINGS).write_text(json.dumps(asdict(config), indent=1) + "\n", encoding="utf-8")


def saved_settings(work: Path) -> TrainingConfig:
    """The settings of the run in ``work``; :class:`~citeclass.errors.UsageError` where there is none."""
    if not (work / _SETTINGS).is_file():
        raise UsageError(f"{work} holds no run of citeclass train", fix="run its own train command first")
    told = json.loads((work / _SETTINGS).read_text(encoding="utf-8"))
    lists = {name: tuple(value) for name, value in told.items() if isinstance(value, list)}
    return TrainingConfig(**{f.name: {**told, **lists}[f.name] for f in fields(TrainingConfig) if f.name in told})
