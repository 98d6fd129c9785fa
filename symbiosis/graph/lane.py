"""Links in groups: what makes the graph's size linear in the number of flows.

The value of a link is separable,

    value_ij = offer_value_i + need_value_j - rate_per_km * distance_km_ij,

so a group of n offers and m needs takes n + m numbers and not n x m.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Lane:
    """Every admissible link of one pathway between two groups of flows.

    Parameters
    ----------
    pathway
        Identifier of the pathway in the catalogue.
    offers, needs
        Positions in ``Graph.offers`` (shape n) and ``Graph.needs`` (shape m), ascending.
    offer_value, need_value
        Objective per unit of residue on either side, shapes n and m, EUR-equivalents.
    rate_per_km
        Objective lost per unit of residue and road kilometre.
    gain
        Units of input replaced by one unit of residue (the yield).
    max_distance_km
        Longest admissible road distance; inf for none.
    blend_class, blend_limit
        All lanes of one class together may serve at most this share of each need, in units of
        input; ``""`` and 1 where nothing limits the share.
    """

    pathway: str
    offers: Ints
    needs: Ints
    offer_value: Floats
    need_value: Floats
    rate_per_km: float
    gain: float
    max_distance_km: float
    blend_class: str = ""
    blend_limit: float = 1.0
