"""Whole tables of a GeoPackage, as our own results folders hold them: read in a child, as data.

A folder of results may come from somebody else, and a file called ``study.gpkg`` may be anything.
"""

from __future__ import annotations

import base64
import sqlite3
import struct
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from symbiosis.child_process import in_child
from symbiosis.errors import say
from symbiosis.geography.features import unreadable
from symbiosis.geography.geopackage import MAGIC, geometry, opened, quoted, real_tables

_AT_ONCE = 2_000
_GEOMETRY = "geom"
_ROW_NUMBER = "fid"
_MEMORY_MB, _SECONDS = 4_000, 600
_PLAIN = "symbiosis.geography.geopackage_tables:plain_tables"
_WHOLE = ("INT", "MEDIUMINT", "INTEGER", "SMALLINT", "TINYINT")


def read_tables(file: Path, names: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Return some tables of a GeoPackage that `pyogrio` wrote.

    Parameters
    ----------
    file
        The GeoPackage, in EPSG:4326.
    names
        Of the tables; one that is not there is left out.

    Returns
    -------
    dict
        Name to table; a ``GeoDataFrame`` where it has geometries.

    Raises
    ------
    DataError
        If the file is damaged or is no GeoPackage.
    """
    content = file.read_bytes()
    if not content.startswith(MAGIC):
        unreadable(file.name, say("this database is no GeoPackage"))
    items = in_child(
        _PLAIN, content, {"file": file.name, "names": list(names)}, file=file.name,
        memory_mb=_MEMORY_MB, seconds=_SECONDS,
    )  # fmt: skip
    heads: dict[str, list[list[str]]] = {}
    rows: dict[str, list[list[Any]]] = {}
    for name, columns, part in items:
        heads[name] = columns
        rows.setdefault(name, []).extend(part)
    return {name: _frame(columns, rows[name]) for name, columns in heads.items()}


def plain_tables(content: bytes, *, file: str, names: list[str]) -> Iterator[Any]:
    """Yield rows of tables as JSON can carry them, with name and columns; what the child does.

    Parameters
    ----------
    content
        The database.
    file
        Its name, for messages.
    names
        Of the tables.

    Raises
    ------
    DataError
        If it is damaged.
    """
    try:
        with closing(opened(content)) as database:
            present = real_tables(database)
            for name in names:
                if name in present:
                    yield from _rows(database, name)
    except (
        sqlite3.Error, struct.error, ValueError, OverflowError, shapely.errors.ShapelyError,
    ) as error:  # fmt: skip
        unreadable(file, type(error).__name__)


def _rows(database: sqlite3.Connection, name: str) -> Iterator[Any]:
    told = database.execute(f"PRAGMA table_info({quoted(name)})")
    columns = [[column, str(kind).upper()] for _, column, kind, *_ in told if column != _ROW_NUMBER]
    listed = ", ".join(quoted(column) for column, _ in columns)
    found = database.execute(f"SELECT {listed} FROM {quoted(name)}")  # noqa: S608 - quoted
    yield name, columns, []
    while part := found.fetchmany(_AT_ONCE):
        yield name, columns, [[_plain(cell) for cell in row] for row in part]


def _plain(cell: Any) -> Any:
    if not isinstance(cell, bytes):
        return cell
    shape = geometry(cell)
    return base64.b64encode(shapely.to_wkb(shape, output_dimension=2)).decode()


def _frame(columns: list[list[str]], rows: list[list[Any]]) -> pd.DataFrame:
    cells = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    made = {
        name: _column(kind, values)
        for (name, kind), values in zip(columns, cells, strict=True)
        if name != _GEOMETRY
    }
    table = pd.DataFrame(made, index=range(len(rows)))
    places = dict(zip((name for name, _ in columns), cells, strict=True))
    if _GEOMETRY not in places:
        return table
    shapes = [None if cell is None else base64.b64decode(cell) for cell in places[_GEOMETRY]]
    outlines = shapely.from_wkb(np.array(shapes, dtype=object))
    outlines = shapely.from_wkb(np.array(shapes, dtype=object))
    mapped: pd.DataFrame = gpd.GeoDataFrame(table, geometry=outlines, crs=4326)
    return mapped


def _column(kind: str, values: Sequence[Any]) -> pd.Series:
    if kind.startswith("TEXT"):
        return pd.Series(list(values), dtype="str")
    if kind == "BOOLEAN" and None not in values:
        return pd.Series([bool(value) for value in values], dtype=bool)
    if kind in _WHOLE and None not in values:
        return pd.Series(list(values), dtype="int64")
    return pd.Series([np.nan if value is None else float(value) for value in values], dtype=float)
