"""The app as a part of a larger server: ``symbiosis serve`` puts the HTTP interface beside it."""

from __future__ import annotations

from functools import cache

from streamlit.starlette import App

from symbiosis import bundled
from symbiosis.errors import StorageError, say
from symbiosis.pages import provider


@cache
def application() -> App:
    """Return the app, ready for a server of the kind called ASGI."""
    return App(bundled.home() / "app.py")


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
