"""Checks against what was declared or published: balances, months, rebound, published claims."""

from __future__ import annotations

from typing import Any

import pandas as pd

from symbiosis import bundled
from symbiosis.errors import N_, say
from symbiosis.flows import Flows
from symbiosis.impacts.plausibility import CARBON_CEILING, Notice

WHOLE = "balance=whole"
"""In the note of a flow: the firm's declaration is its whole balance of materials."""

_OPEN = 0.02
_GREW = 1.05


def balances(flows: Flows) -> pd.DataFrame:
    """Return what goes in and out of the firms that declared a whole balance.

    Water is no part of it. A firm takes part when the note of one of its flows holds
    ``balance=whole``; the flows so marked, in tonnes, are its balance.

    Returns
    -------
    DataFrame
        ``firm_id``, ``in_t``, ``out_t``, ``closed`` (out over in), ``open_t`` (in less out).
    """
    sides = {}
    for name, table in (("in_t", flows.needs), ("out_t", flows.offers)):
        marked = table[table["note"].astype(str).str.contains(WHOLE, regex=False)]
        tonnes = marked[(marked["unit"] == "t") & marked["kind"].isin(["material", "co2"])]
        sides[name] = tonnes.groupby("firm_id")["quantity"].sum()
    table = pd.DataFrame(sides).fillna(0.0).rename_axis("firm_id").reset_index()
    return table.assign(
        closed=table["out_t"] / table["in_t"].where(table["in_t"] > 0),
        open_t=table["in_t"] - table["out_t"],
    )


def balance_warnings(flows: Flows) -> list[Notice]:
    """Return the balances that do not close to 2 %."""
    names = flows.firms.set_index("firm_id")["name"]
    found = []
    for row in _records(balances(flows)):
        if abs(row["open_t"]) <= _OPEN * row["in_t"]:
            continue
        template = (
            N_(
                "{firm}: open balance, its outputs ({out_t:,.0f} t) make {closed:.0%} of its "
                "inputs ({in_t:,.0f} t)"
            )
            if row["open_t"] > 0
            else N_(
                "{firm}: broken balance, more goes out ({out_t:,.0f} t) than comes in "
                "({in_t:,.0f} t)"
            )
        )
        message = say(template, firm=names.get(row["firm_id"], row["firm_id"]), **row)
        found.append(Notice("mass_balance", "", message))
    return found


def season_warnings(flows: Flows, shipments: pd.DataFrame) -> list[Notice]:
    """Return one notice where exchanges use flows that do not run evenly through the year.

    The matching knows the year alone: the months of the two sides may never meet.

    Parameters
    ----------
    flows
        What is declared.
    shipments
        Columns ``offer_flow`` and ``need_flow``.
    """
    uneven = {
        flow
        for table in (flows.offers, flows.needs)
        if "months" in table
        for flow in table.loc[table["months"].fillna("") != "", "flow_id"]
    }
    either = shipments["offer_flow"].isin(uneven) | shipments["need_flow"].isin(uneven)
    if not either.any():
        return []
    message = say(
        "exchanges of flows that are declared with months or a season: {count}; until months take "
        "part in the matching, the year is matched as a whole; check that the months agree",
        count=int(either.sum()),
    )
    return [Notice("season", "", message)]


def rebound_warnings(
    flows: Flows, before: Flows, offer_flow: pd.Series, shipments: pd.Series
) -> list[Notice]:
    """Return the offers that grew after their exchange began.

    A residue that grows once it is bought exists, in part, because it is bought.

    Parameters
    ----------
    flows, before
        What is declared now, and what was declared before the exchanges ran.
    offer_flow, shipments
        The offer and the identifier of each shipment, row for row.
    """
    keys = ["firm_id", "material"]
    was = before.offers.groupby(keys)["quantity"].sum()
    now = flows.offers.groupby(keys)["quantity"].sum()
    own = flows.offers.set_index("flow_id")[keys]
    found = []
    first = pd.DataFrame({"flow": offer_flow.to_numpy(), "shipment": shipments.to_numpy()})
    for flow, shipment in first.drop_duplicates("flow").itertuples(index=False):
        key = tuple(own.loc[flow])
        if key in was.index and now[key] > _GREW * was[key] > 0:
            message = say(
                "{firm}: {material} grew from {was:,.0f} to {now:,.0f} a year after the exchange; "
                "look for waste that exists only because it is bought",
                firm=key[0], material=key[1], was=was[key], now=now[key],
            )  # fmt: skip
            found.append(Notice("rebound", str(shipment), message))
    return found


