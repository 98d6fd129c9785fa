"""The check of the catalogue's tables, the bundled ones and a user's alike."""

from __future__ import annotations

import pandas as pd

from symbiosis.catalogue.rules import (
    ALLOWED,
    KEYS,
    LIMITS,
    NUMBERS,
    PATTERNS,
    POINTERS,
    RANGES,
    REQUIRED,
    UNIQUE,
)
from symbiosis.errors import N_, Problems, say

Tables = dict[str, pd.DataFrame]

_YEAR = r"(?:19|20)\d\d"
_CURES = {
    "families": N_("name a row of families.csv"),
    "residues": N_("write a LoW code, the beginning of one, or an identifier of materials.csv"),
    "materials": N_("write an identifier of materials.csv"),
    "operations": N_("write R1 to R13 or D1 to D15"),
    "divisions": N_("write NACE divisions of two figures, joined by |"),
    "contaminants": N_("write identifiers of contaminants.csv, joined by |"),
    "entries": N_("write a LoW code or an identifier of materials.csv"),
    "codes": N_("write a LoW code such as 10 02 02"),
}


def check_tables(tables: Tables) -> Problems:
    """Return what is wrong in a whole set of tables.

    Parameters
    ----------
    tables
        Text tables by name, all of `rules.KEYS`.
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
    sound = {
        name: table
        for name, table in added.items()
        if _columns(name, table, own[name], problems) and name in KEYS
    }
    for name, table in sound.items():
        _Checker(name, table, problems).run()
    _references(sound, own, problems)


def _columns(name: str, table: pd.DataFrame, own: pd.DataFrame, problems: Problems) -> bool:
    """Say which columns are missing or unknown."""
    missing = [column for column in own.columns if column not in table.columns]
    unknown = [column for column in table.columns if column not in own.columns]
    cure = say("copy the header of the bundled table: {columns}", columns=", ".join(own.columns))
    for column in missing:
        problems.add(say("this column is missing"), cure, file=f"{name}.csv", column=column)
    for column in unknown:
        problems.add(
            say("no column of this table has this name"), cure, file=f"{name}.csv", column=column
        )
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
        self._names()
        self._words()
        self._numbers()

    def _names(self) -> None:
        unique = list(UNIQUE[self.name])
        self._flag(self.table.duplicated(unique), unique[0], N_("this row stands twice"),
                   N_("give every row its own identifier"))  # fmt: skip
        for column, form in PATTERNS.get(self.name, {}).items():
            wrong = ~self.table[column].str.fullmatch(form).astype(bool)
            self._flag(wrong, column, N_("this is not an identifier"),
                       N_("write it as in the bundled table"))  # fmt: skip

    def _words(self) -> None:
        for column in (*REQUIRED[self.name], "source", "year"):
            self._flag(self.table[column].str.strip() == "", column, N_("this cell is empty"),
                       N_("every row needs it"))  # fmt: skip
        for column, words in ALLOWED.get(self.name, {}).items():
            cell = self.table[column]
            self._flag(~cell.isin(words) & (cell != ""), column,
                       N_("this word is not known here"), N_("write one of {words}"),
                       words=", ".join(words))  # fmt: skip
        year = self.table["year"]
        self._flag((year != "") & ~year.str.fullmatch(_YEAR).astype(bool), "year",
                   N_("this is not a year"), N_("write four figures, such as 2024"))  # fmt: skip

    def _numbers(self) -> None:
        for column, numbers in self.numbers.items():
            least, most = LIMITS.get(column, (0.0, float("inf")))
            self._flag((self.table[column].str.strip() != "") & numbers.isna(), column,
                       N_("this is not a number"),
                       N_("write it with a decimal point and no unit"))  # fmt: skip
            self._flag((numbers < least) | (numbers > most) | (numbers == float("inf")), column,
                       N_("this number is out of bounds"),
                       N_("write one between {low} and {high}"),
                       low=f"{least:g}", high=f"{most:g}")  # fmt: skip
        for low, central, high in RANGES.get(self.name, ()):
            values = self.numbers
            upside = (values[low] > values[central]) | (values[central] > values[high])
            self._flag(upside, central, N_("low, central and high are not in this order"),
                       N_("write the smallest first"))  # fmt: skip

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
    known = _known(added, own)
    for name, column, kind in POINTERS:
        if name not in added:
            continue
        for row, value in added[name][column].items():
            if any(part not in known[kind] for part in str(value).split("|") if part):
                problems.add(
                    say("nothing carries this identifier"), say(_CURES[kind]), file=f"{name}.csv",
                    row=int(str(row)) + 2, column=column, value=value,
                )  # fmt: skip


def _known(added: Tables, own: Tables) -> dict[str, set[str]]:
    """Return the identifiers that exist, by what points to them."""
    ids = {
        name: {value for tables in (own, added) if name in tables for value in tables[name][key]}
        for name, key in KEYS.items()
        if key
    }
    codes = ids["low"]
    begun = {code[:length] for code in codes for length in (2, 5)}
    return ids | {
        "codes": codes,
        "entries": codes | ids["materials"],
        "residues": codes | begun | ids["materials"],
        "divisions": {code for code in ids["naf"] if len(code) == 2},
    }
