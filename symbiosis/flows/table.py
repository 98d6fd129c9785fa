"""One table of a declaration: cells under the contract's names, with the rows they stand in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from symbiosis.errors import Message, Problem, Problems, say
from symbiosis.flows.cleaning import cleaned_cells
from symbiosis.flows.contract import MONTHS, fields, fold
from symbiosis.flows.formulas import restore
from symbiosis.flows.headings import Heading, header_row, read_headings
from symbiosis.flows.marks import marks_of
from symbiosis.flows.measures import Measure
from symbiosis.flows.numbers import Marks
from symbiosis.flows.rows import Lines, LinesByValue, body
from symbiosis.flows.sheets import Sheet
from symbiosis.flows.totals import total_lines

__all__ = ["Lines", "LinesByValue", "Table", "to_table"]

_FLOW_MARKS = {"direction", "material", "quantity", *MONTHS}
_FIRM_MARKS = {"name", "firm_id", "longitude", "latitude", "insee", "commune", "x", "y", "siret"}
MOST = 5_000
"""Lines listed for one kind of problem; a file of a million bad lines must not fill the memory."""
EXAMPLE = {"en": "example to delete", "fr": "exemple à effacer"}
"""What the note of the template's example line says."""


@dataclass(frozen=True)
class Table:
    """Text cells under field names.

    Parameters
    ----------
    file
        Name of the file, with the sheet in brackets where a workbook has several tables.
    cells
        One row a line, stripped text; columns are the fields that were found.
    rows
        Spreadsheet row of each line, shape n.
    headings
        How each header was read.
    comma_separated
        See `sheets.Sheet`.
    bad
        Lines with a problem, shape n; marked by `flag`.
    problems, notes
        What was found wrong, and what was accepted with a guess.
    files
        Name of the file of each line, where lines of several sheets were joined.
    marks
        How the file writes numbers.
    told
        How many lines were flagged with each kind of problem: (field, template).
    """

    file: str
    cells: pd.DataFrame
    rows: NDArray[np.int64]
    headings: tuple[Heading, ...]
    comma_separated: bool = False
    bad: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    problems: Problems = field(default_factory=Problems)
    notes: Problems = field(default_factory=Problems)
    files: NDArray[np.str_] | None = None
    marks: Marks = field(default_factory=Marks)
    told: dict[tuple[str, str], int] = field(default_factory=dict)

    def column(self, name: str) -> pd.Series:
        """Return a column, empty text where the table has none."""
        if name in self.cells:
            return self.cells[name]
        return pd.Series("", index=self.cells.index, dtype="str")

    def header(self, name: str) -> str:
        """Return the user's header of a field, else the field's name.

        A material that only the column for everyday names gives is told under that one's header.
        """
        found = {h.field: h.header for h in self.headings}
        return found.get(name) or (found.get("designation") if name == "material" else "") or name

    def unit(self, name: str) -> str:
        """Return the unit written in the header of a field, else ``""``."""
        return next((h.unit for h in self.headings if h.field == name), "")

    def measure(self, name: str) -> Measure | None:
        """Return what the unit in the header of a field does to its figures, None without one."""
        return next((h.measure for h in self.headings if h.field == name), None)

    def flag(
        self, where: NDArray[np.bool_] | Lines, name: str, problem: Message, cure: Message
    ) -> None:
        """Mark lines as bad, each with one problem in the column ``name``.

        Parameters
        ----------
        where
            A mask of shape n, or positions.
        name
            Field under which the problem is told.
        problem, cure
            In words. Beyond `MOST` lines of one kind, the rest is counted and told in one.
        """
        found = _positions(where)
        if not len(found):
            return
        self.bad[found] = True
        kind = (name, problem.template)
        told = self.told.get(kind, 0)
        self.told[kind] = told + len(found)
        if told >= MOST:
            return
        self.problems.extend(self._say(found[: MOST - told], name, problem, cure))

    def tell_rest(self) -> None:
        """Add one problem for each kind of which not every line was listed."""
        first = {problem.problem.template: problem.problem for problem in self.problems}
        for (name, template), count in self.told.items():
            if count > MOST:
                more = {"count": count - MOST, "problem": first[template]}
                said = say("{count} more lines have the same problem: {problem}", **more)
                cure = say("correct the first ones, and check again")
                self.problems.add(said, cure, file=self.file, column=self.header(name))
        self.told.clear()

    def remark(
        self, where: NDArray[np.bool_] | Lines, name: str, problem: Message, cure: Message
    ) -> None:
        """Say once for each distinct value of a column what was accepted."""
        found = _positions(where)
        if len(found):
            first = found[~self.column(name).iloc[found].duplicated().to_numpy(dtype=bool)]
            self.notes.extend(self._say(first[: MOST - len(self.notes)], name, problem, cure))

    def _say(self, found: Lines, name: str, problem: Message, cure: Message) -> list[Problem]:
        header = self.header(name)
        values = self.column(name).iloc[found].str.slice(0, 80)
        files = [self.file] * len(found) if self.files is None else self.files[found].tolist()
        return [
            Problem(problem, cure, file, int(row), header, value)
            for file, row, value in zip(files, self.rows[found], values, strict=True)
        ]

    @property
    def holds_flows(self) -> bool:
        """Whether it lists flows."""
        return bool(_FLOW_MARKS & set(self.cells.columns))

    @property
    def holds_firms(self) -> bool:
        """Whether it lists firms, alone or repeated beside their flows."""
        found = set(self.cells.columns)
        return bool(found & {"name", "firm_id", "siret"}) and len(found & _FIRM_MARKS) >= 2


