"""The graph measures a pair by its road where one is named."""

import pandas as pd
import pytest

from symbiosis.errors import DataError
from symbiosis.graph import connect


def test_links_networks_and_what_ifs_follow_the_road(steelworks, catalogue, plain):
    """30 km by great circle, 80 by road: EUR 0.1 a tonne and km make 5 EUR a tonne less."""
    table = pd.DataFrame(
        [("steelworks", "cement", 80)], columns=["from_firm", "to_firm", "distance_km"]
    )
    direct = connect(steelworks, plain, catalogue=catalogue)
    graph = connect(steelworks, plain, catalogue=catalogue, roads=table)
    (short,), (long,) = (each.links()["value_eur_per_unit"] for each in (direct, graph))
    assert graph.links()["distance_km"].tolist() == [80.0]
    assert short - long == pytest.approx(0.1 * 50)
    told = [
        data["distance_km"]
        for *_, data in graph.to_networkx().edges(data=True)
        if "pathway" in data
    ]
    assert told == [80.0]
    assert len(graph.without("cement").roads) == 0


def test_a_wrong_table_is_refused(steelworks, catalogue, plain):
    table = pd.DataFrame(
        [("nobody", "cement", 80)], columns=["from_firm", "to_firm", "distance_km"]
    )
    with pytest.raises(DataError, match="no firm"):
        connect(steelworks, plain, catalogue=catalogue, roads=table)
