"""A study laid out for looking at: one table of firms, one of exchanges, nothing left to join.

Made once a study and kept; every filter and every click after that only picks rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from symbiosis.catalogue import Catalogue
from symbiosis.geography import assign
from symbiosis.maps.palette import group_of, sector_of

if TYPE_CHECKING:
    from symbiosis.flows import Flows
    from symbiosis.study import Study

DRAWN_COLUMNS = (
    "shipment_id", "offer_firm", "need_firm", "offer_firm_id", "need_firm_id", "kind", "unit",
    "quantity", "distance_km", "group", "hierarchy", "confidence", "label_en", "label_fr",
    "value_eur", "net_gain_eur", "commune_from", "commune_to", "territory_from", "territory_to",
    "sector_from", "sector_to", "longitude_from", "latitude_from", "longitude_to", "latitude_to",
)  # fmt: skip
"""What filters and layers look at."""

CONFIDENCE = ("measured", "declared", "estimated")
"""From best to worst; an exchange is worth its weaker end."""
PERIMETER_TOLERANCE_DEG = 0.002
"""About 200 m: perimeters lighter to send, unchanged to the eye."""


@dataclass(frozen=True)
class Atlas:
    """What a map, a list or a panel shows of a study.

    Parameters
    ----------
    firms
        One row a firm: ``firm_id, name, naf, commune, territory, longitude, latitude, sector,
        declared_t, offers, needs, exchanges``; ``declared_t`` is tonnes offered and needed a year.
    shipments
        One row a shipment with its impact: the columns of `matching.SHIPMENT_COLUMNS` less the
        geometry, those of `impacts.IMPACT_COLUMNS`, and ``label_en, label_fr, family, group,
        hierarchy, confidence, pathway_en, pathway_fr, legal_status, commune_from, commune_to,
        territory_from, territory_to, sector_from, sector_to`` and the four coordinates; largest
        quantity first.
    territories
        Perimeters, ``code, name, geometry``, simplified for drawing.
    """

    firms: pd.DataFrame
    shipments: pd.DataFrame
    territories: gpd.GeoDataFrame


def lay_out(study: Study, catalogue: Catalogue) -> Atlas:
    """Return the atlas of a study.

    Parameters
    ----------
    study
        What `symbiosis.run` returned.
    catalogue
        Labels, families and pathways.
    """
    shipments = _shipments(study, catalogue)
    firms = _firms(study.flows, pd.concat([shipments["offer_firm_id"], shipments["need_firm_id"]]))
    shipments = _with_ends(shipments, firms)
    return Atlas(_plain(firms), _plain(shipments), _perimeters(study.flows.territories))


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Return text as Python strings: ten times quicker to look up and to send than Arrow's."""
    text = [c for c in table.columns if isinstance(table[c].dtype, pd.StringDtype)]
    return table.astype(dict.fromkeys(text, object))


def before_matching(flows: Flows) -> Atlas:
    """Return the atlas of a declaration: firms and perimeters, no exchange yet.

    Parameters
    ----------
    flows
        What was declared; the map can be painted while the matching runs.
    """
    firms = _firms(flows, pd.Series(dtype=object))
    nothing = pd.DataFrame(columns=list(DRAWN_COLUMNS), dtype=object)
    numbers = dict.fromkeys(("quantity", "distance_km"), float)
    return Atlas(_plain(firms), nothing.astype(numbers), _perimeters(flows.territories))


def _firms(declared: Flows, ends: pd.Series) -> pd.DataFrame:
    firms = pd.DataFrame(declared.firms.drop(columns="geometry")).reset_index(drop=True)
    territory = firms["territory"].astype(str)
    if len(declared.territories):
        inside = assign(declared.firms.geometry.reset_index(drop=True), declared.territories)
        codes = dict(zip(declared.territories["name"], declared.territories["code"], strict=True))
        territory = territory.replace(codes).where(territory != "", inside)
    flows = pd.concat([declared.offers, declared.needs], ignore_index=True)
    tonnes = flows[flows["unit"] == "t"].groupby("firm_id")["quantity"].sum()
    kept = ["firm_id", "name", "naf", "commune", "longitude", "latitude"]
    return firms[kept].assign(
        territory=territory,
        sector=sector_of(firms["naf"]),
        declared_t=firms["firm_id"].map(tonnes).fillna(0.0),
        offers=_count(firms, declared.offers["firm_id"]),
        needs=_count(firms, declared.needs["firm_id"]),
        exchanges=_count(firms, ends),
    )


