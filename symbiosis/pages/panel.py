"""The panel beside the map: the best exchanges, or what was clicked."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import streamlit as st

from symbiosis.maps import Atlas, Picture, numbers, palette
from symbiosis.maps.details import FirmCard, exchange, firm_card
from symbiosis.pages import address, parts, session, vocabulary, worklist
from symbiosis.pages.words import _, language
from symbiosis.study import Study

LISTED, SHOWN = 7, 5
Row = Mapping[Any, Any]


def show(atlas: Atlas, picture: Picture) -> None:
    """Draw the firm or the exchange in focus, else the largest exchanges of the picture."""
    focus = str(address.kept()["focus"])
    found = exchange(atlas, focus) if focus else None
    card = firm_card(session.study(), atlas, session.catalogue(), focus) if focus else None
    if card is not None:
        _close()
        _firm(card)
    elif found is not None:
        _close()
        followed = worklist.of_exchange(found)
        exchange_card(found, session.study(), str(followed.get("next_step") or ""))
        _carry(followed)
        _ends(found)
    else:
        _largest(picture)


def _focus(identifier: str) -> None:
    address.keep("focus", identifier)


def _close() -> None:
    st.button(
        _("Back to the whole territory"), icon=":material/arrow_back:", on_click=_focus, args=("",),
        type="tertiary",
    )  # fmt: skip


def _label(row: Row) -> str:
    text = str(row["label_fr" if language() == "fr" else "label_en"])
    return text[:1].upper() + text[1:]


def _largest(picture: Picture) -> None:
    st.subheader(_("The most valuable exchanges"), anchor=False)
    best = picture.shipments.sort_values("value_eur", ascending=False).head(LISTED)
    if not len(best):
        st.info(_("No exchange passes these filters. Widen one of them."))
        return
    with st.container(gap="xxsmall"):
        for row in best.to_dict("records"):
            _choice(row)
    parts.note(_("By worth for the territory, carbon included. Choose one, or click the map."))


def _choice(row: Row) -> None:
    """Draw one exchange of the list, to be opened."""
    lang = language()
    amount = numbers.amount(row["quantity"], row["unit"], lang)
    st.button(
        f"**{_short(_label(row), 70)}**  \n{parts.plain(row['offer_firm'])} → "
        f"{parts.plain(row['need_firm'])}  \n{amount} · "
        + _("worth {value}").format(value=numbers.euros(row["value_eur"], lang)),
        key=f"go_{row['shipment_id']}", on_click=_focus, args=(str(row["shipment_id"]),),
        type="tertiary", width="stretch",
    )  # fmt: skip


def _short(text: str, most: int) -> str:
    cut = text if len(text) <= most else text[: most - 1].rstrip() + "…"
    return parts.plain(cut)


def _firm(card: FirmCard) -> None:
    lang, firm = language(), card.firm
    st.subheader(parts.plain(firm["name"]), anchor=False)
    sector = palette.label(firm["sector"], lang, sector=True)
    st.html(
        '<div class="sy-head"><span class="sy-dot" style="background:'
        f'{palette.hex_of(firm["sector"], "light")}"></span>'
        f"{escape(' · '.join(x for x in (firm['commune'], sector) if x))}</div>"
    )
    _section(
        _("Exchanges"), [_exchange_line(row, firm) for row in card.exchanges.to_dict("records")]
    )
    _section(_("Offers (residues)"), [_flow_line(row) for row in card.offers.to_dict("records")])
    _section(_("Needs"), [_flow_line(row) for row in card.needs.to_dict("records")])
    _section(_("Without a taker"), [_reason_line(row) for row in card.unmatched.to_dict("records")])


def _section(title: str, lines: list[tuple[str, str, str]]) -> None:
    if not lines:
        return
    st.markdown(f"**{title}** ({len(lines)})")
    parts.rows(lines[:SHOWN])
    if len(lines) > SHOWN:
        with st.expander(_("and {count} more").format(count=len(lines) - SHOWN)):
            parts.rows(lines[SHOWN:])


def _exchange_line(row: Row, firm: Row) -> tuple[str, str, str]:
    gives = row["offer_firm_id"] == firm["firm_id"]
    partner = f"→ {row['need_firm']}" if gives else f"← {row['offer_firm']}"
    amount = numbers.amount(row["quantity"], row["unit"], language())
    under = f"{_label(row)} · {numbers.kilometres(row['distance_km'], language())}"
    return partner, amount, under


def _flow_line(row: Row) -> tuple[str, str, str]:
    lang = language()
    amount = numbers.amount(row["quantity"], row["unit"], lang)
    share = row["used"] / row["quantity"] if row["quantity"] else 0.0
    return (
        _label(row),
        amount,
        _("{share} in an exchange").format(share=numbers.percent(share, lang)),
    )


def _reason_line(row: Row) -> tuple[str, str, str]:
    amount = numbers.amount(row["quantity"], row["unit"], language())
    return _label(row), amount, vocabulary.reasons().get(str(row["reason"]), str(row["reason"]))


def exchange_card(row: Row, study: Study, step: str = "") -> None:
    """Draw one exchange: who, what, how far, what it changes, how, what next, what is assumed.

    Parameters
    ----------
    row
        A row of the atlas.
    study
        Where its arithmetic is.
    step
        The next step that an officer wrote; else what its legal status asks for first is said.
    """
    lang = language()
    st.subheader(parts.plain(_label(row)), anchor=False)
    quantity = numbers.amount(row["quantity"], row["unit"], lang)
    st.markdown(
        f"**{parts.plain(row['offer_firm'])}** ({parts.plain(row['commune_from'])})  \n→ "
        f"**{parts.plain(row['need_firm'])}** ({parts.plain(row['commune_to'])})"
    )
    carbon = "emissions_avoided_tco2e"
    low, high = (numbers.rounded(row[f"{carbon}_{level}"], lang) for level in ("low", "high"))
    parts.pairs(
        [
            (_("Quantity"), quantity),
            (_("Road distance"), numbers.kilometres(row["distance_km"], lang)),
            (_("Net gain"), numbers.euros(row["net_gain_eur"], lang)),
            (_("Emissions avoided"), vocabulary.said(carbon, row[f"{carbon}_central"])),
            (_("Their interval"), _("{low} to {high}").format(low=low, high=high)),
            (_("Jobs"), vocabulary.said("jobs_fte", row["jobs_fte_central"])),
        ]
    )
    if row.get("emits_more"):
        st.warning(_("This exchange emits more than it avoids: worth it for money or waste only."))
    parts.strong(_("How"))
    pathway = row["pathway_fr" if lang == "fr" else "pathway_en"] or row["pathway"]
    parts.note(f"{pathway}. {vocabulary.legal().get(row['legal_status'], row['legal_status'])}.")
    parts.strong(_("Next step"))
    parts.note(step or vocabulary.next_steps().get(str(row["legal_status"]), ""))
    if row.get("assumed"):
        parts.note(_("Assumed, not declared: {what}.").format(what=_assumed(str(row["assumed"]))))
    with st.expander(_("The arithmetic, line by line")):
        st.code(
            study.impact.explain(str(row["shipment_id"])).render(_), language=None, wrap_lines=True
        )


def _carry(followed: Row) -> None:
    """Say where an exchange stands on the worklist, and lead there."""
    if followed:
        stage = vocabulary.stages()[str(followed["stage"])]
        owner = str(followed["owner"] or "")
        parts.note(
            _("On the worklist: {stage}, followed by {owner}.").format(stage=stage, owner=owner)
            if owner
            else _("On the worklist: {stage}.").format(stage=stage)
        )
    words = _("Open it on the worklist") if followed else _("Open the worklist")
    if st.button(words, icon=":material/checklist:", type="tertiary"):
        if followed:
            st.session_state["synergy"] = str(followed["synergy_id"])
        st.switch_page(st.session_state["pages"]["synergies"])


def _ends(row: Row) -> None:
    """Offer to look at either end."""
    for side, key in (("offer_firm", "offer_firm_id"), ("need_firm", "need_firm_id")):
        st.button(
            _("See {firm}").format(firm=parts.plain(row[side])), key=f"see_{key}", on_click=_focus,
            icon=":material/arrow_forward:",
            args=(str(row[key]),), type="tertiary",
        )  # fmt: skip


def _assumed(names: str) -> str:
    words = vocabulary.assumed()
    return ", ".join(words.get(name, name) for name in names.split("|"))
