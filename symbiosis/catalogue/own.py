"""A territory's own values, laid cell by cell over the bundled rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from symbiosis.catalogue.check import check_added
from symbiosis.catalogue.rules import KEYS, UNIQUE
from symbiosis.errors import DataError, Problem, Problems, say

Tables = dict[str, pd.DataFrame]
CELL_COLUMNS = (
    "table_name", "row_id", "field", "value", "source", "changed_at", "changed_by",
)  # fmt: skip
"""What `lay_over` reads of a cell: where it stands, its value, from where, when and by whom."""

OWN_COLUMNS = ("table", "row", "column", "value", "before", "source", "at", "by")
"""What `Laid.own` tells of it; ``before`` is the bundled value, ``""`` in a row of their own."""

BAR = "|"
"""Joins the columns that together name a row where no single one does."""


@dataclass(frozen=True)
class Laid:
    """Tables with cells laid over them.

    Parameters
    ----------
    tables
        Text tables by name.
    replaced
        Rows that were there before, as ``table:id``.
    own
        Every cell; columns `OWN_COLUMNS`.
    """

    tables: Tables
    replaced: tuple[str, ...]
    own: pd.DataFrame


def identity(name: str) -> tuple[str, ...]:
    """Return the columns that together name a row of a table.

    Examples
    --------
    >>> identity("materials"), identity("synonyms"), identity("factors")
    (('id',), ('term', 'lang', 'target'), ('factor_id',))
    """
    return UNIQUE.get(name, ("factor_id",))


def names_of(name: str, table: pd.DataFrame) -> pd.Series:
    """Return what each row of a table is called: its identifier, or the parts of it joined."""
    first, *others = identity(name)
    named = table[first].astype("str")
    for column in others:
        named = named + BAR + table[column]
    return named


def lay_over(bundled: Tables, cells: pd.DataFrame) -> Laid:
    """Return the bundled tables with a territory's own values in them.

    Parameters
    ----------
    bundled
        Text tables by name.
    cells
        Columns `CELL_COLUMNS`. Cells of a row that is not there make a new row, whose other cells
        stay empty; it is known by its identifier (``synonyms``: ``term|lang|target``).

    Raises
    ------
    DataError
        With every problem: a table, a column or a row that cannot be; and whatever the check of
        the bundled tables finds in the rows as they would become.
    """
    problems = Problems()
    tables, made, told, replaced = dict(bundled), {}, [], []
    for name, group in cells.groupby("table_name", sort=True):
        if name not in bundled:
            cure = say("name one of {names}", names=", ".join(sorted({*KEYS, "factors"})))
            problems.add(say("no table of the catalogue has this name"), cure, value=name)
            continue
        layer = _Layer(str(name), bundled[str(name)], problems)
        layer.lay(group)
        tables[str(name)], made[str(name)] = layer.merged(), layer.rows()
        told += layer.told
        replaced += [f"{layer.name}:{row}" for row in layer.replaced]
    problems.extend(_checked(made, bundled))
    if len(problems):
        raise DataError(problems)
    return Laid(tables, tuple(replaced), pd.DataFrame(told, columns=list(OWN_COLUMNS)))


class _Layer:
    """The cells of one table, row by row."""

    def __init__(self, name: str, table: pd.DataFrame, problems: Problems) -> None:
        self.name, self.table, self.problems = name, table, problems
        self.made: dict[str, dict[str, str]] = {}
        self.told: list[dict[str, object]] = []
        self.replaced: dict[str, int] = {}
        self.places = dict(zip(names_of(name, table), range(len(table)), strict=True))

    def lay(self, cells: pd.DataFrame) -> None:
        """Make every row that the cells speak of."""
        for row_id, group in cells.groupby("row_id", sort=True):
            name, said = str(row_id), group.to_dict("records")
            before = self._before(name)
            if before is None:
                continue
            known = [cell for cell in said if self._may_stand(name, cell)]
            row = before | {str(cell["field"]): str(cell["value"]) for cell in known}
            row["source"] = _source(before, row["source"], known)
            if not row["year"]:
                row["year"] = str(max(cell["changed_at"] for cell in known).year) if known else ""
            self.made[name] = row
            self.told += [_telling(self.name, name, cell, before) for cell in known]

    def _before(self, row_id: str) -> dict[str, str] | None:
        if row_id in self.places:
            self.replaced[row_id] = self.places[row_id]
            found = self.table.iloc[[self.places[row_id]]].to_dict("records")[0]
            return {str(column): str(cell) for column, cell in found.items()}
        names, parts = identity(self.name), row_id.split(BAR)
        if len(parts) != len(names):
            self.problems.add(
                say("this does not name a row of {table}", table=self.name),
                say("write {form}", form=BAR.join(names)),
                file=self.name, value=row_id,
            )  # fmt: skip
            return None
        return dict.fromkeys(map(str, self.table), "") | dict(zip(names, parts, strict=True))

    def _may_stand(self, row_id: str, cell: Mapping[Any, Any]) -> bool:
        """Return whether a cell names a column that may be changed; say so where it does not."""
        open_ = [str(name) for name in self.table if name not in identity(self.name)]
        if cell["field"] in open_:
            return True
        self.problems.add(
            say("no column of this table has this name, or it is what the row is called"),
            say("name one of {names}", names=", ".join(open_)),
            file=_where(self.name, row_id), column=str(cell["field"]), value=cell["value"],
        )  # fmt: skip
        return False

    def rows(self) -> pd.DataFrame:
        """Return the rows that were made, by what they are called."""
        return pd.DataFrame.from_dict(self.made, orient="index", columns=list(self.table))

    def merged(self) -> pd.DataFrame:
        """Return the table with the changed rows in their places and the new ones at its end."""
        rows, table = self.rows(), self.table.copy()
        changed = [name for name in rows.index if name in self.places]
        table.iloc[[self.places[name] for name in changed]] = rows.loc[changed].to_numpy()
        return pd.concat([table, rows.drop(index=changed)], ignore_index=True)


def _source(before: Mapping[str, str], given: str, cells: list[dict[Any, Any]]) -> str:
    """Return where a row comes from now: its first source, then that of each cell with its day."""
    told: dict[str, list[str]] = {}
    for cell in cells:
        dated = f"{cell['source']} ({cell['changed_at']:%Y-%m-%d})"
        if cell["source"] == given:
            given = dated  # the whole row is theirs: its source is told once, with its day
        elif not given.startswith(dated) and cell["field"] != "source":
            told.setdefault(dated, []).append(str(cell["field"]))
    new = not before["source"]
    own = [text if new else f"{', '.join(fields)}: {text}" for text, fields in told.items()]
    return "; ".join(([given] if given else []) + own)


def _telling(
    table: str, row: str, cell: Mapping[Any, Any], before: Mapping[str, str]
) -> dict[str, object]:
    return {
        "table": table, "row": row, "column": cell["field"], "value": cell["value"],
        "before": before[str(cell["field"])], "source": cell["source"], "at": cell["changed_at"],
        "by": cell["changed_by"],
    }  # fmt: skip


def _where(table: str, row_id: str) -> str:
    return f"{table}: {row_id}"


def _checked(made: Tables, bundled: Tables) -> list[Problem]:
    """Return what is wrong in the rows, each named in place of its number in a file."""
    found = Problems()
    numbered = {name: rows.reset_index(drop=True) for name, rows in made.items()}
    check_added(numbered, bundled, found)
    named = []
    for problem in found:
        name = problem.file.removesuffix(".csv")
        row = "" if problem.row is None else str(made[name].index[problem.row - 2])
        named.append(
            Problem(problem.problem, problem.cure, file=_where(name, row), column=problem.column,
                    value=problem.value)
        )  # fmt: skip
    return named


def cells_of(added: Tables, bundled: Tables) -> pd.DataFrame:
    """Return the cells in which rows differ from the bundled ones.

    Parameters
    ----------
    added
        Text tables that passed `check_added`.
    bundled
        What they stand beside.

    Returns
    -------
    DataFrame
        Columns ``table_name``, ``row_id``, ``field``, ``value`` and ``source`` (that of the row).
    """
    found: list[tuple[str, str, str, str, str]] = []
    for name, rows in added.items():
        known = bundled[name].set_index(names_of(name, bundled[name]))
        fields = [str(column) for column in bundled[name] if column not in identity(name)]
        for row_id, row in zip(names_of(name, rows), rows.to_dict("records"), strict=True):
            before = known.loc[row_id] if row_id in known.index else dict.fromkeys(fields, "")
            found += [
                (name, str(row_id), field, str(row[field]), str(row["source"]))
                for field in fields
                if row[field] != before[field]
            ]
    return pd.DataFrame(found, columns=["table_name", "row_id", "field", "value", "source"])
