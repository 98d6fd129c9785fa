"""Potential, expected and realised, side by side and never mixed."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from symbiosis.maps import numbers
from symbiosis.pages import parts, vocabulary, worklist
from symbiosis.pages.words import _, language
from symbiosis.study import Study

FIGURES = ("waste_diverted_t", "emissions_avoided_tco2e", "jobs_fte", "net_gain_eur")


def stages(study: Study) -> None:
    """Draw the table of what is potential, expected and realised."""
    st.header(_("Potential, expected, realised"), anchor=False)
    kept = worklist.progress()
    table = kept.T if kept is not None else study.impact.realisation
    lang, names = language(), vocabulary.figures()
    columns = {"potential": _("Potential"), "expected": _("Expected"), "realised": _("Realised")}
    count = "synergies" if "synergies" in table.index else "exchanges"
    shown = {
        words: [
            numbers.number(table[column].to_dict()[count], lang),
            *(vocabulary.said(key, table[column].to_dict()[key]) for key in FIGURES),
        ]
        for column, words in columns.items()
    }
    index = [_("Exchanges"), *(names[key][0] for key in FIGURES)]
    st.table(pd.DataFrame(shown, index=index))
    parts.note(
        _(
            "Potential: all exchanges of the optimum. Expected: each times its likelihood (23% of "
            "the synergies of the French pilot were realised). Realised: running on the worklist."
        )
    )
