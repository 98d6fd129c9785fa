"""Other exact solvers, each timed from places in memory to plan in memory.

They are asked for the same as we are: nothing is forced, so that a sink takes what is not worth
moving. This module must not load `symbiosis.matching`: OR-Tools and highspy, which that brings,
cannot live in one process.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from symbiosis.bench.instances import Floats, Instance, Ints, Where, nearest, scattered, worth
from symbiosis.bench.result import Clock, Result
from symbiosis.errors import NoSolution

TENTHS = 10
"""Quantities of the instances are tenths of a tonne: whole numbers for the peers."""
MICRO = 1_000_000
"""Values in millionths of a EUR for OR-Tools."""


def pot_dense(instance: Instance) -> Result:
    """Solve the dense problem by POT's ``emd``, a sink added on either side."""
    try:
        import ot
    except ImportError as missing:
        raise NoSolution("POT is not installed: pip install symbiosis[bench]") from missing
    begin = Clock()
    value = np.zeros((len(instance.supply) + 1, len(instance.demand) + 1))
    value[:-1, :-1] = _matrix(instance.places)
    give = np.append(instance.supply, instance.demand.sum())
    take = np.append(instance.demand, instance.supply.sum())
    plan = ot.emd(give, take, -value, numItermax=1_000_000_000, check_marginals=False)
    spent = begin.read()
    return Result(*spent, float((plan * value).sum()), float("nan"))


def _matrix(places: Where) -> Floats:
    here, there = places.offers_xy, places.needs_xy
    distance = np.hypot(here[:, None, 0] - there[:, 0], here[:, None, 1] - there[:, 1])
    own = places.offer_value[:, None] + places.need_value
    return np.asarray(own - places.rate * distance)


def ortools_dense(instance: Instance) -> Result:
    """Solve over all pairs that pay by OR-Tools."""
    begin = Clock()
    value = _matrix(instance.places)
    offer, need = np.nonzero(value > 0)
    return _ortools(instance.supply, instance.demand, (offer, need, value[offer, need]), begin)


def ortools_nearest(instance: Instance) -> Result:
    """Solve over the 20 nearest alone by OR-Tools."""
    begin = Clock()
    offer, need = nearest(instance.places)
    value = worth(instance.places, offer, need)
    pays = value > 0
    return _ortools(instance.supply, instance.demand, (offer[pays], need[pays], value[pays]), begin)


def _ortools(
    supply: Floats, demand: Floats, links: tuple[Ints, Ints, Floats], begin: Clock
) -> Result:
    try:
        from ortools.graph.python import min_cost_flow
    except ImportError as missing:
        raise NoSolution("OR-Tools is not installed: pip install symbiosis[bench]") from missing
    offer, need, value = links
    n, m = len(supply), len(demand)
    give = np.rint(supply * TENTHS).astype(np.int64)
    take = np.rint(demand * TENTHS).astype(np.int64)
    flow, sink = min_cost_flow.SimpleMinCostFlow(), n + m
    every, wanted = np.arange(n), n + np.arange(m)
    for tail, head, most, cost in (
        (offer, n + need, give[offer], -np.rint(value * MICRO).astype(np.int64)),
        (every, np.full(n, sink), give, np.zeros(n, dtype=np.int64)),
        (wanted, np.full(m, sink), take, np.zeros(m, dtype=np.int64)),
    ):
        flow.add_arcs_with_capacity_and_unit_cost(
            tail.astype(np.int32), head.astype(np.int32), most, cost
        )
    flow.set_nodes_supplies(
        np.arange(sink + 1, dtype=np.int32), np.concatenate((give, 0 * take, [-give.sum()]))
    )
    if flow.solve() != flow.OPTIMAL:
        raise NoSolution("OR-Tools found no optimum")
    moved = flow.flows(np.arange(len(offer), dtype=np.int32))
    return Result(*begin.read(), float(moved @ value) / TENTHS, float("nan"))


def ortools_sparse(n: int) -> Result:
    """Solve random pairs by OR-Tools."""
    supply, demand, value = scattered(n)
    begin = Clock()
    links = value.tocoo()
    pairs = (links.row.astype(np.int64), links.col.astype(np.int64), links.data)
    return _ortools(supply, demand, pairs, begin)


ON_PLACES: dict[str, Callable[[Instance], Result]] = {
    "POT emd, dense": pot_dense,
    "OR-Tools, dense": ortools_dense,
    "OR-Tools, 20 nearest": ortools_nearest,
}
ON_PAIRS: dict[str, Callable[[int], Result]] = {"OR-Tools": ortools_sparse}
