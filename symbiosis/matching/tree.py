"""The spanning tree of the transport simplex.

Every offer and every need is a node; the root stands for what stays unused or unmet. A node hangs
from a partner by a link, or from the root by its own slack. Invariants, checked by `broken`:

- every node reaches the root through its parents;
- ``flow`` of a node is what moves between it and its parent, never negative, and the flows at a
  node add up to its quantity;
- prices are tight on the tree: ``price[v] + price[parent] = value`` of the link between them, and
  0 where the parent is the root;
- a need always has a positive flow towards its parent, so that every node could send a little to
  the root (a strongly feasible tree: Cunningham, "A network simplex method", Mathematical
  Programming 11, 1976). This is what keeps degenerate pivots from going in circles.

Prices are refreshed for the whole tree at once, after a batch of pivots, and not for the moved
subtree after each one: a pivot knows its own exact reduced cost from the links on its cycle.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from symbiosis.matching.arrays import Ints
from symbiosis.matching.compiled import kernel

NODE = np.dtype(
    [
        ("parent", "i4"),
        ("link", "i4"),
        ("flow", "i8"),
        ("value", "i8"),
        ("mark", "i4"),
        ("fresh", "i4"),
    ],
    align=True,
)
"""One node in half a cache line: parent, link to it (-1 for slack), flow and value on that link,
and two stamps."""


class Tree(NamedTuple):
    """The nodes (offers, needs, root), the price of each, room for a walk, and two clocks.

    ``clock[0]`` counts pivots and ``clock[1]`` refreshments, so that no stamp is ever cleared.
    """

    nodes: NDArray[np.void]
    price: Ints
    room: NDArray[np.int32]
    clock: Ints


def bare(quantity: Ints) -> Tree:
    """Return the tree in which everything hangs from the root: nothing is shipped.

    Parameters
    ----------
    quantity
        Whole units of every offer, then of every need; all positive.
    """
    count = len(quantity)
    nodes = np.zeros(count + 1, dtype=NODE)
    nodes["parent"][:] = count
    nodes["parent"][count] = -1
    nodes["link"][:] = -1
    nodes["flow"][:count] = quantity
    room = np.empty(count + 1, dtype=np.int32)
    return Tree(nodes, np.zeros(count + 1, dtype=np.int64), room, np.zeros(2, dtype=np.int64))


@kernel
def refresh(tree):  # type: ignore[no-untyped-def]
    """Set every price from the tree: climb to the nearest fresh node, then come back down."""
    nodes, price, room = tree.nodes, tree.price, tree.room
    root = len(nodes) - 1
    tree.clock[1] += 1
    now = tree.clock[1]
    nodes[root].fresh = now
    price[root] = 0
    for first in range(root):
        v, top = first, 0
        while nodes[v].fresh != now:
            room[top] = v
            top += 1
            nodes[v].fresh = now
            v = nodes[v].parent
        above = price[v]
        while top > 0:
            top -= 1
            v = room[top]
            above = nodes[v].value - above
            price[v] = above


def broken(tree: Tree, quantity: Ints, offers: int) -> str:
    """Return what is wrong with a tree, or ``""``; for tests, slow and plain.

    Parameters
    ----------
    tree
        The tree, its prices refreshed.
    quantity
        Units of every offer, then of every need.
    offers
        How many of the nodes are offers.
    """
    nodes, root = tree.nodes, len(tree.nodes) - 1
    total = np.zeros(root + 1, dtype=np.int64)
    for v in range(root):
        up, steps = int(nodes["parent"][v]), 0
        total[v] += nodes["flow"][v]
        total[up] += nodes["flow"][v]
        if nodes["flow"][v] < 0:
            return f"the flow of node {v} is negative"
        if v >= offers and nodes["flow"][v] == 0:
            return f"need {v - offers} cannot reach the root"
        wanted = nodes["value"][v] - tree.price[up]
        if tree.price[v] != wanted:
            return f"the price of node {v} is not tight"
        while up != root:
            up, steps = int(nodes["parent"][up]), steps + 1
            if steps > root:
                return f"node {v} hangs in a circle"
    if not np.array_equal(total[:root], quantity):
        return "flows do not add up"
    return ""
