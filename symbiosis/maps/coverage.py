"""How much of what was declared is known well, and how much of it finds a taker."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from symbiosis.maps.atlas import CONFIDENCE

if TYPE_CHECKING:
    from symbiosis.study import Study


def coverage(study: Study) -> pd.DataFrame:
    """Return, by unit, what is offered and what finds a taker.

    Returns
    -------
    DataFrame
        Index ``unit``; columns ``offered`` and ``exchanged`` (in that unit a year), ``share``.
    """
    offered = study.graph.offers.groupby("unit")["quantity"].sum()
    taken = study.match.shipments.groupby("unit")["quantity"].sum()
    table = pd.DataFrame({"offered": offered, "exchanged": taken}).fillna(0.0)
    share = table["exchanged"] / table["offered"].where(table["offered"] > 0)
    return table.assign(share=share.fillna(0.0)).sort_values("offered", ascending=False)


def trust(study: Study) -> pd.Series:
    """Return how many flows are measured, declared and estimated; all three are named."""
    statuses = pd.concat([study.flows.offers["status"], study.flows.needs["status"]])
    counts: pd.Series = statuses.value_counts().reindex(list(CONFIDENCE)).fillna(0).astype(int)
    return counts


def unmatched(study: Study) -> pd.DataFrame:
    """Return the residues without a taker by reason.

    Returns
    -------
    DataFrame
        Index ``reason``; columns ``offers`` (how many) and ``tonnes`` (t/yr, materials alone).
    """
    table = study.match.unmatched
    tonnes = table["quantity"].where(table["unit"] == "t", 0.0)
    found = table.assign(tonnes=tonnes).groupby("reason")
    return pd.DataFrame({"offers": found.size(), "tonnes": found["tonnes"].sum()}).sort_values(
        "tonnes", ascending=False
    )
