"""Reading the bundled tables, and a user's own beside them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from symbiosis import bundled
from symbiosis.catalogue.check import check_added
from symbiosis.catalogue.model import Catalogue
from symbiosis.catalogue.rules import KEYS, NUMBERS
from symbiosis.errors import DataError, Problems, say

Tables = dict[str, pd.DataFrame]


def load(extra: Path | str | None = None) -> Catalogue:
    """Return the catalogue; the bundled one is read once.

    Parameters
    ----------
    extra
        Folder of CSV tables (UTF-8, commas) named and columned like the bundled ones:
        ``materials.csv``, ``pathways.csv``, ``synonyms.csv``, ``families.csv``, ``factors.csv`` …
        Their rows are added; one with the id of a bundled row replaces it, and
        `Catalogue.replaced` names it.

    Raises
    ------
    DataError
        With every problem of the user's tables: unknown columns, numbers that are none, ranges
        upside down, identifiers that nothing carries, missing sources.
    """
    return _bundled() if extra is None else _with(Path(extra))


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


def _with(folder: Path) -> Catalogue:
    problems = Problems()
    added = _read(folder, problems)
    own = bundled_tables()
    check_added(added, own, problems)
    if len(problems):
        raise DataError(problems)
    merged, replaced = dict(own), []
    for name, rows in added.items():
        key = KEYS.get(name, "factor_id")
        if key:
            clash = own[name][key].isin(rows[key])
            replaced += [f"{name}:{value}" for value in own[name].loc[clash, key]]
            merged[name] = own[name][~clash]
        merged[name] = pd.concat([merged[name], rows], ignore_index=True).fillna("")
    return _catalogue(merged, tuple(replaced))


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
            found[path.stem] = pd.read_csv(
                path, dtype=str, keep_default_na=False, encoding="utf-8-sig"
            )
        except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError):
            problems.add(
                say("this file is not a table that can be read"),
                say("save it as CSV in UTF-8, with commas and one line of column names"),
                file=path.name,
            )
    return found


def _catalogue(tables: Tables, replaced: tuple[str, ...] = ()) -> Catalogue:
    """Turn text into typed, indexed tables."""
    typed: Tables = {}
    for name, key in KEYS.items():
        table = tables[name].copy()
        for column in NUMBERS.get(name, ()):
            table[column] = pd.to_numeric(table[column], errors="coerce")
        typed[name] = table.set_index(key) if key else table
    typed["low"]["hazardous"] = typed["low"]["hazardous"] == "1"
    return Catalogue(**typed, factors=tables["factors"], replaced=replaced)
