"""What every request passes before it is answered, and what every answer carries: plain ASGI, for speed."""

import hashlib
import hmac
from collections.abc import Sequence
from urllib.parse import urlsplit

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from citeclass.web.policy import HEADERS
from citeclass.web.problems import respond
from citeclass.web.settings import Settings

COOKIE = "citeclass_token"
SAFE = ("GET", "HEAD", "OPTIONS")

_READING_POSTS = ("/tallies", "/tallies/aggregate", "/tallies/cited-by-sections", "/papers")
"""Paths of scite's that are posted to because their question is long: they change nothing."""


class Guard:
    """Refuses calls under a foreign name, from another site, too many, too large, or to write without the token; gives
    every answer its headers.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings
        self._window = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._rate = RateLimitItemPerMinute(settings.rate) if settings.rate else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                message["headers"] = headers.raw
            await send(message)

        refused = self._refusal(scope)
        if refused is not None:
            status, detail, fix = refused
            more = {"retry-after": "60"} if status == 429 else {"www-authenticate": "Bearer"} if status == 401 else None
            await respond(Request(scope), status, detail, fix=fix, headers=more)(scope, receive, with_headers)
            return
        await self._app(scope, _limited(receive, self._settings.upload_bytes + 2**20), with_headers)

    def _refusal(self, scope: Scope) -> tuple[int, str, str] | None:
        """Status, detail and fix of a request that is not to be answered."""
        headers, settings = Headers(scope=scope), self._settings
        if not _is_one_of(headers.get("host", ""), settings.hosts):
            return 400, "the server is not called so", "start it with --host NAME, or call it by the name it prints"
        client = (scope.get("client") or ("unknown", 0))[0]
        if self._rate is not None and not self._window.hit(self._rate, client):
            return 429, f"more than {settings.rate} requests in a minute", "wait a minute, or start it with --rate 0"
        if scope["method"] in SAFE:
            return None
        if not _from_here(headers):
            return 403, "the request comes from another site", "use the pages of this server"
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > settings.upload_bytes + 2**20:
            return (
                413,
                f"at most {settings.upload_bytes // 2**20} MB are taken",
                "send a smaller file, or raise --max-mb",
            )
        if settings.token is not None and scope["path"] not in (*_READING_POSTS, "/token"):
            scheme, _, secret = headers.get("authorization", "").partition(" ")
            given = (secret.strip() if scheme.casefold() == "bearer" else "") or Request(scope).cookies.get(COOKIE, "")
            if not same_secret(given, settings.token):
                return 401, "writing needs the server's token", "send Authorization: Bearer TOKEN, or give it at /token"
        return None


def same_secret(given: str, token: str) -> bool:
    """Whether two secrets are one, in a time that does not tell how alike they are."""
    return hmac.compare_digest(given.encode(), token.encode())


def _is_one_of(host: str, hosts: Sequence[str]) -> bool:
    name = host if host.endswith("]") else host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
    return "*" in hosts or name.casefold() in hosts


def _from_here(headers: Headers) -> bool:
    """Whether a request that may change something comes from our own pages, or from no browser at all.

    Browsers say where a request comes from (Sec-Fetch-Site; Origin in older ones); other programs say nothing, and no
    page can make them call.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc == headers.get("host")
    except ValueError:  # no address
        return False


def _limited(receive: Receive, most: int) -> Receive:
    """``receive``, which takes no body that is longer than it said, or says nothing of its length."""
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise HTTPException(413, f"at most {most // 2**20} MB are taken")
        return message

    return counted


class Tagged:
    """Answers HEAD as GET without the body, gives whole answers an ETag, and answers 304 to who has them already."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        head, known = scope["method"] == "HEAD", Headers(scope=scope).get("if-none-match", "")
        start: Message | None = None

        async def passed_on(message: Message) -> None:
            if head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        async def tagged(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            first, start = start, None
            if first is None:
                await passed_on(message)
                return
            headers = MutableHeaders(raw=first["headers"])
            if not message.get("more_body") and first["status"] == 200 and "etag" not in headers:
                headers["etag"] = f'W/"{hashlib.sha256(message.get("body", b"")).hexdigest()[:32]}"'
                if _has(known, headers["etag"]):
                    del headers["content-length"]
                    first, message = {**first, "status": 304}, {**message, "body": b""}
            await send({**first, "headers": headers.raw})
            await passed_on(message)

        await self._app({**scope, "method": "GET"}, receive, tagged)


def _has(known: str, tag: str) -> bool:
    """Whether a tag is among those of If-None-Match, weak or not (RFC 9110, 13.1.2)."""
    plain = tag.removeprefix("W/")
    return known.strip() == "*" or plain in (t.strip().removeprefix("W/") for t in known.split(","))
