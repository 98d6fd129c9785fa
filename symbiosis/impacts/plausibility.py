"""Checks that speak: what looks implausible in an impact, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from symbiosis import bundled
from symbiosis.catalogue import Catalogue
from symbiosis.errors import N_, Message, say
from symbiosis.factors import FactorTable
from symbiosis.factors.context import BULK_MINERALS
from symbiosis.impacts.ledger import Ledger, passed
from symbiosis.scenario import Scenario

COLUMNS = ["check", "shipment_id", "message"]
CARBON_CEILING = 1.5
"""tCO2e avoided a tonne above which the accounting is suspect, metals, plastics and heat apart."""
_HEAVY = frozenset(
    {
        "aluminium", "steel", "copper", "lead", "zinc", "nonferrous", "metals", "cable", "vehicle",
        "weee", "battery", "plastics", "pet", "hdpe", "ldpe", "pp", "ps", "pvc", "pu",
        "aluminium_dross", "nonferrous_dross", "metal_dust", "metal_sludge",
    }
)  # fmt: skip
HOURS_PER_YEAR = 8760.0
_DEPENDENT = 0.5


class Notice(NamedTuple):
    """One thing that looks implausible."""

    check: str
    shipment_id: str
    message: Message


def warnings_of(ledger: Ledger, by_shipment: pd.DataFrame, scenario: Scenario) -> list[Notice]:
    """Return what looks implausible in the exchanges themselves.

    Parameters
    ----------
    ledger
        Entries of every figure.
    by_shipment
        As in `Impact.by_shipment`, row for row with the ledger.
    scenario
        Whose jobs option is looked at.
    """
    checks = (
        _emits_more(by_shipment),
        _downgrades(by_shipment),
        _too_much_carbon(by_shipment, ledger.catalogue),
        _jobs_ratio(by_shipment, ledger, scenario),
        _yields(ledger),
        _passed_on(ledger),
        _phase_outs(by_shipment),
    )
    return [warning for check in checks for warning in check]


def table_of(warnings: list[Notice]) -> pd.DataFrame:
    """Return warnings as a table with the columns `COLUMNS`."""
    rows = [(check, shipment, str(message)) for check, shipment, message in warnings]
    return pd.DataFrame(rows, columns=COLUMNS)


def _emits_more(by_shipment: pd.DataFrame) -> Iterator[Notice]:
    for row in by_shipment[by_shipment["emits_more"]].to_dict("records"):
        values = {
            "offer": row["offer_firm"], "need": row["need_firm"],
            "tonnes": -float(row["emissions_avoided_tco2e_central"]),
            "km": float(row["distance_km"]), "even": float(row["breakeven_km"]),
        }  # fmt: skip
        if values["even"] > 0:
            message = say(
                "{offer} to {need}: emits {tonnes:,.1f} tCO2e a year more than it saves; at "
                "{km:,.0f} road km it is beyond the {even:,.0f} km where it breaks even",
                **values,
            )
        else:
            message = say(
                "{offer} to {need}: emits {tonnes:,.1f} tCO2e a year more than it saves, at any "
                "distance",
                **values,
            )
        yield Notice("emits_more", str(row["shipment_id"]), message)


def _downgrades(by_shipment: pd.DataFrame) -> Iterator[Notice]:
    for row in by_shipment[by_shipment["downgrade"]].to_dict("records"):
        yield Notice(
            "downgrade",
            str(row["shipment_id"]),
            say(
                "{offer} to {need}: {material} goes down the waste hierarchy, from {before} to "
                "{after}",
                offer=row["offer_firm"], need=row["need_firm"], material=row["material"],
                before=say(row["hierarchy_before"]), after=say(row["hierarchy_after"]),
            ),
        )  # fmt: skip


def _too_much_carbon(by_shipment: pd.DataFrame, catalogue: Catalogue) -> Iterator[Notice]:
    solid = by_shipment[(by_shipment["kind"] == "material") & (by_shipment["quantity"] > 0)]
    ratio = solid["emissions_avoided_tco2e_central"] / solid["quantity"]
    family = catalogue.family_of(solid["material"])
    for row in solid[(ratio > CARBON_CEILING) & ~family.isin(_HEAVY)].to_dict("records"):
        yield Notice(
            "carbon_per_tonne",
            str(row["shipment_id"]),
            say(
                "{offer} to {need}: {ratio:.1f} tCO2e a tonne without metals, plastics or heat; "
                "above {ceiling} suspect the accounting",
                offer=row["offer_firm"], need=row["need_firm"], ceiling=CARBON_CEILING,
                ratio=row["emissions_avoided_tco2e_central"] / row["quantity"],
            ),
        )  # fmt: skip


def _jobs_ratio(by_shipment: pd.DataFrame, ledger: Ledger, scenario: Scenario) -> Iterator[Notice]:
    """Compare the publication's 50 jobs per 1,000 t with the range of each operation."""
    if scenario.jobs != "ademe-2013":
        return
    table = FactorTable.of(ledger.catalogue.factors, scenario.year)
    solid = by_shipment[by_shipment["kind"] == "material"]
    family = ledger.catalogue.family_of(solid["material"])
    operation = (
        solid["pathway"].map(ledger.catalogue.pathways["operation"]).fillna(solid["pathway"])
    )
    groups = solid.assign(operation=operation, bulk=family.isin(BULK_MINERALS))
    for (name, bulk), group in groups.groupby(["operation", "bulk"]):
        subjects = ["mechanical_bulk"] if bulk else [str(name), str(name).removeprefix("site:")]
        known = table.find("jobs", *subjects)
        if known is None or known.high >= 50:
            continue
        template = (
            N_(
                "the ratio of 50 jobs per 1,000 t is refused for {operation} of bulk minerals "
                "({tonnes:,.0f} t): {low:g} to {high:g} is what is observed"
            )
            if bulk
            else N_(
                "the ratio of 50 jobs per 1,000 t does not fit {operation} ({tonnes:,.0f} t): "
                "{low:g} to {high:g} is what is observed"
            )
        )
        values = {"operation": name, "tonnes": group["quantity"].sum()}
        message = say(template, low=known.low, high=known.high, **values)
        yield Notice("jobs_ratio", "", message)


