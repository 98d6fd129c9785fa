"""What a page asks of the store: once in each run, however many parts of it want to know."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

T = TypeVar("T")
P = ParamSpec("P")
HELD = "held_for_this_run"


def begin() -> None:
    """Forget what the run before was told: roles and declarations may have changed since."""
    if get_script_run_ctx() is not None:
        st.session_state[HELD] = {}


def asking(function: Callable[P, T]) -> Callable[P, T]:
    """Return a run of a page, or of a part of it, that starts asking anew and then forgets.

    What a click calls runs before the next run begins: it must not act with the roles that its
    person had when the page was drawn.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        around = st.session_state.get(HELD)
        begin()
        try:
            return function(*args, **kwargs)
        finally:
            if around is None:
                st.session_state.pop(HELD, None)
            else:
                st.session_state[HELD] = around

    return run


def once(name: str, ask: Callable[[], T]) -> T:
    """Return what was answered in this run, or ask now; outside a run, always ask."""
    if get_script_run_ctx() is None or HELD not in st.session_state:
        return ask()
    held: dict[str, T] = st.session_state[HELD]
    if name not in held:
        held[name] = ask()
    return held[name]
