"""The worklist: from idea to running, one line a synergy, one sheet for the first call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from symbiosis.errors import SymbiosisError
from symbiosis.maps import Atlas, numbers
from symbiosis.pages import meetings, panel, parts, session, vocabulary, worklist
from symbiosis.pages.words import _, language, n_
from symbiosis.reports import Results, synergy_sheet
from symbiosis.reports.tables import csv_text
from symbiosis.study import Study

REFUSED, SAVED = "refused", "just_saved"
EDITED = ("stage", "owner", "date", "next_step", "note", "reason")


def render() -> None:
    """Draw the page."""
    parts.title(
        _("The synergies to carry"),
        _("From idea to running: who follows it, what comes next, and what it is worth."),
    )
    meetings.show()
    try:
        with st.spinner(_("Reading the territory, matching and measuring…")):
            study, atlas = session.study(), session.atlas()
        trouble = worklist.reachable()
        if trouble:
            st.warning(trouble)
            _preview(atlas)
            return
        table = worklist.of_study(study)
    except SymbiosisError as error:
        parts.refusal(error)
        return
    fresh = len(set(study.match.shipments["shipment_id"]) - set(table["shipment_id"]))
    if fresh and worklist.may_change() and st.button(
        n_(
            "Follow {count} exchange of the optimum",
            "Follow {count} exchanges of the optimum",
            fresh,
        ).format(count=numbers.number(fresh, language())),
        type="secondary" if len(table) else "primary", icon=":material/playlist_add:",
    ):  # fmt: skip
        worklist.follow(study)
        st.rerun()
    if not len(table):
        st.info(_("Nothing is followed yet. Here is what the optimum proposes, best first."))
        _preview(atlas)
        return
    _stages(table)
    _outcome()
    shown = _filtered(table)
    _editor(shown)
    _sheet(shown, study, atlas)


def _preview(atlas: Atlas) -> None:
    """Show the exchanges as they are, before any is followed."""
    best = atlas.shipments.sort_values("value_eur", ascending=False)
    st.dataframe(
        _columns(best), hide_index=True, width="stretch", height=520, column_config=_widths()
    )


def _widths() -> dict[str, Any]:
    return {
        _("Material"): st.column_config.TextColumn(width=250),
        _("Gives"): st.column_config.TextColumn(width=190),
        _("Takes"): st.column_config.TextColumn(width=190),
    }


def _columns(table: pd.DataFrame) -> pd.DataFrame:
    lang = language()
    label = table["label_fr" if lang == "fr" else "label_en"]
    emissions = "emissions_avoided_tco2e"
    emissions = emissions if emissions in table else f"{emissions}_central"
    return pd.DataFrame(
        {
            _("Material"): label.str[:1].str.upper() + label.str[1:],
            _("Gives"): table["offer_firm"],
            _("Takes"): table["need_firm"],
            _("Quantity"): [
                numbers.amount(q, u, lang)
                for q, u in zip(table["quantity"], table["unit"], strict=True)
            ],
            _("Emissions avoided"): [
                vocabulary.said("emissions_avoided_tco2e", v) for v in table[emissions]
            ],
            _("Net gain"): [numbers.euros(v, lang) for v in table["net_gain_eur"]],
        },
        index=table.index,
    )


def _stages(table: pd.DataFrame) -> None:
    names = vocabulary.stages()
    counts = table["stage"].value_counts()
    parts.cards(
        parts.Card(words, numbers.number(int(counts.get(stage, 0)), language()))
        for stage, words in names.items()
    )


def _filtered(table: pd.DataFrame) -> pd.DataFrame:
    """Keep the stages, the firm and the words that the reader asks for."""
    names = vocabulary.stages()
    one, two = st.columns([2, 1], vertical_alignment="bottom")
    chosen = one.pills(
        _("Stages"), list(names), default=["idea", "contact", "study", "running"],
        selection_mode="multi", format_func=lambda stage: names[stage], key="stages",
    )  # fmt: skip
    words = two.text_input(_("Search"), key="search", placeholder=_("a firm, a material…"))
    catalogue = session.catalogue()
    named = table.assign(
        label_fr=[catalogue.label(m, "fr") for m in table["material"]],
        label_en=[catalogue.label(m, "en") for m in table["material"]],
    )
    kept = named[named["stage"].isin(chosen)]
    if words:
        text = kept[["offer_firm", "need_firm", "label_fr", "label_en", "owner"]]
        found = text.apply(lambda c: c.astype(str).str.contains(words, case=False, regex=False))
        kept = kept[found.any(axis=1)]
    gone = int((kept["shipment_id"] == "").sum())
    if gone:
        parts.note(
            n_(
                "{count} followed earlier is no longer in the optimum; it stays here.",
                "{count} followed earlier are no longer in the optimum; they stay here.",
                gone,
            ).format(count=numbers.number(gone, language()))
        )
    return kept.reset_index(drop=True)


def _editor(table: pd.DataFrame) -> None:
    """Show the list; each change is saved at once, unless someone else was quicker."""
    if not len(table):
        st.info(_("No synergy passes these filters. Widen one of them."))
        return
    names = vocabulary.stages()
    heads = {
        "stage": _("Stage"), "owner": _("Followed by"), "date": _("Date"),
        "next_step": _("Next step"), "note": _("Note"), "reason": _("Reason if dropped"),
    }  # fmt: skip
    editable = table[list(EDITED)].fillna("").astype(str)
    editable["stage"] = editable["stage"].map(names)
    shown = pd.concat([_columns(table), editable.rename(columns=heads)], axis=1)
    key = f"list_{hash(tuple(zip(table['synergy_id'], table['version'], strict=True)))}"
    seen = [(str(i), int(v)) for i, v in zip(table["synergy_id"], table["version"], strict=True)]
    st.data_editor(
        shown, key=key, hide_index=True, width="stretch", height=430,
        on_change=_save, args=(key, seen, heads),
        disabled=list(_columns(table).columns) if worklist.may_change() else True,
        column_order=_order(heads),
        column_config=_widths()
        | {
            heads["stage"]: st.column_config.SelectboxColumn(options=list(names.values()),
                                                             required=True),
            heads["date"]: st.column_config.TextColumn(help=_("YYYY-MM-DD")),
        },
    )  # fmt: skip
    st.download_button(
        _("Export this list (CSV)"), data=lambda: csv_text(shown).encode("utf-8-sig"),
        file_name=_("synergies.csv"), mime="text/csv", icon=":material/download:",
    )  # fmt: skip


def _order(heads: Mapping[str, str]) -> list[str]:
    """Return the columns in the order in which an officer reads them."""
    return [
        _("Material"), _("Gives"), _("Takes"), heads["stage"], heads["owner"], heads["next_step"],
        _("Quantity"), _("Emissions avoided"), _("Net gain"), heads["date"], heads["note"],
        heads["reason"],
    ]  # fmt: skip


def _save(key: str, seen: Sequence[tuple[str, int]], heads: Mapping[str, str]) -> None:
    """Save the cells just changed, against the versions that the person had before their eyes."""
    stages = {words: stage for stage, words in vocabulary.stages().items()}
    names = {words: name for name, words in heads.items()}
    for row, cells in st.session_state[key]["edited_rows"].items():
        changes = {names[head]: str(value or "") for head, value in cells.items()}
        if "stage" in changes:
            changes["stage"] = stages.get(changes["stage"], changes["stage"])
        _told(worklist.update(*seen[int(row)], changes), cells.values())


def _told(refused: str, written: Iterable[object]) -> None:
    """Remember for the next drawing that a change was saved, or why not and what it was."""
    if refused:
        lost = _("You had written: {what}.").format(what=", ".join(str(v or "–") for v in written))
        st.session_state.setdefault(REFUSED, []).append(f"{refused} {lost}")
    else:
        st.session_state[SAVED] = True


def _outcome() -> None:
    """Say what became of the last change."""
    for words in st.session_state.pop(REFUSED, []):
        st.error(words)
    if st.session_state.pop(SAVED, False):
        st.toast(_("Saved"))


def _sheet(table: pd.DataFrame, study: Study, atlas: Atlas) -> None:
    """Show one synergy with everything for the first call, and its printable sheet."""
    st.header(_("One synergy"), anchor=False)
    if not len(table):
        return
    rows: dict[str, Mapping[Any, Any]] = {
        str(row["synergy_id"]): row for row in table.to_dict("records")
    }
    chosen = st.selectbox(
        _("Which one"), list(rows), key="synergy",
        format_func=lambda key: _title(rows[key]),
    )  # fmt: skip
    row = rows[chosen]
    shipment = str(row["shipment_id"])
    left, right = st.columns([3, 2], gap="large")
    with left:
        found = atlas.shipments[atlas.shipments["shipment_id"] == shipment]
        if len(found):
            panel.exchange_card(found.iloc[0].to_dict(), study)
    with right:
        if worklist.may_change():
            _advance(row)
        _history(chosen)
        if shipment:
            st.download_button(
                _("Printable sheet (PDF)"),
                data=lambda: synergy_sheet(Results.of(study), shipment, language()),
                file_name=_("synergy.pdf"), mime="application/pdf", icon=":material/print:",
            )  # fmt: skip


def _advance(row: Mapping[Any, Any]) -> None:
    """Change the stage of one synergy without the table: for the keyboard and the telephone."""
    names, key, version = vocabulary.stages(), str(row["synergy_id"]), int(row["version"])
    widget = f"stage_{key}_{version}"
    stage = st.selectbox(
        _("Move it on"), list(names), index=list(names).index(str(row["stage"])),
        format_func=lambda name: names[name], key=widget,
    )  # fmt: skip
    if stage == "dropped":
        st.text_input(_("Reason if dropped"), key=f"reason_{key}")
    st.button(
        _("Save the stage"), disabled=stage == row["stage"], on_click=_move,
        args=(key, version, widget),
    )  # fmt: skip


def _move(key: str, version: int, widget: str) -> None:
    """Save the stage chosen, against the version that the person had before their eyes."""
    stage = str(st.session_state[widget])
    changes = {"stage": stage}
    if stage == "dropped":
        changes["reason"] = str(st.session_state.get(f"reason_{key}", ""))
    said = [vocabulary.stages()[stage], *list(changes.values())[1:]]
    _told(worklist.update(key, version, changes), said)


def _title(row: Mapping[Any, Any]) -> str:
    label = row["label_fr" if language() == "fr" else "label_en"]
    return f"{row['offer_firm']} → {row['need_firm']} · {label}"


def _history(synergy_id: str) -> None:
    """Show what officers did with a synergy, to officers."""
    events = worklist.history(synergy_id)
    if events is None:
        return
    parts.strong(_("History"))
    stages = vocabulary.stages()
    lines = []
    for event in events.head(8).to_dict("records"):
        after = stages.get(str(event["after"]), str(event["after"]))
        before = stages.get(str(event["before"]), str(event["before"])) or "–"
        lines.append((f"{before} → {after}", "", f"{str(event['at'])[:16]} · {event['by']}"))
    parts.rows(lines or [(_("Nothing happened yet."), "", "")])


if __name__ == "__main__":
    render()
