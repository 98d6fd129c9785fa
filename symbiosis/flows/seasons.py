"""Flows that do not run evenly through the year: twelve monthly quantities, or a season."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from symbiosis.errors import UnitError, say
from symbiosis.flows.contract import MONTHS, fields, fold
from symbiosis.flows.table import LinesByValue, Table
from symbiosis.units import parse

Floats = NDArray[np.float64]
_AGREES = 0.01
"""Relative difference up to which a year and the sum of its months are the same figure."""


def _month_number(text: str) -> int:
    """Return 1 to 12 from a number or the beginning of a month's name, 0 if it is none."""
    word = fold(text)
    if word.isdecimal():
        return int(word) if 1 <= int(word) <= 12 else 0
    if len(word) < 3:
        return 0
    found = {
        number
        for number, name in enumerate(MONTHS, 1)
        for label in (fields()[name].label_en, fields()[name].label_fr)
        if fold(label).startswith(word)
    }
    return found.pop() if len(found) == 1 else 0


def months_of(text: str) -> tuple[int, ...]:
    """Return the months of a season, ``()`` when the text is none.

    Examples
    --------
    >>> months_of("11-2"), months_of("juin à août"), months_of("1|7"), months_of("été")
    ((11, 12, 1, 2), (6, 7, 8), (1, 7), ())
    """
    months: list[int] = []
    for part in re.split(r"[|,;]", text):
        ends = re.split(r"\s*(?:-|–|\bà\b|\bto\b|\bau\b)\s*", part.strip())
        numbers = [_month_number(end) for end in ends]
        if not numbers or 0 in numbers or len(numbers) > 2:
            return ()
        first, last = numbers[0], numbers[-1]
        months += [(first - 1 + step) % 12 + 1 for step in range((last - first) % 12 + 1)]
    return tuple(dict.fromkeys(months))


def season_shares(table: Table) -> pd.Series:
    """Return the twelve monthly shares of each line's season as text, ``""`` for an even year."""
    codes, words = pd.factorize(table.column("season"))
    lines = LinesByValue(codes, len(words))
    shares = []
    for number, word in enumerate(words):
        months = months_of(str(word)) if word else ()
        if word and not months:
            table.flag(
                lines[number],
                "season",
                say("this season is not understood"),
                say("write the first and last month, such as 11-3, or a list such as 6|7|8"),
            )
        even = np.array([1.0 / len(months) if m in months else 0.0 for m in range(1, 13)])
        shares.append(_text(even) if months and len(months) < 12 else "")
    return pd.Series(shares, dtype="str")[codes].reset_index(drop=True)


def _text(shares: Floats) -> str:
    return "|".join(f"{share:.6g}" for share in shares)


def monthly(
    table: Table, numbers: dict[str, Floats], season: pd.Series
) -> tuple[Floats, pd.Series]:
    """Return each line's quantity in its unit, and its monthly shares.

    Parameters
    ----------
    table
        The lines.
    numbers
        Numbers already read; the twelve months make the year where the year is empty.
    season
        Shares from `season_shares`.

    Returns
    -------
    ndarray
        Quantity in the line's own unit, shape n, NaN where a problem was flagged.
    Series
        Twelve shares separated by ``|``, ``""`` for an even year.
    """
    nothing = np.full(len(table.rows), np.nan)
    year = numbers.get("quantity", nothing)
    have = [name for name in MONTHS if name in numbers]
    if not have:
        return year, season
    months = np.column_stack([numbers.get(name, nothing) for name in MONTHS])
    given = ~np.isnan(months).all(axis=1)
    months = np.nan_to_num(months)
    total = months.sum(axis=1) * _month_scale(table, given)
    both = given & ~np.isnan(year)
    table.flag(
        both & (np.abs(year - total) > _AGREES * np.maximum(np.abs(year), np.abs(total))),
        "quantity",
        say("the year is not the sum of its months"),
        say("correct one of them, or leave the year empty"),
    )
    filled = given & (total > 0)
    own = [_text(row / row.sum()) if good else "" for row, good in zip(months, filled, strict=True)]
    shares = season.where(~filled, pd.Series(own, dtype="str"))
    return np.where(np.isnan(year) & given, total, year), shares


def say_whole_year(table: Table, shares: pd.Series) -> None:
    """Note once a table that months are kept, and that the year is matched as a whole.

    Parameters
    ----------
    table
        The lines.
    shares
        From `monthly`.
    """
    uneven = np.flatnonzero((shares != "").to_numpy(dtype=bool))
    if not len(uneven):
        return
    line = int(uneven[0])
    names = [name for name in ("season", *MONTHS) if table.column(name).iloc[line] != ""]
    table.notes.add(
        say("months or a season are given (lines: {count}) and kept: until months take part in the"
            " matching, the year is matched as a whole", count=len(uneven)),
        say("check with the partner that the months agree"),
        file=table.file,
        row=int(table.rows[line]),
        column=table.header(names[0]),
        value=table.column(names[0]).iloc[line][:80],
    )  # fmt: skip


def _month_scale(table: Table, given: NDArray[np.bool_]) -> Floats:
    """Return what brings a sum of months to the line's unit: 1, or 1/12 for a unit a month."""
    header = next((table.unit(name) for name in MONTHS if table.unit(name)), "")
    text = table.column("unit")
    text = text.where(text != "", (table.unit("quantity") or header).lstrip("/"))
    codes, words = pd.factorize(text)
    scale = np.ones(len(table.rows))
    for rows, word in zip(LinesByValue(codes, len(words)), words, strict=True):
        try:
            period = parse(str(word)).period
        except UnitError:
            continue
        if period == "month":
            scale[rows] = 1 / 12
        elif period not in ("", "year"):
            table.flag(
                rows[given[rows]],
                "unit",
                say("monthly quantities cannot be in {unit}", unit=str(word)[:40]),
                say("give their unit without a period, such as t"),
            )
    return scale
