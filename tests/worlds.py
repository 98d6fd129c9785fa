"""Small worlds, built by hand, with answers that can be worked out on paper."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from symbiosis.flows import Flows
from symbiosis.flows.model import FIRM_COLUMNS, NEED_COLUMNS, OFFER_COLUMNS

KM_PER_DEGREE = 111.19508
"""Great-circle km in one degree of latitude, on the sphere of `symbiosis.geography`."""


def north(km: float) -> tuple[float, float]:
    """Return a place so many great-circle km north of (2 E, 50 N)."""
    return 2.0, 50.0 + km / KM_PER_DEGREE


def firm(name: str, place: tuple[float, float] = (2.0, 50.0), **other: Any) -> dict[str, Any]:
    """Return one row of firms."""
    return {"firm_id": name.lower(), "name": name, "longitude": place[0], "latitude": place[1]} | (
        other
    )


def offer(firm_name: str, material: str, quantity: float, **other: Any) -> dict[str, Any]:
    """Return one row of offers; tonnes to landfill unless said otherwise."""
    return _flow(firm_name, material, quantity) | {"route": "D1"} | other


def need(firm_name: str, material: str, quantity: float, **other: Any) -> dict[str, Any]:
    """Return one row of needs."""
    return _flow(firm_name, material, quantity) | other


def _flow(firm_name: str, material: str, quantity: float) -> dict[str, Any]:
    return {
        "firm_id": firm_name.lower(),
        "material": material,
        "quantity": quantity,
        "unit": "t",
        "kind": "material",
        "status": "declared",
        "visibility": "members",
    }


NUMBERS = {
    "quantity", "moisture_pct", "purity_pct", "temperature_c", "minimum_lot", "longitude",
    "latitude", "place_precision_m", "employees", "year", "route_cost_eur_per_unit",
    "route_distance_km", "price_eur_per_unit",
}  # fmt: skip


def _table(rows: list[dict[str, Any]], columns: tuple[str, ...], prefix: str) -> pd.DataFrame:
    table = pd.DataFrame(rows).reindex(columns=[c for c in columns if c != "geometry"])
    for column in table.columns:
        if column in NUMBERS:
            table[column] = table[column].astype(float)
        else:
            table[column] = table[column].astype(object).where(table[column].notna(), "")
    if "flow_id" in table:
        numbered = [f"{prefix}{i + 1}" for i in range(len(table))]
        table["flow_id"] = np.where(table["flow_id"] == "", numbered, table["flow_id"])
    return table


def world(
    firms: list[dict[str, Any]], offers: list[dict[str, Any]], needs: list[dict[str, Any]]
) -> Flows:
    """Return flows made of rows of `firm`, `offer` and `need`."""
    table = _table(firms, FIRM_COLUMNS, "F")
    points = gpd.points_from_xy(table["longitude"], table["latitude"])
    return Flows(
        firms=gpd.GeoDataFrame(table, geometry=points, crs=4326),
        offers=_table(offers, OFFER_COLUMNS, "O"),
        needs=_table(needs, NEED_COLUMNS, "N"),
    )
