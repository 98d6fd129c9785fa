"""Tools that the imports of public registers share: raw tables, writing a declaration folder."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd

from symbiosis.errors import Problem, Problems, say
from symbiosis.flows.sheets import file_bytes, refuse

_FORMULA = r"^([=+\-@\t\r])"


def read_register(file: Path, columns: tuple[str, ...], *, separator: str = ";") -> pd.DataFrame:
    """Return a file of a register as text, its index being the spreadsheet rows.

    Parameters
    ----------
    file
        The file, UTF-8 or cp1252.
    columns
        Columns without which it is not the file it should be.
    separator
        Between cells.

    Raises
    ------
    DataError
        If it is missing, is no table, or lacks a column.
    """
    content = file_bytes(file, max_mb=500)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    try:
        table = pd.read_csv(
            io.StringIO(text), sep=separator, dtype=str, keep_default_na=False, quotechar='"'
        )
    except (ValueError, pd.errors.ParserError, pd.errors.EmptyDataError):
        refuse(
            file,
            say("this is not a table separated by {separator}", separator=separator),
            say("download the register again and unpack it without opening it in a spreadsheet"),
        )
    missing = [column for column in columns if column not in table]
    if missing:
        refuse(
            file,
            say("this file lacks {columns}", columns=", ".join(missing)),
            say("give the register's own file, as published"),
            row=1,
        )
    table.index = pd.RangeIndex(2, len(table) + 2)
    return pd.DataFrame({name: table[name].str.strip() for name in table.columns})


def add_each(
    problems: Problems, file: str, cells: pd.Series, problem: Problem, column: str
) -> None:
    """List one problem for each cell; the index of ``cells`` is their spreadsheet rows."""
    problems.extend(
        Problem(problem.problem, problem.cure, file, row, column, str(value)[:80])
        for row, value in zip(cells.index.tolist(), cells, strict=True)
    )


def neutral(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts no spreadsheet takes for a formula (``= + - @``)."""
    safe = frame.copy()
    for name in safe.columns:
        if not pd.api.types.is_numeric_dtype(safe[name]):
            text = safe[name].astype("str")
            safe[name] = text.str.replace(_FORMULA, r"'\1", regex=True)
    return safe


def write_folder(out: Path, firms: pd.DataFrame, flows: pd.DataFrame, problems: Problems) -> None:
    """Write ``firms.csv``, ``flows.csv`` and ``problems.csv`` (UTF-8, commas, decimal points).

    Raises
    ------
    DataError
        If the folder cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, frame in (
            ("firms", firms),
            ("flows", flows),
            ("problems", problems.table()),
        ):
            neutral(frame).to_csv(
                out / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n"
            )
    except OSError as error:
        refuse(
            out,
            say("this folder cannot be written ({why})", why=type(error).__name__),
            say("choose another folder"),
        )
