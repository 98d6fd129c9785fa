"""The best set of exchanges with its proof: the third type of the journey."""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd
import networkx as nx
import pandas as pd

from symbiosis.graph import Graph
from symbiosis.matching import networks

SHIPMENT_COLUMNS = (
    "shipment_id", "case", "offer_firm", "need_firm", "material", "input", "kind", "pathway",
    "quantity", "unit", "gain", "distance_km", "value_eur", "offer_firm_id", "need_firm_id",
    "offer_flow", "need_flow", "geometry",
)  # fmt: skip
PRICE_COLUMNS = ("flow_id", "firm", "direction", "material", "unit", "price_eur_per_unit")
UNMATCHED_COLUMNS = (
    "flow_id", "case", "firm", "firm_id", "material", "quantity", "unit", "reason", "detail",
)  # fmt: skip
BLENDING_COLUMNS = (
    "flow_id", "firm", "firm_id", "input", "blend_class", "limit_share", "limit", "used", "unit",
    "price_eur_per_unit",
)  # fmt: skip
REASONS = (
    "no_pathway", "too_far", "taker_full", "blending_limit", "not_worth_it", "quality", "legal",
)  # fmt: skip


@dataclass(frozen=True)
class MatchCertificate:
    """The proof of a whole match, recomputed from shipments and prices alone.

    Parameters
    ----------
    primal_eur, dual_eur
        Value of the shipments, and the bound that the prices prove, in the objective's EUR.
    gap_eur, relative_gap
        Their difference, and the same over the primal value.
    pairs_covered
        Admissible links that the prices speak for.
    largest_violation
        Worst relative breach of a supply, a demand, a blending limit or a price condition.
    searched_eur
        Where lots ask for yes or no and prices alone prove less: what no plan is worth more than
        by HiGHS's branch and bound over every link that a better plan could use (see `lots`). None
        elsewhere. The gap is to the lower of the two bounds.
    """

    primal_eur: float
    dual_eur: float
    gap_eur: float
    relative_gap: float
    pairs_covered: int
    largest_violation: float
    searched_eur: float | None = None

    @property
    def optimal(self) -> bool:
        """Whether nothing feasible is worth more, to a millionth."""
        return self.relative_gap <= 1e-6 and self.largest_violation <= 1e-6


@dataclass(frozen=True)
class Match:
    """Shipments, prices, what stays unmatched and why, and the proof.

    Parameters
    ----------
    graph
        What was matched.
    shipments
        One row a shipment, LineString geometry in EPSG:4326; columns `SHIPMENT_COLUMNS`;
        ``quantity`` is residue a year in ``unit``, ``gain`` the input it replaces per unit.
    prices
        One row a flow: what one more unit of it would be worth; columns `PRICE_COLUMNS`.
    unmatched
        One row an offer that keeps something, with its one reason; columns `UNMATCHED_COLUMNS`.
    certificate
        The proof.
    blending
        One row a class of residue and a need that takes only a share of it: the limit, what is
        used, and what one more unit of it would be worth; columns `BLENDING_COLUMNS`.
    """

    graph: Graph
    shipments: gpd.GeoDataFrame
    prices: pd.DataFrame
    unmatched: pd.DataFrame
    certificate: MatchCertificate
    blending: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=list(BLENDING_COLUMNS))
    )

    def to_networkx(self) -> nx.DiGraph:
        """Return the shipments as a network on which ``nx.min_cost_flow`` runs; see `networks`."""
        return networks.to_networkx(self)
