"""The best partners of a few flows, whether or not the optimum gives them to one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from symbiosis.catalogue import Catalogue
    from symbiosis.study import Study

PER_OFFER = 20
"""Links looked at for each offer of the territory."""


def partners(study: Study, catalogue: Catalogue, flow_ids: set[str], most: int = 5) -> pd.DataFrame:
    """Return the links that would pay best for some flows.

    Parameters
    ----------
    study
        The study whose graph is searched.
    catalogue
        Names of materials and pathways.
    flow_ids
        Offers or needs.
    most
        How many for each flow.

    Returns
    -------
    DataFrame
        Columns ``flow, gives, partner, material, label_en, label_fr, pathway, distance_km,
        value_eur_per_unit, unit, chosen``; ``chosen`` is whether the optimum uses the link.
    """
    links = pd.DataFrame(study.graph.links(per_offer=PER_OFFER).drop(columns="geometry"))
    gives = links["offer_flow"].isin(flow_ids)
    mine = links[gives | links["need_flow"].isin(flow_ids)]
    gives = gives[mine.index]
    table = pd.DataFrame(
        {
            "flow": mine["offer_flow"].where(gives, mine["need_flow"]),
            "gives": gives,
            "partner": mine["need_firm"].where(gives, mine["offer_firm"]),
            "material": mine["material"],
            "label_en": [catalogue.label(m, "en") for m in mine["material"]],
            "label_fr": [catalogue.label(m, "fr") for m in mine["material"]],
            "pathway": mine["pathway"],
            "distance_km": mine["distance_km"],
            "value_eur_per_unit": mine["value_eur_per_unit"],
            "unit": mine["unit"],
            "chosen": _chosen(mine, study),
        }
    )
    best = table.sort_values(["flow", "value_eur_per_unit"], ascending=[True, False])
    return best.groupby("flow").head(most).reset_index(drop=True)


def _chosen(links: pd.DataFrame, study: Study) -> list[bool]:
    keys = ["offer_flow", "need_flow", "pathway"]
    used = set(study.match.shipments[keys].itertuples(index=False, name=None))
    return [key in used for key in links[keys].itertuples(index=False, name=None)]
