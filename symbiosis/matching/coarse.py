"""A start from a coarser map: neighbours merged, the small problem solved, its plan spread out.

Runs of the geographical order (the leaves of the box tree) become one offer or one need each. What
the coarse plan ships from group to group is dealt out among their members, which gives a tree close
to the optimum; and every pair of members of two groups that trade becomes a link to begin with, so
that the long hauls of the optimum are there from the first round.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from symbiosis.matching.arrays import Floats, Ints
from symbiosis.matching.columns import Market, Outcome, Start, generate
from symbiosis.matching.compiled import kernel
from symbiosis.matching.lanes import Field, Lanes, strangers
from symbiosis.matching.space import box, leaves
from symbiosis.matching.watch import Watch

SMALL = 1000
"""Flows below which the nearest partners are as good a start."""
NEAREST = 20
NEAREST_BESIDE = 6
"""Nearest partners that each flow asks for first: alone, and beside a coarse plan."""
COARSE_GAP = 1e-4


def begin(market: Market, source: Lanes, watch: Watch) -> Start:
    """Return where to begin on a source of lanes."""
    single = len(source.fields) == 1 and len(source.fields[0].offers) == len(market.supply)
    single = single and len(source.fields[0].needs) == len(market.demand)
    size = min(len(market.supply), len(market.demand))
    if not single or size < SMALL:
        return _plain(source)
    groups = _group(market.supply), _group(market.demand)
    small, merged = _merge(market, source, groups)
    hushed = Watch(COARSE_GAP, watch.deadline, None, stopped=watch.stopped)
    plan = generate(small, merged, begin(small, merged, hushed), hushed)
    return _spread(market, source, groups, (plan, merged))


def _plain(source: Lanes) -> Start:
    none = np.empty(0, dtype=np.int64)
    return Start(_paying(source, source.nearest(NEAREST)), none, none)


def _paying(source: Lanes, keys: Ints) -> Ints:
    """Return the links that pay and are admissible."""
    return keys[(source.worth(keys) > 0) & source.admits(keys)]


def _group(quantity: Ints) -> Ints:
    """Return where each run begins, and the end of the last."""
    count = len(quantity)
    size = leaves(count)
    return np.arange(size + 1) * count // size


def _merge(market: Market, source: Lanes, groups: tuple[Ints, Ints]) -> tuple[Market, Lanes]:
    """Return the problem between groups: summed quantities at mean places and worths."""
    field = source.fields[0]
    supply, offer_points, offer_value = _means(
        market.supply, source.offer_points, field.offer_value, groups[0]
    )
    demand, need_points, need_value = _means(
        market.demand, source.need_points, field.need_value, groups[1]
    )
    merged = Field(
        np.arange(len(supply)), np.arange(len(demand)), offer_value, need_value,
        field.rate, field.limit, box(offer_points), box(need_points),
    )  # fmt: skip
    firms = strangers(len(supply), len(demand))
    lanes = Lanes(offer_points, need_points, (merged,), firms, source.on_globe)
    return replace(market, supply=supply, demand=demand), lanes


def _means(
    quantity: Ints, points: Floats, value: Floats, group: Ints
) -> tuple[Ints, Floats, Floats]:
    starts = group[:-1]
    total = np.add.reduceat(quantity, starts)
    many = np.diff(group)
    mean = np.repeat(np.maximum(total, 1), many)
    weight = np.where(np.repeat(total, many) > 0, quantity / mean, 1 / np.repeat(many, many))
    place = np.add.reduceat(points * weight[:, None], starts)
    return total, place, np.add.reduceat(value * weight, starts)


def _spread(
    market: Market, source: Lanes, groups: tuple[Ints, Ints], coarse: tuple[Outcome, Lanes]
) -> Start:
    """Return the links between members of trading groups, and the forest that ships as they do."""
    plan, merged = coarse
    giving, taking = merged.ends(plan.keys)
    m = len(market.demand)
    offer, need = _dealt(
        market.supply.copy(), market.demand.copy(), groups, (giving, taking, plan.flow)
    )
    forest = np.unique(offer * m + need)
    forest = forest[source.admits(forest)]
    traded, basis = merged.ends(plan.basis)
    every = _members(groups, traded, basis, m)
    keys = np.concatenate((every, source.nearest(NEAREST_BESIDE)))
    keys = np.union1d(_paying(source, np.unique(keys)), forest)
    gone = np.zeros(len(market.supply) + m, dtype=np.int64)
    np.add.at(gone, offer, 1)
    free = np.flatnonzero(gone[: len(market.supply)] == 0)
    return Start(keys, forest, free)


def _members(groups: tuple[Ints, Ints], giving: Ints, taking: Ints, m: int) -> Ints:
    """Return the keys of every pair of members of paired groups."""
    offers, needs = groups
    wide, deep = np.diff(offers).max(), np.diff(needs).max()
    offer = offers[giving][:, None, None] + np.arange(wide)[:, None]
    need = needs[taking][:, None, None] + np.arange(deep)
    inside = (offer < offers[giving + 1][:, None, None]) & (need < needs[taking + 1][:, None, None])
    keys: Ints = (offer * m + need)[inside]
    return keys


@kernel
def _dealt(supply, demand, groups, shipments):  # type: ignore[no-untyped-def]
    """Deal coarse shipments out in order: each member in turn until it is used up.

    Returns the offers and needs of the fine links, which form no cycle because the coarse ones
    form none and two neighbouring coarse links share at most one member.
    """
    giving, taking, flow = shipments
    offers, needs = groups[0][:-1].copy(), groups[1][:-1].copy()
    size = len(supply) + len(demand) + len(flow)
    offer, need = np.empty(size, dtype=np.int64), np.empty(size, dtype=np.int64)
    count = 0
    for k in range(len(flow)):
        left, g, h = flow[k], giving[k], taking[k]
        while left > 0:
            i, j = offers[g], needs[h]
            moved = min(left, supply[i], demand[j])
            if moved > 0:
                offer[count], need[count] = i, j
                count += 1
                left -= moved
                supply[i] -= moved
                demand[j] -= moved
            if supply[i] == 0 and offers[g] + 1 < groups[0][g + 1]:
                offers[g] += 1
            if demand[j] == 0 and needs[h] + 1 < groups[1][h + 1]:
                needs[h] += 1
    return offer[:count], need[:count]
