"""What a page asks of the store: once in each run, however many parts of it want to know."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

T = TypeVar("T")
HELD = "held_for_this_run"


def begin() -> None:
    """Forget what the run before was told: roles and declarations may have changed since."""
    if get_script_run_ctx() is not None:
        st.session_state[HELD] = {}


def once(name: str, ask: Callable[[], T]) -> T:
    """Return what was answered in this run, or ask now; outside a run, always ask."""
    if get_script_run_ctx() is None or HELD not in st.session_state:
        return ask()
    held: dict[str, T] = st.session_state[HELD]
    if name not in held:
        held[name] = ask()
    return held[name]
