"""The linear programme of a part on HiGHS, over all its links by column generation.

Parts whose yields cannot be scaled away come here. HiGHS solves over the links in play; the
geometric search finds, from its prices, links that would still pay, until none does.
"""

from __future__ import annotations

import time
from typing import NamedTuple

import highspy
import numpy as np

from symbiosis.errors import InternalError
from symbiosis.matching.arrays import Floats, Ints
from symbiosis.matching.atlas import Atlas
from symbiosis.matching.few import promising
from symbiosis.matching.links import Links, joined, none
from symbiosis.matching.problem import Problem
from symbiosis.matching.watch import Watch

FEASIBLE = 1e-9
TOLERANCE = 1e-8
"""A gain below this share of the largest worth is as good as none."""
FEW = 2
"""Links that each offer and each need brings into a round, the best of all its lanes."""


class Solution(NamedTuple):
    """What a solver found for a part.

    ``links`` and their ``amount`` (units of residue a year), and what one more unit of each offer
    and of each need would be worth.
    """

    links: Links
    amount: Floats
    offer_price: Floats
    need_price: Floats


def nothing(problem: Problem) -> Solution:
    """Return the solution that ships nothing."""
    prices = np.zeros(len(problem.supply)), np.zeros(len(problem.demand))
    return Solution(none(), np.empty(0), *prices)


def generate(problem: Problem, atlas: Atlas, keys: Ints, watch: Watch) -> Solution:
    """Return the optimum over all links of a part, or the best so far when time is up.

    Parameters
    ----------
    problem, atlas
        The part, and the same for the search.
    keys
        Links to begin with.
    watch
        When to stop.
    """
    solver = quiet()
    # Presolving takes the basis of the last round away, and half of all time.
    solver.setOptionValue("presolve", "off")
    solver.addRows(*_rows(problem))
    links, fresh, rounds = none(), keys, 0
    solution = nothing(problem)
    while True:
        rounds += 1
        more = atlas.links(fresh)
        _add(solver, more, len(problem.supply))
        links = joined([links, more])
        newer = _solved(solver, problem, links, watch)
        if newer is None:
            return solution
        solution = newer
        value = float(solution.links.value @ solution.amount)
        floor = TOLERANCE * float(np.abs(links.value).max(initial=1e-300))
        prices = solution.offer_price[atlas.offers], solution.need_price[atlas.needs]
        found, gain, _ = atlas.lanes.ask(*prices, FEW, floor)
        bound = problem.supply[atlas.offers] @ (prices[0] + gain)
        bound += problem.demand @ solution.need_price
        fresh = _best(atlas, solution, np.setdiff1d(found, keys))
        keys = np.union1d(keys, fresh)
        if watch.enough(rounds, value, float(bound)) or not len(fresh):
            return solution


def begin(atlas: Atlas) -> Ints:
    """Return the links to begin with: the best of the nearest in every lane, for each flow."""
    keys = atlas.lanes.nearest(FEW)
    worth = atlas.lanes.worth(keys)
    pays = worth > 0
    keys, worth = keys[pays], worth[pays]
    return keys[promising(atlas.lanes.ends(keys), worth, FEW)]


def _best(atlas: Atlas, solution: Solution, keys: Ints) -> Ints:
    """Return the few of some links that would gain most at the prices of a solution."""
    links = atlas.links(keys)
    asked = solution.offer_price[links.offer] + links.gain * solution.need_price[links.need]
    return keys[promising((links.offer, links.need), links.value - asked, FEW)]


def quiet() -> highspy.Highs:
    """Return a solver that prints nothing and answers alike on every machine with one thread."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("primal_feasibility_tolerance", FEASIBLE)
    solver.setOptionValue("dual_feasibility_tolerance", FEASIBLE)
    return solver


def _rows(problem: Problem) -> tuple[int, Floats, Floats, int, Ints, Ints, Floats]:
    """Return one row an offer, then one row a need, without columns."""
    most = np.concatenate((problem.supply, problem.demand))
    least = np.full(len(most), -highspy.kHighsInf)
    empty: Ints = np.empty(0, dtype=np.int32)
    return len(most), least, most, 0, empty, empty, np.empty(0)


def _add(solver: highspy.Highs, links: Links, offers: int) -> None:
    """Add one column a link: 1 in its offer's row, its gain in its need's."""
    count = len(links.offer)
    if not count:
        return
    rows = np.column_stack((links.offer, offers + links.need)).ravel().astype(np.int32)
    factors = np.column_stack((np.ones(count), links.gain)).ravel()
    starts = np.arange(0, 2 * count, 2, dtype=np.int32)
    ceiling = np.full(count, highspy.kHighsInf)
    solver.addCols(count, -links.value, np.zeros(count), ceiling, 2 * count, starts, rows, factors)


def _solved(solver: highspy.Highs, problem: Problem, links: Links, watch: Watch) -> Solution | None:
    """Run HiGHS on what it holds; return the plan and its prices, or None when time is up."""
    if not len(links.offer):
        return nothing(problem)
    left = watch.deadline - time.monotonic()
    if np.isfinite(left):
        solver.setOptionValue("time_limit", solver.getRunTime() + max(0.0, left))
    solver.run()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kTimeLimit:
        return None
    if status != highspy.HighsModelStatus.kOptimal:
        raise InternalError(f"HiGHS: {solver.modelStatusToString(status)}")
    found, n = solver.getSolution(), len(problem.supply)
    price = np.maximum(-np.asarray(found.row_dual, dtype=float), 0.0)
    amount = np.maximum(np.asarray(found.col_value, dtype=float), 0.0)
    used = np.flatnonzero(amount > 0)
    return Solution(links.take(used), amount[used], price[:n], price[n:])
