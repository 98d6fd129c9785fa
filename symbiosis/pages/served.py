"""The app as a server of the kind called ASGI: alone, or with the HTTP interface beside it."""

from __future__ import annotations

import asyncio
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from starlette.middleware import Middleware
from streamlit import config
from streamlit.starlette import App
from streamlit.web.server.server_util import get_display_address, get_url

from symbiosis import bundled
from symbiosis.errors import StorageError, say
from symbiosis.pages import provider
from symbiosis.pages.door import Door

_UNTIL_IT_LISTENS_S = 0.5


def door(names: frozenset[str] = frozenset()) -> list[Middleware]:
    """Return what stands before every page and file of the app.

    Parameters
    ----------
    names
        Further names of this server, for single-user mode.
    """
    return [Middleware(Door, names=names)]


@asynccontextmanager
async def opening(app: App) -> AsyncIterator[dict[str, Any]]:
    """Open the reader's browser where ``symbiosis app`` found a display."""
    del app
    if not config.get_option("server.headless"):
        address = get_url(get_display_address(config.get_option("server.address") or "localhost"))
        asyncio.get_running_loop().call_later(_UNTIL_IT_LISTENS_S, webbrowser.open, address)
    yield {}


@cache
def application(names: frozenset[str] = frozenset()) -> App:
    """Return the app for ``symbiosis serve``; `names` are those of `door`."""
    return App(bundled.home() / "app.py", middleware=door(names))


def signs_in() -> bool:
    """Return whether an identity provider is configured (an ``[auth]`` section of the secrets).

    From then on nobody is let in without it.

    Raises
    ------
    StorageError
        If the file of secrets cannot be read, or if its section lacks a key: a server that was
        meant to ask who is there never starts without asking.
    """
    # Making the app first tells Streamlit where its own settings are: reading the secrets before
    # would fix the settings of the working directory, usage statistics included.
    application()
    broken = provider.unreadable()
    if broken:
        raise StorageError(say("{file} cannot be read: correct its TOML.", file=broken))
    if not provider.configured():
        return False
    lacking = provider.missing()
    if lacking:
        raise StorageError(
            say(
                "The sign-in is not complete: give these keys of secrets.toml a value that works "
                "(docs/SECURITY.md): {keys}.",
                keys=", ".join(lacking),
            )
        )
    provider.require()
    return True
