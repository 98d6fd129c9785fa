"""Exchanges as curves: bent so that two directions part, and thin where they start."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
POINTS = 14
"""Vertices a curve: smooth at the widths drawn, small to send."""
BEND = 0.16
"""How far a curve leaves its chord, over the chord's length."""


def curves(start: Floats, end: Floats, *, points: int = POINTS, bend: float = BEND) -> Floats:
    """Return quadratic curves that bend to the right of their direction.

    ``p(t) = (1 - t)² a + 2 t (1 - t) c + t² b``, the control point ``c`` lying beside the middle of
    the chord at twice ``bend`` times its length, where degrees of longitude are first shortened by
    the cosine of the latitude.

    Parameters
    ----------
    start, end
        Longitude and latitude in degrees, shape n x 2.
    points
        Vertices a curve.
    bend
        Distance of the curve's middle from the chord, over the chord's length.

    Returns
    -------
    array
        Shape n x points x 2, degrees.

    Examples
    --------
    >>> line = curves(np.array([[0.0, 0.0]]), np.array([[0.0, 1.0]]), points=3)
    >>> line[0].round(2).tolist()
    [[0.0, 0.0], [0.16, 0.5], [0.0, 1.0]]
    """
    shrink = np.cos(np.radians((start[:, 1] + end[:, 1]) / 2))[:, None]
    chord = (end - start) * np.hstack([shrink, np.ones_like(shrink)])
    right = np.column_stack([chord[:, 1], -chord[:, 0]])
    offset = right * 2 * bend / np.hstack([shrink, np.ones_like(shrink)])
    control = (start + end) / 2 + offset
    t = np.linspace(0.0, 1.0, points)[None, :, None]
    bent: Floats = (
        (1 - t) ** 2 * start[:, None] + 2 * t * (1 - t) * control[:, None] + t**2 * end[:, None]
    )
    return bent


def taper(width: float, points: int = POINTS, *, tail: float = 0.3) -> list[float]:
    """Return the width of a curve at each vertex: thin at the giver, full at the taker.

    Examples
    --------
    >>> taper(10, 3)
    [3.0, 6.5, 10.0]
    """
    return [round(width * (tail + (1 - tail) * i / (points - 1)), 2) for i in range(points)]


def scaled(values: Floats, low: float, high: float, *, top: float | None = None) -> Floats:
    """Return sizes from ``low`` to ``high``, growing with the square root of the values.

    Parameters
    ----------
    values
        Quantities, at least zero; NaN counts as zero.
    low, high
        Smallest and largest size.
    top
        The quantity drawn at ``high``; the largest value if None.

    Examples
    --------
    >>> scaled(np.array([0.0, 25.0, 100.0]), 2, 12).tolist()
    [2.0, 7.0, 12.0]
    """
    clean = np.nan_to_num(np.asarray(values, dtype=float))
    largest = float(clean.max(initial=0.0)) if top is None else top
    if largest <= 0:
        return np.full(clean.shape, float(low))
    sizes: Floats = low + (high - low) * np.sqrt(np.clip(clean / largest, 0, 1))
    return sizes


def zoom_to(
    points: Floats, width_px: int = 700, height_px: int = 470
) -> tuple[float, float, float]:
    """Return the longitude, latitude and zoom at which all points are seen.

    Parameters
    ----------
    points
        Longitude and latitude in degrees, shape n x 2; may be empty.
    width_px, height_px
        Size of the picture.

    Returns
    -------
    tuple
        Centre and Web-Mercator zoom, between 3 and 13.

    Examples
    --------
    >>> zoom_to(np.array([[1.0, 50.0], [3.0, 51.0]]))[:2]
    (2.0, 50.5)
    """
    if not len(points):
        return 2.5, 47.0, 4.6
    west, south = points.min(axis=0)
    east, north = points.max(axis=0)
    middle = (float(west + east) / 2, float(south + north) / 2)
    mercator = [math.asinh(math.tan(math.radians(y))) for y in (south, north)]
    across = max(east - west, 0.02) / 360 * 512
    down = max(mercator[1] - mercator[0], 0.0004) / (2 * math.pi) * 512
    zoom = min(math.log2(width_px * 0.88 / across), math.log2(height_px * 0.84 / down))
    return *middle, min(max(zoom, 3.0), 13.0)
