"""Raised digits, so that ``0.76`` followed by a raised 18 reads ``0.76¹⁸`` and never ``0.7618``.

Readers know from markup or from the baseline which characters are raised; they write them with
Unicode's own superscript digits, so everything above a reader can see a superscript in plain text.
"""

_UP = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_DOWN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_MINUS = "-−–"

RAISED_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹"


def raise_(text: str) -> str:
    """``text`` as it is printed raised: digits become superscripts, a leading minus too.

    The number of characters stays the same; letters and inner punctuation are left alone.

    >>> raise_("12,14–16"), raise_("-1"), raise_("th")
    ('¹²,¹⁴–¹⁶', '⁻¹', 'th')
    """
    if not any(c.isdigit() for c in text):
        return text
    lead = len(text) - len(text.lstrip())
    if text[lead : lead + 1] and text[lead] in _MINUS:
        text = text[:lead] + "⁻" + text[lead + 1 :]
    return text.translate(_UP)


def lower(text: str) -> str:
    """The inverse of :func:`raise_` for digits and minus."""
    return text.translate(_DOWN)
