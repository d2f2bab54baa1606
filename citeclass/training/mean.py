"""The running mean of a network's weights over the last steps of its training.

Method: Polyak and Juditsky 1992, with the exponential weights of torch's ``get_ema_multi_avg_fn``. With a learning rate that stays up
the weights wander about a minimum, and their mean lies nearer to it than any of them.
"""

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from transformers import TrainerCallback, TrainingArguments

FILE = "mean.safetensors"


class RunningMean(TrainerCallback):
    """Keeps the mean of the weights, a step counting ``decay`` times the one after it; saved with each checkpoint and resumed from it."""

    def __init__(self, network: torch.nn.Module, *, decay: float) -> None:
        self._network = network
        self._decay = decay
        self._mean: AveragedModel | None = None

    def on_train_begin(self, args: TrainingArguments, state: Any, control: Any, **_: Any) -> None:
        """Called by the Trainer when the network is on its device; after ``global_step`` steps where training was interrupted."""
        average = get_ema_multi_avg_fn(self._decay)  # type: ignore[no-untyped-call]
        self._mean = AveragedModel(self._network, multi_avg_fn=average)
        kept = _beside(args, state)
        if state.global_step and kept.is_file():
            self._mean.module.load_state_dict(load_file(kept))
            self._mean.n_averaged.fill_(state.global_step)

    def on_step_end(self, args: TrainingArguments, state: Any, control: Any, **_: Any) -> None:
        """Called by the Trainer after each step."""
        if self._mean is not None:
            self._mean.update_parameters(self._network)

    def on_save(self, args: TrainingArguments, state: Any, control: Any, **_: Any) -> None:
        """Called by the Trainer when a checkpoint is written."""
        if self._mean is not None:
            save_file(dict(self._mean.module.state_dict()), _beside(args, state))

    def put_into(self, network: torch.nn.Module) -> None:
        """Give ``network`` the mean for its weights."""
        if self._mean is not None:
            network.load_state_dict(self._mean.module.state_dict())


def _beside(args: TrainingArguments, state: Any) -> Path:
    return Path(str(args.output_dir)) / f"checkpoint-{state.global_step}" / FILE
