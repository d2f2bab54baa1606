"""``citeclass mcp``: the library for agents."""

from typing import Annotated

import typer

from citeclass.cli.shared import DEFAULT_DB, DEFAULT_MODEL, Db, Model, open_library

Transport = Annotated[str, typer.Option("--transport", help="stdio, or http.")]
Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="For http.")]


def mcp(db: Db = DEFAULT_DB, transport: Transport = "stdio", port: Port = 8001, model: Model = DEFAULT_MODEL) -> None:
    """Serve the library to agents by the Model Context Protocol: search, evidence, tallies, why. It changes no label.

    Needs 'citeclass[mcp]'. HTTP listens on this machine alone, at /mcp.

    Example: citeclass mcp --db library.db
    """
    from citeclass.errors import UsageError, missing_extra

    if transport not in ("stdio", "http"):
        raise UsageError(f"--transport is stdio or http, not {transport!r}")
    try:
        from citeclass.mcp import create_server
    except ImportError as error:
        missing_extra("mcp", error)
    open_library(db).close()
    server = create_server(db, model=model)
    if transport == "stdio":
        server.run("stdio")
    else:
        server.run("streamable-http", host="127.0.0.1", port=port)
