"""The best takers of a declaration, shown as soon as one of its lines is good."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from symbiosis.errors import SymbiosisError
from symbiosis.flows import Flows
from symbiosis.maps import deck, numbers
from symbiosis.maps.partners import partners
from symbiosis.maps.view import around
from symbiosis.pages import parts, session, vocabulary
from symbiosis.pages.words import _, language

SIZE = (1000, 340)
"""Of the preview, pixels."""


def show(mine: Flows) -> None:
    """Draw the best partners of every flow of a declaration."""
    ids = {*mine.offers["flow_id"], *mine.needs["flow_id"]}
    try:
        with st.spinner(_("Looking for partners…")):
            study = session.declared_study()
            found = partners(study, session.catalogue(), ids)
    except SymbiosisError as error:
        parts.refusal(error)
        return
    if not len(found):
        st.info(
            _("Nobody here can take these residues or supply these needs yet. Widen the territory.")
        )
        return
    st.dataframe(_table(found), hide_index=True, column_config=_widths(), width="stretch")
    _preview(mine)


def _preview(mine: Flows) -> None:
    """Show where the exchanges would go before anything is saved."""
    atlas = session.declared_atlas()
    picture = around(atlas, set(mine.firms["firm_id"]))
    words = _("Preview on the map: nothing is saved yet.")
    st.pydeck_chart(
        deck(atlas, picture, vocabulary.look(SIZE)), height=SIZE[1], key="map_preview", alt=words
    )
    parts.note(words)


def _table(found: pd.DataFrame) -> pd.DataFrame:
    lang = language()
    label = found["label_fr" if lang == "fr" else "label_en"]
    return pd.DataFrame(
        {
            _("Material"): label.str[:1].str.upper() + label.str[1:],
            _("Direction"): [_("goes out") if gives else _("comes in") for gives in found["gives"]],
            _("Partner"): found["partner"],
            _("Road distance"): [numbers.kilometres(km, lang) for km in found["distance_km"]],
            _("Worth"): [
                numbers.per_unit(value, unit, lang)
                for value, unit in zip(found["value_eur_per_unit"], found["unit"], strict=True)
            ],
            _("In the optimum"): found["chosen"],
        }
    )


def _widths() -> dict[str, object]:
    return {
        _("Worth"): st.column_config.TextColumn(
            help=_("Gain of both sides per unit, carbon value included, before any sharing.")
        ),
        _("In the optimum"): st.column_config.CheckboxColumn(
            help=_("Whether the best set of exchanges of the whole territory uses this link.")
        ),
    }
