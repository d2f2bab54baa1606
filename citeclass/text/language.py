"""The language a text is written in (py3langid, after Lui & Baldwin 2012)."""

from functools import cache
from typing import Any

SURE = 0.8
ENOUGH = 160
_READ = 500  # characters that tell a language as surely as more


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def detect_language(
    text: str, *, declared: str | None = None, at_least: float = SURE, enough: int = ENOUGH
) -> str | None:
    """The ISO 639-1 code of ``text``; ``declared`` where the text is short or the answer unsure."""
    if len(text) < enough:
        return declared
    code, probability = _identifier().classify(text[:_READ])
    return str(code) if probability >= at_least else declared
