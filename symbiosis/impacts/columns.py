"""The names of an impact's figures, in the order in which they are shown."""

from __future__ import annotations

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
