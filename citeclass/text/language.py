"""The language a text is written in (py3langid, after Lui & Baldwin 2012)."""

from functools import cache
from typing import Any

SURE = 0.8
ENOUGH = 160
_READ = 500  # characters that tell a language as surely as more
_ENGLISH = frozenset(
    ["the", "of", "and", "that", "with", "this", "were", "which", "from", "have", "been", "these", "their", "between"]
)
_SHARE, _KINDS = 0.1, 4  # 84 in 100 English paragraphs have so many


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
    read = text[:_READ]
    if _plainly_english(read):
        return "en"
    code, probability = _identifier().classify(read)
    return str(code) if probability >= at_least else declared


def _plainly_english(text: str) -> bool:
    """Whether the small words of English are so many that nothing else need be asked, which would take twenty times as long."""
    words = text.lower().split()
    small = [w for w in words if w in _ENGLISH]
    return len(small) >= _SHARE * len(words) and len(set(small)) >= _KINDS
