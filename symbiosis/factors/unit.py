"""One unit of residue on one kind of link: the numbers that `symbiosis.connect` values links by."""

from __future__ import annotations

import numpy as np
import pandas as pd

from symbiosis.catalogue import Catalogue
from symbiosis.factors.pool import Entries, Floats, interval
from symbiosis.factors.terms import TERMS, Terms, terms_of
from symbiosis.scenario import Scenario

UNIT_COLUMNS = (
    "gain", "substitution_tco2e", "avoided_disposal_tco2e", "processing_tco2e",
    "transport_tco2e_per_km", "disposal_eur", "price_eur", "treatment_eur", "freight_fixed_eur",
    "freight_eur_per_km", "jobs_fte", "diverted_t", "missing",
)  # fmt: skip

_SUMS = {
    "gain": (1.0, ("gain",)),
    "substitution_tco2e": (1.0, ("substitution",)),
    "avoided_disposal_tco2e": (1.0, ("avoided_disposal",)),
    "processing_tco2e": (1.0, ("processing",)),
    "transport_tco2e_per_km": (-1.0, ("transport",)),
    "disposal_eur": (1.0, ("gate_fee", "landfill_tax")),
    "price_eur": (1.0, ("price",)),
    "treatment_eur": (-1.0, ("treatment",)),
    "freight_fixed_eur": (-1.0, ("freight_fixed",)),
    "freight_eur_per_km": (-1.0, ("freight",)),
    "jobs_fte": (1.0, ("jobs_operation", "jobs_displaced", "jobs_primary")),
    "diverted_t": (1.0, ("diverted",)),
}


def unit_terms(pairs: pd.DataFrame, scenario: Scenario, catalogue: Catalogue) -> pd.DataFrame:
    """Return what one unit of residue is worth and changes on each kind of link.

    Parameters
    ----------
    pairs
        Columns ``pathway``, ``material`` (the residue as declared), ``input``, ``route`` (today's
        R or D operation, ``""`` when unknown); distinct rows, any index.
    scenario
        Level of the factors, vehicle, freight, year.
    catalogue
        Materials, pathways and factors.

    Returns
    -------
    DataFrame
        Index of ``pairs``, columns `UNIT_COLUMNS`, per unit of residue: tCO2e signed so that
        avoided is positive (``transport_tco2e_per_km`` is a cost, at least 0), EUR, FTE, t.
        ``price_eur`` is per unit of *input*. ``missing`` names, separated by ``|``, the factors
        that were not found; their terms are 0.

    Raises
    ------
    ScenarioError
        If no factor is known for the scenario's vehicle.
    DataError
        If the table of factors is wrong.
    """
    terms = terms_of(pairs, scenario, catalogue)
    levels = _levels(terms)[scenario.level]
    columns: dict[str, object] = {}
    for name, (sign, parts) in _SUMS.items():
        columns[name] = sign * sum(
            (levels[:, TERMS.index(part)] for part in parts), np.zeros(len(pairs))
        )
    absent = terms.missing[~terms.missing["factor"].str.contains("@", regex=False)]
    gaps = absent.groupby("pair")["factor"].agg(lambda names: "|".join(dict.fromkeys(names)))
    columns["missing"] = gaps.reindex(range(len(pairs)), fill_value="").to_numpy(dtype=object)
    result = pd.DataFrame(columns, index=pairs.index)
    result[list(_SUMS)] += 0.0  # turns -0.0 into 0.0
    return result[list(UNIT_COLUMNS)]


def _levels(terms: Terms) -> dict[str, Floats]:
    """Return low, central and high of every term of every pair, shape (pairs, terms)."""
    groups = terms.pairs * len(TERMS)
    entries = Entries(
        terms.pair * len(TERMS) + terms.term, terms.coefficient, terms.first, terms.second
    )
    low, central, high = interval(entries, terms.pool, groups)
    shape = (terms.pairs, len(TERMS))
    return {
        "low": low.reshape(shape),
        "central": central.reshape(shape),
        "high": high.reshape(shape),
    }
