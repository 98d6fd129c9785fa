"""The study as an XLSX workbook: frozen headings, units, number formats, nothing that can run."""

from __future__ import annotations

import math
from collections.abc import Callable
from io import BytesIO
from textwrap import wrap
from typing import Any

import pandas as pd
import xlsxwriter

from symbiosis import bundled
from symbiosis.errors import N_
from symbiosis.flows.formulas import neutralise
from symbiosis.reports import sheets, wording
from symbiosis.reports.figures import Speaker
from symbiosis.reports.results import Results
from symbiosis.reports.rows import records
from symbiosis.text_cleaning import printable

_ACCENT, _TINT = "#0f6b5c", "#eef3ef"
# "_)" leaves a little room after a number, so that its unit does not touch it.
_FORMATS = {"whole": "#,##0_)", "money": '#,##0 "€"_)'}
# A small number keeps two decimals, a large one none.
_LARGE = "#,##0_)"
_SMALL = "#,##0.00_)"
# A wide table has narrow columns: on paper it is one page wide, and has to stay legible.
_A3, _A4 = 8, 9
_WIDEST, _NARROWEST, _MANY, _WIDEST_OF_MANY = 44, 8, 12, 25
# A line of text, in points: rows are given their height, for not every program finds it itself.
_LINE = 15.0
_MOST_LINES = 12
# Letters of text that a unit of width holds.
_LETTERS = 1.1
_SHEETS: tuple[tuple[str, str, Callable[[Results, Speaker], pd.DataFrame]], ...] = (
    ("synergies", N_("Synergies"), sheets.synergies),
    ("flows", N_("Flows"), sheets.flows),
    ("unmatched", N_("Without a taker"), sheets.unmatched),
    ("firms", N_("Impact by firm"), sheets.firms),
    ("indicators", N_("Indicators"), sheets.indicators),
    ("exchanges", N_("In and out by firm"), sheets.exchanges),
    ("parameters", N_("Parameters"), sheets.parameters),
    ("factors", N_("Factors"), sheets.factors),
)


def xlsx(results: Results, lang: str) -> bytes:
    """Return the workbook: summary, synergies, flows, impact by firm, indicators, sides, factors.

    Parameters
    ----------
    results
        The study.
    lang
        Language of the headings and the words, ``fr`` or ``en``.

    Raises
    ------
    DataError
        If the study is shown in part (`Results.require_whole`).
    """
    results.require_whole()
    speaker = Speaker(lang)
    target = BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False, "nan_inf_to_errors": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties(
            {"title": speaker.tr("Industrial-symbiosis opportunities"), "author": "symbiosis"}
        )
        writer = _Writer(book, speaker)
        _summary(writer, results)
        for table, title, make in _SHEETS:
            sheet = writer.sheet(speaker.tr(title))
            writer.table(sheet, 0, table, make(results, speaker))
    return target.getvalue()


