"""``write``: the results folder of a study, whole or not at all."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from symbiosis.impacts.sheets import INDICATOR_COLUMNS, exchanges_by_firm
from symbiosis.reports import layers, network
from symbiosis.reports.folder import replaced
from symbiosis.reports.page import html
from symbiosis.reports.results import SKIPPED, Results
from symbiosis.reports.tables import csv_text, json_text
from symbiosis.study import Study

_LEVELS = ("low", "central", "high")
_SHIPMENTS = (
    "shipment_id", "case", "offer_firm", "need_firm", "material", "pathway", "quantity", "unit",
    "distance_km",
)  # fmt: skip


def write(study: Study, out: Path | str, lang: str = "fr") -> Path:
    """Write the results folder of a study.

    Parameters
    ----------
    study
        A study that has run.
    out
        A folder that is missing, empty, or holds the results of an earlier study (replaced in one
        step; other files that stand in it are kept).
    lang
        Language of ``report.html``, ``fr`` or ``en``; the other files are the same in both.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    DataError
        If ``out`` holds something else or cannot be written.
    """
    where = Path(out).absolute()
    results = Results.of(study)
    with replaced(where) as folder:
        for name, content in texts(results).items():
            (folder / name).write_text(content, encoding="utf-8", newline="\n")
        layers.geopackage(results, folder / "study.gpkg")
        network.graphml(results, folder / "network.graphml")
        (folder / "report.html").write_text(html(results, lang), encoding="utf-8", newline="\n")
    return where


def texts(results: Results) -> dict[str, str]:
    """Return the CSV and JSON files by name; the same study gives the same text."""
    files = {
        "shipments.csv": csv_text(_flat(results.shipments)),
        "impact_by_shipment.csv": csv_text(_flat(results.by_shipment)),
        "unmatched.csv": csv_text(results.unmatched),
        "blending.csv": csv_text(results.blending),
        "indicators.csv": csv_text(results.indicators.reindex(columns=[*INDICATOR_COLUMNS])),
        "exchanges_by_firm.csv": csv_text(exchanges_by_firm(results.by_shipment)),
        "impact.json": json_text(impact(results)),
        "scenario.json": json_text(dict(results.record)),
    }
    if len(results.skipped):
        files[SKIPPED] = csv_text(results.skipped)
    return files


def impact(results: Results) -> dict[str, Any]:
    """Return what ``impact.json`` holds: totals, terms, proof, and what is not in the totals."""
    return {
        "totals": _levels(results.totals),
        "emissions_terms": _levels(results.emissions_terms),
        "other_totals": _levels(results.other_totals),
        "realisation": results.realisation.to_dict("index"),
        "certificate": asdict(results.certificate),
        "not_counted": results.not_counted.to_dict("records"),
        "warnings": results.warnings[["check", "shipment_id", "message"]].to_dict("records"),
    }


def _levels(table: pd.DataFrame) -> dict[str, dict[str, float]]:
    return {
        str(name): {level: float(row[level]) for level in _LEVELS} for name, row in table.iterrows()
    }


def _flat(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table without geometry, the contract's columns first, rows by shipment."""
    flat = pd.DataFrame(table).drop(columns="geometry", errors="ignore")
    others = [name for name in flat.columns if name not in _SHIPMENTS]
    return flat[[*_SHIPMENTS, *others]]
