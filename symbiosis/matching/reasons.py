"""Why an offer keeps what it keeps: one reason for each unmatched quantity.

The graph knows who has no pathway, or fails on law or quality. Of the others, an offer that no
partner would make pay even at no distance is ``not_worth_it``; one that freight or a longest
distance forbids is ``too_far``; what is left had takers that pay, and they are full. Where one of
them has room all the same, its recipe holds no more of this class of residue (``blending_limit``)
or what is left is below the smallest lot (``not_worth_it``, and the detail says so).
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from symbiosis.graph import Graph, Lane
from symbiosis.matching.arrays import Floats, Ints
from symbiosis.matching.model import UNMATCHED_COLUMNS
from symbiosis.matching.problem import Problem
from symbiosis.matching.sweep import Pairs, look

KEPT = 1e-9
"""Share of an offer below which what is left of it is rounding."""
LOT = "minimum_lot"
"""Detail of what is left because it is below the smallest lot."""


class Served(NamedTuple):
    """What shipments amount to, of a problem.

    ``sent`` by each offer in units of residue, ``received`` by each need and ``blended`` under each
    blending limit in units of input.
    """

    sent: Floats
    received: Floats
    blended: Floats


def unmatched(graph: Graph, problem: Problem, served: Served) -> pd.DataFrame:
    """Return what every offer keeps and why, with the columns of `UNMATCHED_COLUMNS`.

    Parameters
    ----------
    graph, problem
        What was matched, and the same frozen.
    served
        What the shipments amount to.
    """
    left = problem.supply - served.sent
    keeps = np.flatnonzero(left > KEPT * np.maximum(problem.supply, 1e-12))
    near, best, taker = _prospects(problem, keeps)
    crumb = _below_lot(problem, keeps, served)
    blended, recipe = _blended(problem, keeps, served)
    taker = np.where(blended & (best > 0), recipe, taker)
    setback = graph.setbacks.drop_duplicates("offer").set_index("offer")
    stage = setback["reason"].reindex(keeps).fillna("no_pathway").to_numpy(dtype=object)
    told = setback["detail"].reindex(keeps).fillna("").to_numpy(dtype=object)
    open_ = stage == ""
    barred = _barred(problem, keeps, near)
    reason = np.select(
        [crumb, blended, best > 0, near > 0, barred],
        ["not_worth_it", "blending_limit", "taker_full", "too_far", "no_pathway"],
        "not_worth_it",
    )
    names = graph.needs["firm"].to_numpy(dtype=object) if len(graph.needs) else np.array([""])
    who = np.where((taker >= 0) & ~barred, names[taker], "")
    table = graph.offers.iloc[keeps].reset_index(drop=True)
    table = table.assign(
        quantity=left[keeps],
        reason=np.where(open_, reason, stage),
        detail=np.where(open_, np.where(crumb, LOT, who), told),
    )
    return table[list(UNMATCHED_COLUMNS)]


def _barred(problem: Problem, offers: Ints, near: Floats) -> np.ndarray:
    """Return which offers have partners that would pay, all of them barred or their own firm."""
    inside = np.zeros(len(problem.supply), dtype=bool)
    for lane in problem.lanes:
        inside[lane.offers] = True
    barred: np.ndarray = inside[offers] & np.isneginf(near)
    return barred


def _below_lot(problem: Problem, offers: Ints, served: Served) -> np.ndarray:
    """Return which offers have a taker that pays and has room, so that only a lot stops them."""
    lots = problem.need_lot > 0
    if not (problem.lot[offers] > 0).any() and not lots.any():
        return np.zeros(len(offers), dtype=bool)
    own = problem.lot > 0
    room = _room(problem.demand, served.received)
    lanes = []
    for k, lane in enumerate(problem.lanes):
        open_ = room[lane.needs] & ~_full(problem, k, lane, served)
        # A need's own lot stops every offer; else only the offers that state one are stopped.
        lanes.append(_among(lane, own[lane.offers], open_))
        lanes.append(_among(lane, ~own[lane.offers], open_ & lots[lane.needs]))
    _, best, _ = _prospects(replace(problem, lanes=tuple(lanes)), offers)
    stopped: np.ndarray = best > 0
    return stopped


def _blended(problem: Problem, offers: Ints, served: Served) -> tuple[np.ndarray, Ints]:
    """Return which offers have a taker that pays, with room but not for their class; and whom."""
    if not len(problem.blends.key):
        return np.zeros(len(offers), dtype=bool), np.full(len(offers), -1)
    room = _room(problem.demand, served.received)
    lanes = (
        _among(lane, slice(None), room[lane.needs] & _full(problem, k, lane, served))
        for k, lane in enumerate(problem.lanes)
    )
    _, best, taker = _prospects(replace(problem, lanes=tuple(lanes)), offers)
    return best > 0, taker


def _room(limit: Floats, used: Floats) -> np.ndarray:
    """Return where something more would go in."""
    room: np.ndarray = limit - used > KEPT * np.maximum(limit, 1e-12)
    return room


def _full(problem: Problem, number: int, lane: Lane, served: Served) -> np.ndarray:
    """Return which needs of a lane take no more of its class of residue."""
    row = problem.blends.rows(np.full(len(lane.needs), number), lane.needs)
    full = ~_room(problem.blends.limit, served.blended)
    return np.append(full, False)[row]


def _among(lane: Lane, offers: np.ndarray | slice, needs: np.ndarray) -> Lane:
    """Return a lane between some of its offers and some of its needs."""
    return replace(
        lane, offers=lane.offers[offers], offer_value=lane.offer_value[offers],
        needs=lane.needs[needs], need_value=lane.need_value[needs],
    )  # fmt: skip


def _prospects(problem: Problem, offers: Ints) -> tuple[Floats, Floats, Ints]:
    """Return, for some offers, the best value at no distance and at the real one, and from whom."""
    size = len(problem.supply)
    near, best = np.full(size, -np.inf), np.full(size, -np.inf)
    taker = np.full(size, -1)
    wanted = np.zeros(size, dtype=bool)
    wanted[offers] = True
    for lane in problem.lanes:
        rows = np.flatnonzero(wanted[lane.offers])
        if not len(rows) or not len(lane.needs):
            continue
        who, seen = lane.offers[rows], look(_pairs(problem, lane, rows))
        better = (seen.best > best[who]) & (seen.partner >= 0)
        highest = lane.needs[int(lane.need_value.argmax())]
        taker[who] = np.where(better, lane.needs[seen.partner], taker[who])
        taker[who] = np.where((taker[who] < 0) & (seen.at_gate > 0), highest, taker[who])
        near[who] = np.maximum(near[who], seen.at_gate)
        best[who] = np.maximum(best[who], seen.best)
    return near[offers], best[offers], taker[offers]


def _pairs(problem: Problem, lane: Lane, rows: Ints) -> Pairs:
    """Return some offers of a lane and all its needs, to be looked at one by one."""
    who = lane.offers[rows]
    return Pairs(
        np.radians(problem.offer_place[who]), np.radians(problem.need_place[lane.needs]),
        lane.offer_value[rows], lane.need_value,
        problem.offer_firm[who], problem.need_firm[lane.needs], problem.barred,
        float(lane.rate_per_km), float(lane.max_distance_km), problem.detour,
        problem.roads.start, problem.roads.taker, problem.roads.km,
    )  # fmt: skip
