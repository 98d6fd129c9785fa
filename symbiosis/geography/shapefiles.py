"""Shapefiles (ESRI, 1998): a ZIP archive of their parts, or the parts themselves."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from datetime import date
from pathlib import PurePosixPath
from typing import Any

import shapefile
import shapely

from symbiosis.errors import Message, say
from symbiosis.geography.coordinate_systems import system_defined
from symbiosis.geography.features import (
    MAX_COORDINATES,
    MAX_FEATURES,
    Layer,
    refuse,
    unreadable,
)
from symbiosis.zip_archive import BadArchive, Bomb, Member, members

MAGIC = b"\x00\x00\x27\x0a"
ZIP = b"PK\x03\x04"
PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_POLYGONS = {5, 15, 25}
_MOST_BYTES = 400_000_000
_ENCODINGS = {
    "utf8": "utf-8", "65001": "utf-8", "cp1252": "cp1252", "1252": "cp1252", "ansi1252": "cp1252",
    "windows1252": "cp1252", "latin1": "latin1", "iso88591": "latin1", "88591": "latin1",
    "iso885915": "iso8859-15", "885915": "iso8859-15",
}  # fmt: skip
"""What a ``.cpg`` may say; any other name is passed over, and the text is tried as UTF-8."""


def read_zip(file: str, content: bytes) -> list[Layer]:
    """Return the layers of a ZIP archive with one or several shapefiles.

    Raises
    ------
    DataError
        If it is damaged, unpacks to too much, or holds no shapefile.
    """
    stems: dict[str, dict[str, bytes]] = {}
    try:
        for member in members(content, most_bytes=_MOST_BYTES):
            path = PurePosixPath(member.name.replace("\\", "/"))
            suffix = path.suffix.lower()
            if suffix in PARTS and "__MACOSX" not in path.parts:
                parts = stems.setdefault(str(path.with_suffix("")).lower(), {})
                parts[suffix] = _unpacked(member)
    except Bomb:
        refuse(
            file,
            say("the archive unpacks to more than {size:.0f} MB", size=_MOST_BYTES / 1e6),
            say("leave out what is no perimeter, or simplify the perimeters"),
        )
    except BadArchive:
        unreadable(file, say("the ZIP archive is damaged"))
    layers = [
        read_shapefile(file, PurePosixPath(stem).name, parts)
        for stem, parts in stems.items()
        if ".shp" in parts
    ]
    if not layers:
        unreadable(file, say("the ZIP archive holds no shapefile"))
    return layers


def _unpacked(member: Member) -> bytes:
    return b"".join(member.pieces())


def read_shapefile(file: str, name: str, parts: Mapping[str, bytes]) -> Layer:
    """Return the polygons of a shapefile.

    Parameters
    ----------
    file
        Name of the file, for messages.
    name
        Name of the layer.
    parts
        Suffix to content: ``.shp``, and what is there of ``.shx``, ``.dbf``, ``.prj``, ``.cpg``.

    Raises
    ------
    DataError
        If it is damaged or its coordinate system is not known.
    """
    body = parts[".shp"]
    if body[:4] != MAGIC or len(body) < 100:
        unreadable(file, say("the shapefile is damaged"))
    if struct.unpack("<i", body[32:36])[0] not in _POLYGONS:
        return Layer(name)
    layer = Layer(name, _system(file, parts.get(".prj", b"")))
    try:
        _fill(file, layer, parts)
    except (
        shapefile.ShapefileException, struct.error, ValueError, IndexError, KeyError, TypeError,
        EOFError, OverflowError, OSError, AttributeError, shapely.errors.ShapelyError,
        AssertionError, ArithmeticError,
    ):  # fmt: skip
        unreadable(file, say("the shapefile is damaged"))
    return layer


def _fill(file: str, layer: Layer, parts: Mapping[str, bytes]) -> None:
    _check_records(file, parts[".shp"])
    given = {
        suffix[1:]: io.BytesIO(parts[suffix]) for suffix in (".shp", ".dbf") if suffix in parts
    }
    with shapefile.Reader(**given, encoding="latin1") as reader:
        names = [field[0] for field in reader.fields if field[0] != "DeletionFlag"]
        shapes = reader.iterShapes()
        records = reader.iterRecords() if ".dbf" in parts else None
        encoding = _encoding(parts.get(".cpg", b""))
        for shape in shapes:
            record = list(next(records, [])) if records is not None else []
            values = {n: _value(v, encoding) for n, v in zip(names, record, strict=False)}
            geometry = None
            if shape.shapeType in _POLYGONS and len(shape.points):
                geometry = shapely.geometry.shape(shape.__geo_interface__)
            layer.features.append((values, geometry))


def _check_records(file: str, body: bytes) -> None:
    """Check the lengths that the records state before anything is set aside for them."""
    at, count, positions = 100, 0, 0
    while at + 12 <= len(body):
        words = struct.unpack(">i", body[at + 4 : at + 8])[0]
        kind = struct.unpack("<i", body[at + 8 : at + 12])[0]
        end = at + 8 + 2 * words
        if words < 2 or end > len(body):
            raise ValueError("record")
        if kind in _POLYGONS:
            parts, points = struct.unpack("<ii", body[at + 44 : at + 52])
            if parts < 0 or points < 0 or 52 + 4 * parts + 16 * points > end - at:
                raise ValueError("record")
            positions += points
        at, count = end, count + 1
    if count > MAX_FEATURES:
        refuse(file, say("the file has more than {limit} features", limit=MAX_FEATURES))
    if positions > MAX_COORDINATES:
        refuse(file, say("the file has more than {limit} positions", limit=MAX_COORDINATES))


def _encoding(label: bytes) -> str:
    name = "".join(c for c in label.decode("ascii", "replace").lower() if c.isalnum())
    return _ENCODINGS.get(name, "utf-8")


def _value(value: Any, encoding: str) -> Any:
    """Return an attribute; a text was read byte for byte, and is decoded here."""
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        return value
    raw = value.encode("latin1", "replace")
    try:
        return raw.decode(encoding).strip()
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace").strip()


def _system(file: str, definition: bytes) -> str:
    """Return the system of a ``.prj``; without one the file does not say where it lies."""
    text = definition.decode("utf-8-sig", "replace").strip()
    if not text:
        return ""
    system = system_defined(text)
    if system is None:
        refuse(file, _unknown(text), say("export the perimeters in WGS 84 (EPSG:4326)"))
    return system


def _unknown(text: str) -> Message:
    named = text.split('"')[1] if text.count('"') > 1 else text
    return say("the coordinate system “{name}” is not known", name=named[:60])
