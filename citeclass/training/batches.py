"""From examples to batches: tokens, targets with missing labels masked, and an order with little padding."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerBase

from citeclass.classifying.inputs import LEAST_CONTEXT, SPECIAL, around_target
from citeclass.records import INTENTS, STANCES
from citeclass.training.config import TrainingConfig
from citeclass.training.data import Example, inputs_for

Soft = Mapping[str, NDArray[np.float64]]
"""A teacher's opinion of the stance (three probabilities), and of the intent (three more) if it has one, by the example's id."""

_MEGABATCH = 40  # batches sorted by length together


def class_weights(examples: Sequence[Example], config: TrainingConfig) -> list[float]:
    """Stance loss weights of rows: class balance within a source, its weight, and doubt halved; mean 1, 0 without a stance."""
    counts = Counter((e.source, e.stance) for e in examples)
    totals = Counter(e.source for e in examples if e.stance)
    raw = [
        (totals[e.source] / counts[e.source, e.stance]) ** config.class_power
        * config.weight_of(e.source)
        * (0.5 if e.certainty < 2 else 1.0)
        if e.stance
        else 0.0
        for e in examples
    ]
    mean = sum(raw) / max(1, sum(w > 0 for w in raw))
    return [w / mean if mean else 0.0 for w in raw]


class Showings(torch.utils.data.Dataset[dict[str, Any]]):
    """The rows of all epochs in the order in which they are shown.

    Each showing of a row has its context or not, drawn anew each epoch; epochs are shuffled, then sorted by length
    within stretches, so that batches hold texts of like length. All of it follows from the seed, so that
    an interrupted run goes on with what it would have seen.
    """

    def __init__(
        self,
        examples: Sequence[Example],
        tokenizer: PreTrainedTokenizerBase,
        config: TrainingConfig,
        *,
        soft: Soft | None = None,
    ) -> None:
        given = inputs_for(examples, use=config.context)
        self._bare = encode(tokenizer, [g.sentence for g in given], None, config.max_length)
        self._full = encode(tokenizer, [g.sentence for g in given], [g.context for g in given], config.max_length)
        self._rows = list(targets(examples, class_weights(examples, config), config, soft=soft or {}))
        self.order = list(self._plan(config))

    def _plan(self, config: TrainingConfig) -> Iterator[tuple[int, bool]]:
        chance = random.Random(config.seed)  # noqa: S311
        rows = len(self._rows)
        left = round(rows * config.epochs)
        while left > 0:
            epoch = [
                (i, chance.random() >= config.context_dropout) for i in chance.sample(range(rows), min(left, rows))
            ]
            left -= len(epoch)
            short = -len(epoch) % config.batch_size
            epoch += chance.choices(epoch, k=short)  # whole batches only: a short one would shift all that follow
            span = config.batch_size * _MEGABATCH
            for at in range(0, len(epoch), span):
                stretch = sorted(epoch[at : at + span], key=lambda s: len(self._tokens(*s)["input_ids"]))
                batches = [stretch[i : i + config.batch_size] for i in range(0, len(stretch), config.batch_size)]
                chance.shuffle(batches)
                for batch in batches:
                    yield from batch

    def _tokens(self, row: int, context: bool) -> dict[str, list[int]]:  # noqa: FBT001
        return (self._full if context else self._bare)[row]

    def __len__(self) -> int:
        return len(self.order)

    def __getitem__(self, index: int) -> dict[str, Any]:
        row, context = self.order[index]
        return {**self._tokens(row, context), **self._rows[row]}


def encode(
    tokenizer: Any, sentences: Sequence[str], contexts: Sequence[str] | None, max_length: int
) -> list[dict[str, list[int]]]:
    """Token ids of sentences, with their contexts as a second part where there are any; rows may differ in length.

    As in use a sentence too long for the model is cut around its target, and what room is left is its context's.
    """
    room = max_length - SPECIAL
    whole = tokenizer(list(sentences), add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
    fitted = [around_target(s, offsets, room) for s, offsets in zip(sentences, whole, strict=True)]
    bare = tokenizer([s for s, _ in fitted], truncation=True, max_length=max_length)
    rows = [{name: bare[name][i] for name in bare} for i in range(len(fitted))]
    paired = [i for i, (_, left) in enumerate(fitted) if contexts and contexts[i] and left >= LEAST_CONTEXT]
    if paired and contexts:
        pairs = [fitted[i][0] for i in paired], [contexts[i] for i in paired]
        both = tokenizer(*pairs, truncation="only_second", max_length=max_length)
        for place, i in enumerate(paired):
            rows[i] = {name: both[name][place] for name in both}
    return rows


def targets(
    examples: Sequence[Example], weights: Sequence[float], config: TrainingConfig, *, soft: Soft
) -> Iterator[dict[str, Any]]:
    """What rows are to teach: a distribution of stances and of intents with their weights, 0 where neither label nor opinion is."""
    for example, weight in zip(examples, weights, strict=True):
        stance, intent, by_intent = np.zeros(3), np.zeros(3), 0.0
        opinion = soft.get(example.id)
        if example.stance:
            stance[STANCES.index(example.stance)] = 1.0
            if opinion is not None:
                stance = (1 - config.soft_weight) * stance + config.soft_weight * opinion[:3]
        elif opinion is not None:
            stance, weight = opinion[:3], config.weight_of(example.source)
        if example.intent:
            intent[INTENTS.index(example.intent)], by_intent = 1.0, config.intent_weight
        elif opinion is not None and len(opinion) > len(STANCES):
            intent, by_intent = opinion[3:], config.intent_weight * config.weight_of(example.source)
        yield {
            "stance": [float(x) for x in stance],
            "stance_weight": weight,
            "intent": [float(x) for x in intent],
            "intent_weight": by_intent,
        }


def collate(rows: Sequence[dict[str, Any]], *, pad: int) -> dict[str, torch.Tensor]:
    """Rows as padded tensors."""
    longest = max(len(r["input_ids"]) for r in rows)
    fill = {"input_ids": pad, "attention_mask": 0, "token_type_ids": 0}
    out = {
        name: torch.tensor([r[name] + [fill[name]] * (longest - len(r[name])) for r in rows])
        for name in fill
        if name in rows[0]
    }
    for name in ("stance", "stance_weight", "intent", "intent_weight"):
        if name in rows[0]:
            out[name] = torch.tensor([r[name] for r in rows])
    return out
