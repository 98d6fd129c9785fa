"""From a solution to the public tables of a match."""

from __future__ import annotations

import hashlib

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from symbiosis.graph import Graph
from symbiosis.matching.arrays import Floats
from symbiosis.matching.linear import Solution
from symbiosis.matching.links import distance_km
from symbiosis.matching.model import BLENDING_COLUMNS, PRICE_COLUMNS, SHIPMENT_COLUMNS
from symbiosis.matching.problem import Problem


def shipments(graph: Graph, problem: Problem, solution: Solution) -> gpd.GeoDataFrame:
    """Return one row a shipment, largest value first, with the columns of `SHIPMENT_COLUMNS`."""
    links, amount = solution.links, solution.amount
    offers = graph.offers.iloc[links.offer].reset_index(drop=True)
    needs = graph.needs.iloc[links.need].reset_index(drop=True)
    pathway = [graph.lanes[k].pathway for k in links.lane]
    table = pd.DataFrame({
        "case": offers["case"],
        "offer_firm": offers["firm"],
        "need_firm": needs["firm"],
        "material": offers["material"],
        "input": needs["material"],
        "kind": offers["kind"],
        "pathway": pathway,
        "quantity": amount,
        "unit": offers["unit"],
        "gain": links.gain,
        "distance_km": distance_km(problem, links.offer, links.need),
        "value_eur": links.value * amount,
        "offer_firm_id": offers["firm_id"],
        "need_firm_id": needs["firm_id"],
        "offer_flow": offers["flow_id"],
        "need_flow": needs["flow_id"],
    })  # fmt: skip
    table["shipment_id"] = [
        identifier(*row)
        for row in zip(table["offer_flow"], table["need_flow"], table["pathway"], strict=True)
    ]
    table["geometry"] = _lines(problem, solution)
    table = table.sort_values(["value_eur", "shipment_id"], ascending=[False, True])
    table = table[list(SHIPMENT_COLUMNS)].reset_index(drop=True)
    return gpd.GeoDataFrame(table, geometry="geometry", crs="EPSG:4326")


def identifier(offer_flow: object, need_flow: object, pathway: object) -> str:
    """Return the name of a shipment: the same for the same flows and pathway, in every study.

    Examples
    --------
    >>> identifier("a", "b", "direct") == identifier("a", "b", "direct")
    True
    """
    words = "\x1f".join(map(str, (offer_flow, need_flow, pathway)))
    return "x" + hashlib.blake2b(words.encode(), digest_size=6).hexdigest()


def prices(graph: Graph, offer_price: Floats, need_price: Floats) -> pd.DataFrame:
    """Return what one more unit of each flow is worth: offers, then needs, in the graph's order."""
    sides = [
        table.assign(direction=direction, price_eur_per_unit=price)
        for table, direction, price in (
            (graph.offers, "offer", offer_price),
            (graph.needs, "need", need_price),
        )
    ]
    return pd.concat([side[list(PRICE_COLUMNS)] for side in sides], ignore_index=True)


def whole_price(problem: Problem, need_price: Floats, blend_price: Floats) -> Floats:
    """Return what one more unit of each need is worth: it widens the room of every class too."""
    worth = need_price.copy()
    np.add.at(worth, problem.blends.need, problem.blends.share * blend_price)
    return worth


def blending(graph: Graph, problem: Problem, used: Floats, price: Floats) -> pd.DataFrame:
    """Return one row a blending limit that something is shipped under, or that has a price."""
    own = problem.blends
    rows = np.flatnonzero((used > 0) | (price > 0))
    names = sorted({lane.blend_class for lane in graph.lanes} - {""})
    table = graph.needs.iloc[own.need[rows]].reset_index(drop=True)
    table = table.assign(
        input=table["material"],
        blend_class=[names[k] for k in own.key[rows] % own.groups],
        limit_share=own.share[rows],
        limit=own.limit[rows],
        used=used[rows],
        price_eur_per_unit=price[rows],
    )
    return pd.DataFrame(table[list(BLENDING_COLUMNS)])


def _lines(problem: Problem, solution: Solution) -> np.ndarray:
    ends = np.stack(
        (problem.offer_place[solution.links.offer], problem.need_place[solution.links.need]), axis=1
    )
    lines: np.ndarray = shapely.linestrings(ends)
    return lines
