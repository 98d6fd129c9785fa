"""The linear programme of a part on HiGHS, with its prices."""

from __future__ import annotations

from typing import NamedTuple

import highspy
import numpy as np

from symbiosis.errors import InternalError
from symbiosis.matching.links import Links
from symbiosis.matching.problem import Floats, Problem


class Solution(NamedTuple):
    """What a solver found for a part.

    ``links`` and their ``amount`` (units of residue a year), and what one more unit of each offer
    and of each need would be worth.
    """

    links: Links
    amount: Floats
    offer_price: Floats
    need_price: Floats


def solve(problem: Problem, links: Links) -> Solution:
    """Return the optimum of a problem over some links.

    Raises
    ------
    InternalError
        If HiGHS stops without an optimum: the programme is always feasible and bounded.
    """
    n = len(problem.supply)
    if not len(links.offer):
        return Solution(links, np.empty(0), np.zeros(n), np.zeros(len(problem.demand)))
    solver = quiet()
    solver.passModel(_programme(problem, links))
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise InternalError(f"HiGHS: {solver.modelStatusToString(solver.getModelStatus())}")
    found = solver.getSolution()
    price = np.maximum(-np.asarray(found.row_dual, dtype=float), 0.0)
    amount = np.maximum(np.asarray(found.col_value, dtype=float), 0.0)
    used = np.flatnonzero(amount > 0)
    return Solution(links.take(used), amount[used], price[:n], price[n:])


def quiet() -> highspy.Highs:
    """Return a solver that prints nothing and answers alike on every machine with one thread."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("primal_feasibility_tolerance", 1e-9)
    solver.setOptionValue("dual_feasibility_tolerance", 1e-9)
    return solver


def _programme(problem: Problem, links: Links) -> highspy.HighsLp:
    """Return the programme: one column a link, one row an offer, then one row a need."""
    n, m, count = len(problem.supply), len(problem.demand), len(links.offer)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = count, n + m
    lp.col_cost_ = -links.value
    lp.col_lower_, lp.col_upper_ = np.zeros(count), np.full(count, highspy.kHighsInf)
    lp.row_lower_ = np.full(n + m, -highspy.kHighsInf)
    lp.row_upper_ = np.concatenate((problem.supply, problem.demand))
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.arange(0, 2 * count + 1, 2)
    lp.a_matrix_.index_ = np.column_stack((links.offer, n + links.need)).ravel()
    lp.a_matrix_.value_ = np.column_stack((np.ones(count), links.gain)).ravel()
    return lp
