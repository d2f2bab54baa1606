"""The running mean of a network's weights over the last steps of its training.

Method: Polyak and Juditsky 1992, with exponential weights that are made to sum to 1 from the first step on. With a learning rate that stays up
the weights wander about a minimum, and their mean lies nearer to it than any of them.
"""

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch.optim.swa_utils import AveragedModel
from transformers import TrainerCallback, TrainingArguments

from citeclass.errors import UsageError

FILE = "mean.safetensors"


class RunningMean(TrainerCallback):
    """Keeps the mean of the weights, a step counting ``decay`` times the one after it; saved with each checkpoint and resumed from it."""

    def __init__(self, network: torch.nn.Module, *, decay: float) -> None:
        self._network = network
        self._decay = decay
        self._mean: AveragedModel | None = None

    def on_train_begin(self, args: TrainingArguments, state: Any, control: Any, **_: Any) -> None:
        """Called by the Trainer when the network is on its device; after ``global_step`` steps where training was interrupted."""
        self._mean = AveragedModel(self._network, multi_avg_fn=self._add)
        kept = _beside(args, state)
        if state.global_step:
            if not kept.is_file():
                raise UsageError(f"{kept.parent} lacks the mean of its weights", fix="remove that folder")
            self._mean.module.load_state_dict(load_file(kept))
            self._mean.n_averaged.fill_(state.global_step)

    def on_step_end(self, args: TrainingArguments, state: Any, control: Any, **_: Any) -> None:
        """Called by the Trainer after each step."""
        if self._mean is not None:
            self._mean.update_parameters(self._network)

    def on_save(self, args: TrainingArguments, state: Any, control: Any, **_: Any) -> None:
        """Called by the Trainer when a checkpoint is written."""
        if self._mean is not None:
            path = _beside(args, state)
            save_file(dict(self._mean.module.state_dict()), path.with_suffix(".new"))
            path.with_suffix(".new").replace(path)

    def _add(self, mean: Any, now: Any, steps: Any) -> None:
        """Move the mean towards the weights of now, after ``steps`` others: as far as their share of all weights is."""
        torch._foreach_lerp_(mean, now, (1 - self._decay) / (1 - self._decay ** (int(steps) + 1)))

    def put_into(self, network: torch.nn.Module) -> None:
        """Give ``network`` the mean for its weights."""
        if self._mean is not None:
            network.load_state_dict(self._mean.module.state_dict())


def _beside(args: TrainingArguments, state: Any) -> Path:
    return Path(str(args.output_dir)) / f"checkpoint-{state.global_step}" / FILE
