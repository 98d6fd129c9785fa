"""The numeric columns of a declaration: each cell as a number in the unit of its field."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from symbiosis.errors import say
from symbiosis.flows.cell_units import part_units
from symbiosis.flows.contract import Field, fields_of, fold
from symbiosis.flows.measures import PRICES, QUANTITIES
from symbiosis.flows.numbers import Numbers, number_text, parse_numbers
from symbiosis.flows.table import Table

Floats = NDArray[np.float64]


def check_numbers(table: Table, which: str) -> dict[str, Floats]:
    """Read every numeric column that the table has, and flag text and values out of range.

    Parameters
    ----------
    table
        The lines.
    which
        ``firms`` or ``flows``: whose fields to read. Prices and minimum lots are read where the
        unit of each line is known (`prices`).

    Returns
    -------
    dict
        Numbers by field in the field's unit (quantities: in the unit of their line, still to be
        converted), shape n, NaN where empty or flagged.
    """
    read = {}
    for field in fields_of(which):
        if field.type not in ("number", "year") or field.name not in table.cells:
            continue
        if field.name in PRICES or field.name == "minimum_lot":
            continue
        text = table.column(field.name)
        if field.type == "year":
            text = text.str.replace(r"^(\d{4})-\d\d-\d\d.*$", r"\1", regex=True)
        elif field.name == "epsg":
            text = text.str.replace(_EPSG, "", regex=True)
        elif field.name == "employees":
            text = _head_counts(table, text)
        values, own = _with_units(table, field, text)
        measure = table.measure(field.name)
        if measure is not None:
            filled = (text != "").to_numpy(dtype=bool) & ~own
            if measure.refusal is not None:
                table.flag(filled, field.name, *measure.refusal)
                values[filled] = np.nan
            values = np.where(own, values, values * measure.scale + measure.offset)
        read[field.name] = in_range(table, field, values)
        if field.unit == "%":
            _doubt_shares(table, field, read[field.name], own)
    return read


_EPSG = r"(?i)^(?:urn:ogc:def:crs:)?epsg[\s:]*"
_CLASSES = {
    "00": (0, 0), "01": (1, 2), "02": (3, 5), "03": (6, 9), "11": (10, 19), "12": (20, 49),
    "21": (50, 99), "22": (100, 199), "31": (200, 249), "32": (250, 499), "41": (500, 999),
    "42": (1000, 1999), "51": (2000, 4999), "52": (5000, 9999), "53": (10000, 10000),
}  # fmt: skip
"""Heads in each class of the French register of firms (INSEE, Sirene, ``trancheEffectifs``)."""
_RANGE = re.compile(
    r"(?:de )?([0-9][0-9 ]*)(?: ?[-–] ?| à | a | to )([0-9][0-9 ]*)(?: salari[ée]s?.*)?"
)


def _with_units(table: Table, field: Field, text: pd.Series) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the numbers of a column, and where a cell had its own unit, which is converted.

    A quantity is left without: its unit has a column of its own (`cell_units.split_units`).
    """
    own = np.zeros(len(text), dtype=bool)
    scale, offset = np.ones(len(text)), np.zeros(len(text))
    if field.name not in QUANTITIES:
        parted = part_units(field.name, text)
        plain = parted.text.to_numpy(dtype=object).copy()
        for lines, measure in parted.lines():
            if measure.refusal is not None:
                table.flag(lines, field.name, *measure.refusal)
                plain[lines] = ""
                continue
            own[lines] = True
            scale[lines], offset[lines] = measure.scale, measure.offset
        text = pd.Series(plain, index=text.index, dtype="str")
    low, high = (-np.inf, np.inf) if own.any() else (field.minimum, field.maximum)
    if table.measure(field.name) is not None:
        low, high = -np.inf, np.inf
    numbers = parse_numbers(text, table.marks, low=low, high=high)
    tell_numbers(table, field.name, numbers)
    return numbers.values * scale + offset, own


def tell_numbers(table: Table, name: str, numbers: Numbers) -> None:
    """Flag cells that are no number or two numbers a thousand times apart; say what was decided."""
    wanted = (
        say("write only a number, such as 12.5 or 12,5, and its unit in the column for units")
        if name in QUANTITIES
        else say("write only a number, such as 12.5 or 12,5, and its unit in the header")
    )
    table.flag(numbers.wrong, name, say("this is not a number"), wanted)
    table.flag(
        numbers.undecided,
        name,
        say(
            "its mark may part decimals or thousands, and nothing in the column or the file tells"
            " which"
        ),
        say("write thousands without a mark (1234), or a fourth decimal (1.2340 or 1,2340)"),
    )
    where = say("the rest of the column") if numbers.proves else say("the rest of the file")
    table.remark(
        numbers.as_thousands,
        name,
        say("its mark was read as one of thousands, as {where} shows", where=where),
        say("write a fourth decimal, such as 1.2340 or 1,2340, if that is wrong"),
    )
    table.remark(
        numbers.as_decimal,
        name,
        say("its mark was read as a decimal mark, as {where} shows", where=where),
        say("write thousands without a mark, such as 1234, if that is wrong"),
    )


def _head_counts(table: Table, text: pd.Series) -> pd.Series:
    """Replace size classes (« 22 » of Sirene, « 100 à 199 salariés ») by a middle, with a note."""
    coded = "tranche" in fold(table.header("employees"))
    counts = {}
    for word in text.unique():
        plain = str(word).strip()
        between = _RANGE.fullmatch(plain.lower())
        bounds = _CLASSES.get(plain.zfill(2)) if coded and plain.isdecimal() else None
        if between:
            bounds = (int(between[1].replace(" ", "")), int(between[2].replace(" ", "")))
        if bounds and bounds[0] <= bounds[1]:
            middle = sum(bounds) / 2
            counts[word] = number_text(float(f"{middle:.2g}"))
            table.remark(
                (text == word).to_numpy(dtype=bool),
                "employees",
                say("this size class, {low} to {high}, was read as about {middle}",
                    low=bounds[0], high=bounds[1], middle=counts[word]),
                say("give the number of employees where it is known"),
            )  # fmt: skip
        elif coded and plain.upper() in ("NN", "NC", "[ND]"):
            counts[word] = ""
    return text.map(lambda word: counts.get(word, word)).astype("str") if counts else text


def _doubt_shares(table: Table, field: Field, values: Floats, own: NDArray[np.bool_]) -> None:
    """Say of a column of percentages that none is above 1: it may hold shares."""
    given = ~np.isnan(values) & ~own & (values != 0)
    measure = table.measure(field.name)
    if given.any() and (values[given] <= 1).all() and not (measure and measure.text):
        table.remark(
            given,
            field.name,
            say("read as less than one percent"),
            say("write 78 or 78 % for 78 percent, and not 0.78"),
        )


def in_range(table: Table, field: Field, values: Floats) -> Floats:
    """Return numbers, NaN where they are out of the field's range, which is flagged."""
    low, high = field.minimum, field.maximum
    outside = (values < low) | (values > high)
    if high == np.inf:
        cure = say("give at least {low:g}", low=low)
    else:
        cure = say("give a number from {low:g} to {high:g} ({unit})", low=low, high=high,
                   unit=field.unit or "-")  # fmt: skip
    if field.name in ("longitude", "latitude"):
        return values  # the places are judged together, to tell a swap from a slip
    negative = field.name.startswith("quantity") & (low == 0)
    problem = say("a quantity cannot be negative") if negative else say("this is out of range")
    table.flag(outside, field.name, problem, cure)
    return np.where(outside, np.nan, values)
