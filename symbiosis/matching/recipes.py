"""Blending limits as the proof reads them: from the graph and the public tables alone.

Nothing here is shared with the solver (see `blending` for what it uses).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from symbiosis.graph import Graph, Lane
from symbiosis.matching.arrays import Floats

ROUNDING = 1e-9
"""Share of the largest price by which the price of a need may fall below 0: rounding."""


def recipes(graph: Graph, blending: pd.DataFrame | None) -> pd.DataFrame:
    """Return every blending limit of a graph with its price.

    Returns
    -------
    DataFrame
        Index ``(need, blend_class)``, the position of the need and the class; columns ``share``,
        ``limit`` (units of input a year) and ``price`` (EUR per unit of input).
    """
    told = [
        pd.DataFrame({"need": lane.needs, "blend_class": lane.blend_class,
                      "share": lane.blend_limit})
        for lane in graph.lanes
        if lane.blend_class
    ]  # fmt: skip
    empty = pd.DataFrame({"need": [], "blend_class": [], "share": []}).astype({"need": int})
    every = pd.concat(told) if told else empty
    table = every.groupby(["need", "blend_class"])[["share"]].min()
    need = table.index.get_level_values("need").to_numpy(dtype=np.int64)
    table["limit"] = table["share"] * graph.needs["quantity"].to_numpy(dtype=float)[need]
    table["price"] = 0.0
    if blending is not None and len(blending):
        place = pd.Series(range(len(graph.needs)), index=graph.needs["flow_id"])
        key = [place[blending["flow_id"]].to_numpy(), blending["blend_class"].to_numpy()]
        price = blending["price_eur_per_unit"].to_numpy(dtype=float)
        table["price"] = pd.Series(price, index=key).reindex(table.index).fillna(0.0)
    return table


def bare(price: Floats, shares: pd.DataFrame) -> Floats:
    """Return the prices of needs without what their blending limits are worth."""
    whole = price.copy()
    need = shares.index.get_level_values("need").to_numpy(dtype=np.int64)
    np.subtract.at(whole, need, (shares["share"] * shares["price"]).to_numpy(dtype=float))
    rounding = ROUNDING * max(1.0, float(np.max(np.abs(price), initial=0.0)))
    return np.where((whole < 0) & (whole > -rounding), 0.0, whole)


def charges(shares: pd.DataFrame) -> dict[str, pd.Series]:
    """Return, for each class that has one, the prices of its limits by the position of the need."""
    dear = shares["price"][shares["price"] != 0].reset_index("blend_class")
    return {str(name): rows["price"] for name, rows in dear.groupby("blend_class")}


def charge(lane: Lane, dear: dict[str, pd.Series]) -> Floats:
    """Return what the blending limits add to the price of each need of a lane."""
    if lane.blend_class not in dear:
        return np.zeros(len(lane.needs))
    prices = dear[lane.blend_class].reindex(lane.needs).fillna(0.0)
    return prices.to_numpy(dtype=float)


def brought(graph: Graph, shipments: pd.DataFrame, shares: pd.DataFrame) -> Floats:
    """Return the units of input that shipments bring under each limit."""
    lane = [graph.lanes[k] for k in shipments["lane"].tolist()]
    amount = np.array([one.gain for one in lane]) * shipments["quantity"].to_numpy(dtype=float)
    key = [shipments["need"].to_numpy(), np.array([one.blend_class for one in lane], dtype=object)]
    total = pd.Series(amount, index=key, dtype=float).groupby(level=[0, 1]).sum()
    return total.reindex(shares.index).fillna(0.0).to_numpy(dtype=float)


def passed(used: Floats, shares: pd.DataFrame) -> float:
    """Return the worst relative breach of a blending limit."""
    limit = shares["limit"].to_numpy(dtype=float)
    return float(np.max((used - limit) / np.maximum(limit, 1e-12), initial=0.0))
