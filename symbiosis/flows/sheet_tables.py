"""From sheets and frames to tables: every sheet is read, or said to be none of a declaration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow
from numpy.typing import NDArray

from symbiosis.errors import Problems, say
from symbiosis.flows.cleaning import cleaned_cells, sentences, unseen_in
from symbiosis.flows.completed_table import completed
from symbiosis.flows.contract import fold
from symbiosis.flows.headings import header_row, read_headings
from symbiosis.flows.marks import marks_of
from symbiosis.flows.merged import spread, with_merged_headers
from symbiosis.flows.numbers import number_text
from symbiosis.flows.rows import body
from symbiosis.flows.sheets import Sheet
from symbiosis.flows.table import Table
from symbiosis.text_cleaning import clean

OUR_SHEETS = ("Explications", "Explanations", "Matières", "Materials", "Check")
"""Sheets of our own template and marked copies, which hold no declaration."""


@dataclass(frozen=True)
class Tables:
    """The tables of a declaration by what they list.

    Parameters
    ----------
    firms
        Tables of firms alone.
    flows
        Tables of flows, those that describe their firms included.
    problems
        Files in which no table was found.
    notes
        Sheets that were not read.
    """

    firms: tuple[Table, ...]
    flows: tuple[Table, ...]
    problems: Problems
    notes: Problems


def tables_of(sheets: Sequence[Sheet], mapping: Mapping[str, str] | None = None) -> Tables:
    """Return the tables of sheets; what is no table is said.

    Parameters
    ----------
    sheets
        From any number of files.
    mapping
        Header to field, kept from an earlier reading.
    """
    tables: list[Table] = []
    problems, notes = Problems(), Problems()
    for file in dict.fromkeys(sheet.file for sheet in sheets):
        own = [sheet for sheet in sheets if sheet.file == file]
        made = [(sheet, sheet_table(sheet, mapping)) for sheet in own]
        read = [table for _, table in made if table is not None]
        tables += read
        if not read:
            problems.add(
                say("no row with known column headers was found"),
                say("name the columns as in the template: symbiosis template --out flows.xlsx"),
                file=file,
            )
        else:
            _say_unread([sheet for sheet, table in made if table is None], notes)
        for name in own[0].hidden:
            notes.add(
                say("this sheet is hidden and was not read"),
                say("show it in the spreadsheet if it holds flows, and save"),
                file=file,
                value=name,
            )
    pyarrow.default_memory_pool().release_unused()  # the rows are columns now
    flows = tuple(table for table in tables if table.holds_flows)
    firms = tuple(table for table in tables if not table.holds_flows)
    return Tables(firms, flows, problems, notes)


def sheet_table(sheet: Sheet, mapping: Mapping[str, str] | None = None) -> Table | None:
    """Return what a sheet lists, its merged cells repeated where that is what they mean.

    Parameters
    ----------
    sheet
        What the file holds.
    mapping
        Header to field, kept from an earlier reading.

    Returns
    -------
    Table or None
        None where it lists neither flows nor firms.
    """
    plain = replace(sheet, grid=with_merged_headers(sheet)) if sheet.merged else sheet
    table = to_table(plain, mapping=mapping)
    if table is None or not (table.holds_flows or table.holds_firms):
        return None
    spread(table, sheet.merged)
    return table


def to_table(sheet: Sheet, *, mapping: Mapping[str, str] | None = None) -> Table | None:
    """Find the header of a sheet and put its lines under field names.

    Parameters
    ----------
    sheet
        What the file holds.
    mapping
        Header to field, kept from an earlier reading.

    Returns
    -------
    Table or None
        None when no row looks like a header.
    """
    top = header_row(sheet.grid)
    if mapping and top < 0:
        top = _mapped_row(sheet, mapping)
    if top < 0:
        return None
    headings = read_headings(sheet.grid[top], mapping)
    columns = {h.field: h.column for h in headings if h.field}
    beside = {f"beside {h.column}": h.column for h in headings if h.how == "beside"}
    cells, rows, spill, firsts = body(sheet.grid, top, columns | beside)
    table = Table(
        file=sheet.label or sheet.file,
        cells=cells.drop(columns=list(beside)),
        rows=rows,
        headings=headings,
        comma_separated=sheet.comma_separated,
        bad=np.zeros(len(rows), dtype=bool),
        marks=marks_of(
            cells,
            sheet.separator,
            number_cells=bool(sheet.name),
            converted={h.field for h in headings if h.measure is not None},
        ),
    )
    _check_shape(table, sheet, spill)
    table.notes.extend(cleaned_cells(sheet, top, table.file))
    return completed(table, sheet, top + 1, firsts, cells)


def _mapped_row(sheet: Sheet, mapping: Mapping[str, str]) -> int:
    """Return the first row that holds two headers of a saved mapping, or -1."""
    wanted = {fold(header) for header in mapping}
    for position, row in enumerate(sheet.grid[:60]):
        if len(wanted & {fold(cell) for cell in row}) > 1:
            return position
    return -1


def _check_shape(table: Table, sheet: Sheet, spill: NDArray[np.bool_]) -> None:
    """Flag lines with more cells than the header, and formulas that were never computed."""
    first = next((h.field for h in table.headings if h.field), "")
    if sheet.comma_separated or not sheet.name:
        table.flag(
            spill,
            first,
            say("this line has more cells than the header has columns"),
            say(
                "put cells that hold the separator, such as 12,5, between quotes, or separate by ;"
            ),
        )
    if not sheet.unvalued:
        return
    place = {int(row): line for line, row in enumerate(table.rows)}
    for heading in table.headings:
        lines = [
            place[row + 1]
            for row, column in sheet.unvalued
            if heading.field and column == heading.column and row + 1 in place
        ]
        mask = np.zeros(len(table.rows), dtype=bool)
        mask[lines] = True
        table.flag(
            mask,
            heading.field,
            say("this cell holds a formula whose result is missing or an error"),
            say("open the workbook in a spreadsheet and save it, or type the value"),
        )


def _say_unread(sheets: Sequence[Sheet], notes: Problems) -> None:
    """Note the sheets that hold something, and no table with known columns."""
    for sheet in sheets:
        if sheet.name not in OUR_SHEETS and any(any(row) for row in sheet.grid):
            notes.add(
                say("this sheet has no columns that are known here and was not read"),
                say("name its columns as in the template if it lists flows or firms"),
                file=sheet.file,
                value=sheet.name,
            )


def frame_table(name: str, frame: pd.DataFrame) -> Table:
    """Put a frame of the user's under field names, as text, as a file would be.

    Parameters
    ----------
    name
        Stands for the name of the file in messages.
    frame
        Columns as in the contract or their synonyms; text or numbers.
    """
    headings = read_headings([clean(str(column)) for column in frame.columns])
    text = [as_text(frame.iloc[:, at]) for at in range(frame.shape[1])]
    filled = np.zeros(len(frame), dtype=bool)
    firsts = pd.Series("", index=range(len(frame)), dtype="str")
    for column in text:
        firsts = firsts.where(firsts != "", column.str.slice(0, 40))
        filled |= (column != "").to_numpy(dtype=bool)
    columns = {h.field: text[h.column] for h in headings if h.field}
    beside = {f"beside {h.column}": text[h.column] for h in headings if h.how == "beside"}
    cells = pd.DataFrame(columns | beside, index=range(len(frame)), dtype="str")
    cells = cells[filled].reset_index(drop=True)
    n = int(filled.sum())
    table = Table(
        name,
        cells.drop(columns=list(beside)),
        np.flatnonzero(filled).astype(np.int64) + 2,
        headings,
        bad=np.zeros(n, dtype=bool),
        marks=marks_of(cells, "", converted={h.field for h in headings if h.measure is not None}),
    )
    for heading in headings:
        if heading.field:
            unseen = unseen_in(frame.iloc[:, heading.column])
            table.remark(unseen[filled], heading.field, *sentences())
    return completed(table, Sheet(name, "", []), 1, firsts[filled].tolist(), cells)


def as_text(column: pd.Series) -> pd.Series:
    """Return a column as stripped text, whole numbers without ``.0``, nothing as ``""``."""
    missing = column.isna().to_numpy(dtype=bool)
    if pd.api.types.is_bool_dtype(column):
        made = pd.Series(["true" if x else "false" for x in column], dtype="str")
    elif pd.api.types.is_numeric_dtype(column):
        number = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
        text = [number_text(x) for x in np.where(missing, 0.0, number).tolist()]
        made = pd.Series(text, dtype="str")
    else:
        words = [number_text(x) if isinstance(x, float) else clean(str(x)) for x in column]
        made = pd.Series(words, dtype="str").str.strip()
        made = made.str.replace(r"^(\d+)\.0$", r"\1", regex=True)
    return made.mask(missing, "")
