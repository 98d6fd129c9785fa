"""The study as layers for a GIS: GeoPackage, GeoJSON, GeoParquet."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
from shapely import make_valid

from symbiosis.reports.results import Results

CRS = "EPSG:4326"
TABLES = ("offers", "needs", "unmatched", "warnings", "indicators", "entries", "factors")
"""Tables without a geometry that travel in the GeoPackage, so that a folder is the whole study."""
TERRITORY_COLUMNS = ["code", "name", "geometry"]


def geopackage(results: Results, path: Path) -> None:
    """Write the GeoPackage: layers firms, shipments and territories, then tables without geometry.

    Parameters
    ----------
    results
        What is written.
    path
        A file ending in ``.gpkg``, replaced if it exists.
    """
    path.unlink(missing_ok=True)
    for name, layer in layers(results).items():
        pyogrio.write_dataframe(
            layer, path, layer=name, driver="GPKG", append=path.exists(), geometry_type=_TYPES[name]
        )
    for name, table in attribute_tables(results).items():
        pyogrio.write_dataframe(pd.DataFrame(table), path, layer=name, driver="GPKG", append=True)


_TYPES = {"firms": "Point", "shipments": "LineString", "territories": "MultiPolygon"}


def layers(results: Results) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers with a geometry, in EPSG:4326, by name."""
    lines = results.lines()
    places = results.shipments.set_index("shipment_id").geometry
    shipments = gpd.GeoDataFrame(
        lines, geometry=places.reindex(lines["shipment_id"]).to_numpy(), crs=CRS
    )
    return {
        "firms": results.firms,
        "shipments": shipments,
        "territories": perimeters(results.territories),
    }


def attribute_tables(results: Results) -> dict[str, pd.DataFrame]:
    """Return the tables without a geometry, by name; an empty one without columns is left out."""
    tables = {name: getattr(results, name) for name in TABLES}
    return {name: table for name, table in tables.items() if len(table.columns)}


def perimeters(territories: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the territories as multipolygons, an empty layer where there are none."""
    if "geometry" not in territories or territories.empty:
        empty = {name: pd.Series(dtype="str") for name in TERRITORY_COLUMNS[:2]}
        return gpd.GeoDataFrame(empty, geometry=gpd.GeoSeries([], crs=CRS), crs=CRS)
    whole = territories[TERRITORY_COLUMNS].to_crs(CRS)
    return whole.assign(geometry=make_valid(whole.geometry.to_numpy()))


def geojson(results: Results, path: Path) -> None:
    """Write one GeoJSON file (RFC 7946): a feature a firm and a feature a shipment.

    The property ``layer`` says which is which, so that one file is enough for a web map.
    """
    features = []
    for name, layer in layers(results).items():
        tagged = layer.assign(layer=name)
        features += json.loads(tagged.to_json(drop_id=True, show_bbox=False))["features"]
    content = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(content, ensure_ascii=False, allow_nan=False), encoding="utf-8")


def geoparquet(results: Results, path: Path) -> None:
    """Write the shipments as GeoParquet, with the firms' names and every figure of the impact."""
    layers(results)["shipments"].to_parquet(path, index=False)
