"""The tables of an impact: one row a shipment, and the totals, each low, central and high."""

from __future__ import annotations

import numpy as np
import pandas as pd

from symbiosis.factors.pool import Floats
from symbiosis.impacts.columns import EMISSION_TERMS, IMPACT_COLUMNS, TOTALS
from symbiosis.impacts.ledger import FIGURES, Ledger
from symbiosis.impacts.ranks import hierarchy

ENDS = ("low", "central", "high")
DONOR_TERMS = ("gate_fee", "landfill_tax", "declared_disposal")
_CARRIED = (
    "shipment_id", "case", "offer_firm", "need_firm", "material", "pathway", "quantity", "unit",
    "distance_km",
)  # fmt: skip
_RESOURCES = {
    "water_saved_m3": "water",
    "primary_energy_saved_mwh": "primary_energy",
    "virgin_material_saved_t": "virgin",
    "lorry_km_added": "lorry",
    "biogenic_tco2": "biogenic",
}


def shipment_table(ledger: Ledger, firms: pd.DataFrame) -> pd.DataFrame:
    """Return one row a shipment with its figures; see `Impact.by_shipment`.

    Parameters
    ----------
    ledger
        Entries of every figure.
    firms
        Columns ``firm_id``, ``kind``, ``territory``.
    """
    table = ledger.shipments
    columns: dict[str, object] = {name: table[name].to_numpy() for name in _CARRIED}
    for figure in ("emissions_avoided_tco2e", "jobs_fte"):
        for end, values in zip(ENDS, ledger.figure(figure), strict=True):
            columns[f"{figure}_{end}"] = values
    for term in EMISSION_TERMS:
        columns[f"{term}_tco2e"] = ledger.intervals(term)[1]
    columns["waste_diverted_t"] = ledger.figure("waste_diverted_t")[1]
    columns |= _money(ledger)
    columns["assumed"] = _assumed(table)
    for name in ("kind", "input", "offer_firm_id", "need_firm_id"):
        columns[name] = table[name].to_numpy()
    columns |= _about_emissions(ledger, columns)
    columns |= _about_jobs(ledger, firms)
    columns |= {name: ledger.intervals(term)[1] for name, term in _RESOURCES.items()}
    extra = [name for name in columns if name not in IMPACT_COLUMNS]
    whole = pd.DataFrame(columns)[[*IMPACT_COLUMNS, *extra]]
    return pd.concat([whole, hierarchy(table, ledger.catalogue)], axis=1)


def _money(ledger: Ledger) -> dict[str, object]:
    """Return the net gain and where it falls before any price between the two.

    The donor no longer pays for disposal; the taker no longer buys, and pays for treatment and
    freight. What one then pays the other moves money between them and changes no sum.
    """
    low, central, high = ledger.figure("net_gain_eur")
    donor = np.sum([ledger.intervals(term)[1] for term in DONOR_TERMS], axis=0)
    return {
        "net_gain_eur": central,
        "net_gain_eur_low": low,
        "net_gain_eur_high": high,
        "donor_gain_eur": donor,
        "taker_gain_eur": central - donor,
    }


def _about_emissions(ledger: Ledger, columns: dict[str, object]) -> dict[str, object]:
    """Return whether an exchange emits more than it saves, and where it would break even.

    With the saving s before transport and the emission r a kilometre, both for the whole shipment,
    and today's haul h, the exchange breaks even at ``h + s / r`` road km. Where no factor tells
    what is displaced, neither is said.
    """
    transport = ledger.intervals("transport")[1]
    saved = np.asarray(columns["emissions_avoided_tco2e_central"]) - transport
    net_km = ledger.shipments["net_km"].to_numpy(dtype=float)
    haul = ledger.shipments["distance_km"].to_numpy(dtype=float) - net_km
    per_km = -ledger.rate("transport")
    with np.errstate(divide="ignore", invalid="ignore"):
        breakeven = np.maximum(haul + saved / per_km, 0.0)
    gaps = ledger.missing.loc[ledger.missing["term"] == "substitution", "shipment"]
    known = ~np.isin(np.arange(len(ledger)), gaps)
    return {
        "breakeven_km": np.where((per_km > 0) & known, breakeven, np.nan),
        "emits_more": (saved + transport < 0) & known,
    }


