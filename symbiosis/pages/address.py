"""The view kept in the browser's address, so that it can be shared, and across pages.

Streamlit forgets a widget's value when another page is shown: what must last is copied into one
dictionary of the session, and from there into the address.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

import streamlit as st

from symbiosis.maps import View
from symbiosis.maps.view import DEFAULT_TOP
from symbiosis.pages import drafts, session
from symbiosis.pages.words import LANG, language

KEPT = "kept"
SHORT = MappingProxyType(
    {
        "territory": "t", "communes": "c", "groups": "m", "sectors": "s", "hierarchies": "h",
        "confidences": "q", "max_km": "km", "min_quantity": "min", "top": "n", "focus": "f",
    }
)  # fmt: skip
MANY = frozenset({"communes", "groups", "sectors", "hierarchies", "confidences"})
NUMBERS = frozenset({"max_km", "min_quantity", "top"})
DEFAULTS: MappingProxyType[str, Any] = MappingProxyType(
    {
        "territory": "", "communes": [], "groups": [], "sectors": [], "hierarchies": [],
        "confidences": [], "max_km": 0.0, "min_quantity": 0.0, "top": DEFAULT_TOP, "focus": "",
    }
)  # fmt: skip


def kept() -> dict[str, Any]:
    """Return what the visit holds on to, read from the address at the first call."""
    if KEPT not in st.session_state:
        st.session_state[KEPT] = {name: _from_address(name) for name in DEFAULTS}
    held: dict[str, Any] = st.session_state[KEPT]
    return held


def _from_address(name: str) -> Any:
    text = st.query_params.get(SHORT[name], "")
    default = DEFAULTS[name]
    if not text:
        return list(default) if name in MANY else default
    if name in MANY:
        return [part for part in text.split("~") if part]
    if name in NUMBERS:
        return _number(text, default)
    return text


def _number(text: str, default: float) -> float:
    """Read a number of the address; a hand-made address may hold anything."""
    try:
        value = float(text)
    except ValueError:
        return default
    return type(default)(value) if 0 <= value < 1e9 else default


def offer(name: str, choices: Sequence[Any] | None = None) -> str:
    """Prepare a widget's key with the value held, and return the key.

    Parameters
    ----------
    name
        One of `DEFAULTS`.
    choices
        What the widget can take; held values that it cannot take are dropped.
    """
    key = f"view_{name}"
    held = kept()[name]
    if choices is not None:
        held = [v for v in held if v in choices] if name in MANY else held
        held = held if name in MANY or held in choices else DEFAULTS[name]
        kept()[name] = held
    st.session_state[key] = held
    return key


def keep(name: str, value: Any) -> None:
    """Hold on to a value."""
    kept()[name] = value


def view() -> View:
    """Return the filters held."""
    held = kept()
    return View(
        territory=held["territory"],
        communes=tuple(held["communes"]),
        groups=tuple(held["groups"]),
        sectors=tuple(held["sectors"]),
        hierarchies=tuple(held["hierarchies"]),
        confidences=tuple(held["confidences"]),
        max_km=held["max_km"] or None,
        min_quantity=held["min_quantity"],
    )


def publish(page: str = "") -> None:
    """Write the language and what differs from the defaults into the address of a page."""
    wanted = {LANG: language()}
    if page == "declarer" and drafts.DRAFT in st.session_state:
        wanted[drafts.DRAFT] = st.session_state[drafts.DRAFT]
    if session.opened() not in (session.openable()[0], session.UPLOADED):
        wanted["data"] = session.opened()
    if session.scenario().use_estimated:
        wanted[session.ESTIMATED] = "1"
    for name, value in kept().items():
        if value != DEFAULTS[name]:
            wanted[SHORT[name]] = "~".join(value) if name in MANY else _text(value)
    if dict(st.query_params) != wanted:
        st.query_params.from_dict(wanted)


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def changed(name: str) -> None:
    """Hold on to what a widget was just set to; the callback of every widget offered here."""
    kept()[name] = st.session_state[f"view_{name}"]
