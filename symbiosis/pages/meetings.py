"""Partners whom a firm may agree to meet; a private one is a distance until both have agreed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from symbiosis.maps import numbers
from symbiosis.pages import parts, session, signing, worklist
from symbiosis.pages.words import _, language

LISTED = 8
REFUSED, STEPPED = "meeting_refused", "meeting_stepped"
Row = Mapping[Any, Any]


def show() -> None:
    """Draw the meetings of this person's firms, where people sign in; nothing otherwise."""
    here = signing.visit()
    if not here.asked or here.outside or session.opened() != session.SAVED:
        return
    table = _shown(worklist.meetings())
    if not len(table):
        return
    st.header(_("Meeting each other"), anchor=False)
    parts.note(
        _("A private partner is only a distance: neither side learns who the other is, nor how "
          "much, until both agree to meet. Each step is logged.")
    )  # fmt: skip
    _outcome()
    whole = len(table) <= LISTED or st.toggle(
        _("Show all {count}").format(count=numbers.number(len(table), language())),
        key="all_meetings",
    )
    for row in (table if whole else table.head(LISTED)).to_dict("records"):
        _line(row)


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    """Keep for an officer what is begun, and what nobody else can begin for want of a name."""
    if not len(table) or not worklist.may_change():
        return table
    return table[table["hidden"] | (table["state"] != "none")]


def _line(row: Row) -> None:
    lang = language()
    label = str(session.catalogue().label(row["material"], lang))
    direction = _("goes out") if row["side"] == "offer" else _("comes in")
    with st.container(border=True):
        said, button = st.columns([3, 1], vertical_alignment="center")
        with said:
            parts.strong(f"{row['firm']} · {label[:1].upper()}{label[1:]} · {direction}")
            parts.note(_partner(row))
            parts.note(_state(row))
            if row["state"] == "agreed":
                parts.pairs(_opened(row))
        with button:
            _button(row)


def _partner(row: Row) -> str:
    if row["hidden"]:
        return worklist.hint(str(row["side"]), float(row["within_km"]))
    return _("{partner}, {distance} by road").format(
        partner=row["partner"], distance=numbers.kilometres(row["distance_km"], language())
    )


def _state(row: Row) -> str:
    said = {
        "none": _("Nobody has proposed to meet yet."),
        "waiting": _("Proposed by {firm}; the other side has not answered yet."),
        "asked": _("The other side proposes to meet."),
        "agreed": _("Both sides agree to meet."),
    }
    return said[str(row["state"])].format(firm=row["firm"])


def _opened(row: Row) -> list[tuple[str, str]]:
    """Return what the two learn of each other."""
    return [
        (_("Partner"), str(row["partner"])),
        (_("Contact"), str(row["contact"]) or _("not given")),
        (_("Quantity"), numbers.amount(row["quantity"], str(row["unit"]), language())),
    ]


def _button(row: Row) -> None:
    """Offer the one step that this side may take."""
    name = str(row["meeting_id"])
    words = {
        "none": _("Propose to meet"), "asked": _("Agree to meet"),
        "waiting": _("Withdraw the proposal"), "agreed": _("Withdraw the agreement"),
    }  # fmt: skip
    agrees = row["state"] in {"none", "asked"}
    st.button(
        words[str(row["state"])], key=f"meet_{name}", on_click=_step, args=(name, agrees),
        type="primary" if row["state"] == "asked" else "secondary", width="stretch",
        icon=":material/handshake:" if agrees else ":material/undo:",
    )  # fmt: skip


def _step(meeting_id: str, agrees: bool) -> None:
    """Take the step, and remember for the next drawing what became of it."""
    refused = worklist.meet(meeting_id, agrees=agrees)
    st.session_state[REFUSED if refused else STEPPED] = refused or True


def _outcome() -> None:
    """Say what became of the last step."""
    refused = st.session_state.pop(REFUSED, "")
    if refused:
        st.error(parts.plain(refused))
    if st.session_state.pop(STEPPED, False):
        st.toast(_("Saved"))