def _yields(ledger: Ledger) -> Iterator[Notice]:
    """Name the pathways that give more than they take, in one unit, and do not say why."""
    used = ledger.shipments[["pathway", "unit", "input"]].drop_duplicates("pathway")
    pathways = ledger.catalogue.pathways
    known = used[used["pathway"].isin(pathways.index)].set_index("pathway")
    rows = known.join(pathways[["yield_central", "note"]])
    same = rows["unit"] == ledger.catalogue.unit_of(rows["input"]).to_numpy()
    for name, row in rows[same & (rows["yield_central"] > 1) & (rows["note"] == "")].iterrows():
        message = say(
            "the pathway {pathway} gives {gain:g} for one and does not say why",
            pathway=name, gain=row["yield_central"],
        )  # fmt: skip
        yield Notice("yield", "", message)


def _passed_on(ledger: Ledger) -> Iterator[Notice]:
    if ledger.firms.empty:
        return
    share = passed(ledger).waste
    tonnes = float((share * ledger.shipments["quantity"].to_numpy(dtype=float)).sum())
    if tonnes > 0:
        message = say(
            "{tonnes:,.0f} t only pass through a treatment site: they are credited where they come "
            "in, and not again",
            tonnes=tonnes,
        )
        yield Notice("credited_once", "", message)


def _phase_outs(by_shipment: pd.DataFrame) -> Iterator[Notice]:
    """Name the takers that would depend on a residue whose source policy wants to end."""
    ending = bundled.table("phase_outs")
    solid = by_shipment[by_shipment["kind"] == "material"]
    taken = solid.groupby(["need_firm_id", "input"])["quantity"].transform("sum")
    heavy = solid[solid["quantity"] > _DEPENDENT * taken]
    for code, what, source in zip(
        ending["residue"], ending["what_en"], ending["source"], strict=True
    ):
        for row in heavy[heavy["material"].str.startswith(code)].to_dict("records"):
            message = say(
                "{need} would depend on {material} from {what}, which policy wants to end ({text})",
                need=row["need_firm"], material=row["material"], what=say(what), text=say(source),
            )  # fmt: skip
            yield Notice("dependence", str(row["shipment_id"]), message)


def stale_worklist(lost: list[str]) -> Notice:
    """Return what is said of exchanges of the worklist that the match does not have."""
    message = say(
        "{count} exchanges of the worklist are not in this match and count nowhere: {names}",
        count=len(lost), names=", ".join(lost[:5]),
    )  # fmt: skip
    return Notice("worklist", lost[0], message)


def power_ceiling_mwh(power_mw: float) -> float:
    """Return the most that a source can give in a year, MWh.

    Examples
    --------
    >>> power_ceiling_mwh(120)
    1051200.0
    """
    return float(power_mw) * HOURS_PER_YEAR


def heat_ceiling(catalogue: Catalogue, year: int) -> float:
    """Return the most that one MWh of heat may displace, tCO2e/MWh; inf where no factor says."""
    factor = FactorTable.of(catalogue.factors, year).find("primary_emissions", "heat")
    return float("inf") if factor is None else factor.high / 1000


def heat_warnings(
    by_shipment: pd.DataFrame, offers: pd.DataFrame, offer_flow: pd.Series
) -> list[Notice]:
    """Return the sources credited with more heat than their power gives in 8,760 h.

    Parameters
    ----------
    by_shipment
        As in `Impact.by_shipment`.
    offers
        Columns ``flow_id``, ``quantity``, ``note``; a note that holds ``power_mw=120`` states the
        power of the source.
    offer_flow
        The offer of each shipment, row for row.
    """
    stated = offers.set_index("flow_id")["note"].astype(str).str.extract(r"power_mw=([\d.]+)")[0]
    power = offer_flow.map(pd.to_numeric(stated, errors="coerce")).to_numpy(dtype=float)
    heat = by_shipment["kind"].isin(["heat", "steam"]).to_numpy()
    table = by_shipment.assign(flow=offer_flow.to_numpy(), power=power)[heat & np.isfinite(power)]
    found = []
    for flow, group in table.groupby("flow"):
        ceiling = power_ceiling_mwh(float(group["power"].iloc[0]))
        credited = float(group["quantity"].sum())
        if credited > ceiling * 1.001:
            message = say(
                "{flow}: {credited:,.0f} MWh are credited, but {power:g} MW give at most "
                "{ceiling:,.0f} MWh in 8,760 h",
                flow=flow, credited=credited, power=float(group["power"].iloc[0]), ceiling=ceiling,
            )  # fmt: skip
            found.append(Notice("heat", str(group["shipment_id"].iloc[0]), message))
    return found
