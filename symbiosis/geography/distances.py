"""Distances between places: great circle, and road by a detour factor."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth, km (IUGG, GRS 80)."""


def great_circle_km(
    longitude_1: ArrayLike, latitude_1: ArrayLike, longitude_2: ArrayLike, latitude_2: ArrayLike
) -> NDArray[np.float64]:
    """Return great-circle distances by the haversine formula.

    Parameters
    ----------
    longitude_1, latitude_1, longitude_2, latitude_2
        Degrees, WGS 84; any shapes that broadcast together.

    Returns
    -------
    ndarray
        Distances in km, of the broadcast shape.

    Notes
    -----
    ``d = 2 R asin sqrt(sin²(Δφ/2) + cos φ1 cos φ2 sin²(Δλ/2))`` (Sinnott, "Virtues of the
    haversine", Sky and Telescope 68, 1984).

    Examples
    --------
    Dunkirk to Lille:

    >>> float(great_circle_km(2.377, 51.038, 3.063, 50.637).round(1))
    65.6
    """
    lon1, lat1, lon2, lat2 = (
        np.radians(np.asarray(value, dtype=float))
        for value in (longitude_1, latitude_1, longitude_2, latitude_2)
    )
    half = (
        np.sin((lat2 - lat1) / 2) ** 2
        + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    )
    distance: NDArray[np.float64] = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    return distance


def road_km(great_circle: ArrayLike, detour_factor: float) -> NDArray[np.float64]:
    """Return road distances as great-circle distances times a detour factor.

    Parameters
    ----------
    great_circle
        Distances in km, any shape.
    detour_factor
        Road distance over great-circle distance, at least 1 (Ballou et al., "Selected country
        circuity factors", Transportation Research A 36, 2002).
    """
    return np.asarray(great_circle, dtype=float) * detour_factor


def road_loss(rate_per_km: float, km: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what some roads take from the objective, inf where there is no road (``km`` is inf).

    Examples
    --------
    >>> road_loss(0.0, np.array([3.0, np.inf])).tolist()
    [0.0, inf]
    """
    if rate_per_km > 0:
        return rate_per_km * km
    open_road = np.isfinite(km)
    return np.where(open_road, rate_per_km * np.where(open_road, km, 0.0), np.inf)
