"""The best set of exchanges of a graph, with its proof."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from symbiosis.graph import Graph
from symbiosis.matching import blending, links, pins, problem, reasons, tables, workers
from symbiosis.matching.arrays import Floats, Ints
from symbiosis.matching.certificate import certify, searched
from symbiosis.matching.linear import Solution, priced
from symbiosis.matching.links import Links
from symbiosis.matching.model import Match
from symbiosis.matching.parts import Earlier, Task
from symbiosis.matching.problem import Part, Problem
from symbiosis.matching.progress import Progress
from symbiosis.matching.resume import earlier
from symbiosis.matching.stated import check_terms
from symbiosis.matching.watch import interruptible

DUST = 1e-9
"""Share of an offer or need below which a shipment is a solver's rounding."""


def match(
    graph: Graph,
    *,
    start: Match | None = None,
    gap: float = 0.0,
    time_limit: float | None = None,
    progress: Progress | None = None,
    processes: int | None = None,
    dask: str | None = None,
) -> Match:
    """Find the shipments of the highest value over all admissible links, and prove it.

    Parameters
    ----------
    graph
        Who could send what to whom, from `symbiosis.connect`.
    start
        A match of a graph like this one, to start from: flows are recognised by their ``flow_id``.
    gap
        Relative gap at which a part may stop; 0 for the optimum.
    time_limit
        Seconds after which the solve stops with a feasible match and its proven gap; Ctrl-C does
        the same.
    progress
        Called with a `Step` as the solve advances.
    processes
        How many processes solve the parts; by default one, or two where several parts are large.
        They import the script that is run: let it begin with ``if __name__ == "__main__":``.
    dask
        Address of a Dask scheduler whose workers solve the parts, such as ``tcp://host:8786``.
        They finish the part they are in after Ctrl-C, but it is no longer waited for.

    Returns
    -------
    Match
        The same for the same input, whatever the number of processes.

    Raises
    ------
    DataError
        If ``gap`` or ``time_limit`` is not a number from 0 up.
    NoSolution
        If no Dask scheduler answers at the address, it has no worker, or a part fails there.
    """
    check_terms(gap, time_limit)
    until = None if time_limit is None else time.time() + time_limit
    whole = problem.freeze(graph)
    pinned, pinned_amount, left = pins.fix(whole, graph.pinned)
    laid, origin = blending.split(problem.trimmed(left))
    parts = problem.cut(laid)
    known = [None] * len(parts) if start is None else earlier(graph, parts, start, origin)
    tasks = _tasks(parts, known, (gap, until))
    stopped = threading.Event()
    with interruptible(stopped):
        solved = workers.solve_all(tasks, processes, dask, progress, stopped)
    solution = _join(laid, parts, [_swept(*pair) for pair in zip(parts, solved, strict=True)])
    whole_again = _rejoined(left, laid, origin, solution)
    found = _present(graph, whole, whole_again, (pinned, pinned_amount))
    less = priced(left, whole_again) - whole_again.bound
    return replace(found, certificate=searched(found.certificate, less)) if less > 0 else found


def _tasks(
    parts: list[Part], known: Sequence[Earlier | None], terms: tuple[float, float | None]
) -> list[Task]:
    """Return the parts as tasks, each with its share of what an earlier match knows."""
    gap, until = terms
    return [
        Task(part.problem, gap, until, before, number, len(parts))
        for number, (part, before) in enumerate(zip(parts, known, strict=True), start=1)
    ]


def _swept(part: Part, found: Solution) -> Solution:
    """Return a solution without the shipments that are only a solver's rounding."""
    own, chosen, amount = part.problem, found.links, found.amount
    least = np.minimum(own.supply[chosen.offer], own.demand[chosen.need] / chosen.gain)
    keep = amount > DUST * least
    return found._replace(links=chosen.take(keep), amount=amount[keep])


def _join(whole: Problem, parts: list[Part], solved: list[Solution]) -> Solution:
    """Return the solutions of the parts as one of the whole.

    Its bound is that of its prices, less what a search of lots took off the parts'.
    """
    offer_price, need_price = np.zeros(len(whole.supply)), np.zeros(len(whole.demand))
    blend_price = np.zeros(len(whole.blends.key))
    pieces, amounts, less = [links.none()], [np.empty(0)], 0.0
    for part, found in zip(parts, solved, strict=True):
        blend_price[whole.blends.where(part.needs)] = found.blend_price
        less += max(0.0, priced(part.problem, found) - found.bound)
        offer_price[part.offers] = found.offer_price
        need_price[part.needs] = found.need_price
        own = found.links
        pieces.append(
            Links(
                part.offers[own.offer],
                part.needs[own.need],
                part.lanes[own.lane],
                own.value,
                own.gain,
            )
        )
        amounts.append(found.amount)
    prices = offer_price, need_price, blend_price
    together = Solution(links.joined(pieces), np.concatenate(amounts), *prices)
    return together._replace(bound=priced(whole, together) - less if less > 0 else np.inf)


def _rejoined(whole: Problem, laid: Problem, origin: Ints, found: Solution) -> Solution:
    """Return a solution in the needs of the whole: a share's price is its limit's."""
    m = len(whole.demand)
    price = np.zeros(len(whole.blends.key))
    price[np.isin(whole.blends.key, laid.blends.key)] = found.blend_price
    price[~np.isin(whole.blends.key, laid.blends.key)] = found.need_price[m:]
    chosen = found.links._replace(need=origin[found.links.need])
    return found._replace(links=chosen, need_price=found.need_price[:m], blend_price=price)


def _present(
    graph: Graph, whole: Problem, solution: Solution, pinned: tuple[Links, Floats]
) -> Match:
    """Return the public tables of a solution with the certificate recomputed from them."""
    chosen = links.joined([pinned[0], solution.links])
    amount = np.concatenate((pinned[1], solution.amount))
    sent = np.zeros(len(whole.supply))
    np.add.at(sent, chosen.offer, amount)
    received = np.zeros(len(whole.demand))
    np.add.at(received, chosen.need, amount * chosen.gain)
    received_by_class = whole.blends.used(chosen, amount)
    recipes = tables.blending(graph, whole, received_by_class, solution.blend_price)
    worth = tables.whole_price(whole, solution.need_price, solution.blend_price)
    prices = tables.prices(graph, solution.offer_price, worth)
    rows = pd.DataFrame({
        "offer": chosen.offer,
        "need": chosen.need,
        "lane": chosen.lane,
        "quantity": amount,
        "pinned": np.arange(len(amount)) < len(pinned[1]),
    })  # fmt: skip
    together = solution._replace(links=chosen, amount=amount)
    return Match(
        graph=graph,
        shipments=tables.shipments(graph, whole, together),
        prices=prices,
        unmatched=reasons.unmatched(
            graph, problem.trimmed(whole), reasons.Served(sent, received, received_by_class)
        ),
        certificate=certify(graph, rows, prices, recipes),
        blending=recipes,
    )
