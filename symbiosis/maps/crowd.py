"""How much of a picture goes to the browser, so that what is left out can be told."""

from __future__ import annotations

import pydeck as pdk

from symbiosis.maps.layers import EXCHANGES, FIRMS, PIPES


def sent(deck: pdk.Deck) -> dict[str, int]:
    """Return how many firms and exchanges a map carries.

    Parameters
    ----------
    deck
        From `layers.deck`.

    Returns
    -------
    dict
        ``firms`` and ``exchanges``: rows of the layers that can be clicked.
    """
    rows = {layer.id.rpartition("-")[0]: layer.data for layer in deck.layers}
    counted = {name: len(rows.get(name, ())) for name in (FIRMS, EXCHANGES, PIPES)}
    return {"firms": counted[FIRMS], "exchanges": counted[EXCHANGES] + counted[PIPES]}
