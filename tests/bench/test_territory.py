"""The fictional territory: the same for a seed, readable, and as an office would declare it."""

import pandas as pd
import pytest

from symbiosis.bench.territory import EAST, NORTH, SOUTH, WEST, territory
from symbiosis.catalogue import load
from symbiosis.flows import Flows


@pytest.fixture(scope="module")
def made():
    return territory(load(), 800)


def test_a_seed_is_a_territory(made):
    again, other = territory(load(), 800), territory(load(), 800, seed=1)
    pd.testing.assert_frame_equal(made.flows, again.flows)
    assert not made.flows["quantity"].equals(other.flows["quantity"])


def test_every_line_is_accepted(made):
    read = Flows.from_tables(*made)
    assert (len(read.firms), len(read.offers), len(read.needs)) == (800, 1600, 1600)
    assert not len(read.skipped)


def test_firms_stand_in_towns_inside_the_frame(made):
    for axis, low, high in (("longitude", WEST, EAST), ("latitude", SOUTH, NORTH)):
        assert made.firms[axis].between(low - 0.5, high + 0.5).all()
    spread = made.firms.groupby("commune")[["longitude", "latitude"]].std()
    assert len(spread) == 5
    assert (spread < 0.1).all(axis=None)


def test_what_is_offered_is_what_the_activities_give(made):
    usual = load().activities.groupby("division")["residue"].agg(set)
    offers = made.flows[made.flows["direction"] == "offer"].merge(made.firms, on="firm_id")
    coded = offers[offers["material"].isin(load().low.index)]
    known = coded[coded["naf"].str[:2].isin(usual.index)]
    assert len(known) > 800
    assert all(m in usual[naf[:2]] for m, naf in zip(known["material"], known["naf"], strict=True))
