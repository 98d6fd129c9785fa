"""What the reader asks to see, and the rows that answer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from symbiosis.maps.atlas import CONFIDENCE, Atlas

DEFAULT_TOP = 40
HIERARCHY = ("reuse", "feed", "recycling", "recovery", "energy", "disposal")
"""From best to worst (Directive 2008/98/EC, article 4; feed after the French food hierarchy)."""


@dataclass(frozen=True)
class View:
    """A combination of filters; an empty one means no restriction.

    Parameters
    ----------
    territory, communes
        Code of a territory, names of communes: either end of an exchange may lie there.
    groups, sectors
        Groups of materials, and sectors of either end.
    hierarchies, confidences
        Ranks of `HIERARCHY` and of `atlas.CONFIDENCE` that are kept.
    max_km
        Longest road distance, km; None for none.
    min_quantity
        Smallest quantity, in the exchange's own unit a year.
    firm
        Identifier of a firm whose exchanges alone are kept.
    """

    territory: str = ""
    communes: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    hierarchies: tuple[str, ...] = ()
    confidences: tuple[str, ...] = ()
    max_km: float | None = None
    min_quantity: float = 0.0
    firm: str = ""


@dataclass(frozen=True)
class Picture:
    """The rows of an atlas that answer a view.

    Parameters
    ----------
    shipments
        All exchanges that pass, largest first within each unit.
    drawn
        Those of them that are drawn: the ``top`` largest of each unit, and those in focus.
    firms
        Firms of the territory, and partners of the exchanges that pass.
    home
        Firms of the territory and communes alone, all of them where none is chosen: what the
        first view of the map fits.
    """

    shipments: pd.DataFrame
    drawn: pd.DataFrame
    firms: pd.DataFrame
    home: pd.DataFrame


def select(atlas: Atlas, view: View, top: int = DEFAULT_TOP, focus: str = "") -> Picture:
    """Return what a view shows of an atlas.

    Parameters
    ----------
    atlas
        From `atlas.lay_out`.
    view
        The filters.
    top
        Largest exchanges of each unit (t, MWh, m3) that are drawn.
    focus
        Identifier of a firm or a shipment: its exchanges are drawn however small.
    """
    shipments = atlas.shipments[_passes(atlas.shipments, view)]
    order = shipments  # the atlas holds the largest first
    rank = order.groupby("unit").cumcount()
    drawn = rank < top
    if focus:
        ends = ["offer_firm_id", "need_firm_id", "shipment_id"]
        drawn |= (order[ends] == focus).any(axis=1)
    return Picture(order, order[drawn], _firms(atlas, view, order), _home(atlas.firms, view))


def around(atlas: Atlas, firm_ids: Collection[str], top: int = DEFAULT_TOP) -> Picture:
    """Return some firms with their exchanges and partners, and nothing else.

    Parameters
    ----------
    atlas
        From `atlas.lay_out`.
    firm_ids
        Identifiers of the firms.
    top
        Largest exchanges that are drawn.
    """
    table = atlas.shipments
    theirs = table[table["offer_firm_id"].isin(firm_ids) | table["need_firm_id"].isin(firm_ids)]
    ends = {*firm_ids, *theirs["offer_firm_id"], *theirs["need_firm_id"]}
    firms = atlas.firms[atlas.firms["firm_id"].isin(ends)]
    return Picture(theirs, theirs.head(top), firms, firms)


def _passes(table: pd.DataFrame, view: View) -> pd.Series:
    keep = pd.Series(True, index=table.index)
    for column, allowed in (
        ("territory", (view.territory,) if view.territory else ()),
        ("commune", view.communes),
        ("sector", view.sectors),
    ):
        if allowed:
            keep &= table[f"{column}_from"].isin(allowed) | table[f"{column}_to"].isin(allowed)
    for column, allowed in (
        ("group", view.groups),
        ("hierarchy", view.hierarchies),
        ("confidence", view.confidences),
    ):
        if allowed:
            keep &= table[column].isin(allowed)
    if view.max_km is not None:
        keep &= table["distance_km"] <= view.max_km
    if view.firm:
        keep &= (table["offer_firm_id"] == view.firm) | (table["need_firm_id"] == view.firm)
    return keep & (table["quantity"] >= view.min_quantity)


def _there(firms: pd.DataFrame, view: View) -> pd.Series:
    """Return which firms stand in the territory and the communes of a view."""
    there = pd.Series(True, index=firms.index)
    if view.territory:
        there &= firms["territory"] == view.territory
    if view.communes:
        there &= firms["commune"].isin(view.communes)
    return there


def _home(firms: pd.DataFrame, view: View) -> pd.DataFrame:
    there = _there(firms, view)
    return firms if there.all() or not there.any() else firms[there]


def _firms(atlas: Atlas, view: View, shipments: pd.DataFrame) -> pd.DataFrame:
    firms = atlas.firms
    home = _there(firms, view)
    if view.sectors:
        home &= firms["sector"].isin(view.sectors)
    if home.all():
        return firms
    partners = {*shipments["offer_firm_id"], *shipments["need_firm_id"]}
    return firms[home | firms["firm_id"].isin(partners)]


def choices(atlas: Atlas) -> dict[str, list[str]]:
    """Return the values that each filter can take in this atlas, in the order to show them."""
    shipments, firms = atlas.shipments, atlas.firms
    present = set(shipments["hierarchy"])
    return {
        "communes": sorted(set(firms["commune"]) - {""}),
        "groups": shipments["group"].value_counts().index.tolist(),
        "sectors": firms["sector"].value_counts().index.tolist(),
        "hierarchies": [rank for rank in HIERARCHY if rank in present],
        "confidences": [c for c in CONFIDENCE if c in set(shipments["confidence"])],
    }


def places(firms: pd.DataFrame, most: int = 14, apart_deg: float = 0.12) -> pd.DataFrame:
    """Return the communes worth a name on the map: the heaviest, none too near another.

    Parameters
    ----------
    firms
        Rows of `Atlas.firms`.
    most
        How many names at most.
    apart_deg
        Least distance between two names, degrees of latitude.

    Returns
    -------
    DataFrame
        Columns ``commune, longitude, latitude, weight``.
    """
    named = firms[firms["commune"] != ""]
    grouped = named.groupby("commune").agg(
        longitude=("longitude", "median"),
        latitude=("latitude", "median"),
        weight=("firm_id", "size"),
        tonnes=("declared_t", "sum"),
    )
    heaviest = grouped.sort_values(["weight", "tonnes"], ascending=False).reset_index()
    kept: list[int] = []
    places_xy = heaviest[["longitude", "latitude"]].to_numpy(dtype=float)
    for i, (x, y) in enumerate(places_xy):
        near = [
            abs(places_xy[k][1] - y) < apart_deg * 0.6
            and abs(places_xy[k][0] - x) < apart_deg * 1.9
            for k in kept
        ]
        if not any(near):
            kept.append(i)
        if len(kept) == most:
            break
    return heaviest.loc[kept, ["commune", "longitude", "latitude", "weight"]]
