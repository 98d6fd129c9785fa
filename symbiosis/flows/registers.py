"""Tools that the imports of public registers share: raw tables, writing a declaration folder."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd

from symbiosis.errors import Message, Problem, Problems, say
from symbiosis.flows.formulas import inert
from symbiosis.flows.sheets import file_bytes, refuse
from symbiosis.text_cleaning import clean


def find_file(folder: Path, name: str) -> Path | None:
    """Return a folder's file of that name, whatever its case, or None."""
    try:
        files = sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError:
        files = []
    return next((file for file in files if file.name.lower() == name.lower()), None)


def read_register(file: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    """Return a file of a register as text, its index being the spreadsheet rows.

    Parameters
    ----------
    file
        The file, UTF-8 or cp1252.
    columns
        Columns without which it is not the file it should be; of ``;`` and ``,`` the separator is
        the one that its first line holds more of.

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
    text = clean(text)
    head = text[: text.find("\n")]
    separator = ";" if head.count(";") >= head.count(",") else ","
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


def list_each(
    problems: Problems, file: str, cells: pd.Series, problem: Message, cure: Message
) -> None:
    """List one problem for each cell of a named column; its index holds the spreadsheet rows."""
    problems.extend(
        Problem(problem, cure, file, int(row), str(cells.name), str(value)[:80])
        for row, value in zip(cells.index.tolist(), cells, strict=True)
    )


def written(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table as it is written: safe texts, and 57600 where the number is 57600.0."""
    safe = inert(frame)
    for name in safe.columns:
        if pd.api.types.is_float_dtype(safe[name]):
            safe[name] = [
                "" if pd.isna(x) else f"{x:.0f}" if x.is_integer() else repr(x)
                for x in safe[name].astype(float).tolist()
            ]
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
            written(frame).to_csv(
                out / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n"
            )
    except OSError as error:
        refuse(
            out,
            say("this folder cannot be written ({why})", why=type(error).__name__),
            say("choose another folder"),
        )
