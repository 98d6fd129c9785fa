"""What stands before every request: how large, how often, and what the answer may do."""

from __future__ import annotations

import asyncio
import ipaddress
import json
import time
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from starlette.exceptions import HTTPException

from symbiosis.api.logs import LOGGER
from symbiosis.errors import Message as Sentence
from symbiosis.errors import say
from symbiosis.language import preferred, translator

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
    connections_of_one, connections
        Open HTTP connections of one address, and of all together.
    requests_of_one
        Requests of one address that are being answered at once; those that come through a reverse
        proxy too.
    sockets_of_one, sockets
        Open pages (WebSockets) of one address, and of all together.
    arriving_mb
        Bytes of one address that are held while their requests are not yet answered, in MB.
    header_s
        Seconds in which a connection has to send a whole request line and headers.
    body_s, body_kb_per_s
        Seconds that a sender may let the server wait for a body, and the kB that win it one more.
    reading_s
        Seconds in which a reader has to take what is waiting for it.
    """

    api_per_minute: int = 300
    app_per_minute: int = 3_000
    api_mb: float = 25.0
    app_mb: float = 110.0
    connections_of_one: int = 150
    connections: int = 600
    requests_of_one: int = 100
    sockets_of_one: int = 60
    sockets: int = 400
    arriving_mb: float = 250.0
    header_s: float = 10.0
    body_s: float = 20.0
    body_kb_per_s: float = 20.0
    reading_s: float = 60.0


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


_LARGE = say("This is too large to be sent at once.")
_SLOW = say("The body came too slowly.")
_BUSY = say("Too many requests at once: wait for the answers.")
_OFTEN = say("Too many requests: wait a little.")


class _Refused(HTTPException):
    """Known to the frameworks behind, which answer it as what it is and not as a fault of ours."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(status, words, {"connection": "close"})


class Tally:
    """How many things each address, and all together, have open at once.

    Parameters
    ----------
    most_of_one, most
        Beyond these nothing more is let in; no limit on all together if None.
    """

    def __init__(self, most_of_one: float, most: float | None = None) -> None:
        self.most_of_one, self.most = most_of_one, most
        self._open: Counter[str] = Counter()

    def add(self, address: str, count: int = 1) -> bool:
        """Count some in, or return False."""
        if self._open[address] + count > self.most_of_one:
            return False
        if self.most is not None and self._open.total() + count > self.most:
            return False
        self._open[address] += count
        return True

    def remove(self, address: str, count: int = 1) -> None:
        """Count some out."""
        self._open[address] -= count
        if self._open[address] <= 0:
            del self._open[address]


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
        self._sockets = Tally(self.limits.sockets_of_one, self.limits.sockets)
        self.requests = Tally(self.limits.requests_of_one)
        self.arriving = Tally(self.limits.arriving_mb * 1e6)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        api = str(scope["path"]).startswith("/api/")
        wait = (self._api if api else self._pages).take(who_calls(scope))
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send, refused=wait > 0)
            return
        await _Exchange(self, scope, send, api=api).run(receive, wait)

    async def _socket(self, scope: Scope, receive: Receive, send: Send, *, refused: bool) -> None:
        address = who_calls(scope)
        if refused or not self._sockets.add(address):
            await send({"type": "websocket.close", "code": 1013})
            return

        async def counted() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive" and self._pages.take(address):
                return {"type": "websocket.disconnect", "code": 1013}
            return message

        try:
            await self.app(scope, counted, send)
        finally:
            self._sockets.remove(address)


class _Exchange:
    """One request and its answer."""

    def __init__(self, guard: Guard, scope: Scope, send: Send, *, api: bool) -> None:
        self.guard, self.scope, self.send, self.api = guard, scope, send, api
        limits = guard.limits
        self.most = int((limits.api_mb if api else limits.app_mb) * 1e6)
        self.request, self.began = uuid4().hex[:12], time.perf_counter()
        self.status, self.received, self.waited = 0, 0, 0.0
        self.address, self.held, self.whole = who_calls(scope), 0, False
        scope.setdefault("state", {})["request"] = self.request

    async def run(self, receive: Receive, wait: float) -> None:
        """Refuse, or hand over and log."""
        requests = self.guard.requests
        counted = not wait and requests.add(self.address)
        try:
            if wait:
                await self._refuse(429, self._said(_OFTEN), int(wait) + 1)
            elif not counted:
                await self._refuse(429, self._said(_BUSY), 1)
            elif self._announced() > self.most:
                await self._refuse(413, self._said(_LARGE))
            else:
                await self._hand_over(receive)
        finally:
            if counted:
                requests.remove(self.address)
            self.guard.arriving.remove(self.address, self.held)
            self._log()

    async def _hand_over(self, receive: Receive) -> None:
        async def counted() -> Message:
            message = await self._in_time(receive)
            if message["type"] == "http.request":
                self._take(len(message.get("body", b"")))
                self.whole = not message.get("more_body", False)
            return message

        try:
            await self.guard.app(self.scope, counted, self._marked)
        except _Refused as error:
            await self._refuse(error.status_code, error.detail)
        except Exception:  # noqa: BLE001 - no trace of a fault leaves the server
            LOGGER.exception("fault", extra={"request": self.request})
            told = say("Our fault; quote the number {number} to us.", number=self.request)
            await self._refuse(500, self._said(told))

    async def _in_time(self, receive: Receive) -> Message:
        """Wait for the next piece of the body; only the time that we wait for it counts."""
        if self.whole:
            return await receive()  # what comes now is the end of the connection
        limits = self.guard.limits
        patience = limits.body_s + self.received / (limits.body_kb_per_s * 1e3) - self.waited
        began = time.perf_counter()
        try:
            return await asyncio.wait_for(receive(), max(patience, 0.0))
        except TimeoutError:
            raise _Refused(408, self._said(_SLOW)) from None
        finally:
            self.waited += time.perf_counter() - began

    def _take(self, count: int) -> None:
        self.received += count
        if self.received > self.most:
            raise _Refused(413, self._said(_LARGE))
        if not self.guard.arriving.add(self.address, count):
            raise _Refused(429, self._said(_BUSY))
        self.held += count

    def _said(self, words: Sentence) -> str:
        """Return a sentence in the asker's language."""
        accepted = dict(self.scope["headers"]).get(b"accept-language", b"").decode("latin-1")
        return words.render(translator(preferred(accepted)))

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
        body = json.dumps({"error": words}, ensure_ascii=False, separators=(",", ":")).encode()
        headers = [(b"content-type", b"application/json"),
                   (b"content-length", str(len(body)).encode())]  # fmt: skip
        if status in {408, 413}:
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
                "address": self.address,
            },
        )  # fmt: skip
