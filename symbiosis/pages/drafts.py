"""A declaration that is not saved yet, found again after a reload."""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from typing import Any

import streamlit as st

from symbiosis.flows.received import Grid, Received
from symbiosis.pages import session, worklist
from symbiosis.pages.caching import shared

DRAFT = "draft"
GRIDS, MAPPING, EQUAL_LINES, FILES = NAMES = "grids", "headers", "equal_lines", "received_files"
MOST = 40


@shared(1)
def _shelf() -> OrderedDict[str, tuple[str, dict[str, Any]]]:
    """Return the drafts of this server, the last touched at the end."""
    return OrderedDict()


def _reader() -> str:
    """Return what tells one reader from another: the account, and the browser."""
    agent = str(st.context.headers.get("User-Agent", ""))
    return f"{worklist.account()}|{st.context.ip_address}|{agent}"


def keep(names: tuple[str, ...]) -> None:
    """Hold on to these values of the visit, under a name that only its address bears."""
    token = st.session_state.setdefault(DRAFT, secrets.token_urlsafe(12))
    held = {name: st.session_state[name] for name in names if name in st.session_state}
    shelf = _shelf()
    shelf[token] = _reader(), held
    shelf.move_to_end(token)
    while len(shelf) > MOST:
        shelf.popitem(last=False)


def found() -> bool:
    """Bring back the draft that the address names; once, to the same account and browser."""
    token = st.query_params.get(DRAFT, "")
    if DRAFT in st.session_state or not token:
        return False
    reader, held = _shelf().get(token, ("", {}))
    if not held or reader != _reader():
        return False
    _shelf().pop(token, None)
    st.session_state.update(held)
    return True


def begin(received: Received) -> None:
    """Work on another declaration; nothing that was chosen for the one before holds for it."""
    for name in (MAPPING, EQUAL_LINES, session.DECLARED_ESTIMATES):
        st.session_state.pop(name, None)
    st.session_state[GRIDS] = received


def put(position: int, grid: Grid) -> None:
    """Put a corrected table in the place of one of the declaration, and check it again."""
    received: Received = st.session_state[GRIDS]
    st.session_state[GRIDS] = received.corrected(position, grid)
    st.rerun()


def digest(grid: Grid) -> str:
    """Return what tells one state of a table from another: its cells, and what was taken out."""
    text = f"{sorted(grid.sheet.removed)}{grid.cells.to_csv(index=False)}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]
