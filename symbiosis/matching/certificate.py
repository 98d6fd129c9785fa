"""The proof of a match, recomputed from shipments and prices alone.

Nothing here comes from a solver. With prices ``u ≥ 0`` of the offers and ``w ≥ 0`` of the needs,
every feasible plan is worth at most

    Σ supply_i u'_i + Σ demand_j w_j,   u'_i = max(u_i, max over links of v_ij - gain w_j),

so the gap between this bound and the value of the shipments is a proof whatever the prices are.
Where a need takes only a share of a class of residue, that share has a price ``b ≥ 0`` of its own:
it adds ``Σ limit b``, and a link of the class leaves ``v - gain (w + b)``. The price of a need in
the public table is what one more unit of it brings, ``w + Σ share b``; ``w`` is taken out of it.
What is pinned is no choice: it counts with its value on both sides, and what it uses up is no
longer there to be priced.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd

from symbiosis.geography import great_circle_km
from symbiosis.graph import Graph, Lane
from symbiosis.matching.arrays import Floats, Ints
from symbiosis.matching.model import MatchCertificate
from symbiosis.matching.recipes import bare, brought, charge, charges, passed, recipes
from symbiosis.matching.sweep import EDGE, Pairs, look

ROUNDING = 1e-6
"""EUR of a gap, where nothing pays, that are only the rounding of the sums."""


def certify(
    graph: Graph,
    shipments: pd.DataFrame,
    prices: pd.DataFrame,
    blending: pd.DataFrame | None = None,
) -> MatchCertificate:
    """Return the certificate of shipments and prices for a graph.

    Parameters
    ----------
    graph
        What was matched.
    shipments
        Columns ``offer``, ``need``, ``lane`` (positions in the graph), ``quantity`` and ``pinned``.
    prices
        Column ``price_eur_per_unit``: one row an offer, then one row a need, as in the graph.
    blending
        Columns ``flow_id`` (of the need), ``blend_class`` and ``price_eur_per_unit``; none if None.
    """
    n = len(graph.offers)
    price = prices["price_eur_per_unit"].to_numpy(dtype=float)
    shares = recipes(graph, blending)
    need_price = bare(price[n:], shares)
    primal, breach = _primal(graph, shipments)
    fixed = shipments[shipments["pinned"]]
    ordered = _primal(graph, fixed)[0]
    sent, received = _used(graph, fixed)
    offer_price, pairs = price[:n].copy(), 0
    dear = charges(shares)
    sides = _sides(graph)
    for lane in graph.lanes:
        asked = need_price[lane.needs] + charge(lane, dear)
        pairs += _lift(graph, lane, sides, offer_price, asked)
    supply = graph.offers["quantity"].to_numpy(dtype=float)
    demand = graph.needs["quantity"].to_numpy(dtype=float)
    dual = math.fsum((supply - sent) * offer_price) + math.fsum((demand - received) * need_price)
    dual += math.fsum((shares["limit"] - brought(graph, fixed, shares)) * shares["price"]) + ordered
    gap = max(dual - primal, 0.0)
    breach = max(breach, passed(brought(graph, shipments, shares), shares))
    every = np.concatenate((price[:n], need_price, shares["price"]))
    scale = max(1.0, float(np.max(np.abs(every), initial=0.0)))
    negative = float(np.max(-every, initial=0.0)) / scale
    return MatchCertificate(
        primal_eur=primal,
        dual_eur=dual,
        gap_eur=gap,
        relative_gap=gap / primal if primal > 0 else (math.inf if gap > ROUNDING else 0.0),
        pairs_covered=pairs,
        largest_violation=max(breach, negative),
    )


def searched(found: MatchCertificate, less: float) -> MatchCertificate:
    """Return a certificate whose bound a search of lots has brought down by some EUR."""
    bound = found.dual_eur - less
    gap = max(bound - found.primal_eur, 0.0)
    relative = gap / found.primal_eur if found.primal_eur > 0 else found.relative_gap
    if found.primal_eur <= 0 and gap <= ROUNDING:
        relative = 0.0
    return replace(found, searched_eur=bound, gap_eur=gap, relative_gap=relative)


def _primal(graph: Graph, shipments: pd.DataFrame) -> tuple[float, float]:
    """Return the value of the shipments and their worst relative breach of a quantity."""
    sent, received = _used(graph, shipments)
    values: list[float] = []
    out_of_bounds = 0.0
    for k, rows in shipments.groupby("lane", sort=True):
        lane = graph.lanes[int(str(k))]
        offer, need = rows["offer"].to_numpy(), rows["need"].to_numpy()
        amount = rows["quantity"].to_numpy(dtype=float)
        i, j = np.searchsorted(lane.offers, offer), np.searchsorted(lane.needs, need)
        distance = _road(graph, offer, need)
        met = _allowed(graph, offer, need) & (distance <= lane.max_distance_km * EDGE)
        met &= np.isfinite(distance)
        out_of_bounds = max(out_of_bounds, float(not met.all()))
        worth = lane.offer_value[i] + lane.need_value[j] - lane.rate_per_km * distance
        values.extend(worth * amount)
    supply = graph.offers["quantity"].to_numpy(dtype=float)
    demand = graph.needs["quantity"].to_numpy(dtype=float)
    over = [
        (used - limit) / np.maximum(limit, 1e-12)
        for used, limit in ((sent, supply), (received, demand))
    ]
    least = -shipments["quantity"].to_numpy(dtype=float)
    worst = float(max(np.max(x, initial=0.0) for x in (*over, least)))
    return math.fsum(values), max(worst, out_of_bounds)


def _used(graph: Graph, shipments: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return what shipments take from each offer, and bring to each need."""
    sent, received = np.zeros(len(graph.offers)), np.zeros(len(graph.needs))
    gain = np.array([lane.gain for lane in graph.lanes] or [1.0])[shipments["lane"].to_numpy()]
    amount = shipments["quantity"].to_numpy(dtype=float)
    np.add.at(sent, shipments["offer"].to_numpy(), amount)
    np.add.at(received, shipments["need"].to_numpy(), gain * amount)
    return sent, received


