"""What a large territory sends to the browser is bounded, and can be counted."""

from dataclasses import replace

import pandas as pd
import pytest

from symbiosis.maps import Look, View, deck, select
from symbiosis.maps.crowd import sent
from symbiosis.maps.layers import MOST_FIRMS

MOST_BYTES = 1_500_000


@pytest.fixture
def crowded(atlas):
    """Fifty thousand lonely firms and three thousand equal exchanges around the harbour."""
    firms = atlas.firms.iloc[[3] * 50_000].reset_index(drop=True)
    firms = firms.assign(firm_id=[f"F{i:06d}" for i in range(len(firms))])
    slag = atlas.shipments[atlas.shipments["unit"] == "t"].iloc[[0] * 3000].reset_index(drop=True)
    slag = slag.assign(shipment_id=[f"x{i}" for i in range(len(slag))])
    return replace(
        atlas,
        firms=pd.concat([firms, atlas.firms], ignore_index=True),
        shipments=pd.concat([slag, atlas.shipments], ignore_index=True),
    )


def test_a_small_picture_is_sent_whole(atlas):
    picture = select(atlas, View())
    assert sent(deck(atlas, picture, Look())) == {"firms": 4, "exchanges": 2}


@pytest.mark.parametrize("top", [0, 40, 200])
def test_fifty_thousand_firms_are_sent_within_bounds(crowded, top):
    picture = select(crowded, View(), top)
    made = deck(crowded, picture, Look())
    counted = sent(made)
    assert MOST_FIRMS <= counted["firms"] <= MOST_FIRMS + 3
    assert counted["exchanges"] == min(top, 200) + (1 if top else 0)  # t, and the one in MWh
    assert len(made.to_json().encode()) < MOST_BYTES
