"""What all pages share: how statements and tallies look, whoever serves or writes them. Needs ``citeclass[pages]``."""

from citeclass.showing.charts import CLASSES, SECTIONS, bar_parts, year_columns
from citeclass.showing.pieces import Piece, pieces, sentence_pieces
from citeclass.showing.templates import environment, style

__all__ = [
    "CLASSES",
    "SECTIONS",
    "Piece",
    "bar_parts",
    "environment",
    "pieces",
    "sentence_pieces",
    "style",
    "year_columns",
]
