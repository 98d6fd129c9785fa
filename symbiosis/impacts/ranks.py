"""The waste hierarchy before and after an exchange (directive 2008/98/EC, article 4)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from symbiosis.catalogue import Catalogue
from symbiosis.factors.context import ASSUMED_ROUTE

HIERARCHY = ("reuse", "feed", "recycling", "recovery", "energy", "disposal")
"""Best first. Feed comes before recycling, as French law ranks food residues."""


def hierarchy(shipments: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return the place in the waste hierarchy before and after each shipment.

    Parameters
    ----------
    shipments
        Columns ``kind``, ``route``, ``pathway``.
    catalogue
        Operations and pathways.

    Returns
    -------
    DataFrame
        ``hierarchy_before`` and ``hierarchy_after`` (one of `HIERARCHY`, ``""`` for what is no
        waste), ``hierarchy_steps`` (positive when the residue climbs), ``downgrade`` (bool).
    """
    operations = catalogue.operations["hierarchy"]
    route = shipments["route"].replace("", ASSUMED_ROUTE)
    material = (shipments["kind"] == "material").to_numpy()
    pathway = shipments["pathway"].astype(str)
    after = pathway.map(catalogue.pathways["hierarchy"])
    after = after.fillna(pathway.str.removeprefix("site:").map(operations)).fillna("")
    before = np.where(material, route.map(operations).fillna(""), "")
    after_list = np.where(material, after, "")
    rank = {name: position for position, name in enumerate(HIERARCHY)}
    worst = len(HIERARCHY) - 1
    steps = np.array(
        [
            rank.get(was, worst) - rank.get(now, worst) if was and now else 0
            for was, now in zip(before, after_list, strict=True)
        ],
        dtype=np.int64,
    )
    return pd.DataFrame(
        {
            "hierarchy_before": before,
            "hierarchy_after": after_list,
            "hierarchy_steps": steps,
            "downgrade": steps < 0,
        }
    )
