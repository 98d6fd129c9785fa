"""Blending limits: the share of a need that a class of residue may serve, exactly and proven."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import linprog

from symbiosis.geography import great_circle_km
from symbiosis.matching import blending, match, problem
from symbiosis.matching.certificate import certify
from symbiosis.scenario import Scenario
from tests.matching.conftest import lane, world
from tests.matching.test_parts import same
from tests.matching.test_roads import measured


def limited(made, blend_class, share):
    return replace(made, blend_class=blend_class, blend_limit=share)


def dense(graph):
    """Return the optimum by HiGHS over every pair of every lane, from the graph's own tables."""
    supply, demand = graph.offers["quantity"].to_numpy(), graph.needs["quantity"].to_numpy()
    sides = [table[["longitude", "latitude"]].to_numpy() for table in (graph.offers, graph.needs)]
    circle = great_circle_km(sides[0][:, :1], sides[0][:, 1:], sides[1][:, 0], sides[1][:, 1])
    firms = graph.offers["firm_index"].to_numpy()[:, None], graph.needs["firm_index"].to_numpy()
    km = graph.roads.distance_km(firms, circle, graph.scenario.detour_factor)
    met = firms[0] != firms[1]
    for giver, taker in graph.forbidden:
        met &= ~((firms[0] == giver) & (firms[1] == taker))
    blocks, worth, limit = [], [], {}
    for one in graph.lanes:
        far = km[np.ix_(one.offers, one.needs)]
        i, j = np.nonzero(met[np.ix_(one.offers, one.needs)] & (far <= one.max_distance_km))
        worth.append(one.offer_value[i] + one.need_value[j] - one.rate_per_km * far[i, j])
        blocks.append((one.offers[i], one.needs[j], np.full(len(i), one.gain), one.blend_class))
        for need in one.needs if one.blend_class else ():
            most = min(one.blend_limit * demand[need], limit.get((one.blend_class, need), np.inf))
            limit[one.blend_class, need] = most
    count = sum(len(block[0]) for block in blocks)
    if not count:
        return 0.0
    offer, need, gain = (np.concatenate([block[k] for block in blocks]) for k in range(3))
    names = np.repeat([block[3] for block in blocks], [len(block[0]) for block in blocks])
    rows = [(np.ones(count), offer == k) for k in range(len(supply))]
    rows += [(gain, need == k) for k in range(len(demand))]
    rows += [(gain, (names == name) & (need == k)) for name, k in limit]
    matrix = sparse.csr_array(np.stack([factor * inside for factor, inside in rows]))
    most = np.concatenate((supply, demand, list(limit.values())))
    return -linprog(-np.concatenate(worth), A_ub=matrix, b_ub=most).fun


def test_a_lone_class_fills_its_share_and_no_more():
    """50 t of slag for a need of 100 t that takes 20 % of it: 20 t go at 10 - 1 EUR."""
    graph = world([50], [100], [0], [1], [limited(lane([0], [0], [10], [0]), "slag", 0.2)])
    found = match(graph)
    assert found.shipments["quantity"].tolist() == pytest.approx([20])
    assert found.certificate.primal_eur == pytest.approx(20 * 9, rel=1e-4)
    assert found.certificate.optimal
    assert found.certificate.largest_violation <= 1e-9
    assert found.unmatched[["quantity", "reason", "detail"]].to_numpy().tolist() == [
        [pytest.approx(30), "blending_limit", "Firm 1"]
    ]
    row = found.blending.iloc[0]
    assert (row["flow_id"], row["blend_class"], row["unit"]) == ("n0", "slag", "t")
    assert [row["limit_share"], row["limit"], row["used"]] == pytest.approx([0.2, 20, 20])
    assert row["price_eur_per_unit"] == pytest.approx(9, rel=1e-4)
    # One more tonne of the need would let in a fifth of a tonne of slag.
    price = found.prices.set_index("flow_id")["price_eur_per_unit"]
    assert price["n0"] == pytest.approx(0.2 * 9, rel=1e-4)
    assert price["o0"] == pytest.approx(0)


def test_the_limit_is_of_the_input_and_not_of_the_residue():
    """At a yield of one half, 20 t of input are 40 t of residue."""
    one = limited(lane([0], [0], [10], [0], gain=0.5), "slag", 0.2)
    assert match(world([50], [100], [0], [0], [one])).shipments["quantity"].tolist() == (
        pytest.approx([40])
    )


