"""The flows of a declaration: what goes out and comes in, in canonical units a year."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from symbiosis.catalogue import Catalogue, contaminant
from symbiosis.errors import Message, Problem, say
from symbiosis.flows.amounts import LHV_OVER_HHV, Figures, quantity_units
from symbiosis.flows.checks import (
    check_allowed,
    check_low_list,
    check_operation,
    check_required,
)
from symbiosis.flows.materials import identify_all
from symbiosis.flows.number_columns import Floats, check_numbers
from symbiosis.flows.prices import lots, prices
from symbiosis.flows.seasons import monthly, say_whole_year, season_shares
from symbiosis.flows.table import MOST, Table

ABSURD = {"t": 1e8, "MWh": 1e8, "m3": 1e10}
"""Largest believable yearly quantity: 100 Mt, 100 TWh, 10 km3 (a large power station's cooling)."""
_KNOWN = ("kind", "unit", "density_t_per_m3", "lhv_mwh_per_t")
_TEXTS = ("form", "contaminants", "packaging", "case", "source", "note")
_NUMBERS = ("moisture_pct", "purity_pct", "temperature_c", "route_distance_km", "year")
_SAME = (
    "firm", "direction", "material", "quantity", "route", "operation", "form", "case", "source",
    "year", "temperature_c", "purity_pct", "moisture_pct", "contaminants", "packaging", "note",
    "route_cost_eur_per_unit", "price_eur_per_unit", "months",
)  # fmt: skip

_SAME_ID = (
    say("this identifier is already that of another flow"),
    say("give each flow its own identifier, or none"),
)


def check_flows(
    table: Table,
    firm: NDArray[np.int64],
    catalogue: Catalogue,
    *,
    accept: bool = False,
    keep_repeated: bool = False,
) -> pd.DataFrame:
    """Check a table with one line a flow.

    Parameters
    ----------
    table
        The lines; marked where they have problems.
    firm
        Position of each line's firm, -1 when unknown (already flagged), shape n.
    catalogue
        Materials and their figures.
    accept
        Take the best suggestion for an unknown material, and say so.
    keep_repeated
        Take a line that repeats another one as a flow of its own, and say so.

    Returns
    -------
    DataFrame
        One row a line: ``firm``, ``direction`` and every column of offers and needs.
    """
    check_required(table, "flows")
    flows = pd.DataFrame({"flow_id": _ids(table), "firm": firm})
    words = check_allowed(table, "flows")
    numbers = check_numbers(table, "flows")
    nothing = np.full(len(table.rows), np.nan)
    blank = pd.Series("", index=flows.index, dtype="str")
    for name in ("direction", "visibility", "status"):
        flows[name] = words.get(name, blank)
    flows["material"] = identify_all(table, catalogue, accept=accept)
    for name in _NUMBERS:
        flows[name] = numbers.get(name, nothing)
    for name in _TEXTS:
        flows[name] = table.column(name)
    flows["contaminants"] = _disturbances(flows["contaminants"], catalogue)
    flows["authorised"] = check_low_list(table, "authorised", catalogue)
    flows["route"] = check_operation(table, "route")
    flows["operation"] = check_operation(table, "operation")
    entries = catalogue.entries[list(_KNOWN)].reindex(flows["material"])
    flows["kind"] = entries["kind"].fillna("").to_numpy()
    flows["unit"] = entries["unit"].fillna("").to_numpy()
    figures = _figures(flows, entries, numbers)
    amount, flows["months"] = monthly(table, numbers, season_shares(table))
    say_whole_year(table, flows["months"])
    flows["quantity"] = amount * figures.convert(table, *quantity_units(table), "unit")
    for name in ("route_cost_eur_per_unit", "price_eur_per_unit"):
        flows[name] = prices(table, name, flows["quantity"].to_numpy(), figures)
    flows["minimum_lot"] = lots(table, "minimum_lot", figures)
    _check_given(table, amount)
    _check_quantity(table, flows)
    _check_repeats(table, flows, keep=keep_repeated)
    return flows


def _disturbances(cells: pd.Series, catalogue: Catalogue) -> pd.Series:
    """Return what disturbs in the words that pathways use, whatever the language given."""
    read = {
        cell: "|".join(
            contaminant(word, catalogue) for word in re.split("[,;|]", cell) if word.strip()
        )
        for cell in cells.unique()
    }
    return cells.map(read)


def _ids(table: Table) -> pd.Series:
    given = table.column("flow_id")
    if not (given != "").any():  # rows differ: no text but these is made
        return pd.Series(np.char.add("L", table.rows.astype("U12")), index=given.index, dtype="str")
    repeated = (given.duplicated() & (given != "")).to_numpy(dtype=bool)
    table.flag(
        repeated,
        "flow_id",
        *_SAME_ID,
    )
    numbered = "L" + pd.Series(table.rows, index=given.index).astype("str")
    clash = (given != "").any() and numbered.isin(given).any()
    if clash or numbered.duplicated().any():
        numbered = pd.Series([f"flow-{i + 1}" for i in range(len(given))], dtype="str")
    return given.where(given != "", numbered)


def _figures(flows: pd.DataFrame, entries: pd.DataFrame, numbers: dict[str, Floats]) -> Figures:
    """Gather what conversions need: the line's own density before the catalogue's.

    The moisture of a need is the most that it accepts, and says nothing of its dry matter.
    """
    nothing = np.full(len(flows), np.nan)
    offered = (flows["direction"] == "offer").to_numpy(dtype=bool)
    dry = nothing.copy()
    dry[offered] = 1 - numbers.get("moisture_pct", nothing)[offered] / 100
    given = numbers.get("density_t_per_m3", nothing)
    known = entries["density_t_per_m3"].to_numpy(dtype=float)
    return Figures(
        flows["unit"].to_numpy(dtype=object),
        np.where(np.isnan(given), known, given),
        entries["lhv_mwh_per_t"].to_numpy(dtype=float),
        numbers.get("hours_per_year", nothing),
        dry,
        np.array([LHV_OVER_HHV.get(material, np.nan) for material in flows["material"]]),
    )


def _check_given(table: Table, amount: Floats) -> None:
    empty = np.isnan(amount) & (table.column("quantity") == "").to_numpy(dtype=bool)
    table.flag(
        empty & ~table.bad,
        "quantity",
        say("this cell is empty and may not be"),
        say("give the quantity of a year, or of the twelve months"),
    )


def _check_quantity(table: Table, flows: pd.DataFrame) -> None:
    quantity = flows["quantity"].to_numpy(dtype=float)
    limit = flows["unit"].map(ABSURD).to_numpy(dtype=float)
    table.flag(
        quantity > limit,
        "quantity",
        say("this is more than 100 Mt a year (100 TWh, 10 km3): it cannot be"),
        say("check the number, its decimal mark and its unit"),
    )
    table.flag(
        quantity == 0,
        "quantity",
        say("a flow of zero is no flow"),
        say("give its quantity, or remove the line"),
    )


REPEATED_CURE = say(
    "remove it, or tell them apart by the number of the slip or the note; --keep-repeated takes"
    " equal lines as flows of their own"
)
"""Cure of a line that repeats another one."""


def _check_repeats(table: Table, flows: pd.DataFrame, *, keep: bool) -> None:
    """Flag lines that repeat an earlier good one in everything that counts, or note them.

    Two equal slips are two flows where each has its own number, or where that was asked for.
    """
    good = ~table.bad
    seen = flows.loc[good, list(_SAME)].assign(
        own=table.column("flow_id")[good], slip=table.column("slip")[good]
    )
    groups = seen.groupby([*_SAME, "own", "slip"], sort=False, dropna=False).ngroup().to_numpy()
    lines = np.flatnonzero(good)
    first = np.full(groups.max() + 1 if len(groups) else 0, -1)
    first[groups[::-1]] = lines[::-1]
    for line, group in zip(lines, groups, strict=True):
        if first[group] != line:
            _tell_repeat(
                table,
                int(line),
                say("this line repeats row {row}", row=int(table.rows[first[group]])),
                keep=keep,
            )


def _tell_repeat(table: Table, line: int, repeats: Message, *, keep: bool) -> None:
    """Flag a line that repeats another one; where such lines are kept, note it.

    An identifier that stands twice is a problem all the same: it says that they are one flow.
    """
    if keep:
        table.notes.extend([
            Problem(
                say("{repeats}; it was taken as a flow of its own, as asked", repeats=repeats),
                say("remove it if it is the same"),
                table.file, int(table.rows[line]), table.header("material"),
                str(table.column("material").iloc[line])[:80],
            )
        ] if len(table.notes) < MOST else [])  # fmt: skip
        return
    table.flag(np.array([line]), "material", repeats, REPEATED_CURE)


def repeated(
    tables: Sequence[Table], lines: Sequence[pd.DataFrame], *, keep: bool = False
) -> pd.DataFrame:
    """Join the lines of several tables; flag what repeats a line or an identifier of another.

    Parameters
    ----------
    tables
        The lines; marked where they repeat those of an earlier table.
    lines
        What `check_flows` returned for each.
    keep
        Take a line that repeats one of another table as a flow of its own, and say so.

    Returns
    -------
    DataFrame
        All lines, with identifiers of which no two are the same.
    """
    if len(lines) < 2:
        return lines[0] if lines else pd.DataFrame()
    joined = pd.concat(lines, ignore_index=True)
    part = np.repeat(np.arange(len(tables)), [len(table.rows) for table in tables])
    line = np.concatenate([np.arange(len(table.rows)) for table in tables])
    given = pd.concat([table.column("flow_id") for table in tables], ignore_index=True)
    named = given[given != ""]
    first = named.index.to_series().groupby(named).transform("first")
    for at in first.index[part[first.index] != part[first]]:
        tables[part[at]].flag(np.array([line[at]]), "flow_id", *_SAME_ID)
    good = joined[~np.concatenate([table.bad for table in tables])]
    slips = pd.concat([table.column("slip") for table in tables], ignore_index=True)
    good = good.assign(own=given[good.index], slip=slips[good.index])
    groups = good.groupby([*_SAME, "own", "slip"], sort=False, dropna=False).ngroup()
    first = good.index.to_series().groupby(groups).transform("first")
    for at in first.index[part[first.index] != part[first]]:
        other = tables[part[first[at]]]
        repeats = say("this line repeats row {row} of {file}",
                      row=int(other.rows[line[first[at]]]), file=other.file)  # fmt: skip
        _tell_repeat(tables[part[at]], int(line[at]), repeats, keep=keep)
    if joined["flow_id"].duplicated().any():
        numbered = pd.Series([f"flow-{i + 1}" for i in range(len(joined))], dtype="str")
        joined["flow_id"] = given.where(given != "", numbered)
    return joined
