"""The tables of an impact: one row a shipment, and the totals, each low, central and high."""

from __future__ import annotations

import numpy as np
import pandas as pd

from symbiosis.factors.pool import Floats
from symbiosis.impacts.ledger import FIGURES, Ledger
from symbiosis.impacts.model import EMISSION_TERMS, IMPACT_COLUMNS, TOTALS

ENDS = ("low", "central", "high")
_CARRIED = (
    "shipment_id", "case", "offer_firm", "need_firm", "material", "pathway", "quantity", "unit",
    "distance_km",
)  # fmt: skip


def shipment_table(ledger: Ledger) -> pd.DataFrame:
    """Return one row a shipment with its figures; see `Impact.by_shipment`."""
    table = ledger.shipments
    columns: dict[str, object] = {name: table[name].to_numpy() for name in _CARRIED}
    for figure in ("emissions_avoided_tco2e", "jobs_fte"):
        for end, values in zip(ENDS, ledger.figure(figure), strict=True):
            columns[f"{figure}_{end}"] = values
    for term in EMISSION_TERMS:
        columns[f"{term}_tco2e"] = ledger.intervals(term)[1]
    columns["waste_diverted_t"] = ledger.figure("waste_diverted_t")[1]
    low, central, high = ledger.figure("net_gain_eur")
    columns |= {
        "net_gain_eur": central,
        "net_gain_eur_low": low,
        "net_gain_eur_high": high,
        "assumed": _assumed(table),
        "kind": table["kind"].to_numpy(),
        "input": table["input"].to_numpy(),
    }
    extra = [name for name in columns if name not in IMPACT_COLUMNS]
    return pd.DataFrame(columns)[[*IMPACT_COLUMNS, *extra]]


def _assumed(table: pd.DataFrame) -> list[str]:
    """Return, for each shipment, the names of what the firms did not give."""
    material = (table["kind"] == "material").to_numpy()
    site = table["pathway"].astype(str).str.startswith("site:").to_numpy()
    marks = {
        "route": material & (table["route"] == "").to_numpy(),
        "disposal_cost": material & table["route_cost"].isna().to_numpy(),
        "price": ~site & table["price"].isna().to_numpy(),
    }
    names = list(marks)
    flags = np.column_stack([marks[name] for name in names])
    return ["|".join(n for n, on in zip(names, row, strict=True) if on) for row in flags]


def totals(ledger: Ledger) -> pd.DataFrame:
    """Return the totals; rows `TOTALS`, columns low, central, high.

    Jobs per 1,000 t are those of the residue materials over the tonnes of them that are taken.
    Heat and steam (MWh), water (m3) and captured CO2 (t) have totals of their own.
    """
    table = ledger.shipments
    sums = {name: _ends(*ledger.figure(name)) for name in FIGURES}
    rows = {name: sums[name] for name in TOTALS if name in sums}
    tonnes = float(table.loc[table["kind"] == "material", "quantity"].sum())
    rows["jobs_fte_per_1000_t"] = sums["jobs_fte"] * (1000 / tonnes if tonnes else 0.0)
    replaced = np.column_stack(ledger.figure("input_replaced"))
    taken = np.column_stack([table["quantity"].to_numpy(dtype=float)] * 3)
    for name, kinds, amount in (
        ("heat_recovered_mwh", ("heat", "steam"), replaced),
        ("water_saved_m3", ("water",), replaced),
        ("co2_reused_t", ("co2",), taken),
    ):
        rows[name] = amount[table["kind"].isin(kinds).to_numpy()].sum(axis=0)
    return pd.DataFrame([rows[name] for name in TOTALS], index=list(TOTALS), columns=list(ENDS))


def emissions_terms(ledger: Ledger) -> pd.DataFrame:
    """Return the four terms of the emissions, signed; in each column they add up to the total."""
    rows = [_ends(*ledger.intervals(term)) for term in EMISSION_TERMS]
    return pd.DataFrame(rows, index=list(EMISSION_TERMS), columns=list(ENDS))


def _ends(low: Floats, central: Floats, high: Floats) -> Floats:
    return np.array([low.sum(), central.sum(), high.sum()]) + 0.0
