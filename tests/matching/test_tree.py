"""The spanning tree: planted anywhere, pivoted anyhow, its invariants hold at every pivot."""

from __future__ import annotations

import numpy as np
import pytest

from symbiosis.matching import forest, simplex, tree


def planted(random):
    """Return a random small problem and a tree planted on a random forest of its links."""
    n, m = (int(k) for k in random.integers(1, 7, 2))
    quantity = np.concatenate((random.integers(0, 4, n), random.integers(1, 4, m)))
    offer, need = np.nonzero(random.random((n, m)) < 0.7)
    value = random.integers(-2, 6, len(offer))
    group, kept = list(range(n + m)), []
    for k in random.permutation(len(offer)):
        a, b = group[offer[k]], group[n + need[k]]
        if a != b and random.random() < 0.6:
            group = [a if g == b else g for g in group]
            kept.append(k)
    keep = np.array(sorted(kept), dtype=np.int64)
    free = random.permutation(n + m)[:2].astype(np.int64)
    links = (offer[keep], need[keep], keep, value[keep])
    grown = forest.plant(quantity, n, links, free)
    arcs = simplex.Arcs(np.searchsorted(offer, np.arange(n + 1)), need.astype(np.int32), value)
    return grown, arcs, quantity, n


def test_invariants_hold_at_every_pivot_and_no_link_pays_at_the_end():
    random, pivots = np.random.default_rng(3), 0
    for _ in range(300):
        grown, arcs, quantity, n = planted(random)
        tree.refresh(grown)
        assert tree.broken(grown, quantity, n) == ""
        for _ in range(500):
            row = next(
                (v for v in range(len(quantity))
                 if simplex._best_of_row(grown.price, arcs, v)[1] != -2), None,
            )  # fmt: skip
            if row is None:
                break
            assert simplex._enter(grown, arcs, row, simplex._best_of_row(grown.price, arcs, row)[1])
            tree.refresh(grown)
            assert tree.broken(grown, quantity, n) == ""
            pivots += 1
        else:
            pytest.fail("the simplex goes in circles")
    assert pivots > 500


def test_a_batch_stops_when_asked_and_goes_on_from_there():
    random = np.random.default_rng(5)
    for _ in range(50):
        grown, arcs, quantity, n = planted(random)
        state = np.zeros(2, dtype=np.int64)
        for _ in range(1000):
            done = simplex.improve(grown, arcs, state, 1)
            tree.refresh(grown)
            assert tree.broken(grown, quantity, n) == ""
            if done:
                break
        else:
            pytest.fail("the simplex goes in circles")


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"flow": -1}, "negative"),
        ({"value": 99}, "tight"),
        ({"flow": 7}, "add up"),
    ],
)
def test_the_checker_sees_what_is_broken(change, word):
    grown = tree.bare(np.array([3, 2]))
    assert tree.broken(grown, np.array([3, 2]), 1) == ""
    for name, value in change.items():
        grown.nodes[name][0] = value
    assert word in tree.broken(grown, np.array([3, 2]), 1)


def test_a_round_may_end_while_few_links_still_pay():
    random, left = np.random.default_rng(8), 0
    for _ in range(50):
        grown, arcs, quantity, n = planted(random)
        state = np.zeros(2, dtype=np.int64)
        assert simplex.improve(grown, arcs, state, 1000, few=2)
        tree.refresh(grown)
        rows = [simplex._best_of_row(grown.price, arcs, v)[1] for v in range(len(quantity))]
        groups = [rows[k : k + simplex.NEIGHBOURS] for k in range(0, len(rows), simplex.NEIGHBOURS)]
        paying = sum(any(found != -2 for found in group) for group in groups)
        assert paying <= 3, "a group may straddle the place where the scan began"
        left += paying > 0
        assert tree.broken(grown, quantity, n) == ""
        assert simplex.improve(grown, arcs, state, 1000)
        tree.refresh(grown)
        assert all(
            simplex._best_of_row(grown.price, arcs, v)[1] == -2 for v in range(len(quantity))
        )
    assert left > 10
