"""Matches made by hand on the paper catalogue, whose impact can be worked out on paper."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import LineString

from symbiosis.graph import Graph
from symbiosis.matching import Match, MatchCertificate
from symbiosis.scenario import Scenario
from tests.factors.conftest import CONCRETE, paper
from tests.worlds import firm, need, offer, world

__all__ = ["paper"]
PROOF = MatchCertificate(0.0, 0.0, 0.0, 0.0, 1, 0.0)


def shipment(number, pathway, quantity, km, **other):
    """Return one row of shipments between offer O{number} and need N{number}."""
    row = {
        "shipment_id": f"s{number}", "case": "", "offer_firm": "A", "need_firm": "B",
        "material": CONCRETE, "input": "aggregate_0_31", "kind": "material", "pathway": pathway,
        "quantity": float(quantity), "unit": "t", "gain": 0.5, "distance_km": float(km),
        "value_eur": 0.0, "offer_firm_id": "a", "need_firm_id": "b", "offer_flow": f"O{number}",
        "need_flow": f"N{number}", "geometry": LineString([(2, 50), (2, 51)]),
    }  # fmt: skip
    return row | other


def matched(catalogue, flows, *shipments, **scenario):
    """Return a match of flows that has the given shipments."""
    graph = Graph(
        flows, Scenario(**scenario), flows.offers, flows.needs, (), pd.DataFrame(),
        catalogue=catalogue,
    )  # fmt: skip
    table = gpd.GeoDataFrame(pd.DataFrame(list(shipments)), geometry="geometry", crs=4326)
    return Match(graph, table, pd.DataFrame(), pd.DataFrame(), PROOF)


@pytest.fixture
def crushing(paper):
    """1,000 t of concrete, landfilled today, crushed 10 road km away in the same town."""
    flows = world(
        [firm("A", territory="Dune"), firm("B", territory="Dune", kind="social")],
        [offer("A", CONCRETE, 1000)],
        [need("B", "aggregate_0_31", 500)],
    )
    return matched(paper, flows, shipment(1, "crush", 1000, 10))
