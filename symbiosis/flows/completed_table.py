"""What a sheet says beside its cells: its name, its headers, its totals and its example."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from symbiosis.errors import say
from symbiosis.flows.contract import MONTHS, fields, fold
from symbiosis.flows.directions import direction_in_name, direction_of_sheet
from symbiosis.flows.formulas import restore
from symbiosis.flows.headings import Heading
from symbiosis.flows.sheets import Sheet
from symbiosis.flows.table import Table
from symbiosis.flows.totals import total_lines

EXAMPLE = {"en": "example to delete", "fr": "exemple à effacer"}
"""What the note of the template's example line says."""


def completed(
    table: Table, sheet: Sheet, row: int, firsts: Sequence[str], cells: pd.DataFrame
) -> Table:
    """Return a table with what its sheet says beside the cells, without totals and the example.

    Parameters
    ----------
    table
        The lines under field names; completed in place.
    sheet
        Its name may give the direction, and what was typed once for all fills the empty cells.
    row
        Spreadsheet row of the header.
    firsts
        The first filled cell of each line.
    cells
        Its columns, those beside the quantity included.
    """
    _take_guards_off(table.cells)
    _use_typed(table, sheet)
    _use_designation(table)
    _use_beside(table, cells)
    _use_year(table)
    _direction_of_sheet(table, sheet, row)
    _say_headings(table, row)
    return _without_totals(table, firsts, np.isin(table.rows, list(sheet.removed)))


def _use_typed(table: Table, sheet: Sheet) -> None:
    """Fill the cells that are empty with what was typed once for the whole sheet."""
    for name, text in sheet.typed.items():
        if text:
            given = table.column(name)
            table.cells[name] = given.where(given != "", text)


def _take_guards_off(cells: pd.DataFrame) -> None:
    """Take off the apostrophe that keeps a spreadsheet from running a text as a formula."""
    for name in cells.columns:
        if cells[name].str.startswith("'").any():
            cells[name] = cells[name].map(restore)


def _use_designation(table: Table) -> None:
    """Read the everyday name where the material is empty; else keep it as the note."""
    if "designation" not in table.cells:
        return
    name = table.cells["designation"]
    material, note = table.column("material"), table.column("note")
    table.cells["note"] = note.where((note != "") | (material == ""), name)
    table.cells["material"] = material.where(material != "", name)


def _use_beside(table: Table, cells: pd.DataFrame) -> None:
    """Read a second quantity (« Tonnage » and « m3 ») on the lines that leave the first empty."""
    for heading in table.headings:
        if heading.how != "beside" or "quantity" not in table.cells:
            continue
        first, other = table.column("quantity"), cells[f"beside {heading.column}"]
        fills = (first == "") & (other != "")
        unit = table.column("unit").where(~fills, heading.unit)
        table.cells["quantity"] = first.where(~fills, other)
        table.cells["unit"] = unit
        table.remark(
            fills.to_numpy(dtype=bool),
            "quantity",
            say("this quantity was read from the column “{header}”, in {unit}",
                header=heading.header, unit=heading.unit),
            say("give one column for the quantity and one for its unit"),
        )  # fmt: skip
        table.remark(
            ((first != "") & (other != "")).to_numpy(dtype=bool),
            "quantity",
            say("the column “{header}” gives a second quantity, which was not read",
                header=heading.header),
            say("keep the one that is right"),
        )  # fmt: skip


def _use_year(table: Table) -> None:
    """Take the year of lines without one from the header, « Quantité 2024 (t) »."""
    year = next((h.year for h in table.headings if h.field in ("quantity", *MONTHS) and h.year), 0)
    if year:
        given = table.column("year")
        table.cells["year"] = given.where(given != "", str(year))


