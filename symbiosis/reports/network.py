"""The exchanges as a network of firms, in GraphML."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd

from symbiosis.reports.results import Results

_NODE = ("name", "commune", "naf", "territory", "longitude", "latitude")
_EDGE = (
    "shipment_id", "case", "material", "input", "kind", "pathway", "quantity", "unit",
    "distance_km", "value_eur", "waste_diverted_t", "emissions_avoided_tco2e_central",
    "jobs_fte_central", "net_gain_eur",
)  # fmt: skip
# XML 1.0 has no way to write these, not even escaped.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def graphml(results: Results, path: Path) -> None:
    """Write firms as nodes and shipments as directed edges; a missing figure is left out.

    Parameters
    ----------
    results
        What is written.
    path
        A file ending in ``.graphml``.
    """
    nx.write_graphml_xml(network(results), path, named_key_ids=True)


def network(results: Results) -> nx.MultiDiGraph:
    """Return the firms and their shipments; two firms may share several edges.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes are firm identifiers; edge keys are shipment identifiers.
    """
    graph = nx.MultiDiGraph()
    firms = pd.DataFrame(results.firms)
    for record in firms[["firm_id", *_NODE]].to_dict("records"):
        graph.add_node(_clean(record.pop("firm_id")), **_given(record))
    lines = results.lines()
    kept = [name for name in _EDGE if name in lines]
    for ends, record in zip(
        lines[["offer_firm_id", "need_firm_id"]].to_numpy(), lines[kept].to_dict("records"),
        strict=True,
    ):  # fmt: skip
        attributes = _given(record)
        graph.add_edge(*(_clean(end) for end in ends), key=str(record["shipment_id"]), **attributes)
    return graph


def _given(record: dict[Any, Any]) -> dict[str, Any]:
    return {str(name): _clean(value) for name, value in record.items() if not pd.isna(value)}


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _UNWRITABLE.sub("", value)
    return value.item() if hasattr(value, "item") else value
