"""The user's own file back, with the faulty cells coloured and commented."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils.exceptions import IllegalCharacterError

from symbiosis.errors import DataError, Problem, Problems, say
from symbiosis.flows.declared_files import WORKBOOKS, files_of, open_files
from symbiosis.flows.formulas import looks_like_formula
from symbiosis.flows.headings import header_row
from symbiosis.flows.sheets import Sheet, refuse

WRONG, DOUBTFUL = "F4B6A6", "FBE3A2"
"""Colours of a problem and of a note."""
_HEADS = ("file", "row", "column", "value", "problem", "cure")
_LIST = "Check"
_WIDTHS = (24, 8, 24, 28, 60, 70)


def annotate(
    path: Path | str | Sequence[Path | str],
    out: Path | str,
    problems: Problems,
    notes: Problems,
    translate: Callable[[str], str] = str,
) -> None:
    """Write a workbook: the declaration with its faults, and a sheet that lists them.

    Parameters
    ----------
    path
        What was checked: a file, a folder or several files. A workbook by itself keeps its own
        sheets and formats.
    out
        The ``.xlsx`` file to write.
    problems, notes
        From `survey`.
    translate
        Gettext function of the reader's language.

    Raises
    ------
    DataError
        If ``out`` does not end in ``.xlsx`` or cannot be written, or ``path`` cannot be read.
    """
    file = Path(out)
    if file.suffix.lower() != ".xlsx":
        refuse(file, say("the copy is a workbook"), say("give a name that ends in .xlsx"))
    paths = [path] if isinstance(path, (str, Path)) else path
    sources = [source for each in paths for source in files_of(Path(each))]
    if any(source.resolve() == file.resolve() for source in sources):
        refuse(file, say("this is the file that was checked"), say("give another name"))
    book = None
    opened = open_files(sources)
    if len(opened.problems):
        raise DataError(opened.problems)
    labels = dict.fromkeys(sheet.file for sheet in opened.sheets)
    for source, label in zip(sources, labels, strict=True):
        if len(sources) == 1 and source.suffix.lower() in WORKBOOKS:
            book = openpyxl.load_workbook(io.BytesIO(source.read_bytes()))
        elif book is None:
            book = openpyxl.Workbook()
            book.remove(book.active)
        for sheet in (sheet for sheet in opened.sheets if sheet.file == label):
            target = _target(book, sheet, source)
            for colour, said in ((DOUBTFUL, notes), (WRONG, problems)):
                _mark(target, sheet, said, colour, translate)
    _list(book, [*problems, *notes], translate)
    _save(book, file)


def _target(book: Any, sheet: Sheet, source: Path) -> Any:
    """Return the sheet of the copy, filled from the grid where the source is a text file."""
    if sheet.name in book.sheetnames:
        return book[sheet.name]
    target = book.create_sheet(source.stem[:31])
    for row, cells in enumerate(sheet.grid, 1):
        for column, text in enumerate(cells, 1):
            _write(target, row, column, text)
    return target


def _write(target: Any, row: int, column: int, text: str) -> None:
    """Write text as text, so that nothing in it is taken for a formula."""
    if not text:
        return
    cell = target.cell(row, column)
    try:
        cell.value = text
    except IllegalCharacterError:
        cell.value = "".join(c if c.isprintable() else "·" for c in text)
    cell.data_type = "s"
    cell.quotePrefix = looks_like_formula(text)  # stays text when the cell is edited or copied


def _mark(
    target: Any, sheet: Sheet, said: Problems, colour: str, translate: Callable[[str], str]
) -> None:
    top = header_row(sheet.grid)
    heads = sheet.grid[top] if top >= 0 else []
    fill = PatternFill("solid", start_color=colour)
    told: dict[tuple[int, int], list[str]] = {}
    for problem in said:
        if problem.file != sheet.label or problem.row is None:
            continue
        column = heads.index(problem.column) + 1 if problem.column in heads else 1
        words = f"{problem.problem.render(translate)}\n→ {problem.cure.render(translate)}"
        told.setdefault((problem.row, column), []).append(words)
    for (row, column), sentences in told.items():
        cell = target.cell(row, column)
        if type(cell).__name__ == "MergedCell":
            continue
        cell.fill = fill
        cell.comment = Comment("\n".join(sentences)[:2000], "symbiosis", height=120, width=320)


def _list(book: Any, said: Sequence[Problem], translate: Callable[[str], str]) -> None:
    """Add a sheet with everything that was found."""
    sheet = book.create_sheet(_LIST)
    for column, head in enumerate(_HEADS, 1):
        _write(sheet, 1, column, translate(head))
        sheet.column_dimensions[chr(64 + column)].width = _WIDTHS[column - 1]
    for row, problem in enumerate(said, 2):
        sentences = (problem.problem.render(translate), problem.cure.render(translate))
        texts = (problem.file, "", problem.column, problem.value, *sentences)
        for column, text in enumerate(texts, 1):
            _write(sheet, row, column, text)
        if problem.row is not None:
            sheet.cell(row, 2, problem.row)


def _save(book: Any, file: Path) -> None:
    try:
        book.save(file)
    except OSError as error:
        refuse(
            file,
            say("this file cannot be written ({why})", why=type(error).__name__),
            say("close it if it is open elsewhere, or choose another folder"),
        )
