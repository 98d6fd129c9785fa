"""What the exchanges change: the fourth type of the journey."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from symbiosis.matching import Match

TOTALS = (
    "waste_diverted_t", "emissions_avoided_tco2e", "jobs_fte", "jobs_fte_per_1000_t",
    "net_gain_eur", "heat_recovered_mwh", "water_saved_m3", "co2_reused_t",
)  # fmt: skip
EMISSION_TERMS = ("substitution", "avoided_disposal", "processing", "transport")
IMPACT_COLUMNS = (
    "shipment_id", "case", "offer_firm", "need_firm", "material", "pathway", "quantity", "unit",
    "distance_km", "waste_diverted_t", "emissions_avoided_tco2e_low",
    "emissions_avoided_tco2e_central", "emissions_avoided_tco2e_high", "substitution_tco2e",
    "avoided_disposal_tco2e", "processing_tco2e", "transport_tco2e", "jobs_fte_low",
    "jobs_fte_central", "jobs_fte_high", "net_gain_eur", "assumed",
)  # fmt: skip


@dataclass(frozen=True)
class Impact:
    """Waste, emissions, jobs and money, line by line.

    Parameters
    ----------
    match
        What was assessed.
    by_shipment
        One row a shipment; columns begin with `IMPACT_COLUMNS`. The four emission terms are signed
        so that they add up to the central figure. ``assumed`` names, separated by ``|``, the
        figures that the firms did not give.
    totals
        Rows `TOTALS`, columns ``low``, ``central``, ``high``.
    emissions_terms
        Rows `EMISSION_TERMS`, columns ``low``, ``central``, ``high``, in tCO2e.
    not_counted
        Figures that no factor covers: columns ``figure``, ``material``, ``pathway``, ``quantity``,
        ``unit``, ``why``.
    warnings
        What looks implausible, in words: columns ``check``, ``shipment_id``, ``message``.
    """

    match: Match
    by_shipment: pd.DataFrame
    totals: pd.DataFrame
    emissions_terms: pd.DataFrame
    not_counted: pd.DataFrame = field(default_factory=pd.DataFrame)
    warnings: pd.DataFrame = field(default_factory=pd.DataFrame)
