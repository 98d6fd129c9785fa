"""Reading a declaration: a folder with firms and flows, or one flat file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow

from symbiosis.catalogue import Catalogue, load
from symbiosis.errors import DataError, Problems, say
from symbiosis.flows.assemble import MAPPING_COLUMNS, Findings, assemble, settle
from symbiosis.flows.firms import check_firms, firms_of_flat
from symbiosis.flows.mappings import load_mapping
from symbiosis.flows.merged import spread, with_merged_headers
from symbiosis.flows.model import Flows
from symbiosis.flows.online import ONLINE, Ask, national_service
from symbiosis.flows.places import Communes, to_communes
from symbiosis.flows.sheets import Sheet, file_bytes, refuse, refuse_empty, refuse_size
from symbiosis.flows.table import Table, to_table
from symbiosis.flows.text_files import read_text_file
from symbiosis.flows.workbooks import read_workbook
from symbiosis.geography import TERRITORY_SUFFIXES, TerritoryFile, open_territories

WORKBOOKS = (".xlsx", ".xlsm")
TEXTS = (".csv", ".tsv", ".txt")


def read(
    path: Path | str,
    *,
    communes: Path | str | None = None,
    territories: Path | str | None = None,
    mapping: Mapping[str, str] | Path | str | None = None,
    skip_bad: bool = False,
    max_mb: float = 100.0,
    extra: Path | str | Catalogue | None = None,
    accept_suggestions: bool = False,
) -> Flows:
    """Read and check a declaration; every problem found is reported at once.

    Parameters
    ----------
    path
        A folder with ``firms.csv`` and ``flows.csv`` (or ``.xlsx``), and optionally
        ``communes.csv`` and ``territories.geojson`` (or ``.gpkg``, ``.shp``, ``.zip``); or one flat
        file, CSV or XLSX, that repeats the firm on each of its flows.
    communes
        Commune table (columns insee, commune, longitude, latitude, and postcode if it has one) for
        firms that give no coordinates, looked up before the bundled one; or ``"online"`` for the
        French national address service.
    territories
        Perimeters, in place of the bundled inter-municipal ones: GeoJSON, GeoPackage or shapefile
        (``.zip``, or ``.shp`` with its parts).
    mapping
        Header to field (``""`` leaves a column out), or the file where a mapping was kept.
    skip_bad
        Go on without the faulty lines; they are listed in ``Flows.skipped``.
    max_mb
        Largest file accepted, in MB.
    extra
        Folder of the user's own catalogue tables, or a catalogue that is already loaded.
    accept_suggestions
        Take the best suggestion for a material that is not known; each is noted.

    Returns
    -------
    Flows

    Raises
    ------
    DataError
        With all problems: file, row, column, value, problem, cure.
    """
    found = survey(
        path,
        communes=communes,
        territories=territories,
        mapping=mapping,
        max_mb=max_mb,
        extra=extra,
        accept_suggestions=accept_suggestions,
    )
    return Flows(**settle(found, skip_bad=skip_bad))


def survey(
    path: Path | str,
    *,
    communes: Path | str | None = None,
    territories: TerritoryFile | Path | str | None = None,
    mapping: Mapping[str, str] | Path | str | None = None,
    max_mb: float = 100.0,
    extra: Path | str | Catalogue | None = None,
    accept_suggestions: bool = False,
) -> Findings:
    """Read and check a declaration and raise nothing: problems, notes, mapping and good lines.

    Parameters are those of `read`.
    """
    start = Path(path)
    beside = start if _is_folder(start) else start.parent
    try:
        places = _places(communes, beside, max_mb)
        areas = _territories(territories, beside)
        find = _folder if _is_folder(start) else _file
        firms, flows = find(start, load_mapping(mapping), max_mb)
        catalogue = extra if isinstance(extra, Catalogue) else load(extra or None)
    except DataError as error:
        nothing = pd.DataFrame(columns=MAPPING_COLUMNS)
        return Findings(error.problems, Problems(), None, nothing)
    return assemble(
        firms,
        flows,
        communes=places,
        territories=areas,
        catalogue=catalogue,
        accept=accept_suggestions,
    )


def read_firms(
    path: Path | str, *, communes: Path | str | None = None, max_mb: float = 100.0
) -> pd.DataFrame:
    """Read a table of firms alone: a file, or the ``firms.csv`` of a folder.

    Returns
    -------
    DataFrame
        Columns of `model.FIRM_COLUMNS` but the geometry.

    Raises
    ------
    DataError
        With all problems.
    """
    start = Path(path)
    file = (_named(start, "firms") or start / "firms.csv") if _is_folder(start) else start
    places = _places(communes, file.parent, max_mb)
    found = tables(file, {}, max_mb)[0]
    firms = found if not found.holds_flows else firms_of_flat(found)[0]
    checked = check_firms(firms, places)
    if len(firms.problems):
        raise DataError(firms.problems)
    return checked


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _exists(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def open_sheets(file: Path, max_mb: float = 100.0) -> list[Sheet]:
    """Return what a file holds, by its extension.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    if file.suffix.lower() not in (*WORKBOOKS, *TEXTS) and _exists(file):
        return sheets_of(file, b"", max_mb)
    return sheets_of(file, file_bytes(file, max_mb), max_mb)


