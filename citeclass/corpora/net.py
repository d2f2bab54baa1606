"""How corpora reach outside: one client, polite to every service, that never hands on a faulty answer.

The order, from the caller down: a cache of good answers (hishel) over :class:`Polite`, which keeps each service's rate, checks
answers, and asks again (stamina) after faults that pass, over the network. Tests replace the network by handing in addresses
of their own (:class:`Addresses`), or another transport. Needs ``citeclass[corpus]``.
"""

import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import stamina
from hishel import SqliteStorage
from hishel.httpx2 import CacheTransport

from citeclass import __version__
from citeclass.corpora.polite import KIND, NEEDS, PACE, Manners, Polite
from citeclass.errors import ServiceError, UsageError

_KEPT = 14 * 24 * 3600.0  # seconds for which a good answer is good

_AGENT = f"citeclass/{__version__} (https://github.com/citeclass/citeclass"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the services are."""

    europepmc: str = "https://www.ebi.ac.uk/europepmc/webservices/rest"
    crossref: str = "https://api.crossref.org"
    openalex: str = "https://api.openalex.org"
    unpaywall: str = "https://api.unpaywall.org/v2"
    opencitations: str = "https://api.opencitations.net/index/v2"

    @property
    def hosts(self) -> frozenset[str]:
        """The services' hosts."""
        return frozenset(httpx2.URL(getattr(self, name)).host for name in self.__dataclass_fields__)

    def cover(self, url: str) -> bool:
        """Whether an address is one of a service's."""
        return any(url.startswith(f"{getattr(self, name)}/") for name in self.__dataclass_fields__)

    @classmethod
    def under(cls, url: str) -> "Addresses":
        """All services under one address, as a mirror or a test's stand-in has them."""
        base = url.rstrip("/")
        return cls(
            f"{base}/europepmc/webservices/rest", f"{base}/crossref", f"{base}/openalex", f"{base}/unpaywall/v2",
            f"{base}/opencitations/index/v2",
        )  # fmt: skip


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
        email = self.email if self.addresses.cover(url) else None
        return _get(self.direct, url, None, {KIND: kind}, email=email)


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
def shaped_like(service: str) -> Iterator[None]:
    """Turns an answer of another shape than is documented, which fails wherever it is looked into, into a ServiceError."""
    try:
        yield
    except (TypeError, AttributeError, ValueError, LookupError) as error:
        raise ServiceError(
            f"{service} answered in a shape that is not known here ({type(error).__name__}: {error})"[:300],
            fix="report it; the service may have changed", status=422,
        ) from error  # fmt: skip


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
    polite = Polite(transport or httpx2.HTTPTransport(), manners, addresses.hosts)
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
