"""How corpora reach outside: one client, polite to every service, that never hands on a faulty answer.

The order, from the caller down: a cache of good answers (hishel) over :class:`Polite`, which keeps each service's rate, checks
answers, and asks again (stamina) after faults that pass, over the network. Tests replace the network by handing in addresses
of their own (:class:`Addresses`), or another transport. Needs ``citeclass[corpus]``.
"""

import ipaddress
import json
import logging
import re
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx2
import stamina
from hishel import SqliteStorage
from hishel.httpx2 import CacheTransport
from pyrate_limiter import Limiter, Rate

from citeclass import __version__
from citeclass.errors import ServiceError, UsageError

_LARGEST = 100 * 2**20  # bytes of one answer
_KEPT = 14 * 24 * 3600.0  # seconds for which a good answer is good
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
_LONGEST_WAIT = 300.0  # seconds; a service that asks for more is left for another run

_AGENT = f"citeclass/{__version__} (https://github.com/citeclass/citeclass"

KIND = "citeclass_kind"
"""The name of a request's extension that says what its answer must be: ``json``, ``xml`` or ``pdf``."""

NEEDS = "citeclass_needs"
"""Names of which a JSON answer must have one: Europe PMC answers sound requests with an empty shell now and then."""

PACE = "citeclass_pace"
"""Requests a second, for this kind of request; without it the usual pace."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the services are."""

    europepmc: str = "https://www.ebi.ac.uk/europepmc/webservices/rest"
    crossref: str = "https://api.crossref.org"
    openalex: str = "https://api.openalex.org"
    unpaywall: str = "https://api.unpaywall.org/v2"
    opencitations: str = "https://api.opencitations.net/index/v2"

    @classmethod
    def under(cls, url: str) -> "Addresses":
        """All services under one address, as a mirror or a test's stand-in has them."""
        base = url.rstrip("/")
        return cls(
            f"{base}/europepmc/webservices/rest", f"{base}/crossref", f"{base}/openalex", f"{base}/unpaywall/v2",
            f"{base}/opencitations/index/v2",
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Manners:
    """How a service is asked: requests a second, attempts, and the waits between them in seconds (growing, from ``first_wait``)."""

    per_second: int = 5
    attempts: int = 6
    first_wait: float = 1.0
    longest_wait: float = _LONGEST_WAIT
    timeout: float = 60.0


class _Again(Exception):
    """An answer that may be better next time; ``wait`` is what the service asked for, in seconds."""

    def __init__(self, what: str, wait: float | None = None) -> None:
        super().__init__(what)
        self.wait = wait


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
                f"{request.url.host}: {error}{tried}", fix="try again later; what was fetched is kept"
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
            if needs and isinstance(found, dict) and not set(needs).intersection(found):
                raise _Again("answered with an empty shell")
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
    elif kind == "pdf" and b"%pdf-" not in start:
        raise _Again(f"answered with no PDF ({content_type or 'no type'})")


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


@dataclass(frozen=True, slots=True)
class Net:
    """What the services' clients ask through. ``direct`` asks anew, ``kept`` first looks into the cache; ``email`` is told to
    the services, as they ask of polite users.
    """

    direct: httpx2.Client
    kept: httpx2.Client
    addresses: Addresses
    email: str | None = None
    openalex_key: str | None = None

    def json(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        *,
        kept: bool = False,
        needs: Sequence[str] = (),
        pace: int | None = None,
    ) -> Any | None:
        """A service's JSON, from the cache if it may be ``kept``; None for *not found*. Raises :class:`ServiceError`.

        ``needs``: names of which the answer must have one; ``pace``: requests of this kind a second.
        """
        wanted = {KIND: "json", NEEDS: tuple(needs)} | ({PACE: pace} if pace else {})
        body = _get(self.kept if kept else self.direct, url, params, wanted, email=self.email)
        return None if body is None else json.loads(body)

    def file(self, url: str, *, kind: str) -> bytes | None:
        """A file of that kind (``xml``, ``pdf``); None for *not found* or *gone*. Raises :class:`ServiceError`."""
        return _get(self.direct, url, None, {KIND: kind})


def _get(
    client: httpx2.Client,
    url: str,
    params: Mapping[str, str] | None,
    wanted: Mapping[str, Any],
    *,
    email: str | None = None,
) -> bytes | None:
    """``email`` is told to services; whoever else holds a file does not learn it."""
    headers = {"user-agent": f"{_AGENT}; mailto:{email})"} if email else {}
    try:
        answer = client.get(url, params=dict(params) if params else None, headers=headers, extensions=dict(wanted))
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise ServiceError(f"{url}: {error}", fix="check the address") from error
    if answer.status_code in (404, 410):
        return None
    if answer.status_code != 200:
        told = " ".join(answer.text[:200].split())
        raise ServiceError(
            f"{answer.url.host} answered {answer.status_code}: {told}",
            fix="see whether the service's terms allow it", status=answer.status_code,
        )  # fmt: skip
    return answer.content


@contextmanager
def open_net(
    *,
    addresses: Addresses | None = None,
    email: str | None = None,
    openalex_key: str | None = None,
    cache: Path | None = None,
    manners: Manners | None = None,
    transport: httpx2.BaseTransport | None = None,
) -> Iterator[Net]:
    """A net to ask through. ``cache``: a file in which single works' answers are kept for two weeks."""
    if email is not None and not re.fullmatch(r"[!-~]+@[!-~]+", email):
        raise UsageError(
            f"{email!r} is no e-mail address that a header can hold", fix="give one in plain ASCII letters"
        )
    stamina.instrumentation.set_on_retry_hooks([])  # it would log every attempt
    for noisy in ("hishel", "pyrate_limiter"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    manners = manners or Manners()
    addresses = addresses or Addresses()
    trusted = frozenset(httpx2.URL(getattr(addresses, name)).host for name in Addresses.__dataclass_fields__)
    polite = Polite(transport or httpx2.HTTPTransport(), manners, trusted)
    options: dict[str, Any] = {
        "timeout": manners.timeout,
        "follow_redirects": True,
        "headers": {"user-agent": f"{_AGENT})"},
    }
    with ExitStack() as stack:
        direct = stack.enter_context(httpx2.Client(transport=polite, **options))
        kept = direct
        if cache is not None:
            cache.parent.mkdir(parents=True, exist_ok=True)
            storage = SqliteStorage(database_path=cache, default_ttl=_KEPT)
            stack.callback(storage.close)
            kept = httpx2.Client(transport=CacheTransport(polite, storage), **options)
            stack.callback(kept.close)
        yield Net(direct, kept, addresses, email, openalex_key)
