"""Rows of a table whose columns a contract names, not the type checker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd


def rows(table: pd.DataFrame) -> Iterator[Any]:
    """Yield the rows as tuples with the columns' names."""
    yield from table.itertuples(index=False)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as dictionaries by column."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def figure(table: pd.DataFrame, row: str, column: str) -> float:
    """Return one number of a table."""
    value: Any = table.at[row, column]
    return float(value)
