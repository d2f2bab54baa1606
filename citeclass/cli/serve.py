"""``citeclass serve``: the library in a browser, and over HTTP for programs."""

from typing import Annotated

import typer

from citeclass.cli.shared import (
    DEFAULT_DB,
    DEFAULT_MAX_MB,
    DEFAULT_MAX_MEMORY,
    DEFAULT_MAX_SECONDS,
    DEFAULT_MODEL,
    Db,
    MaxMb,
    MaxMemory,
    MaxSeconds,
    Model,
    file_limits,
    say,
)

Host = Annotated[
    str, typer.Option("--host", help="Where to listen; anything but this machine makes writing need a token.")
]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes a free one.")]
Token = Annotated[
    str | None,
    typer.Option(
        "--token",
        help="What writing needs; made up and printed if none is given.",
        envvar="CITECLASS_TOKEN",
        show_default=False,
    ),
]
Name = Annotated[
    list[str] | None,
    typer.Option(
        "--name", help="A name by which the server is called, behind a proxy; may be repeated.", show_default=False
    ),
]
Rate = Annotated[int, typer.Option("--rate", min=0, help="Requests a minute for each client; 0 for no limit.")]
Open = Annotated[bool, typer.Option("--open", help="Open it in a browser.")]


def serve(
    db: Db = DEFAULT_DB,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    token: Token = None,
    name: Name = None,
    rate: Rate = 1200,
    open: Open = False,
    model: Model = DEFAULT_MODEL,
    max_mb: MaxMb = DEFAULT_MAX_MB,
    max_seconds: MaxSeconds = DEFAULT_MAX_SECONDS,
    max_memory: MaxMemory = DEFAULT_MAX_MEMORY,
) -> None:
    """Serve the library: pages to read, scite's API, and our own under /v1 (described at /openapi.json).

    Only this machine can reach it unless --host says otherwise. Needs 'citeclass[serve]'.

    Example: citeclass serve --db library.db --open
    """
    import ipaddress
    import secrets
    import socket

    from citeclass.cli.shared import open_library
    from citeclass.errors import UsageError, missing_extra

    try:
        import uvicorn

        from citeclass.web import LOOPBACK, Settings, create_app
    except ImportError as error:
        missing_extra("serve", error)
    open_library(db).close()  # says what is wrong before anything listens
    if not host.strip():
        raise UsageError(
            "--host is empty", fix="--host 127.0.0.1 for this machine alone, 0.0.0.0 for all that can reach it"
        )
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()
    except OSError as error:
        raise UsageError(f"cannot listen at {host}:{port}: {error.strerror}", fix="give another --port") from error
    bound = ipaddress.ip_address(listening.getsockname()[0])
    if not bound.is_loopback and token is None:
        token = secrets.token_urlsafe(16)
        say(f"to write (corrections, uploads) this token is needed: {token}")
    called = f"[{host}]" if ":" in host else host
    hosts = (
        *LOOPBACK,
        *(n.casefold() for n in name or ()),
        "*" if bound.is_unspecified and not name else called.casefold(),
    )
    settings = Settings(
        token=token, hosts=hosts, rate=rate, upload_bytes=max_mb * 2**20, model=model,
        limits=file_limits(seconds=max_seconds, megabytes=max_memory, ocr=False),
    )  # fmt: skip
    address = f"http://{'127.0.0.1' if bound.is_unspecified else called}:{listening.getsockname()[1]}"
    say(f"serving {db} at {address} (stop with Ctrl-C)")
    if open:
        import webbrowser

        webbrowser.open(address)
    app = create_app(db, settings=settings)
    uvicorn.Server(uvicorn.Config(app, log_level="warning", server_header=False)).run(sockets=[listening])
