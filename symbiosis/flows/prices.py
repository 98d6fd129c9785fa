"""Prices and minimum lots, each in the unit of its cell, else of its header."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from symbiosis.errors import UnitError, say
from symbiosis.flows.amounts import Figures
from symbiosis.flows.cell_units import Parted, part_units
from symbiosis.flows.contract import fields
from symbiosis.flows.measures import Measure
from symbiosis.flows.number_columns import in_range, tell_numbers
from symbiosis.flows.numbers import parse_numbers
from symbiosis.flows.table import Table
from symbiosis.units import Unit, parse, parse_or_none

Floats = NDArray[np.float64]
Lines = NDArray[np.int64]
_PLAIN = Measure("")
"""Of a figure without any unit: EUR per canonical unit, or canonical units a year."""


def prices(table: Table, name: str, quantity: Floats, figures: Figures) -> Floats:
    """Return prices in EUR per canonical unit of each line's material.

    Parameters
    ----------
    table
        The lines.
    name
        Field of the price.
    quantity
        Yearly quantities in canonical units, shape n: a price « €/an » or « k€ » of the whole flow
        is divided by them.
    figures
        What conversions need.

    Returns
    -------
    ndarray
        Shape n; NaN where empty or flagged.
    """
    if name not in table.cells:
        return np.full(len(table.rows), np.nan)
    read, groups = _figures_of(table, name)
    for lines, measure in groups:
        given = lines[~np.isnan(read[lines])]
        if not len(given):
            continue
        euros = read[given] * measure.scale
        if measure.per_year:
            with np.errstate(divide="ignore", invalid="ignore"):
                euros = euros * measure.per_year / quantity[given]
            read[given] = np.where(np.isfinite(euros), euros, np.nan)
        elif measure.unit:
            read[given] = euros / _worth(table, name, measure.unit, given, figures)[given]
        else:
            read[given] = euros
    return in_range(table, fields()[name], read)


def lots(table: Table, name: str, figures: Figures) -> Floats:
    """Return amounts in canonical units a year, shape n; NaN where empty or flagged."""
    if name not in table.cells:
        return np.full(len(table.rows), np.nan)
    read, groups = _figures_of(table, name)
    for lines, measure in groups:
        given = lines[~np.isnan(read[lines])]
        if measure.unit and len(given):
            read[given] *= _worth(table, name, measure.unit, given, figures)[given]
        read[given] *= measure.scale
    return in_range(table, fields()[name], read)


def _figures_of(table: Table, name: str) -> tuple[Floats, list[tuple[Lines, Measure]]]:
    """Return the figures of a column as written, and the lines of each unit; flag what is wrong."""
    parted = part_units(name, table.column(name))
    text = parted.text.to_numpy(dtype=object).copy()
    groups = _measures(table, name, parted)
    filled = text != ""
    for lines, measure in groups:
        if measure.refusal is not None:
            table.flag(lines[filled[lines]], name, *measure.refusal)
            text[lines] = ""
    numbers = parse_numbers(pd.Series(text, dtype="str"), table.marks)
    tell_numbers(table, name, numbers)
    return numbers.values.copy(), groups


def _measures(table: Table, name: str, parted: Parted) -> list[tuple[Lines, Measure]]:
    """Return the lines of each unit: that of the cells, or of the header for those without."""
    header = table.measure(name)
    groups = [(np.flatnonzero(parted.codes < 0), header or _PLAIN)]
    for lines, own in parted.lines():
        measure = own if header is None else _under(own, header)
        if measure.refusal is None and measure is own and own is not header:
            _tell_choice(table, name, lines, own, header)
        groups.append((lines, measure))
    return groups


def _under(own: Measure, header: Measure) -> Measure:
    """Return what the unit of a cell means below that of a header.

    « 12 € » below « (k€) » may be a sign that the format of the cell adds: nothing tells.
    """
    if own.refusal is not None and not own.bare:
        return own
    partial = own.bare or own.unit.startswith("/") or bool(own.scale != 1 and not own.money)
    if not partial and (own.money or header.scale == 1):
        return own
    if own.bare and header.refusal is None:
        if own.scale == header.scale:
            return header
        if own.scale > 1 and header.per_year:
            return replace(header, text=own.text, scale=own.scale)
    return replace(own, refusal=(
        say("the cell says {unit} and its column or its line says {other}",
            unit=own.text[:40], other=header.text[:40]),
        say("write the whole unit in the cell, such as €/t or kg, or only the number"),
    ))  # fmt: skip


def _tell_choice(
    table: Table, name: str, lines: Lines, own: Measure, header: Measure | None
) -> None:
    """Say what was chosen: a unit that is read with a doubt, or goes before that of the header."""
    if own.doubt is not None and not (own.bare and own.scale == 1):  # « 85 € » is read as 85 is
        table.remark(lines, name, *own.doubt)
    if header is None or header.bare or not header.text:
        return
    if (own.scale, own.per_year, _unit(own)) != (header.scale, header.per_year, _unit(header)):
        table.remark(
            lines,
            name,
            say("this cell is in {unit} and the header says {header}: the cell's was taken",
                unit=own.text[:40], header=header.text[:40]),
            say("correct the header or the cell if that is wrong"),
        )  # fmt: skip


def _unit(measure: Measure) -> tuple[object, ...]:
    """Return what tells two units apart, however they are written."""
    unit = parse_or_none(measure.unit)
    if unit is None:
        return (measure.unit,)
    return unit.base, unit.factor, unit.hourly, unit.basis


def _worth(table: Table, name: str, text: str, given: Lines, figures: Figures) -> Floats:
    """Return what one unit is worth in the canonical unit of the given lines, shape n."""
    try:
        unit: Unit | None = parse(text)
    except UnitError as error:
        problem = next(iter(error.problems))
        table.flag(given, name, problem.problem, problem.cure)
        unit = None
    codes = np.full(len(table.rows), -1, dtype=np.int64)
    codes[given] = 0
    return figures.convert(table, codes, [unit], name)
