"""The rules that every table of the catalogue keeps, the bundled ones and a user's alike."""

from __future__ import annotations

import re

import pandas as pd

from symbiosis.errors import Problems, say

KEYS = {
    "low": "code", "naf": "code", "materials": "id", "pathways": "id", "synonyms": "",
    "operations": "code", "families": "id",
}  # fmt: skip
"""Tables of the catalogue and the column that names a row; ``""`` where none does."""

_YIELD = ("yield_low", "yield_central", "yield_high")
_COST = ("treatment_low_eur", "treatment_central_eur", "treatment_high_eur")
_PRICE = ("price_low_eur", "price_central_eur", "price_high_eur")
NUMBERS: dict[str, tuple[str, ...]] = {
    "low": ("density_t_per_m3",),
    "materials": ("density_t_per_m3", "lhv_mwh_per_t", *_PRICE),
    "pathways": (
        *_YIELD, *_COST, "energy_kwh", "water_m3", "max_moisture_pct", "min_purity_pct",
        "min_temperature_c", "blending_limit",
    ),
}  # fmt: skip
RANGES = {"materials": (_PRICE,), "pathways": (_YIELD, _COST)}
REQUIRED = {
    "materials": ("id", "kind", "unit", "family", "label_en", "label_fr", *_PRICE),
    "pathways": (
        "id", "residue", "input", "operation", "label_en", "label_fr", *_YIELD, *_COST,
        "legal_status", "hierarchy", "maturity",
    ),
    "low": ("code", "hazardous", "family", "label_en", "label_fr"),
    "naf": ("code", "label_fr"),
    "synonyms": ("term", "lang", "target"),
    "operations": ("code", "label_en", "label_fr", "hierarchy"),
    "families": ("id", "label_en", "label_fr"),
}  # fmt: skip
"""Columns that no row leaves empty, beside ``source`` and ``year``."""

HIERARCHY = ("reuse", "feed", "recycling", "recovery", "energy", "disposal")
"""The order in which French law prefers what becomes of a residue, best first."""

ALLOWED: dict[str, dict[str, tuple[str, ...]]] = {
    "low": {"hazardous": ("0", "1")},
    "materials": {
        "kind": ("material", "heat", "steam", "water", "co2", "energy", "service"),
        "unit": ("t", "MWh", "m3"),
    },
    "pathways": {
        "operation": (
            "direct", "mechanical", "sorting", "dismantling", "reuse", "drying", "digestion",
            "composting", "feed", "distillation", "regeneration", "thermal", "energy",
            "heat_exchange", "compression",
        ),
        "legal_status": ("waste", "by_product", "end_of_waste", "hazardous", "none"),
        "hierarchy": HIERARCHY,
        "maturity": ("industrial", "demonstrated", "research"),
    },
    "operations": {"hierarchy": HIERARCHY},
    "synonyms": {"lang": ("fr", "en")},
}  # fmt: skip
_LIMITS = {
    "max_moisture_pct": (0.0, 100.0), "min_purity_pct": (0.0, 100.0), "blending_limit": (0.0, 1.0),
    "density_t_per_m3": (0.0, 25.0), "lhv_mwh_per_t": (0.0, 40.0),
}  # fmt: skip
_YEAR = r"(?:19|20)\d\d"

Tables = dict[str, pd.DataFrame]


def check_tables(tables: Tables) -> Problems:
    """Return what is wrong in a whole set of tables.

    Parameters
    ----------
    tables
        Text tables by name, all of `KEYS`.
    """
    problems = Problems()
    added = {name: tables[name] for name in KEYS}
    check_added(added, {name: table.iloc[:0] for name, table in added.items()}, problems)
    return problems


def check_added(added: Tables, own: Tables, problems: Problems) -> None:
    """Add to ``problems`` what is wrong in ``added``, whose rows may point into ``own``.

    Parameters
    ----------
    added
        Text tables by name.
    own
        The tables they stand beside; their columns are the ones expected.
    problems
        Grows.
    """
    sound: Tables = {}
    for name, table in added.items():
        if _columns(name, table, own[name], problems):
            sound[name] = table
    for name, table in sound.items():
        if name in KEYS:
            _Checker(name, table, problems).run()
    _references(sound, own, problems)


