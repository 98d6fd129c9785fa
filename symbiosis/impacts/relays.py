"""A tonne that passes through a site that treats or sorts it is credited once.

What a site sends on is recognised by what it declares: residues of a family that it takes, and the
wastes that such sites make (`SAME_MATTER`), up to the mass that it took in.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from symbiosis.catalogue import Catalogue
from symbiosis.factors.pool import Floats

SITES = frozenset({"treatment", "social"})
TREATED = ("19 ",)
"""Chapter of the list for what treatment leaves: no first-hand waste, so diverted once."""

SAME_MATTER = ("19 05", "19 06", "19 10", "19 12")
"""Composted, digested, shredded, sorted: the matter that came in, and so its substitution."""

WASTE_TERMS = frozenset({"diverted", "avoided_disposal", "jobs_displaced", "biogenic"})
USE_TERMS = frozenset({"substitution", "jobs_primary", "primary_energy", "virgin"})
BURNING = "combustion_emissions"
"""Topic of own fossil carbon, which goes where its substitution goes."""


class Passed(NamedTuple):
    """The shares of each shipment that were credited when they came in, in [0, 1]."""

    waste: Floats
    use: Floats


def passed_on(
    shipments: pd.DataFrame,
    firms: pd.DataFrame,
    catalogue: Catalogue,
    unknown: NDArray[np.bool_] | None = None,
) -> Passed:
    """Return, for each shipment, the shares that its firm only passes on.

    Parameters
    ----------
    shipments
        Columns ``kind``, ``material``, ``quantity``, ``offer_firm_id``, ``need_firm_id``.
    firms
        Columns ``firm_id``, ``kind``.
    catalogue
        Families of materials.
    unknown
        Whether nobody knows what the use of a shipment displaces, shape (n,): what came in so was
        not credited with a substitution, which what goes out still earns. None for nowhere.
    """
    sites = firms.loc[firms["kind"].isin(SITES), "firm_id"]
    code = shipments["material"].astype(str)
    table = pd.DataFrame(
        {
            "offer": shipments["offer_firm_id"].to_numpy(),
            "need": shipments["need_firm_id"].to_numpy(),
            "family": catalogue.family_of(shipments["material"]).to_numpy(),
            "quantity": np.where(shipments["kind"] == "material", shipments["quantity"], 0.0),
            "site": shipments["offer_firm_id"].isin(sites).to_numpy(),
            "treated": code.str.startswith(TREATED).to_numpy(),
            "same": code.str.startswith(SAME_MATTER).to_numpy(),
        }
    )
    known = 1.0 if unknown is None else np.where(unknown, 0.0, 1.0)
    return Passed(
        _share(table, table["quantity"], "treated"),
        _share(table, table["quantity"] * known, "same"),
    )


def _share(table: pd.DataFrame, came: pd.Series, outputs: str) -> Floats:
    """Return the share of each shipment that is covered by what its firm took.

    Each family is covered by what came of it; what came beyond leaves as the site's own outputs.
    """
    taken = came.groupby([table["need"], table["family"]]).sum()
    keys = [table["offer"], table["family"]]
    went = table["quantity"].groupby(keys).transform("sum").to_numpy(dtype=float)
    family = taken.reindex(pd.MultiIndex.from_arrays(keys)).fillna(0.0).to_numpy(dtype=float)
    share = np.where(table["site"], _ratio(family, went), 0.0)
    quantity = table["quantity"].to_numpy(dtype=float)
    matched = pd.Series(share * quantity).groupby(table["offer"]).transform("sum")
    whole = table["offer"].map(came.groupby(table["need"]).sum()).fillna(0.0)
    left = np.maximum(whole.to_numpy(dtype=float) - matched.to_numpy(dtype=float), 0.0)
    own = np.where(table["site"] & table[outputs], (1 - share) * quantity, 0.0)
    sent = pd.Series(own).groupby(table["offer"]).transform("sum").to_numpy(dtype=float)
    covered: Floats = share + np.where(own > 0, (1 - share) * _ratio(left, sent), 0.0)
    return covered


def _ratio(above: Floats, below: Floats) -> Floats:
    """Return above / below, at most 1, and 0 where there is nothing below."""
    safe = np.where(below > 0, below, 1.0)
    ratio: Floats = np.where(below > 0, np.minimum(1.0, above / safe), 0.0)
    return ratio