class _Writer:
    """A workbook with its few formats; writes every text as text."""

    def __init__(self, book: Any, speaker: Speaker) -> None:
        self.book, self.speaker = book, speaker
        wrapped = {"valign": "top", "text_wrap": True}
        self.title = book.add_format({"bold": True, "font_size": 18, "font_color": _ACCENT})
        self.strong = book.add_format({"bold": True, "valign": "top"})
        self.words = book.add_format(wrapped)
        heading = {"bold": True, "bg_color": _TINT, "bottom": 1, "bottom_color": _ACCENT, **wrapped}
        self.head = book.add_format(heading)
        self.number_head = book.add_format({**heading, "align": "right", "indent": 1})
        self.numbers = {
            name: book.add_format({"num_format": shape, "valign": "top"})
            for name, shape in {**_FORMATS, "large": _LARGE, "small": _SMALL}.items()
        }

    def sheet(self, title: str) -> Any:
        """Add a sheet that prints across the paper, its headings on every page."""
        sheet = self.book.add_worksheet(title)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&8symbiosis&R&8&P / &N")
        return sheet

    def table(self, sheet: Any, top: int, name: str, frame: pd.DataFrame) -> int:
        """Write a table with its headings at a row; return the row below it."""
        known = bundled.table("columns/reports")
        columns = records(known[known["table"] == name])
        lang = self.speaker.lang
        widest = _WIDEST_OF_MANY if len(columns) > _MANY else _WIDEST
        sheet.set_paper(_A3 if len(columns) > _MANY else _A4)
        lines = [1] * (1 + len(frame))
        for j, column in enumerate(columns):
            heading, values = column[f"heading_{lang}"], frame[column["column"]].tolist()
            is_text = column["format"] == "text"
            sheet.write_string(top, j, heading, self.head if is_text else self.number_head)
            sheet.write_comment(top, j, column[f"description_{lang}"], {"x_scale": 1.6})
            width = _width(heading, values, widest if is_text else 0)
            sheet.set_column(j, j, width)
            for i, value in enumerate([heading, *values]):
                if i:
                    self.cell(sheet, top + i, j, value, column["format"])
                if is_text or not i:
                    lines[i] = max(lines[i], _lines(_text(value), width))
        for i, count in enumerate(lines, start=top):
            sheet.set_row(i, _LINE * min(count, _MOST_LINES))
        if top == 0:
            sheet.freeze_panes(1, 2 if name in {"synergies", "flows", "firms"} else 1)
            sheet.autofilter(0, 0, max(len(frame), 1), len(columns) - 1)
            sheet.repeat_rows(0)
        return top + 1 + len(frame)

    def cell(self, sheet: Any, i: int, j: int, value: Any, kind: str) -> None:
        """Write one cell: a number with its format, a missing one as nothing, text as text."""
        if kind == "text":
            sheet.write_string(i, j, printable(str(neutralise(_text(value)))), self.words)
        elif value is not None and math.isfinite(value):
            size = "large" if abs(value) >= 100 or value == 0 else "small"
            sheet.write_number(i, j, value, self.numbers[size if kind == "figure" else kind])


def _text(value: Any) -> str:
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else str(value)


def _lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a column, words kept whole."""
    return len(wrap(text, max(int(width * _LETTERS), 1))) or 1


def _width(heading: str, values: list[Any], widest: int) -> float:
    """Return the width of a column: of numbers where ``widest`` is 0, else of words."""
    if widest:
        longest = max((len(_text(value)) for value in values[:500]), default=0)
        return float(min(max(longest, len(heading), _NARROWEST) + 2, widest))
    numbers = [abs(value) for value in values if value is not None and math.isfinite(value)]
    # Room for a sign, two decimals or a currency.
    figures = len(f"{max(numbers, default=0.0):,.0f}") + 5
    return float(max(*map(len, heading.split()), _NARROWEST, figures) + 2)


def _summary(writer: _Writer, results: Results) -> None:
    """Write the first sheet: what the study is, its totals, its proof."""
    speaker = writer.speaker
    sheet = writer.sheet(speaker.tr("Summary"))
    sheet.hide_gridlines(2)
    sheet.fit_to_pages(1, 1)
    below = writer.table(sheet, 5, "totals", sheets.totals(results, speaker))
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 4, 18)
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, speaker.tr("Industrial-symbiosis opportunities"), writer.title)
    place = f"{wording.place(results, speaker)} · {results.record['parameters']['year']}"
    sheet.write_string(1, 0, printable(str(neutralise(place))), writer.strong)
    sheet.write_string(2, 0, wording.fictional(results, speaker), writer.strong)
    told = [
        f"{wording.summary(results, speaker)} {wording.costly(results, speaker)}".strip(),
        *wording.method(results, speaker),
    ]
    for i, text in zip((3, *range(below + 1, below + len(told))), told, strict=True):
        sheet.merge_range(i, 0, i, 4, text, writer.words)
        sheet.set_row(i, _LINE * _lines(text, 100))
    sheet.write_string(below + len(told) + 1, 0, wording.footer(results, speaker))
    sheet.activate()
