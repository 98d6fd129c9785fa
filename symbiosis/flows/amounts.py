"""What a unit of each line is worth: yearly quantities, and the figures that conversions need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from symbiosis.errors import UnitError, say
from symbiosis.flows.contract import MONTHS
from symbiosis.flows.table import LinesByValue, Table
from symbiosis.units import Unit, factors, lack_in_words, parse, parse_or_none

Floats = NDArray[np.float64]
LHV_OVER_HHV = {"natural_gas": 59.9 / 66.4}
"""From kgCO2e/GJ PCS and PCI of one gas, ADEME Base Carbone V23.6, elements 37135 and 37134."""


@dataclass(frozen=True)
class Figures:
    """What conversions need, one number a line (shape n), NaN when unknown.

    Parameters
    ----------
    unit
        Canonical unit of each line's material, ``""`` when the material is not known.
    density_t_per_m3, lhv_mwh_per_t, hours_per_year
        Density (the line's own before the catalogue's), heating value, hours of operation.
    dry_share
        Tonnes of dry matter in a tonne of an offer that gives its moisture.
    lhv_over_hhv
        Lower over higher heating value of the materials of `LHV_OVER_HHV`.
    """

    unit: NDArray[np.object_]
    density_t_per_m3: Floats
    lhv_mwh_per_t: Floats
    hours_per_year: Floats
    dry_share: Floats
    lhv_over_hhv: Floats

    def convert(
        self, table: Table, codes: NDArray[np.int64], units: list[Unit | None], column: str
    ) -> Floats:
        """Return canonical units in one unit of each line; flag what would be a guess.

        Parameters
        ----------
        table
            Whose lines are flagged.
        codes, units
            Each line's unit as a position in a list; None for a unit that was not understood, and
            -1 for a line to leave out.
        column
            Field under which problems are told.
        """
        worth = np.full(len(codes), np.nan)
        lines = LinesByValue(codes, len(units))
        for number, unit in enumerate(units):
            if unit is None:
                continue
            here = lines[number]
            for to in ("t", "MWh", "m3"):
                rows = here[self.unit[here] == to]
                if not len(rows):
                    continue
                worth[rows], lacks = factors(
                    unit,
                    to,
                    self.density_t_per_m3[rows],
                    self.lhv_mwh_per_t[rows],
                    self.hours_per_year[rows],
                    dry_share=self.dry_share[rows],
                    lhv_over_hhv=self.lhv_over_hhv[rows],
                )
                for lack in sorted(set(lacks) - {""}):
                    words = lack_in_words(unit.text, to, str(lack))
                    table.flag(rows[lacks == lack], column, *words)
        return worth


def quantity_units(table: Table) -> tuple[NDArray[np.int64], list[Unit | None]]:
    """Return the unit of each line's quantity as a position in a list; flag unknown ones.

    The unit of a line beats that of the header, and says so where they differ; the period of a
    header (« Tonnage par mois », « Quantité (t/mois) ») serves lines whose unit has none.
    """
    text = table.column("unit")
    header = table.unit("quantity") or next(
        (table.unit(month) for month in MONTHS if table.unit(month)), ""
    )
    alone = header.startswith("/")
    period = header if alone else _period(header)
    codes, words = pd.factorize(text.where(text != "", "" if alone else header))
    lines = LinesByValue(codes, len(words))
    units: list[Unit | None] = []
    for number, word in enumerate(words):
        try:
            unit = parse(str(word))
            if period and not unit.period:
                unit = parse(f"{word}{period}")
            units.append(unit)
            _tell_other_unit(table, lines[number], unit, header)
        except UnitError as error:
            units.append(None)
            problem = next(iter(error.problems))
            what = (problem.problem, problem.cure) if word else _NO_UNIT
            table.flag(lines[number], "unit", *what)
    return codes, units


def _period(header: str) -> str:
    """Return the period of a header's unit as ``/month``, ``""`` for none or a year."""
    unit = parse_or_none(header)
    return f"/{unit.period}" if unit is not None and unit.period not in ("", "year") else ""


def _tell_other_unit(table: Table, lines: NDArray[np.int64], unit: Unit, header: str) -> None:
    """Say that a line's unit is worth another amount than that of the header."""
    beside = any(heading.how == "beside" for heading in table.headings)
    other = parse_or_none(header)
    if other is None or header.startswith("/") or beside:
        return
    if (other.base, other.basis) == (unit.base, unit.basis) and other.factor == unit.factor:
        return
    if (other.base, other.basis, other.period) == (unit.base, unit.basis, "") and unit.period:
        amount = parse_or_none(unit.text.split("/")[0]) or unit
        if amount.factor == other.factor:
            return  # « Quantité (t) » and t/mois
    table.remark(
        lines,
        "unit",
        say("this line is in {unit} and the header says {header}: the line's was taken",
            unit=unit.text[:40], header=header[:40]),
        say("correct the header or the line if that is wrong"),
    )  # fmt: skip


_NO_UNIT = (
    say("no unit is given"),
    say("write t, kg, m3, MWh …; a bare t means tonnes a year"),
)
