"""Links given by places: the lanes of a problem, searched and never listed.

The few between firms whose road was measured are the exception: they are barred from the search
and listed beside it (see `named`).

A link is named by one number, its key: ``(offer * m + need) * lanes + lane``. Keys sort by offer,
then need, which is the order in which the simplex reads links.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from symbiosis.matching.arrays import Floats, Ints
from symbiosis.matching.named import Named
from symbiosis.matching.search import Askers, Terms, best, chord, length, terms
from symbiosis.matching.space import Boxes

Asks = tuple[NDArray[np.bool_], NDArray[np.bool_]]
Answer = tuple[Ints, Floats, Floats]
"""Keys of links that would pay, and the most that any link of each offer and need would gain."""


@dataclass(frozen=True)
class Field:
    """One lane as the search sees it.

    Parameters
    ----------
    offers, needs
        Positions in the problem, shapes a and b.
    offer_value, need_value
        Worth per unit on either side, shapes a and b.
    rate, limit
        Worth lost per unit of distance, and the longest distance.
    offer_boxes, need_boxes
        Where they are.
    gain
        Units of input replaced by one unit of residue.
    """

    offers: Ints
    needs: Ints
    offer_value: Floats
    need_value: Floats
    rate: float
    limit: float
    offer_boxes: Boxes
    need_boxes: Boxes
    gain: float = 1.0


@dataclass(frozen=True)
class Firms:
    """Who may not meet whom: firm numbers, and for each firm the firms barred on the other side.

    ``offer_bars[f] : offer_bars[f + 1]`` delimits in ``offer_barred`` the firms that the offers of
    firm ``f`` may not serve; the same for needs.
    """

    offer: Ints
    need: Ints
    offer_bars: Ints
    offer_barred: Ints
    need_bars: Ints
    need_barred: Ints


@dataclass(frozen=True)
class Lanes:
    """Every link of some lanes between n offers and m needs.

    Parameters
    ----------
    offer_points, need_points
        Places, shapes n x 3 and m x 3.
    fields
        The lanes.
    firms
        Who may not meet whom.
    on_globe
        Whether points are unit vectors and distances great circles in km.
    named
        Links between firms whose road was measured, which ``firms`` bars from the search.
    """

    offer_points: Floats
    need_points: Floats
    fields: tuple[Field, ...]
    firms: Firms
    on_globe: bool
    named: Named | None = None

    @property
    def pairs(self) -> int:
        """How many pairs the lanes hold within their longest distance."""
        return sum(self._pairs(field) for field in self.fields)

    def _pairs(self, field: Field) -> int:
        if np.isinf(field.limit):
            return len(field.offers) * len(field.needs)
        reach = chord(field.limit, self.on_globe)
        sides = self.offer_points[field.offers], self.need_points[field.needs]
        return int(cKDTree(sides[0]).count_neighbors(cKDTree(sides[1]), reach))

    def ends(self, keys: Ints) -> tuple[Ints, Ints]:
        """Return the offers and needs of some links."""
        return np.divmod(keys // len(self.fields), len(self.need_points))

    def worth(self, keys: Ints) -> Floats:
        """Return the worth per unit of some links."""
        worth = self._by_place(keys)
        if self.named is not None:
            place, inside = self.named.place(keys)
            worth[inside] = self.named.worth[place[inside]]
        return worth

    def _by_place(self, keys: Ints) -> Floats:
        offer, need = self.ends(keys)
        squared = ((self.offer_points[offer] - self.need_points[need]) ** 2).sum(axis=1)
        distance = length(squared, self.on_globe)
        lane = keys % len(self.fields)
        if len(self.fields) == 1:
            return self._worth(self.fields[0], offer, need, distance)
        worth = np.empty(len(keys))
        for k, field in enumerate(self.fields):
            mine = np.flatnonzero(lane == k)
            worth[mine] = self._worth(field, offer[mine], need[mine], distance[mine])
        return worth

    def _worth(self, field: Field, offer: Ints, need: Ints, distance: Floats) -> Floats:
        own = field.offer_value[np.searchsorted(field.offers, offer)]
        theirs = field.need_value[np.searchsorted(field.needs, need)]
        return own + theirs - field.rate * distance

    def admits(self, keys: Ints) -> NDArray[np.bool_]:
        """Return which links are within the longest distance and between firms that may meet."""
        offer, need = self.ends(keys)
        squared = ((self.offer_points[offer] - self.need_points[need]) ** 2).sum(axis=1)
        limit = np.array([field.limit for field in self.fields])[keys % len(self.fields)]
        count = len(self.firms.offer_bars) - 1
        giver = np.repeat(np.arange(count), np.diff(self.firms.offer_bars))
        barred = giver * count + self.firms.offer_barred
        met = self.firms.offer[offer] * count + self.firms.need[need]
        allowed: NDArray[np.bool_] = length(squared, self.on_globe) <= limit
        allowed &= ~np.isin(met, barred)
        return allowed if self.named is None else allowed | self.named.place(keys)[1]

    def nearest(self, count: int) -> Ints:
        """Return the links of every flow to its nearest partners in every lane, sorted.

        Of those whose road was measured, the links of the highest worth.
        """
        zero_offer, zero_need = np.zeros(len(self.offer_points)), np.zeros(len(self.need_points))
        near = self._both(zero_offer, zero_need, count, -np.inf, None, near=True)[0]
        if self.named is None:
            return near
        return np.union1d(near, self.named.ask(zero_offer, zero_need, count, 0.0)[0])

    def ask(
        self,
        offer_price: Floats,
        need_price: Floats,
        count: int,
        floor: float,
        asks: Asks | None = None,
    ) -> Answer:
        """Return the links that would gain most at some prices, for every offer and every need.

        Parameters
        ----------
        offer_price, need_price
            Shapes n and m.
        count
            Links for each offer and each need in each lane.
        floor
            The least gain that matters.
        asks
            Which offers and which needs ask; all of them if None.
        """
        found = self._both(offer_price, need_price, count, floor, asks)
        if self.named is None:
            return found
        also = self.named.ask(offer_price, need_price, count, floor)
        keys = np.union1d(found[0], also[0])
        return keys, np.maximum(found[1], also[1]), np.maximum(found[2], also[2])

    def _both(
        self,
        offer_price: Floats,
        need_price: Floats,
        count: int,
        floor: float,
        asks: Asks | None,
        *,
        near: bool = False,
    ) -> Answer:
        offer_best, need_best = np.zeros(len(offer_price)), np.zeros(len(need_price))
        keys: list[Ints] = [np.empty(0, dtype=np.int64)]
        for k, field in enumerate(self.fields):
            scale = (0.0, 1.0) if near else (1.0, field.rate)
            own = scale[0] * field.offer_value - offer_price[field.offers]
            theirs = scale[0] * field.need_value - field.gain * need_price[field.needs]
            for given in (True, False):
                who, whom = (field.offers, field.needs) if given else (field.needs, field.offers)
                sides = self._silenced((own, theirs), asks, given, who)
                found, worth = self._ask(field, sides, given, scale[1], count, floor)
                top = offer_best if given else need_best
                top[who] = np.maximum(top[who], worth[:, 0])
                row, column = np.nonzero(found >= 0)
                here, there = who[row], whom[found[row, column]]
                offer, need = (here, there) if given else (there, here)
                keys.append((offer * len(need_price) + need) * len(self.fields) + k)
        return np.unique(np.concatenate(keys)), offer_best, need_best

    def _ask(  # noqa: PLR0917
        self, field: Field, sides: tuple[Floats, Floats], asks: bool, rate: float,
        count: int, floor: float,
    ) -> tuple[Ints, Floats]:  # fmt: skip
        """Return positions in the other side of a lane, and worths, for each asker of one side."""
        who, boxes = (field.offers, field.need_boxes) if asks else (field.needs, field.offer_boxes)
        points = (self.offer_points if asks else self.need_points)[who]
        firm = (self.firms.offer if asks else self.firms.need)[who]
        own, theirs = sides if asks else sides[::-1]
        partners = (field.needs if asks else field.offers)[boxes.order]
        question = self._terms(theirs[boxes.order], partners, field.limit, rate, asks)
        found, worth = best(Askers(points, own, firm), boxes, question, count, floor)
        return np.where(found >= 0, boxes.order[found], -1), worth

    def _silenced(
        self, sides: tuple[Floats, Floats], asks: Asks | None, given: bool, who: Ints
    ) -> tuple[Floats, Floats]:
        """Return the terms of either side, askers who need not ask put out of reach."""
        if asks is None:
            return sides
        speaks = asks[0 if given else 1][who]
        silenced = np.where(speaks, sides[0 if given else 1], -np.inf)
        return (silenced, sides[1]) if given else (sides[0], silenced)

    def _terms(
        self, height: Floats, partners: Ints, limit: float, rate: float, asks: bool
    ) -> Terms:
        firms = self.firms
        other = (firms.need if asks else firms.offer)[partners]
        bars = firms.offer_bars if asks else firms.need_bars
        barred = firms.offer_barred if asks else firms.need_barred
        return terms(height, rate, limit, on_globe=self.on_globe, firms=(other, bars, barred))


def strangers(offers: int, needs: int) -> Firms:
    """Return firms that bar nobody."""
    bars, none = np.zeros(2, dtype=np.int64), np.empty(0, dtype=np.int64)
    zero_offer, zero_need = np.zeros(offers, dtype=np.int64), np.zeros(needs, dtype=np.int64)
    return Firms(zero_offer, zero_need, bars, none, bars, none)
