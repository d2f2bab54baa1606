"""The options that name the columns of a labelled file of one's own, for the commands that read one."""

from typing import TYPE_CHECKING, Annotated

import typer

from citeclass.errors import UsageError

if TYPE_CHECKING:
    from citeclass.training.data import Columns

Text = Annotated[
    str | None,
    typer.Option(
        "--text-column",
        help="Column with the sentence, for a file of your own; the target callout between « and ».",
        show_default=False,
    ),
]
Label = Annotated[str | None, typer.Option("--label-column", help="Column with the label.", show_default=False)]
LabelMap = Annotated[
    str,
    typer.Option(
        "--label-map",
        help='What your labels mean here: "confirms=supporting,no=contrasting,unclear=skip".',
        show_default=False,
    ),
]
Target = Annotated[
    str | None,
    typer.Option(
        "--target-column", help="Column with the target callout as it stands in the text.", show_default=False
    ),
]
Before = Annotated[
    str | None, typer.Option("--before-column", help="Column with the sentence before.", show_default=False)
]
Section = Annotated[
    str | None, typer.Option("--section-column", help="Column with the section title.", show_default=False)
]
Group = Annotated[
    str | None,
    typer.Option(
        "--group-column",
        help="Column with the citing article, kept on one side of every split.",
        show_default=False,
    ),
]


def columns_of(
    text: str | None, label: str | None, *, label_map: str, target: str | None, before: str | None,
    section: str | None, group: str | None,
) -> "Columns | None":  # fmt: skip
    """The columns that the options name; None where they name none, so that a file's layout is told by its header.

    Raises :class:`UsageError` where text and label are not both named.
    """
    if (text is None) != (label is None) or (text is None and any((label_map, target, before, section, group))):
        raise UsageError("a file of your own needs both --text-column and --label-column")
    if text is None or label is None:
        return None
    from citeclass.training.data import Columns, parse_label_map

    return Columns(
        text=text, label=label, target=target, before=before, section=section, group=group,
        label_map=parse_label_map(label_map),
    )  # fmt: skip
