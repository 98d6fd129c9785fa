"""The linear programme of a part on HiGHS, over all its links by column generation.

Parts whose yields cannot be scaled away come here, and those whose blending limits bind. HiGHS
solves over the links in play; the geometric search finds, from its prices, links that would still
pay, until none does. A link of a blending class pays the price of the class's row beside that of
the need: the search sees a need that is worth so much less on the lanes of that class.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import highspy
import numpy as np
from numpy.typing import NDArray

from symbiosis.matching.arrays import Floats, Ints
from symbiosis.matching.atlas import Atlas
from symbiosis.matching.few import promising
from symbiosis.matching.greedy import fill
from symbiosis.matching.lanes import Field, Lanes
from symbiosis.matching.links import Links, joined, none
from symbiosis.matching.problem import Problem
from symbiosis.matching.solver import heed, quiet, run
from symbiosis.matching.watch import Watch

TOLERANCE = 1e-8
"""A gain below this share of the largest worth is as good as none."""
FEW = 2
"""Links that each offer and each need brings into a round, the best of all its lanes."""


class Solution(NamedTuple):
    """What a solver found for a part.

    ``links`` and their ``amount`` (units of residue a year), and what one more unit of each offer,
    of each need and under each blending limit would be worth. ``bound`` is what no plan with whole
    lots is worth more than, where a search by yes and no proved less than the prices do.
    """

    links: Links
    amount: Floats
    offer_price: Floats
    need_price: Floats
    blend_price: Floats
    bound: float = np.inf


class Basis(NamedTuple):
    """Where an earlier optimum leaves off: links that carried something, and flows with a price.

    ``used`` holds keys, ascending; ``offer`` and ``need`` say whose limit was binding.
    """

    used: Ints
    offer: NDArray[np.bool_]
    need: NDArray[np.bool_]


def nothing(problem: Problem) -> Solution:
    """Return the solution that ships nothing."""
    prices = np.zeros(len(problem.supply)), np.zeros(len(problem.demand))
    return Solution(none(), np.empty(0), *prices, np.zeros(len(problem.blends.key)))


def priced(problem: Problem, found: Solution) -> float:
    """Return what the prices of a solution say that everything together is worth."""
    return float(
        problem.supply @ found.offer_price
        + problem.demand @ found.need_price
        + problem.blends.limit @ found.blend_price
    )


def best(problem: Problem, one: Solution, other: Solution) -> Solution:
    """Return the plan of more worth of two, at the prices that prove the lower bound.

    The prices of both must leave no link that pays (see `_lifted`).
    """
    plan = max((one, other), key=worth)
    proof = min((one, other), key=lambda found: priced(problem, found))
    return proof._replace(links=plan.links, amount=plan.amount)


def worth(found: Solution) -> float:
    """Return what the shipments of a solution are worth."""
    return float(found.links.value @ found.amount)


def generate(
    problem: Problem, atlas: Atlas, keys: Ints, watch: Watch, start: Basis | None = None
) -> Solution:
    """Return the optimum over all links of a part, or the best so far when time is up.

    Parameters
    ----------
    problem, atlas
        The part, and the same for the search; its scales are 1.
    keys
        Links to begin with.
    watch
        When to stop.
    start
        Where an earlier optimum leaves off; it need not fit.
    """
    solver = quiet()
    # Presolving takes the basis of the last round away, and half of all time.
    solver.setOptionValue("presolve", "off")
    heed(solver, watch)
    add_rows(solver, problem)
    links, fresh, rounds = none(), keys, 0
    solution, proof = nothing(problem), None
    while True:
        rounds += 1
        more = atlas.links(fresh)
        _add(solver, more, problem)
        if start is not None and rounds == 1:
            _resume(solver, problem, np.isin(fresh, start.used), start)
        links = joined([links, more])
        newer = _solved(solver, problem, links, watch)
        if newer is None:
            return _at_once(problem, atlas, links, (solution, proof))
        solution = newer
        floor = TOLERANCE * float(np.abs(links.value).max(initial=1e-300))
        found, lifted = _lifted(problem, atlas, solution, floor)
        proof = lifted if proof is None else best(problem, lifted, proof)
        fresh = _best(problem, atlas, solution, np.setdiff1d(found, keys))
        keys = np.union1d(keys, fresh)
        last = watch.enough(rounds, worth(solution), priced(problem, proof))
        if not len(fresh):
            return solution
        if last:
            return proof


def begin(atlas: Atlas) -> Ints:
    """Return the links to begin with: the best of the nearest in every lane, for each flow."""
    keys = atlas.lanes.nearest(FEW)
    worth = atlas.lanes.worth(keys)
    pays = worth > 0
    keys, worth = keys[pays], worth[pays]
    return keys[promising(atlas.lanes.ends(keys), worth, FEW)]


def _best(problem: Problem, atlas: Atlas, solution: Solution, keys: Ints) -> Ints:
    """Return the few of some links that would gain most at the prices of a solution."""
    links = atlas.links(keys)
    need_price = solution.need_price[links.need]
    if solution.blend_price.any():
        need_price = need_price + problem.blends.prices(links, solution.blend_price)
    asked = solution.offer_price[links.offer] + links.gain * need_price
    return keys[promising((links.offer, links.need), links.value - asked, FEW)]


def _at_once(
    problem: Problem, atlas: Atlas, links: Links, so_far: tuple[Solution, Solution | None]
) -> Solution:
    """Return the last plan, or a greedy one where that is worth more, at the best proof so far."""
    last, proof = so_far
    if proof is None:
        proof = _lifted(problem, atlas, last, 0.0)[1]
    chosen, amount = fill(problem, links)
    return best(problem, proof, proof._replace(links=chosen, amount=amount))


def _lifted(
    problem: Problem, atlas: Atlas, solution: Solution, floor: float
) -> tuple[Ints, Solution]:
    """Return the links that gain more than a floor, and the solution at prices that no link beats.

    A blending price is asked of the links of its class alone, so that the class's lanes are
    searched with needs that are worth so much less.
    """
    lanes = atlas.lanes
    if solution.blend_price.any():
        lanes = _dearer(problem, atlas, solution.blend_price)
    prices = solution.offer_price[atlas.offers], solution.need_price[atlas.needs]
    found, gain, _ = lanes.ask(*prices, FEW, floor)
    offer_price = solution.offer_price.copy()
    offer_price[atlas.offers] += gain
    return found, solution._replace(offer_price=offer_price)


def _dearer(problem: Problem, atlas: Atlas, blend_price: Floats) -> Lanes:
    """Return the lanes of an atlas with blending prices taken off what their links are worth."""
    fields = tuple(
        _dearer_field(problem, atlas, field, k, blend_price)
        for k, field in enumerate(atlas.lanes.fields)
    )
    named = atlas.lanes.named
    if named is not None:
        charge = problem.blends.prices(atlas.links(named.keys), blend_price)
        named = replace(named, worth=named.worth - named.gain * charge)
    return replace(atlas.lanes, fields=fields, named=named)


def _dearer_field(
    problem: Problem, atlas: Atlas, field: Field, number: int, blend_price: Floats
) -> Field:
    needs = atlas.needs[field.needs]
    row = problem.blends.rows(np.full(len(needs), number), needs)
    charge = np.append(blend_price, 0.0)[row]
    return replace(field, need_value=field.need_value - field.gain * charge)


def add_rows(solver: highspy.Highs, problem: Problem) -> None:
    """Add one row an offer, one a need and one a blending limit, without columns."""
    most = np.concatenate((problem.supply, problem.demand, problem.blends.limit))
    least = np.full(len(most), -highspy.kHighsInf)
    empty: Ints = np.empty(0, dtype=np.int32)
    solver.addRows(len(most), least, most, 0, empty, empty, np.empty(0))


def _add(solver: highspy.Highs, links: Links, problem: Problem) -> None:
    """Add one column a link: 1 in its offer's row, its gain in its need's and in its class's."""
    count = len(links.offer)
    if not count:
        return
    starts, rows, factors = entries(problem, links)
    ceiling = np.full(count, highspy.kHighsInf)
    solver.addCols(
        count, -links.value, np.zeros(count), ceiling, len(rows), starts[:-1], rows, factors
    )


