"""Matching over measured roads: exact, whatever part of the pairs they name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from symbiosis.geography import Roads
from symbiosis.matching import match, matcher
from symbiosis.scenario import Scenario
from tests.matching.conftest import lane, world
from tests.matching.test_parts import highs, same, several, territory


def roads(firms, pairs):
    """Return roads from {(sender, receiver): km}."""
    key = np.array([a * firms + b for a, b in pairs], dtype=np.int64)
    order = np.argsort(key)
    return Roads(firms, key[order], np.array(list(pairs.values()), dtype=float)[order])


def measured(graph, random, share):
    """Return a graph with some of its pairs of firms at random road distances."""
    firms = 1 + int(max(graph.offers["firm_index"].max(), graph.needs["firm_index"].max()))
    key = np.flatnonzero(random.random(firms * firms) < share)
    key = key[key // firms != key % firms]
    return replace(graph, roads=Roads(firms, key, random.exponential(15, len(key))))


def test_a_river_sends_the_tonnes_to_the_taker_on_this_bank():
    """A taker 5 km off across the river is 60 km by road; one 20 km off is on this bank.

    At 1 EUR/t.km and 50 EUR/t the near one is worth 50 - 60 < 0, the far one 50 - 20.
    """
    places = [10], [10, 10], [0], [5, 20], [lane([0], [0, 1], [50], [0, 0])]
    over = match(world(*places))
    assert over.shipments["need_flow"].tolist() == ["n0"]
    assert over.certificate.primal_eur == pytest.approx(10 * 45)
    round_ = match(world(*places, roads=roads(3, {(0, 1): 60.0})))
    assert round_.shipments["need_flow"].tolist() == ["n1"]
    assert round_.shipments["distance_km"].tolist() == pytest.approx([20], rel=1e-4)
    assert round_.certificate.primal_eur == pytest.approx(10 * 30, rel=1e-4)
    assert round_.certificate.optimal
    assert round_.certificate.pairs_covered == 2


def test_a_road_may_be_shorter_than_the_detour_factor_says():
    """100 km of great circle: 130 by the factor, 101 by a straight motorway."""
    scenario = Scenario(detour_factor=1.3)
    places = [1], [1], [0], [100], [lane([0], [0], [120], [0])]
    assert len(match(world(*places, scenario=scenario)).shipments) == 0
    found = match(world(*places, scenario=scenario, roads=roads(2, {(0, 1): 101.0})))
    assert found.shipments["distance_km"].tolist() == [101.0]
    assert found.certificate.primal_eur == pytest.approx(19)


def test_the_longest_distance_is_of_the_road_and_the_reason_knows():
    one = [lane([0], [0], [50], [0], rate=0.1, limit=30.0)]
    found = match(world([1], [1], [0], [5], one, roads=roads(2, {(0, 1): 60.0})))
    assert len(found.shipments) == 0
    assert found.unmatched["reason"].tolist() == ["too_far"]
    assert found.certificate.pairs_covered == 0
    assert found.certificate.optimal


def test_a_pin_follows_the_road():
    one = [lane([0], [0], [50], [0])]
    graph = world([3], [9], [0], [5], one, roads=roads(2, {(0, 1): 60.0}))
    found = match(replace(graph, pinned=np.array([[0, 1]])))
    assert found.shipments["value_eur"].tolist() == pytest.approx([3 * (50 - 60)])
    assert found.certificate.optimal


@pytest.mark.parametrize("worlds", [4, pytest.param(25, marks=pytest.mark.slow)])
@pytest.mark.parametrize("share", [0.05, 0.5, 1.0])
@pytest.mark.parametrize("gains", [(1.0,), (0.5, 1.0, 2.0)])
def test_every_world_equals_highs_over_every_link_from_cold_and_warm(gains, share, worlds):
    random, before = np.random.default_rng(8), None
    for _ in range(worlds):
        graph = measured(territory(random, gains), random, share)
        best = highs(graph)
        for found in (match(graph), match(graph, start=before)):
            assert found.certificate.primal_eur == pytest.approx(best, rel=1e-6, abs=1e-6)
            assert found.certificate.optimal
            assert found.certificate.largest_violation <= 1e-9
        before = found


def test_lots_are_kept_on_measured_roads():
    random = np.random.default_rng(3)
    for _ in range(5):
        scenario = Scenario(detour_factor=1.2, minimum_lot_t=4.0)
        graph = measured(replace(territory(random), scenario=scenario), random, 0.4)
        shipments = match(graph).shipments
        assert (shipments["quantity"] >= 4.0 * (1 - 1e-9)).all()
        _check_values(graph, shipments)


def _check_values(graph, shipments):
    """Recompute each shipment's distance from the table itself."""
    flows = pd.concat((graph.offers, graph.needs))
    firm = dict(zip(flows["flow_id"], flows["firm_index"], strict=True))
    for row in shipments.itertuples():
        key = firm[row.offer_flow] * graph.roads.firms + firm[row.need_flow]
        if key in graph.roads.key:
            at = np.searchsorted(graph.roads.key, key)
            assert row.distance_km == graph.roads.km[at]


