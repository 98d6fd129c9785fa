"""Coordinate systems by authority and code alone, and what they are in degrees.

A definition in full (WKT, PROJ) may name files and addresses, which the library behind it would
open. So a definition is only compared with the known ones, and the known one is used.
"""

from __future__ import annotations

import re

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

_CODE = re.compile(
    r"(?:urn:(?:x-)?ogc:def:crs:|https?://www\.opengis\.net/def/crs/)?"
    r"(EPSG|OGC|IGNF|ESRI)(?:::?|/[\d.]*/|:[\d.]+:)([A-Za-z0-9_]{2,30})",
    re.IGNORECASE,
)
_LIKENESS = 70
"""How sure the comparison of a definition must be, of 100: the same but for names."""
_LONGEST = 20_000


def system_named(name: str) -> str | None:
    """Return ``EPSG:2154`` from any usual way to write a code, None if it is not known.

    Examples
    --------
    >>> system_named("urn:ogc:def:crs:EPSG::2154"), system_named("urn:ogc:def:crs:OGC:1.3:CRS84")
    ('EPSG:2154', 'OGC:CRS84')
    >>> system_named("+proj=lcc +nadgrids=/etc/passwd") is None
    True
    """
    match = _CODE.fullmatch(name.strip())
    if match is None:
        return None
    authority, code = match[1].upper(), match[2].upper()
    return _known(authority, code)


def system_defined(definition: str) -> str | None:
    """Return the code of a definition in well-known text, as a ``.prj`` holds it; else None."""
    text = definition.strip().strip("\0")
    if not text or len(text) > _LONGEST or not text[0].isalpha():
        return None
    try:
        known = pyproj.CRS.from_wkt(text).to_authority(min_confidence=_LIKENESS)
    except pyproj.exceptions.CRSError:
        return None
    return None if known is None else _known(*known)


def _known(authority: str, code: str) -> str | None:
    try:
        pyproj.CRS.from_authority(authority, code)
    except pyproj.exceptions.CRSError:
        return None
    return f"{authority}:{code}"


def to_degrees(shapes: NDArray[np.object_], system: str) -> NDArray[np.object_]:
    """Return geometries in longitude and latitude, WGS 84.

    Parameters
    ----------
    shapes
        Geometries, x first, shape n.
    system
        Authority and code.
    """
    authority, _, code = system.partition(":")
    source = pyproj.CRS.from_authority(authority, code)
    change = pyproj.Transformer.from_crs(source, 4326, always_xy=True, allow_ballpark=True)

    def moved(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(change.transform(xy[:, 0], xy[:, 1]))

    changed: NDArray[np.object_] = shapely.transform(shapes, moved)
    return changed
