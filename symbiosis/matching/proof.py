"""Checking a plan without trusting who made it: every pair, one by one.

With prices ``w ≥ 0`` of the needs, and for every offer the price ``u'`` that no admissible pair
exceeds, ``u'_i = max(0, max_j value_ij - w_j)``, every plan is worth at most
``Σ supply u' + Σ demand w``. No tree, no search and no whole numbers of the solver are used here.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from symbiosis.geography import EARTH_RADIUS_KM, great_circle_km
from symbiosis.matching.arrays import Floats, Ints
from symbiosis.matching.compiled import kernel

ROWS = 512


class Ground(NamedTuple):
    """Places as plain arrays: where, worth on either side, rate, longest distance, on the globe."""

    offers_xy: Floats
    needs_xy: Floats
    offer_value: Floats
    need_value: Floats
    rate: float
    limit: float
    on_globe: bool


@dataclass(frozen=True)
class Statement:
    """What a plan claims: its shipments and need prices, and the problem it answers."""

    supply: Floats
    demand: Floats
    value: Floats | csr_array | Ground
    offer: Ints
    need: Ints
    amount: Floats
    need_price: Floats


class Findings(NamedTuple):
    """What an examination found."""

    primal: float
    dual: float
    pairs: int
    violation: float


def examine(claim: Statement) -> Findings:
    """Return the worth of a plan, the bound that its prices prove, and its worst breach."""
    worth = values(claim.value, claim.offer, claim.need)[0]
    offer_price, pairs = _offer_prices(claim)
    price = np.maximum(claim.need_price, 0.0)
    dual = math.fsum(claim.supply * offer_price) + math.fsum(claim.demand * price)
    return Findings(math.fsum(worth * claim.amount), dual, pairs, breach(claim))


def most(claim: Statement) -> float:
    """Return what all the quantities would be worth at the largest value of any pair."""
    value = claim.value
    if isinstance(value, Ground):
        largest = float(np.max(value.offer_value) + np.max(value.need_value))
    else:
        data = value.data if isinstance(value, csr_array) else value
        largest = float(np.max(data, initial=0.0))
    return min(math.fsum(claim.supply), math.fsum(claim.demand)) * max(largest, 0.0)


def values(
    value: Floats | csr_array | Ground, offer: Ints, need: Ints
) -> tuple[Floats, np.ndarray]:
    """Return the worth per unit of some pairs, and which of them are admissible."""
    if isinstance(value, Ground):
        distance = _distances(value, offer, need)
        worth = value.offer_value[offer] + value.need_value[need] - value.rate * distance
        return worth, distance <= value.limit * (1 + 1e-12)
    if isinstance(value, csr_array):
        return _stored(value, offer, need)
    return value[offer, need], np.ones(len(offer), dtype=bool)


def _stored(matrix: csr_array, offer: Ints, need: Ints) -> tuple[Floats, np.ndarray]:
    """Return the values of some pairs of a matrix without duplicates, and which are stored."""
    width = matrix.shape[1]
    row = np.repeat(np.arange(matrix.shape[0], dtype=np.int64), np.diff(matrix.indptr))
    keys = row * width + matrix.indices
    order = np.argsort(keys, kind="stable")
    wanted = offer * width + need
    if not len(keys):
        return np.zeros(len(offer)), np.zeros(len(offer), dtype=bool)
    place = order[np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)]
    found = keys[place] == wanted
    return np.where(found, matrix.data[place], 0.0), found


def _distances(ground: Ground, offer: Ints, need: Ints) -> Floats:
    here, there = ground.offers_xy[offer], ground.needs_xy[need]
    if ground.on_globe:
        return great_circle_km(here[:, 0], here[:, 1], there[:, 0], there[:, 1])
    distance: Floats = np.hypot(*(here - there).T)
    return distance


def breach(claim: Statement) -> float:
    """Return the worst relative breach: of a quantity, of a sign, or 1 for a pair out of bounds."""
    admissible = values(claim.value, claim.offer, claim.need)[1]
    sent, received = np.zeros(len(claim.supply)), np.zeros(len(claim.demand))
    np.add.at(sent, claim.offer, claim.amount)
    np.add.at(received, claim.need, claim.amount)
    tiny = np.finfo(float).tiny
    breaches = [
        (sent - claim.supply) / np.maximum(claim.supply, tiny),
        (received - claim.demand) / np.maximum(claim.demand, tiny),
        -claim.amount,
        -claim.need_price / max(1.0, float(np.abs(claim.need_price).max(initial=0.0))),
        np.where(admissible, 0.0, 1.0),
    ]
    return float(max(breach.max(initial=0.0) for breach in breaches))


def _offer_prices(claim: Statement) -> tuple[Floats, int]:
    """Return the least admissible offer prices, and how many pairs they answer for."""
    value, price = claim.value, np.maximum(claim.need_price, 0.0)
    if isinstance(value, csr_array):
        best = np.zeros(len(claim.supply))
        offer = np.repeat(np.arange(len(claim.supply)), np.diff(value.indptr))
        np.maximum.at(best, offer, value.data - price[value.indices])
        return best, int(value.nnz)
    total = len(claim.supply)
    best, pairs = np.zeros(total), np.zeros(total, dtype=np.int64)
    runs = [(k, min(k + ROWS, total)) for k in range(0, total, ROWS)]
    look = _look_dense if isinstance(value, np.ndarray) else _look_places
    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(look, value, price, run, best, pairs) for run in runs]:
            done.result()
    return best, int(pairs.sum())


@kernel
def _look_dense(value, price, run, best, pairs):  # type: ignore[no-untyped-def]
    for i in range(run[0], run[1]):
        pairs[i] = len(price)
        for j in range(len(price)):
            best[i] = max(best[i], value[i, j] - price[j])


@kernel
def _look_places(ground, price, run, best, pairs):  # type: ignore[no-untyped-def]
    asked = ground.need_value - price
    for i in range(run[0], run[1]):
        top, count = -ground.offer_value[i], 0
        for j in range(len(price)):
            distance = _distance(ground, i, j)
            if distance <= ground.limit:
                count += 1
                top = max(top, asked[j] - ground.rate * distance)
        best[i] = ground.offer_value[i] + top
        pairs[i] = count


@kernel
def _distance(ground, i, j):  # type: ignore[no-untyped-def]
    """Return a straight distance, or a great circle in km by the haversine formula."""
    x1, y1 = ground.offers_xy[i, 0], ground.offers_xy[i, 1]
    x2, y2 = ground.needs_xy[j, 0], ground.needs_xy[j, 1]
    if not ground.on_globe:
        return np.sqrt((x2 - x1) ** 2 + (y2 - y1) ** 2)
    turn = np.pi / 180
    half = np.sin((y2 - y1) * turn / 2) ** 2
    half += np.cos(y1 * turn) * np.cos(y2 * turn) * np.sin((x2 - x1) * turn / 2) ** 2
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(min(half, 1.0)))
