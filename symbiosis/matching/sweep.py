"""Looking at every pair of a lane, one by one: what the proof and the reasons stand on.

No search, no tree and no prices of a solver are used here. A pair is only spared its great circle
where the difference of latitude alone already shows that it cannot be the best.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from symbiosis.geography import EARTH_RADIUS_KM
from symbiosis.matching.arrays import Floats, Ints
from symbiosis.matching.compiled import kernel

ROWS = 256
"""Offers that one thread takes at a time."""
EDGE = 1 + 1e-9
"""A distance this little above the longest is only rounding."""


class Pairs(NamedTuple):
    """Some offers and needs: longitude and latitude in radians (x 2), worth, firm; and the terms.

    ``rate`` and ``limit`` are per road km and in road km; ``barred`` holds pairs of firms (k x 2).
    Measured roads: those of firm ``f`` lead to ``road_taker[road_start[f] : road_start[f + 1]]``,
    ascending, and are ``road_km`` long, inf where there is none.
    """

    here: Floats
    there: Floats
    offer_value: Floats
    need_value: Floats
    offer_firm: Ints
    need_firm: Ints
    barred: Ints
    rate: float
    limit: float
    detour: float
    road_start: Ints
    road_taker: Ints
    road_km: Floats


class Seen(NamedTuple):
    """What was seen of each offer.

    Its best worth and with whom (-1 for nobody), the best were all distances 0, and how many of its
    pairs are admissible.
    """

    best: Floats
    partner: Ints
    at_gate: Floats
    pairs: Ints


def look(pairs: Pairs) -> Seen:
    """Return what every offer could have with any need."""
    count = len(pairs.here)
    seen = Seen(
        np.full(count, -np.inf), np.full(count, -1), np.full(count, -np.inf), np.zeros(count, int)
    )
    runs = [(k, min(k + ROWS, count)) for k in range(0, count, ROWS)]
    if len(runs) == 1:
        _look(0, count, pairs, seen)
        return seen
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for done in [pool.submit(_look, *run, pairs, seen) for run in runs]:
            done.result()
    return seen


@kernel
def _look(first, stop, pairs, seen):  # type: ignore[no-untyped-def]
    """Look at every pair of some offers."""
    bounded = pairs.limit < np.inf
    for i in range(first, stop):
        for j in range(len(pairs.there)):
            if not _may_meet(pairs.offer_firm[i], pairs.need_firm[j], pairs.barred):
                continue
            worth = pairs.offer_value[i] + pairs.need_value[j]
            seen.at_gate[i] = max(seen.at_gate[i], worth)
            turn = abs(pairs.here[i, 1] - pairs.there[j, 1])
            given = _given(pairs, pairs.offer_firm[i], pairs.need_firm[j])
            if given == np.inf:
                continue  # no road joins the two
            least = given if given >= 0.0 else pairs.detour * EARTH_RADIUS_KM * turn
            if least > pairs.limit * EDGE:
                continue
            if not bounded and worth - pairs.rate * least <= seen.best[i]:
                seen.pairs[i] += 1
                continue
            distance = given
            if given < 0.0:
                distance = _road(pairs.here[i], pairs.there[j], pairs.detour)
            if distance > pairs.limit * EDGE:
                continue
            seen.pairs[i] += 1
            if worth - pairs.rate * distance > seen.best[i]:
                seen.best[i] = worth - pairs.rate * distance
                seen.partner[i] = j


@kernel
def _may_meet(giver, taker, barred):  # type: ignore[no-untyped-def]
    """Return whether two firms may exchange: not with oneself, nor where it is forbidden."""
    met = giver != taker
    for k in range(len(barred)):
        met = met and not (barred[k, 0] == giver and barred[k, 1] == taker)
    return met


@kernel
def _given(pairs, giver, taker):  # type: ignore[no-untyped-def]
    """Return the measured road between two firms, -1 where none is named."""
    if len(pairs.road_km) == 0:
        return -1.0
    low, stop = pairs.road_start[giver], pairs.road_start[giver + 1]
    high = stop
    while low < high:
        middle = (low + high) // 2
        if pairs.road_taker[middle] < taker:
            low = middle + 1
        else:
            high = middle
    return pairs.road_km[low] if low < stop and pairs.road_taker[low] == taker else -1.0


@kernel
def _road(here, there, detour):  # type: ignore[no-untyped-def]
    """Return the road distance between two places by the haversine formula, in km."""
    half = np.sin((there[1] - here[1]) / 2) ** 2
    half += np.cos(here[1]) * np.cos(there[1]) * np.sin((there[0] - here[0]) / 2) ** 2
    return detour * 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(min(half, 1.0)))
