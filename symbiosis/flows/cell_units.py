"""Units written in the cells of figures: « 1 200 t/an », « 12,5 c€/kg », « € 85 », « 393 K »."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from symbiosis.errors import say
from symbiosis.flows.contract import MONTHS, fold
from symbiosis.flows.measures import PRICES, Measure, read_measure
from symbiosis.flows.table import LinesByValue, Table
from symbiosis.units import parse_or_none

_NUMBER = r"[+\-−–]?\s?[0-9.,](?:[^A-Za-z%°€$£‰]*[0-9.,])?"
_BEHIND = re.compile(rf"({_NUMBER})\s*([^\s0-9.,][^\n]{{0,40}})")
_BEFORE = re.compile(
    rf"(€|£|\$|¥|EUR|USD|GBP|CHF)\s?({_NUMBER})\s*((?:/|par |per |la )[^\n]{{1,40}})?",
    re.IGNORECASE,
)
_ODD = r"[0-9]\s*[^0-9\s.,'’]|^[^0-9\s.,'’+\-−–]"


@dataclass(frozen=True)
class Parted:
    """A column of figures, and the units that stand in its cells.

    Parameters
    ----------
    text
        The cells without their units, shape n; a cell whose text is no unit stays as it is.
    codes
        Position of each line's own unit in ``measures``, -1 where its cell has none, shape n.
    measures
        The distinct units.
    """

    text: pd.Series
    codes: NDArray[np.int64]
    measures: list[Measure]

    def lines(self) -> list[tuple[NDArray[np.int64], Measure]]:
        """Return the lines of each unit."""
        each = LinesByValue(self.codes, len(self.measures))
        return [(each[number], measure) for number, measure in enumerate(self.measures)]


def part_units(name: str, text: pd.Series) -> Parted:
    """Part the figures of a column from the units in their cells.

    Parameters
    ----------
    name
        The field of the column: what is a unit depends on it.
    text
        Stripped cells, shape n.

    Examples
    --------
    >>> parted = part_units("price_eur_per_unit", pd.Series(["85 €/kg", "12", "£ 3"]))
    >>> parted.text.tolist(), parted.codes.tolist(), [unit.text for unit in parted.measures]
    (['85', '12', '3'], [0, -1, 1], ['€/kg', '£'])
    """
    codes = np.full(len(text), -1, dtype=np.int64)
    odd = np.flatnonzero(text.str.contains(_ODD, regex=True))
    if not len(odd):
        return Parted(text, codes, [])
    which, words = pd.factorize(text.iloc[odd])
    plain = text.to_numpy(dtype=object).copy()
    measures: dict[str, int] = {}
    read: list[Measure] = []
    for lines, word in zip(LinesByValue(which, len(words)), words, strict=True):
        parts = _apart(str(word), price=name in PRICES)
        measure = read_measure(name, parts[1]) if parts else None
        if parts is None or measure is None:
            continue
        if parts[1] not in measures:
            measures[parts[1]] = len(read)
            read.append(measure)
        plain[odd[lines]] = parts[0]
        codes[odd[lines]] = measures[parts[1]]
    return Parted(pd.Series(plain, index=text.index, dtype="str"), codes, read)


def _apart(cell: str, *, price: bool) -> tuple[str, str] | None:
    """Return the number and the unit of a cell, None where it is no such pair."""
    behind = _BEHIND.fullmatch(cell[:120])
    if behind:
        return behind[1].strip(), behind[2].strip()
    before = _BEFORE.fullmatch(cell[:120]) if price else None
    return (before[2].strip(), f"{before[1]}{before[3] or ''}") if before else None


def split_units(table: Table) -> None:
    """Move units written after quantities (« 12 t/an ») to the column for units, with a note.

    A cell is split when what follows the number is a unit. Where the line has another unit, or its
    cells have several, the line is a problem: nothing tells which of them is right.
    """
    names = [name for name in ("quantity", *MONTHS) if name in table.cells]
    _check_headers(table, [name for name in names if name != "quantity"])
    parts = {name: part_units(name, table.cells[name]) for name in names}
    own = {name: part for name, part in parts.items() if (part.codes >= 0).any()}
    if not own:
        return
    units = table.column("unit").to_numpy(dtype=object).copy()
    cells = {name: table.cells[name].to_numpy(dtype=object).copy() for name in own}
    moved = np.zeros(len(units), dtype=bool)
    for lines in _alike(table, names, own):
        said = {name: _said(part, int(lines[0])) for name, part in own.items()}
        written = {name: measure for name, measure in said.items() if measure is not None}
        unit, odd = _unit_of_line(table, int(lines[0]), written, names)
        if odd is not None:
            _flag_other(table, lines, *odd)
        if odd is not None or not unit or not written:
            continue
        for name in written:
            cells[name][lines] = own[name].text.to_numpy(dtype=object)[lines]
        moved[lines] = True
        units[lines] = unit
    _say_moved(table, moved, own)
    wrong = table.bad & np.any([part.codes >= 0 for part in own.values()], axis=0)
    for name, changed in cells.items():
        changed[wrong] = ""  # told already, and no number
        table.cells[name] = pd.Series(changed, dtype="str")
    if moved.any():
        table.cells["unit"] = pd.Series(units, dtype="str")


def _check_headers(table: Table, months: list[str]) -> None:
    """Flag lines with months where the headers of the months, or of the year, differ in unit."""
    said = [_amount(table.unit(name)) for name in months]
    year = _amount(table.unit("quantity"))
    if not any(said) or (set(said) == {said[0]} and year in (None, said[0])):
        return
    given = np.any([(table.cells[name] != "").to_numpy(dtype=bool) for name in months], axis=0)
    table.flag(
        given,
        months[0],
        say("the headers of the months, or of the year, give different units"),
        say("give all of them in one unit"),
    )


def _amount(text: str) -> tuple[str, str, float] | None:
    """Return what a header's unit is worth without its period, None where it has no amount."""
    unit = parse_or_none(re.split(r"/|\bpar\b|\bper\b", text)[0]) if text else None
    return None if unit is None else (unit.base, unit.basis, unit.factor)


