"""The end of a declaration: who may see it, and saving it."""

from __future__ import annotations

import streamlit as st

from symbiosis.flows import Flows
from symbiosis.maps import numbers
from symbiosis.pages import keeping, parts, reopening, session, worklist
from symbiosis.pages.words import _, language, n_
from symbiosis.storage import Receipt

RECEIPT = "receipt"


def offer(mine: Flows, origin: str, key: str) -> None:
    """Let a person choose who may see the declaration, and save it.

    Parameters
    ----------
    mine
        The good lines.
    origin
        Name of the file.
    key
        Changes with the contents: what was just saved is said until they change.
    """
    st.header(_("Save this declaration"), anchor=False)
    trouble = worklist.reachable()
    if trouble:
        st.warning(parts.plain(trouble))
        return
    names, meanings = _names(), _meanings()
    declared = bool((mine.mapping["field"] == "visibility").any()) if len(mine.mapping) else False
    choices = [v for v in keeping.VISIBILITIES if v or declared]
    chosen = st.radio(
        _("Who may see these flows"), choices, key="visibility", index=0,
        format_func=lambda v: names[v], captions=[meanings[v] for v in choices],
    )  # fmt: skip
    if keeping.alone():
        parts.note(
            _("This machine has no accounts: whoever uses it sees everything. The choice is kept "
              "and holds as soon as accounts are opened.")
        )  # fmt: skip
    replaces = reopening.compare(mine, str(chosen), key)
    if st.button(_("Save"), type="primary", icon=":material/save:", key="save"):
        receipt, refused = keeping.save(mine, origin, str(chosen), replaces=replaces)
        st.session_state[RECEIPT] = (key, receipt, refused)
    _said(key, len(mine.skipped[["file", "row"]].drop_duplicates()) if len(mine.skipped) else 0)


def _said(key: str, unsaved: int) -> None:
    """Say what the last save did, and what it left out, as long as the declaration is the same."""
    held: tuple[str, Receipt | None, str] = st.session_state.get(RECEIPT, ("", None, ""))
    if held[0] != key:
        return
    receipt, refused = held[1], held[2]
    if receipt is None:
        st.error(parts.plain(refused))
        return
    lang = language()
    st.success(
        _("Saved: {added} added, {changed} changed, {unchanged} as before.").format(
            added=numbers.number(receipt.added, lang),
            changed=numbers.number(receipt.changed, lang),
            unchanged=numbers.number(receipt.unchanged, lang),
        )
    )
    if receipt.removed:
        parts.note(
            n_("{count} flow was removed from the store.",
               "{count} flows were removed from the store.", receipt.removed,
            ).format(count=numbers.number(receipt.removed, lang))
        )  # fmt: skip
    if unsaved:
        st.warning(
            n_("{count} line was not saved: it stands above with what is wrong.",
               "{count} lines were not saved: they stand above with what is wrong.", unsaved,
            ).format(count=numbers.number(unsaved, lang))
        )  # fmt: skip
    if receipt.kept:
        parts.note(
            n_(
                "{count} flow of these firms that this table does not name stays in the store.",
                "{count} flows of these firms that this table does not name stay in the store.",
                receipt.kept,
            ).format(count=numbers.number(receipt.kept, lang))
        )
    if st.button(_("Open all saved declarations"), icon=":material/folder_open:"):
        st.session_state[session.OPENED] = session.SAVED
        st.switch_page(st.session_state["home_page"])


def _names() -> dict[str, str]:
    return {
        keeping.AS_DECLARED: _("As the table says"), "members": _("The members"),
        "public": _("Everyone"), "private": _("My territory alone"),
    }  # fmt: skip


def _meanings() -> dict[str, str]:
    return {
        keeping.AS_DECLARED: _("Line by line, by its column “visibility”."),
        "members": _("Firms, officers and analysts who are signed in. Prices and contacts: you and "
                     "the officer of your territory."),
        "public": _("Also whoever opens the app without signing in. Prices and contacts: you and "
                    "the officer of your territory."),
        "private": _("You, and the officer and analysts of your territory."),
    }  # fmt: skip
