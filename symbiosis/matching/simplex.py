"""The transport simplex on a restricted set of links: batches of pivots between refreshed prices.

Rows are scanned in turn (an offer with its links, and the slack of every node). Of each few
neighbouring rows the link that would pay most is a candidate; a batch of candidates enters, most
paying first, each only if it still pays when its turn comes. Rows are in geographical order, so the
candidates of a batch lie far apart and most stand the test.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from symbiosis.matching.arrays import Ints
from symbiosis.matching.compiled import kernel
from symbiosis.matching.pivot import pivot
from symbiosis.matching.tree import Tree, refresh

NEIGHBOURS = 8
"""Rows among which one candidate is chosen."""


class Arcs(NamedTuple):
    """Links by offer: those of offer i are ``start[i]`` to ``start[i + 1]``; whole values."""

    start: Ints
    need: NDArray[np.int32]
    value: Ints

    def where(self, keep: NDArray[np.bool_]) -> Arcs:
        """Return some of the links."""
        before = np.concatenate(([0], np.cumsum(keep)))
        return Arcs(before[self.start], self.need[keep], self.value[keep])


def improve(tree: Tree, arcs: Arcs, state: Ints, batches: int, few: int = 0) -> bool:
    """Run some batches of pivots; return whether no link, or only a few, pay any more.

    Parameters
    ----------
    tree
        The tree, changed in place.
    arcs
        The links.
    state
        Row from which to go on scanning, and how many pivots were made; changed in place.
    batches
        How many batches at most, so that the caller can look at the clock.
    few
        Candidates in all rows with which to leave it, because new links are worth more than the
        last pivots on the old ones; 0 for the optimum.
    """
    return bool(_improve(tree, arcs, state, batches, few))


@kernel
def _improve(tree, arcs, state, batches, few):  # type: ignore[no-untyped-def]
    rows = len(tree.nodes) - 1
    most = max(64, rows // (4 * NEIGHBOURS))
    worth = np.empty(most, dtype=np.int64)
    link = np.empty(most, dtype=np.int64)
    row = np.empty(most, dtype=np.int64)
    for _ in range(batches):
        refresh(tree)
        count = _gather(tree.price, arcs, state, (worth, link, row))
        if count <= few:
            return True
        for k in np.argsort(worth[:count]):
            state[1] += _enter(tree, arcs, row[k], link[k])
    return False


@kernel
def _gather(price, arcs, state, batch):  # type: ignore[no-untyped-def]
    """Fill a batch with candidates, going on where the last one stopped; return how many."""
    worth, link, row = batch
    rows, count, seen = len(price) - 1, 0, 0
    while seen < rows and count < len(worth):
        most, chosen, where = np.int64(0), -2, 0
        for _ in range(min(NEIGHBOURS, rows - seen)):
            v = state[0]
            reduced, found = _best_of_row(price, arcs, v)
            if reduced < most:
                most, chosen, where = reduced, found, v
            state[0] = v + 1 if v + 1 < rows else 0
            seen += 1
        if chosen != -2:
            worth[count], link[count], row[count] = most, chosen, where
            count += 1
    return count


@kernel
def _best_of_row(price, arcs, v):  # type: ignore[no-untyped-def]
    """Return the least reduced cost in a row and its link: -1 slack, -2 for none below 0."""
    own, offers = price[v], len(arcs.start) - 1
    least, found = np.int64(0), np.int64(-2)
    if own < 0:
        least, found = own, np.int64(-1)
    if v < offers:
        # Unsigned positions spare the test for negative ones: half the time of this loop.
        ahead = np.uint64(offers)
        for a in range(np.uint64(arcs.start[v]), np.uint64(arcs.start[v + 1])):
            reduced = own + price[ahead + np.uint64(arcs.need[a])] - arcs.value[a]
            if reduced < least:
                least, found = reduced, np.int64(a)
    return least, found


@kernel
def _enter(tree, arcs, v, a):  # type: ignore[no-untyped-def]
    """Try to let the candidate of row ``v`` into the tree."""
    root, offers = len(tree.nodes) - 1, len(arcs.start) - 1
    tree.clock[0] += 1
    stamp = tree.clock[0]
    if a >= 0:
        return pivot(tree.nodes, v, offers + arcs.need[a], arcs.value[a], a, stamp)
    if v < offers:
        return pivot(tree.nodes, v, root, np.int64(0), -1, stamp)
    return pivot(tree.nodes, root, v, np.int64(0), -1, stamp)
