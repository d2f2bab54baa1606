"""What layout works with: blocks of lines, and what it takes for a caption."""

import re
from dataclasses import dataclass

from citeclass.reading.pdf.lines import Line
from citeclass.records import Zone

CAPTION = re.compile(
    r"^(?:supplement\w*\s+|online\s+|appendix\s+)?(?:fig(?:ure|\.)?|table|box|scheme|chart|plate|tabela|tabla|cuadro|figura|gráfico|quadro)\s*"
    r"(?:S|A)?\d{1,2}[A-Za-z]?\s*(?:[.:|–—]|$|(?=\p{Lu}))".replace(r"\p{Lu}", "[A-Z]"),
    re.IGNORECASE,
)


@dataclass(slots=True)
class Block:
    """A paragraph in the making: its lines and what it is. ``heading`` blocks are section titles."""

    lines: list[Line]
    zone: Zone = Zone.BODY
    heading: bool = False

    @property
    def text(self) -> str:
        """The lines in one string, for looking only."""
        return " ".join(line.text for line in self.lines)


def is_body_size(size: float, sizes: tuple[float, ...]) -> bool:
    """Whether running text is set in ``size``, given the sizes of the body."""
    return any(abs(size - s) <= 0.045 * s for s in sizes)