def _alike(table: Table, names: list[str], own: dict[str, Parted]) -> list[NDArray[np.int64]]:
    """Return the lines with units in their cells, those of one kind together."""
    kinds = pd.DataFrame({"unit": table.column("unit")})
    for name in names:
        kinds[f"filled {name}"] = table.cells[name] != ""
    for name, part in own.items():
        kinds[f"unit of {name}"] = part.codes
    lines = np.flatnonzero(np.any([part.codes >= 0 for part in own.values()], axis=0))
    kind = kinds.iloc[lines].groupby(list(kinds.columns), sort=False).ngroup()
    numbers = np.asarray(kind, dtype=np.int64)
    return [lines[rows] for rows in LinesByValue(numbers, int(numbers.max()) + 1)]


def _said(part: Parted, line: int) -> Measure | None:
    """Return the unit in a cell; None for none, and for words that are no unit of an amount."""
    code = part.codes[line]
    measure = part.measures[code] if code >= 0 else None
    return measure if measure is None or measure.refusal is not None or measure.unit else None


Odd = tuple[str, Measure, str]
"""A cell at odds with its line: the field, its unit, and the other unit, "" for none."""


def _unit_of_line(
    table: Table, line: int, written: dict[str, Measure], names: list[str]
) -> tuple[str, Odd | None]:
    """Return the unit of a line whose cells have units, "" for no change, and a cell at odds."""
    column = str(table.column("unit").iloc[line])
    unit = column
    for name, measure in written.items():
        header = table.measure(name)
        if measure.refusal is not None:
            return "", (name, measure, "")
        if header is not None and header.scale != 1:
            return "", (name, measure, header.text)
        if measure.unit.startswith("/"):
            return "", None  # « 12 par mois »: no unit
        both = _together(unit, measure.text) if unit else measure.text
        if not both:
            return "", (name, measure, unit)
        unit = both
    alone = [n for n in names if n not in written and table.cells[n].iloc[line] != ""]
    if alone and written and not column:  # the other cells of the line have no unit of their own
        other = table.unit(alone[0])
        first = next(iter(written))
        if not other or _together(other, unit) not in (other, unit):
            return "", (first, written[first], other)
    return unit, None


def _together(first: str, second: str) -> str:
    """Return the one of two units that says more; "" where they are worth different amounts.

    Examples
    --------
    >>> _together("t", "tonnes"), _together("t", "t/mois"), _together("kg", "t")
    ('t', 't/mois', '')
    """
    if fold(first) == fold(second):
        return first
    one, other = parse_or_none(first), parse_or_none(second)
    if one is None or other is None or (one.base, one.basis) != (other.base, other.basis):
        return ""
    if (one.factor, one.hourly) == (other.factor, other.hourly):
        return second if other.period and not one.period else first
    bare, said, text = (one, other, second) if other.period else (other, one, first)
    amount = parse_or_none(re.split(r"/|\bpar\b|\bper\b", text)[0].strip())
    same = amount is not None and amount.factor == bare.factor and not amount.hourly
    return text if said.period and not bare.period and not bare.hourly and same else ""


def _flag_other(
    table: Table, lines: NDArray[np.int64], name: str, measure: Measure, other: str
) -> None:
    """Flag a cell whose unit is none that is converted, or not that of the rest of its line."""
    words = measure.refusal or (
        say("the cell says {unit} and its column or its line says {other}",
            unit=measure.text[:40], other=other[:40])
        if other
        else say("other cells of this line have no unit, and this one has"),
        say("write one unit for the whole line, in the column for units"),
    )  # fmt: skip
    table.flag(lines, name, *words)


def _say_moved(table: Table, moved: NDArray[np.bool_], own: dict[str, Parted]) -> None:
    """Note the lines whose unit stood in a cell."""
    first = next(iter(own))
    table.remark(
        moved,
        first,
        say("the unit was read from the cell of the quantity"),
        say("write the unit in its own column"),
    )
