import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiosis.factors.pool import ONE, Entries, Factor, Pool, interval


def entries(*rows):
    group, coefficient, first, second = zip(*rows, strict=True)
    return Entries(np.array(group), np.array(coefficient), np.array(first), np.array(second))


def pool(*ranges):
    made = Pool()
    for number, (low, central, high) in enumerate(ranges):
        made.add(Factor(f"f{number}", central, low, high))
    return made


def test_a_product_takes_the_ends_that_make_it_smaller_and_larger():
    low, central, high = interval(entries((0, 10.0, 1, 2)), pool((1, 2, 3), (4, 5, 7)), 1)
    assert (low[0], central[0], high[0]) == (10 * 1 * 4, 10 * 2 * 5, 10 * 3 * 7)


def test_a_cost_is_lowest_when_its_factor_is_highest():
    low, central, high = interval(entries((0, -1.0, 1, ONE)), pool((1, 2, 5)), 1)
    assert (low[0], central[0], high[0]) == (-5, -2, -1)


def test_one_factor_with_two_signs_is_not_at_both_ends_at_once():
    # 3 x - x = 2 x: a factor that stands twice in a group moves once.
    both = entries((0, 3.0, 1, ONE), (0, -1.0, 1, ONE))
    low, _, high = interval(both, pool((1, 2, 3)), 1)
    assert (low[0], high[0]) == (2, 6)


def test_no_entry_is_nothing():
    empty = Entries(np.zeros(0, int), np.zeros(0), np.zeros(0, int), np.zeros(0, int))
    assert [part.tolist() for part in interval(empty, Pool(), 2)] == [[0, 0]] * 3


ranges = st.tuples(*[st.floats(0, 10)] * 3).map(sorted)
signed = st.floats(-5, 5)


@given(st.lists(ranges, min_size=2, max_size=2), st.lists(signed, min_size=1, max_size=6))
def test_low_is_never_above_central_nor_central_above_high(bounds, coefficients):
    rows = [(k % 2, c, 1 + k % 2, ONE if k % 3 else 2) for k, c in enumerate(coefficients)]
    low, central, high = interval(entries(*rows), pool(*bounds), 2)
    assert (low <= central).all()
    assert (central <= high).all()


def test_a_factor_stands_once():
    made = Pool()
    assert made.add(Factor("yield", 1, 1, 1)) == made.add(Factor("yield", 1, 1, 1)) == 1
    assert made.table()["name"].tolist() == ["1", "yield"]


@pytest.mark.parametrize(("low", "high", "sure"), [(1, 1, True), (1, 2, False)])
def test_a_range_that_is_a_point_is_certain(low, high, sure):
    assert Factor("x", 1, low, high).certain is sure