def _resume(solver: highspy.Highs, problem: Problem, used: NDArray[np.bool_], start: Basis) -> None:
    """Begin at the basis of an earlier optimum; HiGHS mends what does not fit in it."""
    blends = np.zeros(len(problem.blends.key), dtype=bool)
    binding = np.concatenate((start.offer, start.need, blends))
    status = highspy.HighsBasisStatus
    basis = highspy.HighsBasis()
    basis.valid, basis.alien = True, True
    basis.col_status = [status.kBasic if one else status.kLower for one in used.tolist()]
    basis.row_status = [status.kUpper if one else status.kBasic for one in binding.tolist()]
    solver.setBasis(basis)


def entries(problem: Problem, links: Links) -> tuple[Ints, Ints, Floats]:
    """Return the columns of some links: where each begins (and the end), its rows, its factors."""
    n, m = len(problem.supply), len(problem.demand)
    limit = problem.blends.rows(links.lane, links.need)
    rows = np.column_stack((links.offer, n + links.need, n + m + limit))
    factors = np.column_stack((np.ones(len(limit)), links.gain, links.gain))
    there = np.ones(rows.shape, dtype=bool)
    there[:, 2] = limit >= 0
    starts = np.concatenate(([0], np.cumsum(there.sum(axis=1))))
    return starts.astype(np.int32), rows[there].astype(np.int32), factors[there]


def _solved(solver: highspy.Highs, problem: Problem, links: Links, watch: Watch) -> Solution | None:
    """Run HiGHS on what it holds; return the plan and its prices, or None when time is up."""
    if not len(links.offer):
        return nothing(problem)
    if not run(solver, watch):
        return None
    found, n, m = solver.getSolution(), len(problem.supply), len(problem.demand)
    price = np.maximum(-np.asarray(found.row_dual, dtype=float), 0.0)
    amount = np.maximum(np.asarray(found.col_value, dtype=float), 0.0)
    used = np.flatnonzero(amount > 0)
    prices = price[:n], price[n : n + m], price[n + m :]
    return Solution(links.take(used), amount[used], *prices)
