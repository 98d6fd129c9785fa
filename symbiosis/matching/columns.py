"""Column generation: solve over some links, search for links that would still pay, until none does.

The tree and its prices carry over from one round to the next, so that each round only repairs the
last. What the search returns also bounds the optimum over all pairs: with ``r_i`` the most that any
link of offer i would gain, prices ``u_i + r_i`` and ``w_j`` are admissible, and so

    Σ supply_i (u_i + r_i) + Σ demand_j w_j

is an upper bound; the needs give another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from symbiosis.matching.arrays import Floats, Ints
from symbiosis.matching.forest import plant
from symbiosis.matching.simplex import Arcs, improve
from symbiosis.matching.tree import Tree, refresh
from symbiosis.matching.watch import Watch, relative

PER_ROUND = 4
"""Links that each flow may ask for in a round and lane."""
REACH = 0.1
"""A link is dropped when it would lose more than this share of the largest worth."""
TOLERANCE = 1e-7
"""A gain below this share of the mean worth of the larger side is as good as none."""
SLACK = 1.25
"""Least gains that a price may fall below a proven one before its flow asks again: more than the
one by which a proof lifts a whole side, or that side would ask every time."""
BATCHES = 64
SHARE_LEFT = 128
"""A round ends when the links that still pay are fewer than one for so many new ones, or nodes in
the first: the last pivots of a round are many, small, and undone by the links of the next. Where
all that an earlier solve knew still holds, the first round goes on to its end."""
SIFT = 64
"""The links in play are looked through for hopeless ones when more than one for so many is new."""


Asks = tuple[NDArray[np.bool_], NDArray[np.bool_]]


class Source(Protocol):
    """Where links come from: places, or a matrix."""

    @property
    def pairs(self) -> int:
        """How many pairs there are."""

    def ends(self, keys: Ints) -> tuple[Ints, Ints]:
        """Return the offers and needs of some links."""

    def worth(self, keys: Ints) -> Floats:
        """Return the worth per unit of some links."""

    def ask(
        self,
        offer_price: Floats,
        need_price: Floats,
        count: int,
        floor: float,
        asks: Asks | None = None,
    ) -> tuple[Ints, Floats, Floats]:
        """Return links that would gain at some prices, and the most for each offer and need.

        ``asks`` says which offers and needs have to ask; all of them if None.
        """


@dataclass(frozen=True)
class Market:
    """Whole quantities of every offer and need, and how many whole values one unit of worth is.

    ``total`` is the larger side's sum, in the same whole units, before anything was cut off: what a
    small error in every price is multiplied by.
    """

    supply: Ints
    demand: Ints
    scale: float
    total: float


@dataclass(frozen=True)
class Start:
    """Where to begin.

    Parameters
    ----------
    keys, forest, free
        Links, those of them that may be in the tree, and nodes that would rather be free.
    arcs
        The links with their whole values, where an earlier solve left them.
    proof
        Prices of offers and needs that no link of the source exceeds, where they are known.
    """

    keys: Ints
    forest: Ints
    free: Ints
    arcs: Arcs | None = None
    proof: tuple[Floats, Floats] | None = None


@dataclass(frozen=True)
class Outcome:
    """A plan and its proof, in the market's whole units and the source's worth.

    Parameters
    ----------
    keys, flow
        The links that carry something and how much.
    basis, links, arcs, free
        Every link of the last tree, every link in play, the same with their whole values, and the
        nodes that hang from the root: for a warm start.
    offer_price, need_price
        Admissible prices that prove ``bound``.
    value, bound
        Worth of the plan, and the most that any plan is worth.
    """

    keys: Ints
    flow: Ints
    basis: Ints
    links: Ints
    arcs: Arcs
    free: Ints
    offer_price: Floats
    need_price: Floats
    value: float
    bound: float
    rounds: int
    pivots: int


class _Restricted:
    """The links that are in play and the tree on them: the state of one solve."""

    def __init__(self, market: Market, source: Source, start: Start) -> None:
        self.market, self.source = market, source
        self.offers = len(market.supply)
        self.quantity = np.concatenate((market.supply, market.demand))
        self.state = np.zeros(2, dtype=np.int64)
        self.few = len(self.quantity) // SHARE_LEFT if start.arcs is None else 0
        self.keys = start.keys
        self.value = self._whole(start.keys) if start.arcs is None else start.arcs.value
        self.arcs = self._arcs() if start.arcs is None else start.arcs
        self.tree = self._planted(start)

    def _whole(self, keys: Ints) -> Ints:
        return np.rint(self.source.worth(keys) * self.market.scale).astype(np.int64)

    def _planted(self, start: Start) -> Tree:
        place = np.searchsorted(self.keys, start.forest)
        links = (*self.source.ends(start.forest), place, self.value[place])
        return plant(self.quantity, self.offers, links, start.free)

    def _arcs(self) -> Arcs:
        offer, need = self.source.ends(self.keys)
        start = np.searchsorted(offer, np.arange(self.offers + 1))
        return Arcs(start, need.astype(np.int32), self.value)

    def solve(self, watch: Watch) -> None:
        """Run the simplex until at most ``few`` links in play pay, or time is up."""
        while not improve(self.tree, self.arcs, self.state, BATCHES, self.few):
            if watch.over():
                break
        refresh(self.tree)

    def prices(self) -> tuple[Floats, Floats]:
        """Return the prices of the tree, made non-negative."""
        price = np.maximum(self.tree.price[:-1], 0) / self.market.scale
        return price[: self.offers], price[self.offers :]

    def shipped(self) -> tuple[Ints, Ints]:
        """Return the positions of the links in the tree and their flows."""
        nodes = self.tree.nodes[:-1]
        inside = np.flatnonzero(nodes["link"] >= 0)
        return nodes["link"][inside].astype(np.int64), nodes["flow"][inside]

    def worth(self) -> float:
        """Return the worth of the plan."""
        place, flow = self.shipped()
        return float((self.value[place] / self.market.scale) @ flow)

    def extend(self, fresh: Ints) -> bool:
        """Take new links in and, unless they are few, let hopeless ones go.

        Returns whether there is more to do.
        """
        if len(fresh) * SIFT < len(self.keys):
            fresh = fresh[~_among(fresh, self.keys)]
            self._insert(fresh)
        else:
            fresh = self._sift(fresh)
        unfinished = self.few > 0
        self.few = min(len(fresh), len(self.quantity)) // SHARE_LEFT
        return unfinished or bool(len(fresh))

    def _insert(self, fresh: Ints) -> None:
        """Put new links among those in play; what is known of the others stays."""
        place = np.searchsorted(self.keys, fresh)
        offer, need = self.source.ends(fresh)
        link = self.tree.nodes["link"]
        inside = link >= 0
        link[inside] += np.searchsorted(place, link[inside], side="right").astype(np.int32)
        start = self.arcs.start + np.searchsorted(offer, np.arange(self.offers + 1))
        self.value = np.insert(self.value, place, self._whole(fresh))
        self.keys = np.insert(self.keys, place, fresh)
        self.arcs = Arcs(start, np.insert(self.arcs.need, place, need.astype(np.int32)), self.value)

    def _sift(self, fresh: Ints) -> Ints:
        """Keep the links that lose little and those of the tree; return which others are new."""
        price, arcs = self.tree.price, self.arcs
        offer = np.repeat(np.arange(self.offers), np.diff(arcs.start))
        loss = price[offer] + price[self.offers + arcs.need] - self.value
        keep = loss <= REACH * max(1, int(self.value.max(initial=1)))
        link = self.tree.nodes["link"]
        inside = link >= 0
        keep[link[inside]] = True
        kept = np.flatnonzero(keep)
        fresh = fresh[~_among(fresh, self.keys[kept])]
        keys = np.concatenate((self.keys[kept], fresh))
        order = np.argsort(keys, kind="stable")
        place = np.empty(len(order), dtype=np.int64)
        place[order] = np.arange(len(order))
        moved = np.full(len(keep), -1, dtype=np.int64)
        moved[kept] = place[: len(kept)]
        link[inside] = moved[link[inside]]
        self.value = np.concatenate((self.value[kept], self._whole(fresh)))[order]
        self.keys = keys[order]
        self.arcs = self._arcs()
        return fresh


def _among(fresh: Ints, keys: Ints) -> NDArray[np.bool_]:
    """Return which of some keys are among others; both sorted."""
    if not len(keys):
        return np.zeros(len(fresh), dtype=bool)
    place = np.minimum(np.searchsorted(keys, fresh), len(keys) - 1)
    among: NDArray[np.bool_] = keys[place] == fresh
    return among


def generate(market: Market, source: Source, start: Start, watch: Watch) -> Outcome:
    """Return the best plan over all links of a source, or the best so far when time is up."""
    play = _Restricted(market, source, start)
    closed = market.demand == 0

    def shut(price: Floats) -> Floats:
        return np.where(closed, np.inf, price)

    best = (np.inf, *play.prices())
    rounds = 0
    while True:
        rounds += 1
        play.solve(watch)
        value = play.worth()
        prices = play.prices()
        floor = max(TOLERANCE * value / max(market.total, 1.0), 1.0 / market.scale)
        asks = _asks(start.proof, prices, floor)
        found = source.ask(prices[0], shut(prices[1]), PER_ROUND, floor, asks)
        fresh, gains = found[0], _lifted(found[1:], asks, start.proof, prices)
        best = min(best, _bound(market, prices, gains, asks is None), key=lambda b: b[0])
        enough = watch.enough(rounds, value, best[0])
        if enough or not play.extend(fresh):
            break
    if not enough and relative(value, best[0]) > TOLERANCE:
        # Small values among large quantities: what the least gain that matters adds up to is more.
        gains = source.ask(prices[0], shut(prices[1]), 1, 0.0)[1:]
        best = min(best, _bound(market, prices, gains, True), key=lambda b: b[0])
    if closed.any():
        best = _reopened(source, best, closed)
    return _outcome(play, best, value, rounds)


def _outcome(
    play: _Restricted, best: tuple[float, Floats, Floats], value: float, rounds: int
) -> Outcome:
    """Return where the links in play and their tree have come to, with the best proof."""
    place, flow = play.shipped()
    used = np.flatnonzero(flow > 0)
    return Outcome(
        keys=play.keys[place[used]],
        flow=flow[used],
        basis=np.sort(play.keys[place]),
        links=play.keys,
        arcs=play.arcs,
        free=np.flatnonzero(play.tree.nodes["parent"][:-1] == len(play.quantity)),
        offer_price=best[1],
        need_price=best[2],
        value=value,
        bound=best[0],
        rounds=rounds,
        pivots=int(play.state[1]),
    )


def _reopened(
    source: Source, best: tuple[float, Floats, Floats], closed: np.ndarray
) -> tuple[float, Floats, Floats]:
    """Return the proof with the prices of needs that can take nothing: what they would pay."""
    bound, offer_price, need_price = best
    silent = np.zeros(len(offer_price), dtype=bool)
    asked = np.where(closed, 0.0, np.inf)
    gain = source.ask(offer_price, asked, 1, 0.0, (silent, closed))[2]
    return bound, offer_price, np.where(closed, gain, need_price)


def _asks(
    proof: tuple[Floats, Floats] | None, prices: tuple[Floats, Floats], floor: float
) -> Asks | None:
    """Return who has to ask: those whose price fell below one that no link exceeds."""
    if proof is None:
        return None
    return prices[0] < proof[0] - SLACK * floor, prices[1] < proof[1] - SLACK * floor


def _lifted(
    gains: tuple[Floats, Floats],
    asks: Asks | None,
    proof: tuple[Floats, Floats] | None,
    prices: tuple[Floats, Floats],
) -> tuple[Floats, Floats]:
    """Return the gains, those who need not ask lifted to the price that no link exceeds."""
    if asks is None or proof is None:
        return gains
    lift = [np.maximum(old - now, 0.0) for old, now in zip(proof, prices, strict=True)]
    return np.where(asks[0], gains[0], lift[0]), np.where(asks[1], gains[1], lift[1])


def _bound(
    market: Market, prices: tuple[Floats, Floats], gains: tuple[Floats, Floats], full: bool
) -> tuple[float, Floats, Floats]:
    """Return the best bound with the prices that prove it.

    Where all have asked, the gains of one side are enough; else both sides are lifted by theirs.
    """
    offer, need = prices[0] + gains[0], prices[1] + gains[1]
    if not full:
        return float(market.supply @ offer + market.demand @ need), offer, need
    one = float(market.supply @ offer + market.demand @ prices[1])
    two = float(market.supply @ prices[0] + market.demand @ need)
    return (one, offer, prices[1]) if one <= two else (two, prices[0], need)
