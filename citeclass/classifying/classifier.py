"""The one method a classifier has, and the one that ships."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from citeclass.classifying.calibration import Array, Calibration
from citeclass.classifying.folder import DEFAULT_MODEL, HUB_PREFIX, NEEDED, ModelFolder, find_model
from citeclass.classifying.inputs import TARGET, ModelInput, statement_input
from citeclass.classifying.judging import judge
from citeclass.records import CitationStatement, OperatingPoint, Prediction

if TYPE_CHECKING:
    from citeclass.classifying.huggingface import HuggingFaceClassifier


class Classifier(Protocol):
    """Anything that tells the stance of statements."""

    @property
    def id(self) -> str:
        """Name and digest of the model: predictions are kept by it."""
        ...

    def predict(
        self, statements: Sequence[CitationStatement], *, point: OperatingPoint = OperatingPoint.BALANCED
    ) -> list[Prediction]:
        """One prediction for each statement, in order; none depends on the others."""
        ...


class OnnxClassifier:
    """A model folder run with onnxruntime and tokenizers, each input by itself.

    Without a batch there is no padding and no neighbour, so a prediction is the same whatever it is
    asked together with; threads share the work.
    """

    def __init__(self, folder: ModelFolder, *, threads: int | None = None) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self._folder = folder
        max_length = int(folder.config["max_length"])
        for name in NEEDED:
            folder.file(name)
        self.languages = folder.languages
        self.calibration: Calibration = folder.calibration
        self._threads = threads or min(8, cpu_count() or 1)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Weights are stored in eight bits and unpacked once, at load, into full precision.
        options.add_session_config_entry("session.disable_quant_qdq", "1")
        self._session = onnxruntime.InferenceSession(
            str(folder.file("model.onnx")), options, providers=["CPUExecutionProvider"]
        )
        self._names = [i.name for i in self._session.get_inputs()]
        # Two tokenizers, since truncation is a setting of the whole object and threads share it.
        self._whole: Any = Tokenizer.from_file(str(folder.file("tokenizer.json")))
        self._tokenizer: Any = Tokenizer.from_file(str(folder.file("tokenizer.json")))
        for tokenizer in (self._whole, self._tokenizer):
            tokenizer.no_padding()
        self._whole.no_truncation()
        self._tokenizer.enable_truncation(max_length, strategy="only_second")
        self._room = max_length - 4

    @property
    def id(self) -> str:
        """See :class:`Classifier`."""
        return self._folder.id

    def logits(self, inputs: Sequence[ModelInput]) -> Array:
        """Raw outputs (n × 3) for the inputs; equal inputs are run once."""
        distinct = list(dict.fromkeys(inputs))
        if self._threads > 1 and len(distinct) > 8:
            with ThreadPoolExecutor(self._threads) as pool:
                rows = list(pool.map(self._one, distinct, chunksize=8))
        else:
            rows = [self._one(i) for i in distinct]
        by_input = dict(zip(distinct, rows, strict=True))
        return np.asarray([by_input[i] for i in inputs], dtype=np.float64).reshape(-1, 3)

    def _one(self, given: ModelInput) -> Array:
        sentence, context = self._around_target(given.sentence), given.context
        encoded = self._tokenizer.encode(sentence, context) if context else self._whole.encode(sentence)
        columns = {
            "input_ids": encoded.ids,
            "attention_mask": encoded.attention_mask,
            "token_type_ids": encoded.type_ids,
        }
        feed = {name: np.asarray([columns[name]], dtype=np.int64) for name in self._names}
        return np.asarray(self._session.run(None, feed)[0][0], dtype=np.float64)

    def _around_target(self, sentence: str) -> str:
        """The sentence, or where it is too long for the model the part around its target, which is never cut."""
        encoded = self._whole.encode(sentence, add_special_tokens=False)
        if len(encoded.ids) <= self._room:
            return sentence
        target = sentence.find(TARGET)
        at = next((i for i, (start, _) in enumerate(encoded.offsets) if start >= target), 0) if target >= 0 else 0
        first = max(0, min(at - 2 * self._room // 3, len(encoded.ids) - self._room))
        return sentence[encoded.offsets[first][0] : encoded.offsets[first + self._room - 1][1]]

    def predict(
        self, statements: Sequence[CitationStatement], *, point: OperatingPoint = OperatingPoint.BALANCED
    ) -> list[Prediction]:
        """See :class:`Classifier`. A statement in a language the model does not know is *unclassified*."""
        return judge(self, statements, point=point, input_of=statement_input)


def load_classifier(
    name: str = DEFAULT_MODEL, *, threads: int | None = None
) -> "OnnxClassifier | HuggingFaceClassifier":
    """The classifier called ``name`` (see ``citeclass models``), in the folder ``name``, or ``hf:NAME``.

    Raises :class:`~citeclass.errors.ModelError`, or :class:`~citeclass.errors.MissingExtra` for ``hf:`` without torch.
    """
    if name.startswith(HUB_PREFIX):
        from citeclass.classifying.huggingface import HuggingFaceClassifier

        return HuggingFaceClassifier(name.removeprefix(HUB_PREFIX))
    return OnnxClassifier(find_model(name), threads=threads)