def claims(by_shipment: pd.DataFrame) -> pd.DataFrame:
    """Return the published claims of the cases that are assessed, beside the figures found.

    Returns
    -------
    DataFrame
        ``case``, ``figure``, ``claimed_low``, ``claimed_high``, ``low``, ``central``, ``high``,
        ``unit``, ``verdict`` (``agrees``: the ranges overlap; ``above``, ``below``: the claim is),
        ``source``, ``year``.
    """
    table = bundled.table("published_claims")
    rows = []
    for row in table.to_dict("records"):
        mine = by_shipment[by_shipment["case"] == row["case"]]
        figure = str(row["figure"])
        if mine.empty or f"{figure}_central" not in mine:
            continue
        low, central, high = (
            float(mine[f"{figure}_{end}"].sum()) for end in ("low", "central", "high")
        )
        least, most = float(row["low"]), float(row["high"])
        verdict = "above" if least > high else "below" if most < low else "agrees"
        rows.append(
            (row["case"], figure, least, most, low, central, high, row["unit"], verdict,
             row["source"], row["year"])
        )  # fmt: skip
    columns = [
        "case", "figure", "claimed_low", "claimed_high", "low", "central", "high", "unit",
        "verdict", "source", "year",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def claim_warnings(by_shipment: pd.DataFrame, heat_tco2e_per_mwh: float) -> list[Notice]:
    """Return the published claims that the figures contradict.

    Parameters
    ----------
    by_shipment
        As in `Impact.by_shipment`.
    heat_tco2e_per_mwh
        The most that one MWh of heat may displace.
    """
    found = _impossible(by_shipment, heat_tco2e_per_mwh)
    for row in _records(claims(by_shipment)):
        if row["verdict"] == "agrees":
            continue
        message = say(
            "{case}: the published {claimed_low:,.0f} {unit} ({source}, {year}) is {verdict} the "
            "range found, {low:,.0f} to {high:,.0f}",
            **row | {"verdict": say(row["verdict"])},
        )
        found.append(Notice("claim", "", message))
    return found


def _impossible(by_shipment: pd.DataFrame, heat_tco2e_per_mwh: float) -> list[Notice]:
    """Return the claims of emissions that physics or plain sense forbids."""
    found = []
    for row in _records(claims(by_shipment)):
        mine = by_shipment[by_shipment["case"] == row["case"]]
        if row["figure"] != "emissions_avoided_tco2e":
            continue
        if mine["kind"].isin(["heat", "steam"]).all():
            heat = float(mine["quantity"].sum())
            ceiling = heat * heat_tco2e_per_mwh
            if row["claimed_low"] > ceiling:
                message = say(
                    "{case}: {claimed_low:,.0f} tCO2e a year is impossible: {heat:,.0f} MWh x "
                    "{factor:g} t/MWh = {ceiling:,.0f} at most",
                    heat=heat, factor=heat_tco2e_per_mwh, ceiling=ceiling, **row,
                )  # fmt: skip
                found.append(Notice("claim_impossible", "", message))
        tonnes = float(mine.loc[mine["kind"] == "material", "quantity"].sum())
        if tonnes and row["claimed_low"] > CARBON_CEILING * tonnes:
            message = say(
                "{case}: {claimed_low:,.0f} tCO2e for {tonnes:,.0f} t of materials is {ratio:.1f} "
                "a tonne; above {ceiling} without metals, plastics or heat, suspect the accounting",
                tonnes=tonnes, ratio=row["claimed_low"] / tonnes, ceiling=CARBON_CEILING, **row,
            )  # fmt: skip
            found.append(Notice("carbon_per_tonne", "", message))
    return found


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as dictionaries."""
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]
