"""Draw a study: rows to show, pydeck layers, legends and figures; no Streamlit here."""

from symbiosis.maps.atlas import Atlas, before_matching, lay_out
from symbiosis.maps.layers import Look, deck, legend
from symbiosis.maps.view import Picture, View, choices, select

__all__ = [
    "Atlas",
    "Look",
    "Picture",
    "View",
    "before_matching",
    "choices",
    "deck",
    "lay_out",
    "legend",
    "select",
]
