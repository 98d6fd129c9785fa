"""One synergy carried on: its stage, who follows it, what comes next, and what happened so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from symbiosis.maps import numbers
from symbiosis.maps.lists import day, kept, moment
from symbiosis.pages import parts, vocabulary, worklist
from symbiosis.pages.words import _, language

REFUSED, SAVED = "refused", "just_saved"
SHOWN = 8
Row = Mapping[Any, Any]


def form(row: Row) -> None:
    """Change one synergy without the table: on the telephone, by keyboard, during a call.

    Parameters
    ----------
    row
        A row of the worklist.
    """
    names, key = vocabulary.stages(), f"{row['synergy_id']}_{row['version']}"
    with st.form(f"carry_{key}", border=True):
        st.selectbox(
            _("Move it on"), list(names), index=list(names).index(str(row["stage"])),
            format_func=lambda name: names[name], key=f"stage_{key}",
        )  # fmt: skip
        left, right = st.columns(2)
        left.text_input(_("Followed by"), _text(row["owner"]), key=f"owner_{key}")
        right.text_input(
            _("Date (DD/MM/YYYY)"), day(row["date"]), key=f"date_{key}", autocomplete="off"
        )
        st.text_input(_("Next step"), _text(row["next_step"]), key=f"next_step_{key}")
        st.text_area(_("Note"), _text(row["note"]), key=f"note_{key}", height=90)
        st.text_input(
            _("Reason if dropped"), _text(row["reason"]), key=f"reason_{key}",
            help=_("So that nobody starts it again in vain."),
        )  # fmt: skip
        st.form_submit_button(
            _("Save the follow-up"),
            type="primary",
            width="stretch",
            on_click=_save,
            args=(row, key),
        )


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _save(row: Row, key: str) -> None:
    """Save what was changed, against the version that the person had before their eyes."""
    found = {
        name: str(st.session_state[f"{name}_{key}"] or "")
        for name in ("stage", "owner", "date", "next_step", "note", "reason")
    }
    found["date"] = kept(found["date"])
    changes = {name: value for name, value in found.items() if value != _text(row[name])}
    if changes:
        said = [vocabulary.stages().get(value, value) for value in changes.values()]
        told(worklist.update(str(row["synergy_id"]), int(row["version"]), changes), said)


def told(refused: str, written: Iterable[object]) -> None:
    """Remember for the next drawing that a change was saved, or why not and what it was."""
    if refused:
        lost = _("You had written: {what}.").format(what=", ".join(str(v or "–") for v in written))
        st.session_state.setdefault(REFUSED, []).append(f"{refused} {lost}")
    else:
        st.session_state[SAVED] = True


def outcome() -> None:
    """Say what became of the last change."""
    for words in st.session_state.pop(REFUSED, []):
        st.error(parts.plain(words))
    if st.session_state.pop(SAVED, False):
        st.toast(_("Saved"))


def history(synergy_id: str) -> None:
    """Show what officers did with a synergy, to officers.

    Parameters
    ----------
    synergy_id
        Identifier of the synergy.
    """
    events = worklist.history(synergy_id)
    if events is None:
        return
    parts.strong(_("History"))
    lines = [_line(event) for event in events.head(SHOWN).to_dict("records")]
    parts.rows(lines or [(_("Nothing happened yet."), "", "")])


def _line(event: Row) -> tuple[str, str, str]:
    field, names = str(event["field"]), vocabulary.followed()
    before, after = (_said(field, event[side]) for side in ("before", "after"))
    what = _("{field}: {before} → {after}").format(
        field=names.get(field, field), before=before, after=after
    )
    return what, "", f"{moment(event['at'], language())} · {event['by']}"


def _said(field: str, value: object) -> str:
    if value in (None, ""):
        return "–"
    if field == "likelihood":
        return numbers.percent(float(str(value)), language())
    if field == "date":
        return day(value)
    return vocabulary.stages().get(str(value), str(value)) if field == "stage" else str(value)
