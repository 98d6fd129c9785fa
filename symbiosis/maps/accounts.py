"""Sums of a study for the page of its accounts: by whom, of what, and where in the hierarchy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from symbiosis.maps.atlas import Atlas
from symbiosis.maps.palette import sector_of
from symbiosis.maps.view import HIERARCHY

if TYPE_CHECKING:
    from symbiosis.study import Study

RANGED = ("emissions_avoided_tco2e", "jobs_fte")
FIGURES = ("waste_diverted_t", "emissions_avoided_tco2e", "jobs_fte", "net_gain_eur")


def by_group(atlas: Atlas) -> pd.DataFrame:
    """Return the figures by group of materials, the columns of `summed`."""
    return summed(atlas.shipments, "group")


def by_sector(study: Study) -> pd.DataFrame:
    """Return the figures by sector of firms, credited by the scenario's rule; see `summed`."""
    table = study.impact.by_firm
    naf = study.flows.firms.set_index("firm_id")["naf"]
    return summed(table.assign(sector=sector_of(table["firm_id"].map(naf).fillna(""))), "sector")


def by_territory(study: Study) -> pd.DataFrame:
    """Return the figures by territory, credited by the scenario's rule; see `summed`."""
    return summed(study.impact.by_territory, "territory")


def summed(table: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return sums by a column.

    Parameters
    ----------
    table
        With the figures of `FIGURES`; those of `RANGED` as ``_low``, ``_central`` and ``_high``.
    key
        Column to sum by; it becomes the index.

    Returns
    -------
    DataFrame
        For each figure the columns ``figure_low``, ``figure_central``, ``figure_high``.
    """
    wanted = {}
    for figure in FIGURES:
        for level in ("low", "central", "high"):
            column = f"{figure}_{level}"
            source = column if column in table else figure
            wanted[column] = table.groupby(key)[source].sum()
    return pd.DataFrame(wanted)


def ladder(atlas: Atlas) -> pd.DataFrame:
    """Return tonnes of residue by rank of the waste hierarchy, before and after the exchanges.

    Returns
    -------
    DataFrame
        Index: the ranks that occur, best first; columns ``before`` and ``after``, t/yr.
    """
    table = atlas.shipments
    waste = table[(table["kind"] == "material") & (table["unit"] == "t")]
    sides = {
        side: waste[waste[f"hierarchy_{side}"] != ""].groupby(f"hierarchy_{side}")["quantity"].sum()
        for side in ("before", "after")
    }
    return pd.DataFrame(sides).reindex(
        [r for r in HIERARCHY if r in set(pd.DataFrame(sides).index)]
    )


def streams(atlas: Atlas) -> pd.DataFrame:
    """Return tonnes between sectors through groups of materials.

    Returns
    -------
    DataFrame
        Columns ``giver``, ``group``, ``taker`` and ``quantity`` (t/yr), materials alone.
    """
    table = atlas.shipments
    waste = table[(table["kind"] == "material") & (table["unit"] == "t")]
    keys = {"sector_from": "giver", "group": "group", "sector_to": "taker"}
    found = waste.groupby(list(keys))["quantity"].sum().reset_index()
    return found.rename(columns=keys)


def gaps(study: Study) -> pd.DataFrame:
    """Return what is not counted, by figure.

    Returns
    -------
    DataFrame
        Columns ``figure`` (the part before the dot), ``term``, ``lines`` (materials and pathways
        concerned) and ``examples`` (the first three materials).
    """
    table = study.impact.not_counted
    if not len(table):
        return pd.DataFrame(columns=["figure", "term", "lines", "examples"])
    parts = table["figure"].str.split(".", n=1, expand=True).reindex(columns=[0, 1]).fillna("")
    named = table.assign(figure=parts[0], term=parts[1])
    return (
        named.groupby(["figure", "term"])
        .agg(
            lines=("material", "size"),
            examples=("material", lambda m: tuple(dict.fromkeys(m.astype(str)))[:3]),
        )
        .reset_index()
        .sort_values("lines", ascending=False)
    )
