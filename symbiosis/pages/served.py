"""The app as a part of a larger server: ``symbiosis serve`` puts the HTTP interface beside it."""

from __future__ import annotations

from functools import cache

import streamlit as st
from streamlit.starlette import App

from symbiosis import bundled


@cache
def application() -> App:
    """Return the app, ready for a server of the kind called ASGI."""
    return App(bundled.home() / "app.py")


def signs_in() -> bool:
    """Return whether an identity provider is configured (an ``[auth]`` section of the secrets)."""
    # Making the app first tells Streamlit where its own settings are: reading the secrets before
    # would fix the settings of the working directory, usage statistics included.
    application()
    return bool(st.secrets.load_if_toml_exists() and "auth" in st.secrets)
