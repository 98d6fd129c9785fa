"""A match as networkx sees it: the chosen links, on which ``nx.min_cost_flow`` runs unchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from symbiosis.matching.model import Match

KILO = 1000
"""Quantities in thousandths of their unit and values in thousandths of a EUR, as integers."""


def to_networkx(match: Match) -> nx.DiGraph:
    """Return the shipments as a network with integer ``demand``, ``capacity`` and ``weight``.

    Returns
    -------
    networkx.DiGraph
        Nodes ``("offer", flow_id)`` and ``("need", flow_id)`` with ``demand`` in thousandths of the
        unit, negative where something goes out, and the ``price`` of the flow; what stays unused or
        unmet passes by ``"idle"``. One arc a shipment with ``capacity`` and ``weight``
        (thousandths of a EUR per unit, negative), the ``quantity`` shipped, and its ``pathway``;
        ``gain`` where the yield is not 1. Two shipments between one offer and one need each pass by
        a node of their own. What a blending limit binds enters the need by a node
        ``("blend", class, flow_id)`` and an arc of that capacity; a match read back from a store
        has no lanes and so none of these.
    """
    network = nx.DiGraph()
    graph, price = match.graph, match.prices["price_eur_per_unit"].to_numpy()
    supply, demand = _integers(graph.offers["quantity"]), _integers(graph.needs["quantity"])
    network.add_node("idle", demand=sum(supply) - sum(demand))
    for flow, most, worth in zip(
        graph.offers["flow_id"], supply, price[: len(supply)], strict=True
    ):
        network.add_node(("offer", flow), demand=-most, price=float(worth))
        network.add_edge(("offer", flow), "idle", capacity=most, weight=0)
    for flow, most, worth in zip(graph.needs["flow_id"], demand, price[len(supply) :], strict=True):
        network.add_node(("need", flow), demand=most, price=float(worth))
        network.add_edge("idle", ("need", flow), capacity=most, weight=0)
    limits = dict(zip(graph.offers["flow_id"], supply, strict=True))
    entrances = _entrances(network, match)
    for row in match.shipments.itertuples(index=False):
        head = entrances.get((row.need_flow, row.pathway), ("need", row.need_flow))
        _add(network, row, limits[row.offer_flow], head)
    return network


def _entrances(network: nx.DiGraph, match: Match) -> dict[tuple[str, str], tuple[str, ...]]:
    """Add a node for each blending limit in use; return it by need and pathway."""
    pathways: dict[str, set[str]] = {}
    for lane in match.graph.lanes:
        pathways.setdefault(lane.blend_class, set()).add(lane.pathway)
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    limits = _integers(match.blending["limit"])
    for (_, row), most in zip(match.blending.iterrows(), limits, strict=True):
        node = ("blend", str(row["blend_class"]), str(row["flow_id"]))
        network.add_node(node, demand=0)
        network.add_edge(node, ("need", row["flow_id"]), capacity=most, weight=0)
        for pathway in pathways.get(str(row["blend_class"]), ()):
            found[str(row["flow_id"]), pathway] = node
    return found


def _add(network: nx.DiGraph, row: object, capacity: int, head: tuple[str, ...]) -> None:
    said = row._asdict()  # type: ignore[attr-defined]
    tail = ("offer", said["offer_flow"])
    worth = said["value_eur"] / said["quantity"]
    arc = {
        "capacity": capacity,
        "weight": -round(worth * KILO),
        "quantity": float(said["quantity"]),
        "pathway": said["pathway"],
        "shipment_id": said["shipment_id"],
    }
    if said["gain"] != 1:
        arc["gain"] = float(said["gain"])
    if network.has_edge(tail, head):
        middle = ("link", said["offer_flow"], said["need_flow"], said["pathway"])
        network.add_node(middle, demand=0)
        network.add_edge(middle, head, capacity=capacity, weight=0)
        head = middle
    network.add_edge(tail, head, **arc)


def _integers(quantity: pd.Series) -> list[int]:
    whole: list[int] = np.rint(quantity.to_numpy(dtype=float) * KILO).astype(np.int64).tolist()
    return whole
