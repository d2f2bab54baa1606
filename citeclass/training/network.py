"""The network: one encoder, pooled over the text and at the target callout, and a head each for stance and intent."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from transformers import AutoModel, AutoTokenizer, PreTrainedTokenizerBase
from transformers.utils import logging as reports

from citeclass.classifying.inputs import SPECIAL_TOKENS, TARGET
from citeclass.errors import UsageError
from citeclass.records import INTENTS, STANCES
from citeclass.training.attarget import TargetLayer, take_last
from citeclass.training.config import TrainingConfig

_LIKE = "reference"  # the word whose embedding the callout markers start from


class StanceNetwork(torch.nn.Module):
    """Token ids to three stance and three intent logits.

    The text is read as the mean of its last hidden states (what sentence encoders were pretrained for) beside the
    mean at ``[TARGET]``, so that the callouts of one sentence can be told apart. Where no target is marked
    the mean stands in. With ``last``, the encoder's last layer taken out of it, that layer is read at the target alone, and the text is
    the mean of the states below.
    """

    def __init__(
        self, encoder: torch.nn.Module, *, target_id: int, dropout: float, last: TargetLayer | None = None
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.last = last
        self.target_id = target_id
        width = 2 * int(encoder.config.hidden_size)  # type: ignore[union-attr, arg-type]
        self.dropout = torch.nn.Dropout(dropout)
        self.stance = torch.nn.Linear(width, len(STANCES))
        self.intent = torch.nn.Linear(width, len(INTENTS))

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor | None, token_type_ids: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Stance (n × 3) and intent logits (n × 3), as our own definition has them; without ``attention_mask`` nothing is padding."""
        given = {"input_ids": input_ids, "attention_mask": attention_mask}
        if token_type_ids is not None:
            given["token_type_ids"] = token_type_ids
        hidden = self.encoder(**given).last_hidden_state
        text = _mean(hidden, torch.ones_like(input_ids) if attention_mask is None else attention_mask)
        at = (input_ids == self.target_id).to(input_ids.dtype)
        target = _mean(hidden, at)
        if self.last is not None:
            target = self.last(target, hidden, attention_mask)
        marked = at.amax(dim=1, keepdim=True).to(text.dtype)
        pooled = self.dropout(torch.cat([text, marked * target + (1 - marked) * text], dim=1))
        return self.stance(pooled), self.intent(pooled)


def _mean(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    weight = mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * weight).sum(dim=1) / weight.sum(dim=1).clamp(min=1e-6)


def build(config: TrainingConfig) -> tuple[StanceNetwork, PreTrainedTokenizerBase]:
    """The pretrained encoder with fresh heads, and its tokenizer with the callout markers added.

    The markers start from the embedding of a word near in meaning, so that embeddings may stay frozen.
    """
    tokenizer: Any = AutoTokenizer.from_pretrained(config.backbone)
    like = tokenizer.convert_tokens_to_ids(_LIKE)
    tokenizer.add_special_tokens({"additional_special_tokens": list(SPECIAL_TOKENS)})
    with _quiet():
        try:
            encoder = AutoModel.from_pretrained(config.backbone, add_pooling_layer=False)
        except TypeError:  # families without a pooling layer do not know the word
            encoder = AutoModel.from_pretrained(config.backbone)
    encoder.resize_token_embeddings(len(tokenizer), mean_resizing=False)
    words = encoder.get_input_embeddings().weight
    with torch.no_grad():
        spread = torch.Generator().manual_seed(config.seed)
        for token in SPECIAL_TOKENS:
            noise = torch.randn(words.shape[1], generator=spread) * words.std() * 0.5
            words[tokenizer.convert_tokens_to_ids(token)] = words[like] + noise
    freeze(encoder, config.frozen)
    network = StanceNetwork(
        encoder,
        target_id=int(tokenizer.convert_tokens_to_ids(TARGET)),
        dropout=config.dropout,
        last=take_last(encoder) if config.last_at_target else None,
    )
    return network, tokenizer


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the report on the backbone's pooling layer, which is left out on purpose."""
    level = reports.get_verbosity()
    reports.set_verbosity(logging.ERROR)
    try:
        yield
    finally:
        reports.set_verbosity(level)


def freeze(encoder: Any, layers: int) -> None:
    """Keep the embeddings (0) and the ``layers`` lowest layers of an encoder from changing; -1 leaves all free.

    Raises :class:`~citeclass.errors.UsageError` for families whose layers are not found where BERT's are.
    """
    if layers < 0:
        return
    try:
        lowest = encoder.encoder.layer[:layers] if layers else ()
        parts = (encoder.embeddings, *lowest)
    except AttributeError as error:
        raise UsageError(
            f"cannot freeze layers of {type(encoder).__name__}", fix="train all of it: --frozen -1"
        ) from error
    # MPNet's layers share the bias of positions: left free, it would send the gradient through the frozen ones too.
    shared = getattr(encoder.encoder, "relative_attention_bias", None) if layers else None
    for part in (*parts, *([shared] if shared is not None else [])):
        for weight in part.parameters():
            weight.requires_grad = False
