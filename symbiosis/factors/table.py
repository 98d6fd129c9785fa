"""The factor table: one row a number with its range, boundary and source; checked, then looked up.

A factor is found by topic and subject. Of several rows that answer, the geography preferred comes
first (French, European, British, American …), then the latest year that is not after the study's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from symbiosis import bundled
from symbiosis.errors import DataError, Problems, say
from symbiosis.factors.pool import Factor

FACTOR_COLUMNS = (
    "factor_id", "topic", "subject", "value", "low", "high", "unit", "boundary", "contains",
    "geography", "year", "source", "licence", "note", "replaces", "distribution",
)  # fmt: skip
PREFERENCE = ("FR", "EU", "NL", "GB", "US", "world")
DISTRIBUTIONS = ("triangular", "uniform", "normal", "lognormal", "fixed")
UNITS = {
    "primary_emissions": ("kgCO2e/t", "kgCO2e/MWh", "kgCO2e/m3"),
    "secondary_emissions": ("kgCO2e/t", "kgCO2e/MWh", "kgCO2e/m3"),
    "processing_emissions": ("kgCO2e/unit",),
    "disposal_emissions": ("kgCO2e/t",),
    "route_credit": ("kgCO2e/t",),
    "electricity": ("kgCO2e/kWh",),
    "heat_energy": ("kgCO2e/kWh",),
    "combustion_emissions": ("kgCO2e/t",),
    "jobs": ("FTE/1000 t",),
    "jobs_primary": ("FTE/1000 t",),
    "jobs_ademe2013": ("FTE/1000 t",),
    "jobs_transport": ("FTE/Mt.km",),
    "gate_fee": ("EUR/t",),
    "landfill_tax": ("EUR/t",),
    "reject_rate": ("t/t",),
    "used_fraction": ("t/t",),
    "primary_energy": ("MWh/t", "MWh/MWh", "MWh/m3"),
    "biogenic_carbon": ("tCO2/t",),
    "transport_load": ("t/trip",),
}
"""Units that each topic may be written in; the arithmetic converts nothing."""


@dataclass(frozen=True)
class FactorTable:
    """Factors that can be looked up.

    Parameters
    ----------
    rows
        One row a factor; columns `FACTOR_COLUMNS`, the three numbers as floats.
    year
        Year of the study: later rows are passed over while an earlier one exists.
    """

    rows: pd.DataFrame
    year: int = 2025
    _best: dict[tuple[str, str], int] = field(default_factory=dict, repr=False)
    _made: dict[int, Factor] = field(default_factory=dict, repr=False)
    _contents: dict[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, rows: pd.DataFrame, year: int = 2025) -> FactorTable:
        """Return the table of a catalogue's factors, checked.

        Parameters
        ----------
        rows
            Columns `FACTOR_COLUMNS`; ``low`` and ``high`` may be empty (then no range).
        year
            Year of the study.

        Raises
        ------
        DataError
            With every row that is wrong: low above high, a unit that its topic does not know, a
            row that replaces itself through others.
        """
        clean = _tidy(rows)
        problems = check(clean)
        if len(problems):
            raise DataError(problems)
        contents = dict(zip(clean["factor_id"], clean["contains"], strict=True))
        return cls(clean, year, _index(clean, year), {}, contents)

    def find(self, topic: str, *subjects: str) -> Factor | None:
        """Return the first subject's factor that exists, or None."""
        for subject in subjects:
            row = self._best.get((topic, subject))
            if row is not None:
                if row not in self._made:
                    self._made[row] = self._factor(row)
                return self._made[row]
        return None

    def contains(self, factor: Factor) -> frozenset[str]:
        """Return what a factor already contains, such as ``processing``."""
        text = self._contents.get(factor.name, "")
        return frozenset(word for word in text.split("|") if word)

    def subjects(self, topic: str) -> list[str]:
        """Return the subjects known for a topic."""
        return sorted(subject for known, subject in self._best if known == topic)

    def _factor(self, row: int) -> Factor:
        record = self.rows.iloc[row]
        return Factor(
            name=str(record["factor_id"]),
            central=float(record["value"]),
            low=float(record["low"]),
            high=float(record["high"]),
            unit=str(record["unit"]),
            source=str(record["source"]),
            year=str(record["year"]),
            note=str(record["note"]),
            distribution=str(record["distribution"]),
            topic=str(record["topic"]),
        )


