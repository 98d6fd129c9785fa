"""Two studies side by side: figures, and which exchanges appear, vanish or change."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from symbiosis.maps.atlas import Atlas
from symbiosis.maps.figures import Figure

CHANGED = 0.01
"""A quantity that moves by less than this share is the same exchange."""


@dataclass(frozen=True)
class Difference:
    """What distinguishes a second study from a first.

    Parameters
    ----------
    appear, vanish
        Rows of the second's and of the first's ``Atlas.shipments``, the most valuable first.
    change
        Rows of the second's, with ``before``: the quantity in the first, in the same unit.
    same
        How many exchanges are in both, unchanged.
    """

    appear: pd.DataFrame
    vanish: pd.DataFrame
    change: pd.DataFrame
    same: int


def differences(first: Atlas, second: Atlas) -> Difference:
    """Return what distinguishes the second study from the first; exchanges go by identifier."""
    one, two = (atlas.shipments.set_index("shipment_id", drop=False) for atlas in (first, second))
    both = two.index.intersection(one.index)
    before = one.loc[both, "quantity"]
    moved = (two.loc[both, "quantity"] - before).abs() > CHANGED * before
    changed = two.loc[both][moved].assign(before=before[moved])
    return Difference(
        appear=_best(two.loc[two.index.difference(one.index)]),
        vanish=_best(one.loc[one.index.difference(two.index)]),
        change=_best(changed),
        same=int((~moved).sum()),
    )


def _best(table: pd.DataFrame) -> pd.DataFrame:
    return table.sort_values("value_eur", ascending=False).reset_index(drop=True)


def shifts(first: dict[str, Figure], second: dict[str, Figure]) -> dict[str, float]:
    """Return by how much each central figure of the second exceeds the first's."""
    return {key: second[key].central - first[key].central for key in second if key in first}
