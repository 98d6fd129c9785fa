"""Perimeters out of the bytes of a file: a code, a name and a polygon each, in degrees.

What a file really is follows from its first bytes, never from its name, and no library that looks
for other files or addresses ever opens it.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from symbiosis.errors import Message, Problem, Problems, say
from symbiosis.geography.coordinate_systems import to_degrees
from symbiosis.geography.features import (
    CODE_NAMES,
    LABEL_NAMES,
    Layer,
    polygons,
    refuse,
    unreadable,
)
from symbiosis.geography.geojson import read_geojson
from symbiosis.geography.geopackage import MAGIC as GEOPACKAGE
from symbiosis.geography.geopackage import read_geopackage
from symbiosis.geography.shapefiles import MAGIC as SHAPEFILE
from symbiosis.geography.shapefiles import ZIP, read_shapefile, read_zip
from symbiosis.text_cleaning import clean

_PREFERRED = ("territories", "territoires", "perimeters", "perimetres")
"""Layers that are meant where several hold polygons; our own results have the first."""
_LONGEST = 500
_Row = tuple[int, dict[str, Any]]
"""Number of a feature in its file, from 1, and its properties."""


@dataclass
class Perimeters:
    """Perimeters as columns of equal length.

    Parameters
    ----------
    codes, names
        Of each; codes differ.
    shapes
        Polygons and multipolygons, degrees, WGS 84.
    notes
        What was left out, repaired or put together.
    """

    codes: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    shapes: list[BaseGeometry] = field(default_factory=list)
    notes: Problems = field(default_factory=Problems)


def read_perimeters(file: str, parts: Mapping[str, bytes]) -> Perimeters:
    """Return the perimeters of a file.

    Parameters
    ----------
    file
        Its name, for messages; nothing is opened.
    parts
        Suffix to content; one, or those of a shapefile. A GeoPackage is read in a child process
        alone, see `symbiosis.geography.geopackage`.

    Raises
    ------
    DataError
        If they cannot be read for certain: what is wrong, with its cure.
    """
    layers = _layers(file, parts)
    chosen = [layer for layer in layers if layer.holds_polygons()]
    if not chosen:
        refuse(
            file,
            say("this file holds no polygon"),
            say("give perimeters as polygons, one row a territory"),
        )
    if len(chosen) > 1:
        chosen = [layer for layer in chosen if layer.name.lower() in _PREFERRED] or chosen
    if len(chosen) > 1:
        names = ", ".join(layer.name for layer in chosen)
        refuse(
            file,
            say("several layers hold polygons: {names}", names=names[:200]),
            say("export the one with the perimeters into a file of its own"),
        )
    read = _perimeters(file, chosen[0])
    left = [layer.name for layer in layers if layer is not chosen[0]]
    if left:
        read.notes.add(
            say("other layers of this file were not read: {names}", names=", ".join(left)[:200]),
            say("export them into files of their own if they are perimeters"),
            file=file,
        )
    return read


def _layers(file: str, parts: Mapping[str, bytes]) -> list[Layer]:
    if ".shp" in parts:
        return [read_shapefile(file, file, parts)]
    (content,) = parts.values()
    if content.startswith(GEOPACKAGE):
        return read_geopackage(file, content)
    if content.startswith(ZIP):
        return read_zip(file, content)
    if content.startswith(SHAPEFILE):
        unreadable(file, say("of a shapefile, one part alone"))
    return [read_geojson(file, content)]


def _perimeters(file: str, layer: Layer) -> Perimeters:
    notes = Problems()
    kept, rows = [], []
    for number, (properties, geometry) in enumerate(layer.features, 1):
        parts = list(polygons(geometry))
        if parts:
            kept.append(parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts))
            rows.append((number, properties))
    left = len(layer.features) - len(kept)
    if left:
        problem = say("features that are no polygon were left out: {count}", count=left)
        notes.add(problem, say("give each perimeter as a polygon"), file=file)
    shapes = _in_degrees(file, kept, layer.system)
    read = Perimeters(notes=notes)
    _name(file, read, rows, _repaired(file, rows, shapes, notes))
    return read


def _in_degrees(file: str, shapes: list[BaseGeometry], system: str) -> list[BaseGeometry]:
    """Return shapes in degrees; refuse those that lie on no place of the Earth."""
    array = np.array(shapes, dtype=object)
    cure = say("export the perimeters in WGS 84 (EPSG:4326), longitude before latitude")
    west, south, east, north = shapely.total_bounds(array)
    if system and system not in ("EPSG:4326", "OGC:CRS84"):
        array = to_degrees(array, system)
        west, south, east, north = shapely.total_bounds(array)
        if not np.isfinite([west, south, east, north]).all():
            refuse(file, say("its coordinates do not fit its system {system}", system=system), cure)
    if not (west >= -180.001 and east <= 180.001 and south >= -90.001 and north <= 90.001):
        if system:
            refuse(file, say("its coordinates do not fit its system {system}", system=system), cure)
        refuse(
            file,
            say("its coordinates are no degrees, and it names no coordinate system"),
            say("export it in WGS 84 (EPSG:4326), or send the shapefile with its .prj"),
        )
    return list(array)


def _repaired(
    file: str, rows: list[_Row], shapes: list[BaseGeometry], notes: Problems
) -> list[BaseGeometry]:
    """Return shapes whose outlines do not cross themselves."""
    mended = []
    for (number, _), shape in zip(rows, shapes, strict=True):
        if shapely.is_valid(shape):
            mended.append(shape)
            continue
        parts = list(polygons(shapely.make_valid(shape)))
        if not parts:
            problem = say("perimeter {number} has no area", number=number)
            refuse(file, problem, say("repair it in the program that wrote it"))
        mended.append(parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts))
        notes.add(
            say("perimeter {number}: its outline crosses itself and was repaired", number=number),
            say("look at it on the map"),
            file=file,
        )
    return mended


def _name(
    file: str,
    read: Perimeters,
    rows: list[_Row],
    shapes: list[BaseGeometry],
) -> None:
    """Give each perimeter its code and name; several polygons of one code become one."""
    codes = _column(file, rows, CODE_NAMES, read.notes)
    labels = _column(file, rows, LABEL_NAMES, read.notes)
    taken = {code for code in codes if code}
    by_code: dict[str, int] = {}
    joined: dict[str, list[BaseGeometry]] = {}
    for (number, _), code, label, shape in zip(rows, codes, labels, shapes, strict=True):
        own = code or _free(number, taken)
        if own in by_code:
            _same(file, read.names[by_code[own]], label or own, own)
            joined.setdefault(own, [read.shapes[by_code[own]]]).append(shape)
            continue
        by_code[own] = len(read.codes)
        read.codes.append(own)
        read.names.append(label or own)
        read.shapes.append(shape)
    for code, pieces in joined.items():
        read.shapes[by_code[code]] = shapely.union_all(pieces)
        read.notes.add(
            say("polygons of the code {code} were put together: {count}",
                count=len(pieces), code=code),
            say("give each perimeter a code of its own if they are several"),
            file=file,
        )  # fmt: skip


def _free(number: int, taken: set[str]) -> str:
    """Return a code for a perimeter that has none: its number, or what no other is called."""
    code = str(number)
    while code in taken:
        code = f"n{code}"
    taken.add(code)
    return code


def _same(file: str, first: str, second: str, code: str) -> None:
    if first != second:
        refuse(
            file,
            say("the code {code} stands for two perimeters: {first} and {second}", code=code,
                first=first[:60], second=second[:60]),
            say("give each perimeter a code of its own"),
        )  # fmt: skip


def _column(file: str, rows: list[_Row], names: tuple[str, ...], notes: Problems) -> list[str]:
    """Return the texts of the first property that has one of some names; "" where it is null."""
    present: dict[str, str] = {}
    for _, properties in rows:
        present |= {str(name).lower(): name for name in properties}
    key = next((present[name] for name in names if name in present), None)
    texts = [_text(properties.get(key)) if key else "" for _, properties in rows]
    plain = [" ".join(clean(text).split()) for text in texts]
    for text, kept in zip(texts, plain, strict=True):
        if len(kept) > _LONGEST:
            problem = say("a code or a name has {count} characters", count=len(kept))
            refuse(file, problem, say("shorten it"))
        if clean(text) != text:
            notes.add(
                say("characters that cannot be seen were taken off"),
                say("nothing need be done"),
                file=file, column=str(key), value=kept,
            )  # fmt: skip
    return plain


def _text(value: Any) -> str:
    """Return a property as text: 245900428 for the number, nothing for null and for objects."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def plain_perimeters(content: bytes, *, file: str, sizes: Mapping[str, int]) -> Iterator[Any]:
    """Yield the perimeters of a file as JSON can carry them; what a child process does.

    Parameters
    ----------
    content
        The parts of the file, one after the other.
    file
        Its name.
    sizes
        Suffix to number of bytes, in the same order.

    Raises
    ------
    DataError
        As `read_perimeters`.
    """
    parts, start = {}, 0
    for suffix, size in sizes.items():
        parts[suffix] = content[start : start + size]
        start += size
    read = read_perimeters(file, parts)
    for code, name, shape in zip(read.codes, read.names, read.shapes, strict=True):
        outline = base64.b64encode(shapely.to_wkb(shape, output_dimension=2)).decode()
        yield {"code": code, "name": name, "outline": outline}
    for note in read.notes:
        yield {"note": [_said(note.problem), _said(note.cure)], "column": note.column,
               "value": note.value}  # fmt: skip


def _said(message: Message) -> list[Any]:
    return [message.template, dict(message.values)]


def perimeters_of(file: str, items: Iterator[Any]) -> Perimeters:
    """Return the perimeters that `plain_perimeters` carried."""
    read = Perimeters()
    for item in items:
        if "note" in item:
            problem, cure = (say(template, **values) for template, values in item["note"])
            read.notes.extend([Problem(problem, cure, file, None, item["column"], item["value"])])
            continue
        read.codes.append(item["code"])
        read.names.append(item["name"])
        read.shapes.append(shapely.from_wkb(base64.b64decode(item["outline"])))
    return read
