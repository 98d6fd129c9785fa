"""Our own faults as a sentence: no traceback reaches a reader."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any

import streamlit as st

from symbiosis.pages.words import _

LOG = logging.getLogger("symbiosis.pages")


def guarded(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a part of a page that says so when it fails, and leaves its traceback in the log."""

    @functools.wraps(function)
    def safe(*args: Any, **kwargs: Any) -> Any:
        """Run the part; what it raises goes to the log, and words to the reader."""
        try:
            return function(*args, **kwargs)
        except Exception:
            LOG.exception("a page failed")
            st.error(
                _(
                    "Something went wrong on our side; your data is untouched. Reload the page, "
                    "and if it happens again, send the last lines of the app's log to the "
                    "maintainers."
                )
            )
            return None

    return safe
