"""Exact whole numbers: the resolution of quantities and values, chosen from the data.

Quantities that are decimals (12.5 t) become whole at their own decimal; others are rounded down at
a resolution of at least 2⁻⁵⁰ of the total. Values become whole at a power of two, with as many bits
for the largest as let prices along the longest chain of links still fit in 63 bits.
"""

from __future__ import annotations

import math

import numpy as np

from symbiosis.errors import DataError, Message, Problem, say
from symbiosis.matching.arrays import Floats, Ints

VALUE_BITS = 52
CHAIN_BITS = 61
QUANTITY_BITS = 61
EXACT_BITS = 53
DECIMALS = 6
LEAST = 1e-60
"""Quantities that do not come to so much are refused: their resolution would overflow."""
NOTHING = np.finfo(float).tiny * 2.0**60
"""Stands for the largest worth where no pair has any: a resolution finer than all others."""


def refuse(problem: Message, cure: Message, column: str, value: object = "") -> DataError:
    """Return the error that says what is wrong with an argument and what cures it."""
    return DataError([Problem(problem, cure, column=column, value=str(value)[:80])])


def whole_quantities(supply: Floats, demand: Floats) -> tuple[Ints, Ints, float]:
    """Return supply and demand in whole units, and how many of these one unit is.

    More than twice what the other side can ever take is cut off first: it changes no plan, and no
    price, since such a limit never binds.

    Raises
    ------
    DataError
        If the totals exceed 2⁶³ units or come to next to nothing, or the quantities span more
        than 2⁶¹.

    Examples
    --------
    >>> whole_quantities(np.array([12.5]), np.array([3.0, 20.0]))
    (array([125]), array([ 30, 200]), 10.0)
    """
    if max(supply.sum(), demand.sum()) >= 2.0**63:
        raise refuse(
            say("the quantities add up to more than 2^63 units"),
            say("give them in a larger unit"),
            "quantity",
        )
    supply = np.minimum(supply, 2 * demand.sum()) if demand.any() else supply
    demand = np.minimum(demand, 2 * supply.sum()) if supply.any() else demand
    total = max(float(supply.sum()), float(demand.sum()))
    if total == 0:
        return supply.astype(np.int64), demand.astype(np.int64), 1.0
    if total < LEAST:
        raise refuse(
            say("the quantities come to less than {least}", least=f"{LEAST:g}"),
            say("give them in a smaller unit"),
            "quantity",
            total,
        )
    both = np.concatenate((supply, demand))
    scale = _scale(both[both > 0], total)
    exact = scale in [10.0**k for k in range(DECIMALS + 1)]
    cut = np.rint if exact else np.floor
    return cut(supply * scale).astype(np.int64), cut(demand * scale).astype(np.int64), scale


def _scale(positive: Floats, total: float) -> float:
    for decimals in range(DECIMALS + 1):
        scale = 10.0**decimals
        if total * scale >= 2.0**EXACT_BITS:
            break
        scaled = positive * scale
        if np.all(np.abs(scaled - np.rint(scaled)) <= 1e-12 * scaled):
            return scale
    bits = EXACT_BITS - math.ceil(math.log2(total))
    if positive.min() * 2.0**bits < 2.0**20:
        bits = QUANTITY_BITS - math.ceil(math.log2(total))
    if positive.min() * 2.0**bits < 1.0:
        raise refuse(
            say("the quantities span more than 2^61, from {least} to {most}",
                least=f"{positive.min():g}", most=f"{positive.max():g}"),
            say("leave out quantities that are negligible"),
            "quantity",
        )  # fmt: skip
    return 2.0**bits


def value_scale(largest: float, nodes: int) -> float:
    """Return how many whole values one unit of worth is: a power of two.

    Parameters
    ----------
    largest
        The largest worth of a unit.
    nodes
        Offers and needs: as many links as the longest chain may have, whose worths add up.

    Examples
    --------
    >>> value_scale(1000.0, 10) == 2.0**42, value_scale(1000.0, 200_000) == 2.0**33
    (True, True)
    """
    bits = min(VALUE_BITS, CHAIN_BITS - math.ceil(math.log2(max(2, nodes))))
    return 2.0 ** (bits - math.ceil(math.log2(largest)))
