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
        a node of their own.
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
    for row in match.shipments.itertuples(index=False):
        _add(network, row, limits[row.offer_flow])
    return network


def _add(network: nx.DiGraph, row: object, capacity: int) -> None:
    said = row._asdict()  # type: ignore[attr-defined]
    head: tuple[object, ...]
    tail, head = ("offer", said["offer_flow"]), ("need", said["need_flow"])
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
