"""Many rows at once, the fastest way that each kind of database has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, Table, bindparam, select

# Values in one "IN (…)": well under SQLite's limit of 32,766 parameters.
_AT_ONCE = 5_000


def _cells(frame: pd.DataFrame) -> dict[str, list[Any]]:
    """Return columns as plain Python values, None where a number is missing."""
    columns: dict[str, list[Any]] = {}
    for name in frame:
        column = frame[name]
        if column.dtype.kind == "f":
            values = column.to_numpy().astype(object)
            values[column.isna().to_numpy()] = None
            columns[str(name)] = values.tolist()
        else:
            columns[str(name)] = column.tolist()
    return columns


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as mappings of plain Python values."""
    cells = _cells(frame)
    return [dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)]


def insert(connection: Connection, table: Table, frame: pd.DataFrame) -> None:
    """Insert every row of a frame; on PostgreSQL by COPY, five times faster than INSERT."""
    if frame.empty:
        return
    cells = _cells(frame)
    for name, column in cells.items():
        kind = table.c[name].type.dialect_impl(connection.dialect)
        prepare = kind.bind_processor(connection.dialect)
        if prepare is not None:
            cells[name] = [cell if cell is None else prepare(cell) for cell in column]
    quote = connection.dialect.identifier_preparer
    names = ", ".join(quote.quote(name) for name in cells)
    into = f"{quote.format_table(table)} ({names})"
    rows = list(zip(*cells.values(), strict=True))
    if connection.dialect.name != "postgresql":
        marks = ", ".join("?" * len(cells))
        # Names are those of our own tables, quoted; every value is a parameter.
        connection.exec_driver_sql(f"INSERT INTO {into} VALUES ({marks})", rows)  # noqa: S608
        return
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def update(connection: Connection, table: Table, key: str, frame: pd.DataFrame) -> None:
    """Write every column of a frame into the rows that have the same key."""
    if frame.empty:
        return
    rows = [{f"_{name}": value for name, value in row.items()} for row in records(frame)]
    changes: dict[str, Any] = {str(name): bindparam(f"_{name}") for name in frame if name != key}
    connection.execute(
        table.update().where(table.c[key] == bindparam(f"_{key}")).values(changes), rows
    )


def fetch(connection: Connection, query: Select[Any]) -> pd.DataFrame:
    """Return what a query finds as a table; numbers are floats, NaN where missing."""
    result = connection.execute(query)
    names = list(result.keys())
    rows = result.all()
    cells = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    kinds = {column.key: column.type.python_type for column in query.selected_columns}
    return pd.DataFrame(
        {name: _typed(column, kinds[name]) for name, column in zip(names, cells, strict=True)}
    )


def _typed(cells: Sequence[Any], kind: type) -> Any:
    if kind is float:
        return np.array(cells, dtype=float)
    if kind is str:
        return pd.array(cells, dtype="str")
    if kind is int:
        return np.array(cells, dtype=np.int64)
    return pd.Series(cells, dtype=None if cells else object)


def fetch_in(
    connection: Connection, table: Table, column: ColumnElement[str], values: Iterable[str]
) -> pd.DataFrame:
    """Return the rows whose column holds one of the values."""
    wanted: Sequence[str] = sorted(set(values))
    parts = [
        fetch(connection, select(table).where(column.in_(wanted[start : start + _AT_ONCE])))
        for start in range(0, len(wanted), _AT_ONCE)
    ]
    filled = [part for part in parts if len(part)]
    if not filled:
        return fetch(connection, select(table).where(column.in_([])))
    return filled[0] if len(filled) == 1 else pd.concat(filled, ignore_index=True)
