"""Indicator sheets: what a French evaluation of a symbiosis programme asks, as tables.

ELIPSE (Orée and ADEME, since 2016) evaluates programmes of *écologie industrielle et territoriale*
by 29 indicators, 19 of them compulsory, on three axes: governance, economic model, activities and
results. The list itself is behind a login and was not at hand: the indicators here are those that
flows can give on its axes, and each that they cannot give is listed with the reason.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from symbiosis.matching import Match

INDICATOR_COLUMNS = (
    "theme", "indicator", "potential", "realised", "unit", "computed", "why", "axis",
)  # fmt: skip
AXES = {"governance": "governance", "social": "governance", "economy": "economic model"}
"""The axis of ELIPSE that each theme stands on; the others are activities and results."""
_SUMS = (
    ("waste", "waste_diverted", "waste_diverted_t", "t/yr"),
    ("waste", "virgin_material_saved", "virgin_material_saved_t", "t/yr"),
    ("emissions", "emissions_avoided", "emissions_avoided_tco2e_central", "tCO2e/yr"),
    ("energy", "primary_energy_saved", "primary_energy_saved_mwh", "MWh/yr"),
    ("water", "water_saved", "water_saved_m3", "m3/yr"),
    ("transport", "lorry_km_added", "lorry_km_added", "km/yr"),
    ("economy", "net_gain", "net_gain_eur", "EUR/yr"),
    ("economy", "net_gain_of_donors", "donor_gain_eur", "EUR/yr"),
    ("economy", "net_gain_of_takers", "taker_gain_eur", "EUR/yr"),
    ("economy", "gain_that_stays_local", "value_local_eur", "EUR/yr"),
    ("jobs", "jobs_net", "jobs_fte_central", "FTE"),
    ("jobs", "jobs_of_the_operations", "jobs_gross_fte", "FTE"),
    ("jobs", "jobs_in_social_enterprises", "jobs_social_fte", "FTE"),
    ("jobs", "jobs_that_stay_local", "jobs_local_fte", "FTE"),
)
_NOT_COMPUTED = (
    ("governance", "steering_meetings", "how the programme is run is no flow"),
    ("governance", "staff_of_the_programme", "how the programme is run is no flow"),
    ("governance", "budget_of_the_programme", "how the programme is paid for is no flow"),
    ("governance", "firms_met", "the animator's diary is no flow"),
    ("governance", "workshops_held", "the animator's diary is no flow"),
    ("economy", "investment_made", "declarations hold yearly flows, not investments"),
    ("economy", "payback_time", "declarations hold yearly flows, not investments"),
    ("economy", "subsidies_received", "declarations hold yearly flows, not subsidies"),
    ("jobs", "jobs_really_created", "an interview tells; factors only estimate"),
    ("social", "satisfaction_of_partners", "a survey tells"),
    ("social", "cooperation_between_firms", "a survey tells"),
)


def indicators(by_shipment: pd.DataFrame, match: Match, realisation: pd.DataFrame) -> pd.DataFrame:
    """Return the indicator sheet; columns `INDICATOR_COLUMNS`.

    Parameters
    ----------
    by_shipment
        As in `Impact.by_shipment`.
    match
        For the flows declared.
    realisation
        Columns ``potential``, ``expected``, ``realised``; for the number of exchanges.

    Returns
    -------
    DataFrame
        One row an indicator; ``computed`` is False where flows cannot tell, and ``why`` says so.
    """
    running = by_shipment[by_shipment["stage"] == "running"]
    kept = by_shipment[by_shipment["stage"] != "dropped"]
    rows = [
        ("flows", "flows_declared", _declared(match), np.nan, "flows", True, ""),
        ("partners", "firms_declared", len(match.graph.flows.firms), np.nan, "firms", True, ""),
        ("partners", "firms_that_exchange", _partners(kept), _partners(running), "firms", True, ""),
        (
            "exchanges", "exchanges", realisation.at["exchanges", "potential"],
            realisation.at["exchanges", "realised"], "exchanges", True, "",
        ),
        (
            "exchanges", "exchanges_expected", realisation.at["exchanges", "expected"], np.nan,
            "exchanges", True, "",
        ),
        ("exchanges", "mean_distance", _distance(kept), _distance(running), "km", True, ""),
    ]  # fmt: skip
    rows += [
        (theme, name, kept[column].sum(), running[column].sum(), unit, True, "")
        for theme, name, column, unit in _SUMS
    ]
    rows += [(theme, name, np.nan, np.nan, "", False, why) for theme, name, why in _NOT_COMPUTED]
    table = pd.DataFrame(rows, columns=list(INDICATOR_COLUMNS[:-1]))
    return table.assign(axis=table["theme"].map(AXES).fillna("activities and results"))


def exchanges_by_firm(by_shipment: pd.DataFrame) -> pd.DataFrame:
    """Return what goes in and out of each firm, one row a firm, direction and material.

    Returns
    -------
    DataFrame
        ``firm``, ``direction`` (``out`` or ``in``), ``material``, ``partner``, ``quantity``,
        ``unit``, ``stage``, ``gain_eur`` (what falls to that firm before any price between the
        two); summed over firms, what goes out equals what comes in.
    """
    sides = []
    for direction, own, other, gain in (
        ("out", "offer_firm", "need_firm", "donor_gain_eur"),
        ("in", "need_firm", "offer_firm", "taker_gain_eur"),
    ):
        columns = {own: "firm", other: "partner", gain: "gain_eur"}
        wanted = [own, other, gain, "material", "quantity", "unit", "stage"]
        kept = by_shipment.reindex(columns=wanted)
        kept = kept.assign(stage=kept["stage"].astype(object).fillna("idea"))
        sides.append(kept.rename(columns=columns).assign(direction=direction))
    order = ["firm", "direction", "material", "partner", "quantity", "unit", "stage", "gain_eur"]
    table = pd.concat(sides, ignore_index=True)[order]
    return table.sort_values(["firm", "direction", "material", "partner"], ignore_index=True)


def _declared(match: Match) -> int:
    return len(match.graph.flows.offers) + len(match.graph.flows.needs)


def _partners(table: pd.DataFrame) -> int:
    return len({*table["offer_firm_id"], *table["need_firm_id"]})


def _distance(table: pd.DataFrame) -> float:
    return float(table["distance_km"].mean()) if len(table) else float("nan")
