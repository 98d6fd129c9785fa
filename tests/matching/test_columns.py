"""Links come into play and leave it, and the tree on them stays the same tree."""

from __future__ import annotations

import numpy as np
import pytest

from symbiosis.matching import columns, tree
from symbiosis.matching.matrix import dense
from symbiosis.matching.watch import Watch


def solved(random, size, share):
    """Return a random market solved over some of its pairs, and the keys of the others."""
    quantity = random.integers(1, 40, (2, size))
    source = dense(random.uniform(1, 10, (size, size)))
    every = np.arange(size * size)
    inside = random.random(len(every)) < share
    none = np.empty(0, dtype=np.int64)
    market = columns.Market(quantity[0], quantity[1], 1000.0, float(quantity.sum(1).max()))
    play = columns._Restricted(market, source, columns.Start(every[inside], none, none))
    play.few = 0
    play.solve(Watch())
    return play, every[~inside]


def in_tree(play):
    """Return what hangs on which link: node, offer, need, value, flow."""
    nodes = play.tree.nodes[:-1]
    inside = np.flatnonzero(nodes["link"] >= 0)
    offer, need = play.source.ends(play.keys[nodes["link"][inside]])
    return np.column_stack((inside, offer, need, nodes["value"][inside], nodes["flow"][inside]))


@pytest.mark.parametrize(("fresh", "sifts"), [(1, False), (3, False), (60, True)])
def test_the_tree_and_the_order_of_the_links_outlive_an_extension(fresh, sifts, monkeypatch):
    random, size = np.random.default_rng(fresh), 20
    sifted = []
    plain = columns._Restricted._sift
    monkeypatch.setattr(
        columns._Restricted, "_sift", lambda *given: sifted.append(1) or plain(*given)
    )
    for _ in range(20):
        play, others = solved(random, size, 0.7)
        before, links = in_tree(play), set(play.keys)
        new = np.sort(random.choice(others, fresh, replace=False))
        some_old = np.union1d(new, play.keys[:1])
        assert play.extend(some_old)
        assert np.array_equal(in_tree(play), before)
        assert np.all(np.diff(play.keys) > 0)
        assert set(new) <= set(play.keys) <= links | set(new)
        offer, need = play.source.ends(play.keys)
        assert np.array_equal(np.repeat(np.arange(size), np.diff(play.arcs.start)), offer)
        assert np.array_equal(play.arcs.need, need)
        worth = np.rint(play.source.worth(play.keys) * 1000).astype(np.int64)
        assert np.array_equal(play.arcs.value, worth)
        assert tree.broken(play.tree, play.quantity, size) == ""
    assert bool(sifted) is sifts


def test_links_that_are_in_play_are_nothing_to_do():
    play, _ = solved(np.random.default_rng(1), 20, 0.7)
    assert not play.extend(play.keys[:2])