def test_two_pathways_of_one_class_share_the_limit_and_another_class_fills_the_rest():
    """A need of 100 t: slag 30 % by two pathways, ash 40 %, and a free residue for what is left.

    The best is 30 t of slag at 9, 40 t of ash at 8 and 30 t of the free one at 5.
    """
    lanes = [
        limited(lane([0], [0], [9], [0], pathway="ground"), "slag", 0.3),
        limited(lane([1], [0], [7], [0], pathway="raw"), "slag", 0.3),
        limited(lane([2], [0], [8], [0], pathway="ash"), "ash", 0.4),
        lane([3], [0], [5], [0], pathway="free"),
    ]
    found = match(world([25, 50, 60, 90], [100], [0, 0, 0, 0], [0], lanes))
    sent = found.shipments.set_index("offer_flow")["quantity"].to_dict()
    assert sent == pytest.approx({"o0": 25, "o1": 5, "o2": 40, "o3": 30})
    assert found.certificate.primal_eur == pytest.approx(25 * 9 + 5 * 7 + 40 * 8 + 30 * 5)
    assert found.certificate.optimal
    # The free residue fills the need: what slag and ash keep has no room anywhere any more.
    assert set(found.unmatched["reason"]) == {"taker_full"}
    price = found.blending.set_index("blend_class")["price_eur_per_unit"]
    assert price.to_dict() == pytest.approx({"slag": 2, "ash": 3})
    assert found.prices.set_index("flow_id")["price_eur_per_unit"]["n0"] == pytest.approx(
        5 + 0.3 * 2 + 0.4 * 3
    )


def test_a_limit_sends_the_rest_to_a_farther_taker():
    one = limited(lane([0], [0, 1], [20], [0, 0]), "slag", 0.5)
    found = match(world([10], [10, 10], [0], [1, 9], [one]))
    assert found.shipments["need_flow"].tolist() == ["n0", "n1"]
    assert found.shipments["quantity"].tolist() == pytest.approx([5, 5])
    assert found.certificate.optimal


def test_a_pin_fills_the_share_and_goes_no_further():
    one = limited(lane([0, 1], [0], [1, 9], [0]), "slag", 0.5)
    found = match(world([10, 10], [10], [0, 0], [0], [one], pinned=np.array([[0, 2]])))
    assert found.shipments["offer_flow"].tolist() == ["o0"]
    assert found.shipments["quantity"].tolist() == pytest.approx([5])
    assert found.certificate.optimal


def test_lots_and_limits_meet():
    """A share of 5 t cannot take a lot of 6 t: the lot goes to the farther taker."""
    one = limited(lane([0], [0, 1], [20], [0, 0]), "slag", 0.5)
    scenario = Scenario(detour_factor=1.0, minimum_lot_t=6.0)
    found = match(world([10], [10, 40], [0], [1, 9], [one], scenario=scenario))
    assert found.shipments["need_flow"].tolist() == ["n1"]
    assert found.shipments["quantity"].tolist() == pytest.approx([10])
    assert found.certificate.optimal


def test_needs_fall_apart_only_where_that_is_exact():
    """n0 in two classes of 0.3 and 0.6; n1 in classes of 0.6 and 0.6; n2 in one and free."""
    lanes = [
        limited(lane([0], [0, 1, 2], [9], [0, 0, 0]), "slag", 0.6),
        limited(lane([0], [0], [9], [0]), "ash", 0.3),
        limited(lane([0], [1], [9], [0]), "ash", 0.6),
        lane([0], [2], [9], [0]),
    ]
    whole = problem.freeze(world([1], [10, 10, 10], [0], [0, 0, 0], lanes))
    laid, origin = blending.split(problem.trimmed(whole))
    assert origin.tolist() == [0, 1, 2, 0, 0]
    assert laid.demand[3:].tolist() == pytest.approx([3, 6])
    assert laid.blends.need.tolist() == [1, 1, 2]
    assert laid.lanes[0].needs.tolist() == [1, 2, 4]


def test_a_plan_over_a_limit_is_a_breach_and_no_price_hides_it():
    graph = world([50], [100], [0], [0], [limited(lane([0], [0], [10], [0]), "slag", 0.2)])
    rows = pd.DataFrame(
        {"offer": [0], "need": [0], "lane": [0], "quantity": [30.0], "pinned": [False]}
    )
    found = match(graph)
    assert certify(graph, rows, found.prices, found.blending).largest_violation == (
        pytest.approx(0.5)
    )
    shipped = rows.assign(quantity=20.0)
    assert certify(graph, shipped, found.prices, found.blending).optimal
    # Without the price of the limit the same prices prove less, and never too much.
    assert certify(graph, shipped, found.prices).dual_eur > 20 * 10 * (1 - 1e-9)


