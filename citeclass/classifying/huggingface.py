"""Any Hugging Face sequence classifier as a :class:`~citeclass.classifying.Classifier`. Needs the extra ``torch``."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from citeclass.classifying.calibration import Array, Calibration
from citeclass.classifying.folder import HUB_PREFIX
from citeclass.classifying.inputs import CONTEXT, SPECIAL_TOKENS, ModelInput, statement_input
from citeclass.classifying.judging import Scores, judge
from citeclass.errors import ModelBroken, ModelNotFound, missing_extra
from citeclass.records import STANCES, CitationStatement, OperatingPoint, Prediction, Stance


class HuggingFaceClassifier:
    """A model with a sequence-classification head whose labels name the three stances.

    It is run as it is: one input at a time, its softmax taken for probabilities (not calibrated to the
    natural rate). A model whose tokenizer knows ``[TARGET]`` gets our marked input, others the plain sentence.
    """

    def __init__(self, name: str) -> None:
        """Load ``name``, a hub name or a folder.

        Raises :class:`~citeclass.errors.MissingExtra`, :class:`ModelNotFound`, or :class:`ModelBroken`
        where the labels are others.
        """
        try:
            import torch
            from transformers import AutoModelForSequenceClassification, AutoTokenizer
        except ImportError as error:
            missing_extra("torch", error)
        try:
            # code that comes with a model is never run, and pickled weights are never loaded
            self._tokenizer: Any = AutoTokenizer.from_pretrained(name, trust_remote_code=False)
            self._model: Any = AutoModelForSequenceClassification.from_pretrained(
                name, use_safetensors=True, trust_remote_code=False
            )
        except (OSError, ValueError) as error:
            raise ModelNotFound(
                f"cannot load {name!r}: {str(error).splitlines()[0]}",
                fix="give a hub name or a folder saved by save_pretrained",
            ) from error
        self._torch = torch
        self._model.train(mode=False)
        self._order = _label_order(self._model.config.id2label, name)
        self._marked = all(t in self._tokenizer.get_vocab() for t in SPECIAL_TOKENS)
        self.id = f"{HUB_PREFIX}{name}@{getattr(self._model.config, '_commit_hash', None) or _digest(name)}"
        self._longest = _longest(self._tokenizer, self._model.config)
        self.languages = frozenset({"en"})
        self.calibration = Calibration()
        self.context = CONTEXT

    def score(self, inputs: Sequence[ModelInput]) -> Scores:
        """See :class:`~citeclass.classifying.judging.Scorer`. Such a model has no intents."""
        return Scores(self.calibration.probabilities(self.raw(inputs)), None, np.zeros(len(inputs), dtype=bool))

    def raw(self, inputs: Sequence[ModelInput]) -> Array:
        """Raw outputs (n × 3) in the order of our classes."""
        rows = []
        for given in inputs:
            parts = (given.sentence, given.context or None) if self._marked else (given.plain or given.sentence, None)
            encoded = self._tokenizer(*parts, truncation=True, max_length=self._longest, return_tensors="pt")
            with self._torch.no_grad():
                rows.append(self._model(**encoded).logits[0].float().numpy()[self._order])
        return np.asarray(rows, dtype=np.float64).reshape(-1, 3)

    def predict(
        self, statements: Sequence[CitationStatement], *, point: OperatingPoint = OperatingPoint.BALANCED
    ) -> list[Prediction]:
        """See :class:`~citeclass.classifying.Classifier`."""
        return judge(self, statements, point=point, input_of=statement_input)


def _longest(tokenizer: Any, config: Any) -> int:
    """The tokens that the model can read: older tokenizers do not say, and RoBERTa's places begin behind the padding's."""
    places = int(getattr(config, "max_position_embeddings", 0) or 512)
    if "roberta" in str(getattr(config, "model_type", "")):
        places -= 2
    return min(int(tokenizer.model_max_length), places)


def _digest(folder: str) -> str:
    """12 hexadecimal digits of the weights in a local folder."""
    digest = hashlib.sha256()
    for path in sorted(Path(folder).glob("*.safetensors")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _label_order(labels: Mapping[int, str], name: str) -> list[int]:
    """Where each of our classes stands among the model's labels."""
    places: dict[Stance, int] = {}
    for index, label in labels.items():
        try:
            places[Stance.parse(label)] = int(index)
        except ValueError:
            continue
    if set(places) != set(STANCES):
        raise ModelBroken(
            f"{name!r} has the labels {sorted(labels.values())}, not supporting, contrasting and mentioning",
            fix="use a model trained for citation stance, or rename its labels in config.json",
        )
    return [places[s] for s in STANCES]
