"""Checking a manuscript: the form, the wait, the references."""

from typing import Annotated

from fastapi import APIRouter, File, Path, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from citeclass.web.context import Context
from citeclass.web.patterns import CHECK_ID
from citeclass.web.render import page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/check")
def form(request: Request) -> Response:
    """Where a manuscript is given."""
    return page(request, "check.html.j2", most=Context.of(request).settings.upload_bytes // 2**20)


@router.post("/check")
def start(request: Request, file: Annotated[UploadFile, File()]) -> Response:
    """Take a manuscript, and go where its check is shown."""
    check = Context.of(request).checks.start(file.file.read(), file.filename or "manuscript")
    return RedirectResponse(f"/check/{check.id}", 303)


@router.get("/check/{id}")
def result(request: Request, id: Annotated[str, Path(pattern=CHECK_ID)]) -> Response:
    """How far a check is, and what it found."""
    check = Context.of(request).checks.get(id)
    if check is None:
        raise HTTPException(404, "no such check; results are kept while the server runs")
    waiting = check.status in ("PENDING", "STARTED")
    part = "hx-request" in request.headers and waiting
    return page(
        request, "waiting.html.j2" if part else "checked.html.j2", check=check, found=check.found, waiting=waiting
    )
