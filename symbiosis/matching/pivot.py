"""One exchange in the spanning tree: a link enters, the flow goes round its cycle, a link leaves.

Nodes ``u`` (an offer, or the root) and ``w`` (a need, or the root) are the ends of the entering
link. Going up from either end, the flow falls on the 1st, 3rd, 5th … link and rises on the others.
The leaving link is the last one to block when the cycle is travelled from its top through ``u`` and
``w``, which keeps the tree strongly feasible.
"""

from __future__ import annotations

import numpy as np

from symbiosis.matching.compiled import kernel

ENDLESS = np.int64(1) << np.int64(62)


@kernel
def pivot(nodes, u, w, value, link, stamp):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """Let a link in if it still pays with the prices that the tree now implies.

    Returns
    -------
    bool
        Whether it paid, and so went in.
    """
    top = _meeting(nodes, u, w, stamp)
    left, room_u, out_u = _side(nodes, u, top, False)
    right, room_w, out_w = _side(nodes, w, top, True)
    if left + right - value >= 0:
        return False
    moved = min(room_u, room_w)
    if moved > 0:
        _push(nodes, u, top, moved)
        _push(nodes, w, top, moved)
    if room_u < room_w:
        _rehang(nodes, u, w, out_u, (link, moved, value))
    else:
        _rehang(nodes, w, u, out_w, (link, moved, value))
    return True


@kernel
def _meeting(nodes, u, w, stamp):  # type: ignore[no-untyped-def]
    """Return where the ways of two nodes to the root meet, climbing both by turns."""
    root = len(nodes) - 1
    if root in (u, w):
        return root
    nodes[root].mark = 0
    ours, theirs = 2 * stamp, 2 * stamp + 1
    while u != root or w != root:
        if nodes[u].mark == theirs:
            return u
        nodes[u].mark = ours
        if nodes[w].mark == ours:
            return w
        nodes[w].mark = theirs
        if u != root:
            u = nodes[u].parent
        if w != root:
            w = nodes[w].parent
    return root


@kernel
def _side(nodes, v, top, last):  # type: ignore[no-untyped-def]
    """Return the price of a node over that of ``top``, its room, and who blocks (first or last)."""
    price, room, out = np.int64(0), ENDLESS, -1
    falls = True
    while v != top:
        node = nodes[v]
        if falls:
            price += node.value
            if node.flow < room or (last and node.flow == room):
                room, out = node.flow, v
        else:
            price -= node.value
        falls = not falls
        v = node.parent
    return price, room, out


@kernel
def _push(nodes, v, top, moved):  # type: ignore[no-untyped-def]
    """Take a flow off and put it on by turns, from a node up to ``top``."""
    while v != top:
        nodes[v].flow -= moved
        moved = -moved
        v = nodes[v].parent


@kernel
def _rehang(nodes, v, parent, out, entering):  # type: ignore[no-untyped-def]
    """Hang ``v`` from its new parent and turn round the stem from it to ``out``."""
    link, flow, value = entering
    while True:
        node = nodes[v]
        old = (node.parent, node.link, node.flow, node.value)
        node.parent, node.link, node.flow, node.value = parent, link, flow, value
        if v == out:
            return
        parent, link, flow, value = v, old[1], old[2], old[3]
        v = old[0]
