"""A starting tree from links that are known to be good: a forest, and flows that fit it.

Links may come from an earlier plan whose quantities have changed since, or from a coarser map. They
must form no cycle. The flows follow from the quantities, leaf to root; where they would be
negative, the node gives up partners to the root until they are not.
"""

from __future__ import annotations

import numpy as np

from symbiosis.matching.arrays import Ints
from symbiosis.matching.compiled import kernel
from symbiosis.matching.tree import Tree, bare


def plant(quantity: Ints, offers: int, links: tuple[Ints, Ints, Ints, Ints], free: Ints) -> Tree:
    """Return a strongly feasible tree that uses some links as far as quantities allow.

    Parameters
    ----------
    quantity
        Units of every offer, then of every need; all positive.
    offers
        How many of the nodes are offers.
    links
        Offers, needs, positions among the arcs and whole values of links without a cycle.
    free
        Nodes that would rather hang from the root, the most wanted first.
    """
    tree = bare(quantity)
    offer, need, place, value = links
    ends = np.concatenate((offer, offers + need))
    others = np.concatenate((offers + need, offer))
    order = np.argsort(ends, kind="stable")
    start = np.searchsorted(ends[order], np.arange(len(quantity) + 1))
    near = (start, others[order], np.tile(place, 2)[order], np.tile(value, 2)[order])
    wanted = np.concatenate((free, np.arange(len(quantity))))
    line, first, count = _orient(tree.nodes, near, wanted)
    _settle(tree.nodes, quantity.copy(), offers, (line, first, count))
    return tree


@kernel
def _orient(nodes, near, wanted):  # type: ignore[no-untyped-def]
    """Hang every node from the one that is nearer its root; return the nodes by breadth.

    The children of a node stand together in that line, from ``first`` and ``count`` of them.
    """
    start, other, place, value = near
    size = len(nodes) - 1
    line = np.empty(size, dtype=np.int32)
    first, count = np.zeros(size, dtype=np.int32), np.zeros(size, dtype=np.int32)
    seen = np.zeros(size, dtype=np.bool_)
    end = 0
    for root in wanted:
        if seen[root]:
            continue
        seen[root] = True
        line[end] = root
        head, end = end, end + 1
        while head < end:
            v = line[head]
            head += 1
            first[v] = end
            for k in range(start[v], start[v + 1]):
                c = other[k]
                if not seen[c]:
                    seen[c] = True
                    nodes[c].parent, nodes[c].link, nodes[c].value = v, place[k], value[k]
                    line[end] = c
                    end += 1
            count[v] = end - first[v]
    return line, first, count


@kernel
def _settle(nodes, left, offers, shape):  # type: ignore[no-untyped-def]
    """Set the flows from the leaves up; ``left`` is what a node still has for its parent."""
    line, first, count = shape
    root = len(nodes) - 1
    for k in range(len(line) - 1, -1, -1):
        v = line[k]
        children = line[first[v] : first[v] + count[v]]
        if left[v] < 0 and _give_up(nodes, v, left, children, root):
            continue
        if left[v] == 0 and v >= offers:
            _lean(nodes, v, children, root)
            continue
        nodes[v].flow = left[v]
        if nodes[v].parent != root:
            left[nodes[v].parent] -= left[v]


@kernel
def _give_up(nodes, v, left, children, root):  # type: ignore[no-untyped-def]
    """Send children to the root until the rest fits; return whether ``v`` now hangs from one."""
    for c in children:
        if nodes[c].parent != v:
            continue
        flow, link, value = nodes[c].flow, nodes[c].link, nodes[c].value
        nodes[c].parent, nodes[c].link, nodes[c].value = root, -1, 0
        if flow > -left[v]:
            nodes[c].flow = -left[v]
            nodes[v].parent, nodes[v].link, nodes[v].value = c, link, value
            nodes[v].flow = flow + left[v]
            left[v] = 0
            return True
        left[v] += flow
        if left[v] == 0:
            return False
    return False


@kernel
def _lean(nodes, v, children, root):  # type: ignore[no-untyped-def]
    """Hang a need that has nothing left for its parent from a child that feeds it."""
    for c in children:
        if nodes[c].parent == v and nodes[c].flow > 0:
            nodes[v].parent, nodes[v].link = c, nodes[c].link
            nodes[v].flow, nodes[v].value = nodes[c].flow, nodes[c].value
            nodes[c].parent, nodes[c].link = root, -1
            nodes[c].flow, nodes[c].value = 0, 0
            return
