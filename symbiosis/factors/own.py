"""Factors that stand in another table than that of the factors."""

from __future__ import annotations

import numpy as np

from symbiosis import bundled
from symbiosis.factors.context import Pair, Range
from symbiosis.factors.pool import Factor
from symbiosis.scenario import Scenario


def ranged(name: str, range_: Range, source: str, year: str, unit: str = "-") -> Factor:
    """Return a factor, its range closed where it is empty and put in order."""
    central = range_[1]
    ends = [end for end in range_ if np.isfinite(end)]
    return Factor(name, central, min(ends), max(ends), unit, source=source, year=year)


def used(pair: Pair, reject: Factor | None) -> Factor:
    """Return the part of a residue that a pathway uses: its yield, less what is rejected after."""
    low, central, high = pair.yields
    worst, usual, best = (reject.high, reject.central, reject.low) if reject else (0.0, 0.0, 0.0)
    range_ = low * (1 - worst), central * (1 - usual), high * (1 - best)
    source = f"yield x (1 - reject rate); {pair.source}"
    return ranged(f"pathway:{pair.pathway}:used", range_, source, pair.year, "t/t")


def inverse(load: Factor) -> Factor:
    """Return trips per tonne from the tonnes of a trip."""
    return Factor(
        load.name + ":inverse", 1 / load.central, 1 / load.high, 1 / load.low, "trip/t",
        source=load.source, year=load.year, note=load.note,
    )  # fmt: skip


def freight(scenario: Scenario) -> Factor:
    """Return the freight rate with the relative range of the scenario's table."""
    default = Scenario.model_fields["freight_eur_per_tkm"].default
    row = _freight_row()
    low, high = float(row["low"]), float(row["high"])
    rate = scenario.freight_eur_per_tkm
    return Factor(
        "scenario:freight_eur_per_tkm", rate, rate * low / default, rate * high / default,
        "EUR/t.km", source=row["source"],
    )  # fmt: skip


def _freight_row() -> dict[str, str]:
    """Return the row of the freight rate in the scenario's table."""
    row = bundled.table("scenario").set_index("name").loc["freight_eur_per_tkm"]
    return {str(key): str(value) for key, value in row.items()}
