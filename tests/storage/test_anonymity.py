"""No combination of publications tells anything of fewer than k firms, by an oracle of its own."""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiosis.storage.anonymity import Atom, K, bounds, cell_of, enough, parent, safe


def atoms(*firms, visibility="private"):
    return [Atom(name, visibility, 1.0) for name in firms]


def reduced(rows):
    """Row echelon form over the rationals: another arithmetic than the code under test."""
    rows = [[Fraction(x) for x in row] for row in rows]
    rank = 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((i for i in range(rank, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        head = rows[rank][column]
        rows[rank] = [x / head for x in rows[rank]]
        for i in range(len(rows)):
            if i != rank and rows[i][column]:
                factor = rows[i][column]
                rows[i] = [a - factor * b for a, b in zip(rows[i], rows[rank], strict=True)]
        rank += 1
    return rank


def leaks(publications, unread, k=K):
    """Whether some combination lives on fewer than k firms: every few firms are tried."""
    known = sorted({a for row in publications for a in row if a.visibility in unread})
    matrix = [[1 if a in row else 0 for a in known] for row in publications]
    if not known:
        return False
    full = reduced(matrix)
    firms = sorted({a.firm_id for a in known})
    for few in combinations(firms, min(k - 1, len(firms))):
        kept = [j for j, a in enumerate(known) if a.firm_id not in few]
        if reduced([[row[j] for j in kept] for row in matrix]) < full:
            return True
    return False


LEAKS = {
    "one joins": ["abc", "abcd"],
    "one leaves": ["abcd", "abc"],
    "three by three, but x stands in both": ["abcx", "defx", "abcdefx"],
    "far from the last one, near the one before": ["abc", "abcdef", "abcg"],
}


@pytest.mark.parametrize("why", LEAKS)
def test_what_leaks(why):
    assert not safe([atoms(*word) for word in LEAKS[why]])


@pytest.mark.parametrize(
    "words", [["abc"], ["abc", "abc"], ["abc", "abcdef"], ["abcdef", "abc", "def"],
              ["abcde", "abcf"], ["abc", "def", "ghi", "abcdefghi"]],
)  # fmt: skip
def test_what_does_not(words):
    assert safe([atoms(*word) for word in words])


def test_a_changed_quantity_is_a_difference_too():
    before = atoms("a", "b", "c", "d")
    after = [*atoms("a", "b", "c"), Atom("d", "private", 2.0)]
    assert not safe([before, after])


def test_what_an_onlooker_may_read_hides_nobody():
    one_private = [*atoms("a", "b", visibility="public"), *atoms("c")]
    assert not enough(one_private)
    members = [*atoms("a", "b", visibility="members"), *atoms("c")]
    assert not enough(members)
    assert enough(atoms("a", "b", "c", visibility="public"))
    assert not enough(atoms("a", "b", visibility="public"))
    three = atoms("a", "b", "c")
    assert not safe([three, [*three, *atoms("d", visibility="members")]])


SETS = st.lists(
    st.lists(
        st.builds(
            Atom, st.sampled_from("abcdefg"), st.sampled_from(["public", "members", "private"]),
            st.sampled_from([1.0, 2.0]),
        ),
        unique=True, max_size=7,
    ),
    min_size=1, max_size=4,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(SETS)
def test_the_rule_agrees_with_the_oracle(publications):
    told = safe(publications)
    onlookers = ({"members", "private"}, {"private"})
    assert told == (not any(leaks(publications, unread) for unread in onlookers))


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
