"""Errors as the answers they deserve: problem+json (RFC 9457) for programs, a page for people, never a stack trace."""

import logging
import sqlite3
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from citeclass.errors import CiteclassError
from citeclass.pipeline import Ambiguous

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
    for code in (400, 401, 403, 404, 409, 413, 415, 422, 429)
}
"""The answers of every operation besides its own, for the OpenAPI description."""


def answer(
    status: int, detail: str, *, fix: str | None = None, works: Any = None, headers: dict[str, str] | None = None
) -> Response:
    """A problem as a response."""
    problem = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail, fix=fix or None, works=works)
    return JSONResponse(
        problem.model_dump(exclude_none=True), status, media_type="application/problem+json", headers=headers
    )


def wants_page(request: Request) -> bool:
    """Whether a browser asks, by what it accepts."""
    return "text/html" in request.headers.get("accept", "")


def install(app: FastAPI) -> None:
    """Teach ``app`` to answer its errors."""

    def told(
        request: Request, status: int, detail: str, fix: str = "", works: Any = None, headers: Any = None
    ) -> Response:
        if wants_page(request):
            from citeclass.web.pages import problem_page

            return problem_page(request, status, detail, fix=fix, works=works or (), headers=headers)
        return answer(status, detail, fix=fix, works=works, headers=headers)

    @app.exception_handler(Ambiguous)
    def _several(request: Request, error: Ambiguous) -> Response:
        works = [{"id": w.id, "doi": w.doi, "title": w.title, "year": w.year} for w in error.works]
        return told(request, 409, str(error), error.fix, works)

    @app.exception_handler(CiteclassError)
    def _ours(request: Request, error: CiteclassError) -> Response:
        return told(request, 400, str(error), error.fix)

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> Response:
        parts = [f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in error.errors()]
        return told(request, 422, "; ".join(parts)[:1000], "the description at /openapi.json tells what is taken")

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        return told(request, error.status_code, str(error.detail), headers=error.headers)

    @app.exception_handler(sqlite3.OperationalError)
    def _busy(request: Request, error: sqlite3.OperationalError) -> Response:
        _LOG.warning("the library cannot be used: %s", error)
        return told(request, 503, "the library cannot be used now", "another citeclass may be writing to it; try again")

    @app.exception_handler(Exception)
    def _unforeseen(request: Request, error: Exception) -> Response:
        _LOG.exception("unforeseen error in %s", request.url.path, exc_info=error)
        return told(request, 500, "an error in citeclass; the server's log has it", "please report it")