def test_the_coarse_start_and_many_firms_keep_the_proof():
    """Enough flows that neighbours are merged first; half of the first firms' roads are named."""
    random = np.random.default_rng(4)
    size = 1200
    one = lane(range(size), range(size), random.uniform(20, 90, size), random.uniform(0, 9, size))
    places = [random.uniform(0, 60, (size, 2)) for _ in range(2)]
    quantities = [np.round(random.random(size) * 90, 1) + 1 for _ in range(2)]
    graph = world(*quantities, *places, [one])
    key = np.concatenate([a * 2 * size + size + np.flatnonzero(random.random(size) < 0.5)
                          for a in range(200)])  # fmt: skip
    graph = replace(graph, roads=Roads(2 * size, key, random.uniform(60, 120, len(key))))
    found = match(graph)
    assert found.certificate.relative_gap < 1e-6
    assert found.certificate.largest_violation <= 1e-9
    assert found.certificate.pairs_covered == size * size
    _check_values(graph, found.shipments)


def test_two_processes_find_the_same_on_measured_roads():
    graph = measured(several(), np.random.default_rng(1), 0.1)
    same(match(graph), match(graph, processes=2))


def test_a_part_travels_with_the_roads_of_its_own_senders_only():
    graph = measured(several(parts=2, size=5), np.random.default_rng(1), 1.0)
    whole = matcher.problem.freeze(graph)
    parts = matcher.problem.cut(matcher.problem.trimmed(whole))
    assert len(parts) == 2
    for part in parts:
        senders = np.unique(part.problem.roads.key // part.problem.roads.firms)
        assert senders.tolist() == np.unique(part.problem.offer_firm).tolist()


@pytest.mark.parametrize("rate", [1.0, 0.0])
def test_where_there_is_no_road_nothing_is_exchanged(rate):
    """The near taker pays 50 and has no road; the far one, 20 km off, pays 50 too."""
    places = [10], [10, 10], [0], [5, 20], [lane([0], [0, 1], [50], [0, 0], rate=rate)]
    closed = match(world(*places, roads=roads(3, {(0, 1): np.inf})))
    assert closed.shipments["need_flow"].tolist() == ["n1"]
    assert closed.certificate.primal_eur == pytest.approx(10 * (50 - 20 * rate), rel=1e-4)
    assert closed.certificate.optimal
    assert closed.certificate.pairs_covered == 1


def test_whoever_has_no_road_at_all_is_too_far():
    one = [lane([0], [0], [50], [0])]
    closed = match(world([1], [1], [0], [5], one, roads=roads(2, {(0, 1): np.inf})))
    assert len(closed.shipments) == 0
    assert closed.unmatched["reason"].tolist() == ["too_far"]
    assert closed.certificate.optimal


@pytest.mark.parametrize("gains", [(1.0,), (0.5, 1.0, 2.0)])
def test_worlds_with_closed_roads_equal_highs_over_every_link(gains):
    random = np.random.default_rng(11)
    for _ in range(15):
        graph = measured(territory(random, gains), random, 0.5)
        km = np.where(random.random(len(graph.roads)) < 0.4, np.inf, graph.roads.km)
        graph = replace(graph, roads=Roads(graph.roads.firms, graph.roads.key, km))
        best = highs(graph)
        closed = match(graph)
        assert closed.certificate.primal_eur == pytest.approx(best, rel=1e-6, abs=1e-6)
        assert closed.certificate.optimal
        assert np.isfinite(closed.shipments["distance_km"]).all()
