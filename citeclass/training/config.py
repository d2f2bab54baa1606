"""Every setting of a training run, saved beside the model it made."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainingConfig:
    """Settings of :func:`citeclass.training.run.train`; the defaults made the shipped model.

    ``backbone``: a Hugging Face hub name or a folder with a pretrained encoder.
    ``epochs``, ``batch_size``, ``learning_rate``, ``warmup``: the usual meanings; warm-up is a share
    of all steps, after which the rate falls linearly to zero.
    ``max_length``: tokens of sentence and context together; in training the longer is cut, in use
    the context, and a long sentence around its target.
    ``context_dropout``: the share of training rows that show the bare sentence, so that the model
    stays good without context.
    ``class_power``: class weights are (1 / frequency) to this power; 0 is none, 1 is full balance.
    ``source_weights``: how much a row of each source counts in the loss, as ``name=weight`` pairs;
    definitions of stance differ between sets, and ours is the one users see.
    ``mention_cap``: at most this many *mentioning* rows a source, drawn by hash, to save time on
    sets that are nearly all mentions; 0 keeps all.
    ``held_out``: share of our own articles kept from training, to calibrate and choose thresholds on.
    ``precision``: ``bf16``, ``fp32``, or ``auto``: bf16 where the processor has instructions for it
    (without them it is some twenty times slower than fp32).
    """

    backbone: str
    epochs: float = 3.0
    batch_size: int = 16
    learning_rate: float = 6e-5
    warmup: float = 0.06
    weight_decay: float = 0.01
    max_length: int = 144
    context_dropout: float = 0.5
    class_power: float = 0.5
    source_weights: tuple[str, ...] = ("citeclass=1.0", "kilicoglu2019=0.5", "scicite=0.5")
    mention_cap: int = 1800
    held_out: float = 0.2
    seed: int = 13
    precision: str = "auto"

    def weight_of(self, source: str) -> float:
        """The loss weight of rows from ``source`` (1.0 where none is set)."""
        table = dict(pair.split("=", 1) for pair in self.source_weights)
        return float(table.get(source, 1.0))
