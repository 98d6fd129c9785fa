"""CSV as offices write it: UTF-8 or cp1252, ``;`` or ``,`` or tab, quotes, title rows."""

from __future__ import annotations

import csv
import io
import re
from itertools import islice
from pathlib import Path

from symbiosis.errors import N_, say
from symbiosis.flows.cleaning import Cleaner
from symbiosis.flows.headings import known_headers
from symbiosis.flows.rows import Rows
from symbiosis.flows.sheets import MAX_COLUMNS, MAX_ROWS, Sheet, refuse
from symbiosis.text_cleaning import UNSEEN, clean

SEPARATORS = (";", ",", "\t")
MAX_LINE = 4_000_000
"""Longest line accepted, in characters: 16,384 cells of 244."""
_HEAD = 1_000_000
"""Characters among which the header is looked for."""
_MOST_LINES = 4 * MAX_ROWS
"""Lines of text, of which a quoted cell may hold several."""
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_MAGIC = {
    b"PK\x03\x04": N_("this is a workbook or a ZIP archive, not a CSV file"),
    b"\xd0\xcf\x11\xe0": N_("this is an old Excel file, not a CSV file"),
    b"%PDF": N_("this is a PDF, not a CSV file"),
    b"\x89PNG": N_("this is a picture, not a CSV file"),
    b"\xff\xd8\xff": N_("this is a picture, not a CSV file"),
    b"\x1f\x8b": N_("this is a compressed file, not a CSV file"),
    b"SQLite": N_("this is a database, not a CSV file"),
    b"PAR1": N_("this is a Parquet file, not a CSV file"),
}


def read_text_file(file: Path, content: bytes) -> Sheet:
    """Read a CSV file into a `Sheet`.

    Parameters
    ----------
    file
        Its name; nothing is opened.
    content
        What it holds.

    Raises
    ------
    DataError
        If it is no text, has no separator that is known, or is no table.
    """
    encoding, text = _decode(file, content)
    _check_lines(file, text)
    separator = _separator(text[:_HEAD])
    if not text.strip():
        refuse(file, say("the file is empty"), say("fill the template: symbiosis template"))
    if not separator:
        first = clean(text.strip().splitlines()[0][:60])
        refuse(
            file,
            say("no header with known columns was found (the file begins: {first})", first=first),
            say("separate the cells by ; or , or tab, and name the columns as in the template"),
        )
    unpaired = text.count('"') % 2 == 1
    cleaner = Cleaner() if UNSEEN.search(text) else None
    del text  # the lines are decoded again, one by one: the whole twice over is too much
    lines = io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")
    grid = _grid(file, lines, separator, cleaner)
    if unpaired and len(grid) and any("\n" in cell or "\r" in cell for cell in grid[-1]):
        refuse(
            file,
            say("a quote is opened in this row and never closed"),
            say("close the quote, or double the quotes inside a cell"),
            row=len(grid),
        )
    cleaned = () if cleaner is None else tuple(cleaner.places)
    return Sheet(
        file.name, "", grid, comma_separated=separator == ",", separator=separator, cleaned=cleaned
    )


def _decode(file: Path, content: bytes) -> tuple[str, str]:
    """Return the encoding of a file, and its text."""
    kind = next((kind for magic, kind in _MAGIC.items() if content.startswith(magic)), "")
    if kind:
        refuse(
            file,
            say(kind),
            say("save the table as CSV, or as XLSX with the extension .xlsx"),
        )
    encodings = ("utf-8-sig", "cp1252")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ("utf-16", "utf-16")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _is_binary(text):
            return encoding, text
    return refuse(
        file,
        say("this is a binary file, not a table of text"),
        say("save the table as CSV (UTF-8) or XLSX"),
    )


def _is_binary(text: str) -> bool:
    """Tell what is no text from a text with a stray control character, which is taken off."""
    if "\0" in text:
        return True
    return _CONTROL.search(text) is not None and len(_CONTROL.findall(text)) > len(text) // 200 + 5


def _check_lines(file: Path, text: str) -> None:
    if text.count("\n") > _MOST_LINES:
        refuse(
            file,
            say("the file has more than {limit} lines", limit=_MOST_LINES),
            say("split it: a spreadsheet holds no more either"),
        )
    start, row = 0, 1
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if end - start > MAX_LINE and "\r" not in text[start : start + MAX_LINE]:
            refuse(
                file,
                say("line {row} has more than {limit} characters", row=row, limit=MAX_LINE),
                say("save the table with one line a row"),
                row=row,
            )
        start, row = end + 1, row + 1


def _separator(text: str) -> str:
    """Return the separator under which the first lines show the most known headers, or ``""``."""
    head = list(islice(io.StringIO(text, newline=""), 60))
    best, score = "", 0
    for separator in SEPARATORS:
        try:
            rows = list(csv.reader(head, delimiter=separator))
        except csv.Error:
            continue
        found = max((known_headers(row) for row in rows), default=0)
        if found > score:
            best, score = separator, found
    return best if score > 1 else ""


def _grid(file: Path, lines: io.TextIOWrapper, separator: str, cleaner: Cleaner | None) -> Rows:
    grid = Rows()
    try:
        for row in csv.reader(lines, delimiter=separator):
            if len(row) > MAX_COLUMNS:
                refuse(
                    file,
                    say("row {row} has {count} columns", row=len(grid) + 1, count=len(row)),
                    say("a table has at most {limit} columns", limit=MAX_COLUMNS),
                    row=len(grid) + 1,
                )
            if len(grid) >= MAX_ROWS:
                refuse(
                    file,
                    say("the file has more than {limit} lines", limit=MAX_ROWS),
                    say("split it: a spreadsheet holds no more either"),
                )
            cells = [cell.strip() for cell in row]
            grid.append(cells if cleaner is None else cleaner.row(cells))
    except csv.Error:
        refuse(
            file,
            say("a cell is longer than 131,072 characters: a quote may be open and never closed"),
            say("close the quote, or double the quotes inside a cell"),
            row=len(grid) + 1,
        )
    return grid
