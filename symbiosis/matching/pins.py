"""Pinned pairs: what must be exchanged as far as it can, before anything else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from symbiosis.geography.distances import road_loss
from symbiosis.matching.arrays import Floats, Ints
from symbiosis.matching.links import Links, distance_km, joined, none
from symbiosis.matching.problem import Problem


def fix(problem: Problem, pinned: Ints) -> tuple[Links, Floats, Problem]:
    """Return the shipments that pins force, and the problem that is left.

    Pairs are served in the scenario's order, the links of a pair by falling value (which may be
    negative: a pin is an order), each as much as supply, demand and blending limits still allow.

    Parameters
    ----------
    problem
        The whole problem, its lanes untrimmed.
    pinned
        Pairs (offering firm, receiving firm), shape k x 2.
    """
    supply, demand = problem.supply.copy(), problem.demand.copy()
    blend = np.append(problem.blends.limit, np.inf)
    chosen, amounts = [none()], [np.empty(0)]
    for giver, taker in np.asarray(pinned, dtype=np.int64).reshape(-1, 2):
        links = _between(problem, int(giver), int(taker))
        amount, row = np.zeros(len(links.offer)), problem.blends.rows(links.lane, links.need)
        for k in np.lexsort((links.lane, links.need, links.offer, -links.value)):
            i, j, gain = links.offer[k], links.need[k], links.gain[k]
            amount[k] = min(supply[i], min(demand[j], blend[row[k]]) / gain)
            supply[i] = max(0.0, supply[i] - amount[k])
            demand[j] = max(0.0, demand[j] - gain * amount[k])
            blend[row[k]] = max(0.0, blend[row[k]] - gain * amount[k])
        used = np.flatnonzero(amount > 0)
        chosen.append(links.take(used))
        amounts.append(amount[used])
    merged = joined(chosen)
    left = replace(
        problem, supply=supply, demand=demand, blends=replace(problem.blends, limit=blend[:-1])
    )
    return merged, np.concatenate(amounts), left


def _between(problem: Problem, giver: int, taker: int) -> Links:
    """Return every link from one firm to another within the longest distances."""
    found = [none()]
    for k, lane in enumerate(problem.lanes):
        i = np.flatnonzero(problem.offer_firm[lane.offers] == giver)
        j = np.flatnonzero(problem.need_firm[lane.needs] == taker)
        row, column = (side.ravel() for side in np.meshgrid(i, j, indexing="ij"))
        offer, need = lane.offers[row], lane.needs[column]
        distance = distance_km(problem, offer, need)
        value = (
            lane.offer_value[row] + lane.need_value[column] - road_loss(lane.rate_per_km, distance)
        )
        near = distance <= lane.max_distance_km
        count = len(offer)
        links = Links(offer, need, np.full(count, k), value, np.full(count, lane.gain))
        found.append(links.take(near))
    return joined(found)
