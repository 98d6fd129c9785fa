"""Reading a declaration: a folder with firms and flows, or one flat file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from symbiosis.catalogue import Catalogue, load
from symbiosis.errors import DataError, Problems
from symbiosis.flows.assemble import Beside, Findings, check_sheets, nothing_found, settle
from symbiosis.flows.declared_files import (
    exists,
    files_of,
    is_folder,
    named,
    open_files,
    open_sheets,
)
from symbiosis.flows.firm_list import list_firms
from symbiosis.flows.mappings import load_mapping
from symbiosis.flows.model import Flows
from symbiosis.flows.online import ONLINE, Ask, national_service
from symbiosis.flows.places import Communes, to_communes
from symbiosis.flows.sheet_tables import tables_of
from symbiosis.geography import TERRITORY_SUFFIXES, TerritoryFile, open_territories

Paths = Path | str | Sequence[Path | str]
"""One file or folder, or several that are one declaration."""


def read(
    path: Paths,
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
        file, CSV or XLSX, that repeats the firm on each of its flows. Several files are one
        declaration, and every sheet of each is read.
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
    options = ReadingOptions(
        communes, territories, mapping, max_mb, extra, accept_suggestions=accept_suggestions
    )
    return read_with(path, options, skip_bad=skip_bad)


@dataclass(frozen=True)
class ReadingOptions:
    """How a declaration is read: the parameters of `read`, and what is asked for more seldom.

    Parameters
    ----------
    communes, territories, mapping, max_mb, extra, accept_suggestions
        See `read`.
    keep_repeated
        Take two lines that are equal in everything, such as two slips of one day without their
        numbers, as two flows; each is noted. Else the second is a problem.
    """

    communes: Path | str | None = None
    territories: TerritoryFile | Path | str | None = None
    mapping: Mapping[str, str] | Path | str | None = None
    max_mb: float = 100.0
    extra: Path | str | Catalogue | None = None
    accept_suggestions: bool = False
    keep_repeated: bool = False


def read_with(path: Paths, options: ReadingOptions, *, skip_bad: bool = False) -> Flows:
    """Read a declaration as `read` does, with every option.

    Raises
    ------
    DataError
        With all problems.
    """
    return Flows(**settle(survey_with(path, options), skip_bad=skip_bad))


def survey(
    path: Paths,
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
    options = ReadingOptions(
        communes, territories, mapping, max_mb, extra, accept_suggestions=accept_suggestions
    )
    return survey_with(path, options)


def survey_with(path: Paths, options: ReadingOptions) -> Findings:
    """Read and check a declaration as `survey` does, with every option."""
    paths = [Path(each) for each in ([path] if isinstance(path, (str, Path)) else path)]
    folder = paths[0] if is_folder(paths[0]) else paths[0].parent
    extra = options.extra
    try:
        beside = Beside(
            communes=_places(options.communes, folder, options.max_mb),
            territories=_territories(options.territories, folder),
            catalogue=extra if isinstance(extra, Catalogue) else load(extra or None),
            accept=options.accept_suggestions,
            keep_repeated=options.keep_repeated,
        )
        headers = load_mapping(options.mapping)
        files = [file for each in paths for file in files_of(each)]
    except DataError as error:
        return nothing_found(error.problems)
    return check_sheets(open_files(files, options.max_mb), beside, headers)


def read_firms(
    path: Path | str, *, communes: Path | str | None = None, max_mb: float = 100.0
) -> pd.DataFrame:
    """Read tables of firms alone: a file, or the ``firms.csv`` of a folder.

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
    file = (named(start, "firms") or start / "firms.csv") if is_folder(start) else start
    places = _places(communes, file.parent, max_mb)
    opened = open_files([file], max_mb)
    tables = tables_of(opened.sheets)
    unread = Problems([*opened.problems, *tables.problems])
    if len(unread):
        raise DataError(unread)
    listed = list_firms(
        tables.firms, [table for table in tables.flows if table.holds_firms], places
    )
    problems = [p for table in (*tables.firms, *tables.flows) for p in table.problems]
    if problems:
        raise DataError(problems)
    return listed.checked


def _places(communes: Path | str | None, beside: Path, max_mb: float) -> Communes | Ask | None:
    """Return the commune table that is named or lies beside, or the address service."""
    if str(communes) == ONLINE:
        return national_service()
    file = Path(communes) if communes else beside / "communes.csv"
    if not communes and not exists(file):
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
    found = next((file for file in files if exists(file)), None)
    return None if found is None else open_territories(found)
