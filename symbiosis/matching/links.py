"""Links with their distance and value: listed block by block where a problem is small."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from symbiosis.geography import great_circle_km
from symbiosis.geography.distances import road_loss
from symbiosis.graph import Lane
from symbiosis.matching.arrays import Floats, Ints
from symbiosis.matching.problem import Problem

BLOCK = 1 << 20
"""Links looked at together; bounds the memory of a listing."""


class Links(NamedTuple):
    """A set of links, one array an aspect, all of one length.

    ``offer``, ``need`` and ``lane`` are positions in a problem, ``value`` is the objective per unit
    of residue, ``gain`` the input replaced per unit.
    """

    offer: Ints
    need: Ints
    lane: Ints
    value: Floats
    gain: Floats

    def take(self, which: NDArray[np.int64] | NDArray[np.bool_]) -> Links:
        """Return the links at some positions, or where a mask holds."""
        return Links(
            self.offer[which],
            self.need[which],
            self.lane[which],
            self.value[which],
            self.gain[which],
        )


def none() -> Links:
    """Return no link."""
    whole, real = np.empty(0, dtype=np.int64), np.empty(0)
    return Links(whole, whole, whole, real, real)


def joined(several: list[Links]) -> Links:
    """Return several sets of links, at least one, as one."""
    return Links(*(np.concatenate(columns) for columns in zip(*several, strict=True)))


def every_paying(problem: Problem) -> Links:
    """Return every admissible link with a value above 0, by offer, need and lane."""
    merged = joined([none(), *blocks(problem)])
    return merged.take(np.lexsort((merged.lane, merged.need, merged.offer)))


def blocks(problem: Problem) -> Iterator[Links]:
    """Yield every admissible link with a value above 0, lane by lane and some offers at a time."""
    for k in range(len(problem.lanes)):
        yield from _of_lane(problem, k)


def lane_distance_km(problem: Problem, lane: Lane, offers: Ints) -> Floats:
    """Return road distances from some of a lane's offers to all its needs, in km."""
    here, there = problem.offer_place[lane.offers[offers]], problem.need_place[lane.needs]
    circle = great_circle_km(here[:, :1], here[:, 1:], there[:, 0], there[:, 1])
    sender = problem.offer_firm[lane.offers[offers]][:, None]
    firms = sender, problem.need_firm[lane.needs]
    return problem.roads.distance_km(firms, circle, problem.detour)


def distance_km(problem: Problem, offers: Ints, needs: Ints) -> Floats:
    """Return the road distance of each pair, in km."""
    here, there = problem.offer_place[offers], problem.need_place[needs]
    circle = great_circle_km(here[:, 0], here[:, 1], there[:, 0], there[:, 1])
    firms = problem.offer_firm[offers], problem.need_firm[needs]
    return problem.roads.distance_km(firms, circle, problem.detour)


def admissible(problem: Problem, lane: Lane, offers: Ints, distance: Floats) -> np.ndarray:
    """Return where links of some of a lane's offers to all its needs are allowed."""
    giver = problem.offer_firm[lane.offers[offers]][:, None]
    taker = problem.need_firm[lane.needs][None, :]
    allowed: np.ndarray = (distance <= lane.max_distance_km) & (giver != taker)
    for a, b in problem.barred:
        allowed &= ~((giver == a) & (taker == b))
    return allowed


def _of_lane(problem: Problem, k: int) -> Iterator[Links]:
    lane = problem.lanes[k]
    step = max(1, BLOCK // max(1, len(lane.needs)))
    for start in range(0, len(lane.offers), step):
        block = np.arange(start, min(start + step, len(lane.offers)))
        distance = lane_distance_km(problem, lane, block)
        value = (
            lane.offer_value[block][:, None]
            + lane.need_value
            - road_loss(lane.rate_per_km, distance)
        )
        rows, columns = np.nonzero((value > 0) & admissible(problem, lane, block, distance))
        count = len(rows)
        yield Links(
            lane.offers[block[rows]],
            lane.needs[columns],
            np.full(count, k),
            value[rows, columns],
            np.full(count, lane.gain),
        )
