"""Who is credited with what: donor, taker, or half each; the sums never change.

Whatever the rule, the sum over firms equals the sum over shipments, for each shipment is split
between its two ends by shares that add up to one.
"""

from __future__ import annotations

from typing import Literal

import pandas as pd

ATTRIBUTED = (
    "waste_diverted_t", "emissions_avoided_tco2e_low", "emissions_avoided_tco2e_central",
    "emissions_avoided_tco2e_high", "jobs_fte_low", "jobs_fte_central", "jobs_fte_high",
    "net_gain_eur", "water_saved_m3", "primary_energy_saved_mwh", "virgin_material_saved_t",
    "lorry_km_added",
)  # fmt: skip
Rule = Literal["donor", "taker", "half"]
DONOR_SHARE: dict[str, float] = {"donor": 1.0, "taker": 0.0, "half": 0.5}


def by_firm(by_shipment: pd.DataFrame, firms: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """Return one row a firm that exchanges, with its share of every figure.

    Parameters
    ----------
    by_shipment
        As in `Impact.by_shipment`.
    firms
        Columns ``firm_id``, ``name``, ``kind``, ``territory``.
    rule
        Who is credited. ``donor_gain_eur`` and ``taker_gain_eur`` follow the money instead, and
        add up to the net gain too.

    Returns
    -------
    DataFrame
        ``firm_id``, ``firm``, ``kind``, ``territory``, ``exchanges_out``, ``exchanges_in``, the
        columns `ATTRIBUTED`, ``own_gain_eur`` (what falls to the firm before any price between
        the two); largest emission saving first. A sum of which a part is missing is missing.
    """
    share = DONOR_SHARE[rule]
    sides = []
    for end, part, gain in (("offer", share, "donor"), ("need", 1 - share, "taker")):
        side = by_shipment[list(ATTRIBUTED)] * part
        side["firm_id"] = by_shipment[f"{end}_firm_id"]
        side["exchanges_out"] = int(end == "offer")
        side["exchanges_in"] = int(end == "need")
        side["own_gain_eur"] = by_shipment[f"{gain}_gain_eur"]
        sides.append(side)
    summed = _sums(pd.concat(sides, ignore_index=True), "firm_id")
    known = pd.DataFrame(firms)[["firm_id", "name", "kind", "territory"]].drop_duplicates("firm_id")
    table = known.rename(columns={"name": "firm"}).merge(summed, on="firm_id", how="right")
    order = ["firm_id", "firm", "kind", "territory", "exchanges_out", "exchanges_in"]
    columns = [*order, *ATTRIBUTED, "own_gain_eur"]
    return table.sort_values(
        ["emissions_avoided_tco2e_central", "firm_id"], ascending=[False, True], ignore_index=True
    )[columns]


def by_territory(firms: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of `by_firm` over territories; ``""`` is a firm of no known one."""
    counted = firms.assign(firms=1).fillna({"territory": ""})
    columns = ["firms", "exchanges_out", "exchanges_in", *ATTRIBUTED, "own_gain_eur"]
    return _sums(counted[["territory", *columns]], "territory")


def _sums(table: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return sums by a column; a sum of which a part is missing is missing."""
    sums = table.groupby(by, sort=True).sum()
    unknown = table.drop(columns=by).isna().groupby(table[by], sort=True).any()
    return sums.mask(unknown[sums.columns]).reset_index()


def by_material(by_shipment: pd.DataFrame) -> pd.DataFrame:
    """Return one row a residue and unit, with its exchanges, quantity and figures."""
    counted = by_shipment.assign(exchanges=1)
    columns = ["exchanges", "quantity", *ATTRIBUTED]
    return counted.groupby(["material", "kind", "unit"], sort=True)[columns].sum().reset_index()
