"""The last layer of an encoder at the target callout alone, since nothing else of it is read."""

from typing import Any

import torch

from citeclass.errors import UsageError


class TargetLayer(torch.nn.Module):
    """A layer as BERT has them, asked at one place of each text: what the whole layer gives there, for a fraction of its work.

    The place's question is brought to the states, and their mean to the values, in place of keys and values of every state: the
    same sums in another order. A key's bias adds the same to all and falls out of the softmax.
    """

    def __init__(self, layer: Any) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, asking: torch.Tensor, hidden: torch.Tensor, attention_mask: torch.Tensor | None) -> torch.Tensor:
        """``asking``: the states at the places (n × width); ``hidden``: all states of the layer below (n × tokens × width); n × width."""
        attention = self.layer.attention.self
        heads, size = attention.num_attention_heads, attention.attention_head_size
        place, seen = asking.unsqueeze(1), hidden.unsqueeze(1)
        question = attention.query(place).unflatten(-1, (heads, size)).transpose(1, 2)
        likeness = question @ attention.key.weight.unflatten(0, (heads, size)) @ seen.transpose(2, 3) * size**-0.5
        if attention_mask is not None:
            likeness = likeness.masked_fill(attention_mask[:, None, None, :] == 0, torch.finfo(likeness.dtype).min)
        share = attention.dropout(likeness.softmax(dim=-1))
        values = attention.value.weight.unflatten(0, (heads, size)).transpose(1, 2)
        bias = attention.value.bias.unflatten(0, (heads, 1, size))
        found = share @ seen @ values + share.sum(dim=-1, keepdim=True) * bias
        after = self.layer.attention.output(found.transpose(1, 2).flatten(2), place)
        whole: torch.Tensor = self.layer.output(self.layer.intermediate(after), after)
        return whole.squeeze(1)


def take_last(encoder: Any) -> TargetLayer:
    """The encoder's last layer, taken out of it.

    Raises :class:`~citeclass.errors.UsageError` for families whose layers are not built like BERT's.
    """
    layers: Any = getattr(getattr(encoder, "encoder", None), "layer", ())
    attention = getattr(getattr(layers[-1], "attention", None), "self", None) if len(layers) > 1 else None
    if not all(hasattr(attention, part) for part in ("query", "key", "value", "num_attention_heads")):
        raise UsageError(
            f"cannot read the last layer of {type(encoder).__name__} at the target alone",
            fix="leave --last-at-target out, or take a backbone built like BERT",
        )
    last = TargetLayer(layers[-1])
    encoder.encoder.layer = layers[:-1]
    return last
