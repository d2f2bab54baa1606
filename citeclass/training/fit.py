"""Fine-tuning an encoder on stance with the transformers Trainer."""

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    Trainer,
    TrainingArguments,
    set_seed,
)

from citeclass.classifying.inputs import SPECIAL_TOKENS, model_input
from citeclass.records import STANCES
from citeclass.training.config import TrainingConfig
from citeclass.training.data import Example


class StatementDataset(torch.utils.data.Dataset[dict[str, Any]]):
    """Tokenised examples; with ``context_dropout`` a row shows its context only now and then."""

    def __init__(
        self,
        examples: Sequence[Example],
        tokenizer: PreTrainedTokenizerBase,
        *,
        max_length: int,
        context_dropout: float = 0.0,
        weights: Sequence[float] | None = None,
        seed: int = 0,
    ) -> None:
        self._rows = []
        for number, example in enumerate(examples):
            given = model_input(
                example.sentence, start=example.start, end=example.end, before=example.before, section=example.section
            )
            bare = tokenizer(given.sentence, truncation=True, max_length=max_length)
            full = (
                tokenizer(given.sentence, given.context, truncation="longest_first", max_length=max_length)
                if given.context
                else bare
            )
            self._rows.append((bare, full, STANCES.index(example.stance), weights[number] if weights else 1.0))
        self._dropout = context_dropout
        self._random = random.Random(seed)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int) -> dict[str, Any]:
        bare, full, label, weight = self._rows[index]
        chosen = bare if self._random.random() < self._dropout else full
        return {**{k: chosen[k] for k in chosen}, "labels": label, "weight": weight}


class _WeightedTrainer(Trainer):
    def compute_loss(
        self, model: Any, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None
    ) -> Any:
        weight, labels = inputs.pop("weight"), inputs.pop("labels")
        outputs = model(**inputs)
        losses = torch.nn.functional.cross_entropy(outputs.logits.float(), labels, reduction="none")
        loss = (losses * weight).mean()
        return (loss, outputs) if return_outputs else loss


def row_weights(examples: Sequence[Example], config: TrainingConfig) -> list[float]:
    """Loss weights of rows: class balance within the whole set times the source's weight, mean 1."""
    counts = Counter(e.stance for e in examples)
    raw = [(1 / counts[e.stance]) ** config.class_power * config.weight_of(e.source) for e in examples]
    mean = sum(raw) / len(raw)
    return [w / mean for w in raw]


def use_bf16(precision: str) -> bool:
    """Whether to train in bf16: as asked, or for ``auto`` where GPU or CPU has instructions for it."""
    if precision != "auto":
        return precision == "bf16"
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.cpu._is_avx512_bf16_supported())


def load_backbone(config: TrainingConfig) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """The encoder with a fresh three-class head, and its tokenizer with the callout markers added."""
    tokenizer = AutoTokenizer.from_pretrained(config.backbone)
    tokenizer.add_special_tokens({"additional_special_tokens": list(SPECIAL_TOKENS)})
    shape = AutoConfig.from_pretrained(config.backbone)
    shape.num_labels = len(STANCES)
    shape.id2label = {i: s.value for i, s in enumerate(STANCES)}
    shape.label2id = {s.value: i for i, s in enumerate(STANCES)}
    model = AutoModelForSequenceClassification.from_pretrained(config.backbone, config=shape)
    model.resize_token_embeddings(len(tokenizer))
    return model, tokenizer


def fit(
    examples: Sequence[Example], config: TrainingConfig, *, folder: Path
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """The backbone fine-tuned on ``examples``; checkpoints go to ``folder`` and are resumed from there."""
    set_seed(config.seed)
    model, tokenizer = load_backbone(config)
    data = StatementDataset(
        examples,
        tokenizer,
        max_length=config.max_length,
        context_dropout=config.context_dropout,
        weights=row_weights(examples, config),
        seed=config.seed,
    )
    arguments = TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=config.epochs,
        per_device_train_batch_size=config.batch_size,
        learning_rate=config.learning_rate,
        warmup_steps=config.warmup,
        weight_decay=config.weight_decay,
        bf16=use_bf16(config.precision),
        train_sampling_strategy="group_by_length",
        seed=config.seed,
        logging_steps=50,
        save_strategy="epoch",
        save_total_limit=1,
        remove_unused_columns=False,
        report_to=[],
        dataloader_num_workers=0,
    )
    trainer = _WeightedTrainer(
        model=model, args=arguments, train_dataset=data, data_collator=DataCollatorWithPadding(tokenizer)
    )
    resumable = any(folder.glob("checkpoint-*"))
    trainer.train(resume_from_checkpoint=resumable or None)
    model.train(mode=False)
    return model, tokenizer
