"""The one method a classifier has, and the one that ships."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from os import cpu_count
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from citeclass.classifying.calibration import Array, Calibration, softmax
from citeclass.classifying.folder import DEFAULT_MODEL, HUB_PREFIX, NEEDED, ModelFolder, find_model, is_hugging_face
from citeclass.classifying.inputs import LEAST_CONTEXT, SPECIAL, ModelInput, around_target, statement_input
from citeclass.classifying.judging import Scores, judge
from citeclass.errors import ModelBroken
from citeclass.records import CitationStatement, OperatingPoint, Prediction

if TYPE_CHECKING:
    from citeclass.classifying.huggingface import HuggingFaceClassifier


# Joins sums and normalisations into an operator that takes longer than both (onnxruntime 1.32).
_SLOW = ["SkipLayerNormFusion"]


class Classifier(Protocol):
    """Anything that tells the stance of statements."""

    @property
    def id(self) -> str:
        """Name and digest of the model: predictions are kept by it."""
        ...

    def predict(
        self, statements: Sequence[CitationStatement], *, point: OperatingPoint = OperatingPoint.BALANCED
    ) -> list[Prediction]:
        """One prediction for each statement, in order; none depends on the others, nor on ``reference`` and ``source``, which are not always told."""
        ...


class OnnxClassifier:
    """A model folder run with onnxruntime and tokenizers, each input by itself.

    Without a batch there is no padding and no neighbour, so a prediction is the same whatever it is
    asked together with; threads share the work. Where the folder holds a gate (see
    :mod:`~citeclass.classifying.gate`) it settles the plain mentions and has a say in the rest; ``cascade`` False asks the
    transformer always. A bare sentence, without section or neighbour, is never settled: what the gate may lose was measured
    on sentences as articles hold them.
    """

    def __init__(self, folder: ModelFolder, *, threads: int | None = None, cascade: bool = True) -> None:
        self._folder = folder
        config = folder.config
        for name in NEEDED:
            folder.file(name)
        folder.verify()
        self.languages = folder.languages
        self.context = folder.context
        self.calibration: Calibration = folder.calibration
        self.gate = folder.gate
        self._cascade = cascade and self.gate is not None
        self._threads = threads or min(8, cpu_count() or 1)
        try:
            self._load(int(config["max_length"]))
        except Exception as error:  # both libraries raise their own, down to bare Exception
            raise ModelBroken(
                f"the model in {folder.path} cannot be loaded: {error!r}"[:300], fix="train or download the model again"
            ) from error

    def _load(self, max_length: int) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(self._folder.file("model.onnx")), options, providers=["CPUExecutionProvider"], disabled_optimizers=_SLOW
        )
        self._names = [i.name for i in self._session.get_inputs()]
        # Two tokenizers, since truncation is a setting of the whole object and threads share it.
        self._whole: Any = Tokenizer.from_file(str(self._folder.file("tokenizer.json")))
        self._tokenizer: Any = Tokenizer.from_file(str(self._folder.file("tokenizer.json")))
        for tokenizer in (self._whole, self._tokenizer):
            tokenizer.no_padding()
        self._whole.no_truncation()
        self._tokenizer.enable_truncation(max_length, strategy="only_second")
        self._room = max_length - SPECIAL

    @property
    def id(self) -> str:
        """See :class:`Classifier`. Without the cascade the answers differ, so the id does."""
        return self._folder.id if self._cascade or self.gate is None else f"{self._folder.id}+full"

    def score(self, inputs: Sequence[ModelInput]) -> Scores:
        """See :class:`~citeclass.classifying.judging.Scorer`."""
        stance, intent = np.zeros((len(inputs), 3)), np.zeros((len(inputs), 3))
        settled, added = np.zeros(len(inputs), dtype=bool), np.zeros((len(inputs), 3))
        if self.gate is not None and len(inputs):
            linear = self.gate.scores(inputs)
            added = self.gate.share * linear[:, :3]
            if self._cascade:
                settled = self.gate.settles(linear) & np.asarray(
                    [bool(given.context) or not self.context for given in inputs]
                )
                stance[settled], intent[settled] = self.gate.settled, softmax(linear[settled, 3:])
        rest = np.flatnonzero(~settled).tolist()
        raw = self.raw([inputs[i] for i in rest])
        stance[rest] = self.calibration.probabilities(raw[:, :3] + added[rest])
        if raw.shape[1] < 6 or not self._folder.intents:
            return Scores(stance, None, settled)
        intent[rest] = softmax(raw[:, 3:])
        return Scores(stance, intent, settled)

    def raw(self, inputs: Sequence[ModelInput]) -> Array:
        """Raw outputs of the transformer (n × 6: stance, then intent; n × 3 where it has no intents); equal inputs are run once."""
        distinct = list(dict.fromkeys(inputs))
        if self._threads > 1 and len(distinct) > 8:
            with ThreadPoolExecutor(self._threads) as pool:
                rows = list(pool.map(self._one, distinct, chunksize=8))
        else:
            rows = [self._one(i) for i in distinct]
        by_input = dict(zip(distinct, rows, strict=True))
        return np.asarray([by_input[i] for i in inputs], dtype=np.float64).reshape(len(inputs), -1 if rows else 6)

    def _one(self, given: ModelInput) -> Array:
        sentence, left = around_target(given.sentence, self._offsets(given.sentence), self._room)
        encoded = (
            self._tokenizer.encode(sentence, given.context)
            if given.context and left >= LEAST_CONTEXT
            else self._whole.encode(sentence)
        )
        columns = {
            "input_ids": encoded.ids,
            "attention_mask": encoded.attention_mask,
            "token_type_ids": encoded.type_ids,
        }
        feed = {name: np.asarray([columns[name]], dtype=np.int64) for name in self._names}
        return np.concatenate([np.asarray(out[0], dtype=np.float64) for out in self._session.run(None, feed)])

    def _offsets(self, sentence: str) -> list[tuple[int, int]]:
        return list(self._whole.encode(sentence, add_special_tokens=False).offsets)

    def predict(
        self, statements: Sequence[CitationStatement], *, point: OperatingPoint = OperatingPoint.BALANCED
    ) -> list[Prediction]:
        """See :class:`Classifier`. A statement in a language the model does not know is *unclassified*."""
        return judge(self, statements, point=point, input_of=partial(statement_input, use=self.context))


def load_classifier(
    name: str = DEFAULT_MODEL, *, threads: int | None = None, cascade: bool = True
) -> "OnnxClassifier | HuggingFaceClassifier":
    """The classifier called ``name`` (see ``citeclass models``), in the folder ``name`` (ours, or one saved by
    transformers), or ``hf:NAME`` of the Hugging Face hub.

    ``cascade`` False lets the gate settle nothing, so that the transformer judges every text.

    Raises :class:`~citeclass.errors.ModelError`, or :class:`~citeclass.errors.MissingExtra` for ``hf:`` without torch.
    """
    if name.startswith(HUB_PREFIX) or is_hugging_face(name):
        from citeclass.classifying.huggingface import HuggingFaceClassifier

        return HuggingFaceClassifier(name.removeprefix(HUB_PREFIX))
    return OnnxClassifier(find_model(name), threads=threads, cascade=cascade)
