"""Declarations that arrive as bytes, are corrected in a table, and join what is already there."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from symbiosis.catalogue import Catalogue
from symbiosis.errors import DataError, Problem, Problems, say
from symbiosis.flows.assemble import Findings, settle
from symbiosis.flows.headings import header_row
from symbiosis.flows.merged import spread, with_merged_headers
from symbiosis.flows.model import Flows
from symbiosis.flows.reader import open_sheets, survey
from symbiosis.flows.sheets import Sheet
from symbiosis.flows.table import Table, to_table
from symbiosis.flows.template import write_template
from symbiosis.geography import TerritoryFile, assign, named_perimeters

MAX_MB = 100.0
PERIMETERS = (".geojson", ".gpkg", ".zip")
_SAFE = "firms.csv", "flows.csv"


@dataclass(frozen=True)
class Grid:
    """One table as it was received: text cells under the user's own headers.

    Parameters
    ----------
    label
        The file, with the sheet in brackets where a workbook has several.
    cells
        Text; the index is the spreadsheet's row number, the columns are the user's headers.
    flows, firms
        Whether it lists flows, and whether it describes firms.
    comma_separated
        See `sheets.Sheet`: it says what ``1,234`` means.
    """

    label: str
    cells: pd.DataFrame
    flows: bool
    firms: bool
    comma_separated: bool = False


def open_received(files: Mapping[str, bytes], *, max_mb: float = MAX_MB) -> tuple[Grid, ...]:
    """Return the tables of the files that were received.

    Parameters
    ----------
    files
        Name to content; perimeters are left aside (`check_received` takes them).
    max_mb
        Largest file, MB.

    Raises
    ------
    DataError
        With the problems of every file: unreadable, empty, too large, or without known headers.
    """
    found: list[Grid] = []
    problems = Problems()
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            if Path(name).suffix.lower() in PERIMETERS:
                continue
            file = Path(folder) / _plain(name)
            file.write_bytes(content)
            try:
                found += _grids(open_sheets(file, max_mb))
            except DataError as error:
                problems.extend(error.problems)
    if not found and not len(problems):
        problems.add(
            say("no table with known column headers was found"),
            say("name the columns as in the template"),
            file=next(iter(files), ""),
        )
    if len(problems):
        raise DataError(problems)
    return tuple(found)


def _plain(name: str) -> str:
    """Return a name without folders, so that it stays in the folder that we chose."""
    return Path(name.replace("\\", "/")).name[-120:] or "received"


def _grids(sheets: Sequence[Sheet]) -> list[Grid]:
    found = []
    for sheet in sheets:
        label = f"{sheet.file} [{sheet.name}]" if len(sheets) > 1 else sheet.file
        plain = replace(sheet, grid=with_merged_headers(sheet)) if sheet.merged else sheet
        top = header_row(plain.grid)
        table = to_table(plain, label=label)
        if top < 0 or table is None or not (table.holds_flows or table.holds_firms):
            continue
        headers = _distinct(plain.grid[top])
        width = len(headers)
        body = [(row + [""] * width)[:width] for row in plain.grid[top + 1 :]]
        _spread(body, top, table, sheet)
        index = pd.RangeIndex(top + 2, top + 2 + len(body))
        cells = pd.DataFrame(body, columns=headers, index=index, dtype="str")
        found.append(
            Grid(label, cells, table.holds_flows, table.holds_firms, sheet.comma_separated)
        )
    return found


def _spread(body: list[list[str]], top: int, table: Table, sheet: Sheet) -> None:
    """Repeat merged cells in the rows below the header as the command line reads them."""
    spread(table, sheet.merged)
    line_of = {int(row): line for line, row in enumerate(table.rows)}
    field_at = {heading.column: heading.field for heading in table.headings if heading.field}
    for first, left, last, _ in sheet.merged:
        for row in range(max(first, top + 1) + 1, last + 1):
            field, line = field_at.get(left), line_of.get(row + 1)
            if field and line is not None and not body[row - top - 1][left]:
                body[row - top - 1][left] = table.cells[field].iloc[line]


def _distinct(headers: Sequence[str]) -> list[str]:
    """Return headers that differ: a table on a screen cannot show one name twice."""
    seen: dict[str, int] = {}
    named = []
    for header in headers:
        seen[header] = seen.get(header, 0) + 1
        count = seen[header]
        named.append(header if count == 1 else f"{header}{chr(0x200B) * (count - 1)}")
    return named


def check_received(
    grids: Sequence[Grid],
    *,
    perimeters: TerritoryFile | None = None,
    mapping: Mapping[str, str] | None = None,
    catalogue: Catalogue | None = None,
) -> Findings:
    """Check received tables exactly as files are checked; raises nothing.

    Parameters
    ----------
    grids
        From `open_received`, possibly corrected since.
    perimeters
        From `received_territories`, if a file of perimeters came along.
    mapping
        Header to field, where the reader corrected it.
    catalogue
        Names the materials; the bundled one if None.

    Returns
    -------
    Findings
        The problems' ``file`` is the grid's label, their ``row`` its index.
    """
    firms = [grid for grid in grids if grid.firms and not grid.flows]
    flows = [grid for grid in grids if grid.flows]
    if not flows:
        problem = say("these files list no flow")
        cure = say("add what goes out and comes in: material, quantity, unit")
        nothing = pd.DataFrame(columns=["header", "field"])
        return Findings(Problems([Problem(problem, cure)]), Problems(), None, nothing)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        apart = bool(firms) and not all(grid.firms for grid in flows)
        _write(flows[:1], home / _SAFE[1])
        if apart:
            _write(firms[:1], home / _SAFE[0])
        found = survey(
            home if apart else home / _SAFE[1], territories=perimeters, mapping=dict(mapping or {}),
            extra=catalogue,
        )  # fmt: skip
    labels = {_SAFE[1]: flows[0].label} | ({_SAFE[0]: firms[0].label} if apart else {})
    return replace(
        found,
        problems=_relabelled(found.problems, labels),
        notes=_relabelled(found.notes, labels),
    )


def _write(grids: Sequence[Grid], file: Path) -> None:
    """Write a table so that each line keeps the row number that it had."""
    text = io.StringIO()
    for grid in grids:
        writer = csv.writer(text, delimiter="," if grid.comma_separated else ";")
        writer.writerows([] for _ in range(int(grid.cells.index[0]) - 2 if len(grid.cells) else 0))
        writer.writerow([header.rstrip(chr(0x200B)) for header in grid.cells.columns])
        writer.writerows(grid.cells.fillna("").astype(str).to_numpy().tolist())
    file.write_text(text.getvalue(), encoding="utf-8", newline="")


def _relabelled(problems: Problems, labels: Mapping[str, str]) -> Problems:
    return Problems(replace(p, file=labels.get(p.file, p.file)) for p in problems)


def flows_of(found: Findings, *, skip_bad: bool = False) -> Flows:
    """Return the flows of a check.

    Raises
    ------
    DataError
        With every problem; with ``skip_bad`` only when no line is left.
    """
    return Flows(**settle(found, skip_bad=skip_bad))


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
