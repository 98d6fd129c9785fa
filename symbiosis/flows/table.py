"""One table of a declaration: cells under the contract's names, with the rows they stand in."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from symbiosis.errors import Message, Problem, Problems, say
from symbiosis.flows.contract import MONTHS
from symbiosis.flows.headings import Heading
from symbiosis.flows.measures import Measure
from symbiosis.flows.numbers import Marks
from symbiosis.flows.rows import Lines, LinesByValue

__all__ = ["Lines", "LinesByValue", "Table"]

_FLOW_MARKS = {"direction", "material", "quantity", *MONTHS}
_FIRM_MARKS = {"name", "firm_id", "longitude", "latitude", "insee", "commune", "x", "y", "siret"}
MOST = 5_000
"""Lines listed for one kind of problem; a file of a million bad lines must not fill the memory."""


@dataclass(frozen=True)
class Table:
    """Text cells under field names.

    Parameters
    ----------
    file
        Name of the file, with the sheet in brackets where a workbook has several tables.
    cells
        One row a line, stripped text; columns are the fields that were found.
    rows
        Spreadsheet row of each line, shape n.
    headings
        How each header was read.
    comma_separated
        See `sheets.Sheet`.
    bad
        Lines with a problem, shape n; marked by `flag`.
    problems, notes
        What was found wrong, and what was accepted with a guess.
    marks
        How the file writes numbers.
    told
        How many lines were flagged with each kind of problem: (field, template).
    passed_over
        The lines that are no flow and no firm: totals, and the example of the template.
    """

    file: str
    cells: pd.DataFrame
    rows: NDArray[np.int64]
    headings: tuple[Heading, ...]
    comma_separated: bool = False
    bad: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    problems: Problems = field(default_factory=Problems)
    notes: Problems = field(default_factory=Problems)
    marks: Marks = field(default_factory=Marks)
    told: dict[tuple[str, str], int] = field(default_factory=dict)
    passed_over: Problems = field(default_factory=Problems)

    def column(self, name: str) -> pd.Series:
        """Return a column, empty text where the table has none."""
        if name in self.cells:
            return self.cells[name]
        return pd.Series("", index=self.cells.index, dtype="str")

    def header(self, name: str) -> str:
        """Return the user's header of a field, else the field's name.

        A material that only the column for everyday names gives is told under that one's header.
        """
        found = {h.field: h.header for h in self.headings}
        return found.get(name) or (found.get("designation") if name == "material" else "") or name

    def unit(self, name: str) -> str:
        """Return the unit written in the header of a field, else ``""``."""
        return next((h.unit for h in self.headings if h.field == name), "")

    def measure(self, name: str) -> Measure | None:
        """Return what the unit in the header of a field does to its figures, None without one."""
        return next((h.measure for h in self.headings if h.field == name), None)

    def flag(
        self, where: NDArray[np.bool_] | Lines, name: str, problem: Message, cure: Message
    ) -> None:
        """Mark lines as bad, each with one problem in the column ``name``.

        Parameters
        ----------
        where
            A mask of shape n, or positions.
        name
            Field under which the problem is told.
        problem, cure
            In words. Beyond `MOST` lines of one kind, the rest is counted and told in one.
        """
        found = _positions(where)
        if not len(found):
            return
        self.bad[found] = True
        kind = (name, problem.template)
        told = self.told.get(kind, 0)
        self.told[kind] = told + len(found)
        if told >= MOST:
            return
        self.problems.extend(self._say(found[: MOST - told], name, problem, cure))

    def tell_rest(self) -> None:
        """Add one problem for each kind of which not every line was listed."""
        first = {problem.problem.template: problem.problem for problem in self.problems}
        for (name, template), count in self.told.items():
            if count > MOST:
                more = {"count": count - MOST, "problem": first[template]}
                said = say("{count} more lines have the same problem: {problem}", **more)
                cure = say("correct the first ones, and check again")
                self.problems.add(said, cure, file=self.file, column=self.header(name))
        self.told.clear()

    def remark(
        self, where: NDArray[np.bool_] | Lines, name: str, problem: Message, cure: Message
    ) -> None:
        """Say once for each distinct value of a column what was accepted."""
        found = _positions(where)
        if len(found):
            first = found[~self.column(name).iloc[found].duplicated().to_numpy(dtype=bool)]
            self.notes.extend(self._say(first[: MOST - len(self.notes)], name, problem, cure))

    def _say(self, found: Lines, name: str, problem: Message, cure: Message) -> list[Problem]:
        header = self.header(name)
        values = self.column(name).iloc[found].str.slice(0, 80)
        return [
            Problem(problem, cure, self.file, int(row), header, value)
            for row, value in zip(self.rows[found], values, strict=True)
        ]

    @property
    def holds_flows(self) -> bool:
        """Whether it lists flows."""
        return bool(_FLOW_MARKS & set(self.cells.columns))

    @property
    def holds_firms(self) -> bool:
        """Whether it lists firms, alone or repeated beside their flows."""
        found = set(self.cells.columns)
        return bool(found & {"name", "firm_id", "siret"}) and len(found & _FIRM_MARKS) >= 2


def _positions(where: NDArray[np.bool_] | Lines) -> Lines:
    if where.dtype == np.bool_:
        return np.flatnonzero(where).astype(np.int64)
    return where.astype(np.int64)
