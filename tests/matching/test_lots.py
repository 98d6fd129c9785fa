"""Smallest lots of offers and needs: kept, and the gap of what is found proven."""

from __future__ import annotations

import highspy
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from symbiosis.matching import linear, lots, match, parts, problem, solver
from symbiosis.matching.links import every_paying
from symbiosis.matching.parts import Task
from symbiosis.matching.watch import Watch
from tests.matching.conftest import lane, world
from tests.matching.test_blending import crowd, limited, recipes_of


def lotted(graph, offer_lot, need_lot):
    """Return a graph with smallest lots at both ends; NaN for none."""
    graph.offers["minimum_lot"] = offer_lot
    graph.needs["minimum_lot"] = need_lot
    return graph


def by_yes_and_no(graph):
    """Return the optimum with whole lots by HiGHS over every link, as this test states it."""
    stated = problem.freeze(graph)
    links = every_paying(stated)
    count, n, m = len(links.offer), len(stated.supply), len(stated.demand)
    if not count:
        return 0.0
    own, wanted = (
        np.nan_to_num(table["minimum_lot"].to_numpy(dtype=float))
        for table in (graph.offers, graph.needs)
    )
    lot = np.maximum(own[links.offer], wanted[links.need] / links.gain)
    most = np.minimum(stated.supply[links.offer], stated.demand[links.need] / links.gain)
    names = np.array([one.blend_class for one in graph.lanes])[links.lane]
    share = np.array([one.blend_limit for one in graph.lanes])[links.lane]
    rows, limits = [], []
    for i in range(n):
        rows.append((links.offer == i) * 1.0)
    for j in range(m):
        rows.append((links.need == j) * links.gain)
    limits += [*stated.supply, *stated.demand]
    for name in set(names) - {""}:
        for j in range(m):
            inside = (links.need == j) & (names == name)
            if inside.any():
                rows.append(inside * links.gain)
                limits.append(share[inside].min() * stated.demand[j])
    quantities = sparse.csr_array(np.stack(rows))
    nothing = sparse.csr_array(quantities.shape)
    one = sparse.eye_array(count)
    matrix = sparse.vstack([
        sparse.hstack([quantities, nothing]),
        sparse.hstack([one, -sparse.diags_array(most)]),
        sparse.hstack([-one, sparse.diags_array(lot)]),
    ])  # fmt: skip
    found = milp(
        np.concatenate((-links.value, np.zeros(count))),
        constraints=LinearConstraint(matrix, ub=[*limits, *np.zeros(2 * count)]),
        integrality=np.repeat([0, 1], count),
        bounds=Bounds(0, np.concatenate((np.full(count, np.inf), np.ones(count)))),
        options={"mip_rel_gap": 0.0},
    )
    return -found.fun


def test_a_need_takes_no_less_than_its_lot():
    """The nearer taker wants 8 t at once and 5 are offered: all of it goes to the farther one."""
    graph = world([5], [20, 20], [0], [1, 5], [lane([0], [0, 1], [10], [0, 0])])
    found = match(lotted(graph, np.nan, [8.0, np.nan]))
    assert found.shipments["need_flow"].tolist() == ["n1"]
    assert found.certificate.primal_eur == pytest.approx(5 * 5, rel=1e-4)
    assert found.certificate.optimal
    assert found.certificate.searched_eur == pytest.approx(5 * 5, rel=1e-4)


def test_the_lot_of_a_need_is_in_units_of_its_input():
    """8 t of input are 16 t of residue at a yield of one half: 12 t are too few."""
    one = [lane([0], [0], [10], [0], gain=0.5)]
    found = match(lotted(world([12], [20], [0], [0], one), np.nan, 8.0))
    assert len(found.shipments) == 0
    assert found.unmatched[["reason", "detail"]].to_numpy().tolist() == [
        ["not_worth_it", "minimum_lot"]
    ]
    assert found.certificate.optimal
    served = match(lotted(world([16], [20], [0], [0], one), np.nan, 8.0))
    assert served.shipments["quantity"].tolist() == pytest.approx([16])


