"""The graph as networkx sees it, for analysts and as an independent oracle of the optimum."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from symbiosis.graph.links import Pairs, blocks

if TYPE_CHECKING:
    from symbiosis.graph.model import Graph

KILO = 1000
"""Quantities in thousandths of their unit and values in thousandths of a EUR: integers, because
networkx's simplex refuses decimal demands."""


def to_networkx(graph: Graph) -> nx.DiGraph:
    """Return the links that pay as a network on which ``nx.min_cost_flow`` runs unchanged.

    Returns
    -------
    networkx.DiGraph
        Nodes ``("offer", flow_id)`` and ``("need", flow_id)`` with an integer ``demand`` in
        thousandths of the unit (negative where something goes out), arcs with ``capacity`` in the
        same and ``weight`` in thousandths of a EUR per unit, negative where they pay. What stays
        unused or unmet passes by the node ``"idle"`` at no cost. An arc whose yield is not 1
        carries it as ``gain``, which networkx ignores. Several pathways between one offer and one
        need that differ in yield pass by a node of their own each. What a blending limit binds
        enters the need by a node ``("blend", class, flow_id)`` and an arc of that capacity.

    Examples
    --------
    The optimum in EUR is ``-nx.cost_of_flow(network, nx.min_cost_flow(network)) / KILO**2``.
    """
    network = nx.DiGraph()
    supply = _integers(graph.offers["quantity"])
    demand = _integers(graph.needs["quantity"])
    network.add_node("idle", demand=int(supply.sum() - demand.sum()))
    for flow, amount in zip(graph.offers["flow_id"], supply.tolist(), strict=True):
        network.add_node(("offer", flow), demand=-amount)
        network.add_edge(("offer", flow), "idle", capacity=amount, weight=0)
    for flow, amount in zip(graph.needs["flow_id"], demand.tolist(), strict=True):
        network.add_node(("need", flow), demand=amount)
        network.add_edge("idle", ("need", flow), capacity=amount, weight=0)
    for pairs in blocks(graph):
        limits = np.rint(graph.lanes[pairs.lane].blend_limit * demand[pairs.need]).astype(np.int64)
        _add(network, graph, pairs, (supply[pairs.offer], limits))
    return network


def _integers(quantity: np.typing.ArrayLike) -> np.typing.NDArray[np.int64]:
    whole: np.typing.NDArray[np.int64] = np.rint(np.asarray(quantity, dtype=float) * KILO).astype(
        np.int64
    )
    return whole


def _add(
    network: nx.DiGraph,
    graph: Graph,
    pairs: Pairs,
    most: tuple[np.typing.NDArray[np.int64], np.typing.NDArray[np.int64]],
) -> None:
    """Add the links of one block; ``most`` is what their offers have and their class may bring."""
    lane = graph.lanes[pairs.lane]
    offers = graph.offers["flow_id"].to_numpy()[pairs.offer]
    needs = graph.needs["flow_id"].to_numpy()[pairs.need]
    weight = -np.rint(pairs.value * KILO).astype(np.int64)
    extra = {} if lane.gain == 1 else {"gain": lane.gain}
    capacity, limit = (side.tolist() for side in most)
    rows = zip(offers, needs, weight.tolist(), capacity, limit, pairs.distance_km, strict=True)
    for offer, need, cost, most_sent, most_taken, distance_km in rows:
        tail = ("offer", offer)
        head = _entrance(network, need, lane.blend_class, most_taken)
        said = {"distance_km": float(distance_km), "pathway": lane.pathway, **extra}
        arc = network.get_edge_data(tail, head)
        if arc is None or arc.get("gain", 1) == lane.gain:
            if arc is None or cost < arc["weight"]:
                network.add_edge(tail, head, capacity=most_sent, weight=cost, **said)
            continue
        middle = ("link", offer, need, lane.pathway)
        network.add_node(middle, demand=0)
        network.add_edge(tail, middle, capacity=most_sent, weight=cost, **said)
        network.add_edge(middle, head, capacity=most_sent, weight=0)


def _entrance(network: nx.DiGraph, need: str, blend_class: str, most: int) -> tuple[str, ...]:
    """Return the node by which a link enters a need: its own, or that of the blending class."""
    if not blend_class:
        return "need", need
    entrance = ("blend", blend_class, need)
    if entrance in network:
        most = min(most, network.edges[entrance, ("need", need)]["capacity"])
    network.add_node(entrance, demand=0)
    network.add_edge(entrance, ("need", need), capacity=most, weight=0)
    return entrance
