"""The connections of a server: how many one address may hold, and how long each may say nothing.

A connection that has sent no whole request costs its sender nothing. It is ended after some seconds
and, when too many are open, before anybody is refused.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections import Counter
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from symbiosis.api.guard import Limits, who_calls

# No request was read, so that nobody knows the language of who is refused.
_FULL = (
    "Too many connections at once: try again later. "
    "/ Trop de connexions à la fois : réessayez plus tard.\n"
).encode()
_TOO_MANY = (
    b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n"
    b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\n\r\n%s"
) % (len(_FULL), _FULL)


class Connections:
    """The open connections by address, and which of them wait for their next request.

    Parameters
    ----------
    limits
        How many one address, and all together, may hold.
    proxy
        Addresses or networks of the reverse proxy, separated by commas, or ``*``: they hold as many
        as all together may.
    """

    def __init__(self, limits: Limits, proxy: str = "") -> None:
        self.limits = limits
        self._everyone = proxy.strip() == "*"
        self._proxies = _networks(proxy)
        self._open: Counter[str] = Counter()
        self._waiting: dict[Patient, str] = {}  # the one that has waited longest stands first

    def admit(self, one: Patient, address: str) -> bool:
        """Count a new connection in; end the oldest idle one for it where there are too many."""
        most = self.limits.connections_of_one
        alone = not (self._everyone or self._is_proxy(one))
        if alone and self._open[address] >= most and not self._end_oldest(address):
            return False
        if self._open.total() >= self.limits.connections and not self._end_oldest():
            return False
        self._open[address] += 1
        self._waiting[one] = address
        return True

    def waits(self, one: Patient, address: str) -> None:
        """Note that a connection has been answered, and may be ended for another."""
        self._waiting.setdefault(one, address)

    def works(self, one: Patient) -> None:
        """Note that a connection has sent a whole request."""
        self._waiting.pop(one, None)

    def leave(self, one: Patient, address: str) -> None:
        """Count a connection out."""
        self._waiting.pop(one, None)
        self._open[address] -= 1
        if self._open[address] <= 0:
            del self._open[address]

    def _end_oldest(self, address: str = "") -> bool:
        for one, place in self._waiting.items():
            if not address or place == address:
                one.end()
                return True
        return False

    def _is_proxy(self, one: Patient) -> bool:
        try:
            place = ipaddress.ip_address((one.client or ("", 0))[0])
        except ValueError:
            return False
        return any(place in network for network in self._proxies)


class Patient(H11Protocol):
    """An HTTP connection that waits so long and no longer."""

    # Given by `protocol`, for uvicorn makes the connections itself.
    held: Connections

    _timer: asyncio.TimerHandle | None = None
    _stalled: asyncio.TimerHandle | None = None
    _counted = False
    _address = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Count the connection in, or refuse it."""
        super().connection_made(transport)
        self._address = who_calls({"client": self.client})
        self._counted = self.held.admit(self, self._address)
        if self._counted:
            self._expect_request()
        else:
            transport.write(_TOO_MANY)
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Count the connection out."""
        self._leave()
        if self._stalled is not None:
            self._stalled.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, and see whether a whole request is there."""
        super().data_received(data)
        if not self._counted or self.transport.is_closing():
            return
        if self.conn.their_state is h11.IDLE:
            self._expect_request()
        else:
            self._forget_timer()
            self.held.works(self)

    def on_response_complete(self) -> None:
        """Wait for the next request, as long as uvicorn keeps a connection alive."""
        super().on_response_complete()
        if self._counted and self.conn.their_state is h11.IDLE:
            self.held.waits(self, self._address)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand the connection over: from now on it is counted as a socket (`Guard`)."""
        self._leave()
        super().handle_websocket_upgrade(event)

    def pause_writing(self) -> None:
        """Give a reader that takes nothing more some time, then end its connection."""
        super().pause_writing()
        if self._stalled is None:
            wait = self.held.limits.reading_s
            self._stalled = self.loop.call_later(wait, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on: the reader takes again."""
        super().resume_writing()
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def end(self) -> None:
        """End the connection now, without a word that could pass for an answer."""
        self._leave()
        self.transport.close()

    def _expect_request(self) -> None:
        if self._timer is None:  # a byte now and then wins no time
            self._timer = self.loop.call_later(self.held.limits.header_s, self.end)

    def _forget_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _leave(self) -> None:
        self._forget_timer()
        if self._counted:
            self._counted = False
            self.held.leave(self, self._address)


def protocol(held: Connections) -> type[Patient]:
    """Return the class of the connections of one server, for uvicorn's ``http``."""
    return type("Connection", (Patient,), {"held": held})


def _networks(proxy: str) -> list[Any]:
    found = []
    for part in proxy.split(","):
        try:
            found.append(ipaddress.ip_network(part.strip(), strict=False))
        except ValueError:
            continue  # a name or “*”: uvicorn understands or refuses it
    return found
