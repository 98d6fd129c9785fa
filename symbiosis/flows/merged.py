"""Merged cells: headers over two rows, a firm's name over its flows, and what they cannot mean."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

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
    for top, left, bottom, _ in sheet.merged:
        if bottom >= within or top == bottom or top >= len(grid) or left >= len(grid[top]):
            continue
        for row in range(top + 1, min(bottom + 1, len(grid))):
            cells = grid[row]
            if left < len(cells) and not cells[left]:
                grid[row] = [*cells[:left], grid[top][left], *cells[left + 1 :]]
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
    for top, left, bottom, right in merged:
        lines = [line_of[row] for row in range(top, bottom + 1) if row in line_of]
        if not lines or top not in line_of:
            continue
        for column in range(left, right + 1):
            field = field_at.get(column, "")
            if not field or (column == left and len(lines) == 1):
                continue
            mask = np.zeros(len(table.rows), dtype=bool)
            mask[lines if column > left else lines[1:]] = True
            if column == left and field in firm_fields | _REPEATED:
                _repeat(table, field, mask, line_of[top])
            else:
                table.flag(
                    mask,
                    field,
                    say("this cell is merged with others: it is not known what each line holds"),
                    say("unmerge it and write the value of each line"),
                )


def _repeat(table: Table, field: str, mask: np.ndarray, first: int) -> None:
    table.cells.loc[mask, field] = table.cells[field].iloc[first]
    table.remark(
        mask,
        field,
        say("this merged cell was read on each of its lines"),
        say("unmerge it if that is not meant"),
    )
