"""Which words carried a decision: each word left out in turn, and what the model then says (occlusion).

The method is that of Zeiler and Fergus (2014, section 2.2), on words in place of patches of a picture: what the
probability of the class loses without a word is what the word gave it.
"""

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from citeclass.callouts import find
from citeclass.classifying.classifier import OnnxClassifier
from citeclass.classifying.inputs import ModelInput, statement_input
from citeclass.records import STANCES, CitationStatement, Stance

MOST = 160
"""Words that are looked at; of a longer sentence those nearest to the target."""

_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
_BLANK = "…"


@dataclass(frozen=True, slots=True)
class Word:
    """``sentence[start:end]`` and its ``weight``: what the probability of the explained class loses without it
    (-1 to 1; negative where the word speaks against the class).
    """

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why ``type``: the ``words``, and what the model says of the sentence without those that carried the decision.

    ``probability`` is the class's with all words; ``without`` and ``without_type`` are its probability and the likeliest
    class once the ``left_out`` heaviest words are gone together, or with the sentence as it is where none carried any
    weight. ``model`` is the id of the one that was asked.
    """

    type: Stance
    probability: float
    words: tuple[Word, ...]
    left_out: tuple[int, ...]
    without: float
    without_type: Stance
    model: str

    def to_json(self) -> dict[str, Any]:
        """As a JSON object; weights to four decimals."""
        return {
            "type": self.type.value,
            "probability": round(self.probability, 4),
            "words": [[w.start, w.end, round(w.weight, 4)] for w in self.words],
            "left_out": list(self.left_out),
            "without": round(self.without, 4),
            "without_type": self.without_type.value,
            "model": self.model,
        }

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> "Explanation":
        """The inverse of :meth:`to_json`."""
        return cls(
            Stance(told["type"]), told["probability"], tuple(Word(*w) for w in told["words"]), tuple(told["left_out"]),
            told["without"], Stance(told["without_type"]), told["model"],
        )  # fmt: skip


def explain(
    classifier: OnnxClassifier, statement: CitationStatement, *, type: Stance | None = None, heaviest: int = 3
) -> Explanation:
    """The words of ``statement`` that carried ``type`` (None: the likeliest class), the gate included as it decides.

    The words of callouts are no evidence and are left alone. ``heaviest``: how many words are left out together.
    """
    sentence = statement.sentence
    spans = _words(sentence, statement.start, statement.end)
    whole = classifier.score([_input(classifier, statement, [])]).stance[0]
    wanted = STANCES.index(type) if type in STANCES else int(whole.argmax())
    rows = (
        classifier.score([_input(classifier, statement, [span]) for span in spans]).stance
        if spans
        else np.zeros((0, 3))
    )
    words = tuple(Word(a, b, float(whole[wanted] - row[wanted])) for (a, b), row in zip(spans, rows, strict=True))
    order = sorted(range(len(words)), key=lambda i: -words[i].weight)
    left_out = tuple(sorted(i for i in order[:heaviest] if words[i].weight > 0))
    rest = classifier.score([_input(classifier, statement, [spans[i] for i in left_out])]).stance[0]
    return Explanation(
        STANCES[wanted],
        float(whole[wanted]),
        words,
        left_out,
        float(rest[wanted]),
        STANCES[int(rest.argmax())],
        classifier.id,
    )


def _words(sentence: str, start: int, end: int) -> list[tuple[int, int]]:
    """The words outside callouts, in order; of very many the nearest to the target at ``start:end``."""
    taken = [(start, end), *((m.start, m.end) for m in find(sentence))]
    spans = [m.span() for m in _WORD.finditer(sentence)]
    free = [(a, b) for a, b in spans if not any(a < y and b > x for x, y in taken)]
    return sorted(sorted(free, key=lambda s: abs(s[0] - start))[:MOST])


def _input(classifier: OnnxClassifier, statement: CitationStatement, gone: list[tuple[int, int]]) -> ModelInput:
    """What the model reads of ``statement`` with the words at ``gone`` left out."""
    text, start, end = statement.sentence, statement.start, statement.end
    for a, b in sorted(gone, reverse=True):
        text = text[:a] + _BLANK + text[b:]
        if b <= start:
            shift = len(_BLANK) - (b - a)
            start, end = start + shift, end + shift
    return statement_input(replace(statement, sentence=text, start=start, end=end), use=classifier.context)
