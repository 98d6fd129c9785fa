"""`transport` against HiGHS, networkx, a textbook, and its own proof."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import linprog

from symbiosis import matching
from symbiosis.geography import great_circle_km
from symbiosis.matching import Places, transport
from tests.cases import cases


def highs(supply, demand, value):
    """Return the optimum by HiGHS, independent of ours."""
    n, m = value.shape
    rows = sparse.vstack(
        [sparse.kron(sparse.eye(n), np.ones((1, m))), sparse.kron(np.ones((1, n)), sparse.eye(m))]
    )
    found = linprog(-value.ravel(), A_ub=rows.tocsr(), b_ub=np.concatenate((supply, demand)))
    return -found.fun


def proven(plan, supply, demand, best):
    """Check a plan against an optimum and against its own proof."""
    again = plan.certificate.verify()
    assert plan.value == pytest.approx(best, rel=1e-6, abs=1e-6)
    assert plan.certificate.optimal
    assert again.optimal
    assert again.primal == pytest.approx(plan.certificate.primal)
    assert again.dual == pytest.approx(plan.certificate.dual, rel=1e-6, abs=1e-6)
    assert again.pairs_covered == plan.certificate.pairs_covered
    assert len(plan.offer) <= len(supply) + len(demand) - 1
    assert (plan.amount > 0).all()


@st.composite
def problems(draw):
    """Draw quantities with zeros and ties, and a seed for values."""
    n, m = draw(st.integers(1, 12)), draw(st.integers(1, 12))
    unit = draw(st.sampled_from([1.0, 0.1, 0.37, 1e6]))
    quantity = st.integers(0, 6)
    supply = unit * np.array(draw(st.lists(quantity, min_size=n, max_size=n)), dtype=float)
    demand = np.array(draw(st.lists(quantity, min_size=m, max_size=m)), dtype=float)
    return supply, demand, np.random.default_rng(draw(st.integers(0, 2**32)))


many = settings(
    max_examples=cases(350, 120),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@many
@given(problems(), st.integers(0, 3))
def test_dense_equals_highs(problem, decimals):
    supply, demand, random = problem
    value = random.normal(2, 5, (len(supply), len(demand))).round(decimals)
    proven(transport(supply, demand, value), supply, demand, highs(supply, demand, value))


@many
@given(problems(), st.floats(0.05, 0.9))
def test_sparse_equals_highs(problem, share):
    supply, demand, random = problem
    shape = (len(supply), len(demand))
    value, there = random.normal(2, 5, shape).round(1), random.random(shape) < share
    row, column = np.nonzero(there)
    pairs = sparse.csr_array((value[there], (row, column)), shape=shape)
    best = highs(supply, demand, np.where(there, value, -1.0))
    proven(transport(supply, demand, pairs), supply, demand, best)


@many
@given(problems(), st.sampled_from(["euclidean", "haversine"]), st.booleans(), st.integers(0, 3))
def test_places_equal_highs(problem, metric, near_only, decimals):
    supply, demand, random = problem
    here, there = (random.uniform(0, 3, (len(x), 2)).round(decimals) for x in (supply, demand))
    offer_value, need_value = random.uniform(0, 3, len(supply)), random.uniform(-1, 3, len(demand))
    if metric == "euclidean":
        distance = np.hypot(here[:, None, 0] - there[:, 0], here[:, None, 1] - there[:, 1])
        rate, limit = 1.0, 1.4142 if near_only else None
    else:
        distance = great_circle_km(here[:, :1], here[:, 1:], there[:, 0], there[:, 1])
        rate, limit = 0.01, 150.5 if near_only else None
    value = offer_value[:, None] + need_value - rate * distance
    value = value if limit is None else np.where(distance <= limit, value, -1.0)
    places = Places(here, there, offer_value, need_value, rate, metric, limit)
    plan = transport(supply, demand, places)
    proven(plan, supply, demand, highs(supply, demand, value))


def test_networkx_finds_the_same():
    random = np.random.default_rng(2)
    for _ in range(20):
        n, m = random.integers(1, 9, 2)
        supply, demand = random.integers(0, 9, n), random.integers(0, 9, m)
        value = random.integers(-5, 20, (n, m))
        network = nx.DiGraph()
        network.add_node("sink", demand=int(supply.sum()))
        for i in range(n):
            network.add_node(("o", i), demand=-int(supply[i]))
            network.add_edge(("o", i), "sink", weight=0)
            for j in range(m):
                network.add_edge(("o", i), ("n", j), weight=-int(value[i, j]))
        for j in range(m):
            network.add_edge(("n", j), "sink", capacity=int(demand[j]), weight=0)
        assert transport(supply, demand, value).value == -nx.cost_of_flow(
            network, nx.min_cost_flow(network)
        )


def test_a_textbook_optimum():
    """Dantzig, "Linear Programming and Extensions" (1963), 3.3: two canneries, three markets.

    The published least cost is 153.675 thousand dollars.
    """
    cost = 0.09 * np.array([[2.5, 1.7, 1.8], [2.5, 1.8, 1.4]])
    plan = transport([350, 600], [325, 300, 275], 100 - cost)
    assert 100 * 900 - plan.value == pytest.approx(153.675)


def clustered(n, seed=0):
    random = np.random.default_rng(seed)
    towns = random.uniform(0, 500, (max(5, n // 200), 2))
    here, there = (
        towns[random.integers(0, len(towns), n)] + random.normal(0, 8, (n, 2)) for _ in range(2)
    )
    supply, demand = (np.exp(random.normal(5, 1.5, n)).round(1) for _ in range(2))
    return supply, demand, Places(
        here, there, random.uniform(20, 120, n), random.uniform(10, 80, n), 0.156
    )  # fmt: skip


def test_a_coarse_start_ends_at_the_same_optimum_as_the_matrix():
    supply, demand, places = clustered(1500)
    xy = np.asarray(places.offers_xy), np.asarray(places.needs_xy)
    distance = np.hypot(xy[0][:, None, 0] - xy[1][:, 0], xy[0][:, None, 1] - xy[1][:, 1])
    value = np.asarray(places.offer_value)[:, None] + np.asarray(places.need_value)
    plan = transport(supply, demand, places)
    other = transport(supply, demand, value - 0.156 * distance)
    proven(plan, supply, demand, other.value)
    assert other.certificate.verify().optimal


@pytest.mark.parametrize("kind", ["one_place", "equal", "zeros", "line", "two_towns"])
def test_awkward_cases_end_with_proof(kind):
    supply, demand, places = clustered(1200)
    xy = [np.asarray(places.offers_xy), np.asarray(places.needs_xy)]
    values = [np.asarray(places.offer_value), np.asarray(places.need_value)]
    if kind == "one_place":
        xy = [0 * side for side in xy]
    if kind == "line":
        xy = [side * [1.0, 0.0] for side in xy]
    if kind == "two_towns":
        xy = [side + 1000.0 * (np.arange(1200) % 2)[:, None] for side in xy]
    if kind == "equal":
        values = [0 * side + 50.0 for side in values]
    if kind == "zeros":
        supply, demand = np.where(supply > 150, 0, supply), np.where(demand > 300, 0, demand)
    plan = transport(supply, demand, Places(*xy, *values, 0.156))
    assert plan.certificate.verify().optimal


def test_one_offer_and_many_needs():
    _, demand, places = clustered(3000)
    few = Places(np.asarray(places.offers_xy)[:1], places.needs_xy, 100.0, places.need_value, 0.156)
    plan = transport([demand.sum() / 2], demand, few)
    assert plan.certificate.verify().optimal


def test_the_same_twice_bit_for_bit():
    first, second = (transport(*clustered(1500)) for _ in range(2))
    assert first.offer.tobytes() == second.offer.tobytes()
    assert first.amount.tobytes() == second.amount.tobytes()
    assert first.need_price.tobytes() == second.need_price.tobytes()


@pytest.mark.parametrize("seed", range(30))
def test_quantities_and_values_over_twelve_decades_are_proven(seed):
    """What the least gain adds up to over a huge total is more than a small optimum."""
    random = np.random.default_rng(seed)
    supply, demand = (10.0 ** random.uniform(-6, 6, 9) for _ in range(2))
    values = [10.0 ** random.uniform(-6, 2, 9) for _ in range(2)]
    xy = random.uniform(0, 100, (2, 9, 2))
    plan = transport(supply, demand, Places(*xy, *values, 1.0))
    again = plan.certificate.verify()
    assert again.optimal
    assert again.relative_gap <= 1e-6


def test_a_crowd_in_one_place_is_no_crush():
    """All would ask for the same few partners; equals among equals, few rounds are enough."""
    supply, demand, places = clustered(1200)
    here = np.zeros((1200, 2))
    crowd = transport(supply, demand, replace(places, offers_xy=here, needs_xy=here))
    assert crowd.certificate.verify().optimal
    assert crowd.rounds < 6


@pytest.mark.parametrize("change", ["leaves", "price", "arrives", "limit"])
def test_a_warm_start_ends_where_a_cold_one_does(change):
    supply, demand, places = clustered(1200)
    if change == "arrives":
        supply[7] = demand[7] = 0.0
    plan = transport(supply, demand, places)
    if change == "leaves":
        supply[3] = demand[3] = 0.0
    elif change == "arrives":
        supply[7] = demand[7] = 1234.5
    elif change == "price":
        dearer = np.asarray(places.need_value) + 5.0 * (np.arange(1200) < 9)
        places = replace(places, need_value=dearer)
    else:
        places = replace(places, max_distance=40.0)
    warm, cold = transport(supply, demand, places, start=plan), transport(supply, demand, places)
    assert warm.value == pytest.approx(cold.value, rel=1e-6)
    assert warm.certificate.verify().optimal
    assert warm.pivots < cold.pivots


def test_an_early_stop_is_feasible_and_says_how_far_it_may_be():
    supply, demand, places = clustered(1500)
    best = transport(supply, demand, places).value
    steps = []
    early = transport(supply, demand, places, gap=0.05, progress=steps.append)
    again = early.certificate.verify()
    assert again.largest_violation <= 1e-9
    assert early.value <= best * (1 + 1e-9) <= again.dual * (1 + 1e-9)
    assert again.relative_gap <= 0.05
    assert [step.round for step in steps] == list(range(1, len(steps) + 1))
    assert steps[-1].pairs_covered == 1500**2
    assert steps[-1].value == pytest.approx(early.value)
    late = transport(supply, demand, places, time_limit=0.0)
    assert late.certificate.verify().dual >= best * (1 - 1e-9)
    assert late.certificate.verify().largest_violation <= 1e-9


def test_ctrl_c_gives_the_best_plan_so_far():
    supply, demand, places = clustered(1500)
    plan = transport(supply, demand, places, progress=lambda _: os.kill(os.getpid(), signal.SIGINT))
    assert plan.certificate.verify().largest_violation <= 1e-9
    assert np.isfinite(plan.certificate.dual)
    assert plan.rounds == 1


def test_several_threads_at_once_do_not_meet():
    values = []
    case = clustered(1100)
    threads = [
        threading.Thread(target=lambda: values.append(transport(*case).value)) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(values) == 3
    assert len(set(values)) == 1


def test_the_transport_problem_alone_loads_no_map_no_network_and_no_other_solver():
    """What a process takes before it begins counts: 130 MB of libraries that nothing here uses."""
    code = (
        "import sys; from symbiosis.matching import Certificate, Places, Plan, transport;"
        "sys.exit(sorted({'pandas', 'shapely', 'networkx', 'highspy'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_name_of_the_room_is_there_and_no_other():
    assert all(getattr(matching, name).__name__ == name for name in matching.__all__)
    assert set(matching.__all__) <= set(dir(matching))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        matching.nothing  # noqa: B018


def test_a_long_chain_of_warm_starts_stays_as_exact_as_a_cold_solve():
    """Each solve starts from the last one's proof; what it leaves open must not add up."""
    random, n = np.random.default_rng(12), 150
    places = Places(
        random.uniform(0, 99, (n, 2)), random.uniform(0, 99, (n, 2)),
        random.uniform(20, 90, n), random.uniform(0, 9, n), 1.0,
    )  # fmt: skip
    supply, demand = (np.round(random.random(n) * 90, 1) + 1 for _ in range(2))
    plan = transport(supply, demand, places)
    for leaver in random.permutation(n)[:30]:
        supply[leaver] = 0.0
        demand[random.integers(n)] *= random.choice([0.0, 0.5, 2.0])
        plan = transport(supply, demand, places, start=plan)
        assert plan.value == pytest.approx(transport(supply, demand, places).value, rel=1e-6)
        assert 0 <= plan.certificate.relative_gap < 5e-7
        assert plan.certificate.verify()
