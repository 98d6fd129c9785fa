"""Smallest lots: parts that would ship crumbs are solved again with yes or no on every link.

What is proven: the plan without lots bounds the plan with them, and its prices say more. With ``P``
the worth of some plan that keeps the lots and ``D`` the bound of the prices, a link that loses
``r`` a unit at these prices and ships at least ``l`` takes ``r l`` off ``D`` in any plan that uses
it: where ``r l > D - P`` that plan is worth less than ``P``. So the links with ``r l ≤ D - P`` are
all that a better plan can use. They are found among every pair, and HiGHS's branch and bound over
them proves its bound over all pairs. Where they are more than `MOST`, only the best are searched,
and the bound of the prices is what is proven.
"""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np

from symbiosis.matching.arrays import Floats, Ints
from symbiosis.matching.greedy import fill
from symbiosis.matching.linear import Solution, add_rows, entries, priced, worth
from symbiosis.matching.links import Links, blocks, joined, none
from symbiosis.matching.problem import Problem, least_lots
from symbiosis.matching.solver import heed, quiet
from symbiosis.matching.watch import Watch

GAP = 1e-7
WHOLE = 1e-9
SECONDS = 60.0
"""Longest search of one part, in seconds."""
NEAR = 10
"""Links kept for each offer and each need: those that would lose least at the prices."""
FIRST = 1 / 3
"""Part of the time for a first search among the nearest links, where all of them are too many."""
FEW = 2_000
MOST = 20_000
"""Links that are searched at once, and most links that are searched at all."""
CRUMB = 1e-9
SLACK = 1e-9
"""Share of the bound by which a link's loss must pass the gap before it is given up."""


def respect(problem: Problem, found: Solution, watch: Watch) -> Solution:
    """Return a plan whose shipments reach the smallest lots, at the prices of the plan without.

    Parameters
    ----------
    problem
        A part.
    found
        Its plan without lots.
    watch
        When to stop.
    """
    if not np.any(found.amount < _lot(problem, found.links) * (1 - CRUMB)):
        return found
    proof, near = _survey(problem, found)
    plan = _better(_kept(problem, found), found._replace(**_greedy(problem, near)))
    possible = _possible(problem, proof, worth(plan), FEW)
    if possible is None:
        plan = _better(plan, _searched(problem, plan, near, watch, FIRST)[0])
        possible = _possible(problem, proof, worth(plan), MOST)
    if possible is None:
        return plan
    last, bound = _searched(problem, plan, possible, watch)
    plan = _better(plan, last)
    return plan._replace(bound=max(bound, worth(plan)))


def _better(one: Solution, other: Solution) -> Solution:
    return other if worth(other) > worth(one) else one


def _kept(problem: Problem, found: Solution) -> Solution:
    """Return a plan without its shipments below the lot."""
    keep = found.amount >= _lot(problem, found.links) * (1 - CRUMB)
    return found._replace(links=found.links.take(keep), amount=found.amount[keep])


def _greedy(problem: Problem, links: Links) -> dict[str, Any]:
    return dict(zip(("links", "amount"), fill(problem, links), strict=True))


def _survey(problem: Problem, found: Solution) -> tuple[Solution, Links]:
    """Look at every pair: return prices that no link beats, and the links that lose least."""
    offer_price, near = found.offer_price.copy(), [none()]
    for links in blocks(problem):
        able = links.take(_most(problem, links) >= _lot(problem, links))
        np.maximum.at(offer_price, able.offer, able.value - _charge(problem, found, able))
        loss = found.offer_price[able.offer] + _charge(problem, found, able) - able.value
        near.append(able.take(_least(able.offer, loss) | _least(able.need, loss)))
    return found._replace(offer_price=offer_price), joined(near)


def _possible(problem: Problem, proof: Solution, least: float, most: int) -> Links | None:
    """Return the links that a plan worth more than ``least`` can use; None for too many of them."""
    bound, found, count = priced(problem, proof), [none()], 0
    allowed = bound - least + SLACK * max(bound, 1.0)
    for links in blocks(problem):
        loss = proof.offer_price[links.offer] + _charge(problem, proof, links) - links.value
        able = _most(problem, links) >= _lot(problem, links)
        found.append(links.take(able & (loss * _lot(problem, links) <= allowed)))
        count += len(found[-1].offer)
        if count > most:
            return None
    return joined(found)


