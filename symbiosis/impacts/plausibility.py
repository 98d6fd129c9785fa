"""Checks that speak: what looks implausible in an impact, in words."""

from __future__ import annotations

import pandas as pd

from symbiosis.errors import say
from symbiosis.scenario import Scenario

COLUMNS = ["check", "shipment_id", "message"]


def warnings_of(by_shipment: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """Return what looks implausible; columns `COLUMNS`.

    Parameters
    ----------
    by_shipment
        One row a shipment, as in `Impact.by_shipment`.
    scenario
        Whose jobs option is looked at.
    """
    rows: list[tuple[str, str, str]] = []
    worse = by_shipment[by_shipment["emissions_avoided_tco2e_central"] < 0]
    for record in worse.to_dict("records"):
        tonnes = -float(record["emissions_avoided_tco2e_central"])
        message = say(
            "{offer} to {need}: the exchange emits {tonnes:,.1f} tCO2e a year more than it saves",
            offer=record["offer_firm"], need=record["need_firm"], tonnes=tonnes,
        )  # fmt: skip
        rows.append(("emits_more", str(record["shipment_id"]), str(message)))
    if scenario.jobs == "ademe-2013":
        message = say("jobs: the publication's 50 against 1 per 1,000 t, whatever the operation")
        rows.append(("jobs_ratio", "", str(message)))
    return pd.DataFrame(rows, columns=COLUMNS)
