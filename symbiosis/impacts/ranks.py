"""The waste hierarchy before and after an exchange (directive 2008/98/EC, article 4)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from symbiosis.catalogue import Catalogue
from symbiosis.factors.context import ASSUMED_ROUTE

HIERARCHY = ("reuse", "feed", "recycling", "recovery", "energy", "disposal")
"""Best first. Feed comes before recycling, as French law ranks food residues."""

COMPOSTED = ("compost", "compost_bulking_agent", "growing_media_peat")
"""What organic residues become on a composting platform."""


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
    after = pathway.map(_places(catalogue.pathways))
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


def _places(pathways: pd.DataFrame) -> pd.Series[Any]:
    """Return the place of each pathway, composting that makes a product being recycling.

    Annex II of the directive writes composting under R3, recycling of organic substances; the
    catalogue calls recovery what only fills or covers.
    """
    organic = pathways["operation"].isin(["composting", "digestion"])
    composted = organic | pathways["input"].isin(COMPOSTED)
    recycled = composted & (pathways["operation_code"] == "R3")
    return pathways["hierarchy"].mask(recycled & (pathways["hierarchy"] == "recovery"), "recycling")
