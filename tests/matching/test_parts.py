"""Parts with yields, lots and pins; side by side in processes and on a cluster; earlier matches."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.optimize import linprog

from symbiosis.matching import match, matcher, parts, problem, workers
from symbiosis.matching.links import every_paying
from symbiosis.matching.yields import unit_scales
from symbiosis.scenario import Scenario
from tests.matching.conftest import lane, world


def highs(graph):
    """Return the optimum of a graph by HiGHS over every link, listed."""
    stated = problem.freeze(graph)
    links = every_paying(stated)
    count = np.arange(len(links.offer))
    if not len(count):
        return 0.0
    rows = [
        sparse.csr_array((factor, (end, count)), shape=(size, len(count)))
        for factor, end, size in (
            (np.ones(len(count)), links.offer, len(stated.supply)),
            (links.gain, links.need, len(stated.demand)),
        )
    ]
    limits = np.concatenate((stated.supply, stated.demand))
    return -linprog(-links.value, A_ub=sparse.vstack(rows), b_ub=limits).fun


def territory(random, gains=(0.5, 1.0, 2.0), lanes=5, size=25):
    """Return a random graph of several pathways."""
    n, m = (int(k) for k in random.integers(1, size, 2))
    made = []
    for k in range(lanes):
        offers, needs = (np.flatnonzero(random.random(count) < 0.5) for count in (n, m))
        if len(offers) and len(needs):
            made.append(lane(
                offers, needs, random.normal(10, 10, len(offers)), random.normal(5, 5, len(needs)),
                float(random.choice([0.1, 1.0])), float(random.choice(gains)),
                float(random.choice([5.0, np.inf])), f"p{k}",
            ))  # fmt: skip
    firms = random.integers(0, 10, n + m).tolist()
    return world(
        random.random(n) * 20, random.random(m) * 20,
        random.uniform(0, 20, (n, 2)), random.uniform(0, 20, (m, 2)), made,
        offer_firms=firms[:n], need_firms=firms[n:], forbidden=random.integers(0, 10, (2, 2)),
    )  # fmt: skip


@pytest.mark.parametrize("worlds", [6, pytest.param(40, marks=pytest.mark.slow)])
@pytest.mark.parametrize("gains", [(1.0,), (0.5,), (0.5, 1.0, 2.0)])
def test_every_part_equals_highs_over_every_link_from_cold_and_from_another_match(gains, worlds):
    random, before = np.random.default_rng(5), None
    for _ in range(worlds):
        graph = territory(random, gains)
        best = highs(graph)
        for found in (match(graph), match(graph, start=before)):
            assert found.certificate.primal_eur == pytest.approx(best, rel=1e-6, abs=1e-6)
            assert found.certificate.optimal
        before = found


def test_a_programme_goes_on_from_an_earlier_match_in_fewer_rounds():
    """A firm of many leaves a part of contrary yields: what is left is nearly the same optimum."""
    graph = territory(np.random.default_rng(3), size=150, lanes=8)
    before, cold, warm = match(graph), [], []
    offers = graph.offers.copy()
    offers.loc[offers.index[:2], "quantity"] = 0.001
    changed = replace(graph, offers=offers)
    best = match(changed, progress=cold.append)
    again = match(changed, start=before, progress=warm.append)
    assert again.certificate.primal_eur == pytest.approx(best.certificate.primal_eur, rel=1e-9)
    assert again.certificate.optimal
    assert again.certificate.largest_violation <= 1e-9
    assert len(warm) < len(cold)


def test_a_need_fed_at_one_yield_only_is_a_transport_problem():
    lanes = [lane([0], [0], [1], [0], gain=0.5), lane([1], [1], [1], [0], gain=0.2)]
    graph = world([1, 1], [1, 1], [0, 0], [0, 0], lanes)
    scales = unit_scales(problem.freeze(graph))
    assert scales is not None
    gains = [scales.offer[k] * scales.need[k] for k in (0, 1)]
    assert gains == pytest.approx([0.5, 0.2])
    crossed = [lane([0], [0], [1], [0], gain=0.5), lane([0], [0], [1], [0], gain=0.2)]
    assert unit_scales(problem.freeze(world([1], [1], [0], [0], crossed))) is None


def test_a_smallest_lot_leaves_no_crumbs_and_states_its_gap():
    graph = world(
        [10, 3], [6, 7], [0, 0], [0, 0], [lane([0, 1], [0, 1], [10, 9], [0, 0])],
        scenario=Scenario(detour_factor=1.0, minimum_lot_t=4.0),
    )  # fmt: skip
    found = match(graph)
    assert found.shipments["quantity"].tolist() == pytest.approx([6, 4])
    assert found.certificate.primal_eur == pytest.approx(100)
    assert found.certificate.dual_eur == pytest.approx(10 * 10 + 3 * 9)
    assert found.certificate.searched_eur == pytest.approx(100)
    assert found.certificate.optimal


def test_lots_touch_only_the_parts_that_have_crumbs():
    lanes = [lane([0], [0], [10], [0]), lane([1], [1], [10], [0], pathway="q")]
    scenario = Scenario(detour_factor=1.0, minimum_lot_t=4.0)
    found = match(world([10, 10], [3, 9], [0, 0], [0, 0], lanes, scenario=scenario))
    assert found.shipments["quantity"].tolist() == pytest.approx([9])


def test_a_pin_is_served_first_as_far_as_it_can_be_and_the_rest_is_proven():
    lanes = [lane([0, 1], [0], [10, 1], [0])]
    graph = world([5, 5], [6], [0, 0], [0], lanes, pinned=np.array([[1, 2]]))
    found = match(graph)
    sent = found.shipments.set_index("offer_flow")["quantity"]
    assert sent.to_dict() == pytest.approx({"o0": 1.0, "o1": 5.0})
    assert found.certificate.optimal
    assert found.certificate.primal_eur == pytest.approx(15)


def test_a_shipment_that_is_not_admissible_is_a_violation():
    from symbiosis.matching.certificate import certify

    graph = world([5], [5], [0], [9], [lane([0], [0], [10], [0], limit=3.0)])
    rows = pd.DataFrame(
        {"offer": [0], "need": [0], "lane": [0], "quantity": [5.0], "pinned": [False]}
    )
    prices = pd.DataFrame({"price_eur_per_unit": [0.0, 0.0]})
    assert certify(graph, rows, prices).largest_violation == 1.0


def several(parts=4, size=60):
    """Return a graph of several unconnected parts."""
    random = np.random.default_rng(11)
    lanes = [
        lane(np.arange(size) + k * size, np.arange(size) + k * size,
             random.uniform(20, 90, size), random.uniform(0, 9, size), 1.0, pathway=f"p{k}")
        for k in range(parts)
    ]  # fmt: skip
    count = parts * size
    places = [random.uniform(0, 60, (count, 2)) for _ in range(2)]
    quantities = [np.round(random.random(count) * 90, 1) + 1 for _ in range(2)]
    return world(*quantities, *places, lanes)


def mixed(graph):
    """Return a graph whose second part has contrary yields and third a blending limit that binds.

    The second's offers and needs meet again at half the yield; the third's recipe takes a tenth of
    one class.
    """
    lanes = list(graph.lanes)
    lanes.append(replace(lanes[1], pathway="half", gain=0.5))
    lanes.append(replace(lanes[2], pathway="other"))
    lanes[2] = replace(lanes[2], blend_class="slag", blend_limit=0.1)
    return replace(graph, lanes=tuple(lanes))


def same(one, other):
    """Check that two matches are the same bit for bit."""
    pd.testing.assert_frame_equal(one.shipments, other.shipments, check_exact=True)
    pd.testing.assert_frame_equal(one.prices, other.prices, check_exact=True)


@pytest.mark.slow
def test_four_processes_find_the_same_bit_for_bit_and_tell_of_every_part():
    """Two are tried in `test_roads` and `test_blending`."""
    graph, steps = mixed(several()), []
    best = match(graph)
    same(best, match(graph, processes=4, progress=steps.append))
    last = {step.part: step for step in steps}
    assert sorted(last) == [1, 2, 3, 4]
    assert all(step.parts == 4 for step in steps)
    assert all(step.relative_gap < 1e-6 and step.pairs_covered > 0 for step in last.values())
    assert sum(step.value for step in last.values()) == pytest.approx(best.certificate.primal_eur)


def test_what_a_lot_leaves_is_not_told_as_a_full_taker():
    """10 t offered in lots of 6 to two takers of 5: both have room, neither can be served."""
    lanes = [lane([0], [0, 1], [10], [0, 0])]
    graph = world([10], [5, 5], [0], [0, 0], lanes)
    graph.offers["minimum_lot"] = 6.0
    found = match(graph)
    assert len(found.shipments) == 0
    assert found.unmatched[["reason", "detail"]].to_numpy().tolist() == [
        ["not_worth_it", "minimum_lot"]
    ]


def test_no_time_at_all_gives_an_empty_match_with_its_gap():
    graph = territory(np.random.default_rng(2), size=60, lanes=8)
    best = match(graph)
    late = match(graph, time_limit=0.0)
    assert late.certificate.largest_violation <= 1e-9
    assert late.certificate.dual_eur >= best.certificate.primal_eur * (1 - 1e-9)
    assert late.certificate.primal_eur <= best.certificate.primal_eur * (1 + 1e-9)


@pytest.mark.slow
def test_all_parts_stop_at_one_time_wherever_they_are_solved():
    """The limit is that of the whole match, not of each part in turn."""
    graph = mixed(several())
    whole = problem.freeze(graph)
    laid = problem.cut(whole)
    tasks = matcher._tasks(laid, [None] * len(laid), (0.0, 12.5))
    assert {task.until for task in tasks} == {12.5}
    stopped = match(graph, time_limit=0.0, processes=2)
    assert stopped.certificate.largest_violation <= 1e-9
    assert stopped.certificate.relative_gap > 0
    best = match(graph).certificate.primal_eur
    assert stopped.certificate.dual_eur >= best * (1 - 1e-9)


def test_ctrl_c_stops_a_part_in_a_process_of_its_own_and_leaves_the_process(monkeypatch):
    asked = threading.Event()
    monkeypatch.setattr(workers, "_ASKED", asked)
    before = signal.getsignal(signal.SIGINT)
    try:
        workers._heed()
        os.kill(os.getpid(), signal.SIGINT)
        assert asked.wait(10)
    finally:
        signal.signal(signal.SIGINT, before)
    graph = mixed(several())
    laid = problem.cut(problem.freeze(graph))
    tasks = matcher._tasks(laid, [None] * len(laid), (0.0, None))
    worth = [
        sum(float(one.links.value @ one.amount) for one in map(solve, tasks))
        for solve in (lambda task: workers._solve_there(task)[0], parts.solve)
    ]
    assert worth[0] < worth[1], "a small part may come to its end; not all of them"
