"""The worklist: from idea to running, one line a synergy, one sheet for the first call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from symbiosis.errors import SymbiosisError
from symbiosis.maps import Atlas, numbers
from symbiosis.pages import carried, lists, meetings, panel, parts, session, vocabulary, worklist
from symbiosis.pages.words import _, distinct, language, n_
from symbiosis.reports import Results, synergy_sheet
from symbiosis.reports.listed import list_xlsx
from symbiosis.reports.tables import csv_text
from symbiosis.study import Study

EDITED = ("stage", "owner", "date", "next_step", "note", "reason", "likelihood")
MOST = 500
"""Lines shown at once; the export holds all of them."""


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
            st.warning(parts.plain(trouble))
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
        refused = worklist.follow(study)
        if not refused:
            st.rerun()
        st.error(refused)
    if not len(table):
        st.info(_("Nothing is followed yet. Here is what the optimum proposes, best first."))
        _preview(atlas)
        return
    _stages(table)
    carried.outcome()
    shown = _filtered(table)
    _editor(shown)
    _sheet(shown, study, atlas)


def _preview(atlas: Atlas) -> None:
    """Show the exchanges as they are, before any is followed."""
    best = atlas.shipments.sort_values("value_eur", ascending=False)
    lists.cut(len(best), MOST)
    st.dataframe(
        lists.written(best.head(MOST)), hide_index=True, width="stretch", height=520,
        column_config=_widths(),
    )  # fmt: skip


def _widths() -> dict[str, Any]:
    return {
        words: st.column_config.TextColumn(width=width)
        for words, width in ((_("Material"), 200), (_("Gives"), 150), (_("Takes"), 150))
    }


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
    labels = {
        m: [catalogue.label(m, lang) for lang in ("fr", "en")] for m in set(table["material"])
    }
    named = table.assign(
        label_fr=[labels[m][0] for m in table["material"]],
        label_en=[labels[m][1] for m in table["material"]],
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
    heads = vocabulary.followed()
    parts.note(
        _("Best first: what it is worth to the territory, times its likelihood. Click a heading to "
          "sort otherwise, a cell to change it.")
    )  # fmt: skip
    lists.cut(len(table), MOST)
    top = table.head(MOST)
    shown = lists.written(top, _editable(top).rename(columns=heads))
    key = f"list_{hash(tuple(zip(top['synergy_id'], top['version'], strict=True)))}"
    seen = [(str(i), int(v)) for i, v in zip(top["synergy_id"], top["version"], strict=True)]
    st.data_editor(
        shown, key=key, hide_index=True, width="stretch", height=430,
        on_change=_save, args=(key, seen, heads),
        disabled=lists.columns() if worklist.may_change() else True,
        column_order=_order(heads), column_config=_widths() | _kinds(heads), placeholder="",
    )  # fmt: skip
    _export(table, heads)


def _editable(table: pd.DataFrame) -> pd.DataFrame:
    """Return what an officer writes, as the cells of the list hold it."""
    words = table[[name for name in EDITED if name != "likelihood"]].fillna("").astype(str)
    return words.assign(
        stage=words["stage"].map(vocabulary.stages()),
        date=pd.to_datetime(words["date"], errors="coerce").dt.date,
        likelihood=lists.hundredths(table["likelihood"]),
    )


def _kinds(heads: Mapping[str, str]) -> dict[str, Any]:
    """Return how each column that an officer writes is filled in."""
    day = "DD/MM/YYYY" if language() == "fr" else "D MMM YYYY"
    return {
        heads["stage"]: st.column_config.SelectboxColumn(
            options=list(vocabulary.stages().values()), required=True, width=90
        ),
        heads["owner"]: st.column_config.TextColumn(width=95),
        heads["next_step"]: st.column_config.TextColumn(width=150),
        heads["date"]: st.column_config.DateColumn(format=day),
        heads["likelihood"]: st.column_config.NumberColumn(
            min_value=0, max_value=100, step=1, format="%d\u202f%%",
            help=_("In per cent. 23 until someone knows better: the share of the synergies of the "
                   "French pilot that were realised. A running one counts whole, a dropped one "
                   "for nothing."),
        ),
    }  # fmt: skip


def _export(table: pd.DataFrame, heads: Mapping[str, str]) -> None:
    """Offer the whole list that passes the filters, with numbers as numbers."""

    def whole() -> pd.DataFrame:
        return lists.exported(table, _editable(table).rename(columns=heads))

    one, two, _rest = st.columns([1, 1, 2])
    one.download_button(
        _("Export this list (Excel)"), data=lambda: list_xlsx(whole(), _("Synergies")),
        file_name=_("synergies.xlsx"), icon=":material/download:", width="stretch",
    )  # fmt: skip
    two.download_button(
        _("Export this list (CSV)"),
        data=lambda: csv_text(whole(), language()).encode("utf-8-sig"),
        file_name=_("synergies.csv"), mime="text/csv", icon=":material/download:", width="stretch",
    )  # fmt: skip


def _order(heads: Mapping[str, str]) -> list[str]:
    """Return the columns in the order in which an officer reads them."""
    return [
        _("Material"), _("Gives"), _("Takes"), heads["stage"], heads["owner"], heads["next_step"],
        _("Quantity"), _("Net gain"), heads["date"], heads["likelihood"], _("Emissions avoided"),
        heads["note"], heads["reason"],
    ]  # fmt: skip


def _save(key: str, seen: Sequence[tuple[str, int]], heads: Mapping[str, str]) -> None:
    """Save the cells just changed, against the versions that the person had before their eyes."""
    stages = {words: stage for stage, words in vocabulary.stages().items()}
    names = {words: name for name, words in heads.items()}
    for row, cells in st.session_state[key]["edited_rows"].items():
        changes = {names[head]: value or "" for head, value in cells.items()}
        if "stage" in changes:
            changes["stage"] = stages.get(str(changes["stage"]), changes["stage"])
        if "likelihood" in changes:
            changes["likelihood"] = lists.share(cells[heads["likelihood"]])
        carried.told(worklist.update(*seen[int(row)], changes), cells.values())


def _sheet(table: pd.DataFrame, study: Study, atlas: Atlas) -> None:
    """Show one synergy with everything for the first call, and its printable sheet."""
    st.header(_("One synergy"), anchor=False)
    if not len(table):
        return
    rows: dict[str, Mapping[Any, Any]] = {
        str(row["synergy_id"]): row for row in table.head(MOST).to_dict("records")
    }
    titles = distinct({key: _title(row) for key, row in rows.items()})
    if st.session_state.get("synergy") not in rows:
        st.session_state.pop("synergy", None)
    chosen = st.selectbox(
        _("Which one"), list(rows), key="synergy", format_func=lambda key: titles[key],
    )  # fmt: skip
    row = rows[chosen]
    shipment = str(row["shipment_id"])
    left, right = st.columns([3, 2], gap="large")
    with left:
        found = atlas.shipments[atlas.shipments["shipment_id"] == shipment]
        if len(found):
            panel.exchange_card(found.iloc[0].to_dict(), study, str(row["next_step"] or ""))
    with right:
        if worklist.may_change():
            carried.form(row)
        carried.history(chosen)
        if shipment:
            st.download_button(
                _("Printable sheet (PDF)"),
                data=lambda: synergy_sheet(Results.of(study), shipment, language()),
                file_name=_("synergy.pdf"), mime="application/pdf", icon=":material/print:",
            )  # fmt: skip


def _title(row: Mapping[Any, Any]) -> str:
    label = row["label_fr" if language() == "fr" else "label_en"]
    amount = numbers.amount(row["quantity"], row["unit"], language())
    return f"{row['offer_firm']} → {row['need_firm']} · {label} · {amount}"


if __name__ == "__main__":
    render()