def _direction_of_sheet(table: Table, sheet: Sheet, row: int) -> None:
    """Take the direction from the name of the sheet (« Sorties ») where no column gives it."""
    name = sheet.name or Path(sheet.file).stem
    direction = direction_of_sheet(sheet.name) or direction_in_name(name)
    blank = (table.column("direction") == "").all()
    if not direction or not blank or "material" not in table.cells:
        return
    table.cells["direction"] = direction
    table.notes.add(
        say("the direction of every line was taken from the name of the sheet"),
        say("add a column for the direction if that is wrong"),
        file=table.file,
        row=row,
        value=name,
    )


def _say_headings(table: Table, row: int) -> None:
    """Note every header that was read by likeness, twice or not at all."""
    for heading in table.headings:
        near = fields()[heading.nearest].both_labels if heading.nearest else ""
        where = {"file": table.file, "row": row, "column": heading.header}
        _say_unit(table, heading, where)
        if heading.how == "fuzzy":
            label = fields()[heading.field].both_labels
            table.notes.add(
                say("this header was read as “{field}” by likeness", field=label),
                say("rename it, or keep a mapping, if that is wrong"),
                **where,
            )
        elif heading.how == "twice" and heading.year:
            table.notes.add(
                say("a later year was read as “{field}”", field=near),
                say("give each year a declaration of its own"),
                **where,
            )
        elif heading.how == "twice":
            table.notes.add(
                say("another column was already read as “{field}”", field=near),
                say("this one was not read; rename or remove it"),
                **where,
            )
        elif heading.how == "ignored" and heading.nearest:
            table.notes.add(
                say("this column was not read; it resembles “{field}”", field=near),
                say("rename it if it is that field"),
                **where,
            )


def _say_unit(table: Table, heading: Heading, where: Mapping[str, Any]) -> None:
    """Note the unit of a header that is doubtful, or none that is known."""
    measure = heading.measure
    if measure is not None and measure.doubt is not None and heading.field:
        problem, cure = measure.doubt
        table.notes.add(problem, cure, **where)
    if heading.remark and heading.field:
        unit = fields()[heading.field].unit or "-"
        table.notes.add(
            say("“{text}” in this header is no unit that is known here: the figures were read"
                " in {unit}", text=heading.remark[:40], unit=unit),
            say("write the unit in brackets, such as (t/an), if that is wrong"),
            **where,
        )  # fmt: skip


def _without_totals(table: Table, firsts: Sequence[str], removed: NDArray[np.bool_]) -> Table:
    """Leave out totals, the example of the template and what was taken out, and say so."""
    is_total, doubtful = total_lines(table.cells, firsts, table.marks)
    table.flag(
        doubtful,
        "material" if "material" in table.cells else "quantity",
        say("this line says that it is a total, and is not the sum of the lines above"),
        say("remove it, or name its material if it is a flow"),
    )
    examples = {fold(text) for text in EXAMPLE.values()}
    is_example = np.array([fold(text) in examples for text in table.column("note")], dtype=bool)
    if is_example.all():
        is_example[:] = False  # the template read back as it came
    is_total, is_example = is_total & ~removed, is_example & ~removed & ~is_total
    stays = ~(is_total | is_example | removed)
    if stays.all():
        return table
    gone = set(table.rows[removed].tolist())
    table.problems.drop(lambda problem: problem.row in gone)
    first = next(h.field for h in table.headings if h.field)
    for mask, problem in (
        (is_total, say("this line is a total and was left out")),
        (is_example, say("this is the template's example and was left out")),
        (removed, say("this line was taken out")),
    ):
        cure = say("change its first cell, or its note, if it is a flow")
        if mask is removed:
            cure = say("put it back if it is a flow")
        table.passed_over.extend(table._say(np.flatnonzero(mask), first, problem, cure))
    table.notes.extend(table.passed_over)
    return Table(
        table.file,
        table.cells[stays].reset_index(drop=True),
        table.rows[stays],
        table.headings,
        table.comma_separated,
        table.bad[stays],
        table.problems,
        table.notes,
        marks=table.marks,
        passed_over=table.passed_over,
    )
