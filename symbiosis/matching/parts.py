"""One part solved, wherever that happens: here, in another process, or on a cluster.

Everything that a part needs travels in a `Task`, so that the same function serves everywhere and
gives the same answer, bit for bit.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace

import numpy as np

from symbiosis.matching import blending, coarse, columns, linear, lots
from symbiosis.matching.arrays import Floats, Ints
from symbiosis.matching.atlas import Atlas, draw
from symbiosis.matching.columns import Market, Start
from symbiosis.matching.few import promising
from symbiosis.matching.linear import Basis, Solution
from symbiosis.matching.problem import Problem
from symbiosis.matching.progress import Progress, Step
from symbiosis.matching.scaling import value_scale, whole_quantities
from symbiosis.matching.watch import Watch, relative
from symbiosis.matching.yields import Scales, unit_scales

NEAR = 8
FEW = 4
CLOSE = 0.05
"""After a change: links for each flow at the old prices in each lane, those of them that a linear
programme is given, and the share of the largest worth by which they may fall short."""


@dataclass(frozen=True)
class Earlier:
    """What an earlier match says of a part: shipments (offer, need, lane) and prices."""

    offer: Ints
    need: Ints
    lane: Ints
    offer_price: Floats
    need_price: Floats


@dataclass(frozen=True)
class Task:
    """A part to solve, with the terms on which to stop.

    ``number`` counts from 1 among ``parts``; ``until`` is the time of the clock (`time.time`, which
    processes and machines share) at which all parts stop, None for no limit.
    """

    problem: Problem
    gap: float
    until: float | None
    earlier: Earlier | None = None
    number: int = 1
    parts: int = 1


def solve(
    task: Task, progress: Progress | None = None, stopped: threading.Event | None = None
) -> Solution:
    """Return the optimum of a part over all its links, or the best so far when time is up."""
    left = np.inf if task.until is None else max(0.0, task.until - time.time())
    deadline = time.monotonic() + left
    watch = Watch(task.gap, deadline, progress, task.number, task.parts)
    watch = watch if stopped is None else replace(watch, stopped=stopped)
    scales = unit_scales(task.problem)
    found = _network(task, scales, watch) if scales else None
    if found is None or blending.exceeded(task.problem, found):
        found = _programme(task, found, watch)
    return lots.respect(task.problem, found, watch)


Answer = tuple[Solution, Step]
"""What comes back from elsewhere: a solution, and how far it is proven."""


def answer(
    task: Task, progress: Progress | None = None, stopped: threading.Event | None = None
) -> Answer:
    """Return the solution of a part (see `solve`) with a last word on its progress."""
    steps: list[Step] = []

    def tell(step: Step) -> None:
        steps[:] = [step]
        if progress is not None:
            progress(step)

    found = solve(task, tell, stopped)
    last = steps[0] if steps else Step(task.number, task.parts, 1, 0.0, 0.0, 0)
    value, bound = linear.worth(found), min(found.bound, linear.priced(task.problem, found))
    return found, replace(last, value=value, relative_gap=relative(value, bound))


def _network(task: Task, scales: Scales, watch: Watch) -> Solution:
    """Solve a part whose yields are 1, or can be made so."""
    problem = task.problem
    atlas = draw(problem, scales.offer, unit=True)
    supply, demand = problem.supply * scales.offer, problem.demand / scales.need
    whole, taken, unit = whole_quantities(supply, demand)
    largest = max(
        float(field.offer_value.max() + field.need_value.max()) for field in atlas.lanes.fields
    )
    total = float(max(supply.sum(), demand.sum()) * unit)
    scale = value_scale(largest, len(supply) + len(demand))
    market = Market(whole[atlas.offers], taken[atlas.needs], scale, total)
    watch = replace(watch, pairs=atlas.lanes.pairs, unit=unit)
    start = (
        _again(task, atlas, scales) if task.earlier else coarse.begin(market, atlas.lanes, watch)
    )
    start = replace(
        start, keys=_open(atlas, market, start.keys), forest=_open(atlas, market, start.forest)
    )
    found = columns.generate(market, atlas.lanes, start, watch)
    links = atlas.links(found.keys)
    offer_price, need_price = np.empty(len(supply)), np.empty(len(demand))
    offer_price[atlas.offers], need_price[atlas.needs] = found.offer_price, found.need_price
    return Solution(
        links,
        found.flow / unit / scales.offer[links.offer],
        offer_price * scales.offer,
        need_price / scales.need,
        np.zeros(len(problem.blends.key)),
    )


def _open(atlas: Atlas, market: Market, keys: Ints) -> Ints:
    return keys[market.demand[atlas.lanes.ends(keys)[1]] > 0]


def _programme(task: Task, before: Solution | None, watch: Watch) -> Solution:
    """Solve a part whose yields contradict one another, or whose blending limits bind.

    Where the optimum without the limits is known, its links are there from the beginning, and when
    time is up it is cut down to them: its prices bound the optimum with them too.
    """
    problem = task.problem
    atlas = draw(problem, np.ones(len(problem.supply)), unit=False)
    watch = replace(watch, pairs=atlas.lanes.pairs)
    keys, basis = (linear.begin(atlas), None) if task.earlier is None else _resumed(task, atlas)
    if before is None:
        return linear.generate(problem, atlas, keys, watch, basis)
    known = atlas.keys(before.links.offer, before.links.need, before.links.lane)
    found = linear.generate(problem, atlas, np.union1d(keys, known), watch, basis)
    return linear.best(problem, found, blending.within(problem, before)) if watch.over() else found


def _resumed(task: Task, atlas: Atlas) -> tuple[Ints, Basis]:
    """Return the links that an earlier match makes likely in a programme, and its basis."""
    earlier, ones = task.earlier, np.ones(len(task.problem.supply))
    assert earlier is not None  # noqa: S101
    start = _again(task, atlas, Scales(ones, np.ones(len(task.problem.demand))), FEW)
    links = atlas.links(start.keys)
    asked = earlier.offer_price[links.offer] + links.gain * earlier.need_price[links.need]
    few = promising((links.offer, links.need), links.value - asked, FEW)
    keys = np.union1d(start.keys[few], start.forest)
    return keys, Basis(start.forest, earlier.offer_price > 0, earlier.need_price > 0)


def _again(task: Task, atlas: Atlas, scales: Scales, near: int = NEAR) -> Start:
    """Return where an earlier match leaves off: its shipments, and what its prices make likely."""
    earlier = task.earlier
    assert earlier is not None  # noqa: S101
    forest = np.unique(atlas.keys(earlier.offer, earlier.need, earlier.lane))
    forest = forest[atlas.lanes.admits(forest)]
    offer_price = (earlier.offer_price / scales.offer)[atlas.offers]
    need_price = (earlier.need_price * scales.need)[atlas.needs]
    largest = max(
        float(field.offer_value.max() + field.need_value.max()) for field in atlas.lanes.fields
    )
    likely = atlas.lanes.ask(offer_price, need_price, near, -CLOSE * largest)[0]
    likely = likely[atlas.lanes.worth(likely) > 0]
    used = np.zeros(len(atlas.offers), dtype=bool)
    used[atlas.lanes.ends(forest)[0]] = True
    return Start(np.union1d(forest, likely), forest, np.flatnonzero(~used))
