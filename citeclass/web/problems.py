"""Errors as the answers they deserve: problem+json (RFC 9457) for programs, a page for people, never a stack trace."""

import logging
import sqlite3
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from citeclass.errors import CiteclassError, MissingExtra, ModelError, StoreError
from citeclass.pipeline import Ambiguous
from citeclass.web.policy import HEADERS
from citeclass.web.render import page

_LOG = logging.getLogger("citeclass.web")


class Problem(BaseModel):
    """What went wrong, by RFC 9457."""

    type: str = Field("about:blank", description="No page explains these problems; the title and detail do.")
    title: str = Field(description="The kind of problem in a few words.")
    status: int = Field(description="The HTTP status again.")
    detail: str = Field("", description="What happened this time.")
    fix: str | None = Field(None, description="What the caller can do about it.")
    works: list[dict[str, Any]] | None = Field(
        None, description="Where several works match: id, doi, title and year of each."
    )


PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"model": Problem, "description": HTTPStatus(code).phrase, "content": {"application/problem+json": {}}}
    for code in (400, 401, 403, 404, 409, 413, 415, 422, 429, 503)
}
"""The answers of every operation besides its own, for the OpenAPI description."""


def respond(
    request: Request,
    status: int,
    detail: str,
    *,
    fix: str = "",
    works: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem as whoever asks can read it: a page for a browser, a line for a part of a page, else problem+json."""
    if "hx-request" in request.headers:
        return page(request, "alarm.html.j2", status=status, headers=headers, code=status, detail=detail, fix=fix)
    if "text/html" in request.headers.get("accept", ""):
        return page(
            request, "problem.html.j2", status=status, headers=headers, code=status, detail=detail, fix=fix, works=works
        )
    problem = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        fix=fix or None,
        works=[dict(w) for w in works] or None,
    )
    return JSONResponse(
        problem.model_dump(exclude_none=True), status, media_type="application/problem+json", headers=headers
    )


def install(app: FastAPI) -> None:
    """Teach ``app`` to answer its errors."""

    @app.exception_handler(Ambiguous)
    def _several(request: Request, error: Ambiguous) -> Response:
        return respond(request, 409, str(error), fix=error.fix, works=error.listed())

    @app.exception_handler(CiteclassError)
    def _ours(request: Request, error: CiteclassError) -> Response:
        if isinstance(error, (StoreError, ModelError, MissingExtra)):  # the server's affair; it may tell of its folders
            _LOG.error("%s", error)
            return respond(request, 503, "the library or the model cannot be used", fix="see the server's log")
        return respond(request, 400, str(error), fix=error.fix)

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> Response:
        parts = [f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in error.errors()]
        return respond(
            request, 422, "; ".join(parts)[:1000], fix="the description at /openapi.json tells what is taken"
        )

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        return respond(request, error.status_code, str(error.detail), headers=error.headers)

    @app.exception_handler(sqlite3.OperationalError)
    def _busy(request: Request, error: sqlite3.OperationalError) -> Response:
        _LOG.warning("the library cannot be used: %s", error)
        return respond(
            request, 503, "the library cannot be used now", fix="another citeclass may be writing to it; try again"
        )

    @app.exception_handler(Exception)
    def _unforeseen(request: Request, error: Exception) -> Response:
        _LOG.exception("unforeseen error in %s", request.url.path, exc_info=error)
        # This answer leaves the server past the guard, so it brings its headers itself.
        return respond(
            request, 500, "an error in citeclass; the server's log has it", fix="please report it", headers=HEADERS
        )
