"""Who could send what to whom, at what value: the second type of the journey.

Links are never listed in full. A `Lane` is every link of one pathway between the offers and the
needs that may use it; the value of a link is separable,

    value_ij = offer_value_i + need_value_j - rate_per_km * distance_km_ij,

so a lane of n offers and m needs takes n + m numbers and not n x m.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from symbiosis.flows import Flows
from symbiosis.scenario import Scenario

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
    """

    pathway: str
    offers: Ints
    needs: Ints
    offer_value: Floats
    need_value: Floats
    rate_per_km: float
    gain: float
    max_distance_km: float


@dataclass(frozen=True)
class Graph:
    """Offers, needs and the lanes between them.

    Parameters
    ----------
    flows
        What was declared.
    scenario
        The parameters under which the lanes were valued.
    offers, needs
        The flows that take part, with ``longitude``, ``latitude``, ``firm`` (name) and
        ``firm_index`` joined; their row positions are the node numbers of the lanes.
    lanes
        The links, in groups.
    setbacks
        For each offer the furthest stage it reached: columns ``offer`` (position), ``reason``
        (``no_pathway``, ``legal``, ``quality`` or ``""`` when some lane admits it), ``detail``.
    forbidden
        Pairs of firm indices (shape k x 2) that no link may join.
    pinned
        Pairs of firm indices (shape k x 2) that must exchange as much as they can.
    """

    flows: Flows
    scenario: Scenario
    offers: pd.DataFrame
    needs: pd.DataFrame
    lanes: tuple[Lane, ...]
    setbacks: pd.DataFrame
    forbidden: Ints = field(default_factory=lambda: np.empty((0, 2), dtype=np.int64))
    pinned: Ints = field(default_factory=lambda: np.empty((0, 2), dtype=np.int64))