def test_the_larger_of_two_lots_holds():
    one = [lane([0], [0], [10], [0])]
    assert len(match(lotted(world([5], [20], [0], [0], one), 2.0, 6.0)).shipments) == 0
    assert len(match(lotted(world([5], [20], [0], [0], one), 6.0, 2.0)).shipments) == 0
    assert len(match(lotted(world([6], [20], [0], [0], one), 6.0, 2.0)).shipments) == 1


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32), st.sampled_from([(1.0,), (0.5, 1.0, 2.0)]))
def test_small_worlds_equal_highs_by_yes_and_no_and_prove_it(seed, gains):
    random = np.random.default_rng(seed)
    graph = recipes_of(random, gains)
    lot = [
        random.choice([np.nan, 3.0, 7.0, 12.0], len(table)) for table in (graph.offers, graph.needs)
    ]
    graph = lotted(graph, *lot)
    found = match(graph)
    best = by_yes_and_no(graph)
    assert found.certificate.primal_eur == pytest.approx(best, rel=1e-6, abs=1e-6)
    assert found.certificate.optimal
    for row in found.shipments.itertuples():
        ends = row.offer_flow, row.need_flow
        for flow, table, amount in zip(
            ends, (graph.offers, graph.needs), (row.quantity, row.quantity * row.gain), strict=True
        ):
            least = table.set_index("flow_id")["minimum_lot"][flow]
            assert np.isnan(least) or amount >= least * (1 - 1e-9)


def test_where_the_search_is_too_large_the_prices_alone_prove_the_gap(monkeypatch):
    graph = lotted(crowd(np.random.default_rng(6), 10), 6.0, np.nan)
    best = match(graph)
    assert best.certificate.searched_eur is not None
    monkeypatch.setattr(lots, "FEW", 0)
    monkeypatch.setattr(lots, "MOST", 0)
    found = match(graph)
    assert found.certificate.searched_eur is None
    assert found.certificate.primal_eur <= best.certificate.primal_eur * (1 + 1e-9)
    assert found.certificate.dual_eur >= best.certificate.primal_eur * (1 - 1e-9)
    assert found.certificate.gap_eur == pytest.approx(
        found.certificate.dual_eur - found.certificate.primal_eur
    )


class Countdown:
    """A wish to stop that comes after so many questions whether there is one."""

    def __init__(self, questions):
        self.left = questions

    def is_set(self):
        self.left -= 1
        return self.left < 0


@pytest.mark.parametrize("questions", [0, 1, 10, 100])
@pytest.mark.parametrize("lot", [np.nan, 6.0])
def test_a_wish_to_stop_in_the_midst_of_a_run_gives_a_feasible_plan_and_a_true_bound(
    questions, lot
):
    graph = crowd(np.random.default_rng(3), 14)
    graph = lotted(graph, lot, np.nan)
    whole = problem.freeze(graph)
    best = parts.solve(Task(whole, 0.0, None))
    found = parts.solve(Task(whole, 0.0, None), stopped=Countdown(questions))
    value = float(found.links.value @ found.amount)
    assert value <= float(best.links.value @ best.amount) * (1 + 1e-7)
    sent = np.bincount(found.links.offer, found.amount, len(whole.supply))
    brought = found.links.gain * found.amount
    received = np.bincount(found.links.need, brought, len(whole.demand))
    assert (sent <= whole.supply * (1 + 1e-9)).all()
    assert (received <= whole.demand * (1 + 1e-9)).all()
    used = whole.blends.used(found.links, found.amount)
    assert (used <= whole.blends.limit * (1 + 1e-9)).all()
    if not np.isnan(lot):
        assert (found.amount >= lot * (1 - 1e-9)).all()
    bound = (
        whole.supply @ found.offer_price
        + whole.demand @ found.need_price
        + whole.blends.limit @ found.blend_price
    )
    assert min(bound, found.bound) >= float(best.links.value @ best.amount) * (1 - 1e-7)


def test_highs_stops_inside_one_run():
    """It asks at every turn of the simplex whether to stop; the fourth answer is yes."""
    stated = problem.freeze(crowd(np.random.default_rng(3), 40))
    links = every_paying(stated)
    highs, watch = solver.quiet(), Watch(stopped=Countdown(3))
    highs.setOptionValue("presolve", "off")
    linear.add_rows(highs, stated)
    starts, rows, factors = linear.entries(stated, links)
    free = np.full(len(links.value), highspy.kHighsInf)
    highs.addCols(
        len(free), -links.value, 0 * links.value, free, len(rows), starts[:-1], rows, factors
    )
    solver.heed(highs, watch)
    assert not solver.run(highs, watch)
    assert highs.getModelStatus() == highspy.HighsModelStatus.kInterrupt
    assert watch.stopped.left < 0


def test_a_share_smaller_than_every_lot_takes_nothing_and_says_why():
    one = limited(lane([0], [0], [10], [0]), "slag", 0.2)
    found = match(lotted(world([30], [20], [0], [0], [one]), 5.0, np.nan))
    assert len(found.shipments) == 0
    assert found.unmatched["reason"].tolist() == ["not_worth_it"]
    assert found.certificate.optimal
