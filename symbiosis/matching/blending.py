"""Blending limits: the largest share of a need that one class of residue may serve.

A limit is one more row of the programme, ``Σ gain x ≤ share demand`` over the links of a class into
a need, and has a price of its own: a link of that class must earn ``gain (w + b)`` at the need.

Many of them need no programme. Where every link into a need belongs to a class and the limits
together stay within its demand, the demand itself can never bind: the need falls apart into one
need for each class, of the size of its limit, and what is left is a transport problem again
(`split`). The others bind or not as the plan turns out.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from symbiosis.graph import Lane
from symbiosis.matching.arrays import Floats, Ints

if TYPE_CHECKING:
    from symbiosis.matching.linear import Solution
    from symbiosis.matching.links import Links
    from symbiosis.matching.problem import Problem

SAME = 1e-12
"""Share of a demand that is only the rounding of a sum of limits."""
TINY = np.finfo(float).tiny
OVER = 1e-9
"""Share by which a plan may pass a limit: rounding."""


def _no_rows() -> Ints:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Blends:
    """The blending rows of a problem, one for each class that leads into a need.

    Parameters
    ----------
    group
        The class of each lane, -1 for none.
    groups
        How many classes there are.
    key
        ``need * groups + class`` of each row, ascending.
    limit
        Units of input a year that the class may bring to the need.
    share
        The same over the need's whole demand.
    """

    group: Ints = field(default_factory=_no_rows)
    groups: int = 1
    key: Ints = field(default_factory=_no_rows)
    limit: Floats = field(default_factory=lambda: np.empty(0))
    share: Floats = field(default_factory=lambda: np.empty(0))

    @property
    def need(self) -> Ints:
        """The need of each row."""
        return self.key // self.groups

    def rows(self, lane: Ints, need: Ints) -> Ints:
        """Return the rows that bind some links, -1 where none does."""
        if not len(self.key):
            return np.full(len(need), -1)
        group = self.group[lane]
        wanted = need * self.groups + group
        place = np.minimum(np.searchsorted(self.key, wanted), len(self.key) - 1)
        return np.where((group >= 0) & (self.key[place] == wanted), place, -1)

    def used(self, links: Links, amount: Floats) -> Floats:
        """Return the units of input that shipments bring under each row."""
        row = self.rows(links.lane, links.need)
        total = np.zeros(len(self.key))
        np.add.at(total, row[row >= 0], (links.gain * amount)[row >= 0])
        return total

    def prices(self, links: Links, price: Floats) -> Floats:
        """Return the price of the row that binds each link, 0 where none does."""
        row = self.rows(links.lane, links.need)
        return np.where(row >= 0, np.append(price, 0.0)[row], 0.0)

    def of(self, needs: Ints, lanes: Ints) -> Blends:
        """Return the rows of some needs (ascending), for some lanes, in their own numbers."""
        if not len(self.key):
            return Blends(group=self.group[lanes] if len(self.group) else np.full(len(lanes), -1))
        own = self.take(self.where(needs))
        key = np.searchsorted(needs, own.need) * self.groups + own.key % self.groups
        return replace(own, group=self.group[lanes], key=key)

    def where(self, needs: Ints) -> Ints:
        """Return the positions of the rows of some needs (ascending)."""
        first = np.searchsorted(self.key, needs * self.groups)
        many = np.searchsorted(self.key, (needs + 1) * self.groups) - first
        before = np.cumsum(many) - many
        place: Ints = np.repeat(first - before, many) + np.arange(int(many.sum()))
        return place

    def take(self, which: np.ndarray) -> Blends:
        """Return some of the rows."""
        return replace(self, key=self.key[which], limit=self.limit[which], share=self.share[which])


def limits(lanes: tuple[Lane, ...], demand: Floats) -> Blends:
    """Return the blending rows of some lanes.

    Where lanes of one class state different limits into one need, the smallest holds.
    """
    names = sorted({lane.blend_class for lane in lanes} - {""})
    if not names:
        return Blends(group=np.full(len(lanes), -1))
    number = {name: k for k, name in enumerate(names)} | {"": -1}
    group = np.array([number[lane.blend_class] for lane in lanes], dtype=np.int64)
    bound = [(lane, k) for lane, k in zip(lanes, group.tolist(), strict=True) if k >= 0]
    key = np.concatenate([lane.needs * len(names) + k for lane, k in bound])
    share = np.concatenate([np.full(len(lane.needs), lane.blend_limit) for lane, _ in bound])
    order = np.lexsort((share, key))
    key, first = np.unique(key[order], return_index=True)
    share = share[order][first]
    return Blends(group, len(names), key, share * demand[key // len(names)], share)


def split(problem: Problem) -> tuple[Problem, Ints]:
    """Return the problem with needs cut into shares where that is exact, and whose shares they are.

    Parameters
    ----------
    problem
        The whole, its lanes trimmed.

    Returns
    -------
    tuple of Problem and ndarray
        The needs of the problem first, as they were; those that fell apart are in no lane any
        more. Then one need for each share. The array gives for each the need that it was.
    """
    own, m = problem.blends, len(problem.demand)
    if not len(own.key):
        return problem, np.arange(m)
    rows = _cut_rows(problem)
    place = np.full(len(own.key) + 1, -1)
    place[rows] = m + np.arange(len(rows))
    lanes = tuple(_relaid(lane, own, k, place) for k, lane in enumerate(problem.lanes))
    origin = np.concatenate((np.arange(m), own.need[rows]))
    kept = np.ones(len(own.key), dtype=bool)
    kept[rows] = False
    cut = replace(
        problem,
        demand=np.concatenate((problem.demand, own.limit[rows])),
        need_place=problem.need_place[origin],
        need_firm=problem.need_firm[origin],
        need_lot=problem.need_lot[origin],
        lanes=lanes,
        blends=own.take(kept),
    )
    return cut, origin


def _cut_rows(problem: Problem) -> Ints:
    """Return the rows of the needs that fall apart: all in classes, all limits within demand."""
    own, m = problem.blends, len(problem.demand)
    free, used = np.zeros(m, dtype=bool), np.zeros(len(own.key), dtype=bool)
    for k, lane in enumerate(problem.lanes):
        if own.group[k] < 0:
            free[lane.needs] = True
        else:
            used[own.rows(np.full(len(lane.needs), k), lane.needs)] = True
    total = np.zeros(m)
    np.add.at(total, own.need[used], own.limit[used])
    apart = ~free & (total <= problem.demand * (1 + SAME))
    rows: Ints = np.flatnonzero(used & apart[own.need])
    return rows


def _relaid(lane: Lane, own: Blends, number: int, place: Ints) -> Lane:
    """Return a lane that leads to the shares of its needs, where they fell apart."""
    row = own.rows(np.full(len(lane.needs), number), lane.needs)
    needs = np.where(place[row] >= 0, place[row], lane.needs)
    order = np.argsort(needs)
    return replace(lane, needs=needs[order], need_value=lane.need_value[order])


def exceeded(problem: Problem, found: Solution) -> bool:
    """Return whether a plan passes a blending limit."""
    used = problem.blends.used(found.links, found.amount)
    return bool((used > problem.blends.limit * (1 + OVER)).any())


def within(problem: Problem, found: Solution) -> Solution:
    """Return a plan cut down to its blending limits: feasible, with the prices that it had."""
    own = problem.blends
    used = own.used(found.links, found.amount)
    keep = np.append(own.limit / np.maximum(np.maximum(used, own.limit), TINY), 1.0)
    amount = found.amount * keep[own.rows(found.links.lane, found.links.need)]
    return found._replace(amount=amount)
