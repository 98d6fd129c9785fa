"""The error tree: your data is wrong, no solution, or our fault.

::

    SymbiosisError                everything the package raises on purpose
    ├── DataError                 the user's data is wrong: a table of problems, all at once
    │   ├── UnitError             a unit that cannot be read, or cannot be converted without a guess
    │   └── UnknownMaterial       a material that no table knows; suggestions travel with it
    ├── ScenarioError             the user's parameters are wrong
    ├── NoSolution                the question is well put and has no answer
    ├── StorageError              the database refuses, is away, or is not ours
    └── InternalError             our fault: a check of our own failed

The command line turns the first six into a sentence or a table and exit status 2, and the last one
into exit status 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

PROBLEM_COLUMNS = ("file", "row", "column", "value", "problem", "cure")


def N_(template: str) -> str:
    """Mark a template for translation and return it unchanged (the gettext convention)."""
    return template


@dataclass(frozen=True)
class Message:
    """A sentence kept apart from its values, so that it can be said in any language later.

    Parameters
    ----------
    template
        English text with ``{name}`` fields; also the key of the translation.
    values
        What fills the fields; a message among them is said in the same language.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def render(self, translate: Callable[[str], str] = str) -> str:
        """Return the sentence, its template first passed through ``translate``."""
        values = {
            name: value.render(translate) if isinstance(value, Message) else value
            for name, value in self.values.items()
        }
        return translate(self.template).format(**values)

    def __str__(self) -> str:
        return self.render()


def say(template: str, **values: object) -> Message:
    """Return a `Message`; the short form used where problems are raised."""
    return Message(template, MappingProxyType(values))


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in what the user gave: where it stands, what is wrong, what cures it.

    Parameters
    ----------
    problem, cure
        What is wrong and what would put it right.
    file
        The file's name without its folder.
    row
        The row as a spreadsheet numbers it (the header is 1), or None for the whole file.
    column
        The header as the user wrote it, or the contract's name where the user has none.
    value
        What stands in the cell, as text, cut to 80 characters.
    """

    problem: Message
    cure: Message
    file: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""


class Problems:
    """A growing list of `Problem`, read back as a table.

    Examples
    --------
    >>> problems = Problems()
    >>> problems.add(say("this is not a number"), say("write 12.5 or 12,5"), row=3, value="douze")
    >>> len(problems)
    1
    >>> problems.table().loc[0, "cure"]
    'write 12.5 or 12,5'
    """

    def __init__(self, rows: Iterable[Problem] = ()) -> None:
        self._rows = list(rows)

    def add(self, problem: Message, cure: Message, **where: object) -> None:
        """Append one problem; ``where`` takes the fields file, row, column and value."""
        if "value" in where:
            where["value"] = str(where["value"])[:80]
        self._rows.append(Problem(problem, cure, **where))  # type: ignore[arg-type]

    def extend(self, others: Iterable[Problem]) -> None:
        """Append several problems."""
        self._rows.extend(others)

    def drop(self, unwanted: Callable[[Problem], bool]) -> None:
        """Take out the problems of which this is true."""
        self._rows = [problem for problem in self._rows if not unwanted(problem)]

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def table(self, translate: Callable[[str], str] = str) -> pd.DataFrame:
        """Return the problems as a table with the columns `PROBLEM_COLUMNS`."""
        where = attrgetter("file", "row", "column", "value")
        rows = [
            (*where(p), p.problem.render(translate), p.cure.render(translate)) for p in self._rows
        ]
        # 64 MB of library that a run without problems, or without tables, is spared.
        pandas = import_module("pandas")
        table: pd.DataFrame = pandas.DataFrame(rows, columns=list(PROBLEM_COLUMNS))
        table["row"] = table["row"].astype("Int64")
        return table


class SymbiosisError(Exception):
    """Anything the package raises on purpose."""


class DataError(SymbiosisError):
    """The user's data is wrong; ``problems`` says where, what, and the cure."""

    def __init__(self, problems: Problems | Iterable[Problem]) -> None:
        self.problems = problems if isinstance(problems, Problems) else Problems(problems)
        first = next(iter(self.problems), None)
        count = len(self.problems)
        said = f"{count} problem(s); the first: {first.problem}" if first else "no problem"
        super().__init__(said)


class UnitError(DataError):
    """A unit that cannot be read, or cannot be converted without guessing."""


class UnknownMaterial(DataError):
    """A material that no table knows."""


class ScenarioError(DataError):
    """A parameter of the scenario is wrong."""


class NoSolution(SymbiosisError):
    """The question is well put and has no answer."""


class StorageError(SymbiosisError):
    """The database refuses, is away, or is not ours."""


class InternalError(SymbiosisError):
    """Our fault: a check that the package makes on itself has failed."""