def _count(firms: pd.DataFrame, mentions: pd.Series) -> pd.Series:
    return firms["firm_id"].map(mentions.value_counts()).fillna(0).astype(int)


def _shipments(study: Study, catalogue: Catalogue) -> pd.DataFrame:
    shipments = pd.DataFrame(study.match.shipments.drop(columns="geometry"))
    impact = study.impact.by_shipment
    new = [c for c in impact.columns if c == "shipment_id" or c not in shipments.columns]
    table = shipments.merge(impact[new], on="shipment_id", how="left", validate="one_to_one")
    material = table["material"]
    family = _looked_up(material, catalogue.family_of)
    return table.assign(
        label_en=_looked_up(material, lambda m: catalogue.label(m, "en")),
        label_fr=_looked_up(material, lambda m: catalogue.label(m, "fr")),
        family=family,
        group=group_of(table["kind"], family),
        confidence=_confidence(table, study),
        **_pathway_columns(table["pathway"], catalogue),
    )


def _looked_up(keys: pd.Series, find: Callable[[str], str]) -> pd.Series:
    """Ask once for each different key."""
    return keys.map({key: find(key) for key in keys.unique()}).astype(object)


def _pathway_columns(pathway: pd.Series, catalogue: Catalogue) -> dict[str, pd.Series]:
    """Say of each pathway what the reader asks: its name, its rank in the hierarchy, its status.

    The implicit pathways of treating sites, ``site:R5``, are named after their operation.
    """
    pathway = pathway.astype("str")  # a table without a row holds no text
    code = pathway.where(pathway.str.startswith("site:"), "").str.removeprefix("site:")
    found: dict[str, pd.Series] = {}
    for name, column in (
        ("pathway_en", "label_en"),
        ("pathway_fr", "label_fr"),
        ("hierarchy", "hierarchy"),
        ("legal_status", "legal_status"),
    ):
        known = pathway.map(catalogue.pathways[column])
        if column in catalogue.operations.columns:
            known = known.fillna(code.map(catalogue.operations[column]))
        found[name] = known.fillna("waste" if column == "legal_status" else "").astype(object)
    return found


def _confidence(table: pd.DataFrame, study: Study) -> pd.Series:
    rank = {status: i for i, status in enumerate(CONFIDENCE)}
    worst = np.zeros(len(table), dtype=int)
    for column, side in (("offer_flow", study.flows.offers), ("need_flow", study.flows.needs)):
        status = table[column].map(side.set_index("flow_id")["status"])
        worst = np.maximum(worst, status.map(rank).fillna(1).astype(int).to_numpy())
    return pd.Series(np.array(CONFIDENCE, dtype=object)[worst], index=table.index)


def _with_ends(shipments: pd.DataFrame, firms: pd.DataFrame) -> pd.DataFrame:
    by_id = firms.set_index("firm_id")
    columns = {}
    for side, key in (("from", "offer_firm_id"), ("to", "need_firm_id")):
        ends = by_id.reindex(shipments[key])
        for name in ("commune", "territory", "sector", "longitude", "latitude"):
            columns[f"{name}_{side}"] = ends[name].to_numpy()
    order = ["quantity", "shipment_id"]
    return shipments.assign(**columns).sort_values(
        order, ascending=[False, True], ignore_index=True
    )


def _perimeters(territories: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    if not len(territories):
        return gpd.GeoDataFrame(columns=["code", "name", "geometry"], geometry="geometry", crs=4326)
    shapes = territories.geometry
    shared = shapes.is_valid_coverage()
    lighter = (shapes.simplify_coverage if shared else shapes.simplify)(PERIMETER_TOLERANCE_DEG)
    return territories[["code", "name"]].set_geometry(lighter)
