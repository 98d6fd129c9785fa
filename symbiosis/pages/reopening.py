"""A saved declaration that is opened again, and what saving a declaration would change."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from symbiosis.errors import StorageError
from symbiosis.flows import Flows
from symbiosis.flows.contract import fields
from symbiosis.flows.received import from_frame
from symbiosis.maps import numbers
from symbiosis.pages import drafts, keeping, parts, session, worklist
from symbiosis.pages.words import _, language, n_

LISTED = 200
"""Changes that are listed; the counts are of all."""


def offer() -> None:
    """Let a person open saved declarations again; nothing where none is theirs to change."""
    firms = keeping.own_firms()
    if not len(firms):
        return
    names = {
        firm_id: n_("{firm} ({count} flow)", "{firm} ({count} flows)", count).format(
            firm=name, count=numbers.number(count, language())
        )
        for firm_id, name, count in firms[["firm_id", "name", "flows"]].to_numpy().tolist()
    }
    parts.strong(_("Or change what you saved"))
    left, right = st.columns([4, 1], gap="small", vertical_alignment="bottom")
    chosen = left.multiselect(
        _("Saved firms"), list(names), format_func=lambda firm: names[firm], key="reopened",
        placeholder=_("Choose one or several"),
    )  # fmt: skip
    if right.button(_("Open again"), icon=":material/edit:", disabled=not chosen, width="stretch"):
        _open(chosen)


def _open(firm_ids: list[str]) -> None:
    try:
        firms, lines = keeping.reopened(firm_ids)
    except StorageError as error:
        st.error(parts.plain(worklist.sentence(error)))
        return
    received = from_frame(_("Saved firms"), _filled(firms))
    if len(lines):
        received = received.joined(from_frame(_("Saved flows"), _filled(lines)))
    drafts.begin(received)
    st.rerun()


def _filled(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table less the columns in which nobody wrote anything."""
    return table.loc[:, (table.notna() & (table != "")).any()]


def compare(mine: Flows, visibility: str, key: str) -> bool:
    """Show what saving would change, and return whether what is not named is to be removed.

    Parameters
    ----------
    mine
        The good lines.
    visibility
        Who may see them, as chosen.
    key
        Changes with the contents of the declaration.
    """
    changes = keeping.compared(mine, visibility) if len(keeping.own_firms()) else None
    if changes is None or (len(changes) and (changes["action"] == "added").all()):
        return False  # nothing of it is saved yet
    counts = changes.drop_duplicates("key")["action"]
    count = {action: int((counts == action).sum()) for action in ("added", "changed")}
    missing = int((changes["action"] == "missing").sum())
    if len(changes) == 0:
        parts.note(_("Compared with what is saved: nothing changes."))
        return False
    lang = language()
    words = _("Compared with what is saved: new, {added}; changed, {changed}; not named, {missing}")
    figures = {**count, "missing": missing}
    told = words.format(**{name: numbers.number(n, lang) for name, n in figures.items()})
    with st.expander(told, expanded=True):
        shown = _written(changes.head(LISTED))
        st.dataframe(shown, hide_index=True, width="stretch", key=f"changes_{key}")
        if len(changes) > LISTED:
            parts.note(_("The first {count} are shown.").format(count=numbers.number(LISTED, lang)))
    return bool(missing) and st.checkbox(
        n_("Remove the saved flow that this table does not name",
           "Remove the {count} saved flows that this table does not name", missing,
          ).format(count=numbers.number(missing, lang)),
        key=f"replaces_{key}", help=_("Otherwise they stay as they were saved."),
    )  # fmt: skip


def _written(changes: pd.DataFrame) -> pd.DataFrame:
    lang = language()
    actions = {"added": _("new"), "changed": _("changed"), "missing": _("not named")}
    sides = {"offer": _("goes out"), "need": _("comes in"), "": ""}
    known = fields()
    labels = {name: f.label_fr if lang == "fr" else f.label_en for name, f in known.items()}
    labels["extra"] = _("Other columns")
    label = session.catalogue().label
    return pd.DataFrame(
        {
            _("What"): [actions[action] for action in changes["action"]],
            _("Firm"): changes["firm"].astype(str),
            _("Direction"): [sides[side] for side in changes["direction"]],
            _("Material"): [str(label(m, lang)) if m else "" for m in changes["material"]],
            _("Column"): [labels.get(name, name) for name in changes["field"]],
            _("Saved"): [_cell(value, lang) for value in changes["before"]],
            _("In this table"): [_cell(value, lang) for value in changes["after"]],
        }
    )


def _cell(value: object, lang: str) -> str:
    if value is None:
        return ""
    return numbers.plain(value, lang) if isinstance(value, float) else str(value)
