"""`match` on worlds whose answers are known by hand, and against networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from symbiosis.matching import match
from tests.matching.conftest import lane, world


def test_two_takers_the_nearer_one_first():
    graph = world([10], [6, 100], [0], [1, 5], [lane([0], [0, 1], [10], [0, 0])])
    found = match(graph)
    assert found.shipments["quantity"].tolist() == pytest.approx([6, 4])
    assert found.shipments["need_flow"].tolist() == ["n0", "n1"]
    assert found.certificate.primal_eur == pytest.approx(6 * 9 + 4 * 5, rel=1e-4)
    assert found.certificate.optimal
    assert found.unmatched.empty
    price = found.prices.set_index("flow_id")["price_eur_per_unit"]
    assert price["o0"] == pytest.approx(5, rel=1e-4)
    assert price["n0"] == pytest.approx(4, rel=1e-4)
    assert price["n1"] == pytest.approx(0)


def test_a_yield_uses_demand_in_units_of_input():
    graph = world([10], [4], [0], [0], [lane([0], [0], [2], [1], gain=0.5)])
    found = match(graph)
    assert found.shipments["quantity"].tolist() == pytest.approx([8])
    assert found.certificate.optimal


def test_lanes_of_different_yield_compete_for_one_need():
    lanes = [lane([0], [0], [2], [0], gain=0.5), lane([1], [0], [3], [0], gain=1.0)]
    graph = world([10, 10], [4], [0, 0], [0], lanes)
    found = match(graph)
    assert found.certificate.primal_eur == pytest.approx(8 * 2)
    assert found.shipments["offer_flow"].tolist() == ["o0"]
    assert found.certificate.optimal


def test_one_reason_for_each_unmatched_quantity():
    lanes = [lane([0, 1, 2], [0], [10, 10, -20], [5])]
    graph = world([10, 10, 10, 10], [4], [0, 100, 0, 0], [0], lanes)
    reason = match(graph).unmatched.set_index("flow_id")["reason"]
    assert reason.to_dict() == {
        "o0": "taker_full",
        "o1": "too_far",
        "o2": "not_worth_it",
        "o3": "no_pathway",
    }


def test_too_far_by_a_longest_distance():
    graph = world([10], [4], [0], [3], [lane([0], [0], [10], [5], limit=2.0)])
    assert match(graph).unmatched["reason"].tolist() == ["too_far"]
    assert match(graph).shipments.empty


def test_the_graph_s_own_reason_is_kept():
    setbacks = pd.DataFrame({"offer": [0], "reason": ["legal"], "detail": ["a permit is missing"]})
    found = match(world([1], [1], [0], [0], [], setbacks=setbacks))
    assert found.unmatched[["reason", "detail"]].values.tolist() == [
        ["legal", "a permit is missing"]
    ]


def test_a_firm_never_supplies_itself_nor_one_it_is_barred_from():
    world_of = {"offer_firms": [0], "need_firms": [0, 1]}
    lanes = [lane([0], [0, 1], [9], [0, 0])]
    assert match(world([5], [5, 5], [0], [0, 1], lanes, **world_of)).shipments[
        "need_flow"
    ].tolist() == ["n1"]
    barred = match(world([5], [5, 5], [0], [0, 1], lanes, forbidden=np.array([[0, 1]]), **world_of))
    assert barred.shipments.empty
    assert barred.unmatched["reason"].tolist() == ["no_pathway"]


def test_empty_sides_give_an_empty_match_with_its_proof():
    found = match(world([], [], [], [], []))
    assert found.shipments.empty
    assert found.certificate.optimal


def test_parts_are_numbered_and_the_same_twice(rng):
    graph = _random(rng, 2)
    steps = []
    first, second = match(graph, progress=steps.append), match(graph)
    pd.testing.assert_frame_equal(first.shipments, second.shipments)
    assert steps[-1].part == steps[-1].parts


def test_networkx_finds_the_same_optimum_on_the_graph_and_on_the_match(rng):
    for _ in range(10):
        graph = _random(rng, 3)
        found = match(graph)
        for network in (graph.to_networkx(), found.to_networkx()):
            cost = nx.cost_of_flow(network, nx.min_cost_flow(network))
            assert found.certificate.primal_eur == pytest.approx(-cost / 1e6, rel=1e-4, abs=1e-2)
        assert found.certificate.optimal


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def _random(rng, count):
    n, m = rng.integers(1, 12, 2)
    lanes = []
    for k in range(count):
        offers = np.flatnonzero(rng.random(n) < 0.7)
        needs = np.flatnonzero(rng.random(m) < 0.7)
        if len(offers) and len(needs):
            values = rng.normal(10, 10, len(offers)).round(2), rng.normal(5, 5, len(needs)).round(2)
            rate, limit = float(rng.choice([0.1, 1.0])), float(rng.choice([5.0, np.inf]))
            lanes.append(lane(offers, needs, *values, rate, limit=limit, pathway=f"p{k}"))
    firms = rng.integers(0, 8, n + m)
    return world(
        rng.integers(0, 20, n) + 1,
        rng.integers(0, 20, m) + 1,
        rng.uniform(0, 20, (n, 2)),
        rng.uniform(0, 20, (m, 2)),
        lanes,
        offer_firms=firms[:n].tolist(),
        need_firms=firms[n:].tolist(),
    )