def sheets_of(file: Path, content: bytes, max_mb: float = 100.0) -> list[Sheet]:
    """Return what a content holds, by the extension of its name; nothing is opened.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    suffix = file.suffix.lower()
    refuse_size(file, len(content), max_mb)
    if suffix in (*WORKBOOKS, *TEXTS):
        refuse_empty(file, content)
    if suffix in WORKBOOKS:
        return read_workbook(file, content, max_mb)
    if suffix in TEXTS:
        return [read_text_file(file, content)]
    return refuse(
        file,
        say("files that end in “{suffix}” are not read", suffix=suffix[:20]),
        say("save the table as .csv or .xlsx"),
    )


def files_of(path: Path) -> list[Path]:
    """Return the files of a declaration: itself, or the tables of a folder."""
    if not _is_folder(path):
        return [path]
    return [file for name in ("firms", "flows") if (file := _named(path, name)) is not None]


def _places(communes: Path | str | None, beside: Path, max_mb: float) -> Communes | Ask | None:
    """Return the commune table that is named or lies beside, or the address service."""
    if str(communes) == ONLINE:
        return national_service()
    file = Path(communes) if communes else beside / "communes.csv"
    if not communes and not _exists(file):
        return None
    return to_communes(open_sheets(file, max_mb)[0], file)


def _territories(
    territories: TerritoryFile | Path | str | None, beside: Path
) -> TerritoryFile | None:
    """Return the perimeters that are given, or those of a folder, of any kind that is read."""
    if isinstance(territories, TerritoryFile):
        return territories
    if territories:
        return open_territories(Path(territories))
    files = [beside / f"territories{suffix}" for suffix in TERRITORY_SUFFIXES]
    found = next((file for file in files if _exists(file)), None)
    return None if found is None else open_territories(found)


def tables(file: Path, mapping: Mapping[str, str] | None, max_mb: float) -> list[Table]:
    """Return every sheet of a file that looks like a declaration.

    Raises
    ------
    DataError
        If there is none.
    """
    sheets = open_sheets(file, max_mb)
    several = len(sheets) > 1
    found = []
    for sheet in sheets:
        label = f"{file.name} [{sheet.name}]" if several else file.name
        plain = replace(sheet, grid=with_merged_headers(sheet)) if sheet.merged else sheet
        table = to_table(plain, label=label, mapping=mapping)
        if table is not None and (table.holds_flows or table.holds_firms):
            spread(table, sheet.merged)
            found.append(table)
    if not found:
        refuse(
            file,
            say("no row with known column headers was found"),
            say("name the columns as in the template: symbiosis template --out flows.xlsx"),
        )
    pyarrow.default_memory_pool().release_unused()  # the rows are columns now
    for name in sheets[0].hidden:
        found[0].notes.add(
            say("this sheet is hidden and was not read"),
            say("show it in the spreadsheet if it holds flows, and save"),
            file=file.name,
            value=name,
        )
    return found


def _file(
    file: Path, mapping: Mapping[str, str] | None, max_mb: float
) -> tuple[Table | None, list[Table]]:
    """Read one file: flat, or a workbook with a sheet of firms and a sheet of flows."""
    found = tables(file, mapping, max_mb)
    flows = [table for table in found if table.holds_flows]
    firms = [table for table in found if not table.holds_flows]
    if not flows:
        refuse(
            file,
            say("this file lists firms and no flow"),
            say("give a folder with firms.csv and flows.csv, or add the flows to each firm"),
        )
    flat = all(table.holds_firms for table in flows)
    return (None if flat or not firms else firms[0]), flows


def _folder(
    folder: Path, mapping: Mapping[str, str] | None, max_mb: float
) -> tuple[Table, list[Table]]:
    """Read ``firms.*`` and ``flows.*``; the problems of both are told together."""
    problems = Problems()
    read_tables = {}
    for name in ("firms", "flows"):
        file = _named(folder, name)
        try:
            if file is None:
                refuse(
                    folder / f"{name}.csv",
                    say("the folder holds no {name}.csv", name=name),
                    say("add it, or give one flat file with a firm and a flow on each line"),
                )
            else:
                read_tables[name] = tables(file, mapping, max_mb)
        except DataError as error:
            problems.extend(error.problems)
    if len(problems):
        raise DataError(problems)
    firms = read_tables["firms"][0]
    flows = [table for table in read_tables["flows"] if table.holds_flows]
    return firms, flows or read_tables["flows"]


def _named(folder: Path, name: str) -> Path | None:
    for suffix in (*TEXTS, *WORKBOOKS):
        if _exists(folder / f"{name}{suffix}"):
            return folder / f"{name}{suffix}"
    return None
