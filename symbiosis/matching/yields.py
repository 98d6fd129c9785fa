"""When a part with yields is a transportation problem after all.

If one number ``a`` for each offer and one ``b`` for each need can be found with ``gain = a b`` on
every lane, then ``x' = a x`` turns ``Σ x ≤ supply`` into ``Σ x' ≤ a supply`` and
``Σ gain x ≤ demand`` into ``Σ x' ≤ demand / b``: unit yields. That holds for one pathway, for all
pathways of one yield into a need, and for every part whose lanes form no contradictory circle.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from symbiosis.matching.arrays import Floats
from symbiosis.matching.problem import Problem

SAME = 1e-12


class Scales(NamedTuple):
    """The numbers of each offer (shape n) and need (shape m)."""

    offer: Floats
    need: Floats


def unit_scales(problem: Problem) -> Scales | None:
    """Return scales that make every yield 1, or None where there are none.

    Examples
    --------
    Two lanes of different yield into one need, from offers of their own, can be scaled; from one
    offer they cannot.
    """
    offer, need = np.zeros(len(problem.supply)), np.zeros(len(problem.demand))
    waiting = list(range(len(problem.lanes)))
    while waiting:
        lane = next((k for k in waiting if _touched(problem, k, offer, need)), waiting[0])
        waiting.remove(lane)
        if not _fits(problem, lane, offer, need):
            return None
    return Scales(np.where(offer > 0, offer, 1.0), np.where(need > 0, need, 1.0))


def _touched(problem: Problem, k: int, offer: Floats, need: Floats) -> bool:
    lane = problem.lanes[k]
    return bool(offer[lane.offers].any() or need[lane.needs].any())


def _fits(problem: Problem, k: int, offer: Floats, need: Floats) -> bool:
    """Set the scales of a lane's flows; return whether they agree with those already set."""
    lane = problem.lanes[k]
    known = np.concatenate((offer[lane.offers], lane.gain / _inverse(need[lane.needs])))
    known = known[known > 0]
    scale = float(known[0]) if len(known) else 1.0
    offer[lane.offers] = np.where(offer[lane.offers] > 0, offer[lane.offers], scale)
    wanted = lane.gain / scale
    need[lane.needs] = np.where(need[lane.needs] > 0, need[lane.needs], wanted)
    return bool(
        np.allclose(offer[lane.offers], scale, rtol=SAME, atol=0)
        and np.allclose(need[lane.needs], wanted, rtol=SAME, atol=0)
    )


def _inverse(scale: Floats) -> Floats:
    """Return the scales, inf where none is set, so that a division by it gives 0."""
    return np.where(scale > 0, scale, np.inf)
