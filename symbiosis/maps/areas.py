"""The public map: squares, each with the sum of one material, as small as may be shown."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pydeck as pdk

from symbiosis.maps import numbers, palette
from symbiosis.maps.curves import zoom_to
from symbiosis.maps.layers import Look, framed

# Opacity of the least and of the largest sum, out of 255.
OPACITY = (60, 190)


def area_deck(areas: gpd.GeoDataFrame, group: str, name: str, look: Look) -> pdk.Deck:
    """Return the map of one material.

    Parameters
    ----------
    areas
        Rows of `Store.public_map`: ``quantity`` (``unit`` a year), ``firms`` and a square; what is
        summed over the whole store has none and is not drawn.
    group, name
        The group of the material (its colour) and what it is called.
    look
        Theme, language and size.
    """
    drawn = areas[areas.geometry.notna()]
    # The largest squares first: a fine one lies on the coarse one around it.
    width_deg = (drawn.bounds["maxx"] - drawn.bounds["minx"]).to_numpy()
    drawn = drawn.iloc[np.argsort(-width_deg, kind="stable")]
    west, south, east, north = drawn.total_bounds if len(drawn) else (np.nan,) * 4
    corners = np.array([[west, south], [east, north]])[: 2 * bool(len(drawn))]
    return framed([_layer(drawn, group, name, look)], zoom_to(corners, *look.size), look)


def _layer(drawn: gpd.GeoDataFrame, group: str, name: str, look: Look) -> pdk.Layer:
    colour = palette.rgb(palette.hex_of(group, look.theme))
    largest = float(drawn["quantity"].max()) if len(drawn) else 1.0
    features = [
        {
            "type": "Feature",
            "geometry": shape.__geo_interface__,
            "properties": {},
            "name": name,
            "tip": _tip(row, look),
            "fill": [*colour, _opacity(float(row["quantity"]), largest)],
        }
        for row, shape in zip(drawn.to_dict("records"), drawn.geometry, strict=True)
    ]
    return pdk.Layer(
        "GeoJsonLayer", id="areas", data=features, pickable=True, stroked=True, filled=True,
        get_fill_color="fill", get_line_color=[*colour, 255],
        line_width_units=pdk.types.String("pixels"), get_line_width=1.2,
    )  # fmt: skip


def _opacity(quantity: float, largest: float) -> int:
    low, high = OPACITY
    return round(low + (high - low) * (quantity / largest if largest > 0 else 0.0))


def _tip(row: dict[Any, Any], look: Look) -> str:
    amount = numbers.amount(row["quantity"], str(row["unit"]), look.lang)
    firms = look.translate("Sum over {count} firms").format(
        count=numbers.number(row["firms"], look.lang)
    )
    return f"{amount}\n{firms}"
