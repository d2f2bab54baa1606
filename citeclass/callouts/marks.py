"""What the grammar finds: one printed marker."""

from dataclasses import dataclass

from citeclass.records import Style

__all__ = ["Mark", "Style"]


@dataclass(frozen=True, slots=True)
class Mark:
    """One marker as printed: ``text[start:end]`` is its surface, e.g. ``B, 2005`` or ``3–5``.

    ``group_start:group_end`` spans the whole printed group, brackets included. Numeric marks have
    ``numbers`` (a range is written out); author–year marks have ``names`` (surnames or a
    corporate name, as printed), ``year`` with its letter, e.g. ``2010a`` or ``in press``, and the first person's
    ``initial`` where it is printed, as some do to tell two of one name apart: ``Lee Q. et al., 2016``.
    """

    start: int
    end: int
    style: Style
    group_start: int
    group_end: int
    numbers: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    year: str | None = None
    et_al: bool = False
    narrative: bool = False
    initial: str = ""
