"""GeoJSON (RFC 7946, and the older form that names its coordinate system), read as data."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from symbiosis.errors import DataError, Problems, say
from symbiosis.geography.coordinate_systems import system_named
from symbiosis.geography.features import MAX_COORDINATES, MAX_FEATURES, Layer, refuse, unreadable

_MOST = 100
"""Faulty perimeters that are listed one by one."""
_NESTED = 8
_SHAPES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")


class _Wrong(ValueError):
    """A fault in one feature; its argument is the sentence."""


def read_geojson(file: str, content: bytes) -> Layer:
    """Return the features of a GeoJSON file.

    Parameters
    ----------
    file
        Its name, for messages.
    content
        UTF-8, with or without a byte order mark.

    Raises
    ------
    DataError
        If it is no GeoJSON, names a system that is not known, says a key twice, or has a ring that
        is not closed.
    """
    document = _parsed(file, content)
    features = _features(file, document)
    if len(features) > MAX_FEATURES:
        refuse(file, say("the file has more than {limit} features", limit=MAX_FEATURES))
    reader, problems = _Geometries(file), Problems()
    layer = Layer(system=_system(file, document))
    for number, feature in enumerate(features, 1):
        try:
            layer.features.append(_feature(feature, reader))
        except _Wrong as error:
            problem = say("perimeter {number}: {problem}", number=number, problem=error.args[0])
            problems.add(problem, say("repair it in the program that wrote it"), file=file)
            if len(problems) >= _MOST:
                break
    if len(problems):
        raise DataError(problems)
    return layer


def _parsed(file: str, content: bytes) -> dict[str, Any]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = dict(pairs)
        if len(keys) < len(pairs):
            refuse(file, say("a key stands twice in one object"), say("keep one of the two"))
        return keys

    def no_number(name: str) -> None:
        unreadable(file, name)

    try:
        text = content.decode("utf-8-sig")
        document = json.loads(text, object_pairs_hook=once, parse_constant=no_number)
    except (UnicodeDecodeError, ValueError, RecursionError):
        unreadable(file, say("this is not JSON in UTF-8"))
    if not isinstance(document, dict):
        unreadable(file, say("this is not GeoJSON"))
    return document


def _features(file: str, document: dict[str, Any]) -> list[Any]:
    kind = document.get("type")
    if kind == "FeatureCollection" and isinstance(document.get("features"), list):
        features: list[Any] = document["features"]
        return features
    if kind == "Feature":
        return [document]
    if kind in (*_SHAPES, "GeometryCollection"):
        return [{"type": "Feature", "properties": {}, "geometry": document}]
    return unreadable(file, say("this is not GeoJSON"))


def _system(file: str, document: dict[str, Any]) -> str:
    """Return the system that an older GeoJSON names; a newer one is always in degrees."""
    crs = document.get("crs")
    if crs is None:
        return ""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if isinstance(properties, dict) and name is None and "code" in properties:
        name = f"EPSG:{properties['code']}"
    system = system_named(name) if isinstance(name, str) else None
    if system is None:
        refuse(
            file,
            say("the coordinate system “{name}” is not known", name=str(name)[:60]),
            say("export the perimeters in WGS 84 (EPSG:4326)"),
        )
    return system


def _feature(feature: Any, reader: _Geometries) -> tuple[dict[str, Any], BaseGeometry | None]:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise _Wrong(say("this is not a feature"))
    properties = feature.get("properties")
    properties = dict(properties) if isinstance(properties, dict) else {}
    if feature.get("id") is not None:
        properties.setdefault("id", feature["id"])
    return properties, reader.shape(feature.get("geometry"))


class _Geometries:
    """Geometries out of JSON, counting their positions."""

    def __init__(self, file: str) -> None:
        self.file, self.count = file, 0

    def shape(self, geometry: Any, depth: int = 0) -> BaseGeometry | None:
        """Return a geometry; None where there is none, or a line or a point alone."""
        if geometry is None:
            return None
        if not isinstance(geometry, dict) or depth > _NESTED:
            raise _Wrong(say("its geometry is none"))
        kind = geometry.get("type")
        if kind == "GeometryCollection":
            parts = _list(geometry.get("geometries"))
            shapes = [self.shape(part, depth + 1) for part in parts]
            return shapely.GeometryCollection([s for s in shapes if s is not None])
        if kind not in _SHAPES:
            raise _Wrong(say("its geometry is none"))
        coordinates = _list(geometry.get("coordinates"))
        if kind == "Polygon":
            return self._polygon(coordinates)
        if kind == "MultiPolygon":
            return shapely.MultiPolygon([self._polygon(_list(part)) for part in coordinates])
        return None

    def _polygon(self, rings: list[Any]) -> BaseGeometry:
        shells = [self._ring(_list(ring)) for ring in rings]
        return shapely.Polygon(shells[0], shells[1:]) if shells else shapely.Polygon()

    def _ring(self, positions: list[Any]) -> np.ndarray:
        self.count += len(positions)
        if self.count > MAX_COORDINATES:
            refuse(self.file, say("the file has more than {limit} positions",
                                  limit=MAX_COORDINATES))  # fmt: skip
        xy = np.empty((len(positions), 2))
        for row, position in enumerate(positions):
            if not isinstance(position, list) or len(position) < 2:
                raise _Wrong(say("a position is not two numbers"))
            xy[row] = _number(position[0]), _number(position[1])
        if len(xy) < 4 or (xy[0] != xy[-1]).any():
            raise _Wrong(say("a ring is not closed: its last position is not its first"))
        return xy


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise _Wrong(say("its geometry is none"))
    return value


def _number(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise _Wrong(say("a position is not two numbers"))
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise _Wrong(say("a position is not two numbers"))
    return number
