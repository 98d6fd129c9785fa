"""Listing links: the analyst's look at what is otherwise never written out in full."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from symbiosis.geography import great_circle_km
from symbiosis.geography.distances import road_loss
from symbiosis.graph.lane import Floats, Ints, Lane

if TYPE_CHECKING:
    from symbiosis.graph.model import Graph

BLOCK_PAIRS = 2_000_000
"""Pairs looked at together; 16 MB for each number kept of a pair."""

LINK_COLUMNS = (
    "offer_flow", "need_flow", "offer_firm", "need_firm", "case", "material", "input", "pathway",
    "kind", "unit", "gain", "distance_km", "value_eur_per_unit", "offer", "need", "geometry",
)  # fmt: skip


@dataclass(frozen=True)
class Pairs:
    """Some links of one lane, as parallel arrays.

    Parameters
    ----------
    lane
        Position of the lane in ``Graph.lanes``.
    offer, need
        Row positions in ``Graph.offers`` and ``Graph.needs``.
    distance_km
        Road distances.
    value
        Objective per unit of residue.
    """

    lane: int
    offer: Ints
    need: Ints
    distance_km: Floats
    value: Floats


def blocks(graph: Graph, *, paying: bool = True) -> Iterator[Pairs]:
    """Yield the admissible links, lane by lane and in blocks of bounded size.

    Parameters
    ----------
    graph
        The graph.
    paying
        Whether to leave out links that are worth nothing.
    """
    places = _Places(graph)
    for number, lane in enumerate(graph.lanes):
        step = max(1, BLOCK_PAIRS // lane.needs.size)
        for first in range(0, lane.offers.size, step):
            yield places.block(number, lane, slice(first, first + step), paying)


class _Places:
    """Coordinates and firms of the nodes, taken out of the tables once."""

    def __init__(self, graph: Graph) -> None:
        self.detour, self.roads = graph.scenario.detour_factor, graph.roads
        self.offers = graph.offers[["longitude", "latitude"]].to_numpy(dtype=float)
        self.needs = graph.needs[["longitude", "latitude"]].to_numpy(dtype=float)
        self.offer_firm = graph.offers["firm_index"].to_numpy(dtype=np.int64)
        self.need_firm = graph.needs["firm_index"].to_numpy(dtype=np.int64)
        self.firms = len(graph.flows.firms)
        self.forbidden = graph.forbidden[:, 0] * self.firms + graph.forbidden[:, 1]

    def block(self, number: int, lane: Lane, rows: slice, paying: bool) -> Pairs:
        """Return the admissible links of some offers of a lane with all its needs."""
        offers = lane.offers[rows]
        here, there = self.offers[offers], self.needs[lane.needs]
        direct = great_circle_km(here[:, :1], here[:, 1:], there[:, 0], there[:, 1])
        firms = self.offer_firm[offers][:, None], self.need_firm[lane.needs]
        distance = self.roads.distance_km(firms, direct, self.detour)
        value = (
            lane.offer_value[rows, None] + lane.need_value - road_loss(lane.rate_per_km, distance)
        )
        keep = self._allowed(offers, lane.needs) & (distance <= lane.max_distance_km)
        keep &= np.isfinite(distance)
        if paying:
            keep &= value > 0
        i, j = np.nonzero(keep)
        return Pairs(number, offers[i], lane.needs[j], distance[i, j], value[i, j])

    def _allowed(self, offers: Ints, needs: Ints) -> NDArray[np.bool_]:
        """Return which pairs of firms may exchange: not with oneself, nor where forbidden."""
        sender, taker = self.offer_firm[offers][:, None], self.need_firm[needs]
        allowed: NDArray[np.bool_] = sender != taker
        if self.forbidden.size:
            allowed &= ~np.isin(sender * self.firms + taker, self.forbidden)
        return allowed


def links(graph: Graph, per_offer: int | None = None) -> gpd.GeoDataFrame:
    """Return the links that pay, best first within each offer.

    Parameters
    ----------
    graph
        The graph.
    per_offer
        How many of the best to keep for each offer; all of them if None, which takes memory in
        proportion to their number.

    Returns
    -------
    GeoDataFrame
        Columns `LINK_COLUMNS`, LineString geometry in EPSG:4326.
    """
    found: list[pd.DataFrame] = []
    for pairs in blocks(graph):
        table = pd.DataFrame(
            {
                "lane": pairs.lane,
                "offer": pairs.offer,
                "need": pairs.need,
                "distance_km": pairs.distance_km,
                "value_eur_per_unit": pairs.value,
            }
        )
        found.append(_best(table, per_offer))
    table = pd.concat(found, ignore_index=True) if found else _best(pd.DataFrame(_EMPTY), None)
    return _described(graph, _best(table, per_offer))


_EMPTY: dict[str, list[float]] = {
    "lane": [], "offer": [], "need": [], "distance_km": [], "value_eur_per_unit": [],
}  # fmt: skip


def _best(table: pd.DataFrame, per_offer: int | None) -> pd.DataFrame:
    """Return the table sorted by offer and value, cut to the best of each offer."""
    order = ["offer", "value_eur_per_unit", "need", "lane"]
    table = table.sort_values(order, ascending=[True, False, True, True], ignore_index=True)
    return table if per_offer is None else table.groupby("offer").head(per_offer)


def _described(graph: Graph, table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the links in words: firms, materials and geometry beside the positions."""
    offers = graph.offers.iloc[table["offer"].astype(int)].reset_index(drop=True)
    needs = graph.needs.iloc[table["need"].astype(int)].reset_index(drop=True)
    table = table.reset_index(drop=True)
    lane = table["lane"].astype(int)
    described = table.assign(
        offer_flow=offers["flow_id"],
        need_flow=needs["flow_id"],
        offer_firm=offers["firm"],
        need_firm=needs["firm"],
        case=offers["case"],
        material=offers["material"],
        input=needs["material"],
        pathway=lane.map(dict(enumerate(lane.pathway for lane in graph.lanes))),
        kind=offers["kind"],
        unit=offers["unit"],
        gain=lane.map(dict(enumerate(lane.gain for lane in graph.lanes))),
        geometry=segments(offers, needs),
    )
    return gpd.GeoDataFrame(described[list(LINK_COLUMNS)], geometry="geometry", crs=4326)


def segments(origins: pd.DataFrame, destinations: pd.DataFrame) -> NDArray[np.object_]:
    """Return straight lines between rows of two tables with longitude and latitude."""
    ends = [frame[["longitude", "latitude"]].to_numpy(float) for frame in (origins, destinations)]
    lines: NDArray[np.object_] = shapely.linestrings(np.stack(ends, axis=1))
    return lines
