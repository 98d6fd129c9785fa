"""Perimeters: reading them from any common file, and saying who lies in which."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

from symbiosis.errors import DataError, Problem, say

_CODE_NAMES = ("code", "insee", "siren", "epci_code", "code_epci", "code_insee", "id")
_LABEL_NAMES = ("name", "nom", "libelle", "label", "nom_epci", "epci", "territoire")


def read_territories(path: Path | str) -> gpd.GeoDataFrame:
    """Read perimeters from a GeoJSON, GeoPackage or shapefile.

    Parameters
    ----------
    path
        The file. Its columns for the code and the name are recognised by their usual French and
        English names; without them the name is the row's number.

    Returns
    -------
    GeoDataFrame
        Columns ``code``, ``name``, ``geometry``, in EPSG:4326.

    Raises
    ------
    DataError
        If the file cannot be read as perimeters, or has no polygon.
    """
    file = Path(path)
    try:
        raw = gpd.read_file(file)
    except (RuntimeError, ValueError, OSError) as error:
        raise DataError(
            [
                Problem(
                    say("this file cannot be read as perimeters ({why})", why=type(error).__name__),
                    say("give a GeoJSON, GeoPackage or shapefile with polygons"),
                    file=file.name,
                )
            ]
        ) from error
    areas = raw[raw.geometry.geom_type.isin(("Polygon", "MultiPolygon"))] if len(raw) else raw
    if not len(areas):
        raise DataError(
            [
                Problem(
                    say("this file holds no polygon"),
                    say("give perimeters as polygons, one row a territory"),
                    file=file.name,
                )
            ]
        )
    areas = areas.set_crs(4326) if areas.crs is None else areas.to_crs(4326)
    numbers = pd.Series([str(i + 1) for i in range(len(areas))], index=areas.index)
    return gpd.GeoDataFrame(
        {
            "code": _column(areas, _CODE_NAMES, numbers),
            "name": _column(areas, _LABEL_NAMES, numbers),
        },
        geometry=areas.geometry,
        crs=4326,
    ).reset_index(drop=True)


def _column(areas: gpd.GeoDataFrame, names: tuple[str, ...], default: pd.Series) -> pd.Series:
    """Return the first column whose lower-case name is one of ``names``, as text."""
    lower = {str(column).lower(): column for column in areas.columns}
    for name in names:
        if name in lower:
            found: pd.Series = areas[lower[name]].astype(str)
            return found
    return default


def assign(points: gpd.GeoSeries, territories: gpd.GeoDataFrame) -> pd.Series:
    """Return the code of the territory that holds each point.

    Parameters
    ----------
    points
        Points in EPSG:4326.
    territories
        Columns ``code`` and ``geometry``; the first of overlapping perimeters wins.

    Returns
    -------
    Series
        Text, on the points' index; ``""`` where no perimeter holds the point.
    """
    codes = pd.Series("", index=points.index, dtype=object)
    if not len(territories) or not len(points):
        return codes
    point_rows, area_rows = territories.sindex.query(points.array, predicate="intersects")
    found = pd.DataFrame({"point": point_rows, "area": area_rows}).sort_values(["point", "area"])
    first = found.drop_duplicates("point")
    codes.iloc[first["point"].to_numpy()] = territories["code"].to_numpy()[first["area"]]
    return codes
