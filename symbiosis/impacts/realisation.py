"""Potential, expected, realised: three columns that are never mixed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from symbiosis.errors import DataError, Problems, say
from symbiosis.factors import FactorTable
from symbiosis.factors.pool import Floats
from symbiosis.impacts.ledger import Ledger

STAGES = ("idea", "contact", "study", "running", "dropped")
RUNNING = "running"
COUNTED = {
    "waste_diverted_t": "waste_diverted_t",
    "emissions_avoided_tco2e": "emissions_avoided_tco2e_central",
    "jobs_fte": "jobs_fte_central",
    "net_gain_eur": "net_gain_eur",
}
WATER = "water_saved_m3"


def stages(by_shipment: pd.DataFrame, worklist: pd.DataFrame | None) -> pd.Series:
    """Return the stage of each exchange on the worklist, ``idea`` where it is not listed.

    Parameters
    ----------
    by_shipment
        As in `Impact.by_shipment`.
    worklist
        Columns ``shipment_id`` and ``status`` (or ``stage``), one of `STAGES`; None for none.

    Raises
    ------
    DataError
        If a column is missing, a status is not known or a shipment is listed twice.
    """
    if worklist is None:
        return pd.Series("idea", index=by_shipment.index)
    column = "status" if "status" in worklist else "stage"
    problems = _check(worklist, column)
    if len(problems):
        raise DataError(problems)
    known = worklist.set_index("shipment_id")[column]
    return by_shipment["shipment_id"].map(known).fillna("idea")


def strangers(by_shipment: pd.DataFrame, worklist: pd.DataFrame | None) -> list[str]:
    """Return the exchanges of a worklist that this match does not have, in its order.

    A list outlives the plan that it was made of: what the plan no longer holds counts nowhere, and
    has to be said.
    """
    if worklist is None:
        return []
    listed = worklist["shipment_id"].astype(str)
    return listed[~listed.isin(by_shipment["shipment_id"].astype(str))].tolist()


def _check(worklist: pd.DataFrame, column: str) -> Problems:
    problems = Problems()
    for name in ("shipment_id", column):
        if name not in worklist:
            problems.add(
                say("the worklist has no column {name}", name=name),
                say("give the columns shipment_id and status"),
                file="worklist.csv", column=name,
            )  # fmt: skip
    if len(problems):
        return problems
    twice = worklist["shipment_id"].duplicated()
    for row, (shipment, stage, again) in enumerate(
        zip(worklist["shipment_id"], worklist[column], twice, strict=True), start=2
    ):
        if stage not in STAGES:
            problems.add(
                say("{stage} is no status of an exchange", stage=stage),
                say("use one of {names}", names=", ".join(STAGES)),
                file="worklist.csv", row=row, column=column, value=stage,
            )  # fmt: skip
        if again:
            problems.add(
                say("the exchange {shipment} is listed twice", shipment=shipment),
                say("keep one line"),
                file="worklist.csv", row=row, column="shipment_id", value=shipment,
            )  # fmt: skip
    return problems


def likelihood(ledger: Ledger, stage: pd.Series, year: int) -> Floats:
    """Return the share of each exchange that may be expected to run, in [0, 1].

    The stage decides where it is past the idea; else the maturity of the pathway, 23 % for one
    that industry uses.
    """
    table = FactorTable.of(ledger.catalogue.factors, year)
    maturity = ledger.shipments["pathway"].map(ledger.catalogue.pathways["maturity"])
    names = "stage:" + stage.astype(str)
    by_maturity = "maturity:" + maturity.fillna("industrial").astype(str)
    rates: dict[tuple[str, str], float] = {}
    for pair in {*zip(names, by_maturity, strict=True)}:
        found = table.find("realisation_rate", *pair, "all")
        rates[pair] = found.central if found else float("nan")
    return np.array([rates[pair] for pair in zip(names, by_maturity, strict=True)], dtype=float)


def realisation(by_shipment: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Return potential, expected and realised sums.

    Parameters
    ----------
    by_shipment
        With the columns ``stage`` and ``likelihood``.
    ledger
        Where the shipments' figures come from: the water that is replaced, as the totals have it.

    Returns
    -------
    DataFrame
        Rows ``exchanges``, the keys of `COUNTED` and ``water_saved_m3``; columns ``potential``
        (all but the dropped), ``expected`` (each times its likelihood), ``realised`` (running).
    """
    numbers = by_shipment[list(COUNTED.values())].set_axis(list(COUNTED), axis=1)
    replaced = np.where(
        ledger.shipments["kind"] == "water", ledger.figure("input_replaced")[1], 0.0
    )
    numbers = numbers.assign(exchanges=1.0, **{WATER: replaced})
    numbers = numbers[["exchanges", *COUNTED, WATER]]
    kept, running = by_shipment["stage"] != "dropped", by_shipment["stage"] == RUNNING
    return pd.DataFrame(
        {
            "potential": numbers[kept].sum(),
            "expected": numbers.mul(by_shipment["likelihood"], axis=0).sum(),
            "realised": numbers[running].sum(),
        }
    )
