"""What a server may do and spend: values that the command line fills in."""

from dataclasses import dataclass

from citeclass.classifying import DEFAULT_MODEL
from citeclass.errors import UsageError
from citeclass.extraction import Limits
from citeclass.records import OperatingPoint

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""Names under which only this machine can reach a server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``token``: what writing needs (corrections, uploads); None asks for none, which only a server on this machine may
    do. ``hosts``: names by which the server may be called, against rebinding of DNS; ``*`` takes any. ``rate``: requests
    a minute for each client, 0 for no limit. ``upload_bytes``: the largest upload. ``limits``: what reading one file may
    cost. ``model`` and ``point``: the classifier for manuscripts and explanations; a point left out is the library's own.
    """

    token: str | None = None
    hosts: tuple[str, ...] = LOOPBACK
    rate: int = 1200
    upload_bytes: int = 50 * 2**20
    limits: Limits = Limits()  # noqa: RUF009 - frozen
    model: str = DEFAULT_MODEL
    point: OperatingPoint | None = None

    def __post_init__(self) -> None:
        """Raises :class:`UsageError` for a token that anyone has."""
        if self.token is not None and not self.token.strip():
            raise UsageError("the token is empty", fix="give one, or leave it away and one is made up")