def test_networkx_finds_the_same_optimum():
    random = np.random.default_rng(4)
    for _ in range(10):
        graph = replace(recipes_of(random), forbidden=np.empty((0, 2), dtype=np.int64))
        found = match(graph)
        for network in (graph.to_networkx(), found.to_networkx()):
            cost = nx.cost_of_flow(network, nx.min_cost_flow(network))
            assert found.certificate.primal_eur == pytest.approx(-cost / 1e6, rel=1e-4, abs=2e-2)


def recipes_of(random, gains=(1.0,), size=8):
    """Return a random graph whose lanes are of three classes and of none."""
    n, m = (int(k) for k in random.integers(1, size, 2))
    share = dict(zip("abc", random.choice([0.1, 0.3, 0.5, 0.9], 3), strict=True))
    made = []
    for k in range(int(random.integers(1, 6))):
        offers, needs = (np.flatnonzero(random.random(count) < 0.6) for count in (n, m))
        if not len(offers) or not len(needs):
            continue
        one = lane(
            offers, needs, random.normal(12, 8, len(offers)).round(1),
            random.normal(5, 5, len(needs)).round(1), float(random.choice([0.1, 1.0])),
            float(random.choice(gains)), float(random.choice([5.0, np.inf])), f"p{k}",
        )  # fmt: skip
        name = str(random.choice(["a", "b", "c", ""]))
        made.append(limited(one, name, float(share[name])) if name else one)
    firms = random.integers(0, 9, n + m).tolist()
    return world(
        random.integers(1, 30, n), random.integers(1, 30, m),
        random.uniform(0, 20, (n, 2)), random.uniform(0, 20, (m, 2)), made,
        offer_firms=firms[:n], need_firms=firms[n:], forbidden=random.integers(0, 9, (1, 2)),
    )  # fmt: skip


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32), st.sampled_from([(1.0,), (0.5,), (0.5, 1.0, 2.0)]), st.booleans())
def test_every_world_equals_highs_over_every_pair(seed, gains, roads):
    random = np.random.default_rng(seed)
    graph = recipes_of(random, gains)
    graph = measured(graph, random, 0.3) if roads else graph
    found = match(graph)
    assert found.certificate.primal_eur == pytest.approx(dense(graph), rel=1e-6, abs=1e-6)
    assert found.certificate.optimal
    assert found.certificate.largest_violation <= 1e-9
    assert (found.blending["used"] <= found.blending["limit"] * (1 + 1e-9)).all()
    again = match(graph, start=found)
    assert again.certificate.primal_eur == pytest.approx(found.certificate.primal_eur, rel=1e-6)


def crowd(random, size=80):
    """Return a part large enough for several rounds, some of whose limits bind."""
    every = np.arange(size)
    return world(
        random.random(size) * 20, random.random(size) * 20,
        random.uniform(0, 60, (size, 2)), random.uniform(0, 60, (size, 2)),
        [
            limited(lane(every, every, random.uniform(20, 90, size), random.uniform(0, 9, size)),
                    "a", 0.4),
            limited(lane(every[::2], every, 60, random.uniform(0, 9, size), pathway="q"), "b", 0.5),
            lane(every[::3], every[::4], 40, 3, pathway="r"),
        ],
    )  # fmt: skip


def test_many_rounds_end_at_the_optimum_over_all_pairs_and_alike_in_two_processes():
    graph, steps = crowd(np.random.default_rng(6)), []
    found = match(graph, progress=steps.append)
    assert found.certificate.primal_eur == pytest.approx(dense(graph), rel=1e-6)
    assert found.certificate.optimal
    assert (found.blending["price_eur_per_unit"] > 0).any()
    same(found, match(graph, processes=2))


def test_no_time_at_all_gives_a_feasible_match_with_its_gap():
    graph = crowd(np.random.default_rng(6))
    best, late = match(graph), match(graph, time_limit=0.0)
    assert late.certificate.largest_violation <= 1e-9
    assert late.certificate.dual_eur >= best.certificate.primal_eur * (1 - 1e-9)
    assert late.certificate.primal_eur <= best.certificate.primal_eur * (1 + 1e-9)
