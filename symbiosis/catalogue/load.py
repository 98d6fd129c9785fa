"""Reading the bundled tables, and a user's own beside them."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

import pandas as pd

from symbiosis import bundled
from symbiosis.catalogue.check import check_added
from symbiosis.catalogue.model import Catalogue
from symbiosis.catalogue.own import CELL_COLUMNS, Laid, cells_of, lay_over
from symbiosis.catalogue.rules import KEYS, NUMBERS
from symbiosis.errors import DataError, Problems, say
from symbiosis.text_cleaning import clean

Tables = dict[str, pd.DataFrame]


def load(extra: Path | str | None = None, *, cells: pd.DataFrame | None = None) -> Catalogue:
    """Return the catalogue; the bundled one is read once.

    Parameters
    ----------
    extra
        Folder of CSV tables (UTF-8, commas) named and columned like the bundled ones:
        ``materials.csv``, ``pathways.csv``, ``synonyms.csv``, ``families.csv``, ``factors.csv`` …
        Their rows are added; one with the id of a bundled row replaces it, and
        `Catalogue.replaced` names it.
    cells
        A territory's own values, laid over the bundled rows before those of ``extra``: columns
        ``table_name``, ``row_id``, ``field``, ``value``, ``source``, ``changed_at`` and
        ``changed_by`` (see `own.lay_over`). `Catalogue.own` tells them again.

    Raises
    ------
    DataError
        With every problem of the user's tables: unknown columns, numbers that are none, ranges
        upside down, identifiers that nothing carries, missing sources.
    """
    if extra is not None:
        return _with(Path(extra), _laid(cells))
    if cells is None or cells.empty:
        return _bundled()
    return _owned(tuple(cells[list(CELL_COLUMNS)].itertuples(index=False, name=None)))


def cells_in(folder: Path | str) -> pd.DataFrame:
    """Return the cells in which a user's tables differ from the bundled ones.

    Parameters
    ----------
    folder
        As ``extra`` of `load`.

    Returns
    -------
    DataFrame
        See `own.cells_of`; the references among the rows are not checked yet: `load` does it.

    Raises
    ------
    DataError
        With every problem of the tables.
    """
    problems = Problems()
    own = bundled_tables()
    added = _read(Path(folder), problems)
    check_added(added, own, problems)
    if len(problems):
        raise DataError(problems)
    return cells_of(added, own)


@lru_cache(maxsize=4)
def _owned(rows: tuple[tuple[object, ...], ...]) -> Catalogue:
    """Return the catalogue with a territory's own values, made once for each state of them."""
    laid = _laid(pd.DataFrame(rows, columns=list(CELL_COLUMNS)))
    return _catalogue(laid.tables, laid)


def _laid(cells: pd.DataFrame | None) -> Laid:
    given = pd.DataFrame(columns=list(CELL_COLUMNS)) if cells is None else cells
    return lay_over(bundled_tables(), given)


@cache
def _bundled() -> Catalogue:
    return _catalogue(bundled_tables())


def bundled_tables() -> Tables:
    """Return every bundled table as text; ``factors`` joins all files ``factors*.csv``."""
    names = sorted(path.stem for path in bundled.path().glob("factors*.csv"))
    tables = {name: bundled.table(name) for name in KEYS}
    parts = [bundled.table(name) for name in names]
    tables["factors"] = pd.concat(parts, ignore_index=True).fillna("") if parts else pd.DataFrame()
    return tables


def _with(folder: Path, laid: Laid) -> Catalogue:
    problems = Problems()
    added = _read(folder, problems)
    own = laid.tables
    check_added(added, own, problems)
    if len(problems):
        raise DataError(problems)
    merged, replaced = dict(own), list(laid.replaced)
    for name, rows in added.items():
        key = KEYS.get(name, "factor_id")
        if key:
            clash = own[name][key].isin(rows[key])
            replaced += [f"{name}:{value}" for value in own[name].loc[clash, key]]
            merged[name] = own[name][~clash]
        merged[name] = pd.concat([merged[name], rows], ignore_index=True).fillna("")
    return _catalogue(merged, Laid(merged, tuple(dict.fromkeys(replaced)), laid.own))


def _read(folder: Path, problems: Problems) -> Tables:
    """Return the user's tables as text; note the files that are none of ours."""
    if not folder.is_dir():
        problems.add(say("this folder does not exist"), say("give a folder of CSV tables"),
                     value=folder)  # fmt: skip
        return {}
    found: Tables = {}
    known = {*KEYS, "factors"}
    for path in sorted(folder.glob("*.csv")):
        if path.stem not in known:
            problems.add(
                say("no table of the catalogue has this name"),
                say("name it one of {names}", names=", ".join(sorted(known))),
                file=path.name,
            )
            continue
        try:
            table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
            found[path.stem] = table.map(clean)
        except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError):
            problems.add(
                say("this file is not a table that can be read"),
                say("save it as CSV in UTF-8, with commas and one line of column names"),
                file=path.name,
            )
    return found


def _catalogue(tables: Tables, laid: Laid | None = None) -> Catalogue:
    """Turn text into typed, indexed tables."""
    typed: Tables = {}
    for name, key in KEYS.items():
        table = tables[name].copy()
        for column in NUMBERS.get(name, ()):
            table[column] = pd.to_numeric(table[column], errors="coerce")
        typed[name] = table.set_index(key) if key else table
    typed["low"]["hazardous"] = typed["low"]["hazardous"] == "1"
    typed["factors"] = tables["factors"]
    return Catalogue.of(typed, laid.replaced, laid.own) if laid else Catalogue.of(typed)
