"""A results folder read back, so that a document can be printed long after the study ran."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd

from symbiosis.errors import DataError, Message, Problems, say
from symbiosis.flows.formulas import restore
from symbiosis.geography.geopackage_tables import read_tables
from symbiosis.impacts.model import EMISSION_TERMS, IMPACT_COLUMNS, TOTALS
from symbiosis.matching import MatchCertificate
from symbiosis.matching.model import BLENDING_COLUMNS, SHIPMENT_COLUMNS, UNMATCHED_COLUMNS
from symbiosis.reports.layers import TABLES
from symbiosis.reports.record import read_record
from symbiosis.reports.results import FILES, SKIPPED, Results
from symbiosis.reports.tables import TEXTS, read_csv

_LAYERS = ("firms", "shipments", "territories")
_LEVELS = ["low", "central", "high"]
_NOT_COUNTED = ["figure", "material", "pathway", "quantity", "unit", "why"]


def read_results(folder: Path | str) -> Results:
    """Read the results folder of a study.

    Parameters
    ----------
    folder
        What ``symbiosis match`` wrote.

    Raises
    ------
    DataError
        If it is not a results folder, or a file of it is missing or cannot be read.
    """
    where = Path(folder)
    _check(where)
    impact = _parsed(where / "impact.json")
    try:
        package = read_tables(where / "study.gpkg", (*_LAYERS, *TABLES))
        package |= {name: _worded(package[name]) for name in package}
        tables = {name: package.get(name, pd.DataFrame()) for name in TABLES}
        results = Results(
            firms=package["firms"],
            territories=package["territories"],
            skipped=read_csv(where / SKIPPED) if (where / SKIPPED).exists() else pd.DataFrame(),
            shipments=package["shipments"][list(SHIPMENT_COLUMNS)],
            unmatched=_csv(where / "unmatched.csv", UNMATCHED_COLUMNS),
            blending=_blending(where),
            certificate=MatchCertificate(**impact["certificate"]),
            by_shipment=_csv(where / "impact_by_shipment.csv", IMPACT_COLUMNS),
            totals=_levels(impact["totals"], TOTALS),
            emissions_terms=_levels(impact["emissions_terms"], EMISSION_TERMS),
            not_counted=pd.DataFrame(impact["not_counted"], columns=_NOT_COUNTED),
            other_totals=_levels(impact["other_totals"]),
            realisation=pd.DataFrame.from_dict(impact["realisation"], orient="index"),
            offers=tables["offers"],
            needs=tables["needs"],
            warnings=tables["warnings"],
            indicators=tables["indicators"],
            entries=tables["entries"],
            factors=tables["factors"],
            record=read_record(where / "scenario.json"),
        )
        _agree(results, tables["unmatched"])
        return results
    except (KeyError, TypeError, ValueError) as error:
        problem = say("this folder has been changed since it was written: {error}", error=error)
        raise _refusal(where.name, problem) from error


def _agree(results: Results, unmatched: pd.DataFrame) -> None:
    """Refuse a folder whose files tell of different studies: one was cut, edited or swapped."""
    told = results.by_shipment["shipment_id"]
    if sorted(told) != sorted(results.shipments["shipment_id"]):
        raise ValueError("impact_by_shipment.csv: its exchanges are not those of study.gpkg")
    if len(unmatched.columns) and len(unmatched) != len(results.unmatched):
        raise ValueError("unmatched.csv: its rows are not those of study.gpkg")


def _blending(where: Path) -> pd.DataFrame:
    """Return the blending limits; results written before there were any have none."""
    file = where / "blending.csv"
    if not file.exists():
        return pd.DataFrame(columns=list(BLENDING_COLUMNS))
    return _csv(file, BLENDING_COLUMNS)


def read_worklist(path: Path | str) -> pd.DataFrame:
    """Read the officer's worklist: ``shipment_id`` and ``status`` (or ``stage``), one of each row.

    Raises
    ------
    DataError
        If it is missing or is no CSV; `symbiosis.assess` checks what stands in it.
    """
    where = Path(path)
    try:
        table = pd.read_csv(
            where, dtype=str, sep=None, engine="python", encoding="utf-8-sig", keep_default_na=False
        )
    except (OSError, ValueError) as error:
        problems = Problems()
        cure = say("give a CSV file with the columns shipment_id and status")
        problems.add(
            say("this cannot be read as a table: {error}", error=error), cure, file=where.name
        )
        raise DataError(problems) from error
    return table.map(restore)


def _check(where: Path) -> None:
    if not where.is_dir():
        raise _refusal(str(where), say("there is no such folder"))
    missing = [name for name in FILES if name != "report.html" and not (where / name).is_file()]
    if missing:
        problem = say("this is not a results folder: {files} missing", files=", ".join(missing))
        raise _refusal(str(where), problem)
    if not read_record(where / "scenario.json"):
        raise _refusal(str(where), say("its scenario.json was not written by symbiosis match"))


def _refusal(file: str, problem: Message) -> DataError:
    problems = Problems()
    cure = say("write one with: symbiosis match PATH --out {file}", file=file)
    problems.add(problem, cure, file=file)
    return DataError(problems)


def _parsed(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise _refusal(path.name, say("this is not JSON: {error}", error=error)) from error


def _csv(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    table = read_csv(path)
    missing = [name for name in columns if name not in table]
    if missing:
        raise KeyError(f"{path.name}: {', '.join(missing)}")
    return table


def _worded(table: Any) -> Any:
    """Return a table whose missing words are ``""`` again.

    A layer without a row says nothing of its columns: what holds words is known by its name.
    """
    for name in table.columns:
        numeric = pd.api.types.is_numeric_dtype(table[name])
        if name != "geometry" and (not numeric or (not len(table) and name in TEXTS)):
            table[name] = table[name].astype(object).fillna("").astype(str)
    return table


def _levels(
    figures: dict[str, dict[str, float | None]], names: tuple[str, ...] = ()
) -> pd.DataFrame:
    table = pd.DataFrame.from_dict(figures, orient="index", columns=_LEVELS).astype(float)
    return table.loc[list(names)] if names else table
