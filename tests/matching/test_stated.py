"""What `transport` refuses, in words and before any work, and what it keeps of what it got."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from scipy import sparse

from symbiosis.errors import DataError
from symbiosis.matching import Places, transport

XY = np.zeros((2, 2))


@pytest.mark.parametrize(
    ("supply", "demand", "value", "word"),
    [
        ([1, np.nan], [1], [[1.0], [1.0]], "finite"),
        ([1, -2], [1], [[1.0], [1.0]], "negative"),
        ([], [1], np.empty((0, 1)), "empty"),
        ([1], [], np.empty((1, 0)), "empty"),
        ([1, 1], [1], [[1.0, 2.0]], "shape"),
        ([1], [1], [[np.inf]], "finite"),
        ([1], [1], sparse.csr_array(np.array([[np.nan]])), "finite"),
        ([2.0**62, 2.0**62], [2.0**62, 2.0**62], [[1.0, 1.0], [1.0, 1.0]], "2^63"),
        ([1e-12, 1e12], [1e12, 1e12], [[1.0, 1.0], [1.0, 1.0]], "span"),
        ([1, 1], [1, 1], Places(XY + 95, XY, 1.0, 1.0, 1.0, "haversine"), "globe"),
        ([1, 1], [1, 1], Places(XY, XY, 1.0, 1.0, -1.0), "from 0 up"),
        ([1, 1], [1, 1], Places(XY, XY, 1.0, [1.0], 1.0), "shape"),
        ([1, 1], [1, 1], Places(XY, XY, 1.0, 1.0, 1.0, "manhattan"), "metric"),
        ([1, 1], [1, 1], Places(XY, XY, 1.0, 1.0, 1.0, max_distance=-1.0), "from 0 up"),
        (["a"], [1], [[1.0]], "not a number"),
        ([1], [1], [["b"]], "not a number"),
        ([1], [1], np.array([[1j]]), "not a number"),
        ([1], [1], sparse.csr_array(np.array([[1j]])), "not a number"),
        ([[1, 2], [3]], [1], [[1.0]], "not a number"),
        ([1], [1], None, "shape"),
        ([1, 1], [1, 1], Places("here", XY, 1.0, 1.0, 1.0), "not a number"),
        ([1, 1], [1, 1], Places(XY, XY * np.nan, 1.0, 1.0, 1.0), "finite"),
        ([1, 1], [1, 1], Places(XY, XY, [1.0, np.inf], 1.0, 1.0), "finite"),
        ([1, 1], [1, 1], Places(XY, XY, 1.0, 1.0, np.nan), "from 0 up"),
        ([1, 1], [1, 1], Places(XY, XY, 1.0, 1.0, None), "from 0 up"),
        ([1, 1], [1, 1], Places(XY, XY, 1.0, 1.0, "1"), "from 0 up"),
        ([1, 1], [1, 1], Places(XY, XY, 1.0, 1.0, 1j), "from 0 up"),
        ([1, 1], [1, 1], Places(XY, XY, 1.0, 1.0, [1.0, 2.0]), "from 0 up"),
        ([1, 1], [1, 1], Places(XY, XY, 1.0, 1.0, np.inf), "finite"),
        ([1, 1], [1, 1], Places(XY, XY, 1.0, 1.0, 1.0, max_distance="far"), "from 0 up"),
        ([1, 1], [1, 1], Places(XY, XY, 1.0, 1.0, 1.0, np.array(["x", "y"])), "metric"),
        ([1, 1], [1, 1], Places(XY[:, 0], XY, 1.0, 1.0, 1.0), "shape"),
        ([1], [1], [[[1.0]]], "shape"),
        ([1], [1], [1.0], "shape"),
        ([[1]], [1], [[1.0]], "list of numbers"),
        ([None], [1], [[1.0]], "finite"),
        (None, [1], [[1.0]], "finite"),
        (np.ma.array([1.0], mask=[True]), [1], [[1.0]], "finite"),
        (np.ma.array([1], mask=[True]), [1], [[1.0]], "finite"),
        (np.array(["3"], dtype=object), [1], [[1.0]], "not a number"),
        ([timedelta(1)], [1], [[1.0]], "not a number"),
        (np.array([np.timedelta64(1, "D")], dtype=object), [1], [[1.0]], "not a number"),
        (np.array(["2026-01-01"], dtype="M8[D]"), [1], [[1.0]], "not a number"),
        ([10**400], [1], [[1.0]], "not a number"),
        ([2**63], [1], [[1.0]], "2^63"),
        ([1e61], [1], [[1.0]], "beyond"),
        ([1], [1], [[-1e61]], "beyond"),
        ([1], [1], sparse.csr_array(np.array([[1e61]])), "beyond"),
        ([1, 1], [1, 1], Places(XY, XY, 1e61, -1e61, 1.0), "beyond"),
        ([1, 1], [1, 1], Places(XY + 1e61, XY, 1.0, 1.0, 1e-61), "beyond"),
        ([1], [1], [[5e-324]], "no value reaches"),
        ([1], [1], sparse.csr_array(np.array([[1e-61]])), "no value reaches"),
        ([1, 1], [1, 1], Places(XY, XY, 1e-61, 0.0, 1.0), "no value reaches"),
        ([5e-324], [1], [[1.0]], "less than"),
    ],
)
def test_bad_input_is_refused_before_any_work(supply, demand, value, word):
    with pytest.raises(DataError) as caught:
        transport(supply, demand, value)
    assert word in str(next(iter(caught.value.problems)).problem)


@pytest.mark.parametrize(
    "terms", [{"gap": -0.1}, {"gap": np.nan}, {"gap": "small"}, {"gap": None}, {"gap": 1j},
              {"time_limit": -1}, {"time_limit": np.nan}, {"time_limit": "1"}],
)  # fmt: skip
def test_terms_that_are_no_number_from_0_up_are_refused(terms):
    with pytest.raises(DataError) as caught:
        transport([1], [1], [[1.0]], **terms)
    assert "from 0 up" in str(next(iter(caught.value.problems)).problem)


def test_a_start_of_another_shape_is_refused():
    plan = transport([1, 1], [1], [[1.0], [2.0]])
    for start in (plan, "plan"):
        with pytest.raises(DataError) as caught:
            transport([1], [1], [[1.0]], start=start)
        assert "shape" in str(next(iter(caught.value.problems)).problem)


def test_large_small_and_exact_numbers_within_the_bounds_are_no_trouble():
    most = transport([2**62], [2**62], [[1e59]])
    assert most.value == pytest.approx(2.0**62 * 1e59, rel=1e-12)
    assert most.certificate.optimal
    least = transport([1e-30], [2e-30], [[1e-59]])
    assert least.value == pytest.approx(1e-89, rel=1e-6)
    assert least.certificate.verify().optimal


def test_nothing_of_the_caller_is_changed_or_looked_at_again():
    """A plan stays true, and a warm start right, when the caller writes into the arrays given."""
    random = np.random.default_rng(0)
    supply, demand = (random.integers(1, 9, 40).astype(float) for _ in range(2))
    for value in (
        random.uniform(1, 9, (40, 40)),
        sparse.random_array((40, 40), density=0.5, rng=1, format="csr"),
        Places(*(random.uniform(0, 3, (40, 2)) for _ in range(2)), *random.uniform(1, 9, (2, 40)),
               1.0),
    ):  # fmt: skip
        mine = [supply.copy(), demand.copy()]
        plan = transport(*mine, value)
        entries = value.need_value if isinstance(value, Places) else value
        numbers = entries.data if sparse.issparse(entries) else entries
        before = np.array(numbers)
        numbers[3:30] *= 0.3
        mine[0][:5] = 0.0
        assert plan.certificate.verify().optimal
        assert plan.certificate.verify().primal == pytest.approx(plan.value)
        warm, cold = transport(*mine, value, start=plan), transport(*mine, value)
        assert warm.value == pytest.approx(cold.value, rel=1e-6)
        assert warm.certificate.verify().optimal
        assert np.array_equal(numbers[:3], before[:3])


def test_a_pair_that_came_to_lose_any_sum_is_left_by_a_warm_start():
    value = np.array([[5.0, 3.0], [4.0, 1.0]])
    plan = transport([1, 1], [1, 1], value)
    for loss in (-1e30, -1e59):
        worse = transport([1, 1], [1, 1], np.where(value == 4, loss, value), start=plan)
        assert worse.value == pytest.approx(6)
        assert worse.certificate.verify().optimal
        nothing = transport([1, 1], [1, 1], np.full((2, 2), loss), start=worse)
        assert nothing.value == 0.0
        assert nothing.certificate.verify().optimal


def test_a_plan_worth_nothing_is_proven_by_prices_or_not_at_all():
    """One side that can take nothing is a proof; so is no time for a plan of anything not."""
    none = transport([0.4, 0, 0, 0.5], [0.0], [[-300.0], [800.0], [-500.0], [500.0]])
    assert none.certificate.dual == 0.0
    assert none.certificate.optimal
    value = np.array([[2.0, 1.0], [1.0, 1.5]])
    for unit in (1.0, 1e-9, 1e-12):
        idle = transport([unit, unit], [unit, unit], value, time_limit=0.0)
        assert idle.value > 0 or not idle.certificate.optimal
