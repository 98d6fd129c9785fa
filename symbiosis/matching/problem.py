"""The frozen problem: what the graph says, as plain arrays, and its cut into connected parts.

``maximise Σ v x`` subject to ``Σ x ≤ supply`` for every offer, ``Σ gain x ≤ demand`` for every
need, ``Σ gain x ≤ limit`` for every class of residue that a need may take only a share of, and
``x ≥ 0``, over every admissible link of every lane. Nothing is forced.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from symbiosis.geography import Roads
from symbiosis.graph import Graph, Lane
from symbiosis.matching.arrays import Floats, Ints
from symbiosis.matching.blending import Blends, limits


@dataclass(frozen=True)
class Problem:
    """One matching problem over n offers and m needs.

    Parameters
    ----------
    supply, demand
        Units of residue a year (shape n) and units of input a year (shape m).
    offer_place, need_place
        Longitude and latitude in degrees, shapes n x 2 and m x 2.
    offer_firm, need_firm
        Firm numbers, shapes n and m; two flows of one firm are never linked.
    lanes
        The links, in groups; positions point into this problem's own arrays.
    barred
        Pairs (offering firm, receiving firm) that no link may join, shape k x 2.
    detour
        Road distance over great-circle distance, where ``roads`` name no other.
    lot, need_lot
        Smallest shipment worth organising: in units of residue from each offer, shape n, and in
        units of input to each need, shape m; 0 for any.
    blends
        What the classes of residue may bring to each need together.
    roads
        Measured road distances between firms, numbered as ``offer_firm`` and ``need_firm`` are.
    """

    supply: Floats
    demand: Floats
    offer_place: Floats
    need_place: Floats
    offer_firm: Ints
    need_firm: Ints
    lanes: tuple[Lane, ...]
    barred: Ints
    detour: float
    lot: Floats
    need_lot: Floats
    blends: Blends = field(default_factory=Blends)
    roads: Roads = field(default_factory=Roads)


@dataclass(frozen=True)
class Part:
    """A connected part of a problem: itself a problem, with its place in the whole.

    Parameters
    ----------
    problem
        The part on its own.
    offers, needs, lanes
        Positions of its offers, needs and lanes in the whole, ascending.
    """

    problem: Problem
    offers: Ints
    needs: Ints
    lanes: Ints


def freeze(graph: Graph) -> Problem:
    """Return the problem that a graph states."""
    offers, needs = graph.offers, graph.needs
    return Problem(
        supply=offers["quantity"].to_numpy(dtype=float),
        demand=needs["quantity"].to_numpy(dtype=float),
        offer_place=offers[["longitude", "latitude"]].to_numpy(dtype=float),
        need_place=needs[["longitude", "latitude"]].to_numpy(dtype=float),
        offer_firm=offers["firm_index"].to_numpy(dtype=np.int64),
        need_firm=needs["firm_index"].to_numpy(dtype=np.int64),
        lanes=graph.lanes,
        barred=np.asarray(graph.forbidden, dtype=np.int64).reshape(-1, 2),
        detour=float(graph.scenario.detour_factor),
        lot=_lots(offers, graph.scenario.minimum_lot_t),
        need_lot=_lots(needs, 0.0),
        blends=limits(graph.lanes, needs["quantity"].to_numpy(dtype=float)),
        roads=graph.roads,
    )


def least_lots(problem: Problem, offers: Ints, needs: Ints, gain: Floats) -> Floats:
    """Return the smallest shipment of some links, in units of residue: both ends have a word."""
    least: Floats = np.maximum(problem.lot[offers], problem.need_lot[needs] / gain)
    return least


def _lots(flows: pd.DataFrame, minimum_t: float) -> Floats:
    """Return the smallest shipment of each flow: its own word or the scenario's, the larger."""
    own = pd.to_numeric(flows["minimum_lot"], errors="coerce")
    scenario = np.where(flows["unit"] == "t", minimum_t, 0.0)
    lots: Floats = np.maximum(own.fillna(0.0).to_numpy(dtype=float), scenario)
    return lots


