"""An address that leads nowhere: a sentence and the way back."""

from __future__ import annotations

import streamlit as st

from symbiosis.pages import parts
from symbiosis.pages.words import _


def render() -> None:
    """Draw the page."""
    parts.title(
        _("This address leads nowhere"),
        _("The link may be old or cut short. Nothing is lost: choose a page in the menu."),
    )
    if st.button(_("Back to the map"), type="primary"):
        st.session_state.pop("asked", None)
        st.session_state["asked"] = ""
        st.switch_page(st.session_state["home_page"])


if __name__ == "__main__":
    render()
