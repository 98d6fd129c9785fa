"""The exact optimum of a transport problem in which nothing is forced, over all pairs."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from symbiosis.matching import coarse, proof
from symbiosis.matching.arrays import Floats, Ints
from symbiosis.matching.columns import Market, Outcome, Source, Start, generate
from symbiosis.matching.lanes import Field, Lanes, strangers
from symbiosis.matching.matrix import Dense, Sparse, dense, sparse
from symbiosis.matching.plan import Plan, State, Value, certificate
from symbiosis.matching.progress import Progress
from symbiosis.matching.proof import Ground, Statement
from symbiosis.matching.scaling import NOTHING, value_scale, whole_quantities
from symbiosis.matching.space import Boxes, box, flat, globe
from symbiosis.matching.stated import Stated, check, check_start, check_terms
from symbiosis.matching.watch import Watch, interruptible


def transport(
    supply: ArrayLike,
    demand: ArrayLike,
    value: Value,
    *,
    start: Plan | None = None,
    gap: float = 0.0,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Maximise ``Σ value x`` with ``Σ x ≤ supply``, ``Σ x ≤ demand`` and ``x ≥ 0``.

    Parameters
    ----------
    supply, demand
        Quantities of n offers and m needs, not negative.
    value
        Worth of one unit on each pair: an array (n x m), a scipy sparse matrix of the admissible
        pairs, or `Places` for all pairs of places, which are never written out.
    start
        The plan of a problem of the same shape, to start from.
    gap
        Relative gap that is good enough; 0 for the optimum.
    time_limit
        Seconds after which to stop with a feasible plan and its proven gap; Ctrl-C does the same.
    progress
        Called with a `Step` after every round.

    Returns
    -------
    Plan
        At most n + m - 1 shipments, prices and a certificate. The optimum is exact in whole numbers
        whose resolution keeps it within 1e-6 of that of the numbers given.

    Raises
    ------
    DataError
        If a number, a shape or a coordinate is wrong, before any work.

    Examples
    --------
    >>> plan = transport([10], [6, 100], [[9.0, 5.0]])
    >>> plan.amount.tolist(), plan.value
    ([6.0, 4.0], 74.0)
    """
    stated = check(supply, demand, value)
    check_start(start, stated)
    check_terms(gap, time_limit)
    stopped = threading.Event()
    deadline = np.inf if time_limit is None else time.monotonic() + time_limit
    watch = Watch(gap, deadline, progress, stopped=stopped)
    with interruptible(stopped):
        laid = _lay_out(stated, start)
        outcome = _solve(laid, start, watch)
    return _plan(stated, laid, outcome)


@dataclass(frozen=True)
class _Layout:
    """The problem as the solver sees it: in geographical order, in whole numbers.

    ``offers`` and ``needs`` say which of the caller's stands at each rank; ``unit`` is how many
    whole units make one of the caller's; ``value`` is the caller's own.
    """

    market: Market
    source: Source
    offers: Ints
    needs: Ints
    unit: float
    value: Floats | csr_array | Ground


def _lay_out(stated: Stated, start: Plan | None) -> _Layout:
    supply, demand, unit = whole_quantities(stated.supply, stated.demand)
    source, offers, needs, largest = _source(stated, start)
    scale = value_scale(max(largest, NOTHING), len(supply) + len(demand))
    total = max(stated.supply.sum(), stated.demand.sum()) * unit
    market = Market(supply[offers], demand[needs], scale, float(total))
    return _Layout(market, source, offers, needs, unit, stated.value)


def _source(stated: Stated, start: Plan | None) -> tuple[Source, Ints, Ints, float]:
    """Return the links, the order of either side, and the largest worth that a link may have."""
    value, every = stated.value, (np.arange(len(stated.supply)), np.arange(len(stated.demand)))
    if isinstance(value, Ground):
        boxes = _boxes(value, start)
        largest = float(value.offer_value.max() + value.need_value.max())
        return _lanes(value, boxes), boxes[0].order, boxes[1].order, largest
    if isinstance(value, csr_array):
        return sparse(value), *every, float(value.data.max(initial=0.0))
    return dense(value), *every, float(value.max())


def _boxes(ground: Ground, start: Plan | None) -> tuple[Boxes, Boxes]:
    """Return where either side is: as the last plan had it, if nobody has moved."""
    lay = globe if ground.on_globe else flat
    before = start.state.boxes if start is not None else (None, None)
    here, there = lay(ground.offers_xy), lay(ground.needs_xy)
    return (
        _box(here, ground.offer_value, before[0]),
        _box(there, ground.need_value, before[1]),
    )


def _box(points: Floats, worth: Floats, before: Boxes | None) -> Boxes:
    unmoved = (
        before is not None
        and points.shape == before.points.shape
        and np.array_equal(points[before.order], before.points)
    )
    return before if before is not None and unmoved else box(points, worth)


