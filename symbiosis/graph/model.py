"""Who could send what to whom, at what value: the second type of the journey, and its verb."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd

from symbiosis.catalogue import Catalogue, load
from symbiosis.flows import Flows
from symbiosis.geography import Roads, roads_between
from symbiosis.graph.admission import admit
from symbiosis.graph.lane import Floats, Ints, Lane
from symbiosis.graph.links import links
from symbiosis.graph.networks import to_networkx
from symbiosis.graph.nodes import check_pins, firm_pairs, taking_part, without_firm
from symbiosis.graph.value import lanes_of
from symbiosis.scenario import Scenario

__all__ = ["Floats", "Graph", "Ints", "Lane", "connect"]


@dataclass(frozen=True)
class Graph:
    """Offers, needs and the lanes between them.

    Parameters
    ----------
    flows
        What was declared.
    scenario
        The parameters under which the lanes were valued.
    offers, needs
        The flows that take part, with ``longitude``, ``latitude``, ``firm`` (name) and
        ``firm_index`` joined; their row positions are the node numbers of the lanes.
    lanes
        The links, in groups.
    setbacks
        For each offer the furthest stage it reached: columns ``offer`` (position), ``reason``
        (``no_pathway``, ``too_far`` across a sea, ``legal``, ``quality`` or ``""`` when some lane
        admits it), ``detail``.
    forbidden
        Pairs of firm indices (shape k x 2) that no link may join.
    pinned
        Pairs of firm indices (shape k x 2) that must exchange as much as they can.
    catalogue
        What the lanes were found in; the bundled one if None.
    roads
        Measured road distances between firms; a pair that they do not name lies its great circle
        times the scenario's detour factor apart.
    """

    flows: Flows
    scenario: Scenario
    offers: pd.DataFrame
    needs: pd.DataFrame
    lanes: tuple[Lane, ...]
    setbacks: pd.DataFrame
    forbidden: Ints = field(default_factory=lambda: np.empty((0, 2), dtype=np.int64))
    pinned: Ints = field(default_factory=lambda: np.empty((0, 2), dtype=np.int64))
    catalogue: Catalogue | None = None
    roads: Roads = field(default_factory=Roads)

    def links(self, per_offer: int | None = None) -> gpd.GeoDataFrame:
        """Return the links that pay, best first within each offer; see `links.links`."""
        return links(self, per_offer)

    def to_networkx(self) -> nx.DiGraph:
        """Return a network on which ``nx.min_cost_flow`` runs unchanged; see `networks`."""
        return to_networkx(self)

    def without(self, firm: str) -> Graph:
        """Return the graph as it would be if one firm left.

        Parameters
        ----------
        firm
            Its identifier or its name.

        Raises
        ------
        ScenarioError
            If no firm, or more than one, bears that name.
        """
        leaving = int(firm_pairs(self.flows, ((firm, firm),), "firm")[0, 0])
        return connect(
            without_firm(self.flows, leaving),
            self.scenario,
            catalogue=self.catalogue,
            roads=self.roads.without(leaving),
        )


def connect(
    flows: Flows,
    scenario: Scenario | None = None,
    *,
    catalogue: Catalogue | None = None,
    roads: Roads | pd.DataFrame | Path | str | None = None,
) -> Graph:
    """Find who could send what to whom, and at what value.

    Parameters
    ----------
    flows
        What was declared.
    scenario
        The parameters; the defaults if None.
    catalogue
        Materials, pathways and factors; the bundled ones if None.
    roads
        Road distances between firms: a table, or the path of a CSV file, with the columns
        ``from_firm``, ``to_firm`` (identifiers of firms) and ``distance_km``. A pair that it names
        one way only is as long the other way; a pair that it does not name keeps great circle
        times ``scenario.detour_factor``. A longest distance applies to the road. A pair whose
        distance is empty, ``null`` or ``none`` has no road, and exchanges nothing.

    Returns
    -------
    Graph
        Its size grows with the number of flows, never with the number of links.

    Raises
    ------
    ScenarioError
        If the scenario names a firm or a territory that does not exist.
    DataError
        If the table of roads is wrong: every fault of it at once (see `geography.roads_between`).
    """
    chosen = scenario or Scenario()
    known = catalogue or load()
    measured = roads_between(roads, flows.firms)
    offers, needs = taking_part(flows, chosen)
    forbidden = firm_pairs(flows, chosen.forbidden, "forbidden")
    pinned = firm_pairs(flows, chosen.pinned, "pinned")
    check_pins(flows, pinned, np.concatenate((forbidden, measured.closed)))
    admission = admit(offers, needs, known)
    return Graph(
        flows=flows,
        scenario=chosen,
        offers=offers,
        needs=needs,
        lanes=lanes_of(admission.gates, offers, needs, chosen, known),
        setbacks=admission.setbacks,
        forbidden=forbidden,
        pinned=pinned,
        catalogue=catalogue,
        roads=measured,
    )
