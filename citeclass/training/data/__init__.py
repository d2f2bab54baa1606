"""Labelled citation statements from published sets, our own and yours, brought to one schema."""

from citeclass.training.data.columns import Columns, parse_label_map, read_columns
from citeclass.training.data.example import (
    SCHEMA,
    Example,
    cap_mentions,
    fold_of,
    fraction,
    inputs_for,
    split_by_group,
    stance_indices,
)
from citeclass.training.data.layouts import read_labels
from citeclass.training.data.sets import as_dataset, overlaps, read_folder, split_of

__all__ = [
    "SCHEMA",
    "Columns",
    "Example",
    "as_dataset",
    "cap_mentions",
    "fold_of",
    "fraction",
    "inputs_for",
    "overlaps",
    "parse_label_map",
    "read_columns",
    "read_folder",
    "read_labels",
    "split_by_group",
    "split_of",
    "stance_indices",
]
