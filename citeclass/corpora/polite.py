"""A transport that is polite to services, and never hands on a faulty answer."""

import ipaddress
import json
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
import stamina
from pyrate_limiter import Limiter, Rate

from citeclass.errors import ServiceError

_LARGEST = 100 * 2**20  # bytes of one answer
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
_LONGEST_WAIT = 300.0  # seconds; a service that asks for more is left for another run

KIND = "citeclass_kind"
"""The name of a request's extension that says what its answer must be: ``json``, ``xml`` or ``pdf``."""

NEEDS = "citeclass_needs"
"""Names of which a JSON answer must have one: Europe PMC answers sound requests with an empty shell now and then."""

PACE = "citeclass_pace"
"""Requests a second, for this kind of request; without it the usual pace."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How a service is asked: requests a second, attempts, and the waits between them in seconds (growing, from ``first_wait``)."""

    per_second: int = 5
    attempts: int = 6
    first_wait: float = 1.0
    longest_wait: float = _LONGEST_WAIT
    timeout: float = 60.0


class _Again(Exception):
    """An answer that may be better next time; ``wait`` is what the service asked for, in seconds. ``refused``: where it is not
    better, the service does not take the request.
    """

    def __init__(self, what: str, wait: float | None = None, *, refused: bool = False) -> None:
        super().__init__(what)
        self.wait, self.refused = wait, refused


@dataclass(slots=True)
class Polite(httpx2.BaseTransport):
    """A transport that keeps a rate for each host, checks answers against the kind asked for, and asks again after faults.

    Services name addresses where files lie; only web addresses of public machines are gone to, and the ``trusted`` hosts.
    Answers come whole. Raises :class:`~citeclass.errors.ServiceError` where attempts do not help.
    """

    below: httpx2.BaseTransport
    manners: Manners = field(default_factory=Manners)
    trusted: frozenset[str] = frozenset()
    _limiters: dict[str, Limiter] = field(default_factory=dict)
    _public: dict[str, bool] = field(default_factory=dict)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer, read and checked."""
        m = self.manners
        host = f"{request.url.host}:{request.url.port}"
        self._refuse_inner(request.url)
        limiter = self._limiter(host, min(int(request.extensions.get(PACE, m.per_second)), m.per_second))
        try:
            for attempt in stamina.retry_context(
                on=self._wait_for, attempts=m.attempts, timeout=None, wait_initial=m.first_wait,
                wait_jitter=m.first_wait, wait_max=min(60.0, m.longest_wait),
            ):  # fmt: skip
                with attempt:
                    limiter.try_acquire(host)
                    return self._answer(request)
        except _Again as error:
            tried = f", {m.attempts} times"
            if error.wait is not None and error.wait > m.longest_wait:
                tried = f" and wants us to wait {error.wait:.0f} seconds"
            raise ServiceError(
                f"{request.url.host}: {error}{tried}",
                fix="try again later; what was fetched is kept",
                status=400 if error.refused else None,
            ) from error
        except httpx2.TransportError as error:
            raise ServiceError(
                f"{request.url.host} cannot be reached: {error or type(error).__name__}",
                fix="check the connection; what was fetched is kept",
            ) from error
        raise AssertionError("unreachable: an attempt returns or raises")

    def close(self) -> None:
        """Close what lies below."""
        self.below.close()

    def _limiter(self, host: str, pace: int) -> Limiter:
        key = f"{host} {pace}"
        if key not in self._limiters:
            self._limiters[key] = Limiter(Rate(pace, 1000))
        return self._limiters[key]

    def _refuse_inner(self, url: httpx2.URL) -> None:
        """Raise for what is no web address of a public machine: a service's answer must not send us into our own network."""
        if url.scheme not in ("http", "https") or not url.host:
            raise ServiceError(
                f"{str(url)[:100]} is no web address", fix="nothing to do; the article is passed over", status=400
            )
        if url.host in self.trusted:
            return
        if url.host not in self._public:
            self._public[url.host] = _is_public(url.host)
        if not self._public[url.host]:
            raise ServiceError(
                f"{url.host} lies in a private network", fix="nothing to do; the article is passed over", status=400
            )

    def _wait_for(self, error: Exception) -> bool | float:
        """Whether to ask again; the seconds to wait where the service named them."""
        if isinstance(error, _Again):
            if error.wait is None:
                return True
            return error.wait if error.wait <= self.manners.longest_wait else False
        return isinstance(error, httpx2.TransportError)

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        answer = self.below.handle_request(request)
        try:
            body = _whole(answer)
        finally:
            answer.close()
        headers = [(k, v) for k, v in answer.headers.multi_items() if k.lower() not in _OF_TRANSFER]
        if answer.status_code in _PASSING:
            raise _Again(f"answered {answer.status_code}", _retry_after(answer.headers.get("retry-after")))
        if answer.status_code == 200:
            _check(request.extensions, answer.headers.get("content-type", ""), body)
        return httpx2.Response(answer.status_code, headers=headers, content=body, extensions=dict(answer.extensions))


_OF_TRANSFER = frozenset({"content-encoding", "transfer-encoding", "content-length"})


def _is_public(host: str) -> bool:
    """Whether a host is, or resolves to, public addresses alone; one that resolves to nothing is left to the connection."""
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, None)}
    except OSError:
        return True
    return all(ipaddress.ip_address(str(address).partition("%")[0]).is_global for address in found)


def _whole(answer: httpx2.Response) -> bytes:
    """The body, decoded and never more than is sane."""
    body = bytearray()
    for chunk in answer.iter_bytes():
        body += chunk
        if len(body) > _LARGEST:
            raise ServiceError("an answer is too large", fix="report it with the article")
    return bytes(body)


def _check(wanted: Mapping[str, Any], content_type: str, body: bytes) -> None:
    """Raise :class:`_Again` for a body that is not what was asked for: services answer with HTML when they are in trouble."""
    kind, needs = wanted.get(KIND, ""), wanted.get(NEEDS, ())
    start = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if kind == "json":
        try:
            found = json.loads(body)
            if needs and not (isinstance(found, dict) and set(needs).intersection(found)):
                raise _Again("answered with an empty shell", refused=True)
        except ValueError as error:
            what = "HTML" if start.startswith((b"<!doctype html", b"<html")) else content_type or "no type"
            raise _Again(f"answered with no JSON ({what})") from error
    elif kind == "xml":
        if b"<html" in start or not start.startswith(b"<"):
            raise _Again(f"answered with no XML ({content_type or 'no type'})")
        root = re.search(rb"<([A-Za-z_][\w.:-]*)", body)
        if root is None or not re.search(
            rb"(?:</" + re.escape(root[1]) + rb"\s*>|/>)\s*(?:<!--.*?-->\s*)*$", body, re.DOTALL
        ):
            raise _Again("answered with XML that is cut short")
    elif kind == "pdf":
        if b"%pdf-" not in start:
            raise _Again(f"answered with no PDF ({content_type or 'no type'})")
        if b"startxref" not in body[-4096:] and b"%%EOF" not in body[-4096:]:
            raise _Again("answered with a PDF that is cut short")


def _retry_after(told: str | None) -> float | None:
    """Seconds from a Retry-After header: a number, or a date (RFC 9110, 10.2.3)."""
    if not told:
        return None
    if told.strip().isdecimal():
        return float(told)
    try:
        return max(0.0, (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
