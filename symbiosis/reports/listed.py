"""Any list of an office as an XLSX file: numbers as numbers, nothing that runs."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pandas as pd
import xlsxwriter

from symbiosis.flows.formulas import neutralise
from symbiosis.text_cleaning import printable

_ACCENT, _TINT = "#0f6b5c", "#eef3ef"
_FORMATS = {"large": "#,##0", "small": "#,##0.00", "day": "dd/mm/yyyy"}
_WIDEST, _NARROWEST = 46, 9


def list_xlsx(table: pd.DataFrame, title: str) -> bytes:
    """Return a table as a workbook of one sheet.

    Parameters
    ----------
    table
        Its headings are written as they are; numbers and dates stay what they are, text is
        neutralised against formulas, what is missing leaves its cell empty.
    title
        Of the sheet, 31 characters at most.
    """
    target = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet(title[:31])
        head = book.add_format({"bold": True, "bg_color": _TINT, "bottom": 1,
                                "bottom_color": _ACCENT, "text_wrap": True})  # fmt: skip
        shapes = {name: book.add_format({"num_format": f}) for name, f in _FORMATS.items()}
        for j, name in enumerate(table.columns):
            cells = table[name].tolist()
            sheet.write_string(0, j, str(neutralise(str(name))), head)
            sheet.set_column(j, j, _width(str(name), cells))
            for i, value in enumerate(cells, start=1):
                _write(sheet, (i, j), value, shapes)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(len(table), 1), len(table.columns) - 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    return target.getvalue()


def _write(sheet: Any, cell: tuple[int, int], value: Any, shapes: dict[str, Any]) -> None:
    if pd.isna(value):
        return
    if isinstance(value, date):
        sheet.write_datetime(*cell, value, shapes["day"])
    elif isinstance(value, int | float):
        small = abs(value) < 100 and value != round(value)
        sheet.write_number(*cell, value, shapes["small" if small else "large"])
    else:
        sheet.write_string(*cell, printable(str(neutralise(str(value)))))


def _width(heading: str, cells: list[object]) -> float:
    longest = max((len(str(cell)) for cell in cells[:500]), default=0)
    return float(min(max(longest, len(heading) / 2, _NARROWEST) + 2, _WIDEST))
