"""The geometric search: for every flow, the partners that would pay best at some prices.

For an asker at ``x`` with its own term ``a`` the worth of a partner is

    a + height_j - rate * distance(x, x_j),

where ``height`` is what the partner brings less its price. The box tree bounds it from above by the
highest partner in a box at the box's nearest point, so that whole regions are passed over, and no
pair is ever stored. Kernels release the interpreter and are called from threads; each asker's
answer is its own, so that their number changes nothing. Positions are unsigned where it counts:
that spares the test for negative ones.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from symbiosis.geography import EARTH_RADIUS_KM
from symbiosis.matching.arrays import Floats, Ints
from symbiosis.matching.compiled import kernel
from symbiosis.matching.space import Boxes, peaks

DIAMETER_KM = 2 * EARTH_RADIUS_KM
CHUNK = 512
"""Askers that one thread takes at a time."""


class Terms(NamedTuple):
    """What is asked of a set of partners: ``a + height - rate * distance``, distance up to a limit.

    ``height`` (by rank) and ``peak`` (by node of the box tree) are of the partners; ``barred`` and
    ``bars`` say which firms a firm may not meet: ``barred[bars[f] : bars[f + 1]]``, ascending;
    ``firm`` (by rank) is the partners'.
    """

    height: Floats
    peak: Floats
    rate: float
    limit: float
    round: bool
    firm: Ints
    bars: Ints
    barred: Ints


class Askers(NamedTuple):
    """Those who ask: where they are (n x 3), their own term (-inf keeps silent), and their firm."""

    points: Floats
    own: Floats
    firm: Ints


@kernel
def _length(squared, round_):  # type: ignore[no-untyped-def]
    """Return a distance from a squared straight line: itself, or the arc above a chord in km."""
    straight = np.sqrt(squared)
    return DIAMETER_KM * np.arcsin(min(1.0, 0.5 * straight)) if round_ else straight


def length(squared: Floats, on_globe: bool) -> Floats:
    """Return distances from squared straight lines: themselves, or the arcs above chords in km."""
    straight = np.sqrt(squared)
    if not on_globe:
        return straight
    arcs: Floats = DIAMETER_KM * np.arcsin(np.minimum(1.0, 0.5 * straight))
    return arcs


def chord(distance: float, on_globe: bool) -> float:
    """Return the straight line under a distance."""
    if not on_globe:
        return distance
    return 2 * float(np.sin(min(distance / DIAMETER_KM, np.pi / 2)))


@kernel
def _bound(x, node, boxes, terms):  # type: ignore[no-untyped-def]
    """Return the most that any partner in a box could bring to an asker at ``x``."""
    node = np.uint64(node)
    squared = 0.0
    for axis in range(3):
        off = max(boxes.low[node, axis] - x[axis], x[axis] - boxes.high[node, axis])
        if off > 0.0:
            squared += off * off
    distance = _length(squared, terms.round)
    if distance > terms.limit:
        return -np.inf
    return terms.peak[node] - terms.rate * distance


@kernel
def _meets(firm, other, terms):  # type: ignore[no-untyped-def]
    """Return whether two firms may exchange."""
    low, stop = terms.bars[firm], terms.bars[firm + 1]
    high = stop
    while low < high:
        middle = (low + high) // 2
        if terms.barred[middle] < other:
            low = middle + 1
        else:
            high = middle
    return low == stop or terms.barred[low] != other


@kernel
def _leaf(asker, run, boxes, terms, found, worth):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """Insert the partners of one leaf into an asker's best, which stay sorted."""
    x, own, firm = asker
    last = len(found) - 1
    for rank in range(np.uint64(run[0]), np.uint64(run[1])):
        if own + terms.height[rank] <= worth[last]:
            continue
        squared = 0.0
        for axis in range(3):
            squared += (boxes.points[rank, axis] - x[axis]) ** 2
        distance = _length(squared, terms.round)
        value = own + terms.height[rank] - terms.rate * distance
        if value <= worth[last] or distance > terms.limit:
            continue
        if _meets(firm, terms.firm[rank], terms):
            k = last
            while k > 0 and worth[k - 1] < value:
                worth[k], found[k] = worth[k - 1], found[k - 1]
                k -= 1
            worth[k], found[k] = value, np.int64(rank)


@kernel
def _ask_one(asker, boxes, terms, found, worth, todo, most):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """Walk the box tree for one asker, the more promising child first.

    ``todo`` is the stack of nodes and ``most`` what each could bring at best.
    """
    x, own, _ = asker
    count, size = len(boxes.points), len(boxes.low) // 2
    last = len(worth) - 1
    todo[0], most[0] = 1, own + _bound(x, 1, boxes, terms)
    top = 1
    while top > 0:
        top -= 1
        node = todo[top]
        if most[top] <= worth[last]:
            continue
        if node >= size:
            leaf = node - size
            run = (leaf * count // size, (leaf + 1) * count // size)
            _leaf(asker, run, boxes, terms, found, worth)
            continue
        near, far = 2 * node, 2 * node + 1
        nearer, farther = own + _bound(x, near, boxes, terms), own + _bound(x, far, boxes, terms)
        if nearer < farther:
            near, far, nearer, farther = far, near, farther, nearer
        for child, bound in ((far, farther), (near, nearer)):
            if bound > worth[last]:
                todo[top], most[top] = child, bound
                top += 1


@kernel
def _ask_run(first, stop, askers, boxes, terms, found, worth):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """Answer the askers from ``first`` to ``stop``."""
    todo, most = np.empty(128, dtype=np.int64), np.empty(128)
    for i in range(first, stop):
        asker = (askers.points[i], askers.own[i], askers.firm[i])
        _ask_one(asker, boxes, terms, found[i], worth[i], todo, most)


def best(
    askers: Askers, boxes: Boxes, terms: Terms, count: int, floor: float
) -> tuple[Ints, Floats]:
    """Return for each asker the ranks of its best partners and their worth, best first.

    Parameters
    ----------
    askers, boxes, terms
        Who asks, where the partners are, and what they bring.
    count
        How many partners to find for each.
    floor
        Only partners worth more than this are returned; the rest are -1, worth ``floor``.
    """
    total = len(askers.own)
    found: Ints = np.full((total, count), -1, dtype=np.int64)
    worth: Floats = np.full((total, count), floor)
    loud = np.flatnonzero(askers.own > -np.inf)
    if len(loud) < total:
        few = Askers(askers.points[loud], askers.own[loud], askers.firm[loud])
        found[loud], worth[loud] = best(few, boxes, terms, count, floor)
        return found, worth
    runs = [(k, min(k + CHUNK, total)) for k in range(0, total, CHUNK)]
    if len(runs) < 2:
        _ask_run(0, total, askers, boxes, terms, found, worth)
        return found, worth
    with ThreadPoolExecutor(min(len(runs), os.cpu_count() or 1)) as pool:
        for done in [
            pool.submit(_ask_run, *run, askers, boxes, terms, found, worth) for run in runs
        ]:
            done.result()
    return found, worth


def terms(
    height: Floats, rate: float, limit: float, *, on_globe: bool, firms: tuple[Ints, Ints, Ints]
) -> Terms:
    """Return the question for partners whose ``height`` is given by rank."""
    firm, bars, barred = firms
    return Terms(height, peaks(height), float(rate), float(limit), on_globe, firm, bars, barred)
