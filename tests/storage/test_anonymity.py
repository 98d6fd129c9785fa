"""No combination of publications tells anything of fewer than k firms, by an oracle of its own."""

from itertools import combinations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from symbiosis.storage.anonymity import (
    LITTLE,
    Atom,
    K,
    bounds,
    cell_of,
    close,
    enough,
    gather,
    hidden,
    parent,
    safe,
)
from tests.storage.attackers import leaks


def atoms(*firms, visibility="private", opened="", quantity=1.0):
    return [Atom(name, visibility, opened or visibility, quantity) for name in firms]


def version(word, **other):
    """Quantity 10, 20, 40, … of a, b, c, …, or another."""
    return {name: other.get(name, 10.0 * 2 ** (ord(name) - 97)) for name in word}


LEAKS = {
    "one joins": ["abc", "abcd"],
    "one leaves": ["abcd", "abc"],
    "three by three, but x stands in both": ["abcx", "defx", "abcdefx"],
    "far from the last one, near the one before": ["abc", "abcdef", "abcg"],
}


@pytest.mark.parametrize("why", LEAKS)
def test_who_is_in_and_who_is_out_leaks(why):
    assert not safe([version(word) for word in LEAKS[why]])


@pytest.mark.parametrize("words", [["abc"], ["abc", "abc"], ["abc", ""], ["", "abc", ""]])
def test_what_does_not(words):
    assert safe([version(word) for word in words])


GROUP = version("abcde")
CHANGES = {
    "one doubles": {"a": 20.0},
    "two double": {"a": 20.0, "b": 40.0},
    "three change, two of them by a little": {"a": 10.1, "b": 20.1, "c": 80.0},
    "all change by a little": {name: q * 1.01 for name, q in GROUP.items()},
    "all change, one of them by nearly all": {**{n: q * 1.2 for n, q in GROUP.items()}, "e": 1e6},
}


@pytest.mark.parametrize("why", CHANGES)
def test_a_difference_that_few_firms_make_leaks(why):
    assert not safe([GROUP, {**GROUP, **CHANGES[why]}])


def test_a_difference_that_three_firms_make_does_not():
    assert safe([GROUP, {**GROUP, "a": 20.0, "b": 40.0, "c": 80.0}])


def test_versions_far_apart_are_compared_too():
    """Two steps of three firms each may differ from the first in one only."""
    two = {**GROUP, "a": 20.0, "b": 40.0, "c": 80.0}
    assert safe([GROUP, two])
    assert not safe([GROUP, two, {**GROUP, "d": 160.0}])


def test_what_an_onlooker_may_read_hides_nobody():
    assert not enough([*atoms("a", "b", visibility="public"), *atoms("c")])
    assert not enough([*atoms("a", "b", visibility="members"), *atoms("c")])
    assert enough(atoms("a", "b", "c", visibility="public"))
    assert not enough(atoms("a", "b", visibility="public"))


def test_what_an_onlooker_could_once_read_hides_nobody():
    assert enough(atoms("a", "b", "c"))
    assert not enough([*atoms("a", "b"), *atoms("c", opened="members")])
    assert not enough(atoms("a", "b", "c", opened="members"))


def test_nobody_hides_behind_nothing():
    assert not enough([*atoms("a", "b"), *atoms("c", quantity=0.0)])
    assert not enough([*atoms("a"), *atoms("b", "c", quantity=0.04)])
    assert enough([*atoms("a"), *atoms("b", "c", quantity=0.1)])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.floats(0, 1e6), max_size=40))
def test_groups_are_of_three_to_five_and_each_may_be_published(quantities):
    given_ = [Atom(str(i), "private", "private", q) for i, q in enumerate(quantities)]
    groups = gather(given_)
    names = [atom.firm_id for group in groups for atom in group]
    assert len(names) == len(set(names))
    for group in groups:
        assert K <= len(group) < 2 * K
        assert enough(group)
        assert hidden(atom.quantity for atom in group)


VERSIONS = st.lists(
    st.dictionaries(st.sampled_from("abcdef"), st.sampled_from([10.0, 10.4, 20.0, 40.0])),
    min_size=1, max_size=4,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(VERSIONS)
def test_what_is_called_safe_is_safe_for_the_oracle(versions):
    """Whether what changed little is taken for the same, or not, or everything is."""
    assume(safe(versions))
    for alike in (lambda q: 0, lambda q: q, lambda q: 10.0 if q == 10.4 else q):
        rows = [{(firm, alike(q)): firm for firm, q in row.items()} for row in versions]
        assert not leaks(rows)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.integers(1, 9), min_size=3, max_size=5),
    st.lists(st.sampled_from([1.0, 1.2, 1.5, 2.0, 3.0]), min_size=5, max_size=5),
)
def test_the_rule_refuses_nothing_that_three_firms_change_alike(sizes, factors):
    old = {str(i): float(q) for i, q in enumerate(sizes)}
    new = {firm: q * factors[int(firm)] for firm, q in old.items()}
    changes = [abs(new[firm] - old[firm]) for firm in old]
    changed = [firm for firm in old if not close(old[firm], new[firm])]
    wanted = new == old or (len(changed) >= K and hidden(changes))
    assert safe([old, new]) == wanted


def test_a_little_is_a_tenth():
    assert pytest.approx(0.1) == LITTLE
    assert close(100.0, 90.0)
    assert not close(90.0, 100.1)


def test_every_few_firms_are_looked_at():
    """Three of five that change hide each other, unless one of them is nearly all of it."""
    for changed in combinations(GROUP, 3):
        assert safe([GROUP, {**GROUP, **{name: GROUP[name] * 2 for name in changed}}]) == hidden(
            GROUP[name] for name in changed
        )


def test_cells_nest():
    assert parent(cell_of(2.37, 51.03), 0.4) == cell_of(2.37, 51.03, 0.4)
    west, south, east, north = bounds(cell_of(-1.05, 48.55, 1.6))
    assert west <= -1.05 < east
    assert south <= 48.55 < north


@settings(max_examples=200, deadline=None)
@given(st.floats(-20, 30), st.floats(30, 70))
def test_a_place_lies_in_its_cell_and_the_cell_in_its_parent(x, y):
    cell = cell_of(x, y)
    small, large = bounds(cell), bounds(parent(cell, 1.6))
    assert small[0] - 1e-6 <= x <= small[2] + 1e-6
    assert large[0] - 1e-9 <= small[0]
    assert small[3] <= large[3] + 1e-9
