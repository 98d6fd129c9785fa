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
    """Return the figures of a whole study from `Impact.totals`."""
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


def of_shipments(shipments: pd.DataFrame) -> dict[str, Figure]:
    """Return the figures of some exchanges: sums of their lines, ranges end to end.

    The sum of the lows supposes that all factors are low together, so this interval is wider than
    that of independent errors.

    Parameters
    ----------
    shipments
        Rows of `Atlas.shipments`.
    """
    found = {}
    for key, unit in UNITS:
        parts = [_total(shipments, key, level) for level in ("low", "central", "high")]
        if parts[1] is not None:
            central = float(parts[1])
            low, high = (central if part is None else float(part) for part in (parts[0], parts[2]))
            found[key] = Figure(key, low, central, high, unit)
    return found


def _total(shipments: pd.DataFrame, key: str, level: str) -> float | None:
    for column in (f"{key}_{level}", key if level == "central" else ""):
        if column in shipments.columns:
            return float(shipments[column].sum())
    return None
