"""Why an offer keeps what it keeps: one reason for each unmatched quantity.

The graph knows who has no pathway, or fails on law or quality. Of the others, an offer that no
partner would make pay even at no distance is ``not_worth_it``; one that freight or a longest
distance forbids is ``too_far``; what is left had takers that pay, and they are full.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from symbiosis.graph import Graph
from symbiosis.matching.links import admissible, lane_distance_km
from symbiosis.matching.model import UNMATCHED_COLUMNS
from symbiosis.matching.problem import Floats, Ints, Problem

KEPT = 1e-9
"""Share of an offer below which what is left of it is rounding."""
BLOCK = 1 << 19


def unmatched(graph: Graph, problem: Problem, sent: Floats) -> pd.DataFrame:
    """Return what every offer keeps and why, with the columns of `UNMATCHED_COLUMNS`.

    Parameters
    ----------
    graph, problem
        What was matched, and the same frozen.
    sent
        Units of residue that each offer ships, shape n.
    """
    left = problem.supply - sent
    keeps = np.flatnonzero(left > KEPT * np.maximum(problem.supply, 1e-12))
    near, best, taker = _prospects(problem, keeps)
    setback = graph.setbacks.drop_duplicates("offer").set_index("offer")
    stage = setback["reason"].reindex(keeps).fillna("no_pathway").to_numpy(dtype=object)
    told = setback["detail"].reindex(keeps).fillna("").to_numpy(dtype=object)
    open_ = stage == ""
    reason = np.select(
        [best > 0, near > 0, _barred(problem, keeps, near)],
        ["taker_full", "too_far", "no_pathway"],
        "not_worth_it",
    )
    names = graph.needs["firm"].to_numpy(dtype=object) if len(graph.needs) else np.array([""])
    table = graph.offers.iloc[keeps].reset_index(drop=True)
    table = table.assign(
        quantity=left[keeps],
        reason=np.where(open_, reason, stage),
        detail=np.where(open_, np.where(taker >= 0, names[taker], ""), told),
    )
    return table[list(UNMATCHED_COLUMNS)]


def _barred(problem: Problem, offers: Ints, near: Floats) -> np.ndarray:
    """Return which offers have partners that would pay, all of them barred or their own firm."""
    inside = np.zeros(len(problem.supply), dtype=bool)
    for lane in problem.lanes:
        inside[lane.offers] = True
    barred: np.ndarray = inside[offers] & np.isneginf(near)
    return barred


def _prospects(problem: Problem, offers: Ints) -> tuple[Floats, Floats, Ints]:
    """Return, for some offers, the best value at no distance and at the real one, and from whom."""
    size = len(problem.supply)
    near, best = np.full(size, -np.inf), np.full(size, -np.inf)
    taker = np.full(size, -1)
    wanted = np.zeros(size, dtype=bool)
    wanted[offers] = True
    for lane in problem.lanes:
        chosen = np.flatnonzero(wanted[lane.offers])
        step = max(1, BLOCK // max(1, len(lane.needs)))
        for start in range(0, len(chosen) if len(lane.needs) else 0, step):
            rows = chosen[start : start + step]
            who = lane.offers[rows]
            distance = lane_distance_km(problem, lane, rows)
            at_gate = lane.offer_value[rows][:, None] + lane.need_value
            real = at_gate - lane.rate_per_km * distance
            apart = admissible(problem, lane, rows, np.zeros_like(distance))
            at_gate = np.where(apart, at_gate, -np.inf)
            real = np.where(apart & (distance <= lane.max_distance_km), real, -np.inf)
            column = np.where(real.max(axis=1) > 0, real.argmax(axis=1), at_gate.argmax(axis=1))
            better = np.maximum(real.max(axis=1), -1e300) > best[who]
            taker[who] = np.where(better | (taker[who] < 0), lane.needs[column], taker[who])
            near[who] = np.maximum(near[who], at_gate.max(axis=1))
            best[who] = np.maximum(best[who], real.max(axis=1))
    return near[offers], best[offers], taker[offers]