def _about_jobs(ledger: Ledger, firms: pd.DataFrame) -> dict[str, object]:
    """Return the jobs of the operation, those in social enterprises, and those that stay local."""
    table = ledger.shipments
    known = firms.drop_duplicates("firm_id").set_index("firm_id")
    kind = table["need_firm_id"].map(known["kind"]).fillna("")
    here = table["offer_firm_id"].map(known["territory"]).fillna("").to_numpy()
    there = table["need_firm_id"].map(known["territory"]).fillna("").to_numpy()
    local = (here == there) & (there != "")
    gross = ledger.intervals("jobs_operation")[1]
    gain = ledger.figure("net_gain_eur")[1]
    return {
        "jobs_gross_fte": gross,
        "jobs_social_fte": np.where(kind.to_numpy() == "social", gross, 0.0),
        "jobs_local_fte": np.where(local, gross, 0.0),
        "local": local,
        "value_local_eur": np.where(local, gain, 0.0),
    }


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
    Heat and steam (MWh), water (m3) and captured CO2 (t) have totals of their own: what they
    replace, after losses.
    """
    table = ledger.shipments
    sums = {name: _ends(*ledger.figure(name)) for name in FIGURES}
    rows = {name: sums[name] for name in TOTALS if name in sums}
    tonnes = float(table.loc[table["kind"] == "material", "quantity"].sum())
    rows["jobs_fte_per_1000_t"] = sums["jobs_fte"] * (1000 / tonnes if tonnes else 0.0)
    replaced = np.column_stack(ledger.figure("input_replaced"))
    for name, kinds in (
        ("heat_recovered_mwh", ("heat", "steam")),
        ("water_saved_m3", ("water",)),
        ("co2_reused_t", ("co2",)),
    ):
        rows[name] = replaced[table["kind"].isin(kinds).to_numpy()].sum(axis=0)
    return pd.DataFrame([rows[name] for name in TOTALS], index=list(TOTALS), columns=list(ENDS))


def other_totals(ledger: Ledger) -> pd.DataFrame:
    """Return what the totals leave out; columns low, central, high, and ``unit``.

    Water net of what the pathways use, primary energy, virgin material, lorry-kilometres (a cost
    when positive), biogenic CO2 apart, and the sums for donors and takers.
    """
    rows = {name: _ends(*ledger.intervals(term)) for name, term in _RESOURCES.items()}
    donor = [ledger.intervals(term) for term in DONOR_TERMS]
    taker = [ledger.intervals(term) for term in FIGURES["net_gain_eur"] if term not in DONOR_TERMS]
    for name, parts in (("donor_gain_eur", donor), ("taker_gain_eur", taker)):
        rows[name] = np.array([sum(part[end].sum() for part in parts) for end in range(3)])
    units = {"donor_gain_eur": "EUR/yr", "taker_gain_eur": "EUR/yr", "water_saved_m3": "m3/yr"}
    units |= {"primary_energy_saved_mwh": "MWh/yr", "virgin_material_saved_t": "t/yr"}
    units |= {"lorry_km_added": "km/yr", "biogenic_tco2": "tCO2/yr"}
    table = pd.DataFrame(rows.values(), index=list(rows), columns=list(ENDS))
    return table.assign(unit=[units[name] for name in rows])


def emissions_terms(ledger: Ledger) -> pd.DataFrame:
    """Return the four terms of the emissions, signed; in each column they add up to the total."""
    rows = [_ends(*ledger.intervals(term)) for term in EMISSION_TERMS]
    return pd.DataFrame(rows, index=list(EMISSION_TERMS), columns=list(ENDS))


def _ends(low: Floats, central: Floats, high: Floats) -> Floats:
    return np.array([low.sum(), central.sum(), high.sum()]) + 0.0
