"""Tiny worlds for the matching room: graphs built by hand, without files or catalogue."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from symbiosis.flows import Flows
from symbiosis.flows.model import FIRM_COLUMNS, NEED_COLUMNS, OFFER_COLUMNS
from symbiosis.graph import Graph, Lane
from symbiosis.scenario import Scenario

KM = 1 / 111.195
"""Degrees of latitude in a great-circle kilometre."""


def flows_table(columns, prefix, firms, quantities, unit="t", **extra):
    count = len(firms)
    table = pd.DataFrame({name: [""] * count for name in columns})
    table["flow_id"] = [f"{prefix}{k}" for k in range(count)]
    table["firm_id"] = [f"f{k}" for k in firms]
    table["firm"] = [f"Firm {k}" for k in firms]
    table["firm_index"] = np.asarray(firms, dtype=np.int64)
    table["material"] = "10 02 02"
    table["kind"] = "material"
    table["quantity"] = np.asarray(quantities, dtype=float)
    table["unit"] = unit
    return table.assign(**extra)


def world(supply, demand, offer_km, need_km, lanes, *, offer_firms=None, need_firms=None, **other):
    """Return a graph on a meridian: places in great-circle km north of a point."""
    n, m = len(supply), len(demand)
    offer_firms = list(range(n)) if offer_firms is None else offer_firms
    need_firms = list(range(n, n + m)) if need_firms is None else need_firms
    offers = flows_table(OFFER_COLUMNS, "o", offer_firms, supply)
    needs = flows_table(NEED_COLUMNS, "n", need_firms, demand)
    for table, places in ((offers, offer_km), (needs, need_km)):
        km = np.asarray(places, dtype=float)
        table["longitude"] = 2.0 if km.ndim == 1 else 2.0 + KM * km[:, 0]
        table["latitude"] = 50.0 + KM * (km if km.ndim == 1 else km[:, 1])
    setbacks = other.pop("setbacks", None)
    if setbacks is None:
        inside = {int(i) for lane in lanes for i in lane.offers}
        setbacks = pd.DataFrame(
            {
                "offer": range(n),
                "reason": ["" if i in inside else "no_pathway" for i in range(n)],
                "detail": "",
            }
        )
    scenario = other.pop("scenario", None) or Scenario(detour_factor=1.0)
    firms = gpd.GeoDataFrame({name: [] for name in FIRM_COLUMNS})
    empty = Flows(firms, offers[list(OFFER_COLUMNS)], needs[list(NEED_COLUMNS)])
    return Graph(empty, scenario, offers, needs, tuple(lanes), setbacks, **other)


def lane(offers, needs, offer_value, need_value, rate=1.0, gain=1.0, limit=np.inf, pathway="p"):
    return Lane(
        pathway,
        np.asarray(offers, dtype=np.int64),
        np.asarray(needs, dtype=np.int64),
        np.broadcast_to(np.asarray(offer_value, dtype=float), (len(offers),)).copy(),
        np.broadcast_to(np.asarray(need_value, dtype=float), (len(needs),)).copy(),
        rate,
        gain,
        limit,
    )
