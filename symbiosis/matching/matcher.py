"""The best set of exchanges of a graph, with its proof."""

from __future__ import annotations

import numpy as np
import pandas as pd

from symbiosis.graph import Graph
from symbiosis.matching import linear, links, problem, reasons, tables
from symbiosis.matching.certificate import certify
from symbiosis.matching.linear import Solution
from symbiosis.matching.links import Links
from symbiosis.matching.model import Match
from symbiosis.matching.problem import Part, Problem
from symbiosis.matching.progress import Progress, Step

DUST = 1e-9
"""Share of an offer or need below which a shipment is a solver's rounding."""


def match(
    graph: Graph,
    *,
    start: Match | None = None,  # noqa: ARG001
    gap: float = 0.0,  # noqa: ARG001
    time_limit: float | None = None,  # noqa: ARG001
    progress: Progress | None = None,
    processes: int | None = None,  # noqa: ARG001
    dask: str | None = None,  # noqa: ARG001
) -> Match:
    """Find the shipments of the highest value over all admissible links, and prove it.

    Parameters
    ----------
    graph
        Who could send what to whom, from `symbiosis.connect`.
    start
        A match of a graph like this one, to start from.
    gap
        Relative gap at which a part may stop; 0 for the optimum.
    time_limit
        Seconds after which the solve stops with a feasible match and its proven gap.
    progress
        Called with a `Step` as the solve advances.
    processes
        How many processes solve the parts; by default as many as the parts are worth.
    dask
        Address of a Dask scheduler whose workers solve the parts, such as ``tcp://host:8786``.

    Returns
    -------
    Match
        The same for the same input, whatever the number of processes.
    """
    whole = problem.freeze(graph)
    parts = problem.cut(whole)
    solved = _solve_parts(parts, progress)
    solution = _join(whole, parts, solved)
    return _present(graph, whole, solution)


def _solve_parts(parts: list[Part], progress: Progress | None) -> list[Solution]:
    solved = []
    for number, part in enumerate(parts, start=1):
        found = linear.solve(part.problem, links.every_paying(part.problem))
        solved.append(_swept(part.problem, found))
        if progress is not None:
            value = float(found.links.value @ found.amount)
            progress(Step(number, len(parts), 1, value, 0.0, len(found.links.offer)))
    return solved


def _swept(own: Problem, found: Solution) -> Solution:
    """Return a solution without the shipments that are only a solver's rounding."""
    chosen, amount = found.links, found.amount
    least = np.minimum(own.supply[chosen.offer], own.demand[chosen.need] / chosen.gain)
    keep = amount > DUST * least
    return found._replace(links=chosen.take(keep), amount=amount[keep])


def _join(whole: Problem, parts: list[Part], solved: list[Solution]) -> Solution:
    """Return the solutions of the parts as one of the whole."""
    offer_price, need_price = np.zeros(len(whole.supply)), np.zeros(len(whole.demand))
    pieces, amounts = [links.none()], [np.empty(0)]
    for part, found in zip(parts, solved, strict=True):
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
    merged = Links(*(np.concatenate(columns) for columns in zip(*pieces, strict=True)))
    return Solution(merged, np.concatenate(amounts), offer_price, need_price)


def _present(graph: Graph, whole: Problem, solution: Solution) -> Match:
    """Return the public tables of a solution with the certificate recomputed from them."""
    chosen, amount = solution.links, solution.amount
    sent = np.zeros(len(whole.supply))
    np.add.at(sent, chosen.offer, amount)
    prices = tables.prices(graph, solution.offer_price, solution.need_price)
    rows = pd.DataFrame(
        {"offer": chosen.offer, "need": chosen.need, "lane": chosen.lane, "quantity": amount}
    )
    return Match(
        graph=graph,
        shipments=tables.shipments(graph, whole, solution),
        prices=prices,
        unmatched=reasons.unmatched(graph, whole, sent),
        certificate=certify(graph, rows, prices),
    )
