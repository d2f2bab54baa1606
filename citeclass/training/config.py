"""Every setting of a training run, saved beside the model it made."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainingConfig:
    """Settings of :func:`citeclass.training.run.train`; ``train.py`` tells which made the shipped model.

    ``backbone``: a Hugging Face hub name or a folder with a pretrained encoder.
    ``epochs``, ``batch_size``, ``learning_rate``, ``warmup``: the usual meanings; warm-up is a share
    of all steps, after which the rate falls linearly to ``final_rate`` times its peak. ``head_rate`` multiplies the rate of the
    heads, which start from nothing.
    ``mean_decay``: with 0 the network has the weights of the last step; else their running mean, in which a step counts so many
    times the one after it (0.997: the last 300 steps are two thirds of it). Not with ``patience``. It wants a ``final_rate`` above 0, at which weights still wander.
    ``frozen``: layers that stay as they were: -1 none, 0 the word embeddings, n these and the n lowest
    layers. Frozen embeddings took 48-token texts from 45 to 57 a second here; what they cost was not measured.
    ``last_at_target``: the last layer is read at the target alone, and the text is the mean of the layer below: a sixth of the work
    less in training and in use. For backbones built like BERT.
    ``max_length``: tokens of sentence and context together; the context is cut, and a sentence too long for itself around its target.
    ``context``: the parts of the context that are read, of ``section``, ``before``, ``after``.
    ``context_dropout``: the share of showings that show the bare sentence, so that the model stays good
    without context.
    ``class_power``: class weights are (1 / frequency) to this power, within each source; 0 is none, 1 full balance.
    ``source_weights``: how much a row of each source counts in the stance loss, as ``name=weight`` pairs;
    definitions of stance differ between sets, and ours is the one users see. ``unlabelled`` names a teacher's rows.
    ``intent_weight``: how much the intent loss counts beside the stance loss.
    ``mention_cap``: at most this many *mentioning* rows a source, drawn by hash, to save time on
    sets that are nearly all mentions (ours, and sets with intents, are kept whole); 0 keeps all.
    ``soft_weight``: how much of a labelled row's target is the teacher's opinion, where one is given.
    ``folds``: parts of the articles for the out-of-fold predictions that calibrate and choose thresholds.
    ``patience``: epochs without a lower loss on a twentieth of the articles, kept from training to watch, before
    training stops and the best epoch is taken; 0 trains on all articles for all epochs.
    ``precision``: ``bf16``, ``fp32``, or ``auto``: bf16 where the processor multiplies in it (a GPU, or a CPU with AMX or
    AVX512-BF16, where it takes two thirds of the time); on a CPU with AVX-512 alone it took twice as long as fp32.
    """

    backbone: str
    epochs: float = 3.0
    batch_size: int = 32
    learning_rate: float = 1.5e-4
    head_rate: float = 5.0
    warmup: float = 0.06
    final_rate: float = 0.0
    mean_decay: float = 0.0
    weight_decay: float = 0.01
    dropout: float = 0.1
    frozen: int = 0
    last_at_target: bool = False
    max_length: int = 144
    context: tuple[str, ...] = ("section", "before")
    context_dropout: float = 0.5
    class_power: float = 0.5
    source_weights: tuple[str, ...] = ("citeclass=1.0", "kilicoglu2019=0.5", "scicite=0.5")
    intent_weight: float = 1.0
    mention_cap: int = 1800
    soft_weight: float = 0.5
    folds: int = 3
    patience: int = 0
    seed: int = 13
    precision: str = "auto"

    def weight_of(self, source: str) -> float:
        """The loss weight of rows from ``source`` (1.0 where none is set)."""
        table = dict(pair.split("=", 1) for pair in self.source_weights)
        return float(table.get(source, 1.0))