def _lanes(ground: Ground, boxes: tuple[Boxes, Boxes]) -> Lanes:
    """Return all pairs of places as one lane, numbered by rank."""
    offers, needs = boxes
    ranks = np.arange(len(offers.order)), np.arange(len(needs.order))
    field = Field(
        *ranks, ground.offer_value[offers.order], ground.need_value[needs.order],
        ground.rate, ground.limit, offers._replace(order=ranks[0]), needs._replace(order=ranks[1]),
    )  # fmt: skip
    nobody = strangers(len(ranks[0]), len(ranks[1]))
    return Lanes(offers.points, needs.points, (field,), nobody, ground.on_globe)


def _solve(laid: _Layout, start: Plan | None, watch: Watch) -> Outcome:
    watch.pairs, watch.unit = laid.source.pairs, laid.unit
    begin = _again(laid, start) if start is not None else _fresh(laid, watch)
    if begin.arcs is None:
        alive = _alive(laid, begin.keys), _alive(laid, begin.forest)
        begin = replace(begin, keys=alive[0], forest=alive[1])
    return generate(laid.market, laid.source, begin, watch)


def _alive(laid: _Layout, keys: Ints) -> Ints:
    """Return the links whose need can take something."""
    return keys[laid.market.demand[laid.source.ends(keys)[1]] > 0]


def _fresh(laid: _Layout, watch: Watch) -> Start:
    none = np.empty(0, dtype=np.int64)
    if isinstance(laid.source, Lanes):
        return coarse.begin(laid.market, laid.source, watch)
    if isinstance(laid.source, Dense):
        return Start(laid.source.first(), none, none)
    free = np.zeros(len(laid.offers)), np.zeros(len(laid.needs))
    return Start(laid.source.ask(*free, 1, 0.0)[0], none, none)


def _again(laid: _Layout, start: Plan) -> Start:
    """Return where an earlier plan of the same shape leaves off."""
    state, m = start.state, len(laid.needs)
    if _unmoved(laid, start):
        alive = laid.market.demand[state.arcs.need] > 0
        arcs = state.arcs.where(alive)
        basis = _alive(laid, state.basis)
        return Start(state.links[alive], basis, state.free, arcs, state.prices)
    ranks = [np.empty(len(order), dtype=np.int64) for order in (laid.offers, laid.needs)]
    for rank, order in zip(ranks, (laid.offers, laid.needs), strict=True):
        rank[order] = np.arange(len(order))
    links, basis = (
        np.sort(ranks[0][state.offers[keys // m]] * m + ranks[1][state.needs[keys % m]])
        for keys in (state.links, state.basis)
    )
    if isinstance(laid.source, Lanes):
        links, basis = (keys[laid.source.admits(keys)] for keys in (links, basis))
    if isinstance(laid.source, Sparse):
        links, basis = laid.source.keys, np.intersect1d(basis, laid.source.keys)
    old = np.concatenate((state.offers, len(ranks[0]) + state.needs))
    free = np.concatenate((ranks[0], len(ranks[0]) + ranks[1]))[old[state.free]]
    return Start(links, basis, free)


def _unmoved(laid: _Layout, start: Plan) -> bool:
    """Return whether values and places are those of an earlier plan, so that all it knew holds."""
    before, now = start.certificate.statement.value, laid.value
    if isinstance(now, csr_array) or isinstance(before, csr_array):
        return False
    if laid.market.scale != start.state.scale or isinstance(now, Ground) != isinstance(
        before, Ground
    ):
        return False
    return all(np.array_equal(one, other) for one, other in zip(before, now, strict=True))


def _plan(stated: Stated, laid: _Layout, outcome: Outcome) -> Plan:
    """Return the outcome in the caller's order and units."""
    offer, need = laid.source.ends(outcome.keys)
    offer, need = laid.offers[offer], laid.needs[need]
    order = np.lexsort((need, offer))
    offer, need, amount = offer[order], need[order], outcome.flow[order] / laid.unit
    offer_price, need_price = np.empty(len(laid.offers)), np.empty(len(laid.needs))
    offer_price[laid.offers], need_price[laid.needs] = outcome.offer_price, outcome.need_price
    worth = float(proof.values(stated.value, offer, need)[0] @ amount)
    claim = Statement(stated.supply, stated.demand, stated.value, offer, need, amount, need_price)
    bound = float(stated.supply @ offer_price + stated.demand @ need_price)
    pairs = laid.source.pairs
    return Plan(
        offer, need, amount, offer_price, need_price, worth,
        certificate(worth, bound, pairs, proof.breach(claim), claim),
        outcome.rounds, outcome.pivots, _state(laid, outcome),
    )  # fmt: skip


def _state(laid: _Layout, outcome: Outcome) -> State:
    """Return what the next solve may start from."""
    boxes: tuple[Boxes | None, Boxes | None] = (None, None)
    if isinstance(laid.source, Lanes):
        field = laid.source.fields[0]
        boxes = (
            field.offer_boxes._replace(order=laid.offers),
            field.need_boxes._replace(order=laid.needs),
        )
    return State(
        outcome.basis, outcome.links, outcome.arcs, outcome.free, laid.offers, laid.needs,
        laid.market.scale, (outcome.offer_price, outcome.need_price), boxes,
    )  # fmt: skip
