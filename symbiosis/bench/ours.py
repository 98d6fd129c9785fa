"""The package on an instance, timed from places in memory to plan in memory."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from symbiosis.bench.instances import Instance, Where, clustered, scattered
from symbiosis.bench.result import Clock, Result
from symbiosis.matching import Places, Plan, transport


def ours(instance: Instance, gap: float = 0.0) -> Result:
    """Solve over all pairs with this package."""
    begin = Clock()
    plan = transport(instance.supply, instance.demand, _places(instance.places), gap=gap)
    return _told(plan, begin)


def _told(plan: Plan, begin: Clock) -> Result:
    return Result(*begin.read(), plan.value, plan.certificate.relative_gap)


def ours_warm(instance: Instance) -> Result:
    """Solve once, let one firm leave, and time the second solve."""
    plan = transport(instance.supply, instance.demand, _places(instance.places))
    supply, demand = instance.supply.copy(), instance.demand.copy()
    leaver = int(np.argsort(plan.amount)[len(plan.amount) // 2])
    supply[plan.offer[leaver]] = demand[plan.offer[leaver]] = 0.0
    begin = Clock()
    return _told(transport(supply, demand, _places(instance.places), start=plan), begin)


def ours_balanced(instance: Instance) -> Result:
    """Solve the balanced clustered case of the same size, beside which an awkward one stands."""
    return ours(clustered((len(instance.supply) + len(instance.demand)) // 2))


def ours_sparse(n: int) -> Result:
    """Solve random pairs with this package."""
    supply, demand, value = scattered(n)
    begin = Clock()
    return _told(transport(supply, demand, value), begin)


def _places(where: Where) -> Places:
    return Places(*where)


ON_PLACES: dict[str, Callable[[Instance], Result]] = {
    "symbiosis": ours,
    "symbiosis to 0.1 %": lambda instance: ours(instance, gap=1e-3),
    "symbiosis, one firm leaves": ours_warm,
    "symbiosis, balanced case": ours_balanced,
}
ON_PAIRS: dict[str, Callable[[int], Result]] = {"symbiosis": ours_sparse}
