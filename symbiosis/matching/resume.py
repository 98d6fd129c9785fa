"""What an earlier match knows of a graph that has changed a little: flows are known by name."""

from __future__ import annotations

import numpy as np
import pandas as pd

from symbiosis.graph import Graph
from symbiosis.matching.arrays import Floats, Ints
from symbiosis.matching.model import Match
from symbiosis.matching.parts import Earlier
from symbiosis.matching.problem import Part


def earlier(graph: Graph, parts: list[Part], before: Match, origin: Ints) -> list[Earlier]:
    """Return, for each part, the shipments that still have both ends and their lane, and prices.

    A flow that is new has no price, which makes it ask for and be asked by everyone near. A need
    that fell apart (``origin`` says which need each of the parts' was) has the price of the whole
    in each share.
    """
    price = before.prices.set_index(["direction", "flow_id"])["price_eur_per_unit"]
    offer_price = _prices(price, "offer", graph.offers["flow_id"])
    need_price = _prices(price, "need", graph.needs["flow_id"])
    offer = _places(graph.offers["flow_id"], before.shipments["offer_flow"])
    need = _places(graph.needs["flow_id"], before.shipments["need_flow"])
    pathway = before.shipments["pathway"].to_numpy()
    return [
        _of_part(graph, part, (offer, need, pathway), (offer_price, need_price[origin]), origin)
        for part in parts
    ]


def _prices(price: pd.Series, direction: str, flows: pd.Series) -> Floats:
    if direction not in price.index.get_level_values(0):
        return np.zeros(len(flows))
    known: Floats = price.loc[direction].reindex(flows).fillna(0.0).to_numpy(dtype=float)
    return known


def _places(flows: pd.Series, wanted: pd.Series) -> Ints:
    """Return where flows stand by name, -1 for those that have gone."""
    found: Ints = pd.Index(flows).get_indexer(pd.Index(wanted)).astype(np.int64)
    return found


def _of_part(
    graph: Graph,
    part: Part,
    shipments: tuple[Ints, Ints, np.ndarray],
    prices: tuple[Floats, Floats],
    origin: Ints,
) -> Earlier:
    offer, need, pathway = shipments
    own_offer = _inside(part.offers, offer)
    own_need, lane = np.full(len(offer), -1), np.full(len(offer), -1)
    for k, lane_here in enumerate(part.problem.lanes):
        was = origin[part.needs[lane_here.needs]]
        order = np.argsort(was)
        place = _inside(was[order], need)
        fits = (pathway == graph.lanes[part.lanes[k]].pathway) & (own_offer >= 0) & (place >= 0)
        fits &= np.isin(own_offer, lane_here.offers)
        lane[fits], own_need[fits] = k, lane_here.needs[order[place[fits]]]
    keep = lane >= 0
    return Earlier(
        own_offer[keep], own_need[keep], lane[keep], prices[0][part.offers], prices[1][part.needs]
    )


def _inside(members: Ints, wanted: Ints) -> Ints:
    """Return positions among ascending members, -1 for what is not one."""
    place = np.minimum(np.searchsorted(members, wanted), len(members) - 1)
    return np.where(members[place] == wanted, place, -1)
