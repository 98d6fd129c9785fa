"""Reference systems: degrees of projected coordinates, and the area in which each is used."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Box = tuple[float, float, float, float]

EUROPE = (-12.0, 34.0, 42.0, 72.0)
"""West, south, east, north of the box in which a place is taken as it is, degrees."""
WORLD = (-180.0, -90.0, 180.0, 90.0)
_OVERSEAS = (
    (-62.0, 14.0, -60.5, 18.3),  # Guadeloupe, Martinique, Saint-Martin
    (-54.7, 2.0, -51.5, 6.0),  # Guyane
    (55.0, -21.6, 56.0, -20.7),  # La Réunion
    (44.9, -13.1, 45.4, -12.5),  # Mayotte
    (-56.6, 46.6, -56.0, 47.3),  # Saint-Pierre-et-Miquelon
    (163.0, -23.0, 168.2, -19.5),  # Nouvelle-Calédonie
    (-152.5, -18.0, -149.0, -16.0),  # Polynésie
)
LAMBERT_93 = 2154
DEGREES = 4326

SYSTEMS = {
    2154: "Lambert 93",
    **{3900 + zone: f"CC{zone}" for zone in range(42, 51)},
    27572: "Lambert II étendu",
    27571: "Lambert I",
    27573: "Lambert III",
    27574: "Lambert IV",
    32631: "UTM 31N",
    32630: "UTM 30N",
    32632: "UTM 32N",
    23031: "UTM 31N ED50",
    23030: "UTM 30N ED50",
    23032: "UTM 32N ED50",
    3857: "Web Mercator",
    3035: "ETRS89 LAEA",
    3034: "ETRS89 LCC",
    31370: "Lambert belge 72",
    3812: "Lambert belge 2008",
    27700: "British National Grid",
    28992: "RD New",
    2169: "LUREF",
    2056: "CH1903+ LV95",
    21781: "CH1903 LV03",
    31466: "Gauss-Krüger 2",
    31467: "Gauss-Krüger 3",
    2975: "RGR92 UTM 40S",
    5490: "RGAF09 UTM 20N",
    2972: "RGFG95 UTM 22N",
    4471: "RGM04 UTM 38S",
    4467: "RGSPM06 UTM 21N",
    27561: "Lambert Nord",
    27562: "Lambert Centre",
    27563: "Lambert Sud",
    27564: "Lambert Corse",
}
"""Systems that are tried for numbers that fit none, the likeliest in France first."""
OBSOLETE = (27561, 27562, 27563, 27564)
"""The zones without their number in front: their numbers are as small as many systems' abroad."""


def inside(longitude: Floats, latitude: Floats, box: Box) -> Mask:
    """Return which places a box (west, south, east, north) holds."""
    west, south, east, north = box
    held: Mask = (
        (longitude >= west) & (longitude <= east) & (latitude >= south) & (latitude <= north)
    )
    return held


def expected(longitude: Floats, latitude: Floats) -> Mask:
    """Return which places are in Europe or in a French territory overseas."""
    known = inside(longitude, latitude, EUROPE)
    for box in _OVERSEAS:
        known |= inside(longitude, latitude, box)
    return known


def to_degrees(x: Floats, y: Floats, epsg: int) -> tuple[Floats, Floats]:
    """Return longitudes and latitudes of projected coordinates; NaN where there is none.

    Parameters
    ----------
    x, y
        Easting and northing (longitude and latitude for a geographic system), shape n.
    epsg
        EPSG code; an unknown one gives NaN.
    """
    try:
        transformer = _transformer(epsg)
        lon, lat = transformer.transform(x, y)
    except (CRSError, ProjError):
        return np.full(len(x), np.nan), np.full(len(x), np.nan)
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    fine = np.isfinite(lon) & np.isfinite(lat)
    return np.where(fine, lon, np.nan), np.where(fine, lat, np.nan)


@cache
def _transformer(epsg: int) -> Any:
    return Transformer.from_crs(epsg, DEGREES, always_xy=True)


@cache
def area_of_use(epsg: int) -> Box:
    """Return the box in which a reference system is meant to be used, degrees.

    The world where the system is unknown or tells no area.
    """
    try:
        area = CRS.from_epsg(epsg).area_of_use
    except CRSError:
        area = None
    if area is None or area.west > area.east:
        return WORLD
    return (area.west, area.south, area.east, area.north)


def within_area(x: Floats, y: Floats, epsg: int, margin_deg: float = 0.0) -> tuple[Floats, Floats]:
    """Return degrees of projected coordinates, NaN for those outside the system's area of use."""
    lon, lat = to_degrees(x, y, epsg)
    west, south, east, north = area_of_use(epsg)
    box = (west - margin_deg, south - margin_deg, east + margin_deg, north + margin_deg)
    with np.errstate(invalid="ignore"):
        fine = expected(lon, lat) & inside(lon, lat, box)
    return np.where(fine, lon, np.nan), np.where(fine, lat, np.nan)


@cache
def is_known(code: int) -> bool:
    """Return whether a reference system has an EPSG code."""
    try:
        CRS.from_epsg(code)
    except CRSError:
        return False
    return True


def label(code: int) -> str:
    """Return a system's usual name with its EPSG code."""
    if code in SYSTEMS:
        return f"{SYSTEMS[code]} (EPSG:{code})"
    return f"{CRS.from_epsg(code).name} (EPSG:{code})" if is_known(code) else f"EPSG:{code}"