def _columns(name: str, table: pd.DataFrame, own: pd.DataFrame, problems: Problems) -> bool:
    """Say which columns are missing or unknown; a missing optional one is missing too."""
    missing = [column for column in own.columns if column not in table.columns]
    unknown = [column for column in table.columns if column not in own.columns]
    for column in missing:
        problems.add(
            say("this column is missing"),
            say("copy the header of the bundled table: {columns}", columns=", ".join(own.columns)),
            file=f"{name}.csv", column=column,
        )  # fmt: skip
    for column in unknown:
        problems.add(
            say("no column of this table has this name"),
            say("copy the header of the bundled table: {columns}", columns=", ".join(own.columns)),
            file=f"{name}.csv", column=column,
        )  # fmt: skip
    return not missing and not unknown


class _Checker:
    """One table against the rules that need no other table."""

    def __init__(self, name: str, table: pd.DataFrame, problems: Problems) -> None:
        self.name, self.table, self.problems = name, table, problems
        self.numbers = {
            column: pd.to_numeric(table[column].replace("", "nan"), errors="coerce")
            for column in NUMBERS.get(name, ())
        }

    def run(self) -> None:
        """Try every rule."""
        self._keys()
        for column in (*REQUIRED[self.name], "source", "year"):
            self._flag(self.table[column].str.strip() == "", column, "this cell is empty",
                       "every row needs it")  # fmt: skip
        for column, words in ALLOWED.get(self.name, {}).items():
            self._flag(~self.table[column].isin(words), column, "this word is not known here",
                       "write one of {words}", words=", ".join(words))  # fmt: skip
        year = self.table["year"]
        self._flag((year != "") & ~year.str.fullmatch(_YEAR).astype(bool), "year",
                   "this is not a year", "write four figures, such as 2024")  # fmt: skip
        self._numbers()

    def _keys(self) -> None:
        key = KEYS[self.name]
        if key:
            self._flag(self.table[key].duplicated(), key, "this identifier stands twice",
                       "give every row its own")  # fmt: skip
        else:
            twice = self.table.duplicated(["term", "lang", "target"])
            self._flag(twice, "term", "this row stands twice", "keep one of them")

    def _numbers(self) -> None:
        for column, numbers in self.numbers.items():
            text = self.table[column].str.strip()
            least, most = _LIMITS.get(column, (0.0, float("inf")))
            self._flag((text != "") & numbers.isna(), column, "this is not a number",
                       "write it with a decimal point and no unit")  # fmt: skip
            self._flag((numbers < least) | (numbers > most) | (numbers == float("inf")), column,
                       "this number is out of bounds", "write one between {low} and {high}",
                       low=f"{least:g}", high=f"{most:g}")  # fmt: skip
        for low, central, high in RANGES.get(self.name, ()):
            values = self.numbers
            upside = (values[low] > values[central]) | (values[central] > values[high])
            self._flag(upside, central, "low, central and high are not in this order",
                       "write the smallest first")  # fmt: skip

    def _flag(
        self, wrong: pd.Series, column: str, problem: str, cure: str, **values: object
    ) -> None:
        for row in self.table.index[wrong]:
            self.problems.add(
                say(problem), say(cure, **values), file=f"{self.name}.csv",
                row=int(row) + 2, column=column, value=self.table.at[row, column],
            )  # fmt: skip


def _references(added: Tables, own: Tables, problems: Problems) -> None:
    """Check every identifier that points to another row."""

    def known(*names: str) -> set[str]:
        return {
            value
            for name in names
            for tables in (own, added)
            if name in tables
            for value in tables[name][KEYS[name]]
        }  # fmt: skip

    codes = known("low")
    prefixes = {code[:length] for code in codes for length in (2, 5)}
    materials, families = known("materials"), known("families")
    divisions = {code for code in known("naf") if re.fullmatch(r"\d\d", code)}
    pointers = (
        ("low", "family", families, "name a row of families.csv"),
        ("materials", "family", families, "name a row of families.csv"),
        ("pathways", "residue", codes | prefixes | materials,
         "write a LoW code, the beginning of one, or an identifier of materials.csv"),
        ("pathways", "input", materials, "write an identifier of materials.csv"),
        ("pathways", "operation_code", known("operations") | {""}, "write R1 to R13 or D1 to D15"),
        ("pathways", "consumer_nace", divisions, "write divisions of two figures joined by |"),
        ("synonyms", "target", codes | materials, "write a LoW code or an identifier"),
    )  # fmt: skip
    for name, column, allowed, cure in pointers:
        for row, value in added.get(name, pd.DataFrame({column: []}))[column].items():
            parts = value.split("|") if column == "consumer_nace" else [value]
            if any(part not in allowed for part in parts if part or column != "consumer_nace"):
                problems.add(
                    say("nothing carries this identifier"), say(cure), file=f"{name}.csv",
                    row=int(str(row)) + 2, column=column, value=value,
                )  # fmt: skip
