"""``symbiosis bench app``: what a first look, a filter and a click cost on a large territory."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from symbiosis.bench.territory import territory
from symbiosis.catalogue import Catalogue, load
from symbiosis.cli._show import console
from symbiosis.flows import Flows
from symbiosis.graph import connect
from symbiosis.impacts import assess
from symbiosis.maps import Atlas, Look, View, before_matching, deck, lay_out, select
from symbiosis.maps.crowd import sent
from symbiosis.maps.details import firm_card
from symbiosis.matching import match
from symbiosis.scenario import Scenario
from symbiosis.study import Study

SIZES = (5_000, 50_000)
MATCHING_S = 120.0
"""Seconds given to the matching of a territory: the map needs exchanges, not the last of them."""
LINE = "{firms:>7,}  {what:<34}{seconds:>9.2f} s{size}"
FILTER = View(groups=("minerals",))
T = TypeVar("T")


@dataclass(frozen=True)
class _Clock:
    """Tells each step with the processor time that it took."""

    firms: int
    told: Callable[[str], None]

    def time(self, what: str, made: Callable[[], T], weigh: Callable[[T], int] | None = None) -> T:
        begun = time.process_time()
        found = made()
        seconds = time.process_time() - begun
        size = "" if weigh is None else f"{weigh(found) / 1e6:>9.2f} MB"
        self.told(LINE.format(firms=self.firms, what=what, seconds=seconds, size=size))
        return found


def measure(sizes: tuple[int, ...] = SIZES, seconds: float = MATCHING_S) -> None:
    """Print processor seconds of the server and bytes of the map, step by step.

    Parameters
    ----------
    sizes
        Firms of each territory; each declares four flows.
    seconds
        The most that the matching of each may take.
    """
    catalogue = load()
    for count in sizes:
        clock = _Clock(count, console().print)
        made = territory(catalogue, count)
        flows = clock.time("declare (read and check)", lambda: Flows.from_tables(*made))  # noqa: B023
        _look("first paint, while matching", clock, before_matching(flows), View())
        study = _study(clock, flows, catalogue, seconds)
        atlas = clock.time("lay out", lambda: lay_out(study, catalogue))  # noqa: B023
        _look("map with its exchanges", clock, atlas, View())
        _look("a filter: the map", clock, atlas, FILTER)
        chosen = select(atlas, FILTER).shipments["shipment_id"].tolist()
        clock.time("a filter: the figures", lambda: study.impact.totals_of(chosen))  # noqa: B023
        busy = str(atlas.firms.sort_values("exchanges", ascending=False)["firm_id"].iloc[0])
        _look("a click: the map", clock, atlas, View(), busy)
        clock.time("a click: the firm's card", lambda: firm_card(study, atlas, catalogue, busy))  # noqa: B023


def _study(clock: _Clock, flows: Flows, catalogue: Catalogue, seconds: float) -> Study:
    asked = Scenario()
    graph = clock.time("connect", lambda: connect(flows, asked, catalogue=catalogue))
    found = clock.time("match", lambda: match(graph, time_limit=seconds))
    gap = found.certificate.relative_gap
    clock.told(f"{clock.firms:>7,}  {len(found.shipments):,} exchanges, proven gap {gap:.1e}")
    return Study(flows, asked, graph, found, clock.time("assess", lambda: assess(found, asked)))


def _look(what: str, clock: _Clock, atlas: Atlas, view: View, focus: str = "") -> None:
    """Pick rows and write the map as the page does."""

    def drawn() -> tuple[Any, str]:
        picture = select(atlas, view, focus=focus)
        made = deck(atlas, picture, Look(), focus)
        return made, made.to_json()

    made, _ = clock.time(what, drawn, lambda found: len(found[1].encode()))
    counted = sent(made)
    clock.told(
        f"{clock.firms:>7,}  drawn: {counted['firms']:,} of {len(atlas.firms):,} firms, "
        f"{counted['exchanges']:,} of {len(atlas.shipments):,} exchanges"
    )
