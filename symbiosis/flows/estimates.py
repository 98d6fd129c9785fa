"""Cold start: flows that firms of an activity usually have, from what the register's sites declare.

The table ``symbiosis/data/estimates.csv`` is made by ``python -m symbiosis.flows.estimates REGISTER
FILE``. The register lists declarants above 2,000 t a year: its figures are those of large sites.
"""

from __future__ import annotations

import sys
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from symbiosis import bundled
from symbiosis.errors import DataError, Problems, say
from symbiosis.flows.irep import Imported, import_irep
from symbiosis.flows.reader import read_firms
from symbiosis.flows.registers import write_folder

LEAST_SITES = 3
"""Sites behind a figure, below which none is published."""
LEAST_SHARE = 0.25
"""Share of an activity's declaring sites from which a flow is taken to be usual."""
SMALL, LARGE = 50, 250
"""Employees below which the lower quartile is taken, and from which the upper one is (the limits
of small and of large firms in Recommendation 2003/361/EC); the median between, or when unknown."""
_LEVELS = (("class", 6), ("group", 4), ("division", 2))
_KEYS = ["level", "naf", "direction", "material"]


def build(imported: Imported) -> pd.DataFrame:
    """Count what the sites of each activity declare.

    Parameters
    ----------
    imported
        A year of the register.

    Returns
    -------
    DataFrame
        One row an activity (class, group or division of NAF rev. 2), direction and LoW code that at
        least `LEAST_SITES` sites declare: ``sites``, ``share`` of the activity's declaring sites,
        ``q1_t``, ``median_t``, ``q3_t`` (tonnes a year of one site), ``operation`` (the usual one).
    """
    flows = imported.flows.merge(imported.firms[["firm_id", "naf"]], on="firm_id")
    flows = flows[flows["naf"] != ""]
    both = flows[["route", "operation"]].astype(object).fillna("")
    flows["operation"] = both["route"].where(flows["direction"] == "offer", both["operation"])
    year = int(flows["year"].iloc[0]) if len(flows) else 0
    tables = []
    for level, length in _LEVELS:
        here = flows.assign(level=level, naf=flows["naf"].str.slice(0, length))
        site = here.groupby([*_KEYS, "firm_id"], as_index=False)["quantity"].sum()
        grouped = site.groupby(_KEYS)["quantity"]
        table = pd.DataFrame(
            {
                "sites": grouped.size(),
                "q1_t": grouped.quantile(0.25).round(1),
                "median_t": grouped.median().round(1),
                "q3_t": grouped.quantile(0.75).round(1),
            }
        ).reset_index()
        declaring = here.groupby(["naf", "direction"])["firm_id"].nunique().rename("declaring")
        table = table.join(declaring, on=["naf", "direction"])
        usual = here.groupby(_KEYS)["operation"].agg(lambda text: text.mode().iloc[0])
        tables.append(table.join(usual, on=_KEYS))
    found = pd.concat(tables, ignore_index=True)
    found["share"] = (found["sites"] / found["declaring"]).round(3)
    found = found[found["sites"] >= LEAST_SITES].drop(columns="declaring")
    found["source"] = "IREP (Géorisques, Licence Ouverte), own count"
    found["year"] = year
    return found.sort_values(_KEYS, ignore_index=True)


def estimate(
    firms: pd.DataFrame, *, least_share: float = LEAST_SHARE
) -> tuple[pd.DataFrame, Problems]:
    """Return the flows that firms probably have.

    Parameters
    ----------
    firms
        Columns ``firm_id``, ``naf`` and ``employees`` (may be NaN), as `Flows.firms` has them.
    least_share
        Share of an activity's declaring sites from which a flow is taken.

    Returns
    -------
    DataFrame
        Flows under the contract's names, ``status`` ``estimated``; the note gives the quartiles,
        the number of sites behind them and the level of the activity.
    Problems
        The firms for which nothing is known, and why.
    """
    table = _known()
    table = table[table["share"] >= least_share]
    by_activity = dict(list(table.groupby("naf")))
    old = set(bundled.table("naf")["code"])
    problems, rows = Problems(), []
    for firm in firms.to_dict("records"):
        code = firm["naf"] if firm["naf"] in old else ""  # one of NAF 2025 may mean another thing
        tried = (str(code)[:length] for _, length in _LEVELS)
        found = next((by_activity[naf] for naf in tried if naf in by_activity), None)
        if found is None:
            no_code = say("this firm has no activity code")
            no_site = say("too few sites of this activity declare flows")
            problems.add(
                no_site if code else no_code,
                say("declare its flows") if code else say("give its NAF code"),
                value=firm["naf"],
                column="naf",
                file=str(firm["firm_id"]),
            )
            continue
        rows.append(_flows(firm, found))
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(), problems


def estimate_folder(
    path: Path | str,
    out: Path | str,
    *,
    communes: Path | str | None = None,
    least_share: float = LEAST_SHARE,
) -> Imported:
    """Write a declaration of estimated flows for a table of firms.

    Parameters
    ----------
    path
        A table of firms with their NAF codes, or a folder that holds ``firms.csv``.
    out
        Folder for ``firms.csv``, ``flows.csv`` and ``problems.csv``.
    communes
        Commune table, for firms without coordinates.
    least_share
        Share of an activity's declaring sites from which a flow is taken.

    Raises
    ------
    DataError
        If the firms have problems, or nothing is known of any of them.
    """
    firms = read_firms(path, communes=communes)
    flows, problems = estimate(firms, least_share=least_share)
    if not len(flows):
        raise DataError(problems)
    imported = Imported(firms, flows, problems)
    write_folder(Path(out), firms, flows, problems)
    return imported


def _known() -> pd.DataFrame:
    """Return the bundled table with numbers as numbers."""
    table = bundled.table("estimates").copy()
    for name in ("sites", "share", "q1_t", "median_t", "q3_t"):
        table[name] = pd.to_numeric(table[name])
    return table


def _flows(firm: Mapping[Hashable, Any], found: pd.DataFrame) -> pd.DataFrame:
    employees = float(str(firm.get("employees", "nan")) or "nan")
    column = "median_t"
    if employees < SMALL:
        column = "q1_t"
    elif employees >= LARGE:
        column = "q3_t"
    offers = found["direction"] == "offer"
    return pd.DataFrame(
        {
            "firm_id": firm["firm_id"],
            "direction": found["direction"],
            "material": found["material"],
            "quantity": found[column],
            "unit": "t/an",
            "route": found["operation"].where(offers, ""),
            "operation": found["operation"].where(~offers, ""),
            "authorised": np.where(offers, "", found["material"]),
            "status": "estimated",
            "year": found["year"],
            "source": found["source"],
            "note": [
                f"estimated from {row.sites} sites of NAF {row.naf} ({row.share:.0%} of those that "
                f"declare): quartiles {row.q1_t:g}, {row.median_t:g}, {row.q3_t:g} t"
                for row in found.itertuples()
            ],
        }
    )


def main(register: str, out: str) -> None:
    """Write the table from a folder of the register."""
    build(import_irep(register)).to_csv(Path(out), index=False, lineterminator="\n")


if __name__ == "__main__":
    main(*sys.argv[1:3])
