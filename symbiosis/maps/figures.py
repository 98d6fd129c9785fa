"""The few large figures of a picture, with their intervals."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Figure:
    """One figure with its interval; ``low`` and ``high`` are NaN where no factor has a range.

    Parameters
    ----------
    key
        Name of the total, as in `impacts.TOTALS`.
    low, central, high
        In ``unit``.
    unit
        ``t``, ``tCO2e``, ``FTE``, ``EUR``, ``MWh`` or ``m3``, each a year.
    """

    key: str
    low: float
    central: float
    high: float
    unit: str


UNITS = (
    ("waste_diverted_t", "t"),
    ("emissions_avoided_tco2e", "tCO2e"),
    ("jobs_fte", "FTE"),
    ("net_gain_eur", "EUR"),
    ("heat_recovered_mwh", "MWh"),
    ("water_saved_m3", "m3"),
    ("co2_reused_t", "t"),
)


def of_totals(totals: pd.DataFrame) -> dict[str, Figure]:
    """Return the figures of `Impact.totals`, or of some exchanges by `Impact.totals_of`."""
    return {
        key: Figure(
            key,
            _at(totals, key, "low"),
            _at(totals, key, "central"),
            _at(totals, key, "high"),
            unit,
        )
        for key, unit in UNITS
        if key in totals.index
    }


def _at(totals: pd.DataFrame, key: str, level: str) -> float:
    return float(totals[level].to_dict()[key])
