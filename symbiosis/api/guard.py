"""What stands before every request: how large, how often, and what the answer may do."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from starlette.exceptions import HTTPException

from symbiosis.api.logs import LOGGER

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# How many addresses are remembered at once; the one unseen for longest is forgotten first.
_MOST_ADDRESSES = 20_000
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"SAMEORIGIN"),
)
_API_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)


@dataclass(frozen=True)
class Limits:
    """How much one address may ask for.

    Parameters
    ----------
    api_per_minute, app_per_minute
        Requests a minute to the API, and to the app's own pages and files.
    api_mb, app_mb
        Largest body, in MB.
    """

    api_per_minute: int = 300
    app_per_minute: int = 3_000
    api_mb: float = 25.0
    app_mb: float = 110.0


@dataclass
class Buckets:
    """How many requests each address has left: a bucket that fills at a steady rate.

    Parameters
    ----------
    per_minute
        Size of the bucket, and how much flows back into it in a minute.
    clock
        Seconds, for the tests.
    """

    per_minute: int
    clock: Callable[[], float] = time.monotonic
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, address: str) -> float:
        """Take one request and return 0, or return how many seconds to wait."""
        now = self.clock()
        left, seen = self._left.pop(address, (float(self.per_minute), now))
        left = min(float(self.per_minute), left + (now - seen) * self.per_minute / 60.0)
        allowed = left >= 1.0
        self._left[address] = (left - 1.0 if allowed else left, now)
        if len(self._left) > _MOST_ADDRESSES:
            self._left.popitem(last=False)
        return 0.0 if allowed else (1.0 - left) * 60.0 / self.per_minute


def who_calls(scope: Scope) -> str:
    """Return the address that counts: a household's whole network for IPv6.

    Examples
    --------
    >>> who_calls({"client": ("2001:db8::1", 1)}), who_calls({"client": ("192.0.2.7", 1)})
    ('2001:db8::/64', '192.0.2.7')
    """
    host = (scope.get("client") or ("unknown", 0))[0]
    try:
        parsed = ipaddress.ip_address(host)
    except ValueError:
        return str(host)
    if parsed.version == 6:
        return str(ipaddress.ip_network(f"{host}/64", strict=False))
    return str(host)


_LARGE = "This is too large to be sent at once."


class _TooLarge(HTTPException):
    """Known to the frameworks behind, which answer it as what it is and not as a fault of ours."""

    def __init__(self) -> None:
        super().__init__(413, _LARGE, {"connection": "close"})


class Guard:
    """ASGI middleware: refuse what is too large or too frequent, mark and log every answer.

    Parameters
    ----------
    app
        What it stands before.
    limits
        How much one address may ask for.
    """

    def __init__(self, app: App, limits: Limits | None = None) -> None:
        self.app = app
        self.limits = limits or Limits()
        self._api = Buckets(self.limits.api_per_minute)
        self._pages = Buckets(self.limits.app_per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        api = str(scope["path"]).startswith("/api/")
        wait = (self._api if api else self._pages).take(who_calls(scope))
        if scope["type"] == "websocket":
            if wait:
                await send({"type": "websocket.close", "code": 1013})
            else:
                await self.app(scope, receive, send)
            return
        await _Exchange(self, scope, send, api=api).run(receive, wait)


class _Exchange:
    """One request and its answer."""

    def __init__(self, guard: Guard, scope: Scope, send: Send, *, api: bool) -> None:
        self.guard, self.scope, self.send, self.api = guard, scope, send, api
        limits = guard.limits
        self.most = int((limits.api_mb if api else limits.app_mb) * 1e6)
        self.request, self.began = uuid4().hex[:12], time.perf_counter()
        self.status, self.received = 0, 0
        scope.setdefault("state", {})["request"] = self.request

    async def run(self, receive: Receive, wait: float) -> None:
        """Refuse, or hand over and log."""
        try:
            if wait:
                await self._refuse(429, "Too many requests: wait a little.", int(wait) + 1)
            elif self._announced() > self.most:
                await self._refuse(413, _LARGE)
            else:
                await self._hand_over(receive)
        finally:
            self._log()

    async def _hand_over(self, receive: Receive) -> None:
        async def counted() -> Message:
            message = await receive()
            if message["type"] == "http.request":
                self.received += len(message.get("body", b""))
                if self.received > self.most:
                    raise _TooLarge
            return message

        try:
            await self.guard.app(self.scope, counted, self._marked)
        except _TooLarge:
            await self._refuse(413, _LARGE)
        except Exception:  # noqa: BLE001 - no trace of a fault leaves the server
            LOGGER.exception("fault", extra={"request": self.request})
            await self._refuse(500, f"Our fault; quote the number {self.request} to us.")

    def _announced(self) -> int:
        for name, value in self.scope["headers"]:
            if name == b"content-length":
                return int(value) if value.isdigit() else self.most + 1
        return 0

    async def _marked(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            own = {name.lower() for name, _ in message.get("headers", [])}
            more = _HEADERS + (_API_HEADERS if self.api else ())
            message["headers"] = [
                *(self._sealed(pair) for pair in message.get("headers", [])),
                *(pair for pair in more if pair[0] not in own),
                (b"x-request-id", self.request.encode()),
            ]
        await self.send(message)

    def _sealed(self, pair: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
        """Return a header; a cookie given over TLS is never to be sent without it."""
        name, value = pair
        plain = name.lower() != b"set-cookie" or b"; secure" in value.lower()
        return pair if plain or self.scope.get("scheme") != "https" else (name, value + b"; Secure")

    async def _refuse(self, status: int, words: str, retry_s: int = 0) -> None:
        if self.status:
            return  # the answer had begun: there is nothing left to say
        body = b'{"error":"' + words.encode() + b'"}'
        headers = [(b"content-type", b"application/json"),
                   (b"content-length", str(len(body)).encode())]  # fmt: skip
        if status == 413:
            headers.append((b"connection", b"close"))
        if retry_s:
            headers.append((b"retry-after", str(retry_s).encode()))
        await self._marked({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})

    def _log(self) -> None:
        route = getattr(self.scope.get("route"), "path", None)
        state = self.scope.get("state", {})
        LOGGER.info(
            "request",
            extra={
                "request": self.request, "method": self.scope["method"],
                # The pattern of the route, not the path: identifiers stay out of the logs.
                "route": route or ("/api" if self.api else "app"), "status": self.status,
                "ms": round((time.perf_counter() - self.began) * 1000, 1),
                "bytes": self.received, "account": state.get("account", ""),
                "address": who_calls(self.scope),
            },
        )  # fmt: skip
