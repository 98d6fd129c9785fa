"""The whole journey once: declare, connect, match, assess."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from symbiosis.catalogue import Catalogue
from symbiosis.flows import Flows
from symbiosis.geography import Roads
from symbiosis.graph import Graph, connect
from symbiosis.impacts import Impact, assess
from symbiosis.matching import Match, match
from symbiosis.matching.progress import Progress
from symbiosis.scenario import Scenario


@dataclass(frozen=True)
class Study:
    """Flows and scenario with what follows from them, kept together."""

    flows: Flows
    scenario: Scenario
    graph: Graph
    match: Match
    impact: Impact


def run(
    flows: Flows,
    scenario: Scenario | None = None,
    *,
    catalogue: Catalogue | None = None,
    worklist: pd.DataFrame | None = None,
    progress: Progress | None = None,
    dask: str | None = None,
    roads: Roads | pd.DataFrame | Path | str | None = None,
) -> Study:
    """Run the whole journey.

    Parameters
    ----------
    flows
        What was declared, from `symbiosis.read`.
    scenario
        The parameters; the defaults of ``scenario.csv`` if None.
    catalogue
        Materials, pathways and factors; the bundled ones if None.
    worklist
        Columns ``shipment_id`` and ``status``: what is *running* counts as realised.
    progress
        Called with a `symbiosis.matching.progress.Step` as the matching advances.
    dask
        Address of a Dask scheduler whose workers share the matching; this machine alone if None.
    roads
        Measured road distances between firms, a table or its file (see `symbiosis.connect`); the
        detour factor alone if None.

    Returns
    -------
    Study
        Everything, for the reports, the map and the store.
    """
    chosen = scenario or Scenario()
    graph = connect(flows, chosen, catalogue=catalogue, roads=roads)
    matched = match(graph, progress=progress, dask=dask)
    return Study(flows, chosen, graph, matched, assess(matched, chosen, worklist=worklist))
