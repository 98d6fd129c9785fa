"""A list of an office in a spreadsheet: it sorts, it adds up, and nothing in it runs."""

from datetime import date
from io import BytesIO

import openpyxl
import pandas as pd

from symbiosis.reports.listed import list_xlsx


def test_a_list_comes_back_with_numbers_dates_and_harmless_text():
    table = pd.DataFrame(
        {
            "Cède": ["=cmd()", "Verrerie"],
            "Quantité": [1200.0, 0.25],
            "Date": [date(2026, 12, 1), pd.NaT],
            "Probabilité (%)": [23.0, float("nan")],
        }
    )
    sheet = openpyxl.load_workbook(BytesIO(list_xlsx(table, "Synergies"))).active
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    rows[1][2] = rows[1][2].date()
    assert sheet.title == "Synergies"
    assert sheet.freeze_panes == "B2"
    assert rows == [
        ["Cède", "Quantité", "Date", "Probabilité (%)"],
        ["'=cmd()", 1200, date(2026, 12, 1), 23],
        ["Verrerie", 0.25, None, None],
    ]
    assert sheet["A2"].data_type == "s"
    assert sheet["C2"].number_format == "dd/mm/yyyy"


def test_an_empty_list_keeps_its_headings():
    sheet = openpyxl.load_workbook(BytesIO(list_xlsx(pd.DataFrame({"a": []}), "x" * 40))).active
    assert sheet.title == "x" * 31
    assert [cell.value for cell in sheet[1]] == ["a"]
