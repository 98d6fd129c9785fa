"""Smallest lots: parts that would ship crumbs are solved again with yes or no on every link.

The plan without lots bounds the plan with them, so that its prices, which the certificate uses,
prove the gap of what HiGHS finds here.
"""

from __future__ import annotations

import highspy
import numpy as np

from symbiosis.matching.arrays import Floats, Ints
from symbiosis.matching.linear import Solution, quiet
from symbiosis.matching.links import Links, every_paying
from symbiosis.matching.problem import Problem

GAP = 1e-6
SECONDS = 60.0
NEAR = 10
"""Links kept for each offer and each need: those that would lose least at the prices."""
CRUMB = 1e-9


def respect(problem: Problem, found: Solution) -> Solution:
    """Return a plan whose shipments reach the smallest lots, at the prices of the plan without."""
    least = problem.lot[found.links.offer]
    if not np.any(found.amount < least * (1 - CRUMB)):
        return found
    links = _candidates(problem, found)
    solver = quiet()
    solver.setOptionValue("mip_rel_gap", GAP)
    solver.setOptionValue("time_limit", SECONDS)
    solver.setOptionValue("random_seed", 0)
    _state(solver, problem, links)
    solver.run()
    values = np.asarray(solver.getSolution().col_value, dtype=float)
    amount = values[: len(links.offer)] if len(values) else np.zeros(len(links.offer))
    used = np.flatnonzero(amount > CRUMB * problem.supply[links.offer])
    return found._replace(links=links.take(used), amount=amount[used])


def _candidates(problem: Problem, found: Solution) -> Links:
    """Return the links that lose least at the prices of the plan without lots."""
    every = every_paying(problem)
    most = np.minimum(problem.supply[every.offer], problem.demand[every.need] / every.gain)
    every = every.take(most >= problem.lot[every.offer])
    loss = found.offer_price[every.offer] + every.gain * found.need_price[every.need] - every.value
    keep = _least(every.offer, loss) | _least(every.need, loss)
    return every.take(keep)


def _least(group: Ints, loss: Floats) -> np.ndarray:
    """Return which entries are among the `NEAR` least of their group."""
    order = np.lexsort((loss, group))
    ranked = group[order]
    first = np.searchsorted(ranked, ranked)
    keep = np.zeros(len(group), dtype=bool)
    keep[order] = np.arange(len(group)) - first < NEAR
    return keep


def _state(solver: highspy.Highs, problem: Problem, links: Links) -> None:
    """State ``lot z ≤ x ≤ most z`` with z of 0 or 1 for every link, beside the quantities."""
    count, n = len(links.offer), len(problem.supply)
    most = np.minimum(problem.supply[links.offer], problem.demand[links.need] / links.gain)
    lp = highspy.HighsLp()
    inf = highspy.kHighsInf
    lp.num_col_, lp.num_row_ = 2 * count, n + len(problem.demand) + 2 * count
    lp.col_cost_ = np.concatenate((-links.value, np.zeros(count)))
    lp.col_lower_ = np.zeros(2 * count)
    lp.col_upper_ = np.concatenate((most, np.ones(count)))
    lp.row_lower_ = np.full(lp.num_row_, -inf)
    lp.row_upper_ = np.concatenate((problem.supply, problem.demand, np.zeros(2 * count)))
    base = n + len(problem.demand)
    ones, place = np.ones(count), np.arange(count)
    above, below = base + place, base + count + place
    rows = np.column_stack((links.offer, n + links.need, above, below)).ravel()
    factors = np.column_stack((ones, links.gain, ones, -ones)).ravel()
    switch = np.column_stack((above, below)).ravel()
    limits = np.column_stack((-most, problem.lot[links.offer])).ravel()
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.concatenate(
        (np.arange(0, 4 * count, 4), np.arange(4 * count, 6 * count + 1, 2))
    )
    lp.a_matrix_.index_ = np.concatenate((rows, switch))
    lp.a_matrix_.value_ = np.concatenate((factors, limits))
    whole = [highspy.HighsVarType.kContinuous] * count + [highspy.HighsVarType.kInteger] * count
    lp.integrality_ = whole
    solver.passModel(lp)
