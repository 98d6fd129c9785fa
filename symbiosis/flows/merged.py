"""Merged cells: headers over two rows, a firm's name over its flows, and what they cannot mean."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from symbiosis.errors import say
from symbiosis.flows.contract import fields
from symbiosis.flows.rows import Rows
from symbiosis.flows.sheets import Sheet
from symbiosis.flows.table import Table

_REPEATED = {"direction", "material", "unit", "year", "status", "visibility", "case", "source"}
"""Fields of a flow that one merged cell may say for several lines, beside those of the firm."""


def with_merged_headers(sheet: Sheet, within: int = 60) -> Rows:
    """Return the grid with the text of headers merged over several rows in each of them.

    Only the first rows are touched, so that the lowest row of a header names every column.
    """
    grid = sheet.grid.copy() if isinstance(sheet.grid, Rows) else Rows(sheet.grid)
    head = [grid[row] for row in range(min(within, len(grid)))]
    for top, left, bottom, _ in sheet.merged:
        if bottom >= within or top == bottom or top >= len(head) or left >= len(head[top]):
            continue
        for cells in head[top + 1 : bottom + 1]:
            if left < len(cells) and not cells[left]:
                cells[left] = head[top][left]
    for row, cells in enumerate(head):
        grid[row] = cells
    return grid


def spread(table: Table, merged: Sequence[tuple[int, int, int, int]]) -> None:
    """Repeat a merged cell on each of its lines where that is what it means; flag it elsewhere.

    Parameters
    ----------
    table
        The lines; cells are filled in place, and a note says so.
    merged
        Ranges as (first row, first column, last row, last column), from 0.
    """
    line_of = {int(row) - 1: line for line, row in enumerate(table.rows)}
    field_at = {heading.column: heading.field for heading in table.headings if heading.field}
    firm_fields = {name for name, field in fields().items() if field.table != "flows"}
    repeated: dict[str, list[tuple[int, int]]] = {}
    unclear: dict[str, list[int]] = {}
    for top, left, bottom, right in merged:
        columns = [column for column in field_at if left <= column <= right]
        first = line_of.get(top)
        if not columns or first is None:
            continue
        lines = [line_of[row] for row in range(top, bottom + 1) if row in line_of]
        for column in columns:
            field = field_at[column]
            if column == left and field in firm_fields | _REPEATED:
                repeated.setdefault(field, []).extend((line, first) for line in lines[1:])
            else:
                unclear.setdefault(field, []).extend(lines[1:] if column == left else lines)
    for field, pairs in repeated.items():
        _repeat(table, field, np.array(pairs, dtype=np.int64).reshape(-1, 2))
    for field, several in unclear.items():
        table.flag(
            np.unique(np.array(several, dtype=np.int64)),
            field,
            say("this cell is merged with others: it is not known what each line holds"),
            say("unmerge it and write the value of each line"),
        )


def _repeat(table: Table, field: str, pairs: NDArray[np.int64]) -> None:
    """Write the cell of each pair's second line into its first."""
    lines, firsts = pairs[:, 0], pairs[:, 1]
    cells = table.cells[field].to_numpy(dtype=object, copy=True)
    cells[lines] = cells[firsts]
    table.cells[field] = pd.Series(cells, index=table.cells.index, dtype="str")
    table.remark(
        lines,
        field,
        say("this merged cell was read on each of its lines"),
        say("unmerge it if that is not meant"),
    )
