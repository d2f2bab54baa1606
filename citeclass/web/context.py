"""What the operations of one server share."""

from dataclasses import dataclass

from fastapi import Request

from citeclass.pipeline import Libraries
from citeclass.web.checks import Checks
from citeclass.web.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """The open libraries, the reference checks and the settings of a server."""

    libraries: Libraries
    checks: Checks
    settings: Settings

    @classmethod
    def of(cls, request: Request) -> "Context":
        """The context of the server that answers ``request``."""
        context: Context = request.app.state.context
        return context
