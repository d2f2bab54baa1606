"""What commands that ask services share: who asks, what is told while it goes on, and what is told at the end."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from citeclass.cli.shared import SOME_FAILED, emit, say

if TYPE_CHECKING:
    from citeclass.corpora import Net

Email = Annotated[
    str | None,
    typer.Option(
        "--email",
        help="Told to the services, which answer polite users better; Unpaywall wants one.",
        envvar="CITECLASS_EMAIL",
        show_default=False,
    ),
]
SourceUrl = Annotated[
    str | None,
    typer.Option("--source-url", help="Ask a mirror of all services under this address.", show_default=False),
]


@contextmanager
def services_net(cache: Path, email: str | None, source_url: str | None) -> "Iterator[Net]":
    """What services are asked through; ``source_url``: a mirror of them all."""
    from os import environ

    from citeclass.corpora import Addresses, open_net

    addresses = Addresses.under(source_url) if source_url else None
    with open_net(addresses=addresses, email=email, openalex_key=environ.get("OPENALEX_API_KEY"), cache=cache) as net:
        yield net


@contextmanager
def telling() -> Iterator[Callable[[str], None]]:
    """A line on standard error that tells what goes on, while it is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.markup import escape

    with Console(stderr=True).status("") as line:
        yield lambda text: line.update(escape(text))


def report_done(counts: dict[str, int], troubles: list[str], as_json: bool) -> None:
    """The counts, what was not done, and exit code 1 if anything was not."""
    told: dict[str, Any] = {"counts": counts, "not_done": troubles}
    if as_json:
        emit(told)
    else:
        for state, count in counts.items():
            typer.echo(f"{count:6d}  {state}")
        for trouble in troubles:
            say(f"not done: {trouble}")
    if troubles:
        raise typer.Exit(SOME_FAILED)