def trimmed(problem: Problem) -> Problem:
    """Return a problem with its hopeless flows taken out of the lanes."""
    return replace(problem, lanes=tuple(trim(lane) for lane in problem.lanes))


def trim(lane: Lane) -> Lane:
    """Return a lane without the flows that no partner in it would make pay at no distance.

    Examples
    --------
    >>> one = np.array([0]); two = np.array([0, 1])
    >>> lane = Lane("p", two, one, np.array([5.0, -9.0]), np.array([2.0]), 0.1, 1.0, np.inf)
    >>> trim(lane).offers.tolist()
    [0]
    """
    if not len(lane.offers) or not len(lane.needs):
        return _only(lane, lane.offers[:0], lane.needs[:0])
    offers = np.flatnonzero(lane.offer_value + lane.need_value.max() > 0)
    if not len(offers):
        return _only(lane, offers, offers)
    needs = np.flatnonzero(lane.need_value + lane.offer_value[offers].max() > 0)
    return _only(lane, offers, needs)


def _only(lane: Lane, offers: Ints, needs: Ints) -> Lane:
    return replace(
        lane,
        offers=lane.offers[offers],
        needs=lane.needs[needs],
        offer_value=lane.offer_value[offers],
        need_value=lane.need_value[needs],
    )


def cut(problem: Problem) -> list[Part]:
    """Return the connected parts of a problem, in the order of their first offer.

    Two flows are connected when a lane holds both; a flow in no lane is in no part.
    """
    n, m = len(problem.supply), len(problem.demand)
    used = [k for k, lane in enumerate(problem.lanes) if len(lane.offers)]
    nodes = [np.concatenate((problem.lanes[k].offers, n + problem.lanes[k].needs)) for k in used]
    if not used:
        return []
    rows = np.concatenate([np.full(len(x), n + m + i) for i, x in enumerate(nodes)])
    size = n + m + len(used)
    grid = coo_array((np.ones(len(rows)), (rows, np.concatenate(nodes))), shape=(size, size))
    label = connected_components(grid, directed=False)[1]
    of_lane = label[n + m :]
    first: dict[int, int] = {}
    for i, c in enumerate(of_lane.tolist()):
        start = int(problem.lanes[used[i]].offers.min())
        first[c] = min(first.get(c, start), start)
    chosen = sorted(first, key=first.__getitem__)
    rank = np.full(int(label.max()) + 1, -1)
    rank[chosen] = np.arange(len(chosen))
    offers = _groups(rank[label[:n]], len(chosen))
    needs = _groups(rank[label[n : n + m]], len(chosen))
    lanes = _groups(rank[of_lane], len(chosen))
    where = np.array(used, dtype=np.int64)
    return [_part(problem, o, j, where[k]) for o, j, k in zip(offers, needs, lanes, strict=True)]


def _groups(rank: Ints, count: int) -> list[Ints]:
    """Return, for each rank from 0, the positions that bear it, ascending."""
    order = np.argsort(rank, kind="stable")
    bounds = np.searchsorted(rank[order], np.arange(count + 1))
    return [order[a:b] for a, b in itertools.pairwise(bounds)]


def _part(problem: Problem, offers: Ints, needs: Ints, lanes: Ints) -> Part:
    chosen = tuple(
        replace(
            problem.lanes[k],
            offers=np.searchsorted(offers, problem.lanes[k].offers),
            needs=np.searchsorted(needs, problem.lanes[k].needs),
        )
        for k in lanes
    )
    own = Problem(
        supply=problem.supply[offers],
        demand=problem.demand[needs],
        offer_place=problem.offer_place[offers],
        need_place=problem.need_place[needs],
        offer_firm=problem.offer_firm[offers],
        need_firm=problem.need_firm[needs],
        lanes=chosen,
        barred=problem.barred,
        detour=problem.detour,
        lot=problem.lot[offers],
        need_lot=problem.need_lot[needs],
        blends=problem.blends.of(needs, lanes),
        roads=problem.roads.of_senders(np.unique(problem.offer_firm[offers])),
    )
    return Part(own, offers, needs, lanes)
