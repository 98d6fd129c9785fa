"""The geometric search against looking at every pair."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiosis.matching.search import Askers, best, length, terms
from symbiosis.matching.space import arrange, box, flat, globe, leaves


@pytest.mark.parametrize("on_globe", [False, True])
@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 2**32), st.integers(1, 60), st.integers(1, 5), st.booleans())
def test_the_best_partners_are_those_of_brute_force(on_globe, seed, count, wanted, near_only):
    random = np.random.default_rng(seed)
    lay = globe if on_globe else flat
    here, there = (lay(random.uniform(-20, 20, (k, 2))) for k in (7, count))
    boxes = box(there)
    height, firm = random.normal(0, 3, count), random.integers(0, 3, count)
    limit, rate = (1500.0 if on_globe else 15.0) if near_only else np.inf, 0.01 if on_globe else 0.5
    asker_firm = random.integers(0, 3, 7)
    bars, barred = np.arange(4), np.arange(3)
    question = terms(
        height[boxes.order], rate, limit, on_globe=on_globe,
        firms=(firm[boxes.order], bars, barred),
    )  # fmt: skip
    own = random.normal(0, 1, 7)
    found, worth = best(Askers(here, own, asker_firm), boxes, question, wanted, -2.0)
    distance = length(((here[:, None] - there) ** 2).sum(axis=2), on_globe)
    every = own[:, None] + height - rate * distance
    every[(distance > limit) | (asker_firm[:, None] == firm)] = -np.inf
    for i in range(7):
        ranked = np.sort(every[i][every[i] > -2.0])[::-1][:wanted]
        got = found[i][found[i] >= 0]
        assert worth[i][: len(got)] == pytest.approx(ranked)
        assert every[i][boxes.order[got]] == pytest.approx(ranked)


def test_runs_of_the_order_are_compact():
    points = flat(np.random.default_rng(0).uniform(0, 1, (1024, 2)))
    laid = points[arrange(points)]
    runs = laid.reshape(leaves(1024), -1, 3)
    assert np.ptp(runs, axis=1).max() < 0.35
    assert sorted(map(tuple, laid)) == sorted(map(tuple, points))


def test_points_in_one_place_stand_by_worth():
    points = np.repeat(flat(np.random.default_rng(0).uniform(0, 1, (4, 2))), 16, axis=0)
    worth = np.random.default_rng(1).uniform(0, 9, 64)
    order = arrange(points, worth)
    places = points[order].reshape(4, 16, 3)
    assert np.ptp(places, axis=1).max() == 0
    assert np.all(np.diff(worth[order].reshape(4, 16), axis=1) < 0)
