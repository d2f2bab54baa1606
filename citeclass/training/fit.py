"""Fine-tuning the network with the transformers Trainer, and reading logits from it."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from transformers import (
    EarlyStoppingCallback,
    PreTrainedTokenizerBase,
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainingArguments,
    set_seed,
)
from transformers.trainer import TRAINER_STATE_NAME

from citeclass.errors import UsageError
from citeclass.training.batches import Showings, Soft, collate, encode
from citeclass.training.config import TrainingConfig
from citeclass.training.data import Example, inputs_for, split_by_group
from citeclass.training.mean import RunningMean
from citeclass.training.network import StanceNetwork, build

Logits = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Stance and intent logits, n × 3 each."""


_WATCHED = 0.05  # of the articles, where training may stop early


class _StanceTrainer(Trainer):
    """Cross-entropy of both heads, rows weighted, and the order of the data set kept."""

    def compute_loss(
        self, model: Any, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        named = {k: inputs.pop(k) for k in ("stance", "stance_weight", "intent", "intent_weight")}
        stance, intent = model(**inputs)
        by_stance = -(named["stance"] * torch.log_softmax(stance.float(), dim=1)).sum(dim=1)
        by_intent = -(named["intent"] * torch.log_softmax(intent.float(), dim=1)).sum(dim=1)
        loss = (by_stance * named["stance_weight"] + by_intent * named["intent_weight"]).mean()
        return (loss, (stance, intent)) if return_outputs else loss

    def _get_train_sampler(self, *_: Any) -> Any:
        return torch.utils.data.SequentialSampler(self.train_dataset)  # type: ignore[arg-type]


def use_bf16(precision: str) -> bool:
    """Whether to train in bf16: as asked, or for ``auto`` where GPU or CPU multiplies matrices in it."""
    if precision != "auto":
        return precision == "bf16"
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported())


def _schedule(config: TrainingConfig) -> dict[str, Any]:
    """The Trainer's words for a rate that falls in a straight line; to zero unless a final rate is set."""
    if not config.final_rate:
        return {"lr_scheduler_type": "linear"}
    if config.final_rate >= 1:
        return {"lr_scheduler_type": "constant_with_warmup"}
    kept = {"lr_end": config.learning_rate * config.final_rate, "power": 1.0}
    return {"lr_scheduler_type": "polynomial", "lr_scheduler_kwargs": kept}


def fit(
    examples: Sequence[Example],
    config: TrainingConfig,
    *,
    folder: Path,
    soft: Soft | None = None,
    start: Path | None = None,
    watch: TrainerCallback | None = None,
) -> tuple[StanceNetwork, PreTrainedTokenizerBase]:
    """The backbone fine-tuned on ``examples``; checkpoints go to ``folder`` and are resumed from there.

    ``soft``: a teacher's probabilities by example id. ``start``: weights of a network to go on from. ``watch``: a Trainer
    callback, for progress. Raises :class:`~citeclass.errors.UsageError` for ``patience`` with ``mean_decay``: the best epoch or the mean.
    """
    if config.patience and config.mean_decay:
        raise UsageError("patience takes the best epoch, mean_decay the mean of all steps", fix="set one of them to 0")
    set_seed(config.seed)
    network, tokenizer = build(config)
    if start is not None:
        network.load_state_dict(load_file(start))
    learn, watched = split_by_group(examples, _WATCHED if config.patience else 0.0, salt="watch")
    data = Showings(learn, tokenizer, config, soft=soft)
    steps = -(-len(data) // config.batch_size)
    every = max(1, round(steps / config.epochs)) if watched else max(1, min(500, steps // 3))
    arguments = TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=1,  # the data set holds the showings of all epochs
        per_device_train_batch_size=config.batch_size,
        learning_rate=config.learning_rate,
        **_schedule(config),
        warmup_steps=config.warmup,
        weight_decay=config.weight_decay,
        bf16=use_bf16(config.precision),
        use_cpu=not (torch.cuda.is_available() or torch.backends.mps.is_available()),  # else bf16 asks for a GPU
        seed=config.seed,
        logging_steps=50,
        save_strategy="steps",
        save_steps=every,
        save_total_limit=1,
        eval_strategy="steps" if watched else "no",
        eval_steps=every,
        load_best_model_at_end=bool(watched),
        label_names=["stance"],
        prediction_loss_only=True,
        remove_unused_columns=False,
        report_to=[],
        dataloader_num_workers=0,
        disable_tqdm=True,
    )
    heads = [*network.stance.parameters(), *network.intent.parameters()]
    known = {id(p) for p in heads}
    rest = [p for p in network.parameters() if p.requires_grad and id(p) not in known]
    optimiser = torch.optim.AdamW(
        [
            {"params": rest, "lr": config.learning_rate},
            {"params": heads, "lr": config.learning_rate * config.head_rate},
        ],
        lr=config.learning_rate,  # what the schedule's last rate is a share of
        weight_decay=config.weight_decay,
        fused=True,
    )
    mean = RunningMean(network, decay=config.mean_decay) if config.mean_decay else None
    trainer = _StanceTrainer(
        model=network,
        args=arguments,
        train_dataset=data,
        eval_dataset=Showings(watched, tokenizer, replace(config, epochs=1, context_dropout=0)) if watched else None,
        data_collator=partial(collate, pad=tokenizer.pad_token_id or 0),
        optimizers=(optimiser, None),
        callbacks=[
            *([watch] if watch else []),
            *([mean] if mean else []),
            *([EarlyStoppingCallback(config.patience)] if watched else []),
        ],
    )
    trainer.remove_callback(PrinterCallback)  # it prints
    trainer.train(resume_from_checkpoint=_last_whole(folder))
    if mean:
        mean.put_into(network)
    network.train(mode=False)
    return network, tokenizer


def _last_whole(folder: Path) -> str | None:
    """The checkpoint to go on from. One cut off while it was written is removed: its state is written last."""
    whole = []
    for checkpoint in folder.glob("checkpoint-*"):
        if (checkpoint / TRAINER_STATE_NAME).is_file():
            whole.append(checkpoint)
        else:
            shutil.rmtree(checkpoint)
    return str(max(whole, key=lambda c: int(c.name.rpartition("-")[2]))) if whole else None


def scores(
    network: StanceNetwork, tokenizer: PreTrainedTokenizerBase, examples: Sequence[Example], config: TrainingConfig,
    *, bf16: bool = False,
) -> Logits:  # fmt: skip
    """Stance and intent logits of the network for examples, with their context, in order; ``bf16`` rounds on the way, and is faster."""
    given = inputs_for(examples, use=config.context)
    rows = encode(tokenizer, [g.sentence for g in given], [g.context for g in given], config.max_length)
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]["input_ids"]))
    stance, intent = np.zeros((len(rows), 3)), np.zeros((len(rows), 3))
    device = next(network.parameters()).device
    with torch.no_grad(), torch.autocast(device.type, torch.bfloat16, enabled=bf16):
        for at in range(0, len(order), config.batch_size):
            ids = order[at : at + config.batch_size]
            batch = collate([rows[i] for i in ids], pad=tokenizer.pad_token_id or 0)
            a, b = network(**{k: v.to(device) for k, v in batch.items()})
            stance[ids], intent[ids] = a.float().cpu().numpy(), b.float().cpu().numpy()
    return stance, intent
