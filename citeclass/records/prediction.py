"""What the classifier says of a statement."""

from dataclasses import dataclass
from enum import StrEnum


class Stance(StrEnum):
    """What the citing article does with the cited work.

    *Supporting*: the citing authors give own evidence that agrees with it. *Contrasting*: own
    evidence against it. *Mentioning*: everything else. *Unclassified*: no class was given, and the
    prediction's ``note`` tells why.
    """

    SUPPORTING = "supporting"
    CONTRASTING = "contrasting"
    MENTIONING = "mentioning"
    UNCLASSIFIED = "unclassified"

    @classmethod
    def parse(cls, text: str) -> "Stance":
        """The stance named ``text``; scite's word ``contradicting`` is accepted for *contrasting*.

        Raises ValueError for any other word.
        """
        word = text.strip().casefold()
        return cls.CONTRASTING if word == "contradicting" else cls(word)


class Intent(StrEnum):
    """What the citation is there for (SciCite's three): *background*, a *method* used, or a *result* compared."""

    BACKGROUND = "background"
    METHOD = "method"
    RESULT = "result"

    @classmethod
    def parse(cls, text: str) -> "Intent":
        """The intent named ``text``; ``methodology``, ``results`` and ``result comparison`` are accepted. Raises ValueError."""
        word = text.strip().casefold()
        return cls({"methodology": "method", "methods": "method", "results": "result"}.get(word, word.split(" ")[0]))


STANCES = (Stance.SUPPORTING, Stance.CONTRASTING, Stance.MENTIONING)
"""The three classes, in the order of every vector of scores."""

INTENTS = (Intent.BACKGROUND, Intent.METHOD, Intent.RESULT)
"""The three intents, in the order of every vector of scores."""


class OperatingPoint(StrEnum):
    """How probabilities become a type: ``balanced`` (best macro-F1), ``precise``, ``natural`` (largest)."""

    BALANCED = "balanced"
    PRECISE = "precise"
    NATURAL = "natural"


@dataclass(frozen=True, slots=True)
class Prediction:
    """The stance of one statement by one model.

    ``supporting``, ``contrasting`` and ``mentioning`` are probabilities at the natural base rate
    (0 to 1, sum 1); ``type`` follows from them by the operating point and may differ from the
    largest. All three are None where the model was not asked (unknown language), with the reason
    in ``note``. ``intent`` is what the citation is there for, None from models that do not tell it.
    """

    statement_id: str
    model: str
    type: Stance
    supporting: float | None
    contrasting: float | None
    mentioning: float | None
    note: str | None = None
    intent: Intent | None = None

    @property
    def type_confidence(self) -> float | None:
        """The probability of ``type``; of the most likely class where the model abstained."""
        if self.supporting is None or self.contrasting is None or self.mentioning is None:
            return None
        by_type = {
            Stance.SUPPORTING: self.supporting,
            Stance.CONTRASTING: self.contrasting,
            Stance.MENTIONING: self.mentioning,
        }
        return by_type.get(self.type, max(by_type.values()))
