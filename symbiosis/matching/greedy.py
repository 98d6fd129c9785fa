"""A plan when there is no time for a better one: links by falling worth, each filled in turn."""

from __future__ import annotations

import numpy as np

from symbiosis.matching.arrays import Floats
from symbiosis.matching.compiled import kernel
from symbiosis.matching.links import Links
from symbiosis.matching.problem import Problem, least_lots


def fill(problem: Problem, links: Links) -> tuple[Links, Floats]:
    """Return a plan over some links that keeps every limit and every smallest lot."""
    order = np.lexsort((links.lane, links.need, links.offer, -links.value))
    ends = links.offer, links.need, problem.blends.rows(links.lane, links.need)
    room = problem.supply.copy(), problem.demand.copy(), np.append(problem.blends.limit, np.inf)
    amount = np.zeros(len(order))
    _fill(order, ends, (links.gain, least_lots(problem, links.offer, links.need, links.gain)),
          room, amount)  # fmt: skip
    used = np.flatnonzero((amount > 0) & (links.value > 0))
    return links.take(used), amount[used]


@kernel
def _fill(order, ends, terms, room, amount):  # type: ignore[no-untyped-def]
    """Ship on each link in turn what its offer, its need and its class still allow."""
    offer, need, limit = ends
    gain, least = terms
    supply, demand, blend = room
    for k in order:
        i, j, row = offer[k], need[k], limit[k]
        most = min(supply[i], min(demand[j], blend[row]) / gain[k])
        if most <= 0.0 or most < least[k]:
            continue
        amount[k] = most
        supply[i] -= most
        demand[j] = max(0.0, demand[j] - gain[k] * most)
        blend[row] = max(0.0, blend[row] - gain[k] * most)
