"""XLSX workbooks: guarded against bombs and passwords, then read by calamine."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from symbiosis.errors import say
from symbiosis.flows.numbers import number_text
from symbiosis.flows.rows import Rows
from symbiosis.flows.sheets import MAX_COLUMNS, Sheet, refuse

MAX_RATIO = 200
"""Unpacked over packed size above which a large workbook is taken for a bomb."""
MAX_CELLS = 30_000_000
"""Largest rectangle of cells (rows x columns) that is unfolded in memory."""
_CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_UNVALUED = re.compile(
    rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*>\s*<f\b[^>]*?(?:/>|>[^<]*</f>)\s*'
    rb"(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
_ERROR = re.compile(rb'<c\b(?=[^>]*\bt="e")[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_SHEETS = re.compile(rb"xl/worksheets/[^/]+\.xml")
_CHUNK = 1 << 20


@dataclass
class _Extent:
    """Largest row and column of one sheet's XML, and its formulas without a good value."""

    rows: int = 0
    columns: int = 0
    unvalued: set[tuple[int, int]] = field(default_factory=set)

    def scan(self, xml: bytes) -> None:
        """Take in a piece of a sheet: how far its cells reach, and which of them lack a value."""
        for letters, digits in _CELL.findall(xml):
            self.rows = max(self.rows, int(digits))
            if len(letters) > 1 or self.columns < 26:
                self.columns = max(self.columns, _column(letters))
        for mark, pattern in ((b"<f", _UNVALUED), (b't="e"', _ERROR)):
            if mark in xml:
                for letters, digits in pattern.findall(xml):
                    self.unvalued.add((int(digits) - 1, _column(letters) - 1))


def _column(letters: bytes) -> int:
    """Return the number of a column from its letters, ``A`` being 1."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


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
    extents = _inspect(file, content, max_mb)
    return _unfold(file, content, extents)


def _inspect(file: Path, content: bytes, max_mb: float) -> dict[str, _Extent]:
    """Unpack every member in pieces, counting, before anything is trusted."""
    extents: dict[str, _Extent] = {}
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.infolist():
                extent = _Extent() if _SHEETS.fullmatch(member.filename.encode()) else None
                tail = b""
                for piece in _pieces(content, member):
                    total += len(piece)
                    _refuse_bomb(file, total, len(content), max_mb)
                    if extent is not None:
                        cut = (tail + piece).rfind(b"<c ") if len(piece) == _CHUNK else -1
                        whole = tail + piece
                        extent.scan(whole[:cut] if cut > 0 else whole)
                        tail = whole[cut:] if cut > 0 else b""
                if extent is not None:
                    extents[member.filename] = extent
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, EOFError):
        _no_workbook(file)
    for extent in extents.values():
        if extent.columns > MAX_COLUMNS or extent.rows * extent.columns > MAX_CELLS:
            refuse(
                file,
                say("a sheet spreads over {rows} rows and {columns} columns", rows=extent.rows,
                    columns=extent.columns),
                say("delete the stray cells far from the table and save again"),
            )  # fmt: skip
    return extents


def _pieces(content: bytes, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a member unpacked piece by piece, by its bytes and not by its claims of size."""
    head = member.header_offset
    name, extra = content[head + 26 : head + 28], content[head + 28 : head + 30]
    start = head + 30 + int.from_bytes(name, "little") + int.from_bytes(extra, "little")
    packed = memoryview(content)[start : start + member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        for at in range(0, len(packed), _CHUNK):
            yield bytes(packed[at : at + _CHUNK])
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile
    inflater = zlib.decompressobj(-15)
    rest = bytes(packed)
    while rest and not inflater.eof:
        yield inflater.decompress(rest, _CHUNK)
        rest = inflater.unconsumed_tail
    yield inflater.flush()


def _refuse_bomb(file: Path, unpacked: int, packed: int, max_mb: float) -> None:
    if unpacked > 10e6 * max_mb or (unpacked > 50e6 and unpacked > MAX_RATIO * packed):
        refuse(
            file,
            say("the workbook unpacks to more than {size:.0f} MB", size=unpacked / 1e6),
            say("save it again without hidden formatting, or as CSV; or raise --max-mb"),
        )


def _no_workbook(file: Path) -> None:
    refuse(
        file,
        say("this is not an XLSX workbook, or it is damaged"),
        say("open it in a spreadsheet and save it as .xlsx, or as CSV"),
    )


def _unfold(file: Path, content: bytes, extents: dict[str, _Extent]) -> list[Sheet]:
    """Read the sheets by calamine; what it cannot read is a damaged file."""
    sheets = []
    unvalued = _by_sheet(content, extents)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        tables = [m for m in workbook.sheets_metadata if m.typ == SheetTypeEnum.WorkSheet]
        shown = [m for m in tables if m.visible == SheetVisibleEnum.Visible]
        hidden = tuple(m.name for m in tables if m not in shown)
        for meta in shown:
            sheet = workbook.get_sheet_by_name(meta.name)
            left = [""] * (sheet.start or (0, 0))[1]  # rows are counted from the top, cells not
            grid = Rows([*left, *map(_text, row)] for row in sheet.iter_rows())
            merged = tuple((*a, *b) for a, b in sheet.merged_cell_ranges or ())
            lacking = frozenset(unvalued.get(meta.name, ()))
            sheets.append(Sheet(file.name, meta.name, grid, False, merged, lacking, hidden=hidden))
    except (CalamineError, OSError, ValueError, KeyError, IndexError, zipfile.BadZipFile):
        _no_workbook(file)
    except BaseException as error:
        # A panic of the Rust reader has no class that can be named here; all else is raised again.
        if type(error).__name__ != "PanicException":
            raise
        _no_workbook(file)
    if not any(any(row) for sheet in sheets for row in sheet.grid):
        refuse(file, say("the workbook is empty"), say("fill the template: symbiosis template"))
    return sheets


def _by_sheet(content: bytes, extents: dict[str, _Extent]) -> dict[str, set[tuple[int, int]]]:
    """Return the uncomputed formulas by sheet name, through the workbook's own list."""
    if not any(extent.unvalued for extent in extents.values()):
        return {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    target = {}
    for tag in re.findall(r"<Relationship\b[^>]*>", links):
        key, goal = re.search(r'\bId="([^"]*)"', tag), re.search(r'\bTarget="([^"]*)"', tag)
        if key and goal:
            target[key[1]] = "xl/" + goal[1].removeprefix("/xl/").removeprefix("xl/")
    found = {}
    for tag in re.findall(r"<sheet\b[^>]*>", book):
        name, key = re.search(r'\bname="([^"]*)"', tag), re.search(r'\br:id="([^"]*)"', tag)
        if name and key and target.get(key[1]) in extents:
            found[_plain(name[1])] = extents[target[key[1]]].unvalued
    return found


def _plain(name: str) -> str:
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'")):
        name = name.replace(entity, sign)
    return name.replace("&amp;", "&")


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
