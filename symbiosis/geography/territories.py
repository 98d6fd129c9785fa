"""Perimeters: reading them from any common file, and saying who lies in which."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from symbiosis.child_process import in_child
from symbiosis.errors import Problems, say
from symbiosis.geography.features import refuse
from symbiosis.geography.geopackage import MAGIC as GEOPACKAGE
from symbiosis.geography.perimeters import Perimeters, perimeters_of, read_perimeters
from symbiosis.geography.shapefiles import PARTS

TERRITORY_SUFFIXES = (".geojson", ".gpkg", ".shp", ".zip")
"""Files of perimeters; ``.zip`` holds a shapefile."""
MAX_MB = 200.0
_PLAIN = "symbiosis.geography.perimeters:plain_perimeters"


@dataclass(frozen=True)
class TerritoryFile:
    """A file of perimeters that was read.

    Parameters
    ----------
    name
        Of the file, for messages.
    areas
        Columns ``code``, ``name``, ``geometry``, in EPSG:4326.
    notes
        What was left out, repaired or put together.
    """

    name: str
    areas: gpd.GeoDataFrame
    notes: Problems


def read_territories(path: Path | str) -> gpd.GeoDataFrame:
    """Read perimeters from a GeoJSON, GeoPackage or shapefile.

    Parameters
    ----------
    path
        The file: ``.geojson``, ``.gpkg``, a shapefile as ``.zip``, or its ``.shp`` with the parts
        beside it. Its columns for the code and the name are recognised by their usual French and
        English names; a perimeter without a code is called by its number.

    Returns
    -------
    GeoDataFrame
        Columns ``code``, ``name``, ``geometry``, in EPSG:4326.

    Raises
    ------
    DataError
        If the file cannot be read as perimeters for certain, or has no polygon.
    """
    return open_territories(Path(path)).areas


def open_territories(file: Path) -> TerritoryFile:
    """Return the perimeters of a file as `read_territories` does, and what must be said of them.

    Raises
    ------
    DataError
        As `read_territories`.
    """
    parts = _parts(file)
    if parts[next(iter(parts))].startswith(GEOPACKAGE):
        return _in_child(file.name, parts)
    return _frame(file.name, read_perimeters(file.name, parts))


def received_territories(name: str, content: bytes) -> TerritoryFile:
    """Return the perimeters of a file that somebody sent; it is read in a child process.

    Parameters
    ----------
    name
        The sender's name for it, for messages.
    content
        A GeoJSON, a GeoPackage, or a shapefile in a ZIP archive.

    Raises
    ------
    DataError
        As `read_territories`; and if it takes too much memory or time.
    """
    file = Path(name.replace("\\", "/")).name[-120:] or "perimeters"
    _refuse_size(file, len(content))
    return _in_child(file, {Path(file).suffix.lower(): content})


def _in_child(file: str, parts: dict[str, bytes]) -> TerritoryFile:
    sizes = {suffix: len(content) for suffix, content in parts.items()}
    content = b"".join(parts.values())
    items = in_child(_PLAIN, content, {"file": file, "sizes": sizes}, file=file)
    return _frame(file, perimeters_of(file, items))


def _frame(file: str, read: Perimeters) -> TerritoryFile:
    columns = {
        "code": pd.Series(read.codes, dtype="str"),
        "name": pd.Series(read.names, dtype="str"),
    }
    areas = gpd.GeoDataFrame(columns, geometry=read.shapes, crs=4326)
    return TerritoryFile(file, areas, read.notes)


def _parts(file: Path) -> dict[str, bytes]:
    """Return the content of a file, and of the other parts of a shapefile beside it."""
    try:
        if not file.is_file():
            refuse(file.name, say("there is no such file"), say("check the path and the spelling"))
        files = {file.suffix.lower(): file}
        if file.suffix.lower() == ".shp":
            for other in sorted(file.parent.iterdir()):
                if other.stem == file.stem and other.suffix.lower() in PARTS:
                    files.setdefault(other.suffix.lower(), other)
        _refuse_size(file.name, sum(part.stat().st_size for part in files.values()))
        return {suffix: part.read_bytes() for suffix, part in files.items()}
    except (OSError, ValueError) as error:
        why = type(error).__name__
        refuse(
            file.name, say("the file cannot be opened ({why})", why=why), say("check its rights")
        )


def _refuse_size(file: str, size: int) -> None:
    if size > MAX_MB * 1e6:
        refuse(
            file,
            say("the file has {size:.0f} MB, above the limit of {limit:g} MB", size=size / 1e6,
                limit=MAX_MB),
            say("simplify the perimeters"),
        )  # fmt: skip


def outside(points: gpd.GeoSeries, territories: gpd.GeoDataFrame) -> str:
    """Say how it comes that no perimeter holds any of some points.

    Parameters
    ----------
    points
        Points in EPSG:4326.
    territories
        Columns ``code`` and ``geometry``.

    Returns
    -------
    str
        ``""`` where one is held, or there are none; ``"swapped"`` where the perimeters hold one
        once latitude and longitude change places; else ``"outside"``.
    """
    known = points[~(points.is_empty | points.isna())]
    if not len(known) or not len(territories) or (assign(known, territories) != "").any():
        return ""
    swapped = territories.set_geometry(
        shapely.transform(territories.geometry.to_numpy(), lambda xy: xy[:, ::-1]), crs=4326
    )
    return "swapped" if (assign(known, swapped) != "").any() else "outside"


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