def _tidy(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with every column, numbers as floats and empty ranges closed."""
    table = rows.reset_index() if "factor_id" not in rows.columns else rows.reset_index(drop=True)
    table = table.rename(columns={"index": "factor_id"})
    for column in FACTOR_COLUMNS:
        if column not in table:
            table[column] = ""
    for column in ("value", "low", "high"):
        table[column] = pd.to_numeric(table[column], errors="coerce")
    table["low"] = table["low"].fillna(table["value"])
    table["high"] = table["high"].fillna(table["value"])
    table["distribution"] = table["distribution"].replace("", "triangular").fillna("triangular")
    text = [c for c in FACTOR_COLUMNS if c not in ("value", "low", "high")]
    table[text] = table[text].fillna("").astype(str)
    return table


def check(table: pd.DataFrame) -> Problems:
    """Return what is wrong in a table of factors, row by row.

    Parameters
    ----------
    table
        Columns `FACTOR_COLUMNS` and ``distribution``.
    """
    problems = Problems()
    for number, row in zip(_lines(table), table.to_dict("records"), strict=True):
        where = {"file": "factors.csv", "row": number}
        name = str(row["factor_id"])
        if not np.isfinite(row["value"]):
            problems.add(
                say("the factor {name} has no value", name=name),
                say("write a number in the column value"),
                column="value", value=row["value"], **where,
            )  # fmt: skip
        elif not row["low"] <= row["value"] <= row["high"]:
            problems.add(
                say("the range of {name} is out of order", name=name),
                say("write low <= value <= high"),
                column="low", value=f"{row['low']:g} / {row['value']:g} / {row['high']:g}", **where,
            )  # fmt: skip
        known = UNITS.get(str(row["topic"]))
        if known and row["unit"] not in known:
            problems.add(
                say("the unit of {name} does not fit {topic}", name=name, topic=row["topic"]),
                say("use {units}", units=", ".join(known)),
                column="unit", value=row["unit"], **where,
            )  # fmt: skip
        if row["distribution"] not in DISTRIBUTIONS:
            problems.add(
                say("the distribution of {name} is not known", name=name),
                say("use {names}", names=", ".join(DISTRIBUTIONS)),
                column="distribution", value=row["distribution"], **where,
            )  # fmt: skip
    problems.extend(_loops(table))
    return problems


def _loops(table: pd.DataFrame) -> Problems:
    """Return the rows that replace themselves through others."""
    problems = Problems()
    replaces = {
        str(row["factor_id"]): (number, str(row["replaces"]))
        for number, row in zip(_lines(table), table.to_dict("records"), strict=True)
        if row["replaces"]
    }
    for name, (number, _) in replaces.items():
        seen, here = [name], replaces[name][1]
        while here in replaces and here not in seen:
            seen.append(here)
            here = replaces[here][1]
        if here == name:
            problems.add(
                say("{name} replaces itself: {path}", name=name, path=" > ".join([*seen, name])),
                say("let one row of the circle replace nothing"),
                file="factors.csv", row=number, column="replaces", value=replaces[name][1],
            )  # fmt: skip
    return problems


def _lines(table: pd.DataFrame) -> list[int]:
    """Return the line of each row in the file it comes from, the header being the first.

    A user's rows follow the bundled ones, which keep their order: they begin where it breaks.
    """
    order = {name: rank for rank, name in enumerate(bundled.table("factors")["factor_id"])}
    ranks = [order.get(name, -1) for name in table["factor_id"]]
    start = 0
    while start < len(ranks) and ranks[start] > (ranks[start - 1] if start else -1):
        start += 1
    return [*range(2, start + 2), *range(2, len(ranks) - start + 2)]


def _index(table: pd.DataFrame, year: int) -> dict[tuple[str, str], int]:
    """Return the best row of each (topic, subject)."""
    replaced = frozenset(table.loc[table["replaces"] != "", "replaces"])
    order = {name: rank for rank, name in enumerate(PREFERENCE)}
    best: dict[tuple[str, str], tuple[tuple[int, int, int], int]] = {}
    columns: Iterable[tuple[object, ...]] = zip(
        table["factor_id"], table["topic"], table["subject"], table["geography"], table["year"],
        strict=True,
    )  # fmt: skip
    for row, (name, topic, subject, geography, dated) in enumerate(columns):
        if name in replaced:
            continue
        when = _year(str(dated))
        rank = (order.get(str(geography), len(order)), int(when > year), abs(when - year))
        key = (str(topic), str(subject))
        if key not in best or rank < best[key][0]:
            best[key] = (rank, row)
    return {key: row for key, (_, row) in best.items()}


def _year(text: str) -> int:
    digits = text[:4]
    return int(digits) if digits.isdigit() else 0
