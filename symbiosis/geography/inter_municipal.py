"""The inter-municipal perimeters of France that travel with the package."""

from __future__ import annotations

import json
import re
from functools import cache

import geopandas as gpd
import pandas as pd

from symbiosis import bundled

_FORM = re.compile(r"[0-9]{9}$|(CA|CC|CU)\b|.*[Mm]étropole")
"""How their codes and names look: another word is a territory of the user's own."""


@cache
def inter_municipal_perimeters() -> gpd.GeoDataFrame:
    """Return the 1,255 bundled perimeters; do not modify them in place.

    Returns
    -------
    GeoDataFrame
        Columns ``code`` (SIREN of the body), ``name``, ``geometry``, in EPSG:4326, simplified to
        about 600 m; sources and licence are told in ``symbiosis/data/territory/README.md``.
    """
    features = json.loads(bundled.text("territory/perimeters.geojson.xz"))["features"]
    return gpd.GeoDataFrame.from_features(features, crs=4326)[["code", "name", "geometry"]]


def named_perimeters(territories: pd.Series) -> gpd.GeoDataFrame:
    """Return the bundled perimeters that firms name by code, or by a name that only one bears.

    Parameters
    ----------
    territories
        Code or name of the territory of each firm, ``""`` for none.

    Returns
    -------
    GeoDataFrame
        Columns ``code``, ``name``, ``geometry``, in EPSG:4326; empty where none is named.
    """
    names = {name for name in territories.unique() if _FORM.match(name)}
    if not names:
        nothing = {"code": pd.Series(dtype="str"), "name": pd.Series(dtype="str")}
        return gpd.GeoDataFrame(nothing, geometry=[], crs=4326)
    areas = inter_municipal_perimeters()
    single = ~areas["name"].duplicated(keep=False)
    wanted = areas["code"].isin(names) | (areas["name"].isin(names) & single)
    return areas[wanted].reset_index(drop=True)


def own_perimeters(territories: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the perimeters that are not the bundled ones, whatever their codes."""
    candidates = territories["code"].astype(str).map(lambda code: bool(_FORM.match(code)))
    if not candidates.any():
        return territories
    bundled_areas = inter_municipal_perimeters().set_index("code")
    keys = bundled_areas["name"] + "|" + bundled_areas.geometry.to_wkb(hex=True)
    mine = territories["name"].astype(str) + "|" + territories.geometry.to_wkb(hex=True)
    same = mine == territories["code"].map(keys)
    return territories[~same.to_numpy(dtype=bool)]