def _charge(problem: Problem, found: Solution, links: Links) -> Floats:
    """Return what a unit of residue pays at the other end of each link."""
    price = found.need_price[links.need] + problem.blends.prices(links, found.blend_price)
    charge: Floats = links.gain * price
    return charge


def _most(problem: Problem, links: Links) -> Floats:
    """Return what each link could ship alone."""
    row = problem.blends.rows(links.lane, links.need)
    room = np.minimum(problem.demand[links.need], np.append(problem.blends.limit, np.inf)[row])
    most: Floats = np.minimum(problem.supply[links.offer], room / links.gain)
    return most


def _lot(problem: Problem, links: Links) -> Floats:
    return least_lots(problem, links.offer, links.need, links.gain)


def _least(group: Ints, loss: Floats) -> np.ndarray:
    """Return which entries are among the `NEAR` least of their group."""
    order = np.lexsort((loss, group))
    ranked = group[order]
    first = np.searchsorted(ranked, ranked)
    keep = np.zeros(len(group), dtype=bool)
    keep[order] = np.arange(len(group)) - first < NEAR
    return keep


def _searched(
    problem: Problem, start: Solution, links: Links, watch: Watch, share: float = 1.0
) -> tuple[Solution, float]:
    """Return the best plan over some links that a search finds in time, and HiGHS's own bound.

    ``share`` is the part of the time that it may take.
    """
    if not len(links.offer):
        return start, 0.0
    if watch.over():
        return start, np.inf
    solver = quiet()
    heed(solver, watch)
    solver.setOptionValue("mip_rel_gap", GAP)
    solver.setOptionValue("mip_feasibility_tolerance", WHOLE)
    solver.setOptionValue("time_limit", share * min(SECONDS, watch.left()))
    _state(solver, problem, links)
    solver.run()
    info = solver.getInfo()
    bound = -float(info.mip_dual_bound)
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return start, bound
    yes = np.asarray(solver.getSolution().col_value, dtype=float)[len(links.offer) :] > 0.5
    return _exact(problem, start, links.take(yes), watch), bound


def _exact(problem: Problem, start: Solution, links: Links, watch: Watch) -> Solution:
    """Return the best quantities on links that are all used: a yes is 1 only to a tolerance."""
    if not len(links.offer):
        return start
    solver = quiet()
    heed(solver, watch)
    add_rows(solver, problem)
    starts, index, factors = entries(problem, links)
    least, most = _lot(problem, links), _most(problem, links)
    solver.addCols(len(least), -links.value, least, np.maximum(least, most), len(index),
                   starts[:-1], index, factors)  # fmt: skip
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return start
    amount = np.maximum(np.asarray(solver.getSolution().col_value, dtype=float), least)
    used = amount > 0
    return start._replace(links=links.take(used), amount=amount[used])


def _state(solver: highspy.Highs, problem: Problem, links: Links) -> None:
    """State ``lot z ≤ x ≤ most z`` with z of 0 or 1 for every link, beside the quantities."""
    count = len(links.offer)
    most, lot = _most(problem, links), _lot(problem, links)
    starts, index, factors = entries(problem, links)
    limits = np.concatenate((problem.supply, problem.demand, problem.blends.limit))
    base, place = len(limits), np.arange(count)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = 2 * count, base + 2 * count
    lp.col_cost_ = np.concatenate((-links.value, np.zeros(count)))
    lp.col_lower_ = np.zeros(2 * count)
    lp.col_upper_ = np.concatenate((most, np.ones(count)))
    lp.row_lower_ = np.full(lp.num_row_, -highspy.kHighsInf)
    lp.row_upper_ = np.concatenate((limits, np.zeros(2 * count)))
    column = np.repeat(place, np.diff(starts))
    rows = np.concatenate((index, base + place, base + place, base + count + place,
                           base + count + place))  # fmt: skip
    columns = np.concatenate((column, place, count + place, place, count + place))
    values = np.concatenate((factors, np.ones(count), -most, -np.ones(count), lot))
    order = np.lexsort((rows, columns))
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.searchsorted(columns[order], np.arange(2 * count + 1))
    lp.a_matrix_.index_ = rows[order]
    lp.a_matrix_.value_ = values[order]
    whole = [highspy.HighsVarType.kContinuous] * count + [highspy.HighsVarType.kInteger] * count
    lp.integrality_ = whole
    solver.passModel(lp)
