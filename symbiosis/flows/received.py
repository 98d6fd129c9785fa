"""Declarations that arrive as bytes, are corrected in a table, and join what is already there."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from symbiosis.catalogue import Catalogue
from symbiosis.errors import DataError, Problems, say
from symbiosis.flows.assemble import Beside, Findings, check_sheets, settle
from symbiosis.flows.declared_files import MAX_MB, Opened, open_contents
from symbiosis.flows.headings import header_row
from symbiosis.flows.in_child import received_sheets
from symbiosis.flows.merged import with_merged_headers
from symbiosis.flows.model import Flows
from symbiosis.flows.places import Communes, to_communes
from symbiosis.flows.rows import Rows
from symbiosis.flows.sheet_tables import as_text, sheet_table
from symbiosis.flows.sheets import Sheet
from symbiosis.flows.template import write_template
from symbiosis.geography import TerritoryFile, assign, named_perimeters, received_territories
from symbiosis.text_cleaning import clean

PERIMETERS = (".geojson", ".gpkg", ".zip")
HIDDEN = chr(0x200B)
"""What tells two columns of one name apart on a screen."""


@dataclass(frozen=True)
class Grid:
    """One table as it was received, to be shown and corrected.

    Parameters
    ----------
    sheet
        What the file holds, with every correction.
    cells
        Text of the filled lines; the index is the spreadsheet's row number, the columns are the
        user's headers, those of one name told apart by `HIDDEN`.
    flows, firms
        Whether it lists flows, and whether it describes firms.
    """

    sheet: Sheet
    cells: pd.DataFrame
    flows: bool
    firms: bool

    @property
    def label(self) -> str:
        """Return the file, with the sheet in brackets where a workbook has several."""
        return self.sheet.label or self.sheet.file

    def corrected(self, cells: pd.DataFrame) -> Grid:
        """Return the table with other texts in some cells.

        Parameters
        ----------
        cells
            Any of the lines and columns of `cells`. A merged range that is touched falls apart into
            cells of its own; a formula without a value gets that of the correction.
        """
        cells = cells.astype(str).map(clean)
        shown = self.cells.loc[cells.index, cells.columns]
        names = list(self.cells.columns)
        changed = [
            (int(shown.index[row]) - 1, names.index(shown.columns[column]))
            for row, column in zip(*(shown != cells).to_numpy().nonzero(), strict=True)
        ]
        whole = self.cells.copy()
        whole.loc[cells.index, cells.columns] = cells
        touched = [box for box in self.sheet.merged if any(_inside(box, at) for at in changed)]
        wanted = {*changed, *(at for box in touched for at in _cells_of(box))}
        grid = Rows(self.sheet.grid)
        for row, column in sorted(wanted):
            if row + 1 in whole.index and column < whole.shape[1]:
                line = grid[row]
                line = line + [""] * (column + 1 - len(line))
                line[column] = str(whole.at[row + 1, names[column]]).strip()
                grid[row] = line
        sheet = replace(
            self.sheet,
            grid=grid,
            merged=tuple(box for box in self.sheet.merged if box not in touched),
            unvalued=self.sheet.unvalued - set(changed),
        )
        return replace(self, sheet=sheet, cells=whole)

    def typed(self, texts: Mapping[str, str]) -> Grid:
        """Return the table with what was typed once for all its lines: field to text."""
        cleaned = {field: clean(text) for field, text in texts.items()}
        return replace(self, sheet=replace(self.sheet, typed={**self.sheet.typed, **cleaned}))

    def without(self, rows: Iterable[int]) -> Grid:
        """Return the table less some lines, by their rows; those of before come back."""
        return replace(self, sheet=replace(self.sheet, removed=frozenset(rows)))


def _inside(box: tuple[int, int, int, int], at: tuple[int, int]) -> bool:
    return box[0] <= at[0] <= box[2] and box[1] <= at[1] <= box[3]


def _cells_of(box: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    return [(r, c) for r in range(box[0], box[2] + 1) for c in range(box[1], box[3] + 1)]


@dataclass(frozen=True)
class Received:
    """What was received at once.

    Parameters
    ----------
    opened
        The sheets of all files, corrections included, and the problems of those not read.
    grids
        The sheets that are tables, with their number among the sheets.
    perimeters
        Perimeters, if a file of them came along.
    communes
        Where communes lie, if such a table came along.
    """

    opened: Opened
    grids: dict[int, Grid]
    perimeters: TerritoryFile | None = None
    communes: Communes | None = None

    def corrected(self, at: int, grid: Grid) -> Received:
        """Return the same with another table in the place of one."""
        sheets = list(self.opened.sheets)
        sheets[at] = grid.sheet
        opened = replace(self.opened, sheets=tuple(sheets))
        return replace(self, opened=opened, grids={**self.grids, at: grid})

    def joined(self, other: Received) -> Received:
        """Return the same with the tables of another one behind its own."""
        first = len(self.opened.sheets)
        opened = replace(self.opened, sheets=(*self.opened.sheets, *other.opened.sheets))
        added = {first + at: grid for at, grid in other.grids.items()}
        return replace(self, opened=opened, grids={**self.grids, **added})


def open_received(
    files: Mapping[str, bytes] | Sequence[tuple[str, bytes]], *, max_mb: float = MAX_MB
) -> Received:
    """Return the tables of the files that were received; raises nothing.

    Parameters
    ----------
    files
        Names and contents: tables, perimeters (GeoJSON, GeoPackage, shapefile in a ZIP archive), a
        table of communes that is called so.
    max_mb
        Largest file, MB.
    """
    pairs = list(files.items()) if isinstance(files, Mapping) else list(files)
    areas = [pair for pair in pairs if Path(pair[0]).suffix.lower() in PERIMETERS]
    places = [pair for pair in pairs if Path(pair[0]).stem.lower().startswith("communes")]
    opened = open_contents([p for p in pairs if p not in areas and p not in places], max_mb)
    problems, communes, perimeters = Problems(opened.problems), None, None
    try:
        for name, content in places:
            communes = to_communes(received_sheets(name, content, max_mb)[0], Path(name))
        if areas:
            perimeters = received_territories(*areas[0])
    except DataError as error:
        problems.extend(error.problems)
    for name, _ in areas[1:]:
        problems.add(say("only one file of perimeters is read at a time"),
                     say("put the perimeters into one file"), file=name)  # fmt: skip
    grids = {
        at: grid for at, sheet in enumerate(opened.sheets) if (grid := grid_of(sheet)) is not None
    }
    found = replace(opened, problems=problems)
    return Received(found, grids, perimeters, communes)


def from_frame(name: str, frame: pd.DataFrame) -> Received:
    """Return a table of our own as if it had been received, to be corrected.

    Parameters
    ----------
    name
        What it is called in messages.
    frame
        Text or numbers; columns as in the contract.
    """
    columns = [as_text(frame[name]).tolist() for name in frame.columns]
    rows = Rows([list(frame.columns), *map(list, zip(*columns, strict=True))])
    sheet = Sheet(name, "", rows, label=name)
    grid = grid_of(sheet)
    return Received(Opened((sheet,)), {} if grid is None else {0: grid})


def grid_of(sheet: Sheet) -> Grid | None:
    """Return a sheet as a table to be shown; None where it lists neither flows nor firms."""
    plain = replace(sheet, grid=with_merged_headers(sheet)) if sheet.merged else sheet
    top = header_row(plain.grid)
    table = sheet_table(sheet)
    if top < 0 or table is None:
        return None
    headers = _distinct(plain.grid[top])
    width = len(headers)
    rows = [
        (number, (row + [""] * width)[:width])
        for number, row in enumerate(plain.grid[top + 1 :], top + 2)
        if any(row)
    ]
    index = pd.Index([number for number, _ in rows], dtype="int64")
    cells = pd.DataFrame([row for _, row in rows], columns=headers, index=index, dtype="str")
    for heading in table.headings if sheet.merged else ():
        if heading.field:  # as the merged cells were read
            read = pd.Series(table.cells[heading.field].to_numpy(), index=table.rows)
            name = headers[heading.column]
            lines = cells.index.intersection(read.index[read != ""])
            empty = lines[(cells.loc[lines, name] == "").to_numpy(dtype=bool)]
            cells.loc[empty, name] = read[empty]
    return Grid(sheet, cells, table.holds_flows, table.holds_firms)


def _distinct(headers: Sequence[str]) -> list[str]:
    """Return headers that differ: a table on a screen cannot show one name twice."""
    seen: dict[str, int] = {}
    named = []
    for header in headers:
        seen[header] = seen.get(header, 0) + 1
        named.append(header + HIDDEN * (seen[header] - 1))
    return named


def check_received(
    received: Received,
    *,
    mapping: Mapping[str, str] | None = None,
    catalogue: Catalogue | None = None,
    keep_repeated: bool = False,
) -> Findings:
    """Check received tables exactly as files are checked; raises nothing.

    Parameters
    ----------
    received
        From `open_received`, possibly corrected since.
    mapping
        Header to field, where the reader corrected it.
    catalogue
        Names the materials; the bundled one if None.
    keep_repeated
        Take equal lines as flows of their own; see `reader.read`.
    """
    beside = Beside(received.communes, received.perimeters, catalogue, keep_repeated=keep_repeated)
    return check_sheets(received.opened, beside, mapping)


def flows_of(found: Findings, *, skip_bad: bool = False) -> Flows:
    """Return the flows of a check.

    Raises
    ------
    DataError
        With every problem; with ``skip_bad`` only when no line is left.
    """
    return Flows(**settle(found, skip_bad=skip_bad))


def private_unless_said(flows: Flows) -> Flows:
    """Return the flows, those that do not say who may see them being private."""
    sides = {
        side: table.assign(
            visibility=table["visibility"].where(table["visibility"] != "", "private")
        )
        for side, table in (("offers", flows.offers), ("needs", flows.needs))
    }
    return replace(flows, **sides)


def together(base: Flows, added: Flows) -> tuple[Flows, list[str]]:
    """Add a declaration to what is already there.

    Parameters
    ----------
    base, added
        What there is, and the newcomer's. A firm of the newcomer's that is already there is
        replaced with all its flows.

    Returns
    -------
    tuple
        Both together, and the names of the firms that were replaced.
    """
    known = set(added.firms["firm_id"])
    replaced = base.firms.loc[base.firms["firm_id"].isin(known), "name"].astype(str).tolist()
    taken = set(base.offers["flow_id"]) | set(base.needs["flow_id"])
    tables = {
        name: pd.concat(
            [
                _without(getattr(base, name), known),
                _renamed(getattr(added, name), taken) if name != "firms" else added.firms,
            ],
            ignore_index=True,
        )
        for name in ("firms", "offers", "needs")
    }
    if len(base.territories):
        tables["firms"] = _at_home(tables["firms"], base.territories)
    areas = base.territories if len(base.territories) else added.territories
    joined = replace(base, **tables, territories=areas, skipped=added.skipped, notes=added.notes)
    return joined, replaced


def _at_home(firms: gpd.GeoDataFrame, territories: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return firms in the perimeters at hand, where only their communes said where they belong."""
    named = firms["territory"].isin([*territories["code"], *territories["name"], ""])
    known = named_perimeters(firms["territory"].where(~named, ""))["code"]
    codes = assign(firms.geometry, territories).astype("str")
    moved = firms["territory"].isin(known) & (codes != "")
    return firms.assign(territory=firms["territory"].where(~moved, codes))


