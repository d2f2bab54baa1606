"""The application: scite's paths, our own, pages, and the guard around them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import as_file, files
from pathlib import Path

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from citeclass import __version__
from citeclass.pipeline import Libraries
from citeclass.web import checkpages, pages, problems, report, scite, v1
from citeclass.web.checks import Checks
from citeclass.web.context import Context
from citeclass.web.guard import Guard, Tagged
from citeclass.web.settings import Settings

DESCRIPTION = """What supports a paper, what contrasts with it, in whose words, and how sure.

Paths without /v1 have scite's shapes (*contrasting* is called contradicting there); those under /v1 are our own and
fuller. Errors are problem+json. Writing (corrections, uploads) needs `Authorization: Bearer TOKEN` where the server was
started with a token."""


def create_app(db: str | Path, *, settings: Settings | None = None) -> FastAPI:
    """The application over the library at ``db``.

    Raises :class:`~citeclass.errors.StoreError` where that is no library.
    """
    settings = settings or Settings()
    libraries = Libraries(db, model=settings.model, point=settings.point)
    checks = Checks(libraries, settings)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        yield
        checks.close()
        libraries.close()

    app = FastAPI(
        title="citeclass", version=__version__, description=DESCRIPTION, lifespan=life, docs_url=None, redoc_url=None,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )  # fmt: skip
    app.state.context = Context(libraries, checks, settings)
    app.add_middleware(Tagged)
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(Guard, settings=settings)
    problems.install(app)
    for router in (v1.router, v1.badges, scite.router, pages.router, report.router, checkpages.router):
        app.include_router(router)
    with as_file(files("citeclass.web") / "static") as static:
        app.mount("/static", StaticFiles(directory=static, packages=[("citeclass.showing", "static")]), name="static")
    return app
