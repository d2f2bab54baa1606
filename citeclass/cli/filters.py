"""The options by which statements are chosen, the same for every command that shows some."""

from typing import Annotated

import typer

Type = Annotated[str | None, typer.Option("--type", help="Only these classes, joined by commas.", show_default=False)]
Section = Annotated[
    str | None,
    typer.Option(
        "--section", help="Only these sections: introduction, methods, results, discussion, other.", show_default=False
    ),
]
Zone = Annotated[
    str | None,
    typer.Option("--zone", help="Only these places: body, abstract, caption, table, note.", show_default=False),
]
Intent = Annotated[
    str | None, typer.Option("--intent", help="Only these intents: background, method, result.", show_default=False)
]
Year = Annotated[
    str | None,
    typer.Option("--year", help="Year of the other work: 2019, 2015-2020, 2015- or -2020.", show_default=False),
]
Journal = Annotated[
    str | None, typer.Option("--journal", help="Words of the other work's journal.", show_default=False)
]
Author = Annotated[str | None, typer.Option("--author", help="An author of the other work.", show_default=False)]
Independent = Annotated[
    bool | None,
    typer.Option(
        "--independent/--self-citations",
        help="Only statements between works that share no author, or only those that do; the tally counts all.",
        show_default=False,
    ),
]
MinConfidence = Annotated[
    float | None,
    typer.Option("--min-confidence", min=0, max=1, help="Least probability of the class shown.", show_default=False),
]
Corrected = Annotated[
    bool | None,
    typer.Option(
        "--corrected/--not-corrected", help="Only statements a person labelled, or others.", show_default=False
    ),
]
Words = Annotated[
    str | None,
    typer.Option("--words", help='Words of the sentence: all of them, "a phrase", attach*, -not.', show_default=False),
]
