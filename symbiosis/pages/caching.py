"""Streamlit's decorators with the types of what they decorate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import streamlit as st

from symbiosis.pages.guard import guarded
from symbiosis.pages.once import asking

F = TypeVar("F", bound=Callable[..., Any])


def shared(most: int) -> Callable[[F], F]:
    """Keep what a function returns for every visit, at most so many results at a time.

    Parameters whose names begin with an underscore are not part of the key.
    """
    return cast("Callable[[F], F]", st.cache_resource(show_spinner=False, max_entries=most))


def fragment(function: F) -> F:
    """Run a part of a page again on its own."""
    return cast("F", st.fragment(guarded(asking(function))))
