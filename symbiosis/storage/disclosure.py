"""Which columns may be served, by what they tell: the unit of each stands in the column tables.

A column is *open*, or it is *money*: its unit holds EUR, or it was worked out from prices. What no
table of columns documents counts as money too, so that a new column is withheld until it is
documented, and a new sum of money is withheld by its unit alone.
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from symbiosis import bundled

# Documented tables by the file of ``symbiosis/data/columns`` that they stand in.
_FILES = ("flows", "graph", "matching", "impacts", "storage")
# Whose unit is no money and which tell of it all the same: what each firm did or did not give, and
# how far an exchange would carry.
_FROM_PRICES = frozenset({"assumed", "breakeven_km"})


@cache
def units(*tables: str) -> dict[str, str]:
    """Return the unit of each documented column of some tables of ``symbiosis/data/columns``."""
    known: dict[str, str] = {}
    for file in _FILES:
        rows = bundled.table(f"columns/{file}")
        rows = rows[rows["table"].isin(tables)]
        known |= dict(zip(rows["column"], rows["unit"], strict=True))
    return known


def is_open(column: str, *tables: str) -> bool:
    """Return whether a column tells nothing of money: documented, and not in EUR.

    Examples
    --------
    >>> is_open("quantity", "shipments"), is_open("net_gain_eur_low", "by_shipment")
    (True, False)
    >>> is_open("margin", "shipments")
    False
    """
    unit = units(*tables).get(column)
    return unit is not None and "EUR" not in unit.upper() and column not in _FROM_PRICES


def money(table: pd.DataFrame, *tables: str) -> list[str]:
    """Return the columns of a table that only those may read who may read both prices."""
    return [str(name) for name in table if not is_open(str(name), *tables)]


def blank(table: pd.DataFrame, rows: pd.Series, columns: list[str]) -> None:
    """Empty some cells in place: "" for a text, NaN for a number, None for a place.

    Parameters
    ----------
    table
        Changed in place.
    rows
        A boolean a row.
    columns
        Which columns; those that the table lacks are passed over.
    """
    if not rows.any():
        return
    for name in table.columns.intersection(columns):
        kind = table[name].dtype.kind
        if name == "geometry":
            table.loc[rows, name] = None
        elif kind in "iuf":
            table[name] = table[name].astype(float).mask(rows)
        elif kind == "M":
            table[name] = table[name].mask(rows)
        elif kind == "b":
            table[name] = table[name].astype(object).mask(rows, None)
        else:
            table.loc[rows, name] = ""