def _without(table: pd.DataFrame, firms: set[str]) -> pd.DataFrame:
    return table[~table["firm_id"].isin(firms)]


def _renamed(table: pd.DataFrame, taken: set[str]) -> pd.DataFrame:
    clash = table["flow_id"].isin(taken)
    longer = table["firm_id"].astype(str) + ":" + table["flow_id"].astype(str)
    return table.assign(flow_id=table["flow_id"].where(~clash, longer))


def template_bytes(lang: str = "fr") -> bytes:
    """Return the blank declaration, an XLSX workbook."""
    with tempfile.TemporaryDirectory() as folder:
        return write_template(Path(folder) / "symbiosis.xlsx", lang).read_bytes()


def without(flows: Flows, firm_ids: Sequence[str]) -> Flows:
    """Return the flows less some firms."""
    gone = set(firm_ids)
    return replace(
        flows,
        **{name: _without(getattr(flows, name), gone) for name in ("firms", "offers", "needs")},
    )


def with_taker(
    flows: Flows,
    name: str,
    need: tuple[str, float, str],
    place: tuple[float, float],
    catalogue: Catalogue | None = None,
) -> Flows:
    """Return the flows with one more firm that takes a material.

    Parameters
    ----------
    flows
        What there is.
    name
        Name of the firm, also its identifier.
    need
        Material, quantity a year, unit.
    place
        Longitude and latitude, degrees.
    catalogue
        Names the material; the bundled one if None.

    Raises
    ------
    DataError
        If the material or the unit is not known.
    """
    material, quantity, unit = need
    firm = {"firm_id": name, "name": name, "longitude": place[0], "latitude": place[1]}
    line = {"firm_id": name, "direction": "need", "material": material, "quantity": quantity}
    lines = pd.DataFrame([{**line, "unit": unit}])
    added = Flows.from_tables(pd.DataFrame([firm]), lines, catalogue=catalogue)
    return together(flows, added)[0]
