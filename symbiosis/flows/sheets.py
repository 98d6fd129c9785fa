"""What a file holds before anyone understands it: a grid of text with spreadsheet row numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from symbiosis.errors import DataError, Message, Problem, say

MAX_COLUMNS = 16_384
"""Widest sheet that a spreadsheet can hold; more is no table."""

MAX_ROWS = 1_048_576
"""Longest sheet that a spreadsheet can hold."""


@dataclass(frozen=True)
class Sheet:
    """A grid of text.

    Parameters
    ----------
    file
        Name of the file, for messages.
    name
        Name of the sheet; ``""`` for a text file.
    grid
        Rows of stripped cells; ``grid[0]`` is row 1 of the spreadsheet. Rows may differ in length.
    comma_separated
        Whether the cells were separated by commas (then ``1,234`` marks thousands).
    merged
        Merged ranges as (first row, first column, last row, last column), from 0.
    unvalued
        Cells, as (row, column) from 0, that hold a formula without a value, or an error.
    hidden
        Names of the workbook's hidden sheets, which are not read.
    cleaned
        Cells, as (row, column) from 0, off which characters that nobody sees were taken.
    label
        Name of the table in messages, with the sheet in brackets where a workbook has several; the
        file's if empty.
    typed
        What was typed once for the whole sheet: field to text, for cells that it leaves empty.
    separator
        What parts the cells of a text file; ``""`` for a workbook.
    removed
        Rows that a person took out, as a spreadsheet numbers them.
    """

    file: str
    name: str
    grid: Sequence[list[str]]
    comma_separated: bool = False
    merged: tuple[tuple[int, int, int, int], ...] = ()
    unvalued: frozenset[tuple[int, int]] = frozenset()
    hidden: tuple[str, ...] = ()
    cleaned: tuple[tuple[int, int], ...] = ()
    label: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    separator: str = ""
    removed: frozenset[int] = frozenset()


def refuse(file: Path, problem: Message, cure: Message, *, row: int | None = None) -> NoReturn:
    """Raise the one problem that makes a whole file unreadable."""
    raise DataError([Problem(problem, cure, file=file.name, row=row)])


def file_bytes(file: Path, max_mb: float) -> bytes:
    """Return a file's content.

    Raises
    ------
    DataError
        If it is missing, not a file, empty, above the limit, or may not be read.
    """
    try:
        if not file.exists():
            refuse(file, say("there is no such file"), say("check the path and the spelling"))
        if not file.is_file():
            refuse(file, say("this is not a file"), say("give a CSV or XLSX file, or a folder"))
        refuse_size(file, file.stat().st_size, max_mb)
        content = file.read_bytes()
    except (OSError, ValueError) as error:
        why = type(error).__name__
        refuse(file, say("the file cannot be opened ({why})", why=why), say("check its rights"))
    refuse_empty(file, content)
    return content


def refuse_size(file: Path, size: int, max_mb: float) -> None:
    """Refuse a file above the limit.

    Parameters
    ----------
    file
        Its name.
    size
        Its bytes.
    max_mb
        The limit, in MB.

    Raises
    ------
    DataError
        If it is larger.
    """
    if size > max_mb * 1e6:
        refuse(
            file,
            say("the file has {size:.0f} MB, above the limit of {limit:g} MB", size=size / 1e6,
                limit=max_mb),
            say("split it, or raise the limit (--max-mb)"),
        )  # fmt: skip


def refuse_empty(file: Path, content: bytes) -> None:
    """Refuse a file that holds nothing.

    Raises
    ------
    DataError
        If its content is empty or blank.
    """
    if not content.strip():
        refuse(file, say("the file is empty"), say("fill the template: symbiosis template"))