def _sides(graph: Graph) -> tuple[Floats, Floats, Ints, Ints, Ints]:
    """Return places of offers and needs in radians, their firms, and the forbidden pairs."""
    here, there = (
        np.radians(side[["longitude", "latitude"]].to_numpy(dtype=float))
        for side in (graph.offers, graph.needs)
    )
    giver, taker = (
        side["firm_index"].to_numpy(dtype=np.int64) for side in (graph.offers, graph.needs)
    )
    barred = np.asarray(graph.forbidden, dtype=np.int64).reshape(-1, 2)
    return here, there, giver, taker, barred


def _lift(
    graph: Graph,
    lane: Lane,
    sides: tuple[Floats, Floats, Ints, Ints, Ints],
    offer_price: Floats,
    need_price: Floats,
) -> int:
    """Raise offer prices until no link of a lane pays more; return how many links it has.

    ``need_price`` is that of the lane's own needs.
    """
    here, there = sides[0][lane.offers], sides[1][lane.needs]
    firms = sides[2][lane.offers], sides[3][lane.needs], sides[4]
    asked = lane.need_value - lane.gain * need_price
    seen = look(Pairs(
        here, there, lane.offer_value, asked, *firms,
        float(lane.rate_per_km), float(lane.max_distance_km), float(graph.scenario.detour_factor),
        graph.roads.start, graph.roads.taker, graph.roads.km,
    ))  # fmt: skip
    offer_price[lane.offers] = np.maximum(offer_price[lane.offers], seen.best)
    return int(seen.pairs.sum())


def _road(graph: Graph, offers: Ints, needs: Ints) -> Floats:
    here, there = graph.offers, graph.needs
    circle = great_circle_km(
        here["longitude"].to_numpy()[offers],
        here["latitude"].to_numpy()[offers],
        there["longitude"].to_numpy()[needs],
        there["latitude"].to_numpy()[needs],
    )
    firms = here["firm_index"].to_numpy()[offers], there["firm_index"].to_numpy()[needs]
    return graph.roads.distance_km(firms, circle, graph.scenario.detour_factor)


def _allowed(graph: Graph, offers: Ints, needs: Ints) -> np.ndarray:
    """Return which pairs are of firms that may meet."""
    giver = graph.offers["firm_index"].to_numpy()[offers]
    taker = graph.needs["firm_index"].to_numpy()[needs]
    allowed: np.ndarray = giver != taker
    for a, b in np.asarray(graph.forbidden).reshape(-1, 2):
        allowed &= ~((giver == a) & (taker == b))
    return allowed
