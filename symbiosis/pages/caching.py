"""Streamlit's decorators with the types of what they decorate."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar, cast

import streamlit as st

from symbiosis.pages.guard import guarded
from symbiosis.pages.once import begin

F = TypeVar("F", bound=Callable[..., Any])


def shared(most: int) -> Callable[[F], F]:
    """Keep what a function returns for every visit, at most so many results at a time.

    Parameters whose names begin with an underscore are not part of the key.
    """
    return cast("Callable[[F], F]", st.cache_resource(show_spinner=False, max_entries=most))


def fragment(function: F) -> F:
    """Run a part of a page again on its own."""

    @functools.wraps(function)
    def fresh(*args: Any, **kwargs: Any) -> Any:
        begin()
        return function(*args, **kwargs)

    return cast("F", st.fragment(guarded(fresh)))
