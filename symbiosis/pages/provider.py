"""The identity provider: what the ``[auth]`` section of the secrets says, and what it lacks.

Only the names of the keys are ever told, never a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit import config

SHARED = ("redirect_uri", "cookie_secret")
OF_A_PROVIDER = ("client_id", "client_secret", "server_metadata_url")
CALLBACK = "/oauth2callback"
# A cookie is signed by HMAC-SHA256: its key should be as long as the digest (RFC 7518, 3.2), bytes.
SHORTEST_SECRET = 32
_HERE = {"required": False}


def section(name: str = "auth") -> Mapping[str, Any]:
    """Return a section of the secrets; empty when there is none."""
    found = st.secrets.get(name) if st.secrets.load_if_toml_exists() else None
    return found if isinstance(found, Mapping) else {}


def configured() -> bool:
    """Return whether people sign in here."""
    return _HERE["required"] or bool(section())


def require() -> None:
    """Let nobody in without signing in from now on, whatever becomes of the file of secrets.

    Streamlit reads that file again when it changes; a slip of the pen in it must shut the door of a
    running server, not open it.
    """
    _HERE["required"] = True


def unreadable() -> str:
    """Return the file of secrets that is there and cannot be read; "" when all is well."""
    if st.secrets.load_if_toml_exists():
        return ""
    files = [str(path) for path in config.get_option("secrets.files")]
    return next((path for path in files if Path(path).is_file()), "")


def names() -> list[str]:
    """Return the providers to choose from; "" is the one that has no name of its own."""
    found = section()
    unnamed = [""] if any(key in found for key in OF_A_PROVIDER) else []
    return unnamed + [str(key) for key, value in found.items() if _is_provider(value)]


def _is_provider(value: Any) -> bool:
    return isinstance(value, Mapping) and any(key in value for key in OF_A_PROVIDER)


def missing() -> list[str]:
    """Return what keeps the section from working, as names of keys: ``auth.client_id``.

    A key is named too when its value cannot work: an address to come back to that is not
    ``…/oauth2callback``, a secret that is too short to sign with.
    """
    found = section()
    lacking = [f"auth.{key}" for key in SHARED if not found.get(key)]
    if found.get("redirect_uri") and not str(found["redirect_uri"]).endswith(CALLBACK):
        lacking.append("auth.redirect_uri")
    if 0 < len(str(found.get("cookie_secret", "")).encode()) < SHORTEST_SECRET:
        lacking.append("auth.cookie_secret")
    for name in names() or [""]:
        of_it = found[name] if name else found
        prefix = f"auth.{name}." if name else "auth."
        lacking += [prefix + key for key in OF_A_PROVIDER if not of_it.get(key)]
    return lacking


def vouches() -> bool:
    """Return whether an address counts as verified when the provider is silent about it.

    Off unless ``[symbiosis] addresses_are_verified = true``: for a provider that knows only the
    addresses of its own organisation and does not send ``email_verified``.
    """
    return section("symbiosis").get("addresses_are_verified") is True


def claims() -> dict[str, Any]:
    """Return what the provider says of whoever is here; empty when nobody signed in."""
    if not getattr(st.user, "is_logged_in", False):
        return {}
    told = dict(st.user)
    if vouches():
        told.setdefault("email_verified", True)
    return told
