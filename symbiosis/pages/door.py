"""The app's own door: the name it is reached under, what its pages may load, who may send files.

It is a part of the app, so that ``symbiosis app``, ``streamlit run app.py`` and ``symbiosis serve``
have the same.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit
from streamlit.runtime import Runtime

from symbiosis.errors import Message as Sentence
from symbiosis.errors import say
from symbiosis.language import preferred, translator
from symbiosis.pages import provider, pulse
from symbiosis.pages.vocabulary import ONLINE

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

MOST_STORED_MB = 300
"""What the visits from one address may have uploaded and not yet let go of, in MB."""
MOST_STORED_BY_ALL_MB = 1_500
UPLOADS = re.compile(r"/_stcore/upload_file/([\w-]+)/")
CLOSED = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
"""Streamlit's figures of itself and its doors for programs: nobody here uses them."""
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_FILES = b"default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"


class Sessions:
    """The visits that may send files, and the address that each sends from."""

    def __init__(self) -> None:
        self._admitted: set[str] = set()
        self._addresses: dict[str, str] = {}

    def admit(self, session: str, *, allowed: bool) -> None:
        """Let a visit send files from now on, or no longer."""
        if allowed:
            self._admitted.add(session)
        else:
            self._admitted.discard(session)

    def forget(self, alive: Callable[[str], bool]) -> None:
        """Forget the visits that have ended."""
        self._admitted = {session for session in self._admitted if alive(session)}
        self._addresses = {s: place for s, place in self._addresses.items() if alive(s)}

    def may_send(self, session: str) -> bool:
        """Return whether a visit is of somebody who was let in."""
        return session in self._admitted

    def sends_from(self, session: str, address: str) -> list[str]:
        """Remember where a visit sends from; return the visits of the same address."""
        self._addresses[session] = address
        return [other for other, place in self._addresses.items() if place == address]


SESSIONS = Sessions()


class Door:
    """ASGI middleware before the app.

    Parameters
    ----------
    app
        The app.
    names
        Further names of this server, for single-user mode.
    sessions
        The visits that may send files.
    """

    def __init__(
        self, app: Any, names: frozenset[str] = frozenset(), sessions: Sessions = SESSIONS
    ) -> None:
        self.app, self.names, self.sessions = app, names, sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        refused = self._refusal(scope)
        if refused and scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif refused:
            await _discard(receive)
            status, words = refused
            translate = translator(preferred(_header(scope, b"accept-language")))
            await _answer(send, status, words.render(translate).encode())
        elif scope["type"] == "websocket":
            await self.app(scope, receive, send)
        else:
            await self.app(scope, receive, _marking(send, str(scope["path"])))

    def _refusal(self, scope: Scope) -> tuple[int, Sentence] | None:
        """Return status and sentence where a request goes no further."""
        if not provider.configured() and not is_this_machine(_header(scope, b"host"), self.names):
            return 421, say("This server is not reached under this name.")
        path = str(scope["path"])
        if path.startswith(CLOSED):
            return 404, say("There is nothing at this address.")
        upload = UPLOADS.match(path)
        if upload is None or scope.get("method") != "PUT":
            return None
        return self._no_upload(scope, upload[1])

    def _no_upload(self, scope: Scope, session: str) -> tuple[int, Sentence] | None:
        if not self.sessions.may_send(session):
            return 403, say("Sign in before you send a file.")
        announced = _header(scope, b"content-length")
        if not announced.isdigit():
            return 411, say("Say how long the file is.")
        address = str((scope.get("client") or ("unknown", 0))[0])
        same = self.sessions.sends_from(session, address)
        if stored(same) + int(announced) > MOST_STORED_MB * 1e6:
            return 413, say("The files sent from this address are too large together: remove some.")
        if stored() + int(announced) > MOST_STORED_BY_ALL_MB * 1e6:
            return 503, say("The server holds as many files as it can: try again later.")
        return None


def stored(sessions: Iterable[str] | None = None) -> int:
    """Return the bytes of the uploads that these visits, or all, have not let go of."""
    if not Runtime.exists():
        return 0
    kept = dict(Runtime.instance().uploaded_file_mgr.file_storage)
    names = kept if sessions is None else [name for name in sessions if name in kept]
    return sum(len(file.data) for name in names for file in list(kept[name].values()))


def is_this_machine(host: str, names: frozenset[str] = frozenset()) -> bool:
    """Return whether a ``Host`` can be no name of somebody else's that points at this machine.

    A foreign page may make its own name point here (DNS rebinding), and would then be of the same
    origin as the app. An address in digits and this machine's own names are nobody else's.

    Examples
    --------
    >>> [is_this_machine(host) for host in ("localhost:8501", "[::1]:8501", "192.0.2.7")]
    [True, True, True]
    >>> [is_this_machine(host) for host in ("evil.example:8501", "127.0.0.1.evil.example", "")]
    [False, False, False]
    """
    try:
        parts = urlsplit(f"//{host}")
        name, _ = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return False
    if "@" in host or parts.path or parts.query or parts.fragment:
        return False
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name in _own_names() | names
    return True


@cache
def _own_names() -> frozenset[str]:
    name = socket.gethostname().lower().rstrip(".")
    return frozenset({"localhost", name, f"{name.split('.')[0]}.local"}) - {""}


@cache
def policy() -> bytes:
    """Return the content security policy of the app's pages.

    Scripts only from this server, besides the two that the pages carry, known by their digests.
    WebAssembly may be compiled, text never run as a script. Streamlit writes its styles into the
    page; the map draws in a worker that it makes itself; the one other server is that of the
    optional online basemap.
    """
    basemap = " ".join(sorted({f"https://{urlsplit(url).hostname}" for url in ONLINE.values()}))
    page = Path(streamlit.__file__).parent / "static" / "index.html"
    inline = re.findall(r"<script>(.*?)</script>", page.read_text(encoding="utf-8"), re.S)
    digests = " ".join(f"'sha256-{_digest(code)}'" for code in (*inline, pulse.SCRIPT))
    rules = {
        "default-src": "'none'",
        "script-src": f"'self' 'wasm-unsafe-eval' {digests}",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": f"'self' data: blob: {basemap}",
        "font-src": "'self' data:",
        "media-src": "'self' blob:",
        "connect-src": f"'self' data: blob: {basemap}",
        "worker-src": "'self' blob:",
        "frame-src": "'self'",
        "manifest-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
    }
    return "; ".join(f"{name} {what}" for name, what in rules.items()).encode()


def _digest(code: str) -> str:
    return base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()


def _marking(send: Send, path: str) -> Send:
    """Return a sender that puts the headers on every answer."""
    more = (
        *HEADERS,
        (b"content-security-policy", _FILES if path.startswith("/media/") else policy()),
    )

    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            names = {name.lower() for name, _ in more}
            kept = [pair for pair in message.get("headers", []) if pair[0].lower() not in names]
            message["headers"] = [*kept, *more]
        await send(message)

    return marked


def _header(scope: Scope, name: bytes) -> str:
    """Return a header's value; "" when it is not there, or there more than once."""
    values = [value for key, value in scope["headers"] if key.lower() == name]
    return values[0].decode("latin-1") if len(values) == 1 else ""


async def _discard(receive: Receive) -> None:
    """Take in what was sent and keep none of it: who still sends does not read the answer."""
    more = True
    while more:
        message = await receive()
        more = message["type"] == "http.request" and bool(message.get("more_body"))


async def _answer(send: Send, status: int, words: bytes) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(words)).encode()),
        (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
        *HEADERS,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words})
