"""The coast and the borders behind the map, derived once from Natural Earth.

Run it again with Natural Earth's 1:10m countries (public domain, https://www.naturalearthdata.com),
as a shapefile, as GeoJSON or as TopoJSON::

    python -m symbiosis.maps.outline ne_10m_admin_0_countries.shp static/outline.geojson

The result holds one ``land`` feature and one ``border`` feature, small enough to be sent with every
page, so that a map needs nothing from the internet.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

WEST_SOUTH_EAST_NORTH = (-11.0, 40.5, 16.5, 59.5)
"""What is kept: western Europe, degrees."""
NEAR = (-2.5, 48.0, 7.5, 52.5)
"""Where the coast keeps more detail: the Channel and the southern North Sea, degrees."""
TOLERANCE_NEAR_DEG, TOLERANCE_FAR_DEG = 0.006, 0.03
SMALLEST_ISLAND_DEG2 = 0.004
DECIMALS = 3
"""About 100 m, finer than the source at 1:10,000,000."""
ATTRIBUTION = "Natural Earth 1:10m, public domain"
MAX_BYTES = 150_000


def _simplified(geometries: Any) -> Any:
    """Simplify a coverage, its shared borders staying shared: more near the middle of the map."""
    fine = shapely.coverage_simplify(geometries, TOLERANCE_NEAR_DEG)
    coarse = shapely.coverage_simplify(geometries, TOLERANCE_FAR_DEG)
    near = shapely.box(*NEAR)
    return [
        shapely.union_all(
            [shapely.intersection(f, near), shapely.difference(c, near)], grid_size=1e-4
        )
        for f, c in zip(fine, coarse, strict=True)
    ]


def _polygons(geometries: Any) -> list[BaseGeometry]:
    """Keep the surfaces: cutting along the frame leaves stray points and lines."""
    surfaces = []
    for geometry in geometries:
        parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon"]
        if parts:
            surfaces.append(shapely.MultiPolygon(parts))
    return surfaces


def _land(countries: list[BaseGeometry]) -> BaseGeometry:
    """Return the union of the countries without islands too small to be seen."""
    whole = shapely.union_all(countries, grid_size=1e-4)
    parts = [part for part in shapely.get_parts(whole) if part.area >= SMALLEST_ISLAND_DEG2]
    filled = [shapely.Polygon(part.exterior) for part in parts]
    return shapely.MultiPolygon(filled)


def _borders(countries: list[BaseGeometry], land: BaseGeometry) -> BaseGeometry:
    """Return what countries share, as lines: their boundaries less the coast and the frame."""
    lines = shapely.union_all([shapely.boundary(country) for country in countries], grid_size=1e-4)
    frame = shapely.box(*WEST_SOUTH_EAST_NORTH).exterior
    coast = shapely.buffer(shapely.union(shapely.boundary(land), frame), 2e-3)
    inside = shapely.line_merge(shapely.intersection(shapely.difference(lines, coast), land))
    kept = [line for line in shapely.get_parts(inside) if line.length > 0.02]
    return shapely.MultiLineString(kept)


def outline(countries: gpd.GeoDataFrame) -> dict[str, Any]:
    """Return land and borders as a GeoJSON mapping.

    Parameters
    ----------
    countries
        One row a country, polygons in degrees (EPSG:4326).

    Returns
    -------
    dict
        A FeatureCollection with the features ``land`` and ``border`` and an ``attribution``.

    Examples
    --------
    >>> two = gpd.GeoDataFrame(geometry=[shapely.box(0, 49, 1, 50), shapely.box(1, 49, 2, 50)])
    >>> found = outline(two)
    >>> [feature["properties"]["kind"] for feature in found["features"]]
    ['land', 'border']
    """
    frame = shapely.box(*WEST_SOUTH_EAST_NORTH)
    valid = shapely.make_valid(countries.geometry.to_numpy())
    simple = _simplified(_polygons(shapely.intersection(valid, frame)))
    land = _land(simple)
    shapes = {"land": land, "border": _borders(simple, land)}
    return {
        "type": "FeatureCollection",
        "attribution": ATTRIBUTION,
        "features": [
            {"type": "Feature", "properties": {"kind": kind}, "geometry": _rounded(shape)}
            for kind, shape in shapes.items()
        ],
    }


def _rounded(shape: BaseGeometry) -> dict[str, Any]:
    snapped = shapely.transform(shape, lambda xy: xy.round(DECIMALS))
    geometry: dict[str, Any] = json.loads(shapely.to_geojson(snapped))
    return geometry


def main(arguments: list[str]) -> int:
    """Read the countries named first and write the outline to the path named second."""
    source, out = arguments
    layers = gpd.list_layers(source)["name"].tolist()
    layer = "countries" if "countries" in layers else layers[0]
    text = json.dumps(outline(gpd.read_file(source, layer=layer)), separators=(",", ":"))
    if len(text) > MAX_BYTES:
        sys.stderr.write(f"{len(text)} bytes is above {MAX_BYTES}: raise the tolerances\n")
        return 1
    Path(out).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
