"""Which places a road can join: no detour factor crosses a sea."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symbiosis import bundled


def landmass(longitude: ArrayLike, latitude: ArrayLike) -> NDArray[np.int64]:
    """Return a number for each place, equal for places that a road may join.

    Parameters
    ----------
    longitude, latitude
        Degrees, WGS 84, one-dimensional.

    Returns
    -------
    ndarray
        0 for the mainland of Europe (with Great Britain, behind its tunnel), else 1 + the row of
        ``landmasses.csv`` whose box holds the place.

    Examples
    --------
    Dunkirk, Lille and Saint-Denis de La Réunion:

    >>> landmass([2.38, 3.06, 55.45], [51.03, 50.63, -20.88]).tolist()
    [0, 0, 6]
    """
    lon, lat = np.asarray(longitude, dtype=float), np.asarray(latitude, dtype=float)
    number = np.zeros(lon.shape, dtype=np.int64)
    boxes = bundled.table("landmasses")[["west", "south", "east", "north"]].astype(float)
    for row, (west, south, east, north) in enumerate(boxes.to_numpy(), start=1):
        number[(west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)] = row
    return number
