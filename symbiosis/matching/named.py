"""Links whose road was measured: listed with their real distance, beside the geometric search.

No geometry bounds a measured road well: it may be far longer than great circle times detour factor,
or shorter. So the pairs of firms that a table of roads names are taken out of the search (they are
barred there, as forbidden pairs are) and every link between them that pays is listed here, lane by
lane in blocks. Search and list together cover each link exactly once, and the optimum over both is
the optimum over all. What this costs: 48 bytes and one look a round for each paying link between
named firms, so that a full table costs what a sparse problem of its size does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from symbiosis.geography.distances import road_loss
from symbiosis.matching.arrays import Floats, Ints

if TYPE_CHECKING:
    from symbiosis.graph import Lane
    from symbiosis.matching.problem import Problem

BLOCK = 1 << 20
"""Pairs of firms looked at together."""


@dataclass(frozen=True)
class Named:
    """Listed links, sorted by key.

    Parameters
    ----------
    keys
        Their keys, as in `lanes`.
    offer, need
        The ends that the keys stand for.
    worth
        Worth per unit, above 0.
    gain
        Units of input replaced by one unit of residue.
    """

    keys: Ints
    offer: Ints
    need: Ints
    worth: Floats
    gain: Floats

    def place(self, keys: Ints) -> tuple[Ints, NDArray[np.bool_]]:
        """Return where some keys stand in the list, and whether they do."""
        if not len(self.keys):
            return np.zeros(len(keys), dtype=np.int64), np.zeros(len(keys), dtype=bool)
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return place, self.keys[place] == keys

    def ask(
        self, offer_price: Floats, need_price: Floats, count: int, floor: float
    ) -> tuple[Ints, Floats, Floats]:
        """Return the best links of each end at some prices, and the most for each offer and need.

        Links that would gain no more than ``floor`` are not returned.
        """
        gain = self.worth - offer_price[self.offer] - self.gain * need_price[self.need]
        most_offer, most_need = np.zeros(len(offer_price)), np.zeros(len(need_price))
        np.maximum.at(most_offer, self.offer, gain)
        np.maximum.at(most_need, self.need, gain)
        able = np.flatnonzero(gain > floor)
        chosen = [_first(side[able], gain[able], count) for side in (self.offer, self.need)]
        return self.keys[able[chosen[0] | chosen[1]]], most_offer, most_need


def _first(group: Ints, gain: Floats, count: int) -> NDArray[np.bool_]:
    """Return which entries are among the best of their group."""
    order = np.lexsort((-gain, group))
    ranked = group[order]
    chosen = np.zeros(len(group), dtype=bool)
    chosen[order] = np.arange(len(group)) - np.searchsorted(ranked, ranked) < count
    return chosen


def listed(
    problem: Problem, ranks: tuple[Ints, Ints], scale: Floats, *, unit: bool
) -> Named | None:
    """Return every paying, admissible link between firms whose road is named; None without roads.

    Parameters
    ----------
    problem
        A part.
    ranks
        The rank of each offer and need, by which keys number them.
    scale
        What values are divided by in each lane.
    unit
        Whether the scales make every yield 1.
    """
    if not len(problem.roads):
        return None
    blocks: list[tuple[Ints, Ints, Floats, Floats]] = []
    for k, lane in enumerate(problem.lanes):
        for i, j, km in _pairs(problem, lane):
            worth = lane.offer_value[i] + lane.need_value[j] - road_loss(lane.rate_per_km, km)
            offer, need = lane.offers[i], lane.needs[j]
            keep = (worth > 0) & (km <= lane.max_distance_km) & _may_meet(problem, offer, need)
            offer, need = ranks[0][offer[keep]], ranks[1][need[keep]]
            key = (offer * len(ranks[1]) + need) * len(problem.lanes) + k
            gain = np.full(len(key), 1.0 if unit else lane.gain)
            blocks.append((key, need, worth[keep] / scale[k], gain))
    if not blocks:
        return None
    keys, need, worth, gain = (np.concatenate(column) for column in zip(*blocks, strict=True))
    order = np.argsort(keys, kind="stable")
    offer = keys[order] // (len(ranks[1]) * len(problem.lanes))
    return Named(keys[order], offer, need[order], worth[order], gain[order])


def _pairs(problem: Problem, lane: Lane) -> Iterator[tuple[Ints, Ints, Floats]]:
    """Yield positions in a lane's offers and needs whose firms' road is named, and its length."""
    roads = problem.roads
    sender, taker = problem.offer_firm[lane.offers], problem.need_firm[lane.needs]
    order = np.argsort(taker, kind="stable")
    first = np.searchsorted(roads.key, sender * roads.firms)
    many = np.searchsorted(roads.key, (sender + 1) * roads.firms) - first
    block = np.cumsum(many) // BLOCK
    for number in np.unique(block[many > 0]):
        who = np.flatnonzero((block == number) & (many > 0))
        i, road = _expanded(who, first[who], many[who])
        receiver = roads.key[road] % roads.firms
        low = np.searchsorted(taker[order], receiver)
        high = np.searchsorted(taker[order], receiver, side="right")
        row, place = _expanded(np.arange(len(road)), low, high - low)
        yield i[row], order[place], roads.km[road[row]]


def _expanded(names: Ints, first: Ints, many: Ints) -> tuple[Ints, Ints]:
    """Return each name with each place from its first on, so many of them."""
    before = np.cumsum(many) - many
    places = np.repeat(first - before, many) + np.arange(int(many.sum()))
    return np.repeat(names, many), places


def _may_meet(problem: Problem, offers: Ints, needs: Ints) -> NDArray[np.bool_]:
    count = problem.roads.firms
    sender, taker = problem.offer_firm[offers], problem.need_firm[needs]
    barred = problem.barred[:, 0] * count + problem.barred[:, 1]
    met: NDArray[np.bool_] = (sender != taker) & ~np.isin(sender * count + taker, barred)
    return met
