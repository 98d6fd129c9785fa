"""GeoPackage (OGC 12-128), read by the standard library's SQLite out of memory, in a child.

A GeoPackage is a database, and a database may hold views, triggers and functions that act when it
is read. Only tables are read here, column by column, with everything else forbidden. A process
that has the store open never does this: see `in_child`.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing

import shapely
from shapely.geometry.base import BaseGeometry

from symbiosis.errors import say
from symbiosis.geography.coordinate_systems import system_defined, system_named
from symbiosis.geography.features import (
    CODE_NAMES,
    LABEL_NAMES,
    MAX_FEATURES,
    Layer,
    refuse,
    unreadable,
)

MAGIC = b"SQLite format 3\x00"
_ENVELOPES = (0, 32, 48, 48, 64)
"""Bytes of the envelope that follows a geometry's header, by its kind."""
_LAYERS = 200
_LONGEST = 100_000_000
"""Largest text or geometry, bytes."""
_STEPS = 1_000
_MOST_STEPS = 2_000_000
"""Thousands of steps of the database's machine before reading is given up."""
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
_NO_POLYGONS = {"POINT", "MULTIPOINT", "LINESTRING", "MULTILINESTRING"}


def read_geopackage(file: str, content: bytes) -> list[Layer]:
    """Return the layers of a GeoPackage that may hold polygons.

    Parameters
    ----------
    file
        Its name, for messages.
    content
        The database.

    Raises
    ------
    DataError
        If it is damaged, is no GeoPackage, or a layer's system is not known.
    """
    try:
        with closing(opened(content)) as database:
            return list(_layers(file, database))
    except (sqlite3.Error, struct.error, UnicodeDecodeError, OverflowError, ValueError) as error:
        return unreadable(file, type(error).__name__)


def opened(content: bytes) -> sqlite3.Connection:
    """Return a database in memory that can do nothing but read its own tables.

    Parameters
    ----------
    content
        The database.
    """
    database = sqlite3.connect(":memory:")
    # Written ahead or not (bytes 18 and 19): in memory there is no log beside it.
    database.deserialize(content[:18] + b"\x01\x01" + content[20:])
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA cell_size_check = ON")
    database.execute("PRAGMA query_only = ON")
    for limit, most in (
        (sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST),
        (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
        (sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 1),
        (sqlite3.SQLITE_LIMIT_COMPOUND_SELECT, 2),
        (sqlite3.SQLITE_LIMIT_SQL_LENGTH, 1_000_000),
        (sqlite3.SQLITE_LIMIT_COLUMN, 2_000),
    ):
        database.setlimit(limit, most)
    database.set_authorizer(_authorize)
    steps = iter(range(_MOST_STEPS))
    database.set_progress_handler(lambda: int(next(steps, None) is None), _STEPS)
    database.text_factory = lambda text: text.decode("utf-8", "replace")
    return database


def _authorize(action: int, *where: object) -> int:
    """Allow reading of columns and of their list; no function, attachment or change."""
    listing = action == sqlite3.SQLITE_PRAGMA and where[0] == "table_info"
    return sqlite3.SQLITE_OK if action in _ALLOWED or listing else sqlite3.SQLITE_DENY


def real_tables(database: sqlite3.Connection) -> set[str]:
    """Return the names of the real tables: no view, and none that another module makes up."""
    rows = database.execute("SELECT name, type, rootpage FROM sqlite_master")
    return {
        name for name, kind, page in rows if kind == "table" and isinstance(page, int) and page > 0
    }


def _layers(file: str, database: sqlite3.Connection) -> Iterator[Layer]:
    tables = real_tables(database)
    if not {"gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys"} <= tables:
        unreadable(file, say("this database is no GeoPackage"))
    listed = database.execute(
        "SELECT c.table_name, g.column_name, g.geometry_type_name, g.srs_id "
        "FROM gpkg_contents AS c, gpkg_geometry_columns AS g "
        "WHERE c.table_name = g.table_name AND c.data_type = 'features'"
    ).fetchmany(_LAYERS)
    for name, column, kind, system in listed:
        if str(kind).upper() in _NO_POLYGONS:
            yield Layer(str(name))
        elif name not in tables:
            refuse(
                file,
                say("the layer “{name}” is no table of its own", name=str(name)[:60]),
                say("export it as a layer of its own"),
            )
        else:
            yield _layer(file, database, (str(name), str(column)), system)


def _layer(
    file: str, database: sqlite3.Connection, where: tuple[str, str], srs_id: object
) -> Layer:
    table, column = where
    # What another column computes is not even asked for.
    header = database.execute(f"SELECT * FROM {quoted(table)} LIMIT 0")  # noqa: S608 - quoted
    names = [entry[0] for entry in header.description]
    places = [name for name in names if name.lower() == column.lower()]
    if not places:
        unreadable(file, say("a layer has no geometry"))
    wanted = [name for name in names if name.lower() in (*CODE_NAMES, *LABEL_NAMES)]
    columns = ", ".join(map(quoted, [places[0], *wanted]))
    rows = database.execute(f"SELECT {columns} FROM {quoted(table)}")  # noqa: S608 - quoted
    layer = Layer(table)
    for number, (blob, *values) in enumerate(rows, 1):
        if number > MAX_FEATURES:
            refuse(file, say("the file has more than {limit} features", limit=MAX_FEATURES))
        try:
            shape = geometry(blob)
        except (shapely.errors.ShapelyError, struct.error, ValueError, TypeError):
            problem = say("its geometry is none")
            refuse(
                file,
                say("perimeter {number}: {problem}", number=number, problem=problem),
                say("repair it in the program that wrote it"),
            )
        layer.features.append((dict(zip(wanted, values, strict=True)), shape))
    if layer.holds_polygons():
        layer.system = _system(file, database, srs_id)
    return layer


def quoted(name: str) -> str:
    """Return a name as SQL takes it, whatever stands in it."""
    return '"' + name.replace('"', '""') + '"'


def geometry(blob: object) -> BaseGeometry | None:
    """Return the geometry of a GeoPackage's cell.

    Parameters
    ----------
    blob
        ``GP``, a version, flags, a system, an envelope and well-known binary; or None.

    Raises
    ------
    ValueError
        If it is none.
    """
    if blob is None:
        return None
    if not isinstance(blob, bytes) or blob[:2] != b"GP" or len(blob) < 8:
        raise ValueError("no geometry")
    flags = blob[3]
    start = 8 + _ENVELOPES[(flags >> 1) & 7] if (flags >> 1) & 7 < len(_ENVELOPES) else len(blob)
    shape: BaseGeometry = shapely.force_2d(shapely.from_wkb(blob[start:]))
    return shape


def _system(file: str, database: sqlite3.Connection, srs_id: object) -> str:
    """Return the system of a layer, ``""`` where the file leaves it undefined."""
    row = database.execute(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys "
        "WHERE srs_id = ?",
        (srs_id,),
    ).fetchone()
    if srs_id in (0, -1) or row is None:
        return ""
    authority, code, definition = map(str, row)
    system = system_named(f"{authority}:{code}") or system_defined(definition)
    if system is None:
        refuse(
            file,
            say("the coordinate system “{name}” is not known", name=f"{authority}:{code}"[:60]),
            say("export the perimeters in WGS 84 (EPSG:4326)"),
        )
    return system
