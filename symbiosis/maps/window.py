"""Where the first view stands: over the firms, the main land before the islands."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import ndimage

from symbiosis.maps.curves import zoom_to

Floats = NDArray[np.float64]
# Firms in neighbouring cells of this size stand on one land: it bridges a strait, not an ocean.
CELL_DEG = 3.0
QUANTILES = (0.02, 0.98)
# Nearer than this a commune would lose what surrounds it.
NEAREST = 12.0
# The edges are left out only where that brings the rest this many times nearer.
NEARER = 2.0


def first_view(firms: pd.DataFrame, width_px: int, height_px: int) -> tuple[float, float, float]:
    """Return the longitude, latitude and zoom of a map's first view.

    It shows the land that holds the most firms and tonnes; on it, all firms, unless a few far away
    would leave the others in a corner: then 96 % of the weight in either direction.

    Parameters
    ----------
    firms
        Rows of `Atlas.firms`: ``longitude``, ``latitude`` (degrees) and ``declared_t`` (t a year).
    width_px, height_px
        Size of the picture.

    Returns
    -------
    tuple
        Centre and Web-Mercator zoom (`curves.zoom_to`).
    """
    longitude, latitude, zoom = zoom_to(in_view(firms), width_px, height_px)
    return longitude, latitude, min(zoom, NEAREST)


def in_view(firms: pd.DataFrame) -> Floats:
    """Return the places that the first view must hold, shape n x 2, degrees."""
    xy = firms[["longitude", "latitude"]].to_numpy(dtype=float)
    if len(xy) < 2:
        return xy
    weight = _weights(firms["declared_t"].to_numpy(dtype=float))
    home = _heaviest_land(xy, weight)
    xy, weight = xy[home], weight[home]
    low, high = (_quantile(xy, weight, share) for share in QUANTILES)
    whole, most = np.ptp(xy, axis=0).max(), (high - low).max()
    return np.array([low, high]) if most > 0 and whole > NEARER * most else xy


def outside(firms: pd.DataFrame) -> int:
    """Return how many firms stand on other lands than the one that the first view shows."""
    xy = firms[["longitude", "latitude"]].to_numpy(dtype=float)
    if len(xy) < 2:
        return 0
    return int((~_heaviest_land(xy, _weights(firms["declared_t"].to_numpy(dtype=float)))).sum())


def _weights(tonnes: Floats) -> Floats:
    """Return half a share for each firm and half for its tonnes: one giant is not a land."""
    clean = np.nan_to_num(tonnes)
    total = clean.sum()
    return 1 / len(clean) + clean / (total if total > 0 else 1.0)


def _heaviest_land(xy: Floats, weight: Floats) -> NDArray[np.bool_]:
    """Return which places stand on the heaviest group of neighbouring cells."""
    cells = np.floor((xy - xy.min(axis=0)) / CELL_DEG).astype(int)
    grid = np.zeros(cells.max(axis=0) + 1, dtype=bool)
    grid[cells[:, 0], cells[:, 1]] = True
    lands, _ = ndimage.label(grid, structure=np.ones((3, 3)))
    land = lands[cells[:, 0], cells[:, 1]]
    return np.asarray(land == np.bincount(land, weights=weight).argmax())


def _quantile(xy: Floats, weight: Floats, share: float) -> Floats:
    """Return the weighted quantile of each coordinate."""
    found = []
    for values in xy.T:
        order = values.argsort(kind="stable")
        heaped = weight[order].cumsum()
        found.append(values[order][min(np.searchsorted(heaped, share * heaped[-1]), len(xy) - 1)])
    return np.array(found)