def _positions(where: NDArray[np.bool_] | Lines) -> Lines:
    if where.dtype == np.bool_:
        return np.flatnonzero(where).astype(np.int64)
    return where.astype(np.int64)


def to_table(
    sheet: Sheet, *, label: str = "", mapping: Mapping[str, str] | None = None
) -> Table | None:
    """Find the header of a sheet and put its lines under field names.

    Parameters
    ----------
    sheet
        What the file holds.
    label
        Name of the table in messages; the file's by default.
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
        file=label or sheet.file,
        cells=_without_guards(cells.drop(columns=list(beside))),
        rows=rows,
        headings=headings,
        comma_separated=sheet.comma_separated,
        bad=np.zeros(len(rows), dtype=bool),
        marks=marks_of(cells, sheet.separator, number_cells=bool(sheet.name)),
    )
    _check_shape(table, sheet, spill)
    _use_designation(table)
    _use_beside(table, cells)
    _use_year(table)
    _direction_of_sheet(table, sheet, top + 1)
    _say_headings(table, top + 1)
    table.notes.extend(cleaned_cells(sheet, top, table.file))
    return _without_totals(table, firsts)


def _without_guards(cells: pd.DataFrame) -> pd.DataFrame:
    """Take off the apostrophe that keeps a spreadsheet from running a text as a formula."""
    for name in cells.columns:
        if cells[name].str.startswith("'").any():
            cells[name] = cells[name].map(restore)
    return cells


def _mapped_row(sheet: Sheet, mapping: Mapping[str, str]) -> int:
    """Return the first row that holds two headers of a saved mapping, or -1."""
    wanted = {fold(header) for header in mapping}
    rows = enumerate(sheet.grid[:60])
    return next((at for at, row in rows if len(wanted & {fold(cell) for cell in row}) > 1), -1)


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
    direction = fields()["direction"].value_synonyms.get(fold(sheet.name), "")
    if not direction or "direction" in table.cells or "material" not in table.cells:
        return
    table.cells["direction"] = direction
    table.notes.add(
        say("the direction of every line was taken from the name of the sheet"),
        say("add a column for the direction if that is wrong"),
        file=table.file,
        row=row,
        value=sheet.name,
    )


def _say_headings(table: Table, row: int) -> None:
    """Note every header that was read by likeness, twice or not at all."""
    for heading in table.headings:
        near = fields()[heading.nearest].both_labels if heading.nearest else ""
        where = {"file": table.file, "row": row, "column": heading.header}
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


def _without_totals(table: Table, firsts: list[str]) -> Table:
    """Leave out totals and the example of the template, and say so."""
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
    if not is_total.any() and not is_example.any():
        return table
    first = next(h.field for h in table.headings if h.field)
    for mask, problem in (
        (is_total, say("this line is a total and was left out")),
        (is_example & ~is_total, say("this is the template's example and was left out")),
    ):
        cure = say("change its first cell, or its note, if it is a flow")
        table.notes.extend(table._say(np.flatnonzero(mask), first, problem, cure))
    stays = ~(is_total | is_example)
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
    )
