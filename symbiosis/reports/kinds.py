"""Groups of materials that a reader tells apart, in the same words and colours as on the map."""

from __future__ import annotations

import pandas as pd

from symbiosis import bundled
from symbiosis.catalogue import Catalogue

OTHERS = "other"
# Pipes rather than lorries: their lines are dashed too, so that they are told apart in grey.
DASHED = ("energy", "water", "co2")
_KINDS = {"heat": "energy", "steam": "energy", "energy": "energy", "water": "water", "co2": "co2"}


def groups(lang: str) -> pd.DataFrame:
    """Return the groups in their usual order: index ``group``; ``label``, ``colour``, ``dashed``.

    Parameters
    ----------
    lang
        Language of the labels, ``fr`` or ``en``.
    """
    table = bundled.table("map_groups").set_index("group")
    return pd.DataFrame(
        {
            "label": table[f"label_{lang}"],
            "colour": table["light"],
            "dashed": table.index.isin(DASHED),
        }
    )


def group_of(lines: pd.DataFrame, catalogue: Catalogue) -> pd.Series:
    """Return the group of each line: by kind for heat, steam, water and CO₂, else by family.

    Parameters
    ----------
    lines
        With the columns ``kind`` and ``material``.
    catalogue
        Where the families stand.

    Returns
    -------
    pandas.Series
        Names of groups, on the index of ``lines``.
    """
    by_family = bundled.table("map_families").set_index("family")["group"]
    found = lines["material"].map(catalogue.entries["family"]).map(by_family)
    return lines["kind"].map(_KINDS).fillna(found).fillna(OTHERS).astype(str)
