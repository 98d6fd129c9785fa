"""Places in an order that keeps neighbours together, and boxes around them.

A set of points is laid out so that every run of the order is compact (a k-d tree whose splits are
by rank), and a binary tree of boxes covers the runs: node ``t`` has the children ``2t`` and
``2t + 1``, and leaf ``L + k`` covers the ranks ``k n // L`` to ``(k + 1) n // L``. The same code
serves the plane and the globe: on the globe points are unit vectors, and the great circle grows
with the chord.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from symbiosis.matching.arrays import Floats, Ints

LEAF = 8
"""Points in a leaf, about."""


class Boxes(NamedTuple):
    """Points in their order and the boxes around them.

    ``rank_of[k]`` is the caller's number of the point at rank ``k``; ``points`` (n x 3) and every
    array below are by rank. ``low`` and ``high`` (2 L x 3) bound the nodes of the tree.
    """

    order: Ints
    points: Floats
    low: Floats
    high: Floats


def leaves(count: int) -> int:
    """Return how many leaves a tree over some points has: a power of two.

    Examples
    --------
    >>> leaves(3), leaves(100)
    (1, 16)
    """
    return 1 << max(0, int(np.ceil(np.log2(max(1, count) / LEAF))))


def arrange(points: Floats, worth: Floats | None = None) -> Ints:
    """Return an order of points (n x 3) in which every run of the box tree is compact.

    Points in one and the same place stand by ``worth`` (n), the highest first, where it is given:
    a run of equals is then as good as a neighbourhood.
    """
    count = len(points)
    order = np.arange(count) if worth is None else np.argsort(-worth, kind="stable")
    segments, final = 1, leaves(count)
    while segments < final:
        starts = np.arange(segments) * count // segments
        laid = points[order]
        spread = np.maximum.reduceat(laid, starts) - np.minimum.reduceat(laid, starts)
        own = np.repeat(np.arange(segments), np.diff(np.append(starts, count)))
        along = laid[np.arange(count), spread.argmax(axis=1)[own]]
        order = order[np.lexsort((along, own))]
        segments *= 2
    return order


def box(points: Floats, worth: Floats | None = None) -> Boxes:
    """Return the box tree of points (n x 3, n at least 1), laid out as `arrange` says."""
    order = arrange(points, worth)
    laid = np.ascontiguousarray(points[order])
    size = leaves(len(points))
    starts = np.arange(size) * len(points) // size
    low, high = np.empty((2 * size, 3)), np.empty((2 * size, 3))
    low[size:] = np.minimum.reduceat(laid, starts)
    high[size:] = np.maximum.reduceat(laid, starts)
    while size > 1:
        half = size // 2
        low[half:size] = np.minimum(low[size : 2 * size : 2], low[size + 1 : 2 * size : 2])
        high[half:size] = np.maximum(high[size : 2 * size : 2], high[size + 1 : 2 * size : 2])
        size = half
    return Boxes(order, laid, low, high)


def peaks(height: Floats) -> Floats:
    """Return the highest of some numbers (by rank) under each node of their box tree."""
    size = leaves(len(height))
    top = np.empty(2 * size)
    top[size:] = np.maximum.reduceat(height, np.arange(size) * len(height) // size)
    while size > 1:
        half = size // 2
        top[half:size] = np.maximum(top[size : 2 * size : 2], top[size + 1 : 2 * size : 2])
        size = half
    return top


def flat(plane: Floats) -> Floats:
    """Return planar points (n x 2) in space."""
    return np.column_stack((plane, np.zeros(len(plane))))


def globe(degrees: Floats) -> Floats:
    """Return longitudes and latitudes (n x 2, degrees) as unit vectors (n x 3)."""
    longitude, latitude = np.radians(degrees).T
    level = np.cos(latitude)
    return np.column_stack((level * np.cos(longitude), level * np.sin(longitude), np.sin(latitude)))
