"""What the operations of one server share."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import BoundedSemaphore

from fastapi import Request
from starlette.exceptions import HTTPException

from citeclass.pipeline import Libraries
from citeclass.web.checks import Checks
from citeclass.web.settings import Settings

_HEAVY = 2  # works of seconds at once
_PATIENCE = 20  # seconds in line for one


@dataclass(frozen=True, slots=True)
class Context:
    """The open libraries, the reference checks and the settings of a server."""

    libraries: Libraries
    checks: Checks
    settings: Settings
    _turns: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(_HEAVY))

    @classmethod
    def of(cls, request: Request) -> "Context":
        """The context of the server that answers ``request``."""
        context: Context = request.app.state.context
        return context

    @contextmanager
    def heavy(self) -> Iterator[None]:
        """A turn for work of seconds (drawing a page, explaining), so that many requests cannot take the machine. Raises 503."""
        if not self._turns.acquire(timeout=_PATIENCE):
            raise HTTPException(503, "too much is asked at once; try again", headers={"retry-after": "10"})
        try:
            yield
        finally:
            self._turns.release()
