"""What a query may hold, as patterns that stand in the OpenAPI description too."""

from collections.abc import Iterable

from citeclass.records import Intent, SectionKind, Stance, Zone


def _some_of(names: Iterable[str]) -> str:
    each = f"(?:{'|'.join(names)})"
    return f"^(?:{each}(?:,{each})*)?$"


TYPES = _some_of([*Stance, "contradicting"])
SECTIONS = _some_of(SectionKind)
ZONES = _some_of(Zone)
INTENTS = _some_of(Intent)
YEARS = r"^(?:[12][0-9]{3}(?:-(?:[12][0-9]{3})?)?|-[12][0-9]{3})?$"

STATEMENT_ID = r"^[0-9a-f]{16}$"
CHECK_ID = r"^[0-9a-f]{32}$"
DATE = r"^[12][0-9]{3}(?:-[0-9]{2}(?:-[0-9]{2})?)?$"
ANY_WORD = r"\w"
HOW_TO_SEARCH = (
    'All words must occur, in any inflection; "a phrase" in this order; attach* begins a word; -word does not occur.'
)
