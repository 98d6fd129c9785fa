"""XLSX workbooks: measured by `workbook_parts`, rebuilt from what is known, read by calamine."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NoReturn

from python_calamine import CalamineError, CalamineWorkbook

from symbiosis.errors import say
from symbiosis.flows.cell_formats import Formats, units_shown, with_unit
from symbiosis.flows.cleaning import Cleaner
from symbiosis.flows.numbers import number_text
from symbiosis.flows.rows import Rows
from symbiosis.flows.sheets import Sheet, refuse
from symbiosis.flows.workbook_limits import Workbook, understand
from symbiosis.flows.workbook_parts import BadWorkbook, Part, TooLarge
from symbiosis.zip_archive import BadArchive, Bomb, Budget, members

MAX_RATIO = 200
"""Unpacked over packed size above which a large workbook is taken for a bomb."""
MAX_UNPACKED_MB = 600.0
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def read_workbook(file: Path, content: bytes, max_mb: float) -> list[Sheet]:
    """Read every visible sheet of an XLSX workbook.

    Parameters
    ----------
    file
        Its name; nothing is opened.
    content
        What it holds.
    max_mb
        Limit of the packed file; unpacked it may hold ten times that.

    Raises
    ------
    DataError
        If it is protected, is a bomb, or is no workbook.
    """
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        refuse(
            file,
            say("the workbook is protected by a password, or of the old .xls form"),
            say("save it as .xlsx without a password"),
        )
    try:
        most = int(min(10 * max_mb, MAX_UNPACKED_MB) * 1e6)
        book = understand(members(content, most_bytes=most, most_ratio=MAX_RATIO))
        return _unfold(file, book)
    except TooLarge as error:
        refuse(file, error.problem, error.cure)
    except Bomb as error:
        refuse(
            file,
            say("the workbook unpacks to more than {size:.0f} MB", size=error.unpacked / 1e6),
            say("save it again without hidden formatting, or as CSV; or raise --max-mb"),
        )
    except (BadArchive, BadWorkbook):
        return _no_workbook(file)


def _no_workbook(file: Path) -> NoReturn:
    refuse(
        file,
        say("this is not an XLSX workbook, or it is damaged"),
        say("open it in a spreadsheet and save it as .xlsx, or as CSV"),
    )


def _unfold(file: Path, book: Workbook) -> list[Sheet]:
    """Read the sheets by calamine; what it cannot read is a damaged file."""
    sheets = []
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(_rebuilt(book)))
        for number, (name, part) in enumerate(book.shown):
            sheet = workbook.get_sheet_by_index(number)
            left = [""] * (sheet.start or (0, 0))[1]  # rows are counted from the top, cells not
            cleaner = Cleaner()
            shown = units_shown(book.styles, part)
            grid = Rows(
                cleaner.row(_with_units([*left, *map(_text, row)], [*left, *row], at, shown))
                for at, row in enumerate(sheet.iter_rows())
            )
            sheets.append(
                Sheet(
                    file.name, name, grid, False, tuple(part.merged), frozenset(part.unvalued),
                    hidden=book.hidden, cleaned=tuple(cleaner.places),
                )
            )  # fmt: skip
    except (CalamineError, OSError, ValueError, KeyError, IndexError):
        _no_workbook(file)
    except BaseException as error:
        # A panic of the Rust reader has no class that can be named here; all else is raised again.
        if type(error).__name__ != "PanicException":
            raise
        _no_workbook(file)
    if not any(any(row) for sheet in sheets for row in sheet.grid):
        refuse(file, say("the workbook is empty"), say("fill the template: symbiosis template"))
    return sheets


def _with_units(texts: list[str], cells: list[Any], row: int, shown: Formats) -> list[str]:
    """Return a row with the units that its formats show, which its numbers leave out."""
    for column, unit in shown.get(row, {}).items():
        cell = cells[column] if column < len(cells) else None
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            texts[column] = with_unit(float(cell), unit)
    return texts


def _rebuilt(book: Workbook) -> bytes:
    """Return a workbook of the measured parts alone, under names and with a list of our own.

    So the reader sees what was measured and nothing else, whatever the archive says of itself.
    """
    parts = {f"worksheet{n}": part for n, (_, part) in enumerate(book.shown, 1)}
    others = {"sharedStrings": book.texts, "styles": book.styles}
    parts |= {kind: part for kind, part in others.items() if part is not None}
    targets = {kind: f"{kind}.xml" for kind in parts}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("_rels/.rels", _links({"officeDocument": "xl/workbook.xml"}))
        archive.writestr("xl/workbook.xml", _list_of_sheets(book))
        archive.writestr("xl/_rels/workbook.xml.rels", _links(targets))
        for kind, target in targets.items():
            _copy(parts[kind], archive, f"xl/{target}")
    return out.getvalue()


def _copy(part: Part, archive: zipfile.ZipFile, name: str) -> None:
    member = replace(part.member, budget=Budget(part.member.size))
    with archive.open(name, "w") as target:
        for piece in member.pieces():
            target.write(piece)


def _list_of_sheets(book: Workbook) -> str:
    sheets = "".join(
        f'<sheet name="S{n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, len(book.shown) + 1)
    )
    start = f'<workbookPr date1904="{int(book.starts_1904)}"/>'
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}">{start}<sheets>{sheets}</sheets></workbook>'
    )


def _links(targets: Mapping[str, str]) -> str:
    """Return relationships ``r1``, ``r2`` … from kind (numbered where several) to target."""
    links = "".join(
        f'<Relationship Id="r{number}" Type="{_LINKS}/{kind.rstrip("0123456789")}" '
        f'Target="{target}"/>'
        for number, (kind, target) in enumerate(targets.items(), 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}">{links}</Relationships>'


def _text(cell: Any) -> str:
    """Return a cell as text: whole numbers without ``.0``, dates as ISO."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return number_text(cell)
    if isinstance(cell, (datetime, date, time, timedelta)):
        return cell.isoformat() if not isinstance(cell, timedelta) else str(cell)
    return "" if cell is None else str(cell)
